// yaml.marshal, yaml.unmarshal and yaml.is_valid. Reading is in yaml.cc; writing is here.
//
// Writer is Go's yaml.v3 with an indent of two: block style throughout, sequences indented below their key, no line is
// folded, keys in Go's natural order, and quotes where a plain scalar would read back as something else. Output is what
// the last characters written were (column, whether only indentation precedes) and rules that ask for it.
#include <utf8proc.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/float64.h"
#include "engine/builtins/go_float.h"
#include "engine/builtins/support.h"
#include "engine/builtins/yaml.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

bool is_digit(char32_t rune) { return rune >= '0' && rune <= '9'; }

bool is_letter(char32_t rune) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(rune))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return true;
    default: return false;
  }
}

std::u32string runes_of(std::string_view text) {
  std::u32string runes;
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    runes += rune.code;
    text.remove_prefix(rune.bytes);
  }
  return runes;
}

bool is_any_digit(char32_t rune) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(rune)) == UTF8PROC_CATEGORY_ND;
}

// The order of Go's YAML keys: numbers within names count as numbers, letters come last, but before what else may follow
// a digit.
bool key_less(const std::u32string& a, const std::u32string& b) {
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) i++;
  if (i == a.size() || i == b.size()) return a.size() < b.size();
  bool a_letter = is_letter(a[i]);
  bool b_letter = is_letter(b[i]);
  if (a_letter && b_letter) return a[i] < b[i];
  if (a_letter || b_letter) return i > 0 && is_any_digit(a[i - 1]) ? a_letter : b_letter;
  uint64_t a_number = 0;
  uint64_t b_number = 0;
  if (a[i] == '0' || b[i] == '0') {
    for (size_t j = i; j-- > 0 && is_any_digit(a[j]);) {
      if (a[j] == '0') continue;
      a_number = b_number = 1;
      break;
    }
  }
  size_t a_end = i;
  size_t b_end = i;
  for (; a_end < a.size() && is_any_digit(a[a_end]); a_end++) a_number = a_number * 10 + (a[a_end] - '0');
  for (; b_end < b.size() && is_any_digit(b[b_end]); b_end++) b_number = b_number * 10 + (b[b_end] - '0');
  // Go's numbers wrap as signed ones.
  if (a_number != b_number) return static_cast<int64_t>(a_number) < static_cast<int64_t>(b_number);
  return a_end != b_end ? a_end < b_end : a[i] < b[i];
}

// "12:30:45", a number in YAML 1.1 to some readers.
bool is_base_60(std::string_view text) {
  if (text.find(':') == text.npos) return false;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  auto skip = [&](std::string_view set) { text.remove_prefix(std::min(text.find_first_not_of(set), text.size())); };
  if (text.empty() || !is_digit(static_cast<unsigned char>(text[0]))) return false;
  skip("0123456789_");
  size_t groups = 0;
  while (text.starts_with(':')) {
    size_t digits = 1;
    while (digits < text.size() && is_digit(static_cast<unsigned char>(text[digits]))) digits++;
    if (digits == 1 || digits > 3 || (digits == 3 && text[1] > '5')) return false;
    text.remove_prefix(digits);
    groups++;
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    skip("0123456789_");
  }
  return groups > 0 && text.empty();
}

// What Go's YAML reader, through which the value goes, lets pass; what is below a blank is escaped on the way.
bool is_readable(char32_t rune) {
  bool is_control = rune >= 0x7F && rune <= 0x9F && rune != 0x85;
  return !is_control && rune != 0xFFFE && rune != 0xFFFF;
}

// U+0085 is a line break to that reader, which folds it: blanks around go, one break is a blank, more are one less.
std::u32string as_read(const std::u32string& text) {
  if (text.find(U'\u0085') == std::u32string::npos) return text;
  std::u32string read;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    size_t breaks = 0;
    for (; end < text.size() && (text[end] == ' ' || text[end] == 0x85); end++) breaks += text[end] == 0x85 ? 1 : 0;
    if (breaks == 0) {
      end = std::max(end, i + 1);
      read += text.substr(i, end - i);
    } else {
      read += breaks == 1 ? std::u32string(U" ") : std::u32string(breaks - 1, U'\n');
    }
    i = end;
  }
  return read;
}

