// sprintf, as Go's fmt formats the operands OPA hands it [T16]: numbers that are machine integers by their text as
// int64, others with a point as float64, other whole numbers as big integers, strings as they are, and everything else
// as the text Rego shows.
#include <algorithm>
#include <bit>
#include <optional>
#include <string>

#include "engine/builtins/float64.h"
#include "engine/builtins/support.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// --- Operands --------------------------------------------------------------------------------------------------------

struct Argument {
  enum Type { kInt64, kBigInt, kFloat64, kString };
  Type type = kString;
  int64_t integer = 0;
  BinaryNumber real;
  Value number;                   // of a kBigInt
  std::string_view operand_text;  // of a string, or of a number that Go gets as one
  std::string rendered;           // of anything else

  std::string_view text() const { return rendered.empty() ? operand_text : rendered; }
  std::string_view type_name() const {
    switch (type) {
      case kInt64: return "int64";
      case kBigInt: return "*big.Int";
      case kFloat64: return "float64";
      default: return "string";
    }
  }
};

Argument make_argument(const Value& value) {
  Argument argument;
  if (value.is_string()) {
    argument.operand_text = value.text();
  } else if (!value.is_number()) {
    argument.rendered = to_rego(value);
  } else if (std::optional<int64_t> integer = machine_integer(value)) {
    argument.type = Argument::kInt64;
    argument.integer = *integer;
  } else {
    argument.operand_text = value.text();
    bool has_point = argument.operand_text.find('.') != std::string_view::npos;
    bool has_exponent = argument.operand_text.find_first_of("eE") != std::string_view::npos;
    if (has_point && nearest_float64(argument.operand_text, &argument.real)) {
      argument.type = Argument::kFloat64;
    } else if (!has_point && !has_exponent) {
      argument.type = Argument::kBigInt;
      argument.number = value;
    }
  }
  return argument;
}

// --- One directive ---------------------------------------------------------------------------------------------------

struct Flags {
  bool sharp = false;
  bool zero = false;
  bool plus = false;
  bool minus = false;
  bool space = false;
  bool go_syntax = false;    // '#' of %#v
  bool field_names = false;  // '+' of %+v
  std::optional<int> width;
  std::optional<int> precision;
};

constexpr std::string_view kLowerDigits = "0123456789abcdefx";
constexpr std::string_view kUpperDigits = "0123456789ABCDEFX";

// Formats one operand for one directive into the output.
class Formatter {
 public:
  Formatter(ChargedText& out, const Flags& flags) : out_(&out), flags_(flags) {}

  void format(const Argument& argument, char32_t verb) {
    if (verb == 'T') return format_text(argument.type_name());
    switch (argument.type) {
      case Argument::kInt64: return format_int64(argument, verb);
      case Argument::kBigInt: return format_big(argument, verb);
      case Argument::kFloat64: return format_float(argument, verb);
      case Argument::kString: return format_string(argument, verb);
    }
  }

 private:
  // --- Padding ---

  void write_padding(int64_t count) {
    if (count > 0) out_->append(static_cast<size_t>(count), flags_.zero && !flags_.minus ? '0' : ' ');
  }

  void pad(std::string_view text) {
    int64_t missing = 0;
    if (flags_.width.value_or(0) != 0) missing = *flags_.width - static_cast<int64_t>(count_runes(text));
    if (!flags_.minus) write_padding(missing);
    out_->append(text);
    if (flags_.minus) write_padding(missing);
  }

  void pad_with_spaces(std::string_view text) {
    bool zero = flags_.zero;
    flags_.zero = false;
    pad(text);
    flags_.zero = zero;
  }

  // --- Verbs that do not fit ---

  void bad_verb(const Argument& argument, char32_t verb) {
    std::string head = "%!";
    append_rune(head, verb);
    head.append("(").append(argument.type_name()).append("=");
    out_->append(head);
    format(argument, 'v');
    out_->append(")");
  }

  // --- Integers ---

