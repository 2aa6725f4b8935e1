// Functions over strings. Positions and lengths count characters, not bytes, and every search is linear in its text.
//
// In this order: questions about a text, parts of it, trimming, making another text, replacing. Answers that are a part
// of an argument share its bytes; texts that are made are paid for before they grow (ChargedText).
#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/visits.h"

namespace writ {

// --- Asking ----------------------------------------------------------------------------------------------------------

Value builtin_contains(BuiltinCall& call) {
  charge_bytes(call, uint64_t{call[0].size} + call[1].size);
  return Value::of(find_text(call[0].text(), call[1].text(), 0) != std::string_view::npos);
}

Value builtin_startswith(BuiltinCall& call) { return Value::of(call[0].text().starts_with(call[1].text())); }
Value builtin_endswith(BuiltinCall& call) { return Value::of(call[0].text().ends_with(call[1].text())); }

// Matches that do not overlap; an empty one is before, between and after all characters.
Value builtin_strings_count(BuiltinCall& call) {
  charge_bytes(call, uint64_t{call[0].size} + call[1].size);
  std::string_view text = call[0].text();
  std::string_view part = call[1].text();
  if (part.empty()) return Value::of(static_cast<int64_t>(count_runes(text)) + 1);
  int64_t count = 0;
  size_t from = 0;
  for (size_t at; (at = find_text(text, part, from)) != std::string_view::npos; from = at + part.size()) count++;
  return Value::of(count);
}

namespace {

// Where `needle` occurs in `text`, overlaps included, in linear time (Knuth, Morris and Pratt): calls found(byte
// offset) for each place.
template <typename Found>
void find_all(std::string_view text, std::string_view needle, Found found) {
  std::vector<uint32_t> border(needle.size() + 1, 0);  // of each prefix: the longest proper one that is a suffix too
  for (size_t i = 1, length = 0; i < needle.size(); i++) {
    while (length > 0 && needle[i] != needle[length]) length = border[length];
    if (needle[i] == needle[length]) length++;
    border[i + 1] = static_cast<uint32_t>(length);
  }
  for (size_t i = 0, length = 0; i < text.size(); i++) {
    while (length > 0 && (length == needle.size() || text[i] != needle[length])) length = border[length];
    if (text[i] == needle[length]) length++;
    if (length == needle.size() ) found(i + 1 - length);
  }
}

}  // namespace

Value builtin_indexof(BuiltinCall& call) {
  if (call[1].size == 0) return call.fault("empty search character");
  charge_bytes(call, uint64_t{call[0].size} + call[1].size);
  std::string_view text = call[0].text();
  size_t at = find_text(text, call[1].text(), 0);
  if (at == std::string_view::npos) return Value::of(-1);
  return Value::of(static_cast<int64_t>(count_runes(text.substr(0, at))));
}

Value builtin_indexof_n(BuiltinCall& call) {
  if (call[1].size == 0) return call.fault("empty search character");
  charge_bytes(call, 2 * (uint64_t{call[0].size} + call[1].size));
  std::string_view text = call[0].text();
  ArrayBuilder positions(call.arena);
  size_t counted = 0;  // bytes
  int64_t characters = 0;
  find_all(text, call[1].text(), [&](size_t at) {
    characters += static_cast<int64_t>(count_runes(text.substr(counted, at - counted)));
    counted = at;
    positions.append(Value::of(characters));
  });
  return positions.finish();
}

// --- any_prefix_match, any_suffix_match ------------------------------------------------------------------------------

namespace {

// Compares from the last byte backwards.
bool backwards_less(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend(), [](char x, char y) {
    return static_cast<unsigned char>(x) < static_cast<unsigned char>(y);
  });
}

bool forwards_less(std::string_view a, std::string_view b) { return a < b; }

// Whether one of argument 1 has one of argument 2 as prefix (or suffix). The strings are sorted once, so that the first
// one not below a prefix is the one to look at.
Value any_match(BuiltinCall& call, bool (*before)(std::string_view, std::string_view),
                bool (*matches)(std::string_view, std::string_view)) {
  std::vector<std::string_view> texts;
  std::vector<std::string_view> parts;
  for (size_t i : {0, 1}) charge_elements(call, call[i].is_collection() ? call[i].size : 1);
  if (!read_strings(call, 1, &texts) || !read_strings(call, 2, &parts)) return Value::undefined();
  // Each comparison of the sort and the searches may go through a whole text.
  uint64_t bytes = 0;
  for (std::string_view text : texts) bytes += text.size();
  for (std::string_view part : parts) bytes += part.size();
  charge_text(bytes * static_cast<uint64_t>(std::bit_width(texts.size())));
  if (texts.size() == 1 && parts.size() == 1) return Value::of(matches(texts[0], parts[0]));
  std::ranges::sort(texts, before);
  for (std::string_view part : parts) {
    auto first = std::ranges::lower_bound(texts, part, before);
    if (first != texts.end() && matches(*first, part)) return Value::of(true);
  }
  return Value::of(false);
}

}  // namespace

