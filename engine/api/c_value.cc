// Values of the C library: views, and the replies of hosts.
//
// A writ_value is a Value, bit for bit: 16 bytes that point into the arena of a decision, which is why a view costs
// nothing and lives no longer than its result. Functions that read one answer "nothing" (0, an empty text, undefined)
// for a value of another kind, so callers need not ask for the kind first. The second half is the host of a C program:
// CallbackHost calls its functions, and the system where it left one out.
#include "engine/api/c_handles.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

using namespace writ;
using namespace writ::c;

namespace {

// What a reply is until it is taken: whatever was set before no longer counts.
void refuse(writ_reply& reply) {
  reply.state = writ_reply::State::kRefused;
  reply.message.clear();
}

}  // namespace

extern "C" {

writ_kind writ_value_kind(writ_value value) noexcept {
  switch (from_c(value).kind) {
    case Kind::kNull: return WRIT_KIND_NULL;
    case Kind::kBoolean: return WRIT_KIND_BOOLEAN;
    case Kind::kNumber: return WRIT_KIND_NUMBER;
    case Kind::kString: return WRIT_KIND_STRING;
    case Kind::kArray: return WRIT_KIND_ARRAY;
    case Kind::kObject: return WRIT_KIND_OBJECT;
    case Kind::kSet: return WRIT_KIND_SET;
    default: return WRIT_KIND_UNDEFINED;
  }
}

int writ_value_boolean(writ_value value) noexcept { return from_c(value).is_true() ? 1 : 0; }

int writ_value_int64(writ_value value, int64_t* number) noexcept {
  Value v = from_c(value);
  clear_output(number);
  if (!v.is_int64() || number == nullptr) return 0;
  *number = v.integer;
  return 1;
}

size_t writ_value_number(writ_value value, char* buffer, size_t capacity) noexcept {
  Value v = from_c(value);
  if (!v.is_number()) return 0;
  try {
    std::string text;
    append_cj1(text, v);
    if (buffer != nullptr) std::memcpy(buffer, text.data(), std::min(text.size(), capacity));
    return text.size();
  } catch (...) {
    return 0;
  }
}

writ_text writ_value_string(writ_value value) noexcept {
  Value v = from_c(value);
  return view_of(v.is_string() ? v.text() : std::string_view());
}

size_t writ_value_size(writ_value value) noexcept {
  Value v = from_c(value);
  return v.is_collection() ? v.size : 0;
}

writ_value writ_value_item(writ_value value, size_t index) noexcept {
  Value v = from_c(value);
  if (!v.is_collection() || index >= v.size) return to_c(Value());
  return to_c(v.is_object() ? v.entries[index].value : v.elements[index]);
}

writ_value writ_value_key(writ_value value, size_t index) noexcept {
  Value v = from_c(value);
  return to_c(v.is_object() && index < v.size ? v.entries[index].key : Value());
}

writ_value writ_value_member(writ_value value, const char* name, size_t name_size) noexcept {
  Value v = from_c(value);
  if (!v.is_object() || name == nullptr) return to_c(Value());
  try {
    const Value* member = object_find(v, text_of(name, name_size));
    return to_c(member == nullptr ? Value() : *member);
  } catch (...) {
    return to_c(Value());
  }
}

writ_status writ_value_to_json(writ_value value, char** text, size_t* size, writ_error* error) noexcept {
  clear_output(text);
  clear_output(size);
  return guarded(error, Phase::kDeciding, [&] {
    require(text != nullptr && size != nullptr, "a pointer is NULL");
    Value v = from_c(value);
    require(v.is_defined(), "an undefined value has no JSON");
    std::string json;
    append_cj1(json, v);
    *text = copy_out(json);
    *size = json.size();
  });
}

// --- Answers ---------------------------------------------------------------------------------------------------------

writ_status writ_reply_json(writ_reply* reply, const char* text, size_t text_size) noexcept {
  return guarded(nullptr, Phase::kReading, [&] {
    require(reply != nullptr, "a pointer is NULL");
    refuse(*reply);
    require(text != nullptr, "a pointer is NULL");
    reply->value = read_json(text_of(text, text_size), *reply->arena, {kMaxRecordLine, kMaxHostCallDepth});
    reply->state = writ_reply::State::kValue;
  });
}

writ_status writ_reply_undefined(writ_reply* reply) noexcept {
  if (reply == nullptr) return WRIT_ERROR_ARGUMENT;
  reply->state = writ_reply::State::kValue;
  reply->value = Value();
  return WRIT_OK;
}

writ_status writ_reply_error(writ_reply* reply, const char* message, size_t message_size) noexcept {
  return guarded(nullptr, Phase::kDeciding, [&] {
    require(reply != nullptr, "a pointer is NULL");
    refuse(*reply);
    reply->message = text_of(message, message_size);
    reply->state = writ_reply::State::kFailed;
  });
}

}  // extern "C"

namespace writ::c {

uint64_t CallbackHost::now_ns() {
  if (callbacks_.now_ns == nullptr) return system_.now_ns();
  uint64_t now = 0;
  if (callbacks_.now_ns(callbacks_.user, &now) != 0) throw Failure(ErrorCode::E_CLOCK, "the host clock failed");
  return now;
}

void CallbackHost::entropy(std::span<uint8_t> bytes) {
  if (callbacks_.entropy == nullptr) return system_.entropy(bytes);
  if (callbacks_.entropy(callbacks_.user, bytes.data(), bytes.size()) != 0) {
    throw Failure(ErrorCode::E_ENTROPY, "the random source of the host failed");
  }
}

Value CallbackHost::call(std::string_view function, std::span<const Value> args, Arena& arena) {
  if (callbacks_.call == nullptr) return Host::call(function, args, arena);
  writ_reply reply{.arena = &arena, .value = {}, .message = {}};
  static_assert(sizeof(Value) == sizeof(writ_value) && alignof(Value) == alignof(writ_value));
  auto* arguments = reinterpret_cast<const writ_value*>(args.data());
  callbacks_.call(callbacks_.user, function.data(), function.size(), arguments, args.size(), &reply);
  if (reply.state == writ_reply::State::kValue) return reply.value;
  if (!reply.message.empty()) throw Failure(ErrorCode::E_OUTSIDE, std::move(reply.message));
  const char* what = "` failed";
  if (reply.state == writ_reply::State::kNone) what = "` was not answered by the host";
  if (reply.state == writ_reply::State::kRefused) what = "` was answered with what is not acceptable JSON";
  throw Failure(ErrorCode::E_OUTSIDE, "`" + std::string(function) + what);
}

void CallbackHost::note(std::string_view kind, std::string_view text) {
  if (callbacks_.note == nullptr) return;
  callbacks_.note(callbacks_.user, kind.data(), kind.size(), text.data() == nullptr ? "" : text.data(), text.size());
}

}  // namespace writ::c
