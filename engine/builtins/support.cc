// The helpers of support.h, in its order: arguments, numbers, fuel, UTF-8, searching.
//
// Functions that read an argument return false, with the call faulted in OPA's words, when it is not what they read. Fuel
// for text is charged before the text grows; UTF-8 is read as Go reads it, one U+FFFD for each byte that is not part of a
// character.
#include "engine/builtins/support.h"

#include <string.h>  // memmem
#include <utf8proc.h>

#include <algorithm>
#include <bit>

#include "engine/base/error.h"
#include "engine/builtins/number_refusal.h"
#include "engine/value/build.h"
#include "engine/value/decimal.h"
#include "engine/value/number.h"
#include "engine/value/order.h"

namespace writ {

// --- Arguments -------------------------------------------------------------------------------------------------------

std::optional<int64_t> machine_integer(const Value& number) {
  if (number.is_int64()) return number.integer;
  std::string_view digits = number.text();
  bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > 19) return std::nullopt;
  size_t point = digits.find('.');
  if (point != std::string_view::npos) {
    if (digits.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
    digits = digits.substr(0, point);
  }
  uint64_t value = 0;  // 19 digits fit
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  if (value > static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0)) return std::nullopt;
  return static_cast<int64_t>(negative ? 0 - value : value);
}

namespace {

Value fault_not_integer(BuiltinCall& call, size_t n) {
  return call.fault_argument(n, "must be integer number but got floating-point number");
}

}  // namespace

bool read_integer(BuiltinCall& call, size_t n, int64_t* integer) {
  std::optional<int64_t> value = machine_integer(call[n - 1]);
  if (!value.has_value()) {
    fault_not_integer(call, n);
    return false;
  }
  *integer = *value;
  return true;
}

bool check_integral(BuiltinCall& call, size_t n) {
  constexpr uint64_t kDigitsPerUnit = 64;  // that are only looked at
  if (!call[n - 1].is_int64()) charge_elements(call, 12 + expanded_digits(call[n - 1]) / kDigitsPerUnit);
  if (number_is_integral(call[n - 1])) return true;
  fault_not_integer(call, n);
  return false;
}

std::string host_refusal(BuiltinCall& call, std::string_view host) {
  const std::vector<std::string>* allowed = call.services.allowed_hosts();
  if (allowed == nullptr) return {};
  charge_elements(call, allowed->size());
  charge_bytes(call, host.size());
  if (std::find(allowed->begin(), allowed->end(), host) != allowed->end()) return {};
  return "disallowed host: " + std::string(host);
}

Value fault_element(BuiltinCall& call, size_t n, const Value& element, std::string_view expected) {
  std::string_view collection = kind_name(call[n - 1].kind);
  std::string text = "must be ";
  text.append(collection).append(" of ").append(expected).append("s but got ");
  text.append(collection).append(" containing ").append(kind_name(element.kind));
  return call.fault_argument(n, std::move(text));
}

bool read_strings(BuiltinCall& call, size_t n, std::vector<std::string_view>* strings) {
  const Value& argument = call[n - 1];
  if (argument.is_string()) {
    strings->push_back(argument.text());
    return true;
  }
  if (!argument.is_array() && !argument.is_set()) {
    call.fault_kind(n, "one of {string, set, array}");
    return false;
  }
  for (const Value& element : argument.items()) {
    if (!element.is_string()) {
      fault_element(call, n, element, "string");
      return false;
    }
    strings->push_back(element.text());
  }
  return true;
}

Value fault_type(BuiltinCall& call, std::string text) {
  call.type_fault = true;
  return call.fault(std::move(text));
}

// --- Numbers ---------------------------------------------------------------------------------------------------------

namespace {

// Powers of two by the exponent of their first decimal digit and their first twenty digits: what OPA reads has 64 bits.
struct PowerOfTwo {
  int64_t exponent;
  std::string_view digits;
};
constexpr PowerOfTwo kLargest{30102, "99900209301438450794"};         // 2^100,000
constexpr PowerOfTwo kSmallest{-30104, "50049945189934708340"};       // 2^-100,001
constexpr PowerOfTwo kNothing{-646'456'994, "28383077630018656719"};  // 2^-(2^31 + 1): what is below is 0 to OPA

// Of the number d.ddd × 10^exponent with these digits.
bool is_below(int64_t exponent, std::string_view digits, const PowerOfTwo& power) {
  return exponent != power.exponent ? exponent < power.exponent : digits < power.digits;
}

// Of the integer with these digits, at most one too few.
int64_t count_bits(std::string_view digits) {
  constexpr size_t kWord = 18;               // digits of a machine integer
  constexpr int64_t kMicrobits = 3'321'928;  // of a digit
  uint64_t leading = 0;
  for (char c : digits.substr(0, kWord)) leading = leading * 10 + static_cast<uint64_t>(c - '0');
  int64_t others = static_cast<int64_t>(digits.size()) - static_cast<int64_t>(std::min(digits.size(), kWord));
  return std::bit_width(leading) + others * kMicrobits / 1'000'000;
}

}  // namespace

