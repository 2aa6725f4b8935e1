#include "engine/value/number.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/test_source.h"
#include "engine/value/bf64.h"
#include "engine/value/decimal.h"
#include "engine/value/test_vectors.h"

namespace writ {
namespace {

Arena& arena() {
  static Arena instance;
  return instance;
}

Value number(std::string_view text) { return number_from_text(arena(), text); }

std::string text(const Value& value) {
  if (!value.is_defined()) return "undefined";
  std::string out;
  append_number(out, value);
  return out;
}

std::string cj1(const Value& value) {
  std::string out;
  append_number_cj1(out, value);
  return out;
}

ErrorCode failure_of(auto action) {
  try {
    action();
  } catch (const Failure& failure) {
    return failure.error().code;
  }
  return ErrorCode::kNone;
}

ErrorCode reading(std::string_view text) {
  return failure_of([&] { number(text); });
}

std::string with_error(Value (*operation)(Arena&, const Value&, const Value&, NumberError*), std::string_view a,
                       std::string_view b) {
  NumberError fault;
  Value result = operation(arena(), number(a), number(b), &fault);
  switch (fault) {
    case NumberError::kNone: return text(result);
    case NumberError::kDivideByZero: return "divide by zero";
    case NumberError::kModuloByZero: return "modulo by zero";
    case NumberError::kModuloOnFraction: return "modulo on floating-point number";
  }
  return "?";
}

std::string compute(std::string_view operation, std::string_view a, std::string_view b) {
  using Unary = Value (*)(Arena&, const Value&);
  using Binary = Value (*)(Arena&, const Value&, const Value&);
  static const std::map<std::string_view, Unary> kUnary = {{"abs", number_abs},     {"ceil", number_ceil},
                                                           {"floor", number_floor}, {"round", number_round},
                                                           {"not", number_bits_negate}};
  static const std::map<std::string_view, Binary> kBinary = {
      {"+", number_add},        {"-", number_subtract},   {"*", number_multiply},    {"and", number_bits_and},
      {"or", number_bits_or},   {"xor", number_bits_xor}, {"shl", number_shift_left}, {"shr", number_shift_right}};
  if (auto found = kUnary.find(operation); found != kUnary.end()) return text(found->second(arena(), number(a)));
  if (auto found = kBinary.find(operation); found != kBinary.end()) {
    return text(found->second(arena(), number(a), number(b)));
  }
  if (operation == "/") return with_error(number_divide, a, b);
  if (operation == "%") return with_error(number_remainder, a, b);
  if (operation == "cmp") return std::to_string(number_compare(number(a), number(b)));
  FAIL("no operation " << operation);
  return {};
}

// A small deterministic generator: the tests must fail the same way twice.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15u;
    uint64_t bits = state_;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
    return bits ^ (bits >> 31);
  }
  int below(int bound) { return static_cast<int>(next() % static_cast<uint64_t>(bound)); }
  std::string digits(int most) {
    std::string out(1, static_cast<char>('1' + below(9)));
    for (int left = below(most); left > 0; --left) out += static_cast<char>('0' + below(10));
    return out;
  }
  std::string number(int digits_each, int exponents) {
    std::string out = below(2) != 0 ? "-" : "";
    out += below(4) != 0 ? digits(digits_each) : "0";
    if (below(2) != 0) out += "." + std::string(static_cast<size_t>(below(4)), '0') + digits(digits_each);
    if (below(2) != 0) out += "e" + std::to_string(below(2 * exponents + 1) - exponents);
    return out;
  }

 private:
  uint64_t state_;
};

}  // namespace

TEST_CASE("canonical text and its agreement with RFC 8785", "[number]") {
  struct Row { std::string_view literal, canonical; bool jcs_exact; };
  std::vector<Row> rows = {
      {"9223372036854775807", "9223372036854775807", false},
      {"-9223372036854775808", "-9223372036854775808", false},
      {"9223372036854774784", "9223372036854774784", false},
      {"9007199254740994", "9007199254740994", true},
      {"1234567.5", "1234567.5", true},
      {"12300000000000000000000", "1.23e+22", true},
      {"100.0010e1", "1000.01", true},
  };
  for (const Value& row : evidence::vector_at("numbers").items()) {
    rows.push_back({evidence::vector_text(row, "literal"), evidence::vector_text(row, "cj1"),
                    evidence::vector_at(row, "jcs_exact").is_true()});
  }
  for (const Row& row : rows) {
    INFO(row.literal);
    Value value = number(row.literal);
    CHECK(cj1(value) == row.canonical);
    CHECK(number_is_jcs_exact(value) == row.jcs_exact);
    CHECK(number_compare(value, number(row.canonical)) == 0);
    CHECK(number_hash(value) == number_hash(number(row.canonical)));
    CHECK(cj1(number(row.canonical)) == row.canonical);
    CHECK(text(number_from_input(arena(), row.literal)) == row.canonical);
  }
}

