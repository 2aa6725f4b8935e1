// Calls of built-ins as tables: a row holds the name, the operands as a JSON array and what comes out of it.
// {"set!": […]} among the operands stands for a set.
#pragma once

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/patterns.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ::calls_test {

// Counts fuel, answers calls to the outside from a map.
class FakeServices : public BuiltinServices {
 public:
  explicit FakeServices(Arena& arena) : arena_(arena) {}

  void charge(uint64_t units) override {
    used += units;
    if (used > fuel) throw Failure(ErrorCode::E_FUEL, "out of fuel");
  }
  int64_t now_ns() override { return 1'700'000'000'000'000'000; }
  Value outside(std::string_view function, std::span<const Value> args) override {
    asked.push_back(std::string(function) + " " + to_rego(make_array(arena_, args)));
    return reply;
  }
  void note(std::string_view, std::string_view) override {}
  PatternCache& patterns() override { return cache; }

  uint64_t fuel = UINT64_MAX / 2;
  uint64_t used = 0;
  Value reply;
  std::vector<std::string> asked;
  PatternCache cache;

 private:
  Arena& arena_;
};

inline Value with_sets(Arena& arena, const Value& value) {
  if (value.is_array()) {
    ArrayBuilder out(arena);
    for (const Value& element : value.items()) out.append(with_sets(arena, element));
    return out.finish();
  }
  if (!value.is_object()) return value;
  if (const Value* elements = object_find(value, "set!")) {
    SetBuilder out(arena);
    for (const Value& element : elements->items()) out.add(with_sets(arena, element));
    return out.finish();
  }
  ObjectBuilder out(arena);
  for (const Entry& entry : value.members()) out.insert(entry.key, with_sets(arena, entry.value));
  return out.finish();
}

// What a call gives: the value as JSON without escapes for HTML, "undefined", "! <message>" for a built-in error or
// "!! <message>" for a type error.
inline std::string run(std::string_view name, std::string_view arguments, FakeServices& services, Arena& arena) {
  Value args = with_sets(arena, read_json(arguments, arena));
  const Builtin* builtin = find_builtin(name);
  REQUIRE(builtin != nullptr);
  REQUIRE(builtin->function != nullptr);
  BuiltinCall call{name, args.items(), arena, services};
  Value result = call_builtin(*builtin, call);
  if (call.faulted) return (call.type_fault ? "!! " : "! ") + call.message;
  if (!result.is_defined()) return "undefined";
  return to_json(result, {JsonEscape::kText});
}

inline std::string run(std::string_view name, std::string_view arguments) {
  Arena arena;
  FakeServices services(arena);
  return run(name, arguments, services, arena);
}

struct Row {
  std::string_view name;
  std::string_view arguments;
  std::string_view expected;
};

inline void check(std::span<const Row> rows) {
  for (const Row& row : rows) {
    INFO(row.name << row.arguments);
    CHECK(run(row.name, row.arguments) == row.expected);
  }
}

// The code of the failure a call ends in; kNone if it ends otherwise.
inline ErrorCode failure(std::string_view name, std::string_view arguments, uint64_t fuel = UINT64_MAX / 2) {
  Arena arena;
  FakeServices services(arena);
  services.fuel = fuel;
  try {
    run(name, arguments, services, arena);
  } catch (const Failure& thrown) {
    return thrown.error().code;
  }
  return ErrorCode::kNone;
}

}  // namespace writ::calls_test