NumberRefusal refusal_of_number(std::string_view text) {
  size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos) return NumberRefusal::kNone;
  std::string digits;         // without leading zeros
  int64_t exponent = -1;      // of the first digit
  int64_t of_last_digit = 0;  // its exponent
  bool fraction = false;
  for (char c : text.substr(0, e)) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    if (!digits.empty() || c != '0') digits += c;
    if (fraction) --of_last_digit;
    if (fraction ? digits.empty() : !digits.empty()) exponent += fraction ? -1 : 1;
  }
  std::string_view field = text.substr(e + 1);
  bool negative = field.starts_with('-');
  const uint64_t most = uint64_t{INT64_MAX} + negative;  // an exponent has 64 bits, its sign among them
  uint64_t magnitude = 0;
  for (char c : field) {
    if (c < '0' || c > '9') continue;
    auto digit = static_cast<uint64_t>(c - '0');
    if (magnitude > (most - digit) / 10) return NumberRefusal::kInvalidFloat;
    magnitude = magnitude * 10 + digit;
  }
  if (digits.empty()) return NumberRefusal::kNone;
  if (magnitude > INT64_MAX) return NumberRefusal::kInvalidFloat;
  auto size = static_cast<int64_t>(magnitude);
  // OPA multiplies by a power of two first, whose exponent has 32 bits.
  int64_t binary = count_bits(digits) + of_last_digit;
  if (negative ? size > binary - INT32_MIN : size > INT32_MAX - binary) return NumberRefusal::kInvalidFloat;
  exponent += negative ? -size : size;
  if (is_below(exponent, digits, kNothing)) return NumberRefusal::kNone;
  bool is_inside = is_below(exponent, digits, kLargest) && !is_below(exponent, digits, kSmallest);
  return is_inside ? NumberRefusal::kNone : NumberRefusal::kTooBig;
}

std::string_view number_refusal(std::string_view text) {
  switch (refusal_of_number(text)) {
    case NumberRefusal::kInvalidFloat: return "invalid number: invalid float";
    case NumberRefusal::kTooBig: return "invalid number: number too big";
    case NumberRefusal::kNone: break;
  }
  return {};
}

uint64_t expanded_digits(const Value& number) {
  if (number.is_int64()) return 0;
  DecimalOperand decimal(number);
  auto size = [](int32_t exponent) { return static_cast<uint64_t>(exponent < 0 ? -int64_t{exponent} : int64_t{exponent}); };
  return std::max<uint64_t>(decimal.count, std::max(size(decimal.adjusted), size(decimal.exponent())) + 1);
}

void charge_arithmetic(BuiltinCall& call, uint64_t digits) {
  constexpr uint64_t kDigitsPerUnit = 8;
  constexpr uint64_t kSquarePerUnit = 4096;
  constexpr uint64_t kUnitsAtLeast = 12;  // for whatever is no machine integer
  if (digits == 0) return;
  charge_elements(call, kUnitsAtLeast + digits / kDigitsPerUnit + digits * digits / kSquarePerUnit);
}

void charge_arithmetic(BuiltinCall& call) {
  uint64_t digits = 0;
  for (const Value& argument : call.args) {
    if (argument.is_number()) digits += expanded_digits(argument);
  }
  charge_arithmetic(call, digits);
}

// --- Fuel ------------------------------------------------------------------------------------------------------------

namespace {

class ValueCharger {
 public:
  explicit ValueCharger(BuiltinCall& call) : call_(call) {}