Value builtin_strings_any_prefix_match(BuiltinCall& call) {
  auto matches = [](std::string_view text, std::string_view part) { return text.starts_with(part); };
  return any_match(call, forwards_less, matches);
}

Value builtin_strings_any_suffix_match(BuiltinCall& call) {
  auto matches = [](std::string_view text, std::string_view part) { return text.ends_with(part); };
  return any_match(call, backwards_less, matches);
}

// --- Parts -----------------------------------------------------------------------------------------------------------

namespace {

// The bytes that the next `count` characters take, at most all.
size_t bytes_of_runes(std::string_view text, uint64_t count) {
  size_t at = 0;
  for (; count > 0 && at < text.size(); count--) at += decode_rune(text.substr(at)).bytes;
  return at;
}

}  // namespace

// A negative length means the rest.
Value builtin_substring(BuiltinCall& call) {
  int64_t start = 0;
  int64_t length = 0;
  if (!read_integer(call, 2, &start) || !read_integer(call, 3, &length)) return Value::undefined();
  if (start < 0) return call.fault("negative offset");
  charge_bytes(call, call[0].size);
  std::string_view text = call[0].text();
  text.remove_prefix(bytes_of_runes(text, static_cast<uint64_t>(start)));
  if (length >= 0) text = text.substr(0, bytes_of_runes(text, static_cast<uint64_t>(length)));
  return part_value(text);
}

namespace {

// The parts of `text` between delimiters; an empty delimiter splits into characters, of which an empty text has none.
// With `limit`, the last of that many parts is the unsplit rest.
std::vector<Value> split_text(BuiltinCall& call, std::string_view text, std::string_view delimiter,
                              uint64_t limit = UINT64_MAX) {
  charge_bytes(call, text.size());
  std::vector<Value> parts;
  auto add = [&](std::string_view part) {
    if (parts.size() % 64 == 63) charge_elements(call, 64);
    parts.push_back(part_value(part));
  };
  if (limit == 0) return parts;
  if (delimiter.empty()) {
    while (!text.empty() && parts.size() + 1 < limit) {
      size_t bytes = decode_rune(text).bytes;
      add(text.substr(0, bytes));
      text.remove_prefix(bytes);
    }
    if (!text.empty()) add(text);
    return parts;
  }
  while (parts.size() + 1 < limit) {
    size_t at = find_text(text, delimiter, 0);
    if (at == std::string_view::npos) break;
    add(text.substr(0, at));
    text.remove_prefix(at + delimiter.size());
  }
  add(text);
  return parts;
}

}  // namespace

Value builtin_split(BuiltinCall& call) {
  return make_array(call.arena, split_text(call, call[0].text(), call[1].text()));
}

// The first n parts, or the last -n.
Value builtin_strings_split_n(BuiltinCall& call) {
  int64_t n = 0;
  if (!read_integer(call, 3, &n)) return Value::undefined();
  uint64_t wanted = n < 0 ? 0 - static_cast<uint64_t>(n) : static_cast<uint64_t>(n);
  std::vector<Value> parts = split_text(call, call[0].text(), call[1].text(), n < 0 ? UINT64_MAX : wanted + 1);
  std::span<const Value> all(parts);
  size_t count = static_cast<size_t>(std::min<uint64_t>(wanted, all.size()));
  return make_array(call.arena, n < 0 ? all.last(count) : all.first(count));
}