  void format_int64(const Argument& argument, char32_t verb) {
    uint64_t bits = static_cast<uint64_t>(argument.integer);
    switch (verb) {
      case 'v': case 'd': return format_integer(argument.integer, 10, verb, kLowerDigits);
      case 'b': return format_integer(argument.integer, 2, verb, kLowerDigits);
      case 'o': case 'O': return format_integer(argument.integer, 8, verb, kLowerDigits);
      case 'x': return format_integer(argument.integer, 16, verb, kLowerDigits);
      case 'X': return format_integer(argument.integer, 16, verb, kUpperDigits);
      case 'c': return pad(character(bits));
      case 'q': return pad(quoted_character(bits));
      case 'U': return format_code_point(bits);
      default: return bad_verb(argument, verb);
    }
  }

  void format_integer(int64_t value, unsigned base, char32_t verb, std::string_view digits) {
    bool negative = value < 0;
    uint64_t rest = negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    int64_t least = 0;  // digits to write at least
    if (flags_.precision.has_value()) {
      least = *flags_.precision;
      if (least == 0 && rest == 0) {
        bool zero = flags_.zero;
        flags_.zero = false;
        write_padding(flags_.width.value_or(0));
        flags_.zero = zero;
        return;
      }
    } else if (flags_.zero && !flags_.minus && flags_.width.has_value()) {
      least = *flags_.width - (negative || flags_.plus || flags_.space ? 1 : 0);
    }

    std::string reversed;
    do reversed += digits[rest % base];
    while ((rest /= base) != 0);
    if (std::ssize(reversed) < least) reversed.resize(static_cast<size_t>(least), '0');
    if (flags_.sharp) {
      if (base == 2) reversed += "b0";
      if (base == 8 && reversed.back() != '0') reversed += '0';
      if (base == 16) reversed.append({digits[16], '0'});
    }
    if (verb == 'O') reversed += "o0";
    if (negative) reversed += '-';
    else if (flags_.plus) reversed += '+';
    else if (flags_.space) reversed += ' ';
    std::ranges::reverse(reversed);
    pad_with_spaces(reversed);
  }

  static std::string character(uint64_t code) {
    std::string text;
    append_rune(text, code > 0x10FFFF ? kRuneError : static_cast<char32_t>(code));
    return text;
  }

  // What stands between the quotes of a Go literal of these bytes.
  static std::string escaped(std::string_view text) {
    std::string quoted;
    append_quoted_go(quoted, text);
    return quoted.substr(1, quoted.size() - 2);
  }

  static void append_unicode_escape(std::string& out, char32_t code) {
    int digits = code > 0xFFFF ? 8 : 4;
    out += digits == 8 ? "\\U" : "\\u";
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kLowerDigits[code >> shift & 0xF];
  }

  std::string quoted_character(uint64_t code) const {
    std::string raw = character(code);
    Rune rune = decode_rune(raw);
    std::string text = "'";
    if (rune.code == '\'') text += "\\'";
    else if (rune.code == '"') text += '"';
    else if (flags_.plus && rune.code >= 0x80) append_unicode_escape(text, rune.code);
    else text += escaped(raw);
    return text + "'";
  }

  void format_code_point(uint64_t code) {
    int64_t least = std::max(flags_.precision.value_or(0), 4);
    std::string reversed;
    uint64_t rest = code;
    do reversed += kUpperDigits[rest % 16];
    while ((rest /= 16) != 0);
    if (std::ssize(reversed) < least) reversed.resize(static_cast<size_t>(least), '0');
    std::string text = "U+";
    text.append(reversed.rbegin(), reversed.rend());
    if (flags_.sharp && code <= 0x10FFFF) {
      std::string raw = character(code);
      bool surrogate = code >= 0xD800 && code <= 0xDFFF;
      bool printable = !surrogate && (code == '"' || code == '\\' || escaped(raw) == raw);
      if (printable) text.append(" '").append(raw).append("'");
    }
    pad_with_spaces(text);
  }

  // --- Integers beyond int64, as big.Int formats itself ---

