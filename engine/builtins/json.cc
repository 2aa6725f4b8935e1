// json.marshal, json.marshal_with_options, json.unmarshal, json.is_valid.
//
// What a policy reads here it reads itself, as one value among others, so this reader is as lenient as Go's: of equal
// keys the last wins, broken characters become U+FFFD. Documents that enter an evaluation go through the strict reader
// of engine/value/json.h instead. Errors are worded as Go words them.
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/go_json.h"
#include "engine/builtins/hex.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ {

// --- Writing ---------------------------------------------------------------------------------------------------------

namespace {

std::string marshal(BuiltinCall& call) {
  charge_value(call, call[0]);
  return to_json(call[0]);
}

// Spreads compact JSON over lines as Go's json.Indent does: each line but the first starts with `prefix`.
class Indenter {
 public:
  Indenter(BuiltinCall& call, std::string_view prefix, std::string_view indent)
      : prefix_(prefix), indent_(indent), out_(call) {}

  Value indent(std::string_view json) {
    out_.append(prefix_);
    for (size_t i = 0; i < json.size(); i++) {
      char c = json[i];
      if (c == '"') {
        size_t end = string_end(json, i);
        out_.append(json.substr(i, end - i));
        i = end - 1;
        continue;
      }
      bool opens = c == '[' || c == '{';
      bool closes = c == ']' || c == '}';
      if (closes) {
        depth_--;
        if (json[i - 1] != '[' && json[i - 1] != '{') new_line();
      }
      out_.append(json.substr(i, 1));
      if (c == ':') out_.append(" ");
      if (c == ',') new_line();
      if (opens) {
        depth_++;
        if (json[i + 1] != ']' && json[i + 1] != '}') new_line();
      }
    }
    return out_.finish();
  }

 private:
  static size_t string_end(std::string_view json, size_t i) {
    for (i++; json[i] != '"'; i++) {
      if (json[i] == '\\') i++;
    }
    return i + 1;
  }

  void new_line() {
    out_.append("\n");
    out_.append(prefix_);
    for (uint32_t i = 0; i < depth_; i++) out_.append(indent_);
  }

  std::string_view prefix_;
  std::string_view indent_;
  uint32_t depth_ = 0;
  ChargedText out_;
};

struct MarshalOptions {
  std::string_view prefix;
  std::string_view indent = "\t";
  bool pretty = false;
};

// The answer is false, with the call faulted, if they are not as they should be.
bool read_options(BuiltinCall& call, MarshalOptions* options) {
  bool pretty_is_given = false;
  auto fail = [&](std::string text) {
    call.fault_argument(2, std::move(text));
    return false;
  };
  auto not_a_string = [](size_t index, const Value& got) {
    return "operand " + std::to_string(index) + " must be string but got " + std::string(kind_name(got.kind));
  };
  std::span<const Entry> members = call[1].members();
  for (size_t i = 0; i < members.size(); i++) {
    const Value& value = members[i].value;
    std::string key = to_rego(members[i].key);
    if (!members[i].key.is_string()) {
      return fail("failed to stringify key " + key + " at index " + std::to_string(i) + ": " +
                  not_a_string(i, members[i].key));
    }
    std::string_view name = members[i].key.text();
    if (name == "prefix" || name == "indent") {
      if (!value.is_string()) return fail("key " + key + " failed cast to string: " + not_a_string(i, value));
      (name == "prefix" ? options->prefix : options->indent) = value.text();
      if (!pretty_is_given) options->pretty = true;
    } else if (name == "pretty") {
      if (value.kind != Kind::kBoolean) return fail("key " + key + " failed cast to bool");
      options->pretty = value.is_true();
      pretty_is_given = true;
    } else {
      return fail("object contained unknown key " + key);
    }
  }
  return true;
}

}  // namespace

Value builtin_json_marshal(BuiltinCall& call) { return text_value(call, marshal(call)); }

Value builtin_json_marshal_with_options(BuiltinCall& call) {
  MarshalOptions options;
  if (!read_options(call, &options)) return Value::undefined();
  std::string json = marshal(call);
  if (!options.pretty) return text_value(call, json);
  return Indenter(call, options.prefix, options.indent).indent(json);
}

// --- Reading ---------------------------------------------------------------------------------------------------------

