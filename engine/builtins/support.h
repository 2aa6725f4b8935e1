// What the families of built-in functions share: their declarations, made from builtins.def, and small helpers.
//
// A family's file defines `Value builtin_<function>(BuiltinCall& call)` for its rows. Unless the row says kUnchecked,
// the kinds of the arguments have been checked against the signature by then; the kinds of *elements* have not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/builtin.h"

namespace writ {

#define BUILTIN(name, effect, version, category, function, ...) Value builtin_##function(BuiltinCall& call);
#include "engine/builtins/builtins.def"
#undef BUILTIN

// --- Arguments -------------------------------------------------------------------------------------------------------

// The integer a number is where OPA wants a machine integer: by its text, so 2 and 2.0 are, 20e-1 is not, and neither
// is what does not fit int64.
std::optional<int64_t> machine_integer(const Value& number);

// Reads argument n (1-based) as such an integer; false, with the call faulted, if it is none.
bool read_integer(BuiltinCall& call, size_t n, int64_t* integer);
// Accepts any whole number, however large or spelled; false, with the call faulted, otherwise.
bool check_integral(BuiltinCall& call, size_t n);

// eval_type_error about an element of argument n: "must be array of strings but got array containing number".
Value fault_element(BuiltinCall& call, size_t n, const Value& element, std::string_view expected);
// Reads argument n, a string or an array or set of strings; false, with the call faulted, if it is anything else.
bool read_strings(BuiltinCall& call, size_t n, std::vector<std::string_view>* strings);
// eval_type_error with a text that names no argument.
Value fault_type(BuiltinCall& call, std::string text);

// --- Hosts -----------------------------------------------------------------------------------------------------------

// Why the call may not reach this host, in OPA's words: capabilities list others, byte for byte. Empty if it may. [S-12.14]
std::string host_refusal(BuiltinCall& call, std::string_view host);

// --- Numbers ---------------------------------------------------------------------------------------------------------

// What OPA says of the text of a number that it refuses to make a number of; empty if it does not. Those are texts with
// an exponent whose value is beyond 2^100,000 or nearer to zero than 2^-100,001 [S-2.8].
std::string_view number_refusal(std::string_view text);

// What arithmetic on a number costs: its digits written out in full, and their square, since big numbers are converted
// between decimal and binary [S-14.2].
uint64_t expanded_digits(const Value& number);
void charge_arithmetic(BuiltinCall& call, uint64_t digits);
// For all arguments that are numbers.
void charge_arithmetic(BuiltinCall& call);

// --- Fuel ------------------------------------------------------------------------------------------------------------

// Work is charged before it is done: a unit for each element, and a unit for every 16 bytes of text.
inline void charge_elements(BuiltinCall& call, uint64_t count) {
  if (count != 0) call.services.charge(count);
}
inline void charge_bytes(BuiltinCall& call, uint64_t bytes) {
  if (bytes >= 16) call.services.charge(bytes / 16);
}

// Pays for writing a value out as text: all that is reachable in it, shared parts as often as they will be written.
void charge_value(BuiltinCall& call, const Value& value);

// A text being made, paid for in pieces before it grows, so that a short policy cannot make a huge one.
class ChargedText {
 public:
  explicit ChargedText(BuiltinCall& call) : call_(&call), memory_(call.arena) {}
  void append(std::string_view text) {
    reserve(text.size());
    text_.append(text);
  }
  void append(size_t count, char c) {
    reserve(count);
    text_.append(count, c);
  }
  const std::string& text() const { return text_; }
  // The text as a value of the call's arena.
  Value finish() const;

 private:
  // Pays for all bytes up to a mark behind the end; the mark moves in fixed steps, so the sum depends on sizes alone.
  void reserve(size_t more) {
    if (text_.size() + more > paid_) pay(text_.size() + more);
  }
  void pay(size_t size);

  BuiltinCall* call_;
  Lease memory_;  // of text_
  std::string text_;
  size_t paid_ = 0;
};

// A string value of the call's arena. Throws Failure(E_MEMORY) beyond 4 GiB.
Value text_value(BuiltinCall& call, std::string_view text);
// The answer for a part of an argument: shares its bytes.
inline Value part_value(std::string_view part) { return Value::string(part); }

// --- UTF-8 -----------------------------------------------------------------------------------------------------------

struct Rune {
  char32_t code;
  uint32_t bytes;
};
inline constexpr char32_t kRuneError = 0xFFFD;

// The character `text` (not empty) starts with; U+FFFD of one byte where it is not well-formed, as Go decodes.
Rune decode_rune(std::string_view text);
// The character `text` (not empty) ends with.
Rune decode_last_rune(std::string_view text);
void append_rune(std::string& out, char32_t code);
size_t count_runes(std::string_view text);
bool is_ascii(std::string_view text);
// White space as Go's unicode.IsSpace has it.
bool is_space(char32_t code);
// Single characters to single characters, as Go's unicode.ToLower and unicode.ToUpper.
char32_t rune_to_lower(char32_t code);
char32_t rune_to_upper(char32_t code);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);

// --- Searching -------------------------------------------------------------------------------------------------------

// Where `needle` first occurs at or after `from`, in time linear in the two sizes; npos if it does not.
size_t find_text(std::string_view text, std::string_view needle, size_t from);

}  // namespace writ
