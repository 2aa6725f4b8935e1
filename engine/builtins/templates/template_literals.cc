// A number is read as Go's strconv reads it, with base prefixes and underscores: as an unsigned integer, as an integer, as a
// float. Floats are made by float64.h from a decimal text, so nothing here uses the floating point of the machine.
#include "engine/builtins/templates/template_literals.h"

#include <algorithm>
#include <cstdint>

#include "engine/builtins/hex.h"
#include "engine/builtins/support.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// --- texts -----------------------------------------------------------------------------------------------------------

// Digits of an escape from `*at` on; nothing if there are not as many.
std::optional<uint32_t> read_digits(std::string_view text, size_t* at, size_t count, uint32_t base) {
  if (text.size() - *at < count) return std::nullopt;
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i, ++*at) {
    int digit = hex_value(text[*at]);
    if (digit < 0 || static_cast<uint32_t>(digit) >= base) return std::nullopt;
    value = value * base + static_cast<uint32_t>(digit);
  }
  return value;
}

// The escape behind a backslash at `*at`, appended to `out`. `code`: what it stands for.
bool read_escape(std::string_view text, size_t* at, char quote, std::string& out, uint32_t* code) {
  if (*at >= text.size()) return false;
  char c = text[*at];
  constexpr std::string_view kNames = "abfnrtv\\";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\";
  if (size_t i = kNames.find(c); i != std::string_view::npos) {
    ++*at;
    *code = static_cast<uint8_t>(kMeanings[i]);
    out += kMeanings[i];
    return true;
  }
  if (c == '\'' || c == '"') {
    ++*at;
    *code = static_cast<uint8_t>(c);
    out += c;
    return c == quote;
  }
  bool is_octal = c >= '0' && c <= '7';
  if (!is_octal) ++*at;
  size_t count = is_octal ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (count == 0) return false;
  std::optional<uint32_t> value = read_digits(text, at, count, is_octal ? 8 : 16);
  if (!value) return false;
  *code = *value;
  if (is_octal || c == 'x') {
    if (*value > 255) return false;
    out += static_cast<char>(*value);
    return true;
  }
  if (*value > 0x10FFFF || (*value >= 0xD800 && *value < 0xE000)) return false;
  append_rune(out, *value);
  return true;
}

// --- numbers ---------------------------------------------------------------------------------------------------------

// Underscores stand between digits, and behind a base prefix.
bool underscores_are_good(std::string_view text) {
  char last = '^';  // what came before: '0' a digit, '_', '!' anything else
  size_t i = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) i = 1;
  bool hex = false;
  if (text.size() - i >= 2 && text[i] == '0' && std::string_view("bBoOxX").find(text[i + 1]) != std::string_view::npos) {
    hex = text[i + 1] == 'x' || text[i + 1] == 'X';
    last = '0';
    i += 2;
  }
  for (; i < text.size(); ++i) {
    bool digit = (text[i] >= '0' && text[i] <= '9') || (hex && hex_value(text[i]) >= 0);
    if (digit) {
      last = '0';
    } else if (text[i] == '_') {
      if (last != '0') return false;
      last = '_';
    } else {
      if (last == '_') return false;
      last = '!';
    }
  }
  return last != '_';
}

std::string without_underscores(std::string_view text) {
  std::string result(text);
  std::erase(result, '_');
  return result;
}

// strconv.ParseUint(text, 0, 64).
std::optional<uint64_t> read_unsigned(std::string_view text) {
  if (text.empty() || !underscores_are_good(text)) return std::nullopt;
  uint64_t base = 10;
  std::string digits = without_underscores(text);
  if (digits[0] == '0' && digits.size() > 1) {
    char c = digits[1];
    bool marked = digits.size() >= 3 && std::string_view("bBoOxX").find(c) != std::string_view::npos;
    base = !marked ? 8 : c == 'b' || c == 'B' ? 2 : c == 'o' || c == 'O' ? 8 : 16;
    digits.erase(0, marked ? 2 : 1);
  }
  if (digits.empty()) return std::nullopt;
  uint64_t value = 0;
  for (char c : digits) {
    int digit = hex_value(c);
    if (digit < 0 || static_cast<uint64_t>(digit) >= base) return std::nullopt;
    if (__builtin_mul_overflow(value, base, &value)) return std::nullopt;
    if (__builtin_add_overflow(value, static_cast<uint64_t>(digit), &value)) return std::nullopt;
  }
  return value;
}

std::optional<int64_t> read_signed(std::string_view text) {
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::optional<uint64_t> magnitude = read_unsigned(text);
  if (!magnitude || *magnitude > uint64_t{1} << 63 || (!negative && *magnitude == uint64_t{1} << 63)) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - *magnitude : *magnitude);
}

// The exponent behind `e` or `p`, no further from 0 than makes a difference; nothing if it is malformed.
std::optional<int64_t> read_exponent(std::string_view text) {
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  constexpr int64_t kMost = 100'000;
  int64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = std::min(value * 10 + (c - '0'), kMost);
  }
  return negative ? -value : value;
}

struct Digits {
  std::string text;   // without leading zeros
  int64_t behind = 0; // of them behind the point
  bool any = false;
};

