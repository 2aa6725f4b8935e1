// A host whose every answer is known, for tests.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "engine/base/error.h"

namespace writ {

class TestHost : public Host {
 public:
  uint64_t time = 1767225600123456789u;
  uint8_t next_byte = 0;
  uint64_t clock_readings = 0;
  uint64_t entropy_draws = 0;
  std::vector<std::string> calls;
  std::vector<std::string> notes;
  std::function<Value(std::string_view, std::span<const Value>, Arena&)> on_call;
  bool clock_fails = false;
  bool entropy_fails = false;

  uint64_t now_ns() override {
    ++clock_readings;
    if (clock_fails) throw Failure(ErrorCode::E_CLOCK, "no clock");
    return time;
  }
  void entropy(std::span<uint8_t> bytes) override {
    ++entropy_draws;
    if (entropy_fails) throw Failure(ErrorCode::E_ENTROPY, "no entropy");
    for (uint8_t& byte : bytes) byte = next_byte++;
  }
  Value call(std::string_view function, std::span<const Value> args, Arena& arena) override {
    calls.emplace_back(function);
    return on_call ? on_call(function, args, arena) : Host::call(function, args, arena);
  }
  void note(std::string_view kind, std::string_view text) override {
    notes.push_back(std::string(kind) + ": " + std::string(text));
  }
};

// Compiles or throws Failure(E_POLICY) with the diagnostics.
inline std::shared_ptr<const Policy> compile_or_throw(std::vector<lang::Source> sources,
                                                      const EngineOptions& options = {}) {
  CompileResult result = Policy::compile(std::move(sources), options);
  if (result.policy == nullptr) throw Failure(ErrorCode::E_POLICY, render_opa(result.diagnostics, result.sources));
  return result.policy;
}

inline std::shared_ptr<const Decider> decider_of(std::string text, const EngineOptions& options = {},
                                                 std::string_view data = "{}") {
  return Decider::make(compile_or_throw({{"policy.rego", std::move(text)}}, options), DataSet::from_json(data));
}

}  // namespace writ
