// One argument of Go's fmt.Sprintf, formatted for one directive such as "%-8.3f".
//
// An argument has one of four Go types, as OPA hands values to fmt: numbers whose text has a point or an exponent are
// float64, or strings if too large for one; other numbers int64 if they fit and *big.Int otherwise; strings are strings,
// and everything else is the string that Rego shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/builtins/float64.h"
#include "engine/builtins/support.h"
#include "engine/value/value.h"

namespace writ {

struct GoArgument {
  enum Type { kInt64, kBigInt, kFloat64, kString };
  Type type = kString;
  int64_t integer = 0;
  BinaryNumber real;
  Value number;                 // of a kBigInt
  std::string_view given_text;  // of a string, or of a number that Go gets as one
  std::string rendered;         // of anything else
  std::string_view go_type;     // the name of its type, where it is another of the same form

  std::string_view text() const { return rendered.empty() ? given_text : rendered; }
  std::string_view type_name() const {
    if (!go_type.empty()) return go_type;
    switch (type) {
      case kInt64: return "int64";
      case kBigInt: return "*big.Int";
      case kFloat64: return "float64";
      default: return "string";
    }
  }
};

GoArgument make_go_argument(const Value& value);

// What a directive says before its verb.
struct GoFlags {
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

// Appends the argument; a verb that does not fit its type gives Go's complaint, "%!d(string=x)".
void format_go(ChargedText& out, const GoFlags& flags, const GoArgument& argument, char32_t verb);

}  // namespace writ
