// How the modes are run. A Runner runs programs on a bare machine, an ApiRunner takes the same input through the API with
// a record, and Modes compares what they answer with the answer of the first mode. Hosts come first: a fixed world, and
// the one that answers from a record.
#include "testdata/cases/modes.h"

#include <cstdlib>

#include "engine/api/engine.h"
#include "engine/value/build.h"
#include "engine/value/text.h"
#include "lang/syntax/ast_json.h"
#include "replay/recorded_port.h"

namespace writ::cases {

namespace {

constexpr JsonLimits kDataLimits{256ull << 20, 512};

// --- Hosts -----------------------------------------------------------------------------------------------------------

void append_note(std::string& notes, std::string_view kind, std::string_view text) {
  notes += kind == "print" ? "" : std::string(kind) + ": ";
  notes += std::string(text) + "\n";
}

// The world of the cases: the same every time. `host.echo` gives its argument back, `host.nothing` is undefined,
// `host.broken` fails.
class CaseHost : public Host {
 public:
  std::string notes;

  uint64_t now_ns() override { return 1767225600123456789u; }
  uint64_t monotonic_ns() override { return 0; }
  void entropy(std::span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = next_++;
  }
  Value call(std::string_view function, std::span<const Value> args, Arena& arena) override {
    if (function == "test.sleep") return Value::null();
    if (function == "host.echo") return args[0];
    if (function == "host.nothing") return Value::undefined();
    if (function == "net.lookup_ip_addr" && args[0].is_string() && args[0].text() == "localhost") {
      Value address = make_string(arena, "127.0.0.1");
      return make_set(arena, {&address, 1});
    }
    return Host::call(function, args, arena);
  }
  void note(std::string_view kind, std::string_view text) override { append_note(notes, kind, text); }

 private:
  uint8_t next_ = 1;
};

// Answers from a record. Identity is drawn afresh; it is not part of a decision's digest.
class ReplayPort : public RecordedPort {
 public:
  using RecordedPort::RecordedPort;

  std::string notes;
  void entropy(std::span<uint8_t> bytes) override { std::fill(bytes.begin(), bytes.end(), uint8_t{1}); }
  void note(std::string_view kind, std::string_view text) override { append_note(notes, kind, text); }
};

// --- Answers ---------------------------------------------------------------------------------------------------------

std::string error_text(const Error& error) {
  std::string text(error_code_name(error.code));
  if (!error.opa_code.empty()) text += " " + error.opa_code;
  if (!error.file.empty()) {
    text += " " + error.file + ":" + std::to_string(error.row) + ":" + std::to_string(error.column);
  }
  return text + ": " + error.detail;
}

void set_error(Answer& answer, const Error& error) {
  answer.text.clear();
  answer.code = error.code;
  answer.error = error_text(error);
}

std::string rows_text(const lang::QueryShape& shape, const Value& rows) {
  std::string text;
  for (const Value& row : rows.items()) {
    text += '{';
    for (size_t i = 0; i < shape.bindings.size(); ++i) {
      if (i > 0) text += ", ";
      text += shape.bindings[i] + ": " + to_rego(row.elements[0].elements[i]);
    }
    text += "}\n";
  }
  if (!text.empty()) text.pop_back();
  return text.empty() ? "undefined" : text;
}

std::string value_text(const Value& value) { return value.is_defined() ? to_rego(value) : "undefined"; }

// --- Modes on a machine ----------------------------------------------------------------------------------------------

// A program with what its answer needs to be read.
struct Runnable {
  const Program* program;
  uint32_t function;            // kNone32: there is no such entry point
  const lang::QueryShape* rows;  // null: a value
};

class Runner {
 public:
  explicit Runner(const CaseInput& given) : given_(given) {
    Arena arena;
    Value data = read_json(given.data, arena, kDataLimits, NumberText::kKept);
    snapshot_ = Snapshot::freeze(data);
  }

  Answer run(const Runnable& runnable, const Limits& limits, bool slots_by_reader) {
    if (runnable.function == kNone32) return no_entry();
    Answer answer;
    CaseHost host;
    RecordingPort port;
    try {
      if (bound_ != runnable.program) machine_.bind(runnable.program, snapshot_.get());
      bound_ = runnable.program;
      machine_.set_module_parser(lang::module_as_json);
      machine_.set_limits(limits);
      machine_.set_strict_builtin_errors(given_.strict_errors);
      machine_.begin();
      port.set_host(host);
      port.begin(each_, true);
      set_input(*runnable.program, limits, slots_by_reader);
      Value value = machine_.evaluate(runnable.function, port);
      answer.text = runnable.rows != nullptr ? rows_text(*runnable.rows, value) : value_text(value);
      if (runnable.rows == nullptr && value.is_defined()) check_output(value, limits);
      machine_.finish();
    } catch (const Failure& failure) {
      set_error(answer, failure.error());
    }
    answer.fuel = machine_.fuel_used();
    answer.notes = host.notes;
    return answer;
  }

