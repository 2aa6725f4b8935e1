#include "engine/host/once_results.h"

#include <catch2/catch.hpp>

#include <string>

#include "engine/base/meter.h"
#include "engine/value/order.h"

namespace writ {
namespace {

TEST_CASE("a result is found by function and arguments") {
  OnceResults results;
  auto is = [&](std::string_view function, std::string_view args, int64_t number) {
    const Value* found = results.find(function, args);
    return found != nullptr && equal(*found, Value::of(number));
  };
  results.add("f", "[1]", Value::of(10));
  results.add("g", "[1]", Value::of(20));
  CHECK(is("f", "[1]", 10));
  CHECK(results.find("f", "[2]") == nullptr);
  results.add("f", "[2]", Value::of(40));
  results.add("a", "[]", Value::of(50));
  CHECK(is("f", "[1]", 10));
  CHECK(is("f", "[2]", 40));
  CHECK(is("a", "[]", 50));
  CHECK(is("g", "[1]", 20));
  CHECK(results.find("", "") == nullptr);
  CHECK(results.find("f[", "1]") == nullptr);
  results.clear();
  CHECK(results.find("f", "[1]") == nullptr);
}

TEST_CASE("many results are paid for") {
  Meter meter;
  meter.begin(UINT64_MAX);
  Meter::Scope scope(&meter);
  OnceResults results;
  for (int64_t i = 0; i < 100; ++i) results.add("f", std::to_string(i), Value::of(i));
  CHECK(meter.used() == 0);
  for (int64_t i = 100; i < 20'000; ++i) results.add("f", std::to_string(i), Value::of(i));
  CHECK(meter.used() > 1'000'000);
}

}  // namespace
}  // namespace writ
