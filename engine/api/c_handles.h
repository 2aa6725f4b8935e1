// C handles, and the guard that turns every exception into a status.
#pragma once

#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>

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
  enum class State { kNone, kValue, kFailed, kRefused };  // kRefused: a reply that could not be taken
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
  uint64_t monotonic_ns() override { return system_.monotonic_ns(); }
  void entropy(std::span<uint8_t> bytes) override;
  Value call(std::string_view function, std::span<const Value> args, Arena& arena) override;
  void note(std::string_view kind, std::string_view text) override;

 private:
  writ_host callbacks_;
  SystemHost system_;
};

}  // namespace writ::c

struct writ_result {
  // A function of the library is at work on the context or reads this result.
  mutable std::atomic<bool> in_use{false};
  const writ::Decision* decision = nullptr;  // null: none was made, or the call for it failed
  // Of the result while there is no decision.
  writ_verdict verdict = WRIT_VERDICT_NONE;
  writ::ErrorCode code = writ::ErrorCode::kNone;
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
  std::atomic<bool> cancelled = false;  // of the running decision; any thread sets it
};

namespace writ::c {

// An invalid argument.
struct ArgumentError {
  const char* message;
};

inline void require(bool condition, const char* message) {
  if (!condition) throw ArgumentError{message};
}

// What a call that fails leaves in an output parameter, set before anything else is done: nothing of what was there.
template <typename Out>
void clear_output(Out* out) noexcept {
  if (out != nullptr) *out = Out{};
}
inline void clear_output(writ_text* out) noexcept {
  if (out != nullptr) *out = writ_text{"", 0};
}

// At most one function of the library is at work on a context (or a replayer): a callback that reaches for the context it
// is called from, or a second thread, finds it claimed.
class Claim {
 public:
  // `in_use` may be null: then there is nothing to claim.
  explicit Claim(std::atomic<bool>* in_use) noexcept
      : in_use_(in_use == nullptr || in_use->exchange(true, std::memory_order_acquire) ? nullptr : in_use) {}
  explicit Claim(const writ_result* result) noexcept : Claim(result == nullptr ? nullptr : &result->in_use) {}
  ~Claim() {
    if (in_use_ != nullptr) in_use_->store(false, std::memory_order_release);
  }
  Claim(const Claim&) = delete;
  Claim& operator=(const Claim&) = delete;
  explicit operator bool() const noexcept { return in_use_ != nullptr; }
  // It stays claimed: the handle is about to be freed.
  void keep() noexcept { in_use_ = nullptr; }

 private:
  std::atomic<bool>* in_use_;
};

// The same for functions that can say so.
class ContextClaim : Claim {
 public:
  explicit ContextClaim(const writ_context* context) : Claim(context == nullptr ? nullptr : &context->result.in_use) {
    require(context != nullptr, "the context is NULL");
    require(static_cast<bool>(static_cast<Claim&>(*this)), "the context is in use");
  }
};

// What failed: reading a document has statuses of its own.
enum class Phase { kLoading, kReading, kDeciding, kStoring };
writ_status status_of(ErrorCode code, Phase phase);

void clear(writ_error* error) noexcept;
// Describes an error; never fails, with less memory it says less.
writ_status report(writ_error* error, writ_status status, const Error& what) noexcept;
// Of the exception that is being handled.
writ_status report_exception(writ_error* error, Phase phase) noexcept;
void report_diagnostics(writ_error* error, const std::vector<Diagnostic>& diagnostics, const SourceMap& sources);

// Runs the body of a function of the library, which may return a status. Whatever is thrown ends here. The error is
// that of this call also if a callback used it meanwhile.
template <typename Body>
writ_status guarded(writ_error* error, Phase phase, Body body) noexcept {
  try {
    clear(error);
    writ_status status = WRIT_OK;
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
    } else {
      status = body();
    }
    if (status == WRIT_OK) clear(error);
    return status;
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

// A struct of the caller. It may be older (shorter) than ours: what it lacks is zero. It may be newer: members that are
// not known here must be zero, since what they ask for would not happen.
template <typename Struct>
Struct copy_in(const Struct* from) {
  constexpr size_t kLargest = 4096;
  size_t size = from->struct_size;
  require(size >= sizeof(size_t) && size <= kLargest && size % alignof(Struct) == 0, "`struct_size` is not set");
  Struct copy{};
  std::memcpy(&copy, from, size < sizeof(Struct) ? size : sizeof(Struct));
  auto* bytes = reinterpret_cast<const unsigned char*>(from);
  for (size_t i = sizeof(Struct); i < size; ++i) {
    require(bytes[i] == 0, "a member is set that this library does not know");
  }
  return copy;
}

}  // namespace writ::c