// Thrown out of the middle of a value; caught by yaml.marshal.
struct Unreadable {};

// --- Scalars ---------------------------------------------------------------------------------------------------------

enum class Style { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral };

bool is_break(char32_t rune) {
  return rune == '\n' || rune == '\r' || rune == 0x85 || rune == 0x2028 || rune == 0x2029;
}
// What needs no escape. Characters beyond the basic plane do, in libyaml and its descendants.
bool is_printable(char32_t rune) {
  return rune == '\n' || (rune >= 0x20 && rune <= 0x7E) || (rune >= 0xA0 && rune <= 0xD7FF) ||
         (rune >= 0xE000 && rune <= 0xFFFD && rune != 0xFEFF);
}

// What of a scalar's text decides how it can be written.
struct ScalarTraits {
  bool multiline = false;
  bool plain_allowed = true;
  bool single_quoted_allowed = true;
  bool block_allowed = true;
};

// Whether the character at `i` means something to a reader of block style.
bool is_indicator(const std::u32string& text, size_t i) {
  bool blank_follows = i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\t';
  char32_t rune = text[i];
  if (i > 0) {
    bool blank_before = text[i - 1] == ' ' || text[i - 1] == '\t' || text[i - 1] == 0 || is_break(text[i - 1]);
    return (rune == ':' && blank_follows) || (rune == '#' && blank_before);
  }
  if (rune == '?' || rune == ':' || rune == '-') return blank_follows;
  return rune < 0x80 && std::string_view("#,[]{}&*!|>'\"%@`").find(static_cast<char>(rune)) != std::string_view::npos;
}

ScalarTraits traits_of(const std::u32string& text) {
  ScalarTraits traits;
  if (text.empty()) {
    traits.block_allowed = false;
    return traits;
  }
  bool indicators = text.starts_with(U"---") || text.starts_with(U"...");
  bool special = false;
  bool tabs = false;
  bool break_space = false;
  bool space_break = false;
  for (size_t i = 0; i < text.size(); i++) {
    indicators = indicators || is_indicator(text, i);
    if (text[i] == '\t') tabs = true;
    else if (!is_printable(text[i])) special = true;
    if (is_break(text[i])) {
      traits.multiline = true;
      space_break = space_break || (i > 0 && text[i - 1] == ' ');
    } else if (text[i] == ' ') {
      break_space = break_space || (i > 0 && is_break(text[i - 1]));
    }
  }
  auto is_edge = [](char32_t rune) { return rune == ' ' || is_break(rune); };
  traits.single_quoted_allowed = !break_space && !space_break && !tabs && !special;
  traits.plain_allowed = traits.single_quoted_allowed && !traits.multiline && !indicators && !is_edge(text.front()) &&
                         !is_edge(text.back());
  traits.block_allowed = !space_break && !special && text.back() != ' ';
  return traits;
}

// What goes behind the backslash in a double-quoted scalar.
std::string escape_of(char32_t rune) {
  struct Escape {
    char32_t rune;
    char letter;
  };
  constexpr Escape kEscapes[] = {{0x00, '0'}, {0x07, 'a'}, {0x08, 'b'}, {0x09, 't'},   {0x0A, 'n'},   {0x0B, 'v'},
                                 {0x0C, 'f'}, {0x0D, 'r'}, {0x1B, 'e'}, {0x22, '"'},   {0x5C, '\\'}, {0x85, 'N'},
                                 {0xA0, '_'}, {0x2028, 'L'}, {0x2029, 'P'}};
  for (const Escape& escape : kEscapes) {
    if (escape.rune == rune) return std::string(1, escape.letter);
  }
  int digits = rune <= 0xFF ? 2 : rune <= 0xFFFF ? 4 : 8;
  std::string text(1, digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) text += "0123456789ABCDEF"[rune >> shift & 0xF];
  return text;
}

// --- Writing ---------------------------------------------------------------------------------------------------------

class Writer {
 public:
  explicit Writer(BuiltinCall& call) : call_(call), out_(call) {}

  Value write_document(const Value& value) {
    write(value, -1, false);
    write_indent(0);
    return out_.finish();
  }

 private:
  static constexpr int kIndent = 2;
  static constexpr size_t kLongestSimpleKey = 128;

