#include "engine/host/recording_port.h"

#include <algorithm>
#include <new>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/base/utf8.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kClock = "time.now_ns";
constexpr size_t kLargestArguments = 8u << 20;  // of one call; a record holds 16 MiB in all

// Operands that no record could hold end the evaluation before the host hears of them, and so they do in replay.
void check_arguments(std::string_view text) {
  if (text.size() > kLargestArguments) {
    throw Failure(ErrorCode::E_RECORD_SIZE, "operands of an outside call are too large");
  }
  if (nesting_of(text) > kMaxHostCallDepth) {
    throw Failure(ErrorCode::E_DEPTH, "operands of an outside call are nested too deeply");
  }
}

// Whether reading the faithful form would give the very same value: then the evaluation may use it as it is.
bool is_faithful(const Value& value) {
  switch (value.kind) {
    case Kind::kUndefined:
    case Kind::kNull:
    case Kind::kBoolean: return true;
    case Kind::kNumber: return value.is_int64();
    case Kind::kString: return is_utf8(value.text());
    default: return false;
  }
}

}  // namespace

void RecordingPort::begin(Host& host, const std::vector<HostFunction>& functions, bool every_call) {
  host_ = &host;
  functions_ = &functions;
  every_call_ = every_call;
  complete_ = true;
  time_ns_.reset();
  log_.clear();
  answers_.clear();
}

uint64_t RecordingPort::time_ns() {
  if (!time_ns_) {
    uint64_t now = host_->now_ns();
    if (now > INT64_MAX) throw Failure(ErrorCode::E_CLOCK, "the clock shows a time beyond the year 2262");
    time_ns_ = now;
  }
  return *time_ns_;
}

void RecordingPort::note(std::string_view function, std::string_view text) {
  constexpr std::string_view kInternal = "internal.";
  if (function.starts_with(kInternal)) function.remove_prefix(kInternal.size());
  host_->note(function, text);
}

bool RecordingPort::is_once(std::string_view function) const {
  auto named = std::find_if(functions_->begin(), functions_->end(),
                            [&](const HostFunction& candidate) { return candidate.name == function; });
  if (named != functions_->end()) return named->once;
  return !function.starts_with("io.jwt.");  // signatures may be randomised
}

Value RecordingPort::ask(std::string_view function, std::span<const Value> args, Arena& arena) {
  if (function == kClock && !every_call_) return Value::of(static_cast<int64_t>(time_ns()));
  try {
    return ask_and_remember(function, args, arena);
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

Value RecordingPort::ask_and_remember(std::string_view function, std::span<const Value> args, Arena& arena) {
  args_text_.clear();
  append_rv1(args_text_, Value::array(args.data(), static_cast<uint32_t>(args.size())));
  check_arguments(args_text_);
  if (is_once(function)) {
    if (auto known = log_.find(function, args_text_)) return answers_[*known];
  }
  return ask_host({function, args, args_text_, function == kClock ? time_ns() : 0}, arena);
}

Value RecordingPort::ask_host(const HostCall& call, Arena& arena) {
  Value value;
  Error failed;
  try {
    value = host_->answer(call, arena);
    body_text_.clear();
    if (value.is_defined()) append_rv1(body_text_, value);
    if (nesting_of(body_text_) > kMaxHostCallDepth || body_text_.size() > kLargestArguments) {
      throw Failure(ErrorCode::E_OUTSIDE, "the answer of " + std::string(call.function) + " is too large for a record");
    }
    if (!is_faithful(value)) value = read_rv1(body_text_, arena);
  } catch (const Failure& failure) {
    failed = failure.error();
  } catch (...) {
    failed.code = ErrorCode::E_OUTSIDE;
  }
  if (failed.code != ErrorCode::kNone) {
    remember(call, HostCallResult::kError, error_code_name(failed.code), Value());
    if (failed.detail.empty()) failed.detail = std::string(call.function) + " failed";
    throw Failure(std::move(failed));
  }
  remember(call, value.is_defined() ? HostCallResult::kValue : HostCallResult::kUndefined, body_text_, value);
  return value;
}

void RecordingPort::remember(const HostCall& call, HostCallResult kind, std::string_view body, const Value& value) {
  answers_.push_back(value);
  try {
    log_.append(hasher_, {call.function, call.args_text, kind, body});
  } catch (...) {
    answers_.pop_back();
    throw;
  }
}

}  // namespace writ