 private:
  void set_input(const Program& program, const Limits& limits, bool slots_by_reader) {
    if (given_.input_value) {
      machine_.set_input(*given_.input_value, false);
    } else if (given_.input) {
      JsonDocument document =
          slots_by_reader ? reader_.read(*given_.input, machine_.arena(), {limits.input_bytes, limits.input_depth},
                                         &program.input_paths, machine_.input_slots())
                          : reader_.read(*given_.input, machine_.arena(), {limits.input_bytes, limits.input_depth});
      machine_.set_input(document.value, slots_by_reader);
    }
  }

  // In the words of the API.
  Answer no_entry() const {
    Answer answer;
    Error error;
    error.code = ErrorCode::E_ENTRY;
    error.detail = "there is no entry point `" + given_.entry + "`";
    set_error(answer, error);
    return answer;
  }

  // As a decision does: that the result has a canonical text, and one that is not too long, is part of the outcome.
  static void check_output(const Value& value, const Limits& limits) {
    std::string text;
    append_cj1(text, value, limits.output_bytes);
  }

  const CaseInput& given_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<std::string> each_;  // no function is of class `each`
  Machine machine_;
  JsonReader reader_;
  const Program* bound_ = nullptr;
};

Runnable runnable_of(const CaseInput& given, const Program& program, const lang::Compiled& compiled) {
  if (!given.query.text.empty()) return {&program, compiled.query_function, &compiled.query};
  uint32_t function = program.entry_function(given.entry);
  return {&program, function, nullptr};
}

// --- Modes through the API -------------------------------------------------------------------------------------------

EngineOptions engine_options(const CaseInput& given, const lang::Switches& switches) {
  EngineOptions options;
  static_cast<lang::CompileOptions&>(options) = given.compile;
  options.switches = switches;
  options.limits = given.limits;
  options.strict_builtin_errors = given.strict_errors;
  options.verdict = VerdictMode::kNone;
  return options;
}

struct Recorded {
  Answer answer;
  std::string line;
  Digest digest;
};

class ApiRunner {
 public:
  // Throws Failure where the API takes no such policy or data.
  ApiRunner(const CaseInput& given, const lang::Switches& switches) : given_(given) {
    auto policy = Policy::compile(given.sources, engine_options(given, switches)).policy;
    if (policy == nullptr) throw Failure(ErrorCode::E_POLICY, "the API does not compile what the compiler does");
    auto data = DataSet::from_json(given.data);
    if (given.query.text.empty()) {
      bound_policy_ = BoundPolicy::make(policy, data);
      return;
    }
    auto query = Query::compile(policy, given.query).query;
    if (query == nullptr) throw Failure(ErrorCode::E_POLICY, "the API does not compile the query");
    bound_policy_ = BoundPolicy::make(query, data);
  }

  // `world` is a CaseHost or a ReplayPort.
  template <typename World>
  Recorded decide(World& world, std::optional<std::string_view> input) {
    Context context;
    context.bind(bound_policy_, world);
    DecideOptions options;
    options.record = true;
    bool query = !given_.query.text.empty();
    const Decision& decision = query ? context.query(input, options) : context.decide(given_.entry, input, options);
    Recorded recorded;
    recorded.answer.fuel = decision.fuel;
    recorded.answer.notes = world.notes;
    if (decision.status == Status::kError) {
      set_error(recorded.answer, decision.error);
    } else if (query) {
      recorded.answer.text = rows_text(bound_policy_->query()->shape(), decision.rows);
    } else {
      recorded.answer.text = value_text(decision.value);
    }
    recorded.line = decision.record;
    recorded.digest = decision.digests.decision;
    return recorded;
  }