  // `indent` is that of the collection the value is in, -1 at the root.
  void write(const Value& value, int indent, bool is_key) {
    if (depth_ >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "yaml.marshal: values are nested too deeply");
    depth_++;
    int inner = indent < 0 ? 0 : indent + kIndent;
    switch (value.kind) {
      case Kind::kNull: write_plain("null"); break;
      case Kind::kBoolean: write_plain(value.is_true() ? "true" : "false"); break;
      case Kind::kNumber: write_number(value); break;
      case Kind::kString: write_string(value.text(), indent, is_key); break;
      case Kind::kArray:
      case Kind::kSet: write_sequence(value, inner); break;
      case Kind::kObject: write_mapping(value, inner); break;
      default: break;
    }
    depth_--;
  }

  void write_sequence(const Value& value, int indent) {
    if (value.size == 0) return write_plain("[]");
    for (const Value& element : value.items()) {
      write_indent(indent);
      write_indicator("-", true);
      write(element, indent, false);
    }
  }

  struct Member {
    std::u32string order;
    std::string key;
    const Value* value;
  };

  // Of keys with one text the last counts.
  std::vector<Member> members_of(const Value& object) {
    std::vector<Member> members;
    for (const Entry& entry : object.members()) {
      std::string key = entry.key.is_string() ? std::string(entry.key.text()) : to_json(entry.key);
      charge_bytes(call_, 16 + 6 * key.size());
      if (entry.key.is_number()) charge_arithmetic(call_, expanded_digits(entry.key));
      members.push_back({runes_of(key), key, &entry.value});
    }
    // The order is not always transitive, as in Go; a stable sort of few surprises is all there is to have.
    std::stable_sort(members.begin(), members.end(),
                     [](const Member& a, const Member& b) { return key_less(a.order, b.order); });
    std::vector<Member> kept;
    for (Member& member : members) {
      if (!kept.empty() && kept.back().key == member.key) kept.back() = std::move(member);
      else kept.push_back(std::move(member));
    }
    return kept;
  }

  void write_mapping(const Value& value, int indent) {
    if (value.size == 0) return write_plain("{}");
    for (const Member& member : members_of(value)) {
      write_indent(indent);
      bool is_simple = !traits_of(member.order).multiline && member.key.size() <= kLongestSimpleKey;
      if (!is_simple) write_indicator("?", true);
      write_string(member.key, indent, is_simple);
      if (is_simple) {
        out_.append(":");
        column_++;
        after_space_ = only_indentation_ = false;
      } else {
        write_indent(indent);
        write_indicator(":", true);
      }
      write(*member.value, indent, false);
    }
  }

  // --- Scalars ---

  // What an integer's text is stays; all others become doubles on the way through Go.
  void write_number(const Value& value) {
    charge_arithmetic(call_, expanded_digits(value));
    std::string text = to_json(value);
    YamlScalar scalar = resolve_yaml_scalar(text);
    BinaryNumber real;
    if (scalar.kind == YamlKind::kInteger) text = scalar.text;
    else if (nearest_float64(text, &real)) text = go_float_text(real, 'g', -1);
    write_plain(text);
  }

  void write_string(std::string_view bytes, int indent, bool is_key) {
    charge_bytes(call_, bytes.size() * 4);
    std::u32string text = as_read(runes_of(bytes));
    if (!std::ranges::all_of(text, is_readable)) throw Unreadable();
    std::string again;  // well-formed
    for (char32_t rune : text) append_rune(again, rune);
    switch (style_of(again, text, is_key)) {
      case Style::kPlain: return write_plain(again);
      case Style::kSingleQuoted: return write_single_quoted(text, indent);
      case Style::kDoubleQuoted: return write_double_quoted(text);
      case Style::kLiteral: return write_literal(text, indent < 0 ? kIndent : indent + kIndent);
    }
  }

  static Style style_of(std::string_view bytes, const std::u32string& text, bool is_key) {
    ScalarTraits traits = traits_of(text);
    if (text.find('\n') != text.npos) {
      return traits.block_allowed && !is_key ? Style::kLiteral : Style::kDoubleQuoted;
    }
    bool reads_back = resolve_yaml_scalar(bytes).kind == YamlKind::kString;
    if (!reads_back || is_base_60(bytes) || old_yaml_boolean(bytes).has_value()) return Style::kDoubleQuoted;
    if (is_key && traits.multiline) return Style::kDoubleQuoted;
    if (traits.plain_allowed) return Style::kPlain;
    return traits.single_quoted_allowed ? Style::kSingleQuoted : Style::kDoubleQuoted;
  }