Value builtin_concat(BuiltinCall& call) {
  std::string_view delimiter = call[0].text();
  std::vector<std::string_view> parts;
  charge_elements(call, call[1].size);
  if (!read_strings(call, 2, &parts)) return Value::undefined();
  if (parts.size() == 1) return part_value(parts[0]);
  ChargedText text(call);
  for (size_t i = 0; i < parts.size(); i++) {
    if (i > 0) text.append(delimiter);
    text.append(parts[i]);
  }
  return text.finish();
}

// --- Trimming --------------------------------------------------------------------------------------------------------

namespace {

template <typename Drop>
std::string_view trim_front(std::string_view text, Drop drop) {
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    if (!drop(rune.code)) break;
    text.remove_prefix(rune.bytes);
  }
  return text;
}

template <typename Drop>
std::string_view trim_back(std::string_view text, Drop drop) {
  while (!text.empty()) {
    Rune rune = decode_last_rune(text);
    if (!drop(rune.code)) break;
    text.remove_suffix(rune.bytes);
  }
  return text;
}

// The characters to cut off, sorted.
class CutSet {
 public:
  CutSet(BuiltinCall& call, std::string_view characters) {
    charge_bytes(call, uint64_t{call[0].size} + characters.size());
    while (!characters.empty()) {
      Rune rune = decode_rune(characters);
      codes_.push_back(rune.code);
      characters.remove_prefix(rune.bytes);
    }
    std::ranges::sort(codes_);
  }
  bool operator()(char32_t code) const { return std::ranges::binary_search(codes_, code); }

 private:
  std::u32string codes_;
};

}  // namespace

Value builtin_trim(BuiltinCall& call) {
  CutSet cut(call, call[1].text());
  return part_value(trim_back(trim_front(call[0].text(), cut), cut));
}

Value builtin_trim_left(BuiltinCall& call) {
  return part_value(trim_front(call[0].text(), CutSet(call, call[1].text())));
}

Value builtin_trim_right(BuiltinCall& call) {
  return part_value(trim_back(call[0].text(), CutSet(call, call[1].text())));
}

Value builtin_trim_space(BuiltinCall& call) {
  charge_bytes(call, call[0].size);
  return part_value(trim_back(trim_front(call[0].text(), is_space), is_space));
}

Value builtin_trim_prefix(BuiltinCall& call) {
  std::string_view text = call[0].text();
  if (text.starts_with(call[1].text())) text.remove_prefix(call[1].size);
  return part_value(text);
}

Value builtin_trim_suffix(BuiltinCall& call) {
  std::string_view text = call[0].text();
  if (text.ends_with(call[1].text())) text.remove_suffix(call[1].size);
  return part_value(text);
}

// --- Making others ---------------------------------------------------------------------------------------------------

Value builtin_lower(BuiltinCall& call) {
  charge_bytes(call, call[0].size);
  return text_value(call, to_lower(call[0].text()));
}

Value builtin_upper(BuiltinCall& call) {
  charge_bytes(call, call[0].size);
  return text_value(call, to_upper(call[0].text()));
}

Value builtin_strings_reverse(BuiltinCall& call) {
  charge_bytes(call, call[0].size);
  std::string_view text = call[0].text();
  std::string reversed;
  reversed.reserve(text.size());
  while (!text.empty()) {
    size_t bytes = decode_last_rune(text).bytes;
    reversed.append(text.substr(text.size() - bytes));
    text.remove_suffix(bytes);
  }
  return text_value(call, reversed);
}

// Digits of the integer part; the base must be spelled as one of the four.
Value builtin_format_int(BuiltinCall& call) {
  const Value& base = call[1];
  bool known = base.is_int64() && (base.integer == 2 || base.integer == 8 || base.integer == 10 || base.integer == 16);
  if (!known) return call.fault_argument(2, "must be one of {2, 8, 10, 16}");
  charge_arithmetic(call);
  return text_value(call, number_format_int(call[0], static_cast<int>(base.integer)));
}

