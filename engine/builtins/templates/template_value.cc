#include "engine/builtins/templates/template_value.h"

#include <bit>
#include <string>

#include "engine/value/number.h"

namespace writ {

namespace {

// Go's decoder appends element by element, and a slice doubles when it is full. What it grows by beyond that depends on Go's
// allocator; there a slice ends where its elements do.
uint32_t capacity_of(uint32_t size) {
  constexpr uint32_t kDoublesUpTo = 512;
  return size == 0 || size > kDoublesUpTo ? size : std::bit_ceil(size);
}

}  // namespace

GoValue GoValue::from(const Value& value, Arena& arena) {
  GoValue result;
  switch (value.kind) {
    case ::writ::Kind::kBoolean: return of(value.is_true());
    case ::writ::Kind::kString: return string(value.text());
    case ::writ::Kind::kNumber: {
      std::string text;
      append_number(text, value);
      result.kind = Kind::kNumber;
      result.text = arena.copy(text);
      return result;
    }
    case ::writ::Kind::kArray:
      result.kind = Kind::kSlice;
      result.value = value;
      result.capacity = capacity_of(value.size);
      return result;
    case ::writ::Kind::kObject:
      result.kind = Kind::kMap;
      result.value = value;
      return result;
    default: return result;
  }
}

std::string_view GoValue::type_name() const {
  if (boxed) return "interface {}";
  switch (kind) {
    case Kind::kNone: return "<nil>";
    case Kind::kBool: return "bool";
    case Kind::kInt: return "int";
    case Kind::kByte: return "uint8";
    case Kind::kFloat: return "float64";
    case Kind::kComplex: return "complex128";
    case Kind::kString: return "string";
    case Kind::kNumber: return "json.Number";
    case Kind::kSlice: return "[]interface {}";
    case Kind::kMap: return "map[string]interface {}";
  }
  return "";
}

bool GoValue::is_true() const {
  switch (kind) {
    case Kind::kNone: return false;
    case Kind::kBool: return truth;
    case Kind::kInt:
    case Kind::kByte: return integer != 0;
    case Kind::kFloat: return real.mantissa != 0;
    case Kind::kComplex: return real.mantissa != 0 || imaginary.mantissa != 0;
    case Kind::kString:
    case Kind::kNumber: return !text.empty();
    case Kind::kSlice:
    case Kind::kMap: return value.size > 0;
  }
  return false;
}

}  // namespace writ
