// What a template computes with: the Go values that OPA hands to it and those that Go's functions make of them.
//
// Variables come from JSON, so they are maps, slices, strings, json.Number, booleans and nil. Literals and functions add int,
// float64, complex128 and uint8 (a byte of a text). json.Number is a text to Go: it has a length, is true unless empty, and
// compares with texts alone.
//
// A member of a map or a slice is an interface that holds the value (`boxed`), which shows in messages. A boxed kNone is nil; a
// kNone that is not boxed is what Go calls the zero reflect.Value: no value at all, as of a missing key.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/builtins/float64.h"
#include "engine/value/value.h"

namespace writ {

struct GoValue {
  enum class Kind : uint8_t { kNone, kBool, kInt, kByte, kFloat, kComplex, kString, kNumber, kSlice, kMap };

  Kind kind = Kind::kNone;
  bool boxed = false;
  bool truth = false;
  int64_t integer = 0;    // kInt, kByte
  uint32_t capacity = 0;  // kSlice: up to where Go would let it be sliced again
  std::string_view text;  // kString, kNumber
  Value value;            // kSlice (an array), kMap (an object)
  BinaryNumber real, imaginary;

  static GoValue of(bool truth) {
    GoValue v = with_kind(Kind::kBool);
    v.truth = truth;
    return v;
  }
  static GoValue of(int64_t integer) {
    GoValue v = with_kind(Kind::kInt);
    v.integer = integer;
    return v;
  }
  static GoValue byte(uint8_t byte) {
    GoValue v = with_kind(Kind::kByte);
    v.integer = byte;
    return v;
  }
  static GoValue string(std::string_view text) {
    GoValue v = with_kind(Kind::kString);
    v.text = text;
    return v;
  }
  // A value of Rego as JSON gives it to Go; texts of numbers go into the arena.
  static GoValue from(const Value& value, Arena& arena);

  bool is_nil() const { return kind == Kind::kNone; }
  bool is_none() const { return kind == Kind::kNone && !boxed; }
  bool is_text() const { return kind == Kind::kString || kind == Kind::kNumber; }
  GoValue boxed_up() const {
    GoValue v = *this;
    v.boxed = true;
    return v;
  }
  GoValue unboxed() const {
    GoValue v = *this;
    v.boxed = false;
    return v;
  }
  // Go's name of its type.
  std::string_view type_name() const;
  // The type of what is in the interface, if it is one.
  std::string_view inner_type_name() const { return unboxed().type_name(); }

  // As `if` sees it.
  bool is_true() const;

 private:
  static GoValue with_kind(Kind kind) {
    GoValue v;
    v.kind = kind;
    return v;
  }
};

}  // namespace writ