  void visit(const Value& value, uint32_t depth) {
    if (depth > kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be written out");
    add(1);
    switch (value.kind) {
      case Kind::kString:
        return add(value.size / 16);
      case Kind::kNumber:
        return add(value.is_int64() ? 0 : value.size / 16);
      case Kind::kArray:
      case Kind::kSet:
        for (const Value& element : value.items()) visit(element, depth + 1);
        return;
      case Kind::kObject:
        for (const Entry& member : value.members()) {
          visit(member.key, depth + 1);
          visit(member.value, depth + 1);
        }
        return;
      default:
        return;
    }
  }

  uint64_t total() const { return total_; }

  void flush() {
    charge_elements(call_, owed_);
    owed_ = 0;
  }

 private:
  void add(uint64_t units) {
    owed_ += units;
    total_ += units;
    if (owed_ >= 1024) flush();
  }

  BuiltinCall& call_;
  uint64_t total_ = 0;
  uint64_t owed_ = 0;
};

}  // namespace

void charge_value(BuiltinCall& call, const Value& value) {
  ValueCharger charger(call);
  charger.visit(value, 1);
  charger.flush();
  // The text that follows is no smaller than that, and there must be room for it.
  Lease text(call.arena, charger.total());
}

void ChargedText::pay(size_t size) {
  constexpr size_t kStep = 1024;
  size_t mark = (size + kStep - 1) / kStep * kStep;
  charge_bytes(*call_, mark - paid_);
  paid_ = mark;
  size_t held = text_.capacity() < kStep ? 0 : text_.capacity();
  if (mark <= held) return;
  size_t wanted = std::max(mark, 2 * held);
  memory_.grow(wanted - held);
  Lease moved(call_->arena, held);  // where the text was, until it has been moved
  text_.reserve(wanted);
}

Value ChargedText::finish() const { return text_value(*call_, text_); }

Value text_value(BuiltinCall& call, std::string_view text) {
  if (text.size() > UINT32_MAX) throw Failure(ErrorCode::E_MEMORY, "a string has more than 4 GiB");
  return make_string(call.arena, text);
}

// --- UTF-8 -----------------------------------------------------------------------------------------------------------

Rune decode_rune(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  uint32_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return {kRuneError, 1};
  char32_t code = first & (0x7Fu >> length);
  for (uint32_t i = 1; i < length; i++) {
    if ((byte(i) & 0xC0) != 0x80) return {kRuneError, 1};
    code = code << 6 | (byte(i) & 0x3Fu);
  }
  bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  bool no_character = (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF;
  if (overlong || no_character) return {kRuneError, 1};
  return {code, length};
}

Rune decode_last_rune(std::string_view text) {
  for (size_t length = 1; length <= 4 && length <= text.size(); length++) {
    std::string_view tail = text.substr(text.size() - length);
    if ((static_cast<unsigned char>(tail[0]) & 0xC0) == 0x80) continue;
    Rune rune = decode_rune(tail);
    if (rune.bytes == length) return rune;
    break;
  }
  return {kRuneError, 1};
}

void append_rune(std::string& out, char32_t code) {
  if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = kRuneError;
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

size_t count_runes(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); count++) at += decode_rune(text.substr(at)).bytes;
  return count;
}

bool is_ascii(std::string_view text) {
  for (char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

bool is_space(char32_t code) {
  switch (code) {
    case ' ': case '\t': case '\n': case '\v': case '\f': case '\r':
    case 0x85: case 0xA0: case 0x1680: case 0x2028: case 0x2029: case 0x202F: case 0x205F: case 0x3000:
      return true;
    default:
      return code >= 0x2000 && code <= 0x200A;
  }
}

char32_t rune_to_lower(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + 0x20 : code;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code)));
}

char32_t rune_to_upper(char32_t code) {
  if (code < 0x80) return code >= 'a' && code <= 'z' ? code - 0x20 : code;
  if (code == 0xDF) return code;  // sharp s: no capital in the simple mapping, but utf8proc has one
  return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(code)));
}

namespace {

std::string map_runes(std::string_view text, char32_t (*map)(char32_t)) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    append_rune(out, map(rune.code));
    text.remove_prefix(rune.bytes);
  }
  return out;
}

}  // namespace

std::string to_lower(std::string_view text) { return map_runes(text, rune_to_lower); }
std::string to_upper(std::string_view text) { return map_runes(text, rune_to_upper); }

// --- Searching -------------------------------------------------------------------------------------------------------

size_t find_text(std::string_view text, std::string_view needle, size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (needle.empty()) return from;
  if (needle.size() > text.size() - from) return std::string_view::npos;
  const void* found = memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace writ
