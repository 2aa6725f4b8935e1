// JSON text: the one writer of it, and the few readers that need no Value.
//
// A JsonWriter appends to a string that the caller owns and allocates nothing else. It knows whether a comma is due and,
// with line breaks, how deep lines are indented; it does not check that keys and values alternate. Members are
// written in the order of the calls, so canonical JSON is the caller's order of keys with the default format.
//
//   JsonWriter json(out);
//   json.begin_object().member("class", name).key("steps").begin_array();
//   for (const Step& step : steps) json.string(step.name);
//   json.end_array().end_object();
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace writ {

// How strings are escaped.
enum class JsonEscape : uint8_t {
  kCanonical,  // what JSON demands and no more [S-16.1]; the text must be UTF-8
  kText,       // any bytes: those that are not UTF-8 become \ufffd; U+2028 and U+2029 are escaped
  kHtml,       // as kText, and <, > and & are escaped: what Go's encoder writes, and so OPA
};

// Appends a string literal with its quotes.
void append_json_string(std::string& out, std::string_view text, JsonEscape escape);
// The same in canonical form.
void append_cj1_string(std::string& out, std::string_view text);

// Plain decimal digits.
void append_decimal(std::string& out, uint64_t number);
// Decimal with at least `digits` digits, zeros in front.
void append_decimal_padded(std::string& out, uint64_t number, int digits);
// The number of a text that append_decimal would write; nothing for any other text ("", "01", "-1", 2^64).
std::optional<uint64_t> read_decimal(std::string_view text);

// How deep the containers of a JSON text are nested; 0 for a scalar. The text must be well-formed.
uint32_t nesting_of(std::string_view json);

struct JsonFormat {
  JsonEscape escape = JsonEscape::kCanonical;
  std::string_view indent = {};  // of one level; if empty (and prefix too), everything is on one line without spaces
  std::string_view prefix = {};  // begins every line but the first

  bool has_lines() const { return !indent.empty() || !prefix.empty(); }
};

class JsonWriter {
 public:
  // Appends to `out`; the texts in `format` must outlive the writer.
  explicit JsonWriter(std::string& out, JsonFormat format = {})
      : out_(out), format_(format), has_lines_(format.has_lines()) {}

  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }

  // The name of a member; its value comes next.
  JsonWriter& key(std::string_view name) {
    separate();
    append_json_string(out_, name, format_.escape);
    out_ += has_lines_ ? std::string_view(": ") : std::string_view(":");
    comma_is_due_ = false;
    after_key_ = true;
    return *this;
  }

  JsonWriter& string(std::string_view text) {
    append_json_string(raw(), text, format_.escape);
    return *this;
  }
  JsonWriter& number(uint64_t value) {
    append_decimal(raw(), value);
    return *this;
  }
  // Digits in quotes: the form of 64-bit numbers that must survive readers with floating-point numbers.
  JsonWriter& quoted_number(uint64_t value) {
    std::string& out = raw();
    out += '"';
    append_decimal(out, value);
    out += '"';
    return *this;
  }
  JsonWriter& boolean(bool value) {
    raw() += value ? std::string_view("true") : std::string_view("false");
    return *this;
  }
  JsonWriter& null() {
    raw() += "null";
    return *this;
  }
  // A value that is JSON text already.
  JsonWriter& raw(std::string_view json) {
    raw() += json;
    return *this;
  }
  // The text, ready for one value that the caller appends to it.
  std::string& raw() {
    separate();
    comma_is_due_ = true;
    return out_;
  }
  // Members that are JSON text already, with the commas between them; may be empty.
  JsonWriter& raw_members(std::string_view members) {
    if (!members.empty()) raw() += members;
    return *this;
  }

  const JsonFormat& format() const { return format_; }
  const std::string& text() const { return out_; }

  // Shortcuts for key(name) and a value.
  JsonWriter& member(std::string_view name, std::string_view text) { return key(name).string(text); }
  template <std::unsigned_integral Number>
  JsonWriter& member(std::string_view name, Number value) {
    key(name);
    if constexpr (std::same_as<Number, bool>) {
      return boolean(value);
    } else {
      return number(value);
    }
  }

 private:
  JsonWriter& begin(char bracket) {
    raw() += bracket;
    comma_is_due_ = false;
    ++depth_;
    return *this;
  }
  JsonWriter& end(char bracket) {
    --depth_;
    if (has_lines_ && comma_is_due_) begin_line();  // something is between the brackets
    out_ += bracket;
    comma_is_due_ = true;
    return *this;
  }
  // What comes before a key or a value: a comma and a new line where they are due.
  void separate() {
    if (after_key_) {
      after_key_ = false;
      return;
    }
    if (comma_is_due_) out_ += ',';
    if (has_lines_ && depth_ > 0) begin_line();
  }
  void begin_line();

  std::string& out_;
  JsonFormat format_;
  bool has_lines_;
  bool comma_is_due_ = false;  // a value is complete at this level
  bool after_key_ = false;     // a key waits for its value
  uint32_t depth_ = 0;         // open objects and arrays
};

}  // namespace writ
