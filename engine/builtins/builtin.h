// Built-in functions: what they are called, what they take, and how the machine calls them.
//
// builtins.def lists all of them, one row each: name, signature, effect and the C++ function, or none where it is not
// implemented yet (calling one of those is a compile error). The signature text is OPA's; it gives arity and the
// operand check, which the caller does once, before the function runs: a built-in may rely on the kinds of its
// operands, and checks itself only what a signature cannot say.
//
// A built-in answers with a value, with undefined, or with a fault: `return call.fault("message")`. A fault is swallowed
// to undefined unless strict_builtin_errors is on [T40]; whatever must never be swallowed (limits) is thrown as Failure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

enum class Effect : uint8_t {
  kPure,    // the answer depends on the operands alone
  kClock,   // reads the clock of the decision
  kRandom,  // draws randomness
  kHost,    // asks the host (environment, name service, network, registered functions)
  kNote,    // tells the host something and answers nothing (print, trace)
};

// What a built-in can reach besides its operands. The machine implements it; replay implements it differently.
class BuiltinServices {
 public:
  virtual ~BuiltinServices() = default;
  // Charges fuel for work that grows with the operands, *before* doing it. Throws Failure(E_FUEL).
  virtual void charge(uint64_t units) = 0;
  // Nanoseconds since 1970 UTC, the same for the whole decision. Recorded.
  virtual int64_t now_ns() = 0;
  // Fills `bytes` with randomness for (function, operands); recorded by the machine as one outside value.
  // One answer per function and operands within a decision.
  virtual Value outside(std::string_view function, std::span<const Value> args) = 0;
  // For print and trace.
  virtual void note(std::string_view function, std::string_view text) = 0;
  // Compiled patterns, kept between calls (a bounded cache owned by the context).
  virtual class PatternCache& patterns() = 0;
};

struct BuiltinCall {
  std::string_view name;         // as called: "startswith"
  std::span<const Value> args;   // kinds already checked against the signature
  Arena& arena;
  BuiltinServices& services;
  // Set by fault(); read by the machine.
  bool faulted = false;
  bool type_fault = false;       // eval_type_error instead of eval_builtin_error
  std::string message;

  const Value& operator[](size_t i) const { return args[i]; }
  // eval_builtin_error: "<name>: <message>".
  Value fault(std::string text);
  // eval_type_error: "<name>: operand <n> <text>", n 1-based: fault_operand(2, "must be set but got number").
  Value fault_operand(size_t n, std::string text);
  // "must be <expected> but got <kind of the operand>".
  Value fault_kind(size_t n, std::string_view expected);
};

// Types of operands as far as evaluation checks them: a set of kinds, with element types for collections one level deep
// where OPA checks them at run time. Parsed from the signature text at start-up of the table (constexpr).
using BuiltinFunction = Value (*)(BuiltinCall&);

struct Builtin {
  std::string_view name;
  std::string_view signature;  // OPA's text: "(x: number, y: number) -> number"
  std::string_view infix;      // "+" or ""
  std::string_view category;
  Effect effect = Effect::kPure;
  bool relation = false;     // may give several results: the function returns an array of them (walk)
  bool deprecated = false;   // v0 modules only
  bool is_void = false;      // no result: print
  bool variadic = false;     // print
  uint8_t arity = 0;
  uint16_t version = 1;      // of its semantics; part of the policy's configuration
  // Accepted kinds per operand, a bit per Kind; the machine checks it. All bits = any.
  uint16_t operand_kinds[6] = {};
  BuiltinFunction function = nullptr;  // null = declared, not implemented
};

// All of them, sorted by name. Index = built-in number in bytecode of *this* build; serialised programs name them.
std::span<const Builtin> builtins();
// Null if there is none of that name.
const Builtin* find_builtin(std::string_view name);
uint32_t builtin_index(const Builtin& builtin);

// Checks the kinds of the operands, then calls. The one door from the machine to every built-in.
Value call_builtin(const Builtin& builtin, BuiltinCall& call);

}  // namespace writ
