// The world that cases see, the same on every run: a clock that stands still, no network, no environment.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/host/port.h"
#include "engine/value/build.h"
#include "engine/value/value.h"

namespace writ {

class SuiteHost : public HostPort {
 public:
  Value call(std::string_view function, std::span<const Value> args, Arena& arena) override {
    if (function == "time.now_ns") return Value::of(int64_t{1767225600123456789});
    if (function == "test.sleep") return Value::null();
    if (function == "opa.runtime") return Value::sorted_object(nullptr, 0);
    if (function == "rand.intn") {
      return args[1].is_int64() && args[1].integer != 0 ? Value::of(int64_t{1} % std::abs(args[1].integer)) : Value::of(0);
    }
    if (function == "net.lookup_ip_addr" && args[0].is_string() && args[0].text() == "localhost") {
      Value address = make_string(arena, "127.0.0.1");
      return make_set(arena, {&address, 1});
    }
    if (function == "uuid.rfc4122") return make_string(arena, "019b76da-a87b-4123-8567-89abcdef0123");
    if (function.starts_with("io.jwt.encode_sign")) {
      return make_string(arena, base64_encode(std::string(static_cast<size_t>(args[0].integer), 'r')));
    }
    throw Failure(ErrorCode::E_OUTSIDE, std::string(function) + " is not available here");
  }
  void note(std::string_view, std::string_view) override {}
};

}  // namespace writ
