// Status and verdict: what an evaluation ended with, and what follows from it for the action.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/error.h"
#include "engine/record/policy.h"
#include "engine/value/value.h"

namespace writ {

// Numbers as in the leaf of a ledger.
enum class Status : uint8_t { kDefined = 1, kUndefined = 2, kError = 3 };
std::string_view status_name(Status status);
std::optional<Status> status_from_name(std::string_view name);

// Numbers as in the leaf and the C library. Zero is never a permission, and only kAllow lets an executor proceed.
enum class Verdict : uint8_t {
  kNone = 0,
  kAllow = 1,
  kDeny = 2,
  kUndefined = 3,
  kError = 4,
  kValue = 5,
  kEscalate = 6,   // held until someone answers
  kTransform = 7,  // only the action the result describes may run
  kDefer = 8,      // not decided here
};
std::string_view verdict_name(Verdict verdict);
std::optional<Verdict> verdict_from_name(std::string_view name);

// How an evaluation ended, before and after the verdict is taken from it.
struct Outcome {
  Status status = Status::kUndefined;
  ErrorCode code = ErrorCode::kNone;  // of kError
  Verdict verdict = Verdict::kNone;
};

// The verdict of a result (undefined value: no result) or of a failure (`code` not kNone). A result that is no verdict
// in this mode becomes an error, E_VERDICT_SHAPE. With kObject the member "verdict" must be "allow", "deny",
// "escalate", "transform" or "defer".
Outcome derive_outcome(VerdictMode mode, const Value& result, ErrorCode code = ErrorCode::kNone);

}  // namespace writ
