// Built-in functions: what they are called, what they take, and how the machine calls them.
//
// builtins.def lists all of them, one row each, with all that is known of a built-in but its code. The signature in the
// row is OPA's text; it gives the arity, and the kinds of values that each argument may have. call_builtin checks those
// kinds before the function runs: a built-in relies on them, and checks itself only what a signature cannot say.
//
// A built-in answers with a value, with undefined, or with a fault: `return call.fault("message")`. A fault is
// undefined unless strict_builtin_errors is on [S-12.3]; what must never be undefined (limits) is thrown as Failure.
//
// In this order: what a row says (Builtin), what a call can use (BuiltinServices, BuiltinCall), finding and calling
// one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

struct BuiltinCall;

// Of built-ins, functions of the host and their replacements.
inline constexpr size_t kMaxArity = 6;

enum class Effect : uint8_t {
  kPure,    // the answer depends on the arguments alone
  kClock,   // reads the clock of the decision
  kRandom,  // draws randomness
  kHost,    // calls the host (environment, name service, network, registered functions)
  kNote,    // gives the host a note and has no answer (print, trace)
};

// Tables of external data, each with a version of its own (table_versions.h): the version is part of the
// configuration of every policy that calls a built-in whose answers depend on the table.
enum class Table : uint8_t {
  kNone,
  kTimeZones,  // offsets of places
  kUnicode,    // upper and lower case; which characters Rego text shows as they are
  kRegex,      // the regular-expression engine and its character classes
};

using BuiltinFunction = Value (*)(BuiltinCall&);

struct Builtin {
  std::string_view name;
  std::string_view signature;      // OPA's text: "(x: number, y: number) -> number"; see signature.h
  std::string_view infix;          // "+" or ""
  std::string_view category;       // "host" for functions that the host registers
  std::string_view documentation;  // one sentence for people
  Effect effect = Effect::kPure;
  Table needs = Table::kNone;
  bool once = true;            // the host is called at most once in a decision for equal arguments
  bool relation = false;       // may give several results: the function returns an array of them (walk)
  bool deprecated = false;     // v0 modules only
  bool is_void = false;        // no result: print
  bool variadic = false;       // print
  bool unchecked = false;      // checks the kinds of its arguments itself
  bool compiled_away = false;  // the compiler replaces every call
  uint8_t arity = 0;
  // Units of fuel of a call beside the one that every call costs. If there are any, all bytes of its texts are paid for.
  uint8_t call_units = 0;
  uint16_t version = 1;  // of its semantics; part of the policy's configuration
  // Accepted kinds of each argument, a bit per Kind; call_builtin checks them. All bits = any.
  uint16_t argument_kinds[kMaxArity] = {};
  BuiltinFunction function = nullptr;
  // OPA's words for the kinds an argument should have had, where they do not follow from argument_kinds.
  std::string_view expectations[kMaxArity] = {};
};

// The syntax tree of a module as OPA writes it in JSON; or undefined and `*fault` set to OPA's text of the errors in it. The
// compiler has this function, which built-ins cannot see. It pays for its work and its memory, and throws Failure.
using ModuleParser = Value (*)(std::string_view filename, std::string_view text, Arena& arena, std::string* fault);

// What a built-in can reach besides its arguments. The machine implements it.
class BuiltinServices {
 public:
  virtual ~BuiltinServices() = default;
  // Charges fuel for work that grows with the arguments, *before* doing it. Throws Failure(E_FUEL).
  virtual void charge(uint64_t units) = 0;
  // The host's answer to function(args), recorded as a non-deterministic value. Undefined is an answer.
  virtual Value call_host(std::string_view function, std::span<const Value> args) = 0;
  // For print and trace.
  virtual void note(std::string_view function, std::string_view text) = 0;
  // Compiled patterns, kept between calls (a bounded cache owned by the context).
  virtual class PatternCache& patterns() = 0;
  // For rego.parse_module; null where evaluation goes on without a compiler.
  virtual ModuleParser module_parser() { return nullptr; }
  // The hosts that capabilities let a policy reach (`allow_net`); null: any.
  virtual const std::vector<std::string>* allowed_hosts() { return nullptr; }
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
  // eval_type_error: "<name>: operand <n> <text>", n from 1: fault_argument(2, "must be set but got number").
  Value fault_argument(size_t n, std::string text);
  // "must be <expected> but got <kind of the argument>".
  Value fault_kind(size_t n, std::string_view expected);
};

// All of them, sorted by name.
std::span<const Builtin> builtins();
// Null if there is none of that name.
const Builtin* find_builtin(std::string_view name);

// Checks the kinds of the arguments, then calls. The machine calls every built-in through this.
Value call_builtin(const Builtin& builtin, BuiltinCall& call);

}  // namespace writ
