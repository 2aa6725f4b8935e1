// What kind a value is (is_array …, type_name), the casts of Rego v0, and to_number.
//
// to_number takes the literals that Go's strconv.ParseFloat takes. Their text is kept where JSON has such numbers too
// and rewritten otherwise, so that no digit is lost.
#include <string>

#include "engine/builtins/float64.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ {

// --- Kinds -----------------------------------------------------------------------------------------------------------

Value builtin_is_array(BuiltinCall& call) { return Value::of(call[0].is_array()); }
Value builtin_is_boolean(BuiltinCall& call) { return Value::of(call[0].kind == Kind::kBoolean); }
Value builtin_is_null(BuiltinCall& call) { return Value::of(call[0].kind == Kind::kNull); }
Value builtin_is_number(BuiltinCall& call) { return Value::of(call[0].is_number()); }
Value builtin_is_object(BuiltinCall& call) { return Value::of(call[0].is_object()); }
Value builtin_is_set(BuiltinCall& call) { return Value::of(call[0].is_set()); }
Value builtin_is_string(BuiltinCall& call) { return Value::of(call[0].is_string()); }
Value builtin_type_name(BuiltinCall& call) { return Value::string(kind_name(call[0].kind)); }

// --- Casts of Rego v0 ------------------------------------------------------------------------------------------------

Value builtin_cast_array(BuiltinCall& call) {
  if (call[0].is_array()) return call[0];
  if (call[0].is_set()) return Value::array(call[0].elements, call[0].size);
  return call.fault_kind(1, "one of {array, set}");
}

Value builtin_cast_set(BuiltinCall& call) {
  if (call[0].is_set()) return call[0];
  if (!call[0].is_array()) return call.fault_kind(1, "one of {array, set}");
  charge_elements(call, call[0].size);
  return make_set(call.arena, call[0].items());
}

namespace {

Value cast(BuiltinCall& call, Kind kind) {
  if (call[0].kind == kind) return call[0];
  return call.fault_kind(1, kind_name(kind));
}

}  // namespace

Value builtin_cast_boolean(BuiltinCall& call) { return cast(call, Kind::kBoolean); }
Value builtin_cast_null(BuiltinCall& call) { return cast(call, Kind::kNull); }
Value builtin_cast_object(BuiltinCall& call) { return cast(call, Kind::kObject); }
Value builtin_cast_string(BuiltinCall& call) { return cast(call, Kind::kString); }