TEST_CASE("what is not a number, or out of range", "[number]") {
  for (std::string_view bad : {"01", "1.", "1e", ".5", "+1", "0x10", "1_000", "", "-", "--1", "1e+", "1.e5", "-.5", "1 ",
                               " 1", "NaN", "1.5.5", "1e5e5", "00", "-01", "1e5.0", "Infinity"}) {
    INFO(bad);
    CHECK(reading(bad) == ErrorCode::E_JSON_NUMBER);
    CHECK(failure_of([&] { number_from_input(arena(), bad); }) == ErrorCode::E_JSON_NUMBER);
    CHECK_FALSE(number_is_valid(bad));
  }
  for (std::string_view far : {"1e6145", "9.99e-6144", "-1e6145", "1e999999", "1e1000000", "1e-1000000",
                               "1e99999999999999999999999999", "0.1e6146", "10e6144", "1e-99999999999999999999999"}) {
    INFO(far);
    CHECK(reading(far) == ErrorCode::E_NUM_RANGE);
    CHECK_FALSE(number_is_valid(far));
  }
  CHECK(number_is_valid("9.99e6144"));
  CHECK(number_is_valid("0.1e6145"));
  CHECK(number_is_valid("10e-6144"));
  CHECK(number_is_valid("1e0000000000000000000001"));
  CHECK(number_is_valid(std::string(6145, '9')));
  CHECK(reading(std::string(6146, '9')) == ErrorCode::E_NUM_RANGE);
  CHECK(number_is_valid("0." + std::string(6145, '9')));
  CHECK(reading("0." + std::string(6146, '9')) == ErrorCode::E_NUM_RANGE);
  CHECK(number_is_valid("1" + std::string(16380, '0') + "e-9"  + "") == false);  // adjusted exponent 16371
  CHECK(number_is_valid("0." + std::string(16382, '0')));
  CHECK(reading("0." + std::string(16383, '0')) == ErrorCode::E_NUM_RANGE);
}

TEST_CASE("literals keep their text, int64 digits do not need it", "[number]") {
  for (std::string_view kept : {"1.0", "-0", "-0.0", "1E2", "1.50", "1e400", "9223372036854775808", "1e+2"}) {
    Value value = number(kept);
    CHECK_FALSE(value.is_int64());
    CHECK(text(value) == kept);
  }
  for (std::string_view plain : {"0", "7", "-7", "9223372036854775807", "-9223372036854775808"}) {
    Value value = number(plain);
    CHECK(value.is_int64());
    CHECK(text(value) == plain);
  }
  CHECK_FALSE(number("-9223372036854775809").is_int64());
  CHECK(number_from_input(arena(), "1.0").is_int64());
  CHECK(number_from_input(arena(), "-0.0").is_int64());
  CHECK(number_from_input(arena(), "922337203685477580.7e1").integer == INT64_MAX);
  CHECK(text(number_from_input(arena(), "1.50")) == "1.5");
}

