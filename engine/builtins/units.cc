// units.parse and units.parse_bytes: "10Gi", "1.5MB", "200m" as numbers.
//
// A text is split into amount and unit, the amount read as an exact decimal, and the product computed in whole numbers,
// rounded where OPA's own arithmetic rounds.
#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/builtins/float64.h"
#include "engine/builtins/support.h"
#include "engine/value/number.h"

namespace writ {

namespace {

using boost::multiprecision::cpp_int;

// --- Splitting -------------------------------------------------------------------------------------------------------

struct Amount {
  std::string number;
  std::string unit;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// More digits than this in an exponent are refused.
constexpr size_t kMaxExponentDigits = 6;

// "1.5e3Ki" into "1.5e3" and "Ki". An 'e' begins an exponent only if a digit or a sign follows. False if the exponent
// is too large.
bool split_amount(std::string_view text, Amount* amount) {
  size_t end = text.size();
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    bool exponent = c == 'e' || c == 'E';
    bool starts_unit = !is_digit(c) && c != '.' && !exponent && c != '+' && c != '-';
    if (exponent) {
      char next = i + 1 < text.size() ? text[i + 1] : '\0';
      starts_unit = !is_digit(next) && next != '+' && next != '-';
    }
    if (starts_unit) {
      end = i;
      break;
    }
    if (exponent) {
      if (!is_digit(text[i + 1])) i++;
      size_t digits = 0;
      while (i + 1 + digits < text.size() && is_digit(text[i + 1 + digits])) digits++;
      if (digits > kMaxExponentDigits) return false;
    }
  }
  amount->number = text.substr(0, end);
  amount->unit = text.substr(end);
  return true;
}

std::string without_quotes(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c != '"') result += c;
  }
  return result;
}

// --- Numbers ---------------------------------------------------------------------------------------------------------

struct Decimal {
  bool negative = false;
  std::string digits;    // without leading zeros
  int64_t exponent = 0;  // digits × 10^exponent
};

// [+-] digits [. digits] [e [+-] digits], with at least one digit before the exponent.
std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal decimal;
  size_t i = 0;
  if (text[0] == '+' || text[0] == '-') decimal.negative = text[i++] == '-';
  bool point = false;
  bool any = false;
  for (; i < text.size() && (is_digit(text[i]) || (text[i] == '.' && !point)); i++) {
    if (text[i] == '.') {
      point = true;
      continue;
    }
    any = true;
    if (text[i] != '0' || !decimal.digits.empty()) decimal.digits += text[i];
    if (point) decimal.exponent--;
  }
  if (!any) return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    i++;
    bool negative = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) i++;
    if (i == text.size()) return std::nullopt;
    int64_t exponent = 0;
    for (; i < text.size() && is_digit(text[i]); i++) exponent = exponent * 10 + (text[i] - '0');
    decimal.exponent += negative ? -exponent : exponent;
  }
  if (i != text.size()) return std::nullopt;
  return decimal;
}

// How far from the dot digits may be for the result still to be a number in range, or not zero.
constexpr int64_t kFar = 8000;

void check_range(const Decimal& decimal) {
  int64_t size = static_cast<int64_t>(decimal.digits.size());
  if (size > kFar || (size != 0 && decimal.exponent + size > kFar)) {
    throw Failure(ErrorCode::E_NUM_RANGE, "the quantity is outside the supported range");
  }
}

bool is_negligible(const Decimal& decimal) {
  return decimal.digits.empty() || decimal.exponent + static_cast<int64_t>(decimal.digits.size()) < -kFar;
}

// Such a decimal is written out in full, and made again from that.
void charge_decimal(BuiltinCall& call, const Decimal& decimal) {
  constexpr size_t kFew = 32;  // digits are paid for with the text
  int64_t far = std::min(decimal.exponent < 0 ? -decimal.exponent : decimal.exponent, 2 * kFar);
  uint64_t digits = decimal.digits.size() + static_cast<uint64_t>(far);
  if (digits > kFew) charge_arithmetic(call, digits);
}

// --- Units -----------------------------------------------------------------------------------------------------------

struct Unit {
  std::string_view name;
  uint64_t factor;
};

constexpr uint64_t kKilo = 1000;
constexpr uint64_t kMega = kKilo * 1000;
constexpr uint64_t kGiga = kMega * 1000;
constexpr uint64_t kTera = kGiga * 1000;
constexpr uint64_t kPeta = kTera * 1000;
constexpr uint64_t kExa = kPeta * 1000;
constexpr uint64_t kKibi = uint64_t{1} << 10;
constexpr uint64_t kMebi = uint64_t{1} << 20;
constexpr uint64_t kGibi = uint64_t{1} << 30;
constexpr uint64_t kTebi = uint64_t{1} << 40;
constexpr uint64_t kPebi = uint64_t{1} << 50;
constexpr uint64_t kExbi = uint64_t{1} << 60;

// Of units.parse_bytes, where case does not matter.
constexpr Unit kByteUnits[] = {
    {"", 1},       {"kb", kKilo}, {"k", kKilo}, {"kib", kKibi}, {"ki", kKibi}, {"mb", kMega}, {"m", kMega},
    {"mib", kMebi}, {"mi", kMebi}, {"gb", kGiga}, {"g", kGiga},   {"gib", kGibi}, {"gi", kGibi}, {"tb", kTera},
    {"t", kTera},  {"tib", kTebi}, {"ti", kTebi}, {"pb", kPeta},  {"p", kPeta},  {"pib", kPebi}, {"pi", kPebi},
    {"eb", kExa},  {"e", kExa},   {"eib", kExbi}, {"ei", kExbi},
};

