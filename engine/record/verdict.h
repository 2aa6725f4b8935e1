// Status and verdict: what an evaluation ended with, and what follows from it for the action.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/error.h"
#include "engine/value/value.h"

namespace writ {

enum class Status : uint8_t {
#define STATUS(number, id, name) id = number,
#include "engine/record/verdicts.def"
};
std::string_view status_name(Status status);
std::optional<Status> status_from_name(std::string_view name);

// Zero is never a permission, and only kAllow lets an executor proceed.
enum class Verdict : uint8_t {
#define VERDICT(number, id, name, c_name, source, text) id = number,
#include "engine/record/verdicts.def"
};
inline constexpr size_t kVerdictCount = 0
#define VERDICT(number, id, name, c_name, source, text) +1
#include "engine/record/verdicts.def"
    ;
std::string_view verdict_name(Verdict verdict);
std::optional<Verdict> verdict_from_name(std::string_view name);

// How the result of an entry point becomes a verdict.
enum class VerdictMode : uint8_t {
#define VERDICT_MODE(number, id, name, c_name, text) id = number,
#include "engine/record/verdicts.def"
};
inline constexpr std::string_view kVerdictModes[] = {
#define VERDICT_MODE(number, id, name, c_name, text) name,
#include "engine/record/verdicts.def"
};
std::string_view verdict_mode_name(VerdictMode mode);
std::optional<VerdictMode> verdict_mode_from_name(std::string_view name);

// How an evaluation ended, before and after the verdict is taken from it.
struct Outcome {
  Status status = Status::kUndefined;
  ErrorCode code = ErrorCode::kNone;  // of kError
  Verdict verdict = Verdict::kNone;
};

// The verdict of a result (undefined value: no result) or of a failure (`code` not kNone). A result that is not a verdict
// in this mode becomes an error, E_VERDICT_SHAPE. With kObject the member "verdict" must be one that verdicts.def gives to
// policies.
Outcome derive_outcome(VerdictMode mode, const Value& result, ErrorCode code = ErrorCode::kNone);

}  // namespace writ
