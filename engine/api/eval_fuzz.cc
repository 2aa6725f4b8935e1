// Any policy over one small world: with all optimisations, with none, and written to a file and read back, it gives one
// answer under limits, and two runs of one program use the same fuel.
#include <optional>
#include <string>

#include "engine/base/error.h"
#include "engine/base/fuzz_bytes.h"
#include "engine/program/program.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "engine/vm/machine.h"
#include "lang/compile.h"
#include "lang/syntax/ast_json.h"

namespace {

using namespace writ;

constexpr uint64_t kFuel = 30'000;
constexpr std::string_view kWorld = R"({"a":{"b":[1,2,{"c":"x"}]},"s":"a.b","n":-1.5,"l":[3,1,2],"e":[],"o":{},"t":true,"z":null})";

struct Answer {
  std::string text;
  ErrorCode code = ErrorCode::kNone;
  uint64_t fuel = 0;
  // A limit may be reached in one form of a program and not in another.
  bool is_limit() const {
    return code == ErrorCode::E_FUEL || code == ErrorCode::E_MEMORY || code == ErrorCode::E_DEPTH;
  }
};

class NoHost : public HostPort {
 public:
  Value call(std::string_view, std::span<const Value>, Arena&) override {
    throw Failure(ErrorCode::E_OUTSIDE, "there is no host");
  }
  void note(std::string_view, std::string_view) override {}
};

Answer run(const Program& program, uint32_t function, const Value& world) {
  static const auto data = Snapshot::freeze(world);
  Machine machine;
  Limits limits;
  limits.fuel = kFuel;
  limits.memory_bytes = 64 << 20;
  machine.set_limits(limits);
  machine.set_module_parser(lang::module_as_json);
  machine.bind(&program, data.get());
  machine.begin();
  machine.set_input(world, false);
  NoHost host;
  Answer answer;
  try {
    Value value = machine.evaluate(function, host);
    machine.finish();
    append_rego(answer.text, value.is_defined() ? value : Value::null(), 1 << 20);
    if (!value.is_defined()) answer.text = "undefined";
  } catch (const Failure& failure) {
    answer.code = failure.error().code;
  }
  answer.fuel = machine.fuel_used();
  return answer;
}

void compare(const Answer& one, const Answer& other) {
  if (one.is_limit() || other.is_limit()) return;
  demand(one.code == other.code && one.text == other.text);
}

lang::CompileOptions plain_options(lang::CompileOptions options) {
  for (const lang::Pass& pass : lang::passes()) {
    if (pass.enabled != nullptr) options.switches.*pass.enabled = false;
  }
  return options;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0 || size > 4096) return 0;
  static Arena arena;
  static const Value world = read_json(kWorld, arena);
  lang::CompileOptions options;
  options.language.version = bytes[0] & 1 ? RegoVersion::kV0 : RegoVersion::kV1;
  options.verify_plan = true;
  std::string text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  lang::Compiled fast = lang::compile({{"fuzz.rego", text}}, options);
  lang::Compiled plain = lang::compile({{"fuzz.rego", text}}, plain_options(options));
  demand((fast.program == nullptr) == (plain.program == nullptr));
  if (fast.program == nullptr) return 0;
  auto loaded = load_program(serialise(*fast.program));
  for (const EntryPoint& entry : fast.program->entries) {
    Answer answer = run(*fast.program, fast.program->entry_function(entry.text), world);
    compare(answer, run(*plain.program, plain.program->entry_function(entry.text), world));
    Answer again = run(*loaded, loaded->entry_function(entry.text), world);
    demand(again.text == answer.text && again.code == answer.code && again.fuel == answer.fuel);
  }
  return 0;
}
