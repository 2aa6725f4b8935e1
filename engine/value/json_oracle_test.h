// A second reader of JSON for tests: slow, recursive, and written without a look at the first one, so that an error
// has to be made twice to go unnoticed. It says only whether a text is acceptable and what it means.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/text.h"
#include "engine/value/value.h"

namespace writ {

class SlowJson {
 public:
  SlowJson(std::string_view text, Arena& arena, const JsonLimits& limits)
      : rest_(text), arena_(arena), limits_(limits), acceptable_size_(text.size() <= limits.bytes) {}

  // Nothing if the text is not acceptable.
  std::optional<Value> read() {
    Value value;
    if (!acceptable_size_ || !read_value(0, &value)) return std::nullopt;
    skip_space();
    if (!rest_.empty()) return std::nullopt;
    return value;
  }

 private:
  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool read_value(uint32_t depth, Value* value) {
    skip_space();
    if (take("null")) return *value = Value::null(), true;
    if (take("true")) return *value = Value::of(true), true;
    if (take("false")) return *value = Value::of(false), true;
    if (rest_.starts_with('"')) {
      std::string text;
      if (!read_string(&text)) return false;
      *value = make_string(arena_, text);
      return true;
    }
    if (take("[")) return depth < limits_.depth && read_array(depth + 1, value);
    if (take("{")) return depth < limits_.depth && read_object(depth + 1, value);
    return read_number(value);
  }

  bool read_array(uint32_t depth, Value* value) {
    std::vector<Value> elements;
    skip_space();
    while (!take("]")) {
      if (!elements.empty() && !take(",")) return false;
      Value element;
      if (!read_value(depth, &element)) return false;
      elements.push_back(element);
      skip_space();
    }
    *value = make_array(arena_, elements);
    return true;
  }

  bool read_object(uint32_t depth, Value* value) {
    std::map<std::string, Value> members;
    skip_space();
    while (!take("}")) {
      if (!members.empty() && !take(",")) return false;
      skip_space();
      std::string name;
      if (!read_string(&name)) return false;
      skip_space();
      Value member;
      if (!take(":") || !read_value(depth, &member)) return false;
      if (!members.emplace(name, member).second) return false;
      skip_space();
    }
    std::vector<Entry> entries;
    for (const auto& [name, member] : members) entries.push_back({make_string(arena_, name), member});
    *value = make_object(arena_, entries);
    return true;
  }

  bool read_string(std::string* text) {
    if (!take("\"")) return false;
    while (!rest_.empty()) {
      if (take("\"")) return true;
      if (take("\\")) {
        if (!read_escape(text)) return false;
      } else if (!read_raw(text)) {
        return false;
      }
    }
    return false;
  }

