// Errors of the C library: statuses, messages, and the JSON of both.
//
// Whatever goes wrong behind a function of the library arrives at report_exception(), which turns it into a status and,
// if the caller gave a writ_error, into what that error says. What a code means depends on the phase: a memory limit
// met while a document is read is one thing, a depth met there is a fault of the document and no limit of the decision.
// Reporting never fails: with no memory left the code is kept and the message is not.
#include <cstdlib>

#include "engine/api/c_handles.h"
#include "engine/base/error_class.h"
#include "engine/base/json_writer.h"

namespace writ::c {

namespace {

std::string json_of(const Error& error) {
  std::string out;
  JsonWriter json(out, {JsonEscape::kText});
  json.begin_object().key("errors").begin_array().begin_object();
  json.member("code", error.opa_code.empty() ? error_code_name(error.code) : std::string_view(error.opa_code));
  if (error.row != 0) {
    json.key("location").begin_object();
    json.member("col", error.column).member("file", error.file).member("row", error.row).end_object();
  }
  json.member("message", error.detail);
  json.end_object().end_array().end_object();
  return out;
}

}  // namespace

writ_status status_of(ErrorCode code, Phase phase) {
  if (code == ErrorCode::E_MEMORY) return WRIT_ERROR_MEMORY;
  if (phase == Phase::kStoring && code == ErrorCode::E_LEDGER) return WRIT_ERROR_STORE;
  switch (error_class(code)) {
    case ErrorClass::kNone: return WRIT_OK;
    case ErrorClass::kDocument:
      if (phase == Phase::kReading) return WRIT_ERROR_DOCUMENT;
      return code == ErrorCode::E_DEPTH ? WRIT_ERROR_LIMIT : WRIT_ERROR_EVALUATION;
    case ErrorClass::kLimit: return WRIT_ERROR_LIMIT;
    case ErrorClass::kEvaluation: return WRIT_ERROR_EVALUATION;
    case ErrorClass::kHost: return WRIT_ERROR_OUTSIDE;
    case ErrorClass::kPolicy: return WRIT_ERROR_POLICY;
    case ErrorClass::kEntry: return WRIT_ERROR_ENTRY;
    case ErrorClass::kRecord: return WRIT_ERROR_RECORD;
    case ErrorClass::kInternal: return WRIT_ERROR_INTERNAL;
  }
  return WRIT_ERROR_INTERNAL;
}

void clear(writ_error* error) noexcept {
  if (error == nullptr || error->status == WRIT_OK) return;
  error->status = WRIT_OK;
  error->error = Error();
  error->json.clear();
}

writ_status report(writ_error* error, writ_status status, const Error& what) noexcept {
  if (error == nullptr) return status;
  error->status = status;
  error->json.clear();
  try {
    error->error = what;
  } catch (...) {
    error->error = Error();
    error->error.code = what.code;
  }
  return status;
}

writ_status report_exception(writ_error* error, Phase phase) noexcept {
  try {
    throw;
  } catch (const ArgumentError& argument) {
    try {
      Error what;
      what.detail = argument.message;
      return report(error, WRIT_ERROR_ARGUMENT, what);
    } catch (...) {
      return report(error, WRIT_ERROR_ARGUMENT, Error());
    }
  } catch (const Failure& failure) {
    return report(error, status_of(failure.error().code, phase), failure.error());
  } catch (const std::bad_alloc&) {
    Error what;
    what.code = ErrorCode::E_MEMORY;
    return report(error, WRIT_ERROR_MEMORY, what);
  } catch (...) {
    Error what;
    what.code = ErrorCode::E_INTERNAL;
    return report(error, WRIT_ERROR_INTERNAL, what);
  }
}

void report_diagnostics(writ_error* error, const std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  Error what;
  what.code = ErrorCode::E_POLICY;
  what.detail = render_opa(diagnostics, sources);
  if (!diagnostics.empty()) {
    const Diagnostic& first = diagnostics.front();
    what.opa_code = first.opa_code;
    if (first.span.file < sources.size()) {
      Position position = position_of(first, sources);
      what.file = sources.file(first.span.file).name;
      what.row = position.row;
      what.column = position.column;
    }
  }
  std::string json = render_json(diagnostics, sources);
  report(error, WRIT_ERROR_POLICY, what);
  if (error != nullptr) error->json = std::move(json);
}

char* copy_out(std::string_view text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

}  // namespace writ::c

using namespace writ::c;

extern "C" {

const char* writ_version(void) noexcept { return WRIT_VERSION; }
uint32_t writ_abi_version(void) noexcept { return WRIT_ABI_VERSION; }
void writ_free(void* memory) noexcept { std::free(memory); }

writ_error* writ_error_create(void) noexcept { return new (std::nothrow) writ_error(); }
void writ_error_free(writ_error* error) noexcept { delete error; }

writ_status writ_error_status(const writ_error* error) noexcept {
  return error == nullptr ? WRIT_ERROR_ARGUMENT : error->status;
}
uint16_t writ_error_code(const writ_error* error) noexcept {
  return error == nullptr ? 0 : static_cast<uint16_t>(error->error.code);
}
writ_text writ_error_code_name(const writ_error* error) noexcept {
  return view_of(error == nullptr ? std::string_view() : writ::error_code_name(error->error.code));
}
writ_text writ_error_message(const writ_error* error) noexcept {
  if (error == nullptr) return view_of({});
  if (!error->error.detail.empty()) return view_of(error->error.detail);
  return view_of(writ::error_code_text(error->error.code));
}
writ_text writ_error_file(const writ_error* error) noexcept {
  return view_of(error == nullptr ? std::string_view() : std::string_view(error->error.file));
}
uint32_t writ_error_row(const writ_error* error) noexcept { return error == nullptr ? 0 : error->error.row; }
uint32_t writ_error_column(const writ_error* error) noexcept { return error == nullptr ? 0 : error->error.column; }
uint64_t writ_error_offset(const writ_error* error) noexcept { return error == nullptr ? 0 : error->error.offset; }

writ_text writ_error_json(const writ_error* error) noexcept {
  if (error == nullptr || error->status == WRIT_OK) return view_of(R"({"errors":[]})");
  try {
    if (error->json.empty()) error->json = json_of(error->error);
    return view_of(error->json);
  } catch (...) {
    return view_of(R"({"errors":[{"code":"E_MEMORY","message":"out of memory"}]})");
  }
}

}  // extern "C"
