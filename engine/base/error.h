// Failures of the caller or the world: bad JSON, a limit, a corrupt file. They are neither *undefined* (an answer) nor
// diagnostics (the policy author's). Inside the library a fatal failure of an evaluation travels as the exception
// `Failure`, which nothing on the way can turn into an answer; the public headers turn it into a status.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace writ {

enum class ErrorCode : uint16_t {
  kNone = 0,
#define ERROR_CODE(number, identifier, text) identifier = number,
#include "engine/base/error_codes.def"
#undef ERROR_CODE
};

// "E_FUEL" for ErrorCode::E_FUEL; "" for kNone.
std::string_view error_code_name(ErrorCode code);
// The code of that name, kNone if there is none.
ErrorCode error_code_from_name(std::string_view name);
// One sentence without a final stop.
std::string_view error_code_text(ErrorCode code);

// A failure and what is known about it. `detail` is for people; only `code` is compared or hashed.
struct Error {
  ErrorCode code = ErrorCode::kNone;
  std::string detail;
  // The code OPA gives the same failure ("eval_conflict_error"); empty where OPA has none.
  std::string opa_code;
  // Where: a policy or document name and 1-based row and column; row 0 means unknown.
  std::string file;
  uint32_t row = 0;
  uint32_t column = 0;
  // Offset in bytes into the document that was read; meaningful for the JSON codes.
  uint64_t offset = 0;

  explicit operator bool() const { return code != ErrorCode::kNone; }
};

// Ends an evaluation or a read. Thrown below the public headers only.
class Failure : public std::exception {
 public:
  explicit Failure(Error error) : error_(std::move(error)) {}
  Failure(ErrorCode code, std::string detail) { error_.code = code; error_.detail = std::move(detail); }
  const Error& error() const { return error_; }
  const char* what() const noexcept override { return error_.detail.c_str(); }

 private:
  Error error_;
};

}  // namespace writ
