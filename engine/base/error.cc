#include "engine/base/error.h"

namespace writ {

namespace {

struct CodeRow {
  ErrorCode code;
  std::string_view name;
  std::string_view text;
};

constexpr CodeRow kCodes[] = {
#define ERROR_CODE(number, identifier, text) {ErrorCode::identifier, #identifier, text},
#include "engine/base/error_codes.def"
#undef ERROR_CODE
};

}  // namespace

std::string_view error_code_name(ErrorCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row.name;
  }
  return "";
}

ErrorCode error_code_from_name(std::string_view name) {
  for (const CodeRow& row : kCodes) {
    if (row.name == name) return row.code;
  }
  return ErrorCode::kNone;
}

std::string_view error_code_text(ErrorCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row.text;
  }
  return "";
}

}  // namespace writ