std::optional<Digits> read_mantissa(std::string_view text, bool hex) {
  Digits digits;
  bool point = false;
  for (char c : text) {
    if (c == '.') {
      if (point) return std::nullopt;
      point = true;
      continue;
    }
    if (hex ? hex_value(c) < 0 : c < '0' || c > '9') return std::nullopt;
    digits.any = true;
    digits.behind += point;
    if (c != '0' || !digits.text.empty()) digits.text += c;
  }
  return digits.any ? std::optional(digits) : std::nullopt;
}

// Numbers this far from 1 have no float, or are zero.
constexpr int64_t kFarAway = 5000;

// strconv.ParseFloat(text, 64).
bool read_float(std::string_view literal, BinaryNumber* result) {
  if (!underscores_are_good(literal)) return false;
  std::string text = without_underscores(literal);
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.erase(0, 1);
  bool hex = text.starts_with("0x") || text.starts_with("0X");
  if (hex) text.erase(0, 2);
  size_t mark = text.find_first_of(hex ? "pP" : "eE");
  if (hex && mark == std::string::npos) return false;
  std::optional<int64_t> exponent = 0;
  if (mark != std::string::npos) exponent = read_exponent(std::string_view(text).substr(mark + 1));
  std::optional<Digits> mantissa = read_mantissa(std::string_view(text).substr(0, mark), hex);
  if (!mantissa || !exponent) return false;
  *result = BinaryNumber{};
  result->negative = negative;
  if (mantissa->text.empty()) return true;
  int64_t size = static_cast<int64_t>(mantissa->text.size());
  int64_t top = hex ? (size - mantissa->behind) * 4 + *exponent : size - mantissa->behind + *exponent;
  if (top > kFarAway) return false;
  if (top < -kFarAway) return true;
  std::string sign = negative ? "-" : "";
  std::string decimal = sign + mantissa->text + "e" + std::to_string(*exponent - mantissa->behind);
  if (hex) decimal = hexadecimal_to_decimal(negative, mantissa->text, *exponent - 4 * mantissa->behind);
  return nearest_float64(decimal, result);
}

std::string quoted(std::string_view text) {
  std::string result;
  append_quoted_go(result, text);
  return result;
}

std::unique_ptr<TemplateNumber> read_character(std::string_view literal, std::string* fault) {
  auto number = std::make_unique<TemplateNumber>();
  std::string_view inner = literal.substr(1);
  std::string ignored;
  uint32_t code = 0;
  size_t at = 1;
  bool good = inner[0] != '\'';
  if (good && inner[0] == '\\') {
    good = read_escape(inner, &at, '\'', ignored, &code);
  } else if (good) {
    Rune rune = decode_rune(inner);
    code = rune.code;
    at = rune.bytes;
  }
  if (!good) {
    *fault = "invalid syntax";
    return nullptr;
  }
  if (inner.substr(at) != "'") {
    *fault = "malformed character constant: " + std::string(literal);
    return nullptr;
  }
  number->is_int = number->is_uint = number->is_float = true;
  number->integer = code;
  return number;
}

// `1+2i`: the sign in the middle is not that of an exponent.
std::unique_ptr<TemplateNumber> read_complex(std::string_view literal, std::string* fault) {
  auto number = std::make_unique<TemplateNumber>();
  number->is_complex = true;
  for (size_t i = 1; i < literal.size(); ++i) {
    if (literal[i] != '+' && literal[i] != '-') continue;
    std::string_view second = literal.substr(i, literal.size() - i - 1);
    if (read_float(literal.substr(0, i), &number->real) && read_float(second, &number->imaginary)) return number;
  }
  *fault = "syntax error scanning complex number";
  return nullptr;
}

}  // namespace

std::optional<std::string> unquote_go(std::string_view literal) {
  char quote = literal[0];
  std::string_view inner = literal.substr(1, literal.size() - 2);
  std::string result;
  if (quote == '`') {
    result = inner;
    std::erase(result, '\r');
    return result;
  }
  for (size_t at = 0; at < inner.size();) {
    char c = inner[at];
    if (c == quote || c == '\n') return std::nullopt;
    ++at;
    uint32_t code = 0;
    if (c != '\\') result += c;
    else if (!read_escape(inner, &at, quote, result, &code)) return std::nullopt;
  }
  return result;
}

std::unique_ptr<TemplateNumber> read_template_number(std::string_view literal, bool is_complex, std::string* fault) {
  if (literal[0] == '\'') return read_character(literal, fault);
  if (is_complex) return read_complex(literal, fault);
  auto number = std::make_unique<TemplateNumber>();
  if (literal.ends_with('i') && read_float(literal.substr(0, literal.size() - 1), &number->imaginary)) {
    number->is_complex = true;
    return number;
  }
  number->is_uint = read_unsigned(literal).has_value();
  std::optional<int64_t> integer = read_signed(literal);
  number->is_int = integer.has_value();
  number->integer = integer.value_or(0);
  number->is_float = number->is_int || number->is_uint;
  if (std::string_view(literal).find_first_of(".eEpP") != std::string_view::npos || !number->is_float) {
    bool is_real = read_float(literal, &number->real);
    if (is_real && !number->is_float && literal.find_first_of(".eEpP") == std::string_view::npos) {
      *fault = "integer overflow: " + quoted(literal);
      return nullptr;
    }
    number->is_float |= is_real;
  }
  if (number->is_float) return number;
  *fault = "illegal number syntax: " + quoted(literal);
  return nullptr;
}

}  // namespace writ
