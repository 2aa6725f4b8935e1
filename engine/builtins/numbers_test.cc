// Numbers, bits, types, conversions, units.
#include "engine/builtins/float64.h"
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::Bench;
using test::check_cases;
using test::run;

TEST_CASE("rounding") {
  constexpr test::Case kCases[] = {
      {"abs", "[-1.5]", "1.5"}, {"ceil", "[1.2]", "2"},     {"ceil", "[-0.5]", "1"},
      {"floor", "[-0.5]", "0"}, {"floor", "[-1.5]", "-2"},  {"round", "[2.5]", "3"},
      {"round", "[-2.5]", "-3"}, {"round", "[1e3]", "1000"},
  };
  check_cases(kCases);
}

TEST_CASE("ranges") {
  constexpr test::Case kCases[] = {
      {"numbers.range", "[1, 3]", "[1, 2, 3]"},
      {"numbers.range", "[3, 1]", "[3, 2, 1]"},
      {"numbers.range", "[2, 2]", "[2]"},
      {"numbers.range", "[1.0, 2e0]", "[1, 2]"},
      {"numbers.range", "[9223372036854775806, 9223372036854775807]", "[9223372036854775806, 9223372036854775807]"},
      {"numbers.range", "[9223372036854775807, 9223372036854775809]",
       "[9223372036854775807, 9223372036854775808, 9223372036854775809]"},
      {"numbers.range", "[-9223372036854775808, 9223372036854775807]", "E_FUEL"},
      {"numbers.range", "[0, 1e30]", "E_FUEL"},
      {"numbers.range", "[1, 2.5]",
       "eval_type_error: numbers.range: operand 2 must be integer number but got floating-point number"},
      {"numbers.range_step", "[0, 10, 3]", "[0, 3, 6, 9]"},
      {"numbers.range_step", "[10, 0, 4]", "[10, 6, 2]"},
      {"numbers.range_step", "[0, 10, 99999999999999999999]", "[0]"},
      {"numbers.range_step", "[9223372036854775800, 9223372036854775807, 5]",
       "[9223372036854775800, 9223372036854775805]"},
      {"numbers.range_step", "[0, 10, 0]",
       "eval_builtin_error: numbers.range_step: numbers.range_step: step must be a positive integer"},
      {"numbers.range_step", "[0, 10, -1]",
       "eval_builtin_error: numbers.range_step: numbers.range_step: step must be a positive integer"},
  };
  check_cases(kCases);
}

TEST_CASE("a range is paid for before any of it is made") {
  Bench bench;
  bench.arena.set_limit(1 << 20);
  bench.services.fuel = 1000;
  CHECK(bench.run("numbers.range", "[1, 1000000000]") == "E_FUEL");
  CHECK(bench.services.used == 0);
  CHECK(bench.arena.used() < 1000);
}

TEST_CASE("bits") {
  constexpr test::Case kCases[] = {
      {"bits.and", "[12, 10]", "8"},
      {"bits.or", "[12, 10]", "14"},
      {"bits.xor", "[-1, 1]", "-2"},
      {"bits.negate", "[0]", "-1"},
      {"bits.lsh", "[1, 64]", "18446744073709551616"},
      {"bits.rsh", "[-8, 1]", "-4"},
      {"bits.lsh", "[1, -1]",
       "eval_type_error: bits.lsh: operand 2 must be an unsigned integer number but got a negative integer"},
      {"bits.lsh", "[1, 100000000]", "E_NUM_RANGE"},
      {"bits.and", "[1, 1.5]",
       "eval_type_error: bits.and: operand 2 must be integer number but got floating-point number"},
  };
  check_cases(kCases);
}

TEST_CASE("sums, products and integers of numbers that are not whole") {
  constexpr test::Case kCases[] = {
      {"sum", R"~([[0.1,0.2]])~", R"~(0.3)~"},
      {"sum", R"~([[0.1,3]])~", R"~(3.1)~"},
      {"sum", R"~([[18446744073709551617,18446744073709551617,0.5]])~", R"~(36893488147419103230)~"},
      {"sum", R"~([[18446744073709551617,1.0]])~", R"~(18446744073709551618)~"},
      {"sum", R"~([[]])~", R"~(0)~"},
      {"product", R"~([[0.1,3]])~", R"~(0.30000000000000004)~"},
      {"product", R"~([[0.1,0.2]])~", R"~(0.02)~"},
      {"product", R"~([[3.3,3]])~", R"~(9.899999999999999)~"},
      {"product", R"~([[0.58,15,81]])~", R"~(704.6999999999999)~"},
      {"product", R"~([[0.19,6]])~", R"~(1.1400000000000001)~"},
      {"product", R"~([[0.5,1e30]])~", R"~(500000000000000000000000000000)~"},
      {"product", R"~([[-0.5,0]])~", R"~(-0)~"},
      {"product", R"~([[36893488147419103233,2.0]])~", R"~(73786976294838206466)~"},
      {"product", R"~([[1e400,1e-400,0.3]])~", R"~(0.3)~"},
      {"product", R"~([[]])~", R"~(1)~"},
      {"format_int", R"~([36893488147419103233.0,10])~", R"~("36893488147419103232")~"},
      {"format_int", R"~([36893488147419103233,10])~", R"~("36893488147419103233")~"},
      {"format_int", R"~([1e25,10])~", R"~("10000000000000000000000000")~"},
      {"format_int", R"~([1e25,16])~", R"~("84595161401484a000000")~"},
      {"format_int", R"~([-36893488147419103233.9,10])~", R"~("-36893488147419103232")~"},
      {"format_int", R"~([-255.9,16])~", R"~("-ff")~"},
      {"format_int", R"~([-0.5,2])~", R"~("0")~"},
  };
  test::check_cases(kCases);
}