// --- Replacing -------------------------------------------------------------------------------------------------------

namespace {

// Replaces many patterns in one pass, as Go's strings.Replacer does: leftmost match; of several at one place the
// pattern that comes first, which among sorted patterns is the shortest; what was replaced is not looked at again. The
// empty pattern matches between characters, but not twice at one place.
class Replacer {
 public:
  // Sorted by key, all of it strings.
  Replacer(BuiltinCall& call, std::span<const Entry> pairs) : call_(call), pairs_(pairs), out_(call) {
    if (!pairs_.empty() && pairs_[0].key.size == 0) {
      at_gaps_ = &pairs_[0].value;
      pairs_ = pairs_.subspan(1);
    }
  }

  Value replace(std::string_view text) {
    if (at_gaps_ == nullptr && pairs_.size() == 1) return replace_one(text);
    size_t copied = 0;
    size_t at = 0;
    bool gap_done = false;
    while (at <= text.size()) {
      if (at_gaps_ != nullptr && !gap_done) {
        out_.append(text.substr(copied, at - copied));
        out_.append(at_gaps_->text());
        copied = at;
        gap_done = true;
        continue;
      }
      gap_done = false;
      if (at == text.size()) break;
      const Entry* match = match_at(text.substr(at));
      if (match == nullptr) {
        at += at_gaps_ != nullptr ? decode_rune(text.substr(at)).bytes : 1;
        continue;
      }
      out_.append(text.substr(copied, at - copied));
      out_.append(match->value.text());
      at += match->key.size;
      copied = at;
    }
    out_.append(text.substr(copied));
    return out_.finish();
  }

 private:
  Value replace_one(std::string_view text) {
    std::string_view pattern = pairs_[0].key.text();
    size_t copied = 0;
    for (size_t at; (at = find_text(text, pattern, copied)) != std::string_view::npos; copied = at + pattern.size()) {
      out_.append(text.substr(copied, at - copied));
      out_.append(pairs_[0].value.text());
    }
    out_.append(text.substr(copied));
    return out_.finish();
  }

  // Narrows the sorted patterns byte by byte down to those that start like the text.
  const Entry* match_at(std::string_view text) {
    const Entry* low = pairs_.data();
    const Entry* high = low + pairs_.size();
    for (size_t depth = 0; low != high; depth++) {
      if (++steps_ % 1024 == 0) charge_bytes(call_, 1024);
      if (low->key.size == depth) return low;  // the shortest of the range comes first
      if (depth == text.size()) return nullptr;
      unsigned char byte = static_cast<unsigned char>(text[depth]);
      auto byte_of = [depth](const Entry& pair) { return static_cast<unsigned char>(pair.key.chars[depth]); };
      low = std::partition_point(low, high, [&](const Entry& pair) { return byte_of(pair) < byte; });
      high = std::partition_point(low, high, [&](const Entry& pair) { return byte_of(pair) == byte; });
    }
    return nullptr;
  }

  BuiltinCall& call_;
  uint64_t steps_ = 0;
  const Value* at_gaps_ = nullptr;  // what the empty pattern puts in
  std::span<const Entry> pairs_;
  ChargedText out_;
};

}  // namespace

Value builtin_replace(BuiltinCall& call) {
  charge_bytes(call, uint64_t{call[0].size} + call[1].size);
  Entry pair{call[1], call[2]};
  return Replacer(call, {&pair, 1}).replace(call[0].text());
}

Value builtin_strings_replace_n(BuiltinCall& call) {
  charge_elements(call, call[0].size);
  for (const Entry& pair : call[0].members()) {
    if (!pair.key.is_string()) return call.fault_argument(1, "non-string key found in pattern object");
    if (!pair.value.is_string()) return call.fault_argument(1, "non-string value found in pattern object");
  }
  charge_bytes(call, call[1].size);
  return Replacer(call, call[0].members()).replace(call[1].text());
}

}  // namespace writ
