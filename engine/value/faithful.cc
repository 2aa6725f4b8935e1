// Reading the faithful form `rv1`; its writer is in text_canonical.cc.
//
// {"$set":[…]} is a set and {"$obj":[[key,value],…]} an object whose keys are not all strings, or that could be confused
// with one of these two. Everything else is what it is in JSON. There is one text for each value, so a text is accepted
// only if writing its value gives the same text again.
#include "engine/value/faithful.h"

#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// As much as a record can hold.
constexpr uint32_t kMaxDepth = 600;
constexpr uint64_t kMaxBytes = 16u << 20;

[[noreturn]] void fail_rv1(std::string_view what) {
  throw Failure(ErrorCode::E_JSON_SYNTAX, "not the faithful form of a value: " + std::string(what));
}

Value decode_rv1(const Value& json, Arena& arena, uint32_t depth);

Value decode_set(const Value& items, Arena& arena, uint32_t depth) {
  if (!items.is_array()) fail_rv1("$set without an array");
  SetBuilder set(arena);
  for (const Value& item : items.items()) set.add(decode_rv1(item, arena, depth + 1));
  Value result = set.finish();
  if (result.size != items.size) fail_rv1("$set with equal elements");
  return result;
}

Value decode_object(const Value& pairs, Arena& arena, uint32_t depth) {
  if (!pairs.is_array()) fail_rv1("$obj without an array");
  ObjectBuilder object(arena);
  bool plain_keys = true;
  for (const Value& pair : pairs.items()) {
    if (!pair.is_array() || pair.size != 2) fail_rv1("$obj with something else than pairs");
    Value key = decode_rv1(pair.elements[0], arena, depth + 1);
    plain_keys = plain_keys && key.is_string();
    object.insert(key, decode_rv1(pair.elements[1], arena, depth + 1));
  }
  Value result = object.finish();
  if (result.size != pairs.size) fail_rv1("$obj with equal keys");
  bool needed = !plain_keys || (result.size == 1 && result.entries[0].key.text().starts_with("$"));
  if (!needed) fail_rv1("$obj where a plain object would do");
  return result;
}

Value decode_rv1(const Value& json, Arena& arena, uint32_t depth) {
  if (depth > kMaxDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply");
  if (json.is_array()) {
    ArrayBuilder array(arena);
    for (const Value& item : json.items()) array.append(decode_rv1(item, arena, depth + 1));
    return array.finish();
  }
  if (!json.is_object()) return json;
  if (json.size == 1 && json.entries[0].key.text().starts_with("$")) {
    std::string_view form = json.entries[0].key.text();
    if (form == "$set") return decode_set(json.entries[0].value, arena, depth);
    if (form == "$obj") return decode_object(json.entries[0].value, arena, depth);
    fail_rv1("unknown form " + std::string(form));
  }
  ObjectBuilder object(arena);
  for (const Entry& entry : json.members()) object.insert(entry.key, decode_rv1(entry.value, arena, depth + 1));
  return object.finish();
}

}  // namespace

Value read_rv1(std::string_view text, Arena& arena) {
  Value json = read_json(text, arena, {kMaxBytes, kMaxDepth});
  Value value = decode_rv1(json, arena, 1);
  // Sets and pairs in another order decode alike; only one order is the faithful form.
  std::string again;
  append_rv1(again, value);
  if (again != text) fail_rv1("not written canonically");
  return value;
}

}  // namespace writ
