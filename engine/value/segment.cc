#include "engine/value/segment.h"

#include <charconv>

#include "engine/value/text.h"

namespace writ {

std::string segment_of(const Value& scalar) {
  return scalar.is_string() ? std::string(scalar.text()) : kScalarMark + to_rego(scalar);
}

Value key_of_segment(std::string_view segment) {
  if (!is_scalar_segment(segment)) return Value::string(segment);
  segment.remove_prefix(1);
  if (segment == "null") return Value::null();
  if (segment == "true" || segment == "false") return Value::of(segment == "true");
  int64_t number = 0;
  auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), number);
  bool plain = error == std::errc() && end == segment.data() + segment.size() && std::to_string(number) == segment;
  return plain ? Value::of(number) : Value::number_text(segment);
}

const Value* array_find_by_text(const Value& array, std::string_view text) {
  if (array.kind != Kind::kArray || text.empty()) return nullptr;
  bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text.empty() || text.size() > 19) return nullptr;
  uint64_t at = 0;  // 19 digits fit
  bool fraction = false;
  for (char c : text) {
    if (c == '.' && !fraction) {
      fraction = true;
    } else if (c < '0' || c > '9' || (fraction && c != '0')) {
      return nullptr;
    } else if (!fraction) {
      at = at * 10 + static_cast<uint64_t>(c - '0');
    }
  }
  return at < array.size && (at == 0 || !negative) ? &array.elements[at] : nullptr;
}

}  // namespace writ