namespace {

constexpr uint32_t kMaxDepth = 512;       // of a value that is made
constexpr uint32_t kMaxCheckDepth = 10'000;  // of one that is only looked at; as in Go

bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads one value from the front of a text with a stack of its own. Without an arena it only checks.
class GoJsonReader {
 public:
  GoJsonReader(std::string_view text, Arena* arena) : text_(text), arena_(arena) {}

  // False if the text is not JSON up to there: error() says why.
  bool read(Value* value) {
    for (;;) {
      skip_space();
      Value part;
      bool opened = false;
      if (!read_part(&part, &opened)) return false;
      if (opened) continue;
      // A value is complete: it goes where it belongs, which may complete the next.
      for (;;) {
        if (frames_.empty()) {
          *value = part;
          return true;
        }
        if (arena_ != nullptr) values_.push_back(part);
        bool closed = false;
        if (!read_separator(&closed)) return false;
        if (!closed) break;
        part = close();
      }
    }
  }

  void skip_space() {
    while (at_ < text_.size() && is_json_space(text_[at_])) at_++;
  }
  bool at_end() const { return at_ == text_.size(); }
  std::string_view rest() const { return text_.substr(at_); }
  size_t position() const { return at_; }
  const std::string& error() const { return error_; }
  // Of a text that was read: whether a number in it is beyond the range [S-2.8], and if OPA refuses one too, what it says.
  bool is_out_of_range() const { return is_out_of_range_; }
  std::string_view refusal() const { return refusal_; }

 private:
  struct Frame {
    bool is_object;
    size_t begin;  // of its members in values_
  };

  // A scalar, an empty container, or the start of a container (`opened`).
  bool read_part(Value* part, bool* opened) {
    if (at_end()) return fail_at_end();
    char c = text_[at_];
    switch (c) {
      case '{':
      case '[':
        return open(c == '{', part, opened);
      case '"': {
        std::string_view text;
        if (!read_string(&text)) return false;
        *part = Value::string(text);
        return true;
      }
      case 't':
        *part = Value::of(true);
        return read_word("true");
      case 'f':
        *part = Value::of(false);
        return read_word("false");
      case 'n':
        *part = Value::null();
        return read_word("null");
      default:
        if (c == '-' || is_digit(c)) return read_number(part);
        return fail_at("looking for beginning of value");
    }
  }

  bool open(bool is_object, Value* part, bool* opened) {
    if (arena_ != nullptr && frames_.size() == kMaxDepth) {
      throw Failure(ErrorCode::E_DEPTH, "the JSON text is nested deeper than 512 levels");
    }
    if (frames_.size() == kMaxCheckDepth) return fail("exceeded max depth");
    at_++;
    skip_space();
    frames_.push_back({is_object, values_.size()});
    if (!at_end() && text_[at_] == (is_object ? '}' : ']')) {
      at_++;
      *part = close();
      return true;
    }
    *opened = true;
    return is_object ? read_key("looking for beginning of object key string") : true;
  }

  bool read_key(std::string_view expectation) {
    skip_space();
    if (at_end()) return fail_at_end();
    if (text_[at_] != '"') return fail_at(expectation);
    std::string_view key;
    if (!read_string(&key)) return false;
    if (arena_ != nullptr) values_.push_back(Value::string(key));
    skip_space();
    if (at_end()) return fail_at_end();
    if (text_[at_] != ':') return fail_at("after object key");
    at_++;
    return true;
  }

  // Behind a member: a comma, with the next key if it is an object, or the end.
  bool read_separator(bool* closed) {
    bool is_object = frames_.back().is_object;
    skip_space();
    if (at_end()) return fail_at_end();
    char c = text_[at_];
    if (c == ',') {
      at_++;
      return is_object ? read_key("looking for beginning of object key string") : true;
    }
    if (c != (is_object ? '}' : ']')) return fail_at(is_object ? "after object key:value pair" : "after array element");
    at_++;
    *closed = true;
    return true;
  }