  // One well-formed sequence after the table of the Unicode standard (table 3-7).
  bool read_raw(std::string* text) {
    struct Row {
      uint8_t first_low, first_high, second_low, second_high;
      size_t size;
    };
    static constexpr Row kRows[] = {
        {0x20, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    auto byte = [&](size_t i) { return static_cast<uint8_t>(rest_[i]); };
    for (const Row& row : kRows) {
      if (byte(0) < row.first_low || byte(0) > row.first_high) continue;
      if (rest_.size() < row.size) return false;
      if (row.size > 1 && (byte(1) < row.second_low || byte(1) > row.second_high)) return false;
      for (size_t i = 2; i < row.size; ++i) {
        if (byte(i) < 0x80 || byte(i) > 0xBF) return false;
      }
      text->append(rest_.substr(0, row.size));
      rest_.remove_prefix(row.size);
      return true;
    }
    return false;
  }

  bool read_escape(std::string* text) {
    static constexpr std::pair<char, char> kShort[] = {{'"', '"'},  {'\\', '\\'}, {'/', '/'},  {'b', '\b'},
                                                       {'f', '\f'}, {'n', '\n'},  {'r', '\r'}, {'t', '\t'}};
    if (rest_.empty()) return false;
    char letter = rest_.front();
    rest_.remove_prefix(1);
    for (auto [written, meant] : kShort) {
      if (letter == written) return *text += meant, true;
    }
    uint32_t unit = 0;
    if (letter != 'u' || !read_unit(&unit)) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return false;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      uint32_t second = 0;
      if (!take("\\u") || !read_unit(&second) || second < 0xDC00 || second > 0xDFFF) return false;
      unit = 0x10000 + (unit - 0xD800) * 0x400 + (second - 0xDC00);
    }
    append_code_point(text, unit);
    return true;
  }

  bool read_unit(uint32_t* unit) {
    if (rest_.size() < 4) return false;
    for (char c : rest_.substr(0, 4)) {
      size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
      if (digit == std::string_view::npos) return false;
      *unit = *unit * 16 + static_cast<uint32_t>(digit < 16 ? digit : digit - 6);
    }
    rest_.remove_prefix(4);
    return true;
  }

  static void append_code_point(std::string* text, uint32_t code) {
    auto add = [&](uint32_t byte) { *text += static_cast<char>(byte); };
    if (code <= 0x7F) {
      add(code);
    } else if (code <= 0x7FF) {
      add(0xC0 + code / 64);
      add(0x80 + code % 64);
    } else if (code <= 0xFFFF) {
      add(0xE0 + code / 4096);
      add(0x80 + code / 64 % 64);
      add(0x80 + code % 64);
    } else {
      add(0xF0 + code / 262144);
      add(0x80 + code / 4096 % 64);
      add(0x80 + code / 64 % 64);
      add(0x80 + code % 64);
    }
  }

  bool read_number(Value* value) {
    size_t size = std::min(rest_.find_first_not_of("0123456789+-.eE"), rest_.size());
    std::string_view text = rest_.substr(0, size);
    if (!is_json_number(text) || !number_is_valid(text)) return false;
    *value = number_from_input(arena_, text);
    rest_.remove_prefix(size);
    return true;
  }

  static bool is_json_number(std::string_view text) {
    auto digits = [&] {
      size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
      text.remove_prefix(count);
      return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    bool zero = text.starts_with('0');
    size_t integer = digits();
    if (integer == 0 || (zero && integer > 1)) return false;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      if (digits() == 0) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
      text.remove_prefix(1);
      if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
      if (digits() == 0) return false;
    }
    return text.empty();
  }

  std::string_view rest_;
  Arena& arena_;
  JsonLimits limits_;
  bool acceptable_size_;
};

// What is wrong when the reader and its oracle do not agree about a text; empty if they do.
inline std::string compare_readers(JsonReader& reader, std::string_view text, const JsonLimits& limits,
                                   const PathTrie* trie = nullptr) {
  Arena fast_arena;
  Arena slow_arena;
  std::vector<Value> slots(trie == nullptr ? 0 : trie->slot_count());
  std::optional<Value> slow = SlowJson(text, slow_arena, limits).read();
  JsonDocument document;
  try {
    document = reader.read(text, fast_arena, limits, trie, slots.data());
  } catch (const Failure& failure) {
    if (failure.error().code == ErrorCode::E_INTERNAL) return failure.error().detail;
    return slow ? "rejected: " + failure.error().detail : "";
  }
  if (!slow) return "accepted";
  std::string canonical;
  std::string expected;
  append_cj1(canonical, document.value);
  append_cj1(expected, *slow);
  if (canonical != expected) return "read as " + canonical + " instead of " + expected;
  if (!equal_slow(document.value, *slow)) return "values are not equal";
  if (document.canonical != (canonical == text)) return document.canonical ? "is not canonical" : "is canonical";
  if (trie != nullptr) {
    std::vector<Value> expected_slots(slots.size());
    trie->resolve(*slow, expected_slots.data());
    for (size_t i = 0; i < slots.size(); ++i) {
      if (compare(slots[i], expected_slots[i]) != 0) return "slot " + std::to_string(i) + " is wrong";
    }
  }
  Arena again_arena;
  std::string again;
  append_cj1(again, read_json(canonical, again_arena, {.bytes = UINT64_MAX, .depth = limits.depth}));
  if (again != canonical) return "not idempotent: " + again;
  return "";
}

}  // namespace writ