  void format_big(const Argument& argument, char32_t verb) {
    int base = 10;
    switch (verb) {
      case 'b': base = 2; break;
      case 'o': case 'O': base = 8; break;
      case 'd': case 's': case 'v': base = 10; break;
      case 'x': case 'X': base = 16; break;
      default: {
        std::string text = "%!";
        append_rune(text, verb);
        return out_->append(text + "(big.Int=" + number_format_int(argument.number, 10) + ")");
      }
    }
    std::string digits = number_format_int(argument.number, base);
    std::string_view sign = flags_.plus || flags_.field_names ? "+" : flags_.space ? " " : "";
    if (digits.starts_with('-')) {
      sign = "-";
      digits.erase(0, 1);
    }
    if (verb == 'X') {
      for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    std::string_view prefix;
    if (flags_.sharp) prefix = verb == 'b' ? "0b" : verb == 'o' ? "0" : verb == 'x' ? "0x" : verb == 'X' ? "0X" : "";
    if (verb == 'O') prefix = "0o";

    int64_t size = static_cast<int64_t>(digits.size());
    int64_t zeros = std::max<int64_t>(flags_.precision.value_or(0) - size, 0);
    int64_t missing = flags_.width.value_or(0) - (static_cast<int64_t>(sign.size() + prefix.size()) + zeros + size);
    int64_t left = 0;
    int64_t right = 0;
    if (missing > 0) {
      if (flags_.minus) right = missing;
      else if (flags_.zero && !flags_.precision.has_value()) zeros = missing;
      else left = missing;
    }
    out_->append(static_cast<size_t>(left), ' ');
    out_->append(sign);
    out_->append(prefix);
    out_->append(static_cast<size_t>(zeros), '0');
    out_->append(digits);
    out_->append(static_cast<size_t>(right), ' ');
  }

  // --- Strings ---

  void format_string(const Argument& argument, char32_t verb) {
    switch (verb) {
      case 'v': return flags_.go_syntax ? format_quoted(argument.text()) : format_text(argument.text());
      case 's': return format_text(argument.text());
      case 'x': return format_bytes(argument.text(), kLowerDigits);
      case 'X': return format_bytes(argument.text(), kUpperDigits);
      case 'q': return format_quoted(argument.text());
      default: return bad_verb(argument, verb);
    }
  }

  std::string_view truncate(std::string_view text) const {
    if (!flags_.precision.has_value()) return text;
    size_t at = 0;
    for (int left = *flags_.precision; left > 0 && at < text.size(); left--) at += decode_rune(text.substr(at)).bytes;
    return text.substr(0, at);
  }

  void format_text(std::string_view text) { pad(truncate(text)); }

  void format_quoted(std::string_view text) {
    text = truncate(text);
    if (flags_.sharp && can_backquote(text)) return pad("`" + std::string(text) + "`");
    if (!flags_.plus) return pad("\"" + escaped(text) + "\"");
    std::string quoted = "\"";
    for (size_t at = 0; at < text.size();) {
      Rune rune = decode_rune(text.substr(at));
      if (rune.code < 0x80 || (rune.code == kRuneError && rune.bytes == 1)) quoted += escaped(text.substr(at, 1));
      else append_unicode_escape(quoted, rune.code);
      at += rune.bytes;
    }
    pad(quoted + "\"");
  }

  // Whether Go could write the text between back quotes.
  static bool can_backquote(std::string_view text) {
    while (!text.empty()) {
      Rune rune = decode_rune(text);
      bool control = rune.code < ' ' && rune.code != '\t';
      if (control || rune.code == '`' || rune.code == 0x7F || rune.code == 0xFEFF) return false;
      if (rune.code == kRuneError && rune.bytes == 1) return false;
      text.remove_prefix(rune.bytes);
    }
    return true;
  }

  void format_bytes(std::string_view text, std::string_view digits) {
    if (flags_.precision.has_value()) text = text.substr(0, static_cast<size_t>(*flags_.precision));
    if (text.empty()) return write_padding(flags_.width.value_or(0));
    std::string hex;
    std::string_view mark = digits == kLowerDigits ? "0x" : "0X";
    if (flags_.sharp) hex += mark;
    for (size_t i = 0; i < text.size(); i++) {
      if (flags_.space && i > 0) hex.append(" ").append(flags_.sharp ? mark : "");
      unsigned char byte = static_cast<unsigned char>(text[i]);
      hex.append({digits[byte >> 4], digits[byte & 0xF]});
    }
    pad(hex);
  }

  // --- Floats ---

  void format_float(const Argument& argument, char32_t verb) {
    switch (verb) {
      case 'v': return format_real(argument.real, 'g', -1);
      case 'b': case 'g': case 'G': case 'x': case 'X':
        return format_real(argument.real, static_cast<char>(verb), -1);
      case 'f': case 'e': case 'E': return format_real(argument.real, static_cast<char>(verb), 6);
      case 'F': return format_real(argument.real, 'f', 6);
      default: return bad_verb(argument, verb);
    }
  }

  void format_real(const BinaryNumber& real, char verb, int precision) {
    if (flags_.precision.has_value()) precision = *flags_.precision;
    std::string number = real_text(real, verb, precision);
    if (number[0] != '-') number.insert(0, 1, flags_.space && !flags_.plus ? ' ' : '+');
    if (flags_.sharp && verb != 'b') restore_zeros(number, verb, precision);
    if (!flags_.plus && number[0] == '+') return pad(std::string_view(number).substr(1));
    int64_t missing = flags_.width.value_or(0) - static_cast<int64_t>(number.size());
    if (flags_.zero && !flags_.minus && missing > 0) {
      out_->append(number.substr(0, 1));
      write_padding(missing);
      out_->append(std::string_view(number).substr(1));
      return;
    }
    pad(number);
  }

  // '#' keeps the point and the trailing zeros that %g leaves out.
  static void restore_zeros(std::string& number, char verb, int precision) {
    int64_t digits = 0;
    if (verb == 'g' || verb == 'G' || verb == 'x') digits = precision == -1 ? 6 : precision;
    bool hexadecimal = verb == 'x' || verb == 'X';
    size_t tail = number.find_first_of(hexadecimal ? "pP" : "eEpP", 1);
    if (tail == std::string::npos) tail = number.size();
    bool has_point = false;
    bool significant = false;
    for (size_t i = 1; i < tail; i++) {
      if (number[i] == '.') {
        has_point = true;
        continue;
      }
      if (number[i] != '0') significant = true;
      if (significant) digits--;
    }
    std::string more;
    if (!has_point) {
      if (tail == 2 && number[1] == '0') digits--;
      more += '.';
    }
    if (digits > 0) more.append(static_cast<size_t>(digits), '0');
    number.insert(tail, more);
  }

  // --- Go's strconv.FormatFloat(…, 64) ---

  static std::string real_text(const BinaryNumber& real, char verb, int precision) {
    if (verb == 'b') return binary_text(real);
    if (verb == 'x' || verb == 'X') return hexadecimal_text(real, verb, precision);
    bool shortest = precision < 0;
    DecimalDigits decimal = shortest ? shortest_digits(real) : exact_digits(real);
    int64_t count = static_cast<int64_t>(decimal.digits.size());
    switch (verb) {
      case 'e': case 'E':
        if (shortest) precision = static_cast<int>(std::max<int64_t>(count - 1, 0));
        else round_digits(decimal, precision + 1);
        return exponent_text(decimal, precision, verb);
      case 'f':
        if (shortest) precision = static_cast<int>(std::max<int64_t>(count - decimal.point, 0));
        else round_digits(decimal, decimal.point + precision);
        return fixed_text(decimal, precision);
      default:
        return general_text(decimal, precision, verb, shortest);
    }
  }

  static std::string general_text(DecimalDigits decimal, int precision, char verb, bool shortest) {
    if (!shortest) {
      if (precision == 0) precision = 1;
      round_digits(decimal, precision);
    }
    int64_t count = static_cast<int64_t>(decimal.digits.size());
    if (shortest) precision = 6;
    int64_t threshold = precision;
    if (threshold > count && count >= decimal.point) threshold = count;
    if (shortest) threshold = 6;
    int64_t exponent = decimal.point - 1;
    int64_t limit = shortest ? count : std::min<int64_t>(precision, count);
    if (exponent < -4 || exponent >= threshold) {
      char e = verb == 'G' ? 'E' : 'e';
      return exponent_text(decimal, static_cast<int>(std::max<int64_t>(limit - 1, 0)), e);
    }
    return fixed_text(decimal, static_cast<int>(std::max<int64_t>(count - decimal.point, 0)));
  }

  static std::string exponent_text(const DecimalDigits& decimal, int precision, char e) {
    std::string text = decimal.negative ? "-" : "";
    text += decimal.digits.empty() ? '0' : decimal.digits[0];
    if (precision > 0) {
      text += '.';
      std::string_view rest = decimal.digits.empty() ? "" : std::string_view(decimal.digits).substr(1);
      rest = rest.substr(0, static_cast<size_t>(precision));
      text.append(rest).append(static_cast<size_t>(precision) - rest.size(), '0');
    }
    int64_t exponent = decimal.digits.empty() ? 0 : decimal.point - 1;
    text += e;
    text += exponent < 0 ? '-' : '+';
    std::string digits = std::to_string(exponent < 0 ? -exponent : exponent);
    if (digits.size() < 2) text += '0';
    return text + digits;
  }

  static std::string fixed_text(const DecimalDigits& decimal, int precision) {
    std::string text = decimal.negative ? "-" : "";
    int64_t count = static_cast<int64_t>(decimal.digits.size());
    if (decimal.point > 0) {
      int64_t whole = std::min(count, decimal.point);
      text.append(decimal.digits, 0, static_cast<size_t>(whole));
      text.append(static_cast<size_t>(decimal.point - whole), '0');
    } else {
      text += '0';
    }
    if (precision > 0) {
      text += '.';
      int64_t zeros = std::min<int64_t>(std::max<int64_t>(-decimal.point, 0), precision);
      text.append(static_cast<size_t>(zeros), '0');
      std::string_view rest;
      if (decimal.point < count) rest = decimal.digits;
      if (decimal.point > 0 && !rest.empty()) rest.remove_prefix(static_cast<size_t>(decimal.point));
      rest = rest.substr(0, static_cast<size_t>(precision - zeros));
      text.append(rest).append(static_cast<size_t>(precision - zeros) - rest.size(), '0');
    }
    return text;
  }

  static std::string signed_exponent(int64_t exponent, size_t least_digits) {
    std::string digits = std::to_string(exponent < 0 ? -exponent : exponent);
    if (digits.size() < least_digits) digits.insert(0, least_digits - digits.size(), '0');
    return (exponent < 0 ? "-" : "+") + digits;
  }

  // A double's mantissa has 53 bits, and its exponent goes down to -1074 only.
  static BinaryNumber normalised(BinaryNumber real) {
    if (real.mantissa == 0) real.exponent = -1074;
    while (real.mantissa != 0 && real.mantissa < (uint64_t{1} << 52) && real.exponent > -1074) {
      real.mantissa <<= 1;
      real.exponent--;
    }
    return real;
  }

  static std::string binary_text(const BinaryNumber& real) {
    BinaryNumber number = normalised(real);
    return (number.negative ? "-" : "") + std::to_string(number.mantissa) + "p" + signed_exponent(number.exponent, 1);
  }

  static std::string hexadecimal_text(const BinaryNumber& real, char verb, int precision) {
    std::string_view digits = verb == 'X' ? kUpperDigits : kLowerDigits;
    uint64_t mantissa = real.mantissa;
    int64_t exponent = 0;
    if (mantissa != 0) {  // 1.x, with 60 bits behind the point
      int shift = 60 - (std::bit_width(mantissa) - 1);
      mantissa <<= shift;
      exponent = real.exponent - shift + 60;
    }
    if (precision >= 0 && precision < 15) {
      unsigned shift = static_cast<unsigned>(precision) * 4;
      uint64_t extra = (mantissa << shift) & ((uint64_t{1} << 60) - 1);
      mantissa >>= 60 - shift;
      if ((extra | (mantissa & 1)) > (uint64_t{1} << 59)) mantissa++;
      mantissa <<= 60 - shift;
      if ((mantissa & (uint64_t{1} << 61)) != 0) {
        mantissa >>= 1;
        exponent++;
      }
    }
    std::string text = real.negative ? "-" : "";
    text.append({'0', digits[16], static_cast<char>('0' + (mantissa >> 60 & 1))});
    mantissa <<= 4;
    if (precision < 0 ? mantissa != 0 : precision > 0) text += '.';
    for (int i = 0; precision < 0 ? mantissa != 0 : i < precision; i++) {
      text += digits[mantissa >> 60 & 0xF];
      mantissa <<= 4;
    }
    text += verb == 'X' ? 'P' : 'p';
    return text + signed_exponent(exponent, 2);
  }

  ChargedText* out_;
  Flags flags_;
};

// --- The format ------------------------------------------------------------------------------------------------------

// Walks the format and answers each directive from the operands.
class Printer {
 public:
  Printer(BuiltinCall& call, std::string_view format, std::span<const Value> operands)
      : call_(call), format_(format), operands_(operands), out_(call) {}

