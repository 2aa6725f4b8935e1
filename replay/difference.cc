#include "replay/difference.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/host/record_size.h"
#include "engine/value/json.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr size_t kLongest = 120;

std::string text_of(const Value* value) {
  if (value == nullptr) return "nothing";
  std::string text;
  append_cj1(text, *value);
  return excerpt(text);
}

// A step of a JSON Pointer.
std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (char c : key) step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return step;
}

// The first place where two values differ. One pass over both; null is a value that is not there.
struct Difference {
  std::vector<std::string> steps;  // from the inside out
  const Value* was = nullptr;
  const Value* is = nullptr;

  bool find(const Value* recorded, const Value* made) {
    was = recorded;
    is = made;
    if (!recorded || !made) return recorded != made;
    if (recorded->is_array() && made->is_array()) return find_in_arrays(*recorded, *made);
    if (recorded->is_object() && made->is_object()) return find_in_objects(*recorded, *made);
    return !equal(*recorded, *made);
  }

 private:
  bool find_at(std::string step, const Value* recorded, const Value* made) {
    if (!find(recorded, made)) return false;
    steps.push_back(std::move(step));
    return true;
  }
  bool find_in_arrays(const Value& recorded, const Value& made) {
    for (uint32_t i = 0; i < std::max(recorded.size, made.size); ++i) {
      const Value* a = i < recorded.size ? &recorded.elements[i] : nullptr;
      const Value* b = i < made.size ? &made.elements[i] : nullptr;
      if (find_at(pointer_step(std::to_string(i)), a, b)) return true;
    }
    return false;
  }
  bool find_in_objects(const Value& recorded, const Value& made) {
    for (const Entry& entry : recorded.members()) {
      if (find_at(pointer_step(entry.key.text()), &entry.value, object_find(made, entry.key))) return true;
    }
    for (const Entry& entry : made.members()) {
      if (!object_find(recorded, entry.key) && find_at(pointer_step(entry.key.text()), nullptr, &entry.value)) return true;
    }
    return false;
  }
};

}  // namespace

std::string excerpt(std::string_view text) {
  if (text.size() <= kLongest) return std::string(text);
  size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "… (" + std::to_string(text.size()) + " bytes)";
}

std::string first_difference(std::string_view name, std::string_view recorded_text, std::string_view made_text) {
  std::string path(name);
  Arena arena;
  Value recorded_root, made_root;
  const Value* recorded = nullptr;
  const Value* made = nullptr;
  try {
    if (!recorded_text.empty()) {
      recorded_root = read_json(recorded_text, arena, {kMostRecordLine, kMaxRecordDepth});
      recorded = &recorded_root;
    }
    if (!made_text.empty()) {
      made_root = read_json(made_text, arena, {kMostRecordLine, kMaxRecordDepth});
      made = &made_root;
    }
  } catch (const Failure&) {
    return path + " is not the recorded one";
  }
  Difference difference;
  difference.find(recorded, made);
  for (auto step = difference.steps.rbegin(); step != difference.steps.rend(); ++step) path += *step;
  return path + " is " + text_of(difference.is) + " and was " + text_of(difference.was);
}

}  // namespace writ
