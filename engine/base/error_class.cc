#include "engine/base/error_class.h"

namespace writ {

ErrorClass error_class(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNone: return ErrorClass::kNone;
    case ErrorCode::E_JSON_SYNTAX:
    case ErrorCode::E_JSON_NUMBER:
    case ErrorCode::E_JSON_BOM:
    case ErrorCode::E_UTF8:
    case ErrorCode::E_DUP_KEY:
    case ErrorCode::E_DEPTH:
    case ErrorCode::E_SIZE:
    case ErrorCode::E_NUM_RANGE:
    case ErrorCode::E_KEY_COLLISION: return ErrorClass::kDocument;
    case ErrorCode::E_FUEL:
    case ErrorCode::E_MEMORY:
    case ErrorCode::E_OUTPUT:
    case ErrorCode::E_DEADLINE:
    case ErrorCode::E_CANCEL: return ErrorClass::kLimit;
    case ErrorCode::E_CONFLICT:
    case ErrorCode::E_BUILTIN:
    case ErrorCode::E_VERDICT_SHAPE:
    case ErrorCode::E_REDACTED_READ: return ErrorClass::kEvaluation;
    case ErrorCode::E_OUTSIDE:
    case ErrorCode::E_ENTROPY:
    case ErrorCode::E_CLOCK: return ErrorClass::kHost;
    case ErrorCode::E_POLICY:
    case ErrorCode::E_ROLLBACK: return ErrorClass::kPolicy;
    case ErrorCode::E_ENTRY: return ErrorClass::kEntry;
    case ErrorCode::E_LEDGER:
    case ErrorCode::E_LEDGER_BUSY:
    case ErrorCode::E_RECORD_SIZE: return ErrorClass::kRecord;
    case ErrorCode::E_INTERNAL: return ErrorClass::kInternal;
  }
  return ErrorClass::kInternal;
}

std::string_view error_class_help(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kNone: return "";
    case ErrorClass::kDocument: return "mend the document at the place that the message names, or raise the limit it names";
    case ErrorClass::kLimit: return "raise the limit, or have the policy do less; a limit is never an allow";
    case ErrorClass::kEvaluation: return "mend the policy, or the input that it does not expect";
    case ErrorClass::kHost: return "mend what answers the call: the decision may be made again";
    case ErrorClass::kPolicy: return "mend the policy or its data; nothing was decided";
    case ErrorClass::kEntry: return "name a rule or a package of the policy, such as authz/allow";
    case ErrorClass::kRecord: return "the decision is void: make room for its record, and decide again";
    case ErrorClass::kInternal: return "report it, with the policy and the input";
  }
  return "";
}

}  // namespace writ
