// A program file is trusted no further than its bytes: altered in any way, with its checksum made right again, it is
// rejected or runs safely. The fuzzer's bytes say which program is taken and what is altered in it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "engine/program/program.h"
#include "engine/vm/machine.h"
#include "lang/compile.h"
#include "lang/syntax/ast_json.h"

namespace {

using namespace writ;

constexpr std::string_view kPolicies[] = {
    R"(package a
default allow := false
allow if { input.user == "alice"; input.level > 3 }
allow if { input.user == "bob"; some r in input.roles; r == data.roles[_] }
allow if input.user == "carol")",
    R"(package b
f(x, "a") := x + 1
f(x, "b") := y if { y := [z | some z in x; z != 2] }
p[k] := v if { some k, v in input.xs; not q[k] }
q contains k if { some k; input.xs[k] = [_, {"a": 1}] }
r := {k: w | some k, v in input.xs; w := f(k, "a")}
s := x if { x := r with input.xs as {"n": 1} with f as 7 })",
    R"(package c.d
import data.base
t[x].u contains y if { x := input.k[_]; y := x }
t.v.u contains 1
all_of := data.e
e if { every x in input.k { x > 0; count([y | y := x]) == 1 } }
w := 1 if { not input.a } else := 2 if { walk(input, [p, _]); count(p) > 1 } else := 3
n := x if { some i; x := data.e[i]; i != "d" })",
};

std::vector<std::string> compile_policies() {
  std::vector<std::string> programs;
  for (std::string_view policy : kPolicies) {
    lang::Compiled compiled = lang::compile({{"p.rego", std::string(policy)}}, {});
    if (compiled.program == nullptr) __builtin_trap();
    std::string bytes = serialise(*compiled.program);
    bytes.resize(bytes.size() - 32);
    programs.push_back(std::move(bytes));
  }
  return programs;
}

class EmptyHost : public HostPort {
 public:
  Value call(std::string_view, std::span<const Value>, Arena&) override { return Value(); }
  void note(std::string_view, std::string_view) override {}
};

// Four bytes an alteration: where (two), how, and with what.
void alter(std::string& bytes, const uint8_t* script, size_t size) {
  for (size_t i = 0; i + 4 <= size; i += 4) {
    size_t at = (size_t{script[i]} << 8 | script[i + 1]) % bytes.size();
    auto with = static_cast<char>(script[i + 3]);
    switch (script[i + 2] % 4) {
      case 0: bytes[at] = with; break;
      case 1: bytes[at] = static_cast<char>(bytes[at] + with); break;
      case 2: bytes.erase(at, 1 + script[i + 3] % 16); break;
      case 3: bytes.insert(at, 1, with); break;
    }
    if (bytes.empty()) return;
  }
}

void run_everything(const Program& program) {
  JsonReader reader;
  Machine machine;
  Limits limits;
  limits.fuel = 20'000;
  limits.memory_bytes = 64 << 20;
  machine.set_limits(limits);
  machine.set_module_parser(lang::module_as_json);
  machine.bind(&program, nullptr);
  EmptyHost host;
  for (const Function& function : program.functions) {
    if (function.argument_count != 0) continue;
    machine.begin();
    try {
      JsonDocument input = reader.read(R"({"user":"bob","level":4,"roles":["a"],"xs":{"n":[1,{"a":1}]},"k":[1,2]})",
                                       machine.arena(), {}, &program.input_paths, machine.input_slots());
      machine.set_input(input.value, true);
      machine.evaluate(static_cast<uint32_t>(&function - program.functions.data()), host);
    } catch (const Failure&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::vector<std::string> programs = compile_policies();
  if (size == 0) return 0;
  std::string bytes = programs[data[0] % programs.size()];
  alter(bytes, data + 1, size - 1);
  bytes += sha256(bytes).view();
  try {
    run_everything(*load_program(bytes));
  } catch (const Failure&) {
  }
  return 0;
}
