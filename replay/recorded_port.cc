// Calls answered from a record.
#include "replay/recorded_port.h"

#include <algorithm>
#include <chrono>

#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/host/request_key.h"
#include "engine/value/faithful.h"
#include "engine/value/text.h"
#include "engine/value/visits.h"

namespace writ {

namespace {

// The memory of an evaluation has a limit, so what reads the text must not take of it more than the live call did:
// numbers and truths need none there, and a text its bytes.
Value value_of(std::string_view body, Arena& arena) {
  Arena scratch;
  Value value = read_rv1(body, scratch);
  if (value.is_string()) return Value::string(arena.copy(value.text()));
  bool small = value.kind == Kind::kNull || value.kind == Kind::kBoolean || value.is_int64();
  return small ? value : read_rv1(body, arena);
}

Value result_of(const HostCallEntry& entry, Arena& arena) {
  switch (entry.kind) {
    case HostCallResult::kValue: return value_of(entry.body, arena);
    case HostCallResult::kUndefined: return Value::undefined();
    case HostCallResult::kError: break;
  }
  ErrorCode code = error_code_from_name(entry.body);
  if (code == ErrorCode::kNone) code = ErrorCode::E_OUTSIDE;
  throw Failure(code, "`" + std::string(entry.function) + "` failed, as recorded");
}

}  // namespace

void RecordedPort::begin(const std::vector<std::string>& each, bool) {
  each_ = &each;
  stop_ = ErrorCode::kNone;
  once_results_.clear();
}

uint64_t RecordedPort::monotonic_ns() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

void RecordedPort::entropy(std::span<uint8_t>) {
  throw Failure(ErrorCode::E_ENTROPY, "replay has no random source");
}

Value RecordedPort::call(std::string_view function, std::span<const Value> args, Arena& arena) {
  write_arguments(args_text_, args);
  bool once = !std::binary_search(each_->begin(), each_->end(), function);
  std::string own_key = once && has_request_key(function, args) ? request_key(function, args) : std::string();
  std::string_view key = own_key.empty() ? args_text_ : own_key;
  if (once) {
    if (const Value* known = once_results_.find(function, key)) return *known;
  }
  hold_call(arena, args_text_.size());
  std::optional<HostCallEntry> entry = replay_.answer(function, args_text_);
  if (!entry) throw Failure(ErrorCode::E_OUTSIDE, replay_.detail());
  Value result;
  {
    Meter::Scope unmetered(nullptr);
    result = result_of(*entry, arena);
  }
  if (entry->kind == HostCallResult::kValue) {
    charge_work(entry->body.size() / kTextBytesPerUnit);
    hold_value(arena, entry->body.size());
  }
  if (once) once_results_.add(function, key, result);
  return result;
}

}  // namespace writ