TEST_CASE("rand.intn is a host call") {
  Bench bench;
  bench.services.answers["rand.intn"] = "4";
  CHECK(bench.run("rand.intn", R"(["k", 10])") == "4");
  CHECK(bench.run("rand.intn", R"(["k", -10])") == "4");
  CHECK(bench.services.host_calls == std::vector<std::string>{R"(rand.intn ["k", 10])", R"(rand.intn ["k", 10])"});
  CHECK(bench.run("rand.intn", R"(["k", 0])") == "0");
  CHECK(bench.services.host_calls.size() == 2);
  CHECK(bench.run("rand.intn", R"(["k", 4])") == "E_OUTSIDE");  // 4 is not below 4
  bench.services.answers["rand.intn"] = R"("x")";
  CHECK(bench.run("rand.intn", R"(["k", 4])") == "E_OUTSIDE");
  CHECK(run("rand.intn", R"(["k", 1.5])") ==
        "eval_type_error: rand.intn: operand 2 must be integer number but got floating-point number");
}

TEST_CASE("types and casts") {
  constexpr test::Case kCases[] = {
      {"is_null", "[null]", "true"},          {"is_null", "[false]", "false"},
      {"is_set", R"([{"$set": []}])", "true"}, {"is_array", R"([{"$set": []}])", "false"},
      {"is_object", "[{}]", "true"},          {"is_string", R"([""])", "true"},
      {"is_number", "[1.5]", "true"},         {"is_boolean", "[true]", "true"},
      {"type_name", "[null]", R"("null")"},   {"type_name", R"([{"$set": []}])", R"("set")"},
      {"cast_array", R"([{"$set": [2, 1]}])", "[1, 2]"},
      {"cast_set", "[[1, 1, 2]]", "{1, 2}"},
      {"cast_set", "[1]", "eval_type_error: cast_set: operand 1 must be one of {array, set} but got number"},
      {"cast_string", "[1]", "eval_type_error: cast_string: operand 1 must be string but got number"},
      {"cast_null", "[null]", "null"},
  };
  check_cases(kCases);
}

TEST_CASE("to_number") {
  constexpr test::Case kCases[] = {
      {"to_number", "[null]", "0"},
      {"to_number", "[true]", "1"},
      {"to_number", "[1.50]", "1.50"},
      {"to_number", R"(["1.50"])", "1.50"},
      {"to_number", R"(["1E5"])", "1E5"},
      {"to_number", R"(["-0"])", "-0"},
      // JSON has no such numbers, so the value is kept, not the text.
      {"to_number", R"(["+1"])", "1"},
      {"to_number", R"([".5"])", "0.5"},
      {"to_number", R"(["5."])", "5"},
      {"to_number", R"(["007"])", "7"},
      {"to_number", R"(["1_000"])", "1000"},
      {"to_number", R"(["0x1p-2"])", "25e-2"},
      {"to_number", R"(["0x_1.8p1"])", "3"},
      {"to_number", R"(["1__0"])",
       R"(eval_builtin_error: to_number: strconv.ParseFloat: parsing "1__0": invalid syntax)"},
      {"to_number", R"(["0x10"])",
       R"(eval_builtin_error: to_number: strconv.ParseFloat: parsing "0x10": invalid syntax)"},
      {"to_number", R"(["a\"b"])",
       R"(eval_builtin_error: to_number: strconv.ParseFloat: parsing "a\"b": invalid syntax)"},
      {"to_number", R"([""])", R"(eval_builtin_error: to_number: strconv.ParseFloat: parsing "": invalid syntax)"},
      {"to_number", R"(["1e400"])",
       R"(eval_builtin_error: to_number: strconv.ParseFloat: parsing "1e400": value out of range)"},
      {"to_number", R"(["1e-400"])", "1e-400"},
      {"to_number", R"(["1e-30103"])", "E_NUM_RANGE"},
      {"to_number", R"(["1e-40000"])", "eval_builtin_error: to_number: invalid number: number too big"},
      {"to_number", R"(["1e-646456993"])", "eval_builtin_error: to_number: invalid number: number too big"},
      {"to_number", R"(["1e-646456994"])", "E_NUM_RANGE"},
      {"to_number", R"(["-1.5e-2147483648"])", "E_NUM_RANGE"},
      {"to_number", R"(["1e-2147483649"])", "E_NUM_RANGE"},
      {"to_number", R"(["1e-2147483650"])", "eval_builtin_error: to_number: invalid number: invalid float"},
      {"to_number", R"(["0.0001e-2147483648"])", "eval_builtin_error: to_number: invalid number: invalid float"},
      {"to_number", R"(["12345678901234567890123456789e-2147483700"])", "E_NUM_RANGE"},
      {"to_number", R"(["0e9223372036854775807"])", "0e9223372036854775807"},
      {"to_number", R"(["0e9223372036854775808"])", "eval_builtin_error: to_number: invalid number: invalid float"},
      {"to_number", R"(["0e-9223372036854775808"])", "0e-9223372036854775808"},
      {"to_number", R"(["0e-9223372036854775809"])", "eval_builtin_error: to_number: invalid number: invalid float"},
      {"to_number", R"(["1e-9223372036854775808"])", "eval_builtin_error: to_number: invalid number: invalid float"},
      {"to_number", R"(["-0.0e-99999999999999999999"])", "eval_builtin_error: to_number: invalid number: invalid float"},
      {"to_number", R"(["1.7976931348623158e308"])", "1.7976931348623158e308"},
      {"to_number", R"(["1.7976931348623159e308"])",
       R"(eval_builtin_error: to_number: strconv.ParseFloat: parsing "1.7976931348623159e308": value out of range)"},
      {"to_number", R"(["+-Infinity"])",
       "eval_type_error: to_number: operand 1 must be valid number string but got string"},
      {"to_number", R"(["NaN"])", "eval_type_error: to_number: operand 1 must be valid number string but got string"},
  };
  check_cases(kCases);
}