 private:
  const CaseInput& given_;
  std::shared_ptr<const BoundPolicy> bound_policy_;
};

// --- Agreement -------------------------------------------------------------------------------------------------------

enum class SameProgram { kYes, kNo };

void compare(const char* mode, const Answer& want, const Answer& got, SameProgram same_program,
             std::vector<std::string>& failures) {
  auto differs = [&](const char* what, const std::string& a, const std::string& b) {
    failures.push_back(std::string(mode) + ": " + what + " is «" + b + "» and was «" + a + "» from source");
  };
  if (want.code != got.code || want.text != got.text) {
    differs("the answer", want.text + want.error, got.text + got.error);
    return;
  }
  if (want.notes != got.notes) differs("what print wrote", want.notes, got.notes);
  if (same_program == SameProgram::kNo) return;
  if (want.error != got.error) differs("the error", want.error, got.error);
  if (want.fuel != got.fuel) differs("the fuel", std::to_string(want.fuel), std::to_string(got.fuel));
}

// Ways to compile without some of the passes.
struct PassesOff {
  const char* mode;
  lang::Switches switches;
  bool slots_by_reader;
};
constexpr lang::Switches index_off() {
  lang::Switches switches;
  switches.index = false;
  return switches;
}
constexpr lang::Switches all_off() {
  lang::Switches switches;
#define PASS(name, function, text) switches.name = false;
#define ALWAYS(name, function, text)
#include "lang/plan/passes.def"
#undef PASS
#undef ALWAYS
  return switches;
}
constexpr PassesOff kPassesOff[] = {{"index off", index_off(), true}, {"plain", all_off(), false}};

class Modes {
 public:
  Modes(const CaseInput& given, const ModeOptions& options)
      : given_(given), options_(options), runner_(given) {}

  ModeResults run() {
    lang::Compiled compiled = lang::compile(given_.sources, given_.compile, given_.query);
    if (compiled.program == nullptr) {
      results_.answer.diagnostics = render_human(compiled.diagnostics, compiled.sources, false);
      return std::move(results_);
    }
    Runnable source = runnable_of(given_, *compiled.program, compiled);
    results_.answer = runner_.run(source, given_.limits, true);
    if (options_.tighten) tighten(source);
    loaded(compiled);
    if (!given_.limits_set) {
      for (const PassesOff& passes : kPassesOff) compiled_with(passes.mode, passes.switches, passes.slots_by_reader);
    }
    if (options_.record && !given_.input_value) recorded();
    return std::move(results_);
  }

 private:
  // Under a tighter limit there is the same answer or the error of that limit.
  void tighten(const Runnable& source) {
    const Answer& want = results_.answer;
    // Reading the input and writing the answer need no fuel; everything between does.
    if (want.code == ErrorCode::E_FUEL || source.function == kNone32) return;
    Limits limits = given_.limits;
    limits.fuel = want.fuel;
    compare("fuel at the limit", want, runner_.run(source, limits, true), SameProgram::kYes, results_.failures);
    for (uint64_t fuel : {want.fuel - 1, want.fuel / 2, uint64_t{0}}) {
      if (fuel >= want.fuel) continue;
      limits.fuel = fuel;
      Answer answer = runner_.run(source, limits, true);
      if (answer.code != ErrorCode::E_FUEL && !is_read_error(want.code) && !is_same_conflict(answer)) {
        results_.failures.push_back("with fuel " + std::to_string(fuel) + " of " + std::to_string(want.fuel) +
                                   " the answer is «" + answer.text + answer.error + "» and not E_FUEL");
      }
    }
    limits = given_.limits;
    for (uint32_t depth : {1u, 2u, 3u, 5u}) {
      limits.call_depth = std::min(depth, given_.limits.call_depth);
      same_or_limit("call depth " + std::to_string(depth), runner_.run(source, limits, true), ErrorCode::E_DEPTH);
    }
    limits = given_.limits;
    for (uint64_t memory : {1ull, 4096ull, 70000ull, 300000ull}) {
      limits.memory_bytes = std::min<uint64_t>(memory, given_.limits.memory_bytes);
      same_or_limit("memory " + std::to_string(memory), runner_.run(source, limits, true), ErrorCode::E_MEMORY);
    }
  }

  static bool is_read_error(ErrorCode code) {
    return code != ErrorCode::kNone && static_cast<uint16_t>(code) < static_cast<uint16_t>(ErrorCode::E_FUEL);
  }

  // A limit may cut short the list of values behind a conflict; code and rule are the same. [S-11.1] It may keep the
  // definition from being found that contradicts the others, whose place is then that of the rule. [S-11.4]
  bool is_same_conflict(const Answer& got) const {
    auto subject = [](const Answer& answer) {
      constexpr std::string_view kOfKeys = "object keys must be unique";
      if (answer.code == ErrorCode::E_CONFLICT && answer.error.ends_with(kOfKeys)) return std::string(kOfKeys);
      size_t end = answer.error.find(" produced conflicting values");
      if (answer.code != ErrorCode::E_CONFLICT || end == std::string::npos) return std::string();
      return answer.error.substr(answer.error.rfind(": ", end) + 2, end - answer.error.rfind(": ", end));
    };
    return !subject(got).empty() && subject(got) == subject(results_.answer);
  }

  void same_or_limit(const std::string& mode, const Answer& got, ErrorCode limit) {
    if (got.code != limit && !is_same_conflict(got)) compare(mode.c_str(), results_.answer, got, SameProgram::kYes, results_.failures);
  }

