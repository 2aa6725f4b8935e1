// The host: everything a decision can learn that is not policy, data or input.
//
// A Host is what an embedding program implements: its clock, its randomness, the functions it registered and where notes
// of print go. Evaluations reach it through their port (port.h) and in no other way, and whatever passed the port is in
// the record; that is what makes replay true. Nothing at or below this layer reads a clock or draws randomness by
// itself, except SystemHost (system_host.h).
//
// A host belongs to a context and is called on the thread that decides. One object may serve several contexts if its
// functions are safe to call from several threads.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

class Host {
 public:
  virtual ~Host() = default;

  // Nanoseconds since 1970 UTC. Read at most once per decision. Throws Failure(E_CLOCK).
  virtual uint64_t now_ns() = 0;
  // Nanoseconds of a clock that nobody sets and that only goes forward, from any moment on. For deadlines alone: no
  // evaluation sees it. Any number of readings.
  virtual uint64_t monotonic_ns() = 0;
  // Fills all of `bytes` with cryptographic randomness. Throws Failure(E_ENTROPY).
  virtual void entropy(std::span<uint8_t> bytes) = 0;
  // opa.runtime, http.send, net.lookup_ip_addr and registered functions. Undefined is a result. What the value points
  // to must be in `arena` or in the arguments. Throws Failure. Here: E_OUTSIDE, whatever the function: what no host
  // answered has no value that a policy could build a permission on.
  virtual Value call(std::string_view function, std::span<const Value> args, Arena& arena);
  // print ("print") and trace ("trace"). Never part of a record. Here: nothing.
  virtual void note(std::string_view kind, std::string_view text);
};

// What rand.intn, uuid.rfc4122 and io.jwt.encode_sign draw from a host's entropy. Uniform in [0, bound); a UUID of version
// 4; `size` bytes, of which there are at most kMostDrawnBytes, in base 64.
inline constexpr uint64_t kMostDrawnBytes = 64;
int64_t draw_below(Host& host, uint64_t bound);
Value draw_uuid(Host& host, Arena& arena);
Value draw_bytes(Host& host, uint64_t size, Arena& arena);

}  // namespace writ