TEST_CASE("units") {
  constexpr test::Case kCases[] = {
      {"units.parse", R"(["10K"])", "10000"},
      {"units.parse", R"(["1.5Ki"])", "1536"},
      {"units.parse", R"(["1KI"])", "1024"},
      {"units.parse", R"(["100m"])", "0.1000000000"},
      {"units.parse", R"(["100M"])", "100000000"},
      {"units.parse", R"(["1.00001"])", "1.0000100000"},
      {"units.parse", R"(["-0.00000000005"])", "-0.0000000001"},
      {"units.parse", R"(["2e3"])", "2000"},
      {"units.parse", R"(["2E"])", "2000000000000000000"},
      {"units.parse", R"(["1e-99999"])", "0.0000000000"},
      {"units.parse", R"(["1e99999"])", "E_NUM_RANGE"},
      {"units.parse", R"([""])", "eval_builtin_error: units.parse: units.parse: no amount provided"},
      {"units.parse", R"(["G"])", "eval_builtin_error: units.parse: units.parse: no amount provided"},
      {"units.parse", R"(["1 G"])",
       "eval_builtin_error: units.parse: units.parse: spaces not allowed in resource strings"},
      {"units.parse", R"(["1.2.3"])",
       "eval_builtin_error: units.parse: units.parse: could not parse amount to a number"},
      {"units.parse", R"(["1e1234567"])", "eval_builtin_error: units.parse: units.parse: exponent too large"},
      {"units.parse", R"(["1foo"])", "eval_builtin_error: units.parse: units.parse: unit foo not recognized"},
      {"units.parse_bytes", R"(["1KB"])", "1000"},
      {"units.parse_bytes", R"(["1.5mib"])", "1572864"},
      {"units.parse_bytes", R"(["\"8EiB\""])", "9223372036854775808"},
      {"units.parse_bytes", R"(["0.9"])", "0"},
      {"units.parse_bytes", R"(["-1.9"])", "-1"},
      {"units.parse_bytes", R"(["123456789012345678901"])", "123456789012345678904"},  // 64 bits
      {"units.parse_bytes", R"(["1b"])",
       "eval_builtin_error: units.parse_bytes: units.parse_bytes: byte unit b not recognized"},
      {"units.parse_bytes", R"([""])",
       "eval_builtin_error: units.parse_bytes: units.parse_bytes: no byte amount provided"},
  };
  check_cases(kCases);
}

TEST_CASE("float64: ties, subnormals and the ends of the range") {
  auto shortest = [](std::string_view text) {
    BinaryNumber number;
    if (!nearest_float64(text, &number)) return std::string("infinite");
    DecimalDigits digits = shortest_digits(number);
    return digits.digits + "@" + std::to_string(digits.point);
  };
  CHECK(shortest("9007199254740993") == "9007199254740992@16");  // a tie goes to the even neighbour
  CHECK(shortest("9007199254740993.00000000001") == "9007199254740994@16");
  CHECK(shortest("2.4703282292062327e-324") == "@0");             // just below half the least
  CHECK(shortest("2.4703282292062329e-324") == "5@-323");
  CHECK(shortest("2.2250738585072011e-308") == "2225073858507201@-307");
  CHECK(shortest("1.7976931348623158e308") == "17976931348623157@309");
  CHECK(shortest("1.7976931348623159e308") == "infinite");
  CHECK(shortest("5e-324") == "5@-323");
  CHECK(shortest("8388608.0") == "8388608@7");  // a power of two: the gap below is half the gap above
  CHECK(shortest("9.5367431640625e-07") == "95367431640625@-6");
  CHECK(shortest("0.0") == "@0");
}

}  // namespace
}  // namespace writ