  Value print() {
    while (at_ < format_.size()) {
      size_t percent = std::min(format_.find('%', at_), format_.size());
      out_.append(format_.substr(at_, percent - at_));
      at_ = percent;
      if (at_ == format_.size()) break;
      at_++;
      if (!print_directive()) break;
    }
    if (!reordered_) print_extra();
    return out_.finish();
  }

 private:
  // A width, precision or index that is beyond this before its last digit is read is refused, as in Go.
  static constexpr int64_t kMaxNumber = 1'000'000;

  // False when the format ended in the middle.
  bool print_directive() {
    index_is_good_ = true;
    flags_ = Flags();
    read_flags();
    read_index();
    read_width();
    read_precision();
    if (!after_index_) read_index();
    if (at_ >= format_.size()) {
      out_.append("%!(NOVERB)");
      return false;
    }
    Rune verb = decode_rune(format_.substr(at_));
    at_ += verb.bytes;
    print_verb(verb.code);
    return true;
  }

  void read_flags() {
    for (; at_ < format_.size(); at_++) {
      switch (format_[at_]) {
        case '#': flags_.sharp = true; break;
        case '0': flags_.zero = true; break;
        case '+': flags_.plus = true; break;
        case '-': flags_.minus = true; break;
        case ' ': flags_.space = true; break;
        default: return;
      }
    }
  }