  Value close() {
    Frame frame = frames_.back();
    frames_.pop_back();
    if (arena_ == nullptr) return Value::null();
    std::span<const Value> members = std::span<const Value>(values_).subspan(frame.begin);
    Value value;
    if (frame.is_object) {
      ObjectBuilder object(*arena_);
      for (size_t i = 0; i + 1 < members.size(); i += 2) object.insert(members[i], members[i + 1]);
      value = object.finish();
    } else {
      value = make_array(*arena_, members);
    }
    values_.resize(frame.begin);
    return value;
  }

  bool read_word(std::string_view word) {
    for (size_t i = 0; i < word.size(); i++, at_++) {
      if (at_end()) return fail_at_end();
      if (text_[at_] == word[i]) continue;
      return fail_at("in literal " + std::string(word) + " (expecting " + quoted_byte(word[i]) + ")");
    }
    return true;
  }

  bool read_number(Value* part) {
    size_t begin = at_;
    if (text_[at_] == '-') at_++;
    if (at_end()) return fail_at_end();
    if (text_[at_] == '0') at_++;
    else if (!read_digits("in numeric literal")) return false;
    if (!at_end() && text_[at_] == '.') {
      at_++;
      if (!read_digits("after decimal point in numeric literal")) return false;
    }
    if (!at_end() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      at_++;
      if (!at_end() && (text_[at_] == '+' || text_[at_] == '-')) at_++;
      if (!read_digits("in exponent of numeric literal")) return false;
    }
    if (arena_ != nullptr) *part = make_number(text_.substr(begin, at_ - begin));
    return true;
  }

  // A number beyond the range is kept as its text for now: what follows it may yet be no JSON, which is another error.
  Value make_number(std::string_view text) {
    std::string_view refusal = number_refusal(text);
    if (refusal.empty() && number_is_valid(text)) return number_from_text(*arena_, text);
    if (!refusal.empty()) refusal_ = refusal;
    is_out_of_range_ = true;
    return Value::string(text);
  }

  bool read_digits(std::string_view expectation) {
    if (at_end()) return fail_at_end();
    if (!is_digit(text_[at_])) return fail_at(expectation);
    while (!at_end() && is_digit(text_[at_])) at_++;
    return true;
  }

  // --- Strings ---

  bool read_string(std::string_view* result) {
    at_++;
    size_t begin = at_;
    std::string unescaped;
    bool as_it_stands = true;
    while (true) {
      if (at_end()) return fail_at_end();
      unsigned char c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') break;
      if (c < 0x20) return fail_at("in string literal");
      if (c < 0x80 && c != '\\') {
        if (!as_it_stands) unescaped += static_cast<char>(c);
        at_++;
        continue;
      }
      Rune rune{0, 0};
      if (c != '\\') rune = decode_rune(text_.substr(at_));
      bool broken = c != '\\' && rune.code == kRuneError && rune.bytes == 1;
      if (as_it_stands && (c == '\\' || broken)) {
        as_it_stands = false;
        unescaped.assign(text_.substr(begin, at_ - begin));
      }
      if (c == '\\') {
        if (!read_escape(unescaped)) return false;
        continue;
      }
      if (!as_it_stands) append_rune(unescaped, rune.code);
      at_ += rune.bytes;
    }
    std::string_view text = text_.substr(begin, at_ - begin);
    at_++;
    if (arena_ != nullptr) *result = as_it_stands ? text : arena_->copy(unescaped);
    return true;
  }

  bool read_escape(std::string& out) {
    at_++;
    if (at_end()) return fail_at_end();
    char c = text_[at_];
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (size_t i = kNames.find(c); i != std::string_view::npos) {
      out += kMeanings[i];
      at_++;
      return true;
    }
    if (c != 'u') return fail_at("in string escape code");
    at_++;
    char32_t code = 0;
    if (!read_hex(&code)) return false;
    bool high = code >= 0xD800 && code <= 0xDBFF;
    if (high && text_.substr(at_, 2) == "\\u") {  // the second half of a pair; anything else is read on its own
      size_t before = at_;
      char32_t low = 0;
      at_ += 2;
      if (!read_hex(&low)) return false;
      if (low >= 0xDC00 && low <= 0xDFFF) code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      else at_ = before;
    }
    append_rune(out, code);  // half a pair becomes U+FFFD
    return true;
  }