  void write_plain(std::string_view text) {
    begin_word();
    out_.append(text);
    end_word(text.size());
  }

  void write_single_quoted(const std::u32string& text, int indent) {
    begin_word();
    put("'");
    bool breaks = false;
    for (char32_t rune : text) {
      if (is_break(rune)) {
        put_break(rune);
        breaks = true;
        continue;
      }
      if (breaks && rune != ' ') write_indent(std::max(indent, 0) + kIndent);
      if (rune != ' ') breaks = only_indentation_ = false;
      if (rune == '\'') put("'");
      put_rune(rune);
    }
    put("'");
    end_word(0);
  }

  void write_double_quoted(const std::u32string& text) {
    begin_word();
    put("\"");
    for (char32_t rune : text) {
      if (is_printable(rune) && !is_break(rune) && rune != '"' && rune != '\\') {
        put_rune(rune);
      } else {
        put("\\");
        put(escape_of(rune));
      }
    }
    put("\"");
    end_word(0);
  }

  void write_literal(const std::u32string& text, int indent) {
    begin_word();
    put("|");
    if (text[0] == ' ' || is_break(text[0])) put("2");
    if (!is_break(text.back())) put("-");
    else if (text.size() == 1 || is_break(text[text.size() - 2])) put("+");
    put_break('\n');
    after_space_ = true;
    bool breaks = true;
    for (char32_t rune : text) {
      if (is_break(rune)) {
        put_break(rune);
        breaks = true;
        continue;
      }
      if (breaks) write_indent(indent);
      put_rune(rune);
      breaks = only_indentation_ = false;
    }
    after_space_ = true;
  }

  // --- Output ---

  // A blank before, unless there is one.
  void begin_word() {
    if (!after_space_) put(" ");
  }
  void end_word(size_t more) {
    column_ += more;
    after_space_ = only_indentation_ = false;
  }

  // On to a column: in this line if only indentation is in it, else in the next.
  void write_indent(int indent) {
    size_t column = static_cast<size_t>(indent);
    if (!only_indentation_ || column_ > column || (column_ == column && !after_space_)) put_break('\n');
    if (column_ < column) put(std::string(column - column_, ' '));
    after_space_ = true;
  }

  void write_indicator(std::string_view mark, bool is_indentation) {
    begin_word();
    put(mark);
    after_space_ = false;
    only_indentation_ = only_indentation_ && is_indentation;
  }

  void put(std::string_view ascii) {
    out_.append(ascii);
    column_ += ascii.size();
  }
  void put_rune(char32_t rune) {
    std::string bytes;
    append_rune(bytes, rune);
    out_.append(bytes);
    column_++;
    after_space_ = false;
  }
  void put_break(char32_t rune) {
    std::string bytes;
    append_rune(bytes, rune);
    out_.append(bytes);
    column_ = 0;
    only_indentation_ = true;
  }

  BuiltinCall& call_;
  ChargedText out_;
  size_t column_ = 0;
  bool after_space_ = true;       // a blank or nothing precedes
  bool only_indentation_ = true;  // nothing but blanks and indicators is in the line
  uint32_t depth_ = 0;
};

}  // namespace

Value builtin_yaml_marshal(BuiltinCall& call) {
  // The members of a mapping are held as texts to be sorted, beside what is written.
  charge_value(call, call[0]);
  try {
    return Writer(call).write_document(call[0]);
  } catch (const Unreadable&) {
    return call.fault("yaml: control characters are not allowed");
  }
}

Value builtin_yaml_unmarshal(BuiltinCall& call) {
  charge_elements(call, call[0].size / 4);
  std::string error;
  Value value = yaml_parse(call[0].text(), call.arena, &error);
  return value.is_defined() ? value : call.fault(std::move(error));
}

Value builtin_yaml_is_valid(BuiltinCall& call) {
  if (!call[0].is_string()) return Value::of(false);
  charge_elements(call, call[0].size / 4);
  std::string error;
  return Value::of(yaml_parse(call[0].text(), call.arena, &error).is_defined());
}

}  // namespace writ
