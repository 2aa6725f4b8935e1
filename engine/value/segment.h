// Segments of paths below `data`: what a step of a reference is called where paths are kept as texts.
//
// The segment of a text is the text. Rule heads may have numbers, booleans and null in their references as well: their segment
// is kScalarMark and the value's text. No text begins with that byte, since it is no UTF-8, so the two never meet.
#pragma once

#include <string>
#include <string_view>

#include "engine/value/value.h"

namespace writ {

inline constexpr char kScalarMark = '\xFF';
inline bool is_scalar_segment(std::string_view segment) { return segment.starts_with(kScalarMark); }

// Of a string, number, boolean or null.
std::string segment_of(const Value& scalar);
// The value back. It may point into the segment.
Value key_of_segment(std::string_view segment);

// The element of an array that a path of storage names: a sign, digits, a dot and zeros, each of them perhaps missing. Null if
// the text is nothing of the kind, longer than 19 bytes, or out of range [S-6.2].
const Value* array_find_by_text(const Value& array, std::string_view text);

}  // namespace writ
