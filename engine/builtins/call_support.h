// Calls of built-ins without a machine, for tests and fuzz targets: arguments written as JSON, the answer as text.
//
// Arguments are a JSON array; a set is written {"$set": […]}, an object with other keys than strings
// {"$pairs": [[k, v], …]}. The answer is Rego text, "undefined", "eval_builtin_error: …" or "eval_type_error: …" for a
// fault, or the name of the code of a failure ("E_FUEL").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/patterns.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "engine/value/value.h"

namespace writ::test {

inline constexpr uint64_t kFuel = 10'000'000;
inline constexpr uint64_t kPlentyOfFuel = UINT64_MAX / 2;

// The value that JSON text describes, sets and pairs included. Texts of numbers are kept, as in a policy.
class ValueReader {
 public:
  explicit ValueReader(Arena& arena) : arena_(arena) {}

  Value read(std::string_view json) { return decode(read_json(json, arena_, {}, NumberText::kKept)); }

 private:
  Value decode(const Value& value) {
    if (value.is_array()) return make_array(arena_, decode_all(value.items()));
    if (!value.is_object()) return value;
    if (const Value* elements = object_find(value, "$set")) return make_set(arena_, decode_all(elements->items()));
    std::vector<Entry> entries;
    if (const Value* pairs = object_find(value, "$pairs")) {
      for (const Value& pair : pairs->items()) entries.push_back({decode(pair.elements[0]), decode(pair.elements[1])});
    } else {
      for (const Entry& member : value.members()) entries.push_back({member.key, decode(member.value)});
    }
    return make_object(arena_, entries);
  }

  std::vector<Value> decode_all(std::span<const Value> values) {
    std::vector<Value> decoded;
    for (const Value& value : values) decoded.push_back(decode(value));
    return decoded;
  }

  Arena& arena_;
};

class FakeServices : public BuiltinServices {
 public:
  uint64_t fuel = kFuel;
  uint64_t used = 0;
  int64_t clock = 1'700'000'000'000'000'000;
  std::map<std::string, std::string, std::less<>> answers;  // of the host: JSON by function
  std::vector<std::string> host_calls;                      // "function args"
  std::vector<std::string> notes;                           // "function: text"
  std::optional<std::vector<std::string>> hosts;            // that may be reached

  explicit FakeServices(Arena& arena) : arena_(&arena) {}

  void charge(uint64_t units) override {
    if (units > fuel - used) throw Failure(ErrorCode::E_FUEL, "out of fuel");
    used += units;
  }
  Value call_host(std::string_view function, std::span<const Value> args) override {
    if (function == "time.now_ns") return Value::of(clock);
    host_calls.push_back(std::string(function) + " " + to_rego(make_array(*arena_, args)));
    auto answer = answers.find(function);
    return answer == answers.end() ? Value::undefined() : ValueReader(*arena_).read(answer->second);
  }
  void note(std::string_view function, std::string_view text) override {
    notes.push_back(std::string(function) + ": " + std::string(text));
  }
  PatternCache& patterns() override { return patterns_; }
  const std::vector<std::string>* allowed_hosts() override { return hosts ? &*hosts : nullptr; }
  // One to which nothing is a module.
  ModuleParser module_parser() override {
    return [](std::string_view, std::string_view, Arena&, std::string* fault) {
      *fault = "there is no compiler";
      return Value::undefined();
    };
  }

 private:
  Arena* arena_;
  PatternCache patterns_;
};

// One evaluation: its arena, its services, and calls.
class Bench {
 public:
  Arena arena;
  FakeServices services{arena};

  std::string run(std::string_view name, std::string_view args) {
    try {
      const Builtin* builtin = find_builtin(name);
      if (builtin == nullptr) return "no built-in of that name";
      Value arguments = ValueReader(arena).read(args);
      BuiltinCall call{builtin->name, arguments.items(), arena, services};
      Value answer = call_builtin(*builtin, call);
      if (call.faulted) return (call.type_fault ? "eval_type_error: " : "eval_builtin_error: ") + call.message;
      return answer.is_defined() ? to_rego(answer) : "undefined";
    } catch (const Failure& failure) {
      return std::string(error_code_name(failure.error().code));
    }
  }
};

inline std::string run(std::string_view name, std::string_view args, uint64_t fuel = kFuel) {
  Bench bench;
  bench.services.fuel = fuel;
  return bench.run(name, args);
}

}  // namespace writ::test
