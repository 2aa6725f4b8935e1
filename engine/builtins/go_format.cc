// The verbs of Go's fmt. Each type of argument has a function that chooses by verb (format_int64, format_big,
// format_string, format_float); each ends in `pad`, which fills up to the directive's width. Large numbers pad
// themselves, as big.Int does. Floating-point text comes from go_float.h.
#include "engine/builtins/go_format.h"

#include <algorithm>

#include "engine/builtins/go_float.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kLowerDigits = "0123456789abcdefx";
constexpr std::string_view kUpperDigits = "0123456789ABCDEFX";

// --- Characters and quotes -------------------------------------------------------------------------------------------

std::string character(uint64_t code) {
  std::string text;
  append_rune(text, code > 0x10FFFF ? kRuneError : static_cast<char32_t>(code));
  return text;
}

// What is between the quotes of a Go literal of these bytes.
std::string escaped(std::string_view text) {
  std::string quoted;
  append_quoted_go(quoted, text);
  return quoted.substr(1, quoted.size() - 2);
}

void append_unicode_escape(std::string& out, char32_t code) {
  int digits = code > 0xFFFF ? 8 : 4;
  out += digits == 8 ? "\\U" : "\\u";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kLowerDigits[code >> shift & 0xF];
}

// Whether Go could write the text between back quotes.
bool can_backquote(std::string_view text) {
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    bool control = rune.code < ' ' && rune.code != '\t';
    if (control || rune.code == '`' || rune.code == 0x7F || rune.code == 0xFEFF) return false;
    if (rune.code == kRuneError && rune.bytes == 1) return false;
    text.remove_prefix(rune.bytes);
  }
  return true;
}

// '#' keeps the dot and the trailing zeros that %g leaves out.
void restore_zeros(std::string& number, char verb, int precision) {
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

// --- One directive ---------------------------------------------------------------------------------------------------

// Formats one argument for one directive into the output.
class Formatter {
 public:
  Formatter(ChargedText& out, const GoFlags& flags) : out_(&out), flags_(flags) {}

  void format(const GoArgument& argument, char32_t verb) {
    if (verb == 'T') return format_text(argument.type_name());
    switch (argument.type) {
      case GoArgument::kInt64: return format_int64(argument, verb);
      case GoArgument::kBigInt: return format_big(argument, verb);
      case GoArgument::kFloat64: return format_float(argument, verb);
      case GoArgument::kString: return format_string(argument, verb);
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

  void bad_verb(const GoArgument& argument, char32_t verb) {
    std::string head = "%!";
    append_rune(head, verb);
    head.append("(").append(argument.type_name()).append("=");
    out_->append(head);
    format(argument, 'v');
    out_->append(")");
  }

  // --- Integers ---

  void format_int64(const GoArgument& argument, char32_t verb) {
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

  void format_big(const GoArgument& argument, char32_t verb) {
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

  void format_string(const GoArgument& argument, char32_t verb) {
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

  void format_float(const GoArgument& argument, char32_t verb) {
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
    std::string number = go_float_text(real, verb, precision);
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

  ChargedText* out_;
  GoFlags flags_;
};

}  // namespace

namespace {

// The text decides: with a point or an exponent it is a float64, or a string where no float64 is that large.
void read_number(const Value& value, GoArgument* argument) {
  argument->given_text = value.text();
  if (value.text().find_first_of(".eE") != std::string_view::npos) {
    if (nearest_float64(value.text(), &argument->real)) argument->type = GoArgument::kFloat64;
  } else if (std::optional<int64_t> integer = machine_integer(value)) {
    argument->type = GoArgument::kInt64;
    argument->integer = *integer;
  } else {
    argument->type = GoArgument::kBigInt;
    argument->number = value;
  }
}

}  // namespace

GoArgument make_go_argument(const Value& value) {
  GoArgument argument;
  if (value.is_string()) {
    argument.given_text = value.text();
  } else if (!value.is_number()) {
    argument.rendered = to_rego(value);
  } else if (value.is_int64()) {
    argument.type = GoArgument::kInt64;
    argument.integer = value.integer;
  } else {
    read_number(value, &argument);
  }
  return argument;
}

void format_go(ChargedText& out, const GoFlags& flags, const GoArgument& argument, char32_t verb) {
  Formatter(out, flags).format(argument, verb);
}

}  // namespace writ