  bool at(char c) const { return at_ < format_.size() && format_[at_] == c; }

  // Digits from `at_` on, none beyond `end`. Too large a number eats all.
  std::optional<int> read_number(size_t end) {
    if (at_ >= end) {
      at_ = end;
      return std::nullopt;
    }
    std::optional<int> number;
    for (; at_ < end && format_[at_] >= '0' && format_[at_] <= '9'; at_++) {
      if (number.value_or(0) > kMaxNumber) {
        at_ = end;
        return std::nullopt;
      }
      number = number.value_or(0) * 10 + (format_[at_] - '0');
    }
    return number;
  }

  // "[3]": the operand that comes next.
  void read_index() {
    after_index_ = false;
    if (!at('[')) return;
    reordered_ = true;
    size_t begin = at_;
    size_t close = format_.find(']', begin);
    if (format_.size() - begin < 3 || close == std::string_view::npos) {
      at_ = begin + 1;
      index_is_good_ = false;
      return;
    }
    at_ = begin + 1;
    std::optional<int> number = read_number(close);
    bool is_number = number.has_value() && at_ == close;
    at_ = close + 1;
    after_index_ = is_number;
    bool in_range = is_number && *number >= 1 && static_cast<size_t>(*number) <= operands_.size();
    if (in_range) next_ = static_cast<size_t>(*number) - 1;
    else index_is_good_ = false;
  }

