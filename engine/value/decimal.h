// A decimal number taken apart, never expanded: sign, significant digits, exponent.
//
// `1e6144` stays one digit and an exponent, so reading, comparing, hashing and printing cost what the text is long and
// not what the number is large. Only exact arithmetic (integer.h) expands, and only after the range check [S-2.8].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

inline constexpr int32_t kLargestExponent = 6144;    // of the first significant digit [S-2.8]
inline constexpr int32_t kSmallestExponent = -6143;
inline constexpr uint32_t kMostDigits = 6145;        // significant ones
inline constexpr size_t kLongestNumber = 16384;      // bytes of text

struct Decimal {
  bool negative = false;    // kept for zero, which Rego prints as it was written
  std::string_view digits;  // from the first to the last non-zero digit, a point possibly between them; empty for zero
  uint32_t count = 0;       // digits in it, the point left out
  int32_t adjusted = 0;     // exponent of the first digit: the value is ± d.ddd × 10^adjusted

  bool is_zero() const { return count == 0; }
  // Exponent of the last digit: the value is ± dddd × 10^exponent.
  int32_t exponent() const { return adjusted - static_cast<int32_t>(count) + 1; }
  bool is_integral() const { return is_zero() || exponent() >= 0; }
};

enum class DecimalStatus { kGood, kNotANumber, kOutOfRange };

// Takes text apart. The result points into it.
DecimalStatus parse_decimal(std::string_view text, Decimal* out);

// The decimal of a number value, with room for the digits of an int64.
class DecimalOperand : public Decimal {
 public:
  explicit DecimalOperand(const Value& number);
  DecimalOperand(const DecimalOperand&) = delete;
  DecimalOperand& operator=(const DecimalOperand&) = delete;

 private:
  char buffer_[20];
};

int decimal_compare(const Decimal& a, const Decimal& b);
// The value if it is integral and fits; false otherwise.
bool decimal_to_int64(const Decimal& decimal, int64_t* out);
// Throws Failure(E_NUM_RANGE) unless the value is in range.
void check_decimal_range(const Decimal& decimal);
[[noreturn]] void throw_number_range();

// The canonical text [S-16.1].
void append_decimal_cj1(std::string& out, const Decimal& decimal);
std::string_view decimal_cj1(Arena& arena, const Decimal& decimal);
// The text of a result in OPA's notation, which is Go's: plain digits if integral; otherwise with an exponent of at least
// two digits if the first digit's exponent is below -4 or above 5 [S-2.6].
std::string_view decimal_result(Arena& arena, const Decimal& decimal);
// The integer part in plain digits.
void append_decimal_integer(std::string& out, const Decimal& decimal);
std::string_view decimal_integer(Arena& arena, const Decimal& decimal);

// Decimal digits of `number` at the end of `buffer`; the text.
std::string_view write_uint64(uint64_t number, char (&buffer)[20]);

}  // namespace writ
