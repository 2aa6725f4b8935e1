// regex.* over RE2, whose syntax and answers are those of Go, in linear time [S-12.5].
//
// Translator rewrites the little in which Go's syntax differs from RE2's. Regex (patterns.h) wraps a compiled pattern;
// patterns come from the PatternCache of the context. Replacement templates ("$1", "${name}") are parsed and expanded
// here as Go does. Whatever a search costs is charged whether or not the pattern was in the cache.
#include <re2/re2.h>
#include <utf8proc.h>

#include <algorithm>

#include "engine/builtins/pattern_size.h"
#include "engine/builtins/patterns.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// Bytes a compiled pattern and the states made while matching may take, in one direction of a search. RE2 drops states when
// they become too many, and answers the same without them; a pattern whose code alone is larger than the most is refused.
constexpr uint64_t kMaxPatternMemory = 16 << 20;
constexpr uint64_t kLeastPatternMemory = 256 << 10;
constexpr uint64_t kBytesPerInstruction = 64;

constexpr std::string_view kRejectedEscape = "error parsing regexp: invalid escape sequence: `\\C`";

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

// --- Go's syntax for RE2 ---------------------------------------------------------------------------------------------

// The state of a scan: RE2's own syntax is left alone inside \Q…\E and in character classes.
class Translator {
 public:
  // The pattern in RE2's syntax: (?<name> becomes (?P<name>. False if it holds \C, which Go does not have.
  bool run(std::string_view pattern, std::string* out) {
    text_ = pattern;
    while (at_ < text_.size()) {
      if (text_[at_] == '\\') {
        if (!copy_escape(out)) return false;
      } else if (text_[at_] == '[') {
        if (!copy_class(out)) return false;
      } else if (is_named_group()) {
        out->append("(?P<");
        at_ += 3;
      } else {
        *out += text_[at_++];
      }
    }
    return true;
  }

 private:
  bool is_named_group() const { return text_.substr(at_, 3) == "(?<"; }

  bool copy_escape(std::string* out) {
    std::string_view pair = text_.substr(at_, 2);
    if (pair == "\\C") return false;
    size_t size = pair.size();
    if (pair == "\\Q") {
      size_t end = text_.find("\\E", at_ + 2);
      size = end == text_.npos ? text_.size() - at_ : end + 2 - at_;
    }
    out->append(text_.substr(at_, size));
    at_ += size;
    return true;
  }

  bool copy_class(std::string* out) {
    *out += text_[at_++];
    if (at_ < text_.size() && text_[at_] == '^') *out += text_[at_++];
    bool first = true;
    while (at_ < text_.size() && (first || text_[at_] != ']')) {
      first = false;
      size_t name_end = text_.substr(at_, 2) == "[:" ? text_.find(":]", at_ + 2) : text_.npos;
      size_t size = name_end != text_.npos ? name_end + 2 - at_ : text_[at_] == '\\' ? 2 : 1;
      size = std::min(size, text_.size() - at_);
      out->append(text_.substr(at_, size));
      at_ += size;
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

// Go's words for RE2's reasons.
std::string_view reason(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape: return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass: return "invalid character class";
    case re2::RE2::ErrorBadCharRange: return "invalid character class range";
    case re2::RE2::ErrorMissingBracket: return "missing closing ]";
    case re2::RE2::ErrorMissingParen: return "missing closing )";
    case re2::RE2::ErrorUnexpectedParen: return "unexpected )";
    case re2::RE2::ErrorTrailingBackslash: return "trailing backslash at end of expression";
    case re2::RE2::ErrorRepeatArgument: return "missing argument to repetition operator";
    case re2::RE2::ErrorRepeatSize: return "invalid repeat count";
    case re2::RE2::ErrorRepeatOp: return "invalid nested repetition operator";
    case re2::RE2::ErrorBadPerlOp: return "invalid or unsupported Perl syntax";
    case re2::RE2::ErrorBadUTF8: return "invalid UTF-8";
    case re2::RE2::ErrorBadNamedCapture: return "invalid named capture";
    case re2::RE2::ErrorPatternTooLarge: return "expression too large";
    default: return "regexp/syntax: internal error";
  }
}

// "error parsing regexp: missing closing ): `a(b`"
std::string fault_text(const re2::RE2& engine, std::string_view pattern) {
  std::string part(engine.error_arg());
  re2::RE2::ErrorCode code = engine.error_code();
  if (code == re2::RE2::ErrorTrailingBackslash) part.clear();
  if (code == re2::RE2::ErrorMissingParen || code == re2::RE2::ErrorUnexpectedParen ||
      code == re2::RE2::ErrorPatternTooLarge) {
    part = pattern;
  }
  // The translated form is not what the author wrote.
  if (part.starts_with("(?P<") && pattern.find(part) == pattern.npos) part.erase(2, 1);
  return "error parsing regexp: " + std::string(reason(code)) + ": `" + part + "`";
}

// --- Templates of replacements ---------------------------------------------------------------------------------------

bool is_name_rune(char32_t rune) {
  if (rune == '_') return true;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(rune))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND: return true;
    default: return false;
  }
}