// --- to_number -------------------------------------------------------------------------------------------------------
// What Go's strconv.ParseFloat accepts is a number. Its text is kept if JSON has such numbers too; what JSON does not
// know (a plus sign, leading zeros, ".5", "5.", underscores, hexadecimal floats) is rewritten to the same value.

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c; }
bool is_hex_digit(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

// A Go floating-point literal, taken apart.
struct FloatLiteral {
  bool negative = false;
  bool hexadecimal = false;
  bool underscores = false;
  std::string whole;
  std::string fraction;
  bool has_exponent = false;
  int64_t exponent = 0;  // of ten, or of two if hexadecimal; capped
};

bool read_float_literal(std::string_view text, FloatLiteral* literal) {
  size_t i = 0;
  if (i < text.size() && (text[i] == '+' || text[i] == '-')) literal->negative = text[i++] == '-';
  if (i + 2 < text.size() && text[i] == '0' && lower(text[i + 1]) == 'x') {
    literal->hexadecimal = true;
    i += 2;
  }
  bool point = false;
  for (; i < text.size(); i++) {
    char c = text[i];
    if (c == '_') {
      literal->underscores = true;
    } else if (c == '.' && !point) {
      point = true;
    } else if (is_digit(c) || (literal->hexadecimal && is_hex_digit(c))) {
      (point ? literal->fraction : literal->whole) += c;
    } else {
      break;
    }
  }
  if (literal->whole.empty() && literal->fraction.empty()) return false;
  if (i < text.size() && lower(text[i]) == (literal->hexadecimal ? 'p' : 'e')) {
    literal->has_exponent = true;
    i++;
    bool negative = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) i++;
    if (i == text.size() || !is_digit(text[i])) return false;
    for (; i < text.size() && (is_digit(text[i]) || text[i] == '_'); i++) {
      if (text[i] == '_') literal->underscores = true;
      else if (literal->exponent < 10'000) literal->exponent = literal->exponent * 10 + (text[i] - '0');
    }
    if (negative) literal->exponent = -literal->exponent;
  } else if (literal->hexadecimal) {
    return false;
  }
  return i == text.size();
}

// Underscores may only be between digits, or between a base prefix and a digit.
bool underscores_are_good(std::string_view text) {
  enum { kStart, kDigit, kUnderscore, kOther } last = kStart;
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  bool hexadecimal = false;
  if (text.size() >= 2 && text[0] == '0' && (lower(text[1]) == 'b' || lower(text[1]) == 'o' || lower(text[1]) == 'x')) {
    hexadecimal = lower(text[1]) == 'x';
    last = kDigit;
    text.remove_prefix(2);
  }
  for (char c : text) {
    if (is_digit(c) || (hexadecimal && is_hex_digit(c))) {
      last = kDigit;
    } else if (c == '_') {
      if (last != kDigit) return false;
      last = kUnderscore;
    } else {
      if (last == kUnderscore) return false;
      last = kOther;
    }
  }
  return last != kUnderscore;
}

// The literal as JSON writes numbers.
std::string json_number(const FloatLiteral& literal) {
  if (literal.hexadecimal) {
    return hexadecimal_to_decimal(literal.negative, literal.whole + literal.fraction,
                                  literal.exponent - 4 * static_cast<int64_t>(literal.fraction.size()));
  }
  std::string text = literal.negative ? "-" : "";
  size_t first = literal.whole.find_first_not_of('0');
  text += first == std::string::npos ? "0" : literal.whole.substr(first);
  if (!literal.fraction.empty()) text += "." + literal.fraction;
  if (literal.has_exponent) text += "e" + std::to_string(literal.exponent);
  return text;
}

// Whether it would be an infinite float64. Exponents far outside answer without arithmetic.
bool is_too_large(const FloatLiteral& literal, std::string_view json_text) {
  std::string digits = literal.whole + literal.fraction;
  size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return false;
  int64_t point = static_cast<int64_t>(literal.whole.size()) - static_cast<int64_t>(first);
  int64_t magnitude = literal.hexadecimal ? point * 4 + literal.exponent : point + literal.exponent;
  if (magnitude > (literal.hexadecimal ? 1100 : 400)) return true;
  if (magnitude < (literal.hexadecimal ? 900 : 300)) return false;
  BinaryNumber ignored;
  return !nearest_float64(json_text, &ignored);
}

Value fault_parse(BuiltinCall& call, std::string_view reason) {
  std::string message = "strconv.ParseFloat: parsing ";
  append_quoted_go(message, call[0].text());
  return call.fault(message.append(": ").append(reason));
}

Value string_to_number(BuiltinCall& call) {
  std::string_view text = call[0].text();
  charge_bytes(call, text.size());
  std::string word = to_lower(text.substr(std::min(text.find_first_not_of("+-"), text.size())));
  if (word == "inf" || word == "infinity" || word == "nan") return call.fault_kind(1, "valid number string");

  FloatLiteral literal;
  if (!read_float_literal(text, &literal)) return fault_parse(call, "invalid syntax");
  if (literal.underscores && !underscores_are_good(text)) return fault_parse(call, "invalid syntax");
  charge_elements(call, text.size());
  std::string_view refusal = literal.hexadecimal ? std::string_view() : number_refusal(text);
  if (refusal.empty() && number_is_valid(text) && !is_too_large(literal, text)) return number_from_text(call.arena, text);
  if (literal.hexadecimal && is_too_large(literal, "")) return fault_parse(call, "value out of range");
  std::string rewritten = json_number(literal);
  if (is_too_large(literal, rewritten)) return fault_parse(call, "value out of range");
  if (!refusal.empty()) return call.fault(std::string(refusal));
  return number_from_text(call.arena, rewritten);
}

}  // namespace

Value builtin_to_number(BuiltinCall& call) {
  switch (call[0].kind) {
    case Kind::kNull: return Value::of(0);
    case Kind::kBoolean: return Value::of(call[0].is_true() ? 1 : 0);
    case Kind::kString: return string_to_number(call);
    default: return call[0];
  }
}

}  // namespace writ
