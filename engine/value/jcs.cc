// Whether a number survives the trip through an IEEE double that RFC 8785 sends it on [S-16.1].
//
// This is the one place with machine floating point: it answers a question about other people's canonical JSON, for the
// flag that goes with a published digest. No decision reads it.
#include <charconv>
#include <string>
#include <system_error>

#include "engine/value/decimal.h"
#include "engine/value/number.h"

namespace writ {

namespace {

// Whether the shortest digits of the double, in scientific notation, are those of the decimal.
bool same_digits(std::string_view scientific, const Decimal& decimal) {
  Decimal shortest;
  return parse_decimal(scientific, &shortest) == DecimalStatus::kGood && decimal_compare(shortest, decimal) == 0;
}

}  // namespace

bool number_is_jcs_exact(const Value& number) {
  constexpr int64_t kExactIntegers = int64_t{1} << 53;
  if (number.is_int64() && number.integer >= -kExactIntegers && number.integer <= kExactIntegers) return true;
  DecimalOperand decimal(number);
  if (decimal.is_zero()) return true;
  if (decimal.count > 17) return false;
  std::string text;
  append_decimal_cj1(text, decimal);
  double nearest = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), nearest);
  if (read.ec != std::errc() || nearest == 0) return false;
  char shortest[32];
  auto written = std::to_chars(shortest, shortest + sizeof shortest, nearest, std::chars_format::scientific);
  return same_digits({shortest, static_cast<size_t>(written.ptr - shortest)}, decimal);
}

}  // namespace writ