// "$1x${2}$$": texts and groups in turn, resolved against one pattern.
class Template {
 public:
  Template(std::string_view text, const Regex& regex) {
    while (true) {
      size_t dollar = text.find('$');
      add_text(text.substr(0, dollar));
      if (dollar == text.npos) return;
      text.remove_prefix(dollar + 1);
      if (text.starts_with('$')) {
        add_text("$");
        text.remove_prefix(1);
      } else if (std::string_view name = take_name(text); !name.empty()) {
        parts_.push_back({{}, group_of(name, regex)});
      } else {
        add_text("$");  // malformed: stays as it is
      }
    }
  }

  // Pays for parts that turn out to be empty, too.
  void expand(BuiltinCall& call, ChargedText& out, std::string_view source,
              std::span<const Regex::Range> groups) const {
    constexpr size_t kPartsPerUnit = 8;
    charge_elements(call, parts_.size() / kPartsPerUnit);
    for (const Part& part : parts_) {
      out.append(part.text);
      if (part.group < groups.size() && groups[part.group].begin != Regex::kNoGroup) {
        out.append(source.substr(groups[part.group].begin, groups[part.group].end - groups[part.group].begin));
      }
    }
  }

 private:
  struct Part {
    std::string text;
    size_t group = Regex::kNoGroup;
  };

  void add_text(std::string_view text) {
    if (!text.empty()) parts_.push_back({std::string(text), Regex::kNoGroup});
  }

  // The name behind a "$", with or without braces, cut off `text`; empty and nothing cut if there is none.
  static std::string_view take_name(std::string_view& text) {
    bool brace = text.starts_with('{');
    std::string_view rest = text.substr(brace ? 1 : 0);
    size_t size = 0;
    while (size < rest.size()) {
      Rune rune = decode_rune(rest.substr(size));
      if (!is_name_rune(rune.code)) break;
      size += rune.bytes;
    }
    if (size == 0 || (brace && !rest.substr(size).starts_with('}'))) return {};
    text = rest.substr(size + (brace ? 1 : 0));
    return rest.substr(0, size);
  }

  static size_t group_of(std::string_view name, const Regex& regex) {
    bool is_number = name.size() <= 9 && (name[0] != '0' || name.size() == 1) &&
                     std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) return regex.group_number(name);
    size_t number = 0;
    for (char c : name) number = number * 10 + static_cast<size_t>(c - '0');
    return number;
  }

  std::vector<Part> parts_;
};

// --- What the functions share ----------------------------------------------------------------------------------------

// Steps of a search, a byte of the text by an instruction of the pattern, for a unit.
constexpr uint64_t kStepsPerUnit = 32;

// The pattern compiled; null with a fault on the call if it is none. The charge is for the search, cached or not.
const Regex* regex_of(BuiltinCall& call, std::string_view pattern, std::string_view text) {
  charge_bytes(call, pattern.size());
  charge_bytes(call, text.size());
  std::string fault;
  const Regex* regex = call.services.patterns().regex(pattern, &fault);
  if (regex == nullptr) {
    call.fault(std::move(fault));
    return nullptr;
  }
  // At worst every byte of the text meets every instruction of the pattern.
  charge_elements(call, uint64_t{text.size()} * regex->size() / kStepsPerUnit);
  return regex;
}

// A search reads up to its match, which is paid for once for all, and then up to its reach, which may be the end of the text,
// before it knows where the match ends.
constexpr uint64_t kBytesPerUnitOfSearch = 128;
// Compiled forms up to this size have so few states that they are all kept, and a byte is a step from one to the next. A
// search with a larger one may have to go through all its instructions for every byte.
constexpr uint64_t kSmallPattern = 12;

