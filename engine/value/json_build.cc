// The second stage of the JSON reader: from the structure of a text to values.
//
// Values that are not complete stand on a stack, the members of one container next to each other: key, value, key, value
// for an object. When a container closes, its members move to the arena, an object's sorted on the way.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/value/json_parts.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace writ {

namespace {

// Up to this many members an object is sorted by insertion, on the machine's stack.
constexpr uint32_t kSmallObject = 24;
// So many digits always fit an int64.
constexpr ptrdiff_t kPlainDigits = 18;

bool is_digit(char c) { return static_cast<uint8_t>(c - '0') < 10; }

constexpr auto kEndsToken = [] {
  std::array<bool, 256> table{};
  for (char c : {' ', '\t', '\n', '\r', ',', ':', '[', ']', '{', '}'}) table[static_cast<uint8_t>(c)] = true;
  return table;
}();

bool ends_token(char c) { return kEndsToken[static_cast<uint8_t>(c)]; }

// The first quote or backslash at or after `at`. The padding holds one.
const char* find_quote_or_escape(const char* at) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i escape = _mm_set1_epi8('\\');
  for (;; at += 16) {
    __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i found = _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, escape));
    if (int mask = _mm_movemask_epi8(found)) return at + __builtin_ctz(static_cast<unsigned>(mask));
  }
#else
  while (*at != '"' && *at != '\\') ++at;
  return at;
#endif
}

