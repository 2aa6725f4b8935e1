// Calls to a live host, written down.
//
// call() is the whole way: the arguments become text, a known result of class `once` is returned, and what remains goes
// to the host. Whatever ends the call for lack of memory makes the log incomplete. call_and_log() holds the result to
// what a record can hold: the evaluation continues with the value that replay will read, so it can never depend on
// anything the record does not say (the exact text of a number, the order in which a host built its objects).
#include "engine/host/recording_port.h"

#include <algorithm>
#include <new>

#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/base/utf8.h"
#include "engine/host/request_key.h"
#include "engine/value/faithful.h"
#include "engine/value/text.h"
#include "engine/value/visits.h"

namespace writ {

namespace {

constexpr std::string_view kClock = "time.now_ns";

// Whether the value is the very same when it is read from its faithful form, and takes up nothing.
bool is_in_place(const Value& value) {
  return !value.is_defined() || value.kind == Kind::kNull || value.kind == Kind::kBoolean || value.is_int64();
}

// The codes that an entry of the log can have [S-17.3]: those of a host call, and the reader's for a reply it refused.
// A host that fails with any other has failed, and nothing more can be said of it.
ErrorCode recordable(ErrorCode code) {
  bool is_of_reader = code >= ErrorCode::E_JSON_SYNTAX && code <= ErrorCode::E_NUM_RANGE;
  bool is_of_call = code == ErrorCode::E_OUTSIDE || code == ErrorCode::E_BUILTIN || code == ErrorCode::E_ENTROPY;
  return is_of_reader || is_of_call ? code : ErrorCode::E_OUTSIDE;
}

}  // namespace

void RecordingPort::begin(const std::vector<std::string>& each, bool record) {
  each_ = &each;
  record_ = record;
  time_ns_.reset();
  // Most decisions make no host call and leave both empty; a call that was cut short may leave half an entry.
  if (!complete_ || !log_.empty()) {
    log_.clear();
    once_results_.clear();
  }
  complete_ = true;
}

uint64_t RecordingPort::time_ns() {
  if (!time_ns_) {
    Meter::Scope unmetered(nullptr);
    uint64_t now = host_->now_ns();
    if (now > INT64_MAX) throw Failure(ErrorCode::E_CLOCK, "the host clock is past the year 2262");
    time_ns_ = now;
  }
  return *time_ns_;
}

void RecordingPort::entropy(std::span<uint8_t> bytes) { host_->entropy(bytes); }

// Hosts know the kinds of notes ("print", "trace", "test_case"), not the built-ins that make them.
void RecordingPort::note(std::string_view function, std::string_view text) {
  constexpr std::string_view kInternal = "internal.";
  if (function.starts_with(kInternal)) function.remove_prefix(kInternal.size());
  // What a host does with a note is no work of the evaluation: a replay tells it to nobody.
  Meter::Scope unmetered(nullptr);
  host_->note(function, text);
}

Value RecordingPort::call(std::string_view function, std::span<const Value> args, Arena& arena) {
  if (function == kClock && !record_) return Value::of(static_cast<int64_t>(time_ns()));
  try {
    write_arguments(args_text_, args);
    bool once = !std::binary_search(each_->begin(), each_->end(), function);
    std::string own_key = once && has_request_key(function, args) ? request_key(function, args) : std::string();
    auto key = [&] { return std::string_view(own_key.empty() ? args_text_ : own_key); };
    if (once) {
      if (const Value* known = once_results_.find(function, key())) return *known;
    }
    hold_call(arena, args_text_.size());
    Value result = call_and_log(function, args, arena);
    if (once) once_results_.add(function, key(), result);
    return result;
  } catch (const std::bad_alloc&) {
    complete_ = false;
    throw;
  }
}

void RecordingPort::stop(ErrorCode code) {
  try {
    log_.append_stop(hasher_, code);
  } catch (const std::bad_alloc&) {
    complete_ = false;
    throw;
  }
}

Value RecordingPort::call_and_log(std::string_view function, std::span<const Value> args, Arena& arena) {
  Value result;
  Error failed;
  result_text_.clear();
  try {
    Meter::Scope unmetered(nullptr);
    // What the host needs for its answer is not counted: the evaluation holds what a replay of it would.
    scratch_.reset();
    result = result_of(function, args, scratch_);
    if (result.is_defined()) append_rv1(result_text_, result, kMaxHostCallBytes);
    if (nesting_of(result_text_) > kMaxHostCallDepth || result_text_.size() > kMaxHostCallBytes) {
      throw Failure(ErrorCode::E_OUTSIDE, "the result of `" + std::string(function) + "` is too large for a record");
    }
    if (result.is_string() && is_utf8(result.text())) {
      result = Value::string(arena.copy(result.text()));
    } else if (!is_in_place(result)) {
      result = read_rv1(result_text_, arena);
    }
  } catch (const Failure& failure) {
    failed = failure.error();
    failed.code = recordable(failed.code);
  } catch (...) {
    failed.code = ErrorCode::E_OUTSIDE;
  }
  if (failed.code != ErrorCode::kNone) {
    log_.append(hasher_, {function, args_text_, HostCallResult::kError, error_code_name(failed.code)});
    if (failed.detail.empty()) failed.detail = "`" + std::string(function) + "` failed";
    throw Failure(std::move(failed));
  }
  HostCallResult kind = result.is_defined() ? HostCallResult::kValue : HostCallResult::kUndefined;
  log_.append(hasher_, {function, args_text_, kind, result_text_});
  charge_work(result_text_.size() / kTextBytesPerUnit);
  hold_value(arena, result_text_.size());
  return result;
}

Value RecordingPort::result_of(std::string_view function, std::span<const Value> args, Arena& arena) {
  if (function == kClock) return Value::of(static_cast<int64_t>(time_ns()));
  if (function == "rand.intn") return Value::of(draw_below(*host_, static_cast<uint64_t>(args[1].integer)));
  if (function == "uuid.rfc4122") return draw_uuid(*host_, arena);
  if (function == "io.jwt.encode_sign" || function == "io.jwt.encode_sign_raw") {
    return draw_bytes(*host_, static_cast<uint64_t>(args[0].integer), arena);
  }
  return host_->call(function, args, arena);
}

}  // namespace writ
