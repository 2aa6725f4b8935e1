// The one door between an evaluation and everything that is not policy, data or input.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

class HostPort {
 public:
  virtual ~HostPort() = default;
  // The answer of the world to function(args): "time.now_ns", "rand.intn", "uuid.rfc4122", "opa.runtime", "http.send", names
  // of host functions. Undefined is an answer. The value must live as long as `arena`. Throws Failure when the world failed.
  virtual Value ask(std::string_view function, std::span<const Value> args, Arena& arena) = 0;
  // print and trace.
  virtual void note(std::string_view function, std::string_view text) = 0;
};

}  // namespace writ