  bool read_hex(char32_t* code) {
    for (int i = 0; i < 4; i++, at_++) {
      if (at_end()) return fail_at_end();
      char c = text_[at_];
      int digit = hex_value(c);
      if (digit < 0) return fail_at("in \\u hexadecimal character escape");
      *code = *code << 4 | static_cast<char32_t>(digit);
    }
    return true;
  }

  // --- Errors ---

  bool fail(std::string text) {
    error_ = std::move(text);
    return false;
  }

  bool fail_at_end() {
    bool nothing = text_.find_first_not_of(" \t\r\n") == std::string_view::npos;
    return fail(nothing ? "EOF" : "unexpected EOF");
  }

  bool fail_at(std::string_view expectation) {
    return fail("invalid character " + quoted_byte(text_[at_]) + " " + std::string(expectation));
  }

  // A byte as Go quotes a character of that number.
  static std::string quoted_byte(char c) {
    if (c == '\'') return "'\\''";
    if (c == '"') return "'\"'";
    std::string character;
    append_rune(character, static_cast<unsigned char>(c));
    std::string quoted;
    append_quoted_go(quoted, character);
    return "'" + quoted.substr(1, quoted.size() - 2) + "'";
  }

  std::string_view text_;
  Arena* arena_;
  size_t at_ = 0;
  std::vector<Frame> frames_;
  std::vector<Value> values_;  // members of open containers; keys and values alternate
  std::string error_;
  bool is_out_of_range_ = false;
  std::string_view refusal_;
};

// What OPA says of a text that goes on behind its value; empty if it does not mind. It looks at one token only, and takes
// a null.
std::string rest_error(GoJsonReader& reader, Arena& arena) {
  reader.skip_space();
  if (reader.at_end()) return "";
  char c = reader.rest()[0];
  std::string token(1, c);
  if (c != '[' && c != '{') {
    GoJsonReader next(reader.rest(), &arena);
    Value read;
    if (!next.read(&read)) return next.error();
    if (read.kind == Kind::kNull) return "";
    token = read.is_string() ? std::string(read.text()) : to_rego(read);
    if (read.kind == Kind::kBoolean) token = "%!s(bool=" + token + ")";
  }
  return "error: invalid character '" + token + "' after top-level value";
}

}  // namespace

bool read_go_json_prefix(std::string_view text, Arena* arena, GoJsonPrefix* prefix) {
  GoJsonReader reader(text, arena);
  Value value;
  if (!reader.read(&value)) {
    prefix->error = reader.error();
    return false;
  }
  prefix->value = arena == nullptr ? Value::undefined() : value;
  prefix->end = reader.position();
  prefix->is_out_of_range = reader.is_out_of_range();
  prefix->refusal = reader.refusal();
  return true;
}

bool unmarshal_go_json(std::string_view text, Arena& arena, Value* value, std::string* error) {
  GoJsonReader reader(text, &arena);
  if (!reader.read(value)) {
    *error = reader.error();
    return false;
  }
  *error = rest_error(reader, arena);
  if (!error->empty()) return false;
  if (!reader.is_out_of_range()) return true;
  if (reader.refusal().empty()) throw Failure(ErrorCode::E_NUM_RANGE, "a number is outside the supported range");
  *error = reader.refusal();
  return false;
}

bool is_go_json(std::string_view text) {
  GoJsonReader reader(text, nullptr);
  Value ignored;
  if (!reader.read(&ignored)) return false;
  reader.skip_space();
  return reader.at_end();
}

bool read_go_json(std::string_view text, Arena& arena, Value* value) {
  GoJsonReader reader(text, &arena);
  if (!reader.read(value)) return false;
  reader.skip_space();
  if (!reader.at_end()) return false;
  if (reader.is_out_of_range()) throw Failure(ErrorCode::E_NUM_RANGE, "a number is outside the supported range");
  return true;
}

Value builtin_json_unmarshal(BuiltinCall& call) {
  charge_elements(call, call[0].size / 4);
  Value value;
  std::string error;
  return unmarshal_go_json(call[0].text(), call.arena, &value, &error) ? value : call.fault(std::move(error));
}

// What is not a string is not valid JSON.
Value builtin_json_is_valid(BuiltinCall& call) {
  if (!call[0].is_string()) return Value::of(false);
  charge_bytes(call, call[0].size);
  return Value::of(is_go_json(call[0].text()));
}

}  // namespace writ