TEST_CASE("arithmetic of the number rules", "[number]") {
  struct Row { std::string_view a, operation, b, result; };
  const Row rows[] = {
      {"0.1", "+", "0.2", "0.3"},
      {"0.1", "*", "3", "0.3"},
      {"1.1", "*", "1.1", "1.21"},
      {"100", "*", "1.1", "110"},
      {"1.15", "*", "100", "115"},
      {"4.35", "*", "100", "435"},
      {"0.7", "+", "0.1", "0.8"},
      {"1", "/", "3", "0.33333333333333333334"},
      {"2", "/", "3", "0.6666666666666666667"},
      {"1", "/", "7", "0.14285714285714285714"},
      {"3.3", "-", "1.1", "2.1999999999999999998"},
      {"1e30", "*", "1.1", "1100000000000000000050000000000"},
      {"18446744073709551617", "+", "0.5", "18446744073709551616"},
      {"36893488147419103233", "/", "3", "12297829382473034411"},
      {"10", "/", "4", "2.5"},
      // OPA's notation: an exponent from a million upwards and below a ten-thousandth, plain digits when integral.
      {"1234567", "+", "0.5", "1.2345675e+06"},
      {"123456", "+", "0.5", "123456.5"},
      {"0.00001", "*", "1.5", "1.49999999999999999995e-05"},
      {"0.0001", "*", "1.5", "0.00015"},
      {"1e40", "/", "3", "3333333333333333333300000000000000000000"},
      {"1e-100", "*", "0.5", "5e-101"},
      {"1e-6143", "/", "1e-6143", "1"},
      // Exact integers.
      {"9223372036854775807", "+", "1", "9223372036854775808"},
      {"-9223372036854775808", "-", "1", "-9223372036854775809"},
      {"9223372036854775808", "-", "1", "9223372036854775807"},
      {"9223372036854775807", "*", "9223372036854775807", "85070591730234615847396907784232501249"},
      {"-9223372036854775808", "*", "-9223372036854775808", "85070591730234615865843651857942052864"},
      {"-9223372036854775808", "/", "-1", "9223372036854775808"},
      {"-9223372036854775808", "%", "-1", "0"},
      {"1e30", "+", "1", "1000000000000000000000000000001"},
      {"1.0", "+", "1", "2"},
      {"2e0", "*", "3.0", "6"},
      {"6", "/", "2.0", "3"},
      {"7", "%", "-3", "1"},
      {"-7", "%", "3", "-1"},
      {"-7", "%", "2.0", "-1"},
      {"1e3", "%", "7", "6"},
      {"1e40", "%", "7", "4"},
      // A zero keeps the sign OPA gives it.
      {"-0", "+", "0", "0"},
      {"-0", "*", "1", "0"},
      {"0.0", "*", "-1.5", "-0"},
      {"0", "/", "-5", "-0"},
      {"0", "/", "5", "0"},
      {"-0", "/", "5", "-0"},
      {"-0.5", "+", "0.5", "0"},
      {"0.5", "-", "0.5", "0"},
      // Faults.
      {"1", "/", "0", "divide by zero"},
      {"1", "/", "0.0", "divide by zero"},
      {"0", "/", "0", "divide by zero"},
      {"1", "%", "0", "modulo by zero"},
      {"1e30", "%", "-0.0", "modulo by zero"},
      {"1.5", "%", "1", "modulo on floating-point number"},
      {"1", "%", "0.5", "modulo on floating-point number"},
      {"1.5", "%", "0", "modulo on floating-point number"},
      // OPA's corners: its interval is too wide below powers of two, and it never rounds up beside an excluded end.
      {"1", "/", "1125899906842624", "8.881784197001252323e-16"},
      {"1", "/", "1024", "0.0009765625"},
      {"86195058956125580795904.5", "*", "1", "86195058956125580795000"},
  };
  for (const Row& row : rows) {
    INFO(row.a << " " << row.operation << " " << row.b);
    CHECK(compute(row.operation, row.a, row.b) == row.result);
  }
}

TEST_CASE("abs, ceil, floor and round", "[number]") {
  struct Row { std::string_view operation, a, result; };
  const Row rows[] = {
      {"ceil", "-0.5", "1"},  // OPA's quirk
      {"floor", "-0.5", "0"},
      {"ceil", "-1.5", "-1"},
      {"floor", "-1.5", "-2"},
      {"ceil", "0.5", "1"},
      {"floor", "0.5", "0"},
      {"ceil", "1.0", "1"},
      {"floor", "-1.0", "-1"},
      {"ceil", "1e-400", "1"},
      {"round", "-0.5", "-1"},
      {"round", "0.5", "1"},
      {"round", "-0.4", "0"},
      {"round", "2.5", "3"},
      {"round", "-2.5", "-3"},
      {"round", "1e-400", "0"},
      {"round", "0.49999999999999999999999", "1"},  // the operand is rounded to 64 bits first
      {"round", "9223372036854775807.5", "9223372036854775808"},
      {"round", "18446744073709551614.6", "18446744073709551616"},
      {"ceil", "12345678901234567890123.5", "12345678901234567889920"},
      {"floor", "-12345678901234567890123.5", "-12345678901234567889920"},
      {"round", "12345678901234567890123.5", "12345678901234567889920"},
      {"abs", "-12345678901234567890123.5", "12345678901234567890000"},
      {"abs", "-1.50", "1.5"},
      {"abs", "-0.5", "0.5"},
      {"abs", "-0", "0"},
      {"abs", "0.1234567890123456789012345", "0.1234567890123456789"},
      {"abs", "-9223372036854775808", "9223372036854775808"},
      {"abs", "-1e20", "100000000000000000000"},
      // Integers stay exact; OPA rounds them to 64 bits.
      {"abs", "-36893488147419103233", "36893488147419103233"},
      {"ceil", "36893488147419103233", "36893488147419103233"},
      {"floor", "36893488147419103233", "36893488147419103233"},
      {"round", "123456789012345678901234567890", "123456789012345678901234567890"},
      {"not", "36893488147419103233", "-36893488147419103234"},
      {"not", "-36893488147419103233", "36893488147419103232"},
      {"not", "1.0", "-2"},
  };
  for (const Row& row : rows) {
    INFO(row.operation << " " << row.a);
    CHECK(compute(row.operation, row.a, "0") == row.result);
  }
  CHECK(number_abs(arena(), number("-1.0")).is_int64());
}

