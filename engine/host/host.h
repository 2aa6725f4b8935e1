// The host: everything a decision can learn that is not policy, data or input.
//
// There is one port. The clock, randomness, the functions a program registered and the notes of print pass through it
// and through nothing else, and whatever passed is in the record; that is what makes replay true. Nothing at or below
// this layer reads a clock or draws randomness by itself, except SystemHost, which stands apart (system_host.h).
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

// One call that leaves the evaluation.
struct HostCall {
  std::string_view function;     // "time.now_ns", "rand.intn", "acme.limit"
  std::span<const Value> args;
  std::string_view args_text;    // the same in the faithful form rv1
  uint64_t time_ns = 0;          // the one clock reading of the decision; set where the function may depend on it
};

class Host {
 public:
  virtual ~Host() = default;

  // Nanoseconds since 1970 UTC. Asked at most once per decision. Throws Failure(E_CLOCK).
  virtual uint64_t now_ns() = 0;
  // Fills all of `bytes` with cryptographic randomness. Throws Failure(E_ENTROPY).
  virtual void entropy(std::span<uint8_t> bytes) = 0;
  // opa.runtime, http.send, net.lookup_ip_addr and registered functions. Undefined is an answer. What the value points
  // to must be in `arena` or in the operands. Throws Failure. Here: opa.runtime is {}, everything else E_OUTSIDE.
  virtual Value call(std::string_view function, std::span<const Value> args, Arena& arena);
  // print ("print") and trace ("trace"). Never part of a record. Here: nothing.
  virtual void note(std::string_view kind, std::string_view text);

  // The answer to any call, the clock and randomness included; here made from the functions above: time.now_ns is
  // `call.time_ns`, rand.intn and uuid.rfc4122 come from entropy. Only replay has a reason to replace it.
  virtual Value answer(const HostCall& call, Arena& arena);
  // Whether time.now_ns must be asked too, though its answer is known. Only replay needs that.
  virtual bool answers_clock() const { return false; }
};

}  // namespace writ