void charge_match(BuiltinCall& call, const Regex& regex, std::string_view text, const Regex::Range& whole) {
  uint64_t rest = text.size() - whole.begin;
  if (regex.reach() != kUnboundedReach) rest = std::min(rest, whole.end - whole.begin + regex.reach());
  bool is_small = regex.size() <= kSmallPattern;
  charge_elements(call, 1 + (is_small ? rest / kBytesPerUnitOfSearch : rest * regex.size() / kStepsPerUnit));
}

std::string_view cut(std::string_view text, const Regex::Range& range) {
  return range.begin == Regex::kNoGroup ? std::string_view() : text.substr(range.begin, range.end - range.begin);
}

Value match(BuiltinCall& call) {
  const Regex* regex = regex_of(call, call[0].text(), call[1].text());
  return regex == nullptr ? Value::undefined() : Value::of(regex->matches(call[1].text()));
}

// --- regex.template_match --------------------------------------------------------------------------------------------

std::string quote_meta(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// Turns a template into a pattern: what is between delimiters is a pattern, all else is text. False and `*fault`
// set if delimiters do not pair up or a part is not a pattern.
bool template_pattern(PatternCache& patterns, std::string_view text, char open, char close, std::string* pattern,
                      std::string* fault) {
  *pattern = "^";
  int level = 0;
  size_t part_begin = 0;
  size_t text_begin = 0;
  std::vector<std::string> parts;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] == open) {
      if (++level == 1) part_begin = i;
    } else if (text[i] == close) {
      if (--level < 0) break;
      if (level > 0) continue;
      std::string part(text.substr(part_begin + 1, i - part_begin - 1));
      pattern->append(quote_meta(text.substr(text_begin, part_begin - text_begin))).append("(" + part + ")");
      text_begin = i + 1;
      parts.push_back("^" + part + "$");
    }
  }
  if (level != 0) {
    *fault = "unbalanced braces in ";
    append_quoted_go(*fault, text);
    return false;
  }
  for (const std::string& part : parts) {
    if (patterns.regex(part, fault) == nullptr) return false;
  }
  pattern->append(quote_meta(text.substr(text_begin))).append("$");
  return true;
}

}  // namespace

// --- Regex -----------------------------------------------------------------------------------------------------------

struct Regex::Engine {
  Engine(const std::string& pattern, const re2::RE2::Options& options) : re2(pattern, options) {}
  re2::RE2 re2;
};

Regex::Regex() = default;
Regex::~Regex() = default;

uint64_t Regex::memory_of(uint64_t estimate) {
  return std::min(kMaxPatternMemory, kLeastPatternMemory + estimate * kBytesPerInstruction);
}

size_t Regex::size() const { return static_cast<size_t>(std::max(engine_->re2.ProgramSize(), 1)); }