TEST_CASE("results out of range are fatal", "[number]") {
  CHECK(failure_of([] { compute("*", "1e6144", "10"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("*", "1e6144", "1.5e6144"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("*", "0.1e-6142", "0.1"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("*", "1e-6143", "1e-6143"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("/", "1e6144", "1e-6143"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("/", "1e-6143", "1e6144"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("+", "9e6144", "1e6144"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("+", std::string(6145, '9'), "1"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(compute("-", std::string(6145, '9'), "1") == std::string(6144, '9') + "8");
  CHECK(failure_of([] { compute("+", std::string(6145, '9'), "0.5"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("shl", "1", "20414"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("shl", "1", "1e6000"); }) == ErrorCode::E_NUM_RANGE);
  CHECK(failure_of([] { compute("not", std::string(6145, '9'), ""); }) == ErrorCode::E_NUM_RANGE);
  CHECK(compute("shl", "1", "20413").size() == 6145);
  CHECK(compute("shl", "0", "1e6000") == "0");
  CHECK(compute("shr", "-1", "1e6000") == "-1");
  CHECK(compute("shr", "1e6144", "1e6000") == "0");
  CHECK(compute("*", "1e400", "1") == "1" + std::string(400, '0'));
  CHECK(compute("abs", "1e6144", "") == "1" + std::string(6144, '0'));
}

TEST_CASE("bit operations", "[number]") {
  struct Row { std::string_view a, operation, b, result; };
  const Row rows[] = {
      {"-5", "and", "1e3", "1000"},
      {"-36893488147419103233", "and", "255", "255"},
      {"-36893488147419103233", "or", "5", "-36893488147419103233"},
      {"-36893488147419103233", "xor", "36893488147419103233", "-2"},
      {"-36893488147419103233", "shr", "3", "-4611686018427387905"},
      {"-5", "xor", "3", "-8"},
      {"-3", "shl", "70", "-3541774862152233910272"},
      {"1", "shl", "100", "1267650600228229401496703205376"},
      {"1", "shl", "62", "4611686018427387904"},
      {"1", "shl", "63", "9223372036854775808"},
      {"-1", "shl", "63", "-9223372036854775808"},
      {"-1", "shl", "62", "-4611686018427387904"},
      {"1.0", "shl", "2", "4"},
      {"-5", "shr", "1", "-3"},
      {"-1", "shr", "100", "-1"},
      {"5", "shr", "63", "0"},
      {"5", "shr", "2.0", "1"},
  };
  for (const Row& row : rows) {
    INFO(row.a << " " << row.operation << " " << row.b);
    CHECK(compute(row.operation, row.a, row.b) == row.result);
  }
}

TEST_CASE("format_int", "[number]") {
  struct Row { std::string_view a; int base; std::string_view result; };
  const Row rows[] = {
      {"1e3", 10, "1000"},   {"15.9", 16, "f"},  {"-15.9", 16, "-f"}, {"1.0", 10, "1"},
      {"-0.5", 10, "0"},     {"-0.5", 2, "0"},   {"-0", 10, "0"},     {"-0.0", 2, "0"},
      {"10", 2, "1010"},     {"-10", 8, "-12"},  {"255", 16, "ff"},   {"1e23", 10, "100000000000000000000000"},
      {"123.456", 10, "123"},
      {"18446744073709551617", 16, "10000000000000001"},
      {"36893488147419103233.7", 10, "36893488147419103232"},
      {"36893488147419103233.7", 16, "20000000000000000"},
      {"-9223372036854775808", 16, "-8000000000000000"},
      {"0.00001e6", 8, "12"},
  };
  for (const Row& row : rows) {
    INFO(row.a << " in base " << row.base);
    CHECK(number_format_int(number(row.a), row.base) == row.result);
  }
}

TEST_CASE("properties of numbers", "[number]") {
  CHECK(number_is_integral(number("2")));
  CHECK(number_is_integral(number("2.0")));
  CHECK(number_is_integral(number("20e-1")));
  CHECK(number_is_integral(number("-0.0")));
  CHECK(number_is_integral(number("1.5e1")));
  CHECK_FALSE(number_is_integral(number("1.55e1")));
  CHECK(number_to_int64(number("20e-1")) == 2);
  CHECK(number_to_int64(number("-9223372036854775808.0")) == INT64_MIN);
  CHECK(number_to_int64(number("9223372036854775807.0")) == INT64_MAX);
  CHECK_FALSE(number_to_int64(number("9223372036854775808")).has_value());
  CHECK_FALSE(number_to_int64(number("1e19")).has_value());
  CHECK_FALSE(number_to_int64(number("9999999999999999999")).has_value());
  CHECK_FALSE(number_to_int64(number("0.5")).has_value());
  CHECK(number_sign(number("-0.0")) == 0);
  CHECK(number_sign(number("-1e-6143")) == -1);
  CHECK(number_sign(number("1e6144")) == 1);
  CHECK(number_sign(number("-3")) == -1);
}

TEST_CASE("order is that of the exact values", "[number]") {
  const char* ascending[] = {
      "-9.99e6144", "-1e6144", "-9223372036854775809", "-9223372036854775808", "-1.5", "-1.05", "-1", "-0.5",
      "-1e-6143", "0", "1e-6143", "0.1", "0.1000000000000000055", "0.11", "1", "1.00000000000000000000000000001",
      "9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775807.5", "9223372036854775808",
      "1e6144", "9.99e6144"};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t j = 0; j < std::size(ascending); ++j) {
      INFO(ascending[i] << " and " << ascending[j]);
      int order = number_compare(number(ascending[i]), number(ascending[j]));
      CHECK((order > 0) - (order < 0) == (i > j) - (i < j));
    }
  }
  const std::vector<std::string> equal_sets[] = {
      {"1", "1.0", "1e0", "10e-1", "0.1e1", "1.00e+0"},
      {"0", "-0", "0.0", "-0e9", "0e999999999"},
      {"1e30", "1000000000000000000000000000000", "10.0e29"},
      {"-12.5", "-125e-1", "-0.125e2", "-12.500"},
      {"100", "1e2", "100.0"},
  };
  for (const auto& set : equal_sets) {
    for (const auto& a : set) {
      for (const auto& b : set) {
        INFO(a << " and " << b);
        CHECK(number_compare(number(a), number(b)) == 0);
        CHECK(number_hash(number(a)) == number_hash(number(b)));
      }
    }
  }
}

// Rows "operation a b result" ("-" for no b) computed with OPA; those of `cmp` are the exact order.
TEST_CASE("agreement with OPA", "[number]") {
  std::ifstream file(source_path("testdata/numbers/opa.txt"));
  REQUIRE(file);
  std::string line;
  size_t rows = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream row(line);
    std::string operation, a, b, result;
    row >> operation >> a >> b >> result;
    arena().reset();
    std::string got = compute(operation, a, b);
    if (got != result) UNSCOPED_INFO(line << " but got " << got);
    CHECK(got == result);
    ++rows;
  }
  CHECK(rows >= 2000);
}

TEST_CASE("fast and slow conversions agree", "[number]") {
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string literal = random.number(i % 2 == 0 ? 8 : 25, 30);
    INFO(literal);
    Decimal decimal;
    REQUIRE(parse_decimal(literal, &decimal) == DecimalStatus::kGood);
    Bf64 fast = bf64_from_decimal(decimal);
    Bf64 slow = bf64_from_decimal_slow(decimal);
    REQUIRE(fast.significand == slow.significand);
    REQUIRE(fast.negative == slow.negative);
    if (fast.is_zero()) continue;
    REQUIRE(fast.exponent == slow.exponent);
    ShortDecimal short_fast = bf64_shortest(fast);
    ShortDecimal short_slow = bf64_shortest_slow(fast);
    REQUIRE(short_fast.decimal().digits == short_slow.decimal().digits);
    REQUIRE(short_fast.adjusted == short_slow.adjusted);
    if (fast.significand == uint64_t{1} << 63) continue;
    Bf64 again = bf64_from_decimal(short_fast.decimal());
    REQUIRE(again.significand == fast.significand);
    REQUIRE(again.exponent == fast.exponent);
  }
}

TEST_CASE("binary values at the edges of rounding", "[number]") {
  Random random(2);
  for (int i = 0; i < 20000; ++i) {
    Bf64 value{false, random.next() | uint64_t{1} << 63, random.below(400) - 250};
    if (i % 3 == 0) value.significand = ~uint64_t{0} - static_cast<uint64_t>(random.below(3));
    if (i % 3 == 1) value.significand = (uint64_t{1} << 63) + 1 + static_cast<uint64_t>(random.below(3));
    ShortDecimal fast = bf64_shortest(value);
    ShortDecimal slow = bf64_shortest_slow(value);
    REQUIRE(fast.decimal().digits == slow.decimal().digits);
    REQUIRE(fast.adjusted == slow.adjusted);
    Bf64 again = bf64_from_decimal(fast.decimal());
    REQUIRE(again.significand == value.significand);
    REQUIRE(again.exponent == value.exponent);
  }
}

TEST_CASE("reading, printing and reading again changes nothing", "[number]") {
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    if (i % 100 == 0) arena().reset();
    std::string literal = random.number(i % 3 == 0 ? 60 : 12, i % 5 == 0 ? 5000 : 40);
    INFO(literal);
    Value value = number(literal);
    REQUIRE(text(value) == literal);
    std::string canonical = cj1(value);
    REQUIRE(cj1(number(canonical)) == canonical);
    REQUIRE(number_compare(value, number(canonical)) == 0);
    REQUIRE(number_hash(value) == number_hash(number(canonical)));
  }
}

TEST_CASE("exact integers obey the laws of arithmetic", "[number]") {
  Random random(4);
  for (int i = 0; i < 3000; ++i) {
    arena().reset();
    int size = i % 50 == 0 ? 2500 : 60;
    Value a = number((random.below(2) != 0 ? "-" : "") + random.digits(size));
    Value b = number((random.below(2) != 0 ? "-" : "") + random.digits(size / 2));
    INFO(text(a) << " and " << text(b));
    Value sum = number_add(arena(), a, b);
    REQUIRE(text(number_subtract(arena(), sum, b)) == text(a));
    Value product = number_multiply(arena(), a, b);
    NumberError fault;
    REQUIRE(text(number_divide(arena(), product, b, &fault)) == text(a));
    REQUIRE(text(number_remainder(arena(), product, b, &fault)) == "0");
    // a*b + r divided by b leaves r, if r is smaller and has the sign of the dividend
    Value r = number_remainder(arena(), a, b, &fault);
    Value whole = number_divide(arena(), number_subtract(arena(), a, r), b, &fault);
    REQUIRE(text(number_add(arena(), number_multiply(arena(), whole, b), r)) == text(a));
    REQUIRE(text(number_bits_negate(arena(), number_bits_negate(arena(), a))) == text(a));
    // x + y = (x ^ y) + 2 (x & y)
    Value carries = number_bits_and(arena(), a, b);
    REQUIRE(text(number_add(arena(), number_bits_xor(arena(), a, b), number_add(arena(), carries, carries))) ==
            text(sum));
    REQUIRE(text(number_shift_right(arena(), number_shift_left(arena(), a, number("77")), number("77"))) == text(a));
  }
}

TEST_CASE("int64 arithmetic places nothing in the arena", "[number]") {
  Arena empty;
  Value a = Value::of(int64_t{123456789012});
  Value b = Value::of(int64_t{-12});
  NumberError fault;
  CHECK(number_add(empty, a, b).integer == 123456789000);
  CHECK(number_subtract(empty, a, b).integer == 123456789024);
  CHECK(number_multiply(empty, a, b).integer == -1481481468144);
  CHECK(number_divide(empty, a, b, &fault).integer == -10288065751);
  CHECK(number_remainder(empty, a, b, &fault).integer == 0);
  CHECK(number_abs(empty, b).integer == 12);
  CHECK(number_round(empty, b).integer == -12);
  CHECK(number_shift_left(empty, b, Value::of(2)).integer == -48);
  CHECK(empty.used() == 0);
}

}  // namespace writ
