// What kind of failure an error code is. Whoever reports failures, by a status or in words, asks this and never looks at
// numbers: a code that is added later has its class here, or this does not compile without a warning.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/error.h"

namespace writ {

enum class ErrorClass : uint8_t {
  kNone,
  kDocument,    // an input, or a document that a policy reads, is not what it must be
  kLimit,       // a limit was reached, the deadline passed, or someone cancelled
  kEvaluation,  // the policy failed on this input
  kHost,        // the host failed
  kPolicy,      // the policy cannot be used
  kEntry,       // there is no such entry point
  kRecord,      // the decision cannot be recorded
  kInternal,    // a bug
};

ErrorClass error_class(ErrorCode code);
// What to do about a failure of this class, as a sentence.
std::string_view error_class_help(ErrorClass error_class);

}  // namespace writ
