// Errors that more than one part of an evaluation raises, each made in one place.
#pragma once

#include <string>
#include <utility>

#include "engine/base/error.h"

namespace writ {

// Two values where there can be one.
inline Error conflict_error(std::string detail) {
  Error error;
  error.code = ErrorCode::E_CONFLICT;
  error.opa_code = "eval_conflict_error";
  error.detail = std::move(detail);
  return error;
}

// In a replay: the recorded evaluation was ended from outside here, with `code`.
inline Error recorded_stop(ErrorCode code) {
  Error error;
  error.code = code;
  error.detail = "the evaluation was stopped here when it was recorded";
  return error;
}

}  // namespace writ
