// The port: the one way from an evaluation to everything that is not policy, data or input.
//
// A host call goes from a built-in to the machine, from the machine to its port and from the port to the host. The
// clock, randomness, the name service and the functions that a host registered all take this way and no other, so what
// a port keeps is all that an evaluation learned from the world.
#pragma once

#include <span>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

class HostPort {
 public:
  virtual ~HostPort() = default;
  // The result of function(args): "time.now_ns", "rand.intn", "uuid.rfc4122", "opa.runtime", "http.send", names of
  // host functions. Undefined is a result. Arguments and result are paid for by their texts, which a record has too; what
  // the host does is not work of the evaluation, so it runs without a meter (engine/base/meter.h). The value lives as long
  // as `arena`. Throws Failure if the host failed.
  virtual Value call(std::string_view function, std::span<const Value> args, Arena& arena) = 0;
  // The host's clock for deadlines. A port without one, as that of a replay, stands still: there a deadline comes from
  // the record.
  virtual uint64_t monotonic_ns() { return 0; }
  // print and trace.
  virtual void note(std::string_view function, std::string_view text) = 0;
};

}  // namespace writ