  // "*": a number from the operands; nullopt if the next one is none.
  std::optional<int> take_number() {
    if (next_ >= operands_.size()) return std::nullopt;
    const Value& operand = operands_[next_++];
    std::optional<int64_t> integer;
    if (operand.is_number()) integer = machine_integer(operand);
    if (!integer.has_value() || *integer > kMaxNumber || *integer < -kMaxNumber) return std::nullopt;
    return static_cast<int>(*integer);
  }

  void read_width() {
    if (!at('*')) {
      flags_.width = read_number(format_.size());
      if (after_index_ && flags_.width.has_value()) index_is_good_ = false;  // "%[3]2d"
      return;
    }
    at_++;
    flags_.width = take_number();
    if (!flags_.width.has_value()) out_.append("%!(BADWIDTH)");
    if (flags_.width.value_or(0) < 0) {
      flags_.width = -*flags_.width;
      flags_.minus = true;
      flags_.zero = false;
    }
    after_index_ = false;
  }

  void read_precision() {
    if (at_ + 1 >= format_.size() || !at('.')) return;
    at_++;
    if (after_index_) index_is_good_ = false;  // "%[3].2d"
    read_index();
    if (!at('*')) {
      flags_.precision = read_number(format_.size());
      if (!flags_.precision.has_value()) flags_.precision = 0;
      return;
    }
    at_++;
    flags_.precision = take_number();
    if (flags_.precision.value_or(0) < 0) flags_.precision = std::nullopt;
    if (!flags_.precision.has_value()) out_.append("%!(BADPREC)");
    after_index_ = false;
  }

