// Exact decimal numbers and OPA's arithmetic on them (SEMANTICS: numbers `bf64/1`).
//
// A number is ± D × 10^E, held as an int64 or as text. Integers are exact at any size in range. As soon as an operand or
// a quotient is not integral, operands are rounded to 64 significant bits, the exact result is rounded once to 64 bits
// (to nearest, ties to even), and the shortest decimal text that reads back to the same 64 bits is the result [S-2.4],
// save for two corners where OPA's digits differ and win (bf64.h). Results are written as OPA writes them: integral ones
// in plain digits however many, others with an exponent from 10^6 upwards and below 10^-4: 1.2345675e+06 [S-2.6]. A product
// of fractions or a quotient that is zero with a minus sign is the text "-0", as in OPA; every other integral result that
// fits is an int64. No machine floating point is used anywhere a decision could see it.
//
// Text grammar: "-"? digits ("." digits)? ([eE] [+-]? digits)?, as JSON writes it. Range: adjusted exponent within
// [-6143, 6144] and at most 6,145 significant digits [S-2.8]; a result outside throws Failure(E_NUM_RANGE).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

// Why an operation has no result. Range failures are thrown instead, being fatal.
enum class NumberError { kNone, kDivideByZero, kModuloByZero, kModuloOnFraction };

// --- Reading ---------------------------------------------------------------------------------------------------------

// A number from text that follows the grammar above, the text kept ("1.0" stays "1.0"), plain int64 digits as kInteger.
// Throws Failure(E_JSON_NUMBER) or Failure(E_NUM_RANGE). The text is copied into the arena.
Value number_from_text(Arena& arena, std::string_view text);
// The same with the text replaced by that of the value: integers of up to 21 digits plain, others in cj1 form [S-2.2].
// That is what happens to numbers that enter through input, data or a host call.
Value number_from_input(Arena& arena, std::string_view text);
// True if the text follows the grammar and is in range.
bool number_is_valid(std::string_view text);

// --- Writing ---------------------------------------------------------------------------------------------------------

// The text Rego shows: what the literal said, or the shortest digits.
void append_number(std::string& out, const Value& number);
// The canonical text [S-16.1].
void append_number_cj1(std::string& out, const Value& number);
// Whether RFC 8785's text of the nearest double is the same as the canonical one [S-16.1].
bool number_is_jcs_exact(const Value& number);

// --- Asking ----------------------------------------------------------------------------------------------------------

int number_compare(const Value& a, const Value& b);
uint64_t number_hash(const Value& number);
// Whether the value is a whole number, whatever the spelling: 2, 2.0 and 20e-1 are.
bool number_is_integral(const Value& number);
// The value if it is integral and fits.
std::optional<int64_t> number_to_int64(const Value& number);
int number_sign(const Value& number);

// --- Computing -------------------------------------------------------------------------------------------------------

Value number_add(Arena& arena, const Value& a, const Value& b);
Value number_subtract(Arena& arena, const Value& a, const Value& b);
Value number_multiply(Arena& arena, const Value& a, const Value& b);
// Undefined and `*fault` set when there is no result.
Value number_divide(Arena& arena, const Value& a, const Value& b, NumberError* fault);
Value number_remainder(Arena& arena, const Value& a, const Value& b, NumberError* fault);

Value number_abs(Arena& arena, const Value& a);         // these four: integers exact, others by way of 64 bits [S-2.4]
Value number_ceil(Arena& arena, const Value& a);   // with OPA's quirk: 1 for -1 < a < 0 [S-2.7]
Value number_floor(Arena& arena, const Value& a);  // with OPA's quirk: 0 for -1 < a < 0 [S-2.7]
Value number_round(Arena& arena, const Value& a);  // half away from zero

// Bit operations on integers of any size, two's complement. All operands must be integral (number_is_integral).
Value number_bits_and(Arena& arena, const Value& a, const Value& b);
Value number_bits_or(Arena& arena, const Value& a, const Value& b);
Value number_bits_xor(Arena& arena, const Value& a, const Value& b);
Value number_bits_negate(Arena& arena, const Value& a);
// `shift` must be a non-negative integer; a result out of range throws Failure(E_NUM_RANGE).
Value number_shift_left(Arena& arena, const Value& a, const Value& shift);
Value number_shift_right(Arena& arena, const Value& a, const Value& shift);

// The integer part (fraction cut off) in base 2, 8, 10 or 16, lower-case digits, as format_int prints it.
std::string number_format_int(const Value& number, int base);

}  // namespace writ