// Of units.parse, where the case of the first letter tells milli from mega. "m" is not in the table.
constexpr Unit kUnits[] = {
    {"", 1},       {"k", kKilo}, {"K", kKilo}, {"ki", kKibi}, {"Ki", kKibi}, {"M", kMega},  {"mi", kMebi},
    {"Mi", kMebi}, {"g", kGiga}, {"G", kGiga}, {"gi", kGibi}, {"Gi", kGibi}, {"t", kTera},  {"T", kTera},
    {"ti", kTebi}, {"Ti", kTebi}, {"p", kPeta}, {"P", kPeta},  {"pi", kPebi}, {"Pi", kPebi}, {"e", kExa},
    {"E", kExa},   {"ei", kExbi}, {"Ei", kExbi},
};

std::optional<uint64_t> find_factor(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

// OPA's milli is the float64 nearest to 0.001: this fraction.
constexpr uint64_t kMilliNumerator = 1152921504606847;
constexpr uint64_t kMilliDenominator = kExbi;

// numerator / denominator: the integer if it is one, else ten digits after the dot, halves away from zero.
std::string quotient_text(bool negative, const cpp_int& numerator, const cpp_int& denominator) {
  std::string text;
  if (numerator % denominator == 0) {
    text = cpp_int(numerator / denominator).str();
    return negative && text != "0" ? "-" + text : text;
  }
  constexpr size_t kPlaces = 10;
  cpp_int scaled = (numerator * 20'000'000'000 / denominator + 1) / 2;
  text = scaled.str();
  if (text.size() <= kPlaces) text.insert(0, kPlaces + 1 - text.size(), '0');
  text.insert(text.size() - kPlaces, 1, '.');
  return negative ? "-" + text : text;
}

cpp_int power_of_ten(int64_t exponent) {
  return boost::multiprecision::pow(cpp_int(10), static_cast<unsigned>(exponent));
}

}  // namespace

// --- units.parse -----------------------------------------------------------------------------------------------------

Value builtin_units_parse(BuiltinCall& call) {
  charge_elements(call, call[0].size);
  std::string text = without_quotes(call[0].text());
  if (text.find(' ') != std::string::npos) return call.fault("units.parse: spaces not allowed in resource strings");
  Amount amount;
  if (!split_amount(text, &amount)) return call.fault("units.parse: exponent too large");
  if (amount.number.empty()) return call.fault("units.parse: no amount provided");
  if (amount.unit.size() > 1) amount.unit = amount.unit[0] + to_lower(std::string_view(amount.unit).substr(1));
  bool milli = amount.unit == "m";
  std::optional<uint64_t> factor = milli ? kMilliNumerator : find_factor(kUnits, amount.unit);
  if (!factor.has_value()) return call.fault("units.parse: unit " + amount.unit + " not recognized");
  std::optional<Decimal> decimal = read_decimal(amount.number);
  if (!decimal.has_value()) return call.fault("units.parse: could not parse amount to a number");

  check_range(*decimal);
  if (decimal->digits.empty()) return Value::of(0);
  if (is_negligible(*decimal)) {
    return number_from_text(call.arena, decimal->negative ? "-0.0000000000" : "0.0000000000");
  }
  charge_decimal(call, *decimal);
  cpp_int numerator = cpp_int(decimal->digits) * *factor;
  cpp_int denominator = milli ? kMilliDenominator : 1;
  if (decimal->exponent >= 0) numerator *= power_of_ten(decimal->exponent);
  else denominator *= power_of_ten(-decimal->exponent);
  return number_from_text(call.arena, quotient_text(decimal->negative, numerator, denominator));
}

// --- units.parse_bytes -----------------------------------------------------------------------------------------------

// The amount has 64 significant bits, and so has the product; its fraction is cut off.
Value builtin_units_parse_bytes(BuiltinCall& call) {
  charge_elements(call, call[0].size);
  std::string text = without_quotes(to_lower(call[0].text()));
  bool has_space = text.find(' ') != std::string::npos;
  if (has_space) return call.fault("units.parse_bytes: spaces not allowed in resource strings");
  Amount amount;
  if (!split_amount(text, &amount)) return call.fault("units.parse_bytes: exponent too large");
  if (amount.number.empty()) return call.fault("units.parse_bytes: no byte amount provided");
  std::optional<uint64_t> factor = find_factor(kByteUnits, amount.unit);
  if (!factor.has_value()) return call.fault("units.parse_bytes: byte unit " + amount.unit + " not recognized");
  std::optional<Decimal> decimal = read_decimal(amount.number);
  if (!decimal.has_value()) return call.fault("units.parse_bytes: could not parse byte amount to a number");

  check_range(*decimal);
  if (is_negligible(*decimal)) return Value::of(0);
  charge_decimal(call, *decimal);
  BinaryNumber number = nearest_float_of_64_bits(decimal->digits + "e" + std::to_string(decimal->exponent));
  number.negative = decimal->negative;
  return number_from_text(call.arena, scaled_integer_part(number, *factor));
}

}  // namespace writ
