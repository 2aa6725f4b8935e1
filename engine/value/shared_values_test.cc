// Values that share their parts: every walk takes time in proportion to what a value takes up.
#include <catch2/catch.hpp>

#include "engine/base/meter.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {
namespace {

enum class Shape { kArray, kSet, kObject };

// A value of 2^levels leaves in memory for `levels` containers.
Value doubled(Arena& arena, int64_t leaf, int levels, Shape shape) {
  Value value = Value::of(leaf);
  for (int i = 0; i < levels; ++i) {
    if (shape == Shape::kArray) {
      const Value both[] = {value, value};
      value = make_array(arena, both);
    } else if (shape == Shape::kSet) {
      const Value wrapped[] = {value};
      const Value both[] = {value, make_array(arena, wrapped)};
      value = make_set(arena, both);
    } else {
      const Entry both[] = {{Value::string("a"), value}, {Value::string("b"), value}};
      value = make_object(arena, both);
    }
  }
  return value;
}

constexpr int kLevels = 300;

// What `work` charges.
template <typename Work>
uint64_t fuel_of(Work work) {
  Meter meter;
  meter.begin(1'000'000);
  Meter::Scope scope(&meter);
  work();
  return meter.used();
}

TEST_CASE("comparison and hashing go through a shared part once, and pay for what they visit") {
  for (Shape shape : {Shape::kArray, Shape::kSet, Shape::kObject}) {
    Arena arena;
    Value a = doubled(arena, 1, kLevels, shape);
    Value b = doubled(arena, 1, kLevels, shape);
    Value c = doubled(arena, 2, kLevels, shape);
    auto work = [&] {
      CHECK(equal(a, b));
      CHECK(compare(a, b) == 0);
      CHECK_FALSE(equal(a, c));
      CHECK(compare(a, c) < 0);
      CHECK(compare(c, b) > 0);
      CHECK(hash(a) == hash(b));
      CHECK(hash(a) != hash(c));
    };
    uint64_t fuel = fuel_of(work);
    CHECK(fuel > kLevels);
    CHECK(fuel < 100'000);
    CHECK(fuel_of(work) == fuel);
  }
}

// a(n) is [a(n-1), a(n-2)], with other places shared in each of the two: pairs meet that never met before.
TEST_CASE("as many unequal places meet as there are, and not their product") {
  Arena arena;
  auto chain = [&](bool reversed) {
    std::vector<Value> made{Value::array(nullptr, 0), make_array(arena, std::vector<Value>{Value::of(1)})};
    for (int i = 2; i < kLevels; ++i) {
      const Value pair[] = {made[static_cast<size_t>(i) - 1], made[static_cast<size_t>(i) - 2]};
      made.push_back(make_array(arena, pair));
      if (reversed) made[static_cast<size_t>(i) - 2] = make_array(arena, made[static_cast<size_t>(i) - 2].items());
    }
    return made.back();
  };
  Value a = chain(false);
  Value b = chain(true);
  CHECK(fuel_of([&] { CHECK(equal(a, b)); }) < 100'000);
  CHECK(fuel_of([&] { CHECK(compare(a, b) == 0); }) < 100'000);
  CHECK(fuel_of([&] { CHECK(hash(a) == hash(b)); }) < 100'000);
}

TEST_CASE("small values are compared for a unit, and short texts for nothing") {
  Arena arena;
  const Value items[] = {Value::of(1), Value::string("a"), Value::null()};
  Value a = make_array(arena, items);
  Value b = make_array(arena, items);
  CHECK(fuel_of([&] { CHECK(equal(a, b)); }) == 1);
  CHECK(fuel_of([&] { CHECK(compare(a, b) == 0); }) == 1);
  CHECK(fuel_of([&] {
          CHECK(hash(a) == hash(b));
          CHECK(equal(Value::string("abc"), Value::string("abc")));
        }) == 0);
  std::string text(10'000, 'x'), same(10'000, 'x');
  CHECK(fuel_of([&] { CHECK(equal(Value::string(text), Value::string(same))); }) > 0);
}

TEST_CASE("work that the fuel does not suffice for is not begun") {
  Arena arena;
  std::vector<Value> many(100'000, Value::of(1));
  Value a = make_array(arena, many);
  Value b = make_array(arena, many);
  Meter meter;
  meter.begin(100);
  Meter::Scope scope(&meter);
  CHECK_THROWS_AS(equal(a, b), Failure);
  CHECK_THROWS_AS(hash(a), Failure);
  CHECK_THROWS_AS(make_set(arena, many), Failure);
  CHECK_THROWS_AS(to_rego(a), Failure);
  CHECK_THROWS_AS(to_json(a), Failure);
  std::string out;
  CHECK_THROWS_AS(append_cj1(out, a), Failure);
  CHECK_THROWS_AS(append_rv1(out, a), Failure);
  CHECK(meter.used() == 100);
}

TEST_CASE("a text does not grow beyond the memory that an evaluation has") {
  Arena values;
  Value value = doubled(values, 1, 30, Shape::kArray);
  Arena memory(1 << 20);
  Meter meter;
  meter.begin(UINT64_MAX);
  meter.set_memory(&memory);
  Meter::Scope scope(&meter);
  std::string out;
  CHECK_THROWS_AS(append_rego(out, value), Failure);
  CHECK(out.size() < 2 << 20);
}

TEST_CASE("bytes held elsewhere count, and are given back") {
  for (size_t warm : {0, 100'000}) {
    Arena arena(100'000);
    if (warm != 0) {
      arena.allocate(warm);
      arena.reset();
    }
    {
      Lease lease(arena, 60'000);
      CHECK_THROWS_AS(arena.allocate(40'016), Failure);
      CHECK_NOTHROW(arena.allocate(30'000));
      CHECK_THROWS_AS(lease.grow(10'001), Failure);
      CHECK_NOTHROW(lease.grow(9'000));
      CHECK(arena.room() == 1'000);
    }
    CHECK(arena.room() == 70'000);
    CHECK_NOTHROW(arena.allocate(70'000));
    CHECK_THROWS_AS(arena.allocate(16), Failure);
    arena.set_limit(50'000);
    CHECK(arena.room() == 0);
    CHECK_THROWS_AS(arena.allocate(16), Failure);
  }
}

TEST_CASE("the last text of a value that is written is paid for like the others") {
  std::string big(1'000'000, 'k');
  const Value text = Value::string(big);
  for (const Value& value : {text, Value::array(&text, 1)}) {
    for (int form = 0; form < 4; ++form) {
      CAPTURE(form);
      Arena arena(500'000);
      Meter meter;
      meter.begin(UINT64_MAX);
      Meter::Scope scope(&meter);
      auto write = [&] {
        std::string out;
        if (form == 0) append_cj1(out, value);
        if (form == 1) append_rv1(out, value);
        if (form == 2) append_json(out, value);
        if (form == 3) append_rego(out, value);
      };
      write();
      CHECK(meter.used() > big.size() / 100);
      meter.set_memory(&arena);
      CHECK_THROWS_AS(write(), Failure);
    }
  }
}

}  // namespace
}  // namespace writ
