#include "engine/value/order.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

using namespace writ;

namespace {

struct Maker {
  Arena arena;
  Value set(std::vector<Value> elements) { return make_set(arena, elements); }
  Value array(std::vector<Value> elements) { return make_array(arena, elements); }
  Value object(std::vector<Entry> entries) { return make_object(arena, entries); }
  Value json(std::string_view text) { return read_json(text, arena, {}, NumberText::kKept); }
};

// Every value once, in ascending order.
std::vector<Value> ascending(Maker& make) {
  std::vector<Value> values = {Value::null(), Value::of(false), Value::of(true)};
  for (const char* number : {"-1e6000", "-9223372036854775809", "-9223372036854775808", "-2", "-1.5", "-1e-6000", "0",
                             "1e-6000", "0.1", "0.1000000000000000055", "1", "1.5", "2", "9007199254740992",
                             "9007199254740993", "9223372036854775807", "9223372036854775808", "1e6000"}) {
    values.push_back(make.json(number));
  }
  for (const char* string : {"", "A", "Z", "a", "aa", "ab", "b", "\u00e9", "\uE000", "\U0001F600"}) {
    values.push_back(make_string(make.arena, string));
  }
  values.push_back(make_string(make.arena, "\xFF"));
  for (const char* text : {"[]", "[null]", "[null, null]", "[1]", "[1, 2]", "[1, 2, 3]", "[2]", "[[]]", "{}",
                           "{\"a\":1}", "{\"a\":1,\"b\":0}", "{\"a\":2}", "{\"b\":0}", "{\"b\":0,\"c\":0}"}) {
    values.push_back(make.json(text));
  }
  values.push_back(make.set({}));
  values.push_back(make.set({Value::of(1)}));
  values.push_back(make.set({Value::of(1), Value::of(2)}));
  values.push_back(make.set({Value::of(1), Value::of(3)}));
  values.push_back(make.set({Value::of(2)}));
  values.push_back(make.set({make.set({})}));
  return values;
}

}  // namespace

TEST_CASE("the total order of all values") {
  Maker make;
  std::vector<Value> values = ascending(make);
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t k = 0; k < values.size(); ++k) {
      CAPTURE(to_rego(values[i]), to_rego(values[k]));
      int relation = compare(values[i], values[k]);
      CHECK((relation < 0) == (i < k));
      CHECK((relation > 0) == (i > k));
      CHECK(equal(values[i], values[k]) == (i == k));
      CHECK(less(values[i], values[k]) == (i < k));
      CHECK((hash(values[i]) == hash(values[k])) == (i == k));
    }
  }
}

TEST_CASE("numbers are equal by value, whatever their text") {
  Maker make;
  for (auto [a, b] : std::vector<std::pair<const char*, const char*>>{{"1", "1.0"},
                                                                      {"1", "1e0"},
                                                                      {"10e-1", "1.000"},
                                                                      {"0", "-0"},
                                                                      {"0", "0e5"},
                                                                      {"1e21", "1000000000000000000000"},
                                                                      {"9223372036854775807", "9223372036854775807.0"},
                                                                      {"[1, {\"a\": 2.50}]", "[1.0, {\"a\": 2.5}]"}}) {
    Value x = make.json(a);
    Value y = make.json(b);
    CAPTURE(a, b);
    CHECK(equal(x, y));
    CHECK(compare(x, y) == 0);
    CHECK(hash(x) == hash(y));
  }
  CHECK_FALSE(equal(make.json("[1, {\"a\": 2.50}]"), make.json("[1.0, {\"a\": 2.51}]")));
}

TEST_CASE("objects compare by pairs first and by size last") {
  Maker make;
  CHECK(compare(make.json(R"({"a":1,"b":1,"c":1})"), make.json(R"({"a":2})")) < 0);
  CHECK(compare(make.json(R"({"a":1,"b":1})"), make.json(R"({"a":1})")) > 0);
  CHECK(compare(make.json(R"({"a":9})"), make.json(R"({"b":1})")) < 0);
}

TEST_CASE("the hash is the same on every machine") {
  // A change of these numbers is a change of everything that is frozen with an index.
  std::set<uint64_t> hashes;
  std::string text;
  for (int i = 0; i < 300; ++i, text += static_cast<char>('a' + i % 26)) hashes.insert(hash_string(text));
  CHECK(hashes.size() == 300);
  CHECK(hash_string("abc") == hash(Value::string("abc")));
  CHECK(hash_string("abc") != hash_string("abd"));
  CHECK(hash_string(std::string(1, '\0')) != hash_string(""));
  CHECK(hash_string(std::string("a\0", 2)) != hash_string("a"));
}

TEST_CASE("nearby keys spread over a table") {
  std::vector<int> buckets(1024);
  for (int i = 0; i < 16384; ++i) ++buckets[hash_string("user-" + std::to_string(i)) & 1023];
  int fullest = 0;
  for (int count : buckets) fullest = std::max(fullest, count);
  CHECK(fullest < 48);  // 16 on average
  std::fill(buckets.begin(), buckets.end(), 0);
  for (int i = 0; i < 16384; ++i) ++buckets[hash(Value::of(i)) & 1023];
  for (int count : buckets) fullest = std::max(fullest, count);
  CHECK(fullest < 48);
}

TEST_CASE("values nested beyond the limit are a failure") {
  Maker make;
  auto nested = [&](uint32_t depth) {
    Value value = Value::array(nullptr, 0);
    for (uint32_t i = 1; i < depth; ++i) value = i % 2 ? make.array({value}) : make.object({{value, Value::null()}});
    return value;
  };
  Value a = nested(kMaxValueDepth);
  Value b = nested(kMaxValueDepth);
  CHECK(compare(a, b) == 0);
  CHECK(equal(a, b));
  CHECK(hash(a) == hash(b));
  Value c = make.array({a});
  Value d = make.array({b});
  auto is_too_deep = [](auto&& act) {
    try {
      act();
      return false;
    } catch (const Failure& failure) {
      return failure.error().code == ErrorCode::E_DEPTH;
    }
  };
  CHECK(is_too_deep([&] { compare(c, d); }));
  CHECK(is_too_deep([&] { equal(c, d); }));
  CHECK(is_too_deep([&] { hash(c); }));
  Arena arena;
  CHECK(is_too_deep([&] { deep_copy(arena, c, true); }));
  CHECK(equal(deep_copy(arena, a, true), a));
}
