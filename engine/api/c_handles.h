// C handles, and the guard that turns every exception into a status.
#pragma once

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "engine/api/engine.h"
#include "engine/host/system_host.h"
#include "engine/base/error.h"
#include "writ/writ.h"

struct writ_error {
  writ_status status = WRIT_OK;
  writ::Error error;
  mutable std::string json;  // made on first use, or of diagnostics
};

struct writ_options {
  writ::EngineOptions engine;
};

struct writ_program {
  std::shared_ptr<const writ::Policy> policy;
  std::shared_ptr<const writ::Query> query;  // null if writ_program_query did not make it
};

struct writ_data {
  std::shared_ptr<const writ::DataSet> data;
};

struct writ_reply {
  enum class State { kNone, kValue, kFailed };
  writ::Arena* arena;
  State state = State::kNone;
  writ::Value value;
  std::string message;
};

namespace writ::c {

// Calls the functions of a writ_host, and the system for those that are left out.
class CallbackHost : public Host {
 public:
  explicit CallbackHost(const writ_host& callbacks) : callbacks_(callbacks) {}

  uint64_t now_ns() override;
  void entropy(std::span<uint8_t> bytes) override;
  Value call(std::string_view function, std::span<const Value> args, Arena& arena) override;
  void note(std::string_view kind, std::string_view text) override;

 private:
  writ_host callbacks_;
  SystemHost system_;
};

}  // namespace writ::c

struct writ_result {
  const writ::Decision* decision = nullptr;
  std::string parent;  // traceparent as received
  // Made on first use.
  mutable std::string json, digest, traceparent;
};

struct writ_context {
  explicit writ_context(const writ_host& callbacks) : host(callbacks) {}

  writ::c::CallbackHost host;
  writ::RecordMembers members;
  std::unique_ptr<writ::Context> context;
  writ_result result;
  bool in_use = false;  // a function of the library is running: callbacks must not use the context
};

namespace writ::c {

// An invalid argument.
struct ArgumentError {
  const char* message;
};

inline void require(bool condition, const char* message) {
  if (!condition) throw ArgumentError{message};
}

// What failed: reading a document has statuses of its own.
enum class Phase { kLoading, kReading, kDeciding };
writ_status status_of(ErrorCode code, Phase phase);

void clear(writ_error* error) noexcept;
// Describes an error; never fails, with less memory it says less.
writ_status report(writ_error* error, writ_status status, const Error& what) noexcept;
// Of the exception that is being handled.
writ_status report_exception(writ_error* error, Phase phase) noexcept;
void report_diagnostics(writ_error* error, const std::vector<Diagnostic>& diagnostics, const SourceMap& sources);

// Runs the body of a function of the library. Whatever is thrown ends here.
template <typename Body>
writ_status guarded(writ_error* error, Phase phase, Body body) noexcept {
  try {
    clear(error);
    body();
    return WRIT_OK;
  } catch (...) {
    return report_exception(error, phase);
  }
}

// Text of the caller. Throws ArgumentError for a null pointer with a size.
inline std::string_view text_of(const char* data, size_t size) {
  if (data == nullptr) {
    require(size == 0 || size == WRIT_NUL, "a text is a null pointer");
    return {};
  }
  return {data, size == WRIT_NUL ? std::strlen(data) : size};
}

inline writ_text view_of(std::string_view text) { return {text.data() == nullptr ? "" : text.data(), text.size()}; }

inline writ_value to_c(const Value& value) {
  writ_value result;
  static_assert(sizeof(result) == sizeof(value));
  std::memcpy(&result, &value, sizeof(result));
  return result;
}
inline Value from_c(const writ_value& value) {
  Value result;
  std::memcpy(static_cast<void*>(&result), &value, sizeof(result));
  return result;
}

// Memory for the caller to free with writ_free.
char* copy_out(std::string_view text);

// A struct of the caller, which may be older (shorter) than ours.
template <typename Struct>
Struct copy_in(const Struct* from) {
  Struct copy{};
  require(from->struct_size >= sizeof(size_t) && from->struct_size <= 4096, "`struct_size` is not set");
  std::memcpy(&copy, from, from->struct_size < sizeof(Struct) ? from->struct_size : sizeof(Struct));
  return copy;
}

}  // namespace writ::c
