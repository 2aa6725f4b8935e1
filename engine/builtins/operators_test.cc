#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::check_cases;

TEST_CASE("arithmetic") {
  constexpr test::Case kCases[] = {
      {"plus", "[1, 2]", "3"},
      {"plus", "[9223372036854775807, 1]", "9223372036854775808"},
      {"plus", "[0.1, 0.2]", "0.3"},
      {"minus", "[1, 2]", "-1"},
      {"mul", "[3, 4]", "12"},
      {"div", "[1, 4]", "0.25"},
      {"div", "[1, 0]", "eval_builtin_error: div: divide by zero"},
      {"div", "[1, 0.0]", "eval_builtin_error: div: divide by zero"},
      {"rem", "[-7, 3]", "-1"},
      {"rem", "[1, 0]", "eval_builtin_error: rem: modulo by zero"},
      {"rem", "[1.5, 1]", "eval_builtin_error: rem: modulo on floating-point number"},
  };
  check_cases(kCases);
}

TEST_CASE("comparison follows the order of types") {
  constexpr test::Case kCases[] = {
      {"equal", "[1, 1.0]", "true"},        {"eq", "[1, 2]", "false"},
      {"neq", R"([[1], [1.0]])", "false"},  {"lt", R"([null, false])", "true"},
      {"lt", R"(["a", 1])", "false"},       {"lte", R"([[1], [1]])", "true"},
      {"gt", R"([{"a": 1}, [9]])", "true"}, {"gte", R"([{"$set": []}, {"a": 1}])", "true"},
  };
  check_cases(kCases);
}

TEST_CASE("sets") {
  constexpr test::Case kCases[] = {
      {"and", R"([{"$set": [1, 2, 3]}, {"$set": [3, 4, 2]}])", "{2, 3}"},
      {"and", R"([{"$set": [1, 2]}, {"$set": [1.0]}])", "{1.0}"},  // the smaller set gives its spelling
      {"and", R"([{"$set": [1]}, {"$set": []}])", "set()"},
      {"or", R"([{"$set": [3, 1]}, {"$set": [2, 1.0]}])", "{1, 2, 3}"},
      {"or", R"([{"$set": []}, {"$set": []}])", "set()"},
      {"minus", R"([{"$set": [1, 2, 3, 4]}, {"$set": [2, 4, 9]}])", "{1, 3}"},
      {"set_diff", R"([{"$set": [1]}, {"$set": [1.0]}])", "set()"},
  };
  check_cases(kCases);
}

TEST_CASE("membership") {
  constexpr test::Case kCases[] = {
      {"internal.member_2", R"([1, [2, 1.0]])", "true"},
      {"internal.member_2", R"(["a", {"a": "b"}])", "false"},
      {"internal.member_2", R"(["b", {"a": "b"}])", "true"},
      {"internal.member_2", R"([1, {"$set": [1]}])", "true"},
      {"internal.member_2", R"(["a", "abc"])", "false"},
      {"internal.member_3", R"([0, "x", ["x"]])", "true"},
      {"internal.member_3", R"([1, "x", ["x"]])", "false"},
      {"internal.member_3", R"(["a", 1, {"a": 1.0}])", "true"},
      {"internal.member_3", R"([1, 1, {"$set": [1]}])", "true"},
      {"internal.member_3", R"([1, 2, {"$set": [1, 2]}])", "false"},
      {"internal.member_3", R"([0, "a", "a"])", "false"},
  };
  check_cases(kCases);
}

}  // namespace
}  // namespace writ