std::unique_ptr<const Regex> Regex::compile(std::string_view pattern, uint64_t estimate, std::string* fault) {
  std::string translated;
  if (!Translator().run(pattern, &translated)) {
    *fault = kRejectedEscape;
    return nullptr;
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(static_cast<int64_t>(memory_of(estimate)));
  std::unique_ptr<Regex> regex(new Regex);
  regex->engine_ = std::make_unique<Engine>(translated, options);
  const re2::RE2& engine = regex->engine_->re2;
  if (!engine.ok()) {
    *fault = fault_text(engine, pattern);
    return nullptr;
  }
  regex->group_count_ = static_cast<size_t>(engine.NumberOfCapturingGroups()) + 1;
  regex->is_empty_ = pattern.empty();
  regex->reach_ = search_reach(pattern);
  return regex;
}

bool Regex::matches(std::string_view text) const {
  return engine_->re2.Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

bool Regex::find(std::string_view text, size_t from, std::span<Range> ranges) const {
  std::vector<re2::StringPiece> groups(ranges.size());
  // Groups that did not take part are distinguished from empty ones by their null pointer, so the text must not be at null.
  if (text.data() == nullptr) text = "";
  int count = static_cast<int>(groups.size());
  if (!engine_->re2.Match(piece(text), from, text.size(), re2::RE2::UNANCHORED, groups.data(), count)) return false;
  for (size_t i = 0; i < ranges.size(); i++) {
    if (groups[i].data() == nullptr) {
      ranges[i] = {};
      continue;
    }
    ranges[i].begin = static_cast<size_t>(groups[i].data() - text.data());
    ranges[i].end = ranges[i].begin + groups[i].size();
  }
  return true;
}

size_t Regex::group_number(std::string_view name) const {
  const auto& names = engine_->re2.NamedCapturingGroups();
  auto found = names.find(std::string(name));
  return found == names.end() ? kNoGroup : static_cast<size_t>(found->second);
}

// --- The functions ---------------------------------------------------------------------------------------------------

Value builtin_regex_is_valid(BuiltinCall& call) {
  if (!call[0].is_string()) return Value::of(false);
  charge_bytes(call, call[0].size);
  std::string fault;
  return Value::of(call.services.patterns().regex(call[0].text(), &fault) != nullptr);
}

Value builtin_regex_match(BuiltinCall& call) { return match(call); }
Value builtin_re_match(BuiltinCall& call) { return match(call); }

Value builtin_regex_find_n(BuiltinCall& call) {
  int64_t limit = 0;
  if (!read_integer(call, 3, &limit)) return Value::undefined();
  std::string_view text = call[1].text();
  const Regex* regex = regex_of(call, call[0].text(), text);
  if (regex == nullptr) return Value::undefined();
  ArrayBuilder found(call.arena);
  regex->for_each_match(text, limit, false, [&](std::span<const Regex::Range> groups) {
    charge_match(call, *regex, text, groups[0]);
    found.append(Value::string(cut(text, groups[0])));
  });
  return found.finish();
}

Value builtin_regex_find_all_string_submatch_n(BuiltinCall& call) {
  int64_t limit = 0;
  if (!read_integer(call, 3, &limit)) return Value::undefined();
  std::string_view text = call[1].text();
  const Regex* regex = regex_of(call, call[0].text(), text);
  if (regex == nullptr) return Value::undefined();
  ArrayBuilder found(call.arena);
  regex->for_each_match(text, limit, true, [&](std::span<const Regex::Range> groups) {
    charge_match(call, *regex, text, groups[0]);
    charge_elements(call, groups.size());
    ArrayBuilder parts(call.arena);
    for (const Regex::Range& group : groups) parts.append(Value::string(cut(text, group)));
    found.append(parts.finish());
  });
  return found.finish();
}

Value builtin_regex_split(BuiltinCall& call) {
  std::string_view text = call[1].text();
  const Regex* regex = regex_of(call, call[0].text(), text);
  if (regex == nullptr) return Value::undefined();
  ArrayBuilder parts(call.arena);
  if (!regex->is_empty() && text.empty()) {
    parts.append(Value::string(""));
    return parts.finish();
  }
  size_t begin = 0;
  size_t end = 0;
  regex->for_each_match(text, -1, false, [&](std::span<const Regex::Range> groups) {
    charge_match(call, *regex, text, groups[0]);
    end = groups[0].begin;
    if (groups[0].end != 0) parts.append(Value::string(text.substr(begin, end - begin)));
    begin = groups[0].end;
  });
  if (end != text.size()) parts.append(Value::string(text.substr(begin)));
  return parts.finish();
}

Value builtin_regex_replace(BuiltinCall& call) {
  std::string_view text = call[0].text();
  const Regex* regex = regex_of(call, call[1].text(), text);
  if (regex == nullptr) return Value::undefined();
  charge_bytes(call, call[2].size);
  Template replacement(call[2].text(), *regex);
  ChargedText out(call);
  size_t copied = 0;
  regex->for_each_match(text, -1, true, [&](std::span<const Regex::Range> groups) {
    charge_match(call, *regex, text, groups[0]);
    out.append(text.substr(copied, groups[0].begin - copied));
    replacement.expand(call, out, text, groups);
    copied = groups[0].end;
  });
  if (copied == 0 && out.text().empty()) return call[0];
  out.append(text.substr(copied));
  return out.finish();
}

Value builtin_regex_template_match(BuiltinCall& call) {
  for (size_t i : {2, 3}) {
    if (call[i].size == 1) continue;
    // The size in the message is that of the start in both cases, as in OPA.
    return call.fault(std::string(i == 2 ? "start" : "end") + " delimiter has to be exactly one character long but is " +
                      std::to_string(call[2].size) + " long");
  }
  std::string_view text = call[0].text();
  charge_bytes(call, text.size());
  std::string pattern;
  std::string fault;
  PatternCache& patterns = call.services.patterns();
  if (!template_pattern(patterns, text, call[2].text()[0], call[3].text()[0], &pattern, &fault)) return call.fault(fault);
  const Regex* regex = regex_of(call, pattern, call[1].text());
  return regex == nullptr ? Value::undefined() : Value::of(regex->matches(call[1].text()));
}

}  // namespace writ