  void print_verb(char32_t verb) {
    if (verb == '%') return out_.append("%");
    if (!index_is_good_) return print_complaint(verb, "(BADINDEX)");
    if (next_ >= operands_.size()) return print_complaint(verb, "(MISSING)");
    if (verb == 'v' || verb == 'w') {
      flags_.go_syntax = flags_.sharp;
      flags_.sharp = false;
      flags_.field_names = flags_.plus;
      flags_.plus = false;
    }
    int64_t padding = int64_t{flags_.width.value_or(0)} + flags_.precision.value_or(0);
    charge_bytes(call_, static_cast<uint64_t>(padding));
    print_operand(operands_[next_++], verb);
  }

  void print_complaint(char32_t verb, std::string_view text) {
    std::string complaint = "%!";
    append_rune(complaint, verb);
    out_.append(complaint.append(text));
  }

  void print_operand(const Value& operand, char32_t verb) {
    charge_operand(operand);
    Formatter(out_, flags_).format(make_argument(operand), verb);
  }

  void charge_operand(const Value& operand) {
    if (operand.is_number() && !operand.is_int64()) charge_elements(call_, operand.size);
    if (operand.is_collection()) charge_value(call_, operand);
  }

  void print_extra() {
    if (next_ >= operands_.size()) return;
    flags_ = Flags();
    out_.append("%!(EXTRA ");
    for (size_t i = next_; i < operands_.size(); i++) {
      if (i > next_) out_.append(", ");
      charge_operand(operands_[i]);
      Argument argument = make_argument(operands_[i]);
      out_.append(std::string(argument.type_name()) + "=");
      Formatter(out_, flags_).format(argument, 'v');
    }
    out_.append(")");
  }

  BuiltinCall& call_;
  std::string_view format_;
  std::span<const Value> operands_;
  ChargedText out_;
  size_t at_ = 0;
  size_t next_ = 0;  // operand
  bool reordered_ = false;
  bool index_is_good_ = true;
  bool after_index_ = false;
  Flags flags_;
};

}  // namespace

Value builtin_sprintf(BuiltinCall& call) {
  charge_bytes(call, call[0].size);
  return Printer(call, call[0].text(), call[1].items()).print();
}

}  // namespace writ
