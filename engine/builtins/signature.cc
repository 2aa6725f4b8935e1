#include "engine/builtins/signature.h"

#include <string>

#include "engine/base/error.h"

namespace writ {

std::string_view type_word(TypeKind kind) {
  switch (kind) {
    case TypeKind::kAny:
    case TypeKind::kUnion: return "any";
    case TypeKind::kNull: return "null";
    case TypeKind::kBoolean: return "boolean";
    case TypeKind::kNumber: return "number";
    case TypeKind::kString: return "string";
    case TypeKind::kArray: return "array";
    case TypeKind::kSet: return "set";
    case TypeKind::kObject: return "object";
    case TypeKind::kFunction: break;
  }
  return "function";
}

void fail_signature(std::string_view text, size_t at) {
  throw Failure(ErrorCode::E_INTERNAL, "signature at " + std::to_string(at) + ": " + std::string(text));
}

}  // namespace writ