// Orders keys whose prefixes are the same.
int compare_keys(const Value& a, const Value& b) {
  uint32_t shared = std::min(a.size, b.size);
  int relation = shared <= 8 ? 0 : std::memcmp(a.chars + 8, b.chars + 8, shared - 8);
  if (relation != 0) return relation;
  return a.size < b.size ? -1 : a.size > b.size ? 1 : 0;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The number that four hexadecimal digits write, or a negative one.
int32_t read_hex4(const char* digits) {
  int32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    int digit = hex_value(digits[i]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

// What a one-letter escape stands for, 0 if it is none.
char unescaped(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/': return letter;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
  }
}

// Whether the canonical form writes this code point as these four hexadecimal digits [S-16.1].
bool is_canonical_escape(int32_t code, const char* digits) {
  if (code >= 0x20 || (code >= '\b' && code <= '\r' && code != '\v')) return false;
  return !(digits[2] >= 'A' && digits[2] <= 'F') && !(digits[3] >= 'A' && digits[3] <= 'F');
}

bool is_high_surrogate(int32_t code) { return code >= 0xD800 && code < 0xDC00; }
bool is_low_surrogate(int32_t code) { return code >= 0xDC00 && code < 0xE000; }

// Whether a decimal with a point and without exponent is its own canonical text [S-16.1].
bool is_canonical_decimal(std::string_view text, size_t point) {
  constexpr size_t kLongest = 256;
  size_t first = text[0] == '-' ? 1 : 0;
  if (text.back() == '0' || point - first > 21 || text.size() > kLongest) return false;
  if (text[first] != '0') return true;
  return text.find_first_not_of('0', point + 1) - (point + 1) <= 5;
}

}  // namespace

// What run() keeps in registers. It is handed only to functions that are inlined; the others get and return values.
struct JsonBuilder::Cursor {
  const char* text;
  const uint32_t* next;                 // the token to be read next
  Value* top;                           // one past the last value on the stack
  Value* limit;                         // end of the stack
  uint32_t depth = 0;                   // open containers
  uint32_t gaps = 0;                    // not zero: there was white space
  const PathTrie::Node* node = nullptr;  // place of the value being read, null if no path leads to it

  // `end` is where the last token ends: white space follows if the next one does not start there.
  void note_gap(uint32_t end) { gaps |= *next ^ end; }
};

JsonBuilder::JsonBuilder() : stack_(64), frames_(16) {}

bool JsonBuilder::build(const JsonStructure& structure, Arena& arena, const JsonLimits& limits, NumberText numbers,
                        const PathTrie* trie, Value* slots, JsonDocument* document) {
  arena_ = &arena;
  trie_ = trie;
  slots_ = slots;
  depth_limit_ = limits.depth;
  keep_numbers_ = numbers == NumberText::kKept;
  plain_ = structure.indexes[0] == 0;
  if (trie != nullptr) std::fill(slots, slots + trie->slot_count(), Value::undefined());
  Cursor cursor{structure.text, structure.indexes, stack_.data(), stack_.data() + stack_.size()};
  if (trie != nullptr) cursor.node = trie->nodes().data();
  try {
    if (!run(cursor, structure.indexes + structure.count)) return false;
  } catch (const Failure& failure) {
    ErrorCode code = failure.error().code;
    if (code == ErrorCode::E_NUM_RANGE || code == ErrorCode::E_JSON_NUMBER) return false;
    throw;
  }
  *document = {stack_[0], plain_};
  return true;
}

// One turn per value. The start of a container leads to the turn of its first member; any other value is complete and
// goes to the container around it, which it may complete in turn.
bool JsonBuilder::run(Cursor cursor, const uint32_t* end) {
  for (;;) {
    uint32_t at = *cursor.next++;
    char first = cursor.text[at];
    Value value;
    if (first == '{' || first == '[') {
      bool is_object = first == '{';
      cursor.note_gap(at + 1);
      if (cursor.depth == depth_limit_) return false;
      uint32_t inside = *cursor.next;
      if (cursor.text[inside] != (is_object ? '}' : ']')) {
        open(cursor, is_object);
        if (is_object && !read_key(cursor)) return false;
        continue;
      }
      ++cursor.next;
      cursor.note_gap(inside + 1);
      value = is_object ? Value::sorted_object(nullptr, 0) : Value::array(nullptr, 0);
    } else {
      value = read_scalar(cursor, at, first);
      if (!value.is_defined()) return false;
    }
    for (;;) {
      if (cursor.node != nullptr && cursor.node->slot != PathTrie::kNoSlot) slots_[cursor.node->slot] = value;
      push(cursor, value);
      if (cursor.depth == 0) {
        plain_ = plain_ && cursor.gaps == 0;
        return cursor.next == end;
      }
      at = *cursor.next++;
      cursor.note_gap(at + 1);
      bool in_object = frames_[cursor.depth - 1].is_object;
      char after = cursor.text[at];
      if (after == ',') {
        cursor.node = nullptr;
        if (in_object && !read_key(cursor)) return false;
        break;
      }
      if (after != (in_object ? '}' : ']')) return false;
      value = close(cursor);
      if (!value.is_defined()) return false;
    }
  }
}

// --- Containers ------------------------------------------------------------------------------------------------------

[[gnu::always_inline]] inline void JsonBuilder::push(Cursor& cursor, const Value& value) {
  if (cursor.top == cursor.limit) [[unlikely]] {
    size_t size = stack_.size();
    grow_stack();
    cursor.top = stack_.data() + size;
    cursor.limit = stack_.data() + stack_.size();
  }
  *cursor.top++ = value;
}

[[gnu::noinline]] void JsonBuilder::grow_stack() { stack_.resize(stack_.size() * 2); }

[[gnu::always_inline]] inline void JsonBuilder::open(Cursor& cursor, bool is_object) {
  if (cursor.depth == frames_.size()) frames_.resize(frames_.size() * 2);
  frames_[cursor.depth++] = {static_cast<uint32_t>(cursor.top - stack_.data()), is_object, cursor.node};
  cursor.node = nullptr;
}

// The innermost container, taken from the stack; undefined if two keys of it are equal.
[[gnu::always_inline]] inline Value JsonBuilder::close(Cursor& cursor) {
  const Frame& frame = frames_[--cursor.depth];
  cursor.node = frame.node;
  Value* members = stack_.data() + frame.start;
  auto count = static_cast<uint32_t>(cursor.top - members);
  cursor.top = members;
  if (frame.is_object) return make_object(members, count / 2);
  Value* elements = arena_->allocate_array<Value>(count);
  std::memcpy(static_cast<void*>(elements), members, count * sizeof(Value));
  return Value::array(elements, count);
}

// `members` are key, value, key, value in the order of the text; undefined if two keys are equal.
Value JsonBuilder::make_object(const Value* members, uint32_t count) {
  SortKey few[kSmallObject];
  SortKey* keys = few;
  if (count > kSmallObject) {
    if (sort_keys_.size() < count) sort_keys_.resize(std::max<size_t>(count, sort_keys_.size() * 2));
    keys = sort_keys_.data();
  }
  plain_ = plain_ && is_canonical_order(members, count);
  if (!sort_keys(members, keys, count)) return Value::undefined();
  Entry* entries = arena_->allocate_array<Entry>(count);
  for (uint32_t i = 0; i < count; ++i) {
    std::memcpy(static_cast<void*>(&entries[i]), members + keys[i].member, sizeof(Entry));
  }
  return Value::sorted_object(entries, count);
}

// False if two keys are equal.
bool JsonBuilder::sort_keys(const Value* members, SortKey* keys, uint32_t count) {
  auto before = [&](const SortKey& a, const SortKey& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return compare_keys(members[a.member], members[b.member]) < 0;
  };
  if (count <= kSmallObject) {
    for (uint32_t i = 0; i < count; ++i) {
      SortKey key{key_prefix(members[2 * i].chars, members[2 * i].size), 2 * i};
      uint32_t hole = i;
      for (; hole > 0 && before(key, keys[hole - 1]); --hole) {
        keys[hole].prefix = keys[hole - 1].prefix;  // not as one copy, which would wait for both stores
        keys[hole].member = keys[hole - 1].member;
      }
      keys[hole] = key;
    }
  } else {
    for (uint32_t i = 0; i < count; ++i) keys[i] = {key_prefix(members[2 * i].chars, members[2 * i].size), 2 * i};
    if (!std::is_sorted(keys, keys + count, before)) std::sort(keys, keys + count, before);
  }
  for (uint32_t i = 1; i < count; ++i) {
    bool same_prefix = keys[i].prefix == keys[i - 1].prefix;
    if (same_prefix && compare_keys(members[keys[i - 1].member], members[keys[i].member]) == 0) return false;
  }
  return true;
}

bool JsonBuilder::is_canonical_order(const Value* members, uint32_t count) const {
  for (uint32_t i = 1; i < count; ++i) {
    if (compare_utf16(members[2 * i - 2].text(), members[2 * i].text()) > 0) return false;
  }
  return true;
}

// A member's name and the colon after it.
[[gnu::always_inline]] inline bool JsonBuilder::read_key(Cursor& cursor) {
  uint32_t at = *cursor.next++;
  if (cursor.text[at] != '"') return false;
  Value key = read_string(cursor, at);
  if (!key.is_defined()) return false;
  uint32_t colon = *cursor.next++;
  if (cursor.text[colon] != ':') return false;
  cursor.note_gap(colon + 1);
  push(cursor, key);
  const PathTrie::Node* container = frames_[cursor.depth - 1].node;
  if (container != nullptr) cursor.node = find_child(trie_->nodes(), *container, key.chars, key.size);
  return true;
}

// --- Scalars. Undefined means: not acceptable. -----------------------------------------------------------------------

[[gnu::always_inline]] inline Value JsonBuilder::read_scalar(Cursor& cursor, uint32_t at, char first) {
  const char* text = cursor.text + at;
  if (first == '"') return read_string(cursor, at);
  if (is_digit(first) || first == '-') return read_number(cursor, at);
  Value value;
  uint32_t size = 4;
  if (first == 't' && std::memcmp(text, "true", 4) == 0) {
    value = Value::of(true);
  } else if (first == 'n' && std::memcmp(text, "null", 4) == 0) {
    value = Value::null();
  } else if (first == 'f' && std::memcmp(text, "false", 5) == 0) {
    value = Value::of(false);
    size = 5;
  }
  cursor.note_gap(at + size);
  return ends_token(text[size]) ? value : Value::undefined();
}

[[gnu::always_inline]] inline Value JsonBuilder::read_string(Cursor& cursor, uint32_t at) {
  const char* begin = cursor.text + at + 1;
  const char* end = find_quote_or_escape(begin);
  Value value = Value::string({begin, static_cast<size_t>(end - begin)});
  if (*end == '\\') [[unlikely]] value = read_escaped_string(begin, end, cursor.text + *cursor.next, &end);
  auto after = static_cast<uint32_t>(end - cursor.text) + 1;
  if (after > *cursor.next) return Value::undefined();
  cursor.note_gap(after);
  return value;
}

// From `begin` up to the first escape there is nothing to do; the string ends before `limit`. Sets `*end` to the
// closing quote.
[[gnu::noinline]] Value JsonBuilder::read_escaped_string(const char* begin, const char* escape, const char* limit,
                                                         const char** end) {
  char* text = arena_->allocate_array<char>(static_cast<size_t>(limit - begin));
  char* to = text;
  const char* from = begin;
  for (const char* at = escape;; at = find_quote_or_escape(from)) {
    if (at >= limit) return Value::undefined();
    std::memcpy(to, from, static_cast<size_t>(at - from));
    to += at - from;
    *end = at;
    if (*at == '"') return Value::string({text, static_cast<size_t>(to - text)});
    char letter = at[1];
    if (letter == 'u') {
      from = read_unicode_escape(at, &to);
      if (from == nullptr) return Value::undefined();
      continue;
    }
    char meant = unescaped(letter);
    if (meant == '\0') return Value::undefined();
    plain_ = plain_ && letter != '/';
    *to++ = meant;
    from = at + 2;
  }
}

// `at` is the backslash of `\uXXXX` or of a pair of them. Returns what follows, null if it is not a code point.
const char* JsonBuilder::read_unicode_escape(const char* at, char** to) {
  int32_t code = read_hex4(at + 2);
  plain_ = plain_ && is_canonical_escape(code, at + 2);
  if (code < 0 || is_low_surrogate(code)) return nullptr;
  at += 6;
  if (is_high_surrogate(code)) {
    int32_t low = at[0] == '\\' && at[1] == 'u' ? read_hex4(at + 2) : -1;
    if (!is_low_surrogate(low)) return nullptr;
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    at += 6;
  }
  *to += encode_utf8(static_cast<uint32_t>(code), *to);
  return at;
}

[[gnu::always_inline]] inline Value JsonBuilder::read_number(Cursor& cursor, uint32_t at) {
  const char* begin = cursor.text + at;
  bool negative = *begin == '-';
  const char* digits = begin + negative;
  const char* end = digits;
  uint64_t size = 0;
  for (; is_digit(*end); ++end) size = size * 10 + static_cast<uint64_t>(*end - '0');
  ptrdiff_t count = end - digits;
  Value value = Value::of(static_cast<int64_t>(negative ? -size : size));
  bool is_short = count > 0 && count <= kPlainDigits && ends_token(*end);
  bool is_plain = is_short && !(*digits == '0' && (count > 1 || negative));
  if (!is_plain) value = read_long_number(begin, &end);
  cursor.note_gap(static_cast<uint32_t>(end - cursor.text));
  return value;
}

// Numbers that are not short integers. Sets `*end`.
[[gnu::noinline]] Value JsonBuilder::read_long_number(const char* begin, const char** end) {
  const char* at = begin + (*begin == '-');
  const char* digits = at;
  while (is_digit(*at)) ++at;
  if (at == digits || (*digits == '0' && at - digits > 1)) return Value::undefined();
  const char* point = nullptr;
  if (*at == '.') {
    point = at++;
    while (is_digit(*at)) ++at;
    if (at == point + 1) return Value::undefined();
  }
  bool has_exponent = *at == 'e' || *at == 'E';
  if (has_exponent) {
    ++at;
    if (*at == '+' || *at == '-') ++at;
    const char* exponent = at;
    while (is_digit(*at)) ++at;
    if (at == exponent) return Value::undefined();
  }
  if (!ends_token(*at)) return Value::undefined();
  *end = at;
  std::string_view text(begin, static_cast<size_t>(at - begin));
  if (keep_numbers_) return number_from_text(*arena_, text);
  bool is_decimal = point != nullptr && !has_exponent;
  if (is_decimal && is_canonical_decimal(text, static_cast<size_t>(point - begin))) return Value::number_text(text);
  Value value = number_from_input(*arena_, text);
  bool is_integer = point == nullptr && !has_exponent;
  plain_ = plain_ && (value.form == Value::kText ? value.text() == text : is_integer && text != "-0");
  return value;
}

}  // namespace writ