  void loaded(const lang::Compiled& compiled) {
    std::string bytes = serialise(*compiled.program);
    std::unique_ptr<Program> program = load_program(bytes);
    if (serialise(*program) != bytes) results_.failures.push_back("loaded: written again, the program has other bytes");
    Runnable runnable = runnable_of(given_, *program, compiled);
    compare("loaded", results_.answer, runner_.run(runnable, given_.limits, true), SameProgram::kYes, results_.failures);
  }

  void compiled_with(const char* mode, const lang::Switches& switches, bool slots_by_reader) {
    lang::CompileOptions compile = given_.compile;
    compile.switches = switches;
    lang::Compiled compiled = lang::compile(given_.sources, compile, given_.query);
    if (compiled.program == nullptr) {
      results_.failures.push_back(std::string(mode) + ": does not compile");
      return;
    }
    Answer answer = runner_.run(runnable_of(given_, *compiled.program, compiled), given_.limits, slots_by_reader);
    compare(mode, results_.answer, answer, SameProgram::kNo, results_.failures);
  }

  void recorded() {
    try {
      ApiRunner api_runner(given_, given_.compile.switches);
      CaseHost host;
      std::optional<std::string_view> input;
      if (given_.input) input = *given_.input;
      Recorded first = api_runner.decide(host, input);
      // Rows become one value in the API, whose text is then subject to the rules of results.
      bool shown = !given_.query.text.empty() &&
                   (first.answer.code == ErrorCode::E_KEY_COLLISION || first.answer.code == ErrorCode::E_OUTPUT);
      if (!shown) compare("recorded", results_.answer, first.answer, SameProgram::kYes, results_.failures);
      if (first.line.empty()) {
        results_.failures.push_back("recorded: there is no record: " + first.answer.error);
        return;
      }
      replay(api_runner, first);
      if (!given_.limits_set) {
        for (const PassesOff& passes : kPassesOff) recorded_without(passes, input, first);
      }
    } catch (const Failure& failure) {
      // A base document where a rule is: the compiler alone does not mind.
      if (failure.error().opa_code != "rego_compile_error") {
        results_.failures.push_back(std::string("recorded: ") + failure.what());
      }
    }
  }

  // What an evaluation costs is not part of what was decided: another way to compile names the same decision, and says
  // that its count is in no unit that has a name.
  void recorded_without(const PassesOff& passes, std::optional<std::string_view> input, const Recorded& first) {
    ApiRunner api_runner(given_, passes.switches);
    CaseHost host;
    Recorded other = api_runner.decide(host, input);
    std::string mode = std::string("recorded, ") + passes.mode;
    if (other.digest != first.digest) results_.failures.push_back(mode + ": another decision digest");
    Arena arena;
    if (*decode_record(first.line, arena).fuel_model != kFuelModel ||
        *decode_record(other.line, arena).fuel_model != kNoFuelModel) {
      results_.failures.push_back(mode + ": the fuel model is not that of the passes");
    }
  }

  void replay(ApiRunner& api_runner, const Recorded& first) {
    Arena arena;
    Hasher hasher;
    DecisionRecord record = decode_record(first.line, arena);
    if (record.raw_sha256) return;  // the input was rejected: there is nothing to decide again
    RecordedCalls recorded;
    recorded.log = HostCallLog::from_record_text(record.nd.text.empty() ? "[]" : record.nd.text, hasher);
    HostCallReplay calls(recorded);
    ReplayPort port(*record.time_ns, calls);
    std::optional<std::string_view> input;
    if (!record.input.text.empty()) input = record.input.text;
    Recorded second = api_runner.decide(port, input);
    Answer want = first.answer;
    // Of a host call that failed only the code is recorded.
    if (want.code == ErrorCode::E_OUTSIDE) want.error = second.answer.error;
    compare("replayed", want, second.answer, SameProgram::kYes, results_.failures);
    if (calls.finish() != HostCallMismatch::kNone) results_.failures.push_back("replayed: " + calls.detail());
    if (second.digest != first.digest) results_.failures.push_back("replayed: another decision digest");
  }

  const CaseInput& given_;
  ModeOptions options_;
  Runner runner_;
  ModeResults results_;
};

}  // namespace

ModeResults run_all_modes(const CaseInput& given, const ModeOptions& options) { return Modes(given, options).run(); }

std::string bytecode_of(const CaseInput& given) {
  lang::Compiled compiled = lang::compile(given.sources, given.compile, given.query);
  return compiled.program != nullptr ? disassemble(*compiled.program) : "";
}

std::string plan_of(const CaseInput& given) {
  lang::CompileOptions compile = given.compile;
  compile.keep_dumps = true;
  return lang::compile(given.sources, compile, given.query).plan_dump;
}

}  // namespace writ::cases
