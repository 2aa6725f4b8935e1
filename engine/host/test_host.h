// A host whose every answer is known, for tests.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/host/host.h"

namespace writ {

class TestHost : public Host {
 public:
  uint64_t time = 1767225600123456789u;
  uint8_t next_byte = 0;
  uint64_t clock_readings = 0;
  uint64_t entropy_draws = 0;
  uint64_t monotonic = 0;       // moves on by monotonic_step at each reading
  uint64_t monotonic_step = 0;
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
  uint64_t monotonic_ns() override { return monotonic += monotonic_step; }
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

}  // namespace writ
