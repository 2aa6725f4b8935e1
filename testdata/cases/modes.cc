#include "testdata/cases/modes.h"

#include <cstdlib>

#include "engine/api/engine.h"
#include "engine/host/call_log.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ::cases {

namespace {

constexpr JsonLimits kDataLimits{256ull << 20, 512};

// --- Hosts -----------------------------------------------------------------------------------------------------------

// The world of the cases: the same every time. `host.echo` gives its operand back, `host.nothing` is undefined,
// `host.broken` fails.
class CaseHost : public Host {
 public:
  std::string notes;

  uint64_t now_ns() override { return 1767225600123456789u; }
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
  void note(std::string_view kind, std::string_view text) override {
    notes += kind == "print" ? "" : std::string(kind) + ": ";
    notes += std::string(text) + "\n";
  }

 private:
  uint8_t next_ = 1;
};

// Answers from a record. Identity is drawn afresh; it is no part of a decision's digest.
class ReplayHost : public CaseHost {
 public:
  ReplayHost(const HostCallLog& log, uint64_t time_ns) : replay_(log), time_ns_(time_ns) {}

  HostCallReplay& replay() { return replay_; }
  uint64_t now_ns() override { return time_ns_; }
  Value call(std::string_view function, std::span<const Value>, Arena&) override {
    throw Failure(ErrorCode::E_INTERNAL, "a replay reached the host: " + std::string(function));
  }
  Value answer(const HostCall& call, Arena& arena) override {
    std::optional<HostCallEntry> entry = replay_.answer(call.function, call.args_text);
    if (!entry) throw Failure(ErrorCode::E_OUTSIDE, replay_.detail());
    if (entry->kind == HostCallResult::kUndefined) return Value::undefined();
    if (entry->kind == HostCallResult::kError) throw Failure(error_code_from_name(entry->body), "as recorded");
    return read_rv1(entry->body, arena);
  }

 private:
  HostCallReplay replay_;
  uint64_t time_ns_;
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

// --- Ways with a machine ---------------------------------------------------------------------------------------------

// A program with what its answer needs to be read.
struct Runnable {
  const Program* program;
  uint32_t function;            // kNone32: there is no such entry point
  const lang::QueryShape* rows;  // null: a value
};

class Asker {
 public:
  explicit Asker(const Question& question) : question_(question) {
    Arena arena;
    Value data = read_json(question.data, arena, kDataLimits, NumberText::kKept);
    snapshot_ = Snapshot::freeze(data);
  }

  Answer ask(const Runnable& runnable, const Limits& limits, bool slots_by_reader) {
    if (runnable.function == kNone32) return no_entry();
    Answer answer;
    CaseHost host;
    RecordingPort port;
    try {
      if (bound_ != runnable.program) machine_.bind(runnable.program, snapshot_.get());
      bound_ = runnable.program;
      machine_.set_limits(limits);
      machine_.set_strict_builtin_errors(question_.strict_errors);
      machine_.begin();
      port.begin(host, functions_, true);
      set_input(*runnable.program, limits, slots_by_reader);
      Value value = machine_.evaluate(runnable.function, port);
      answer.text = runnable.rows != nullptr ? rows_text(*runnable.rows, value) : value_text(value);
      if (runnable.rows == nullptr && value.is_defined()) check_output(value, limits);
    } catch (const Failure& failure) {
      set_error(answer, failure.error());
    }
    answer.fuel = machine_.fuel_used();
    answer.notes = host.notes;
    return answer;
  }

 private:
  void set_input(const Program& program, const Limits& limits, bool slots_by_reader) {
    if (question_.input_value) {
      machine_.set_input(*question_.input_value, false);
    } else if (question_.input) {
      JsonDocument document =
          slots_by_reader ? reader_.read(*question_.input, machine_.arena(), {limits.input_bytes, limits.input_depth},
                                         &program.input_paths, machine_.input_slots())
                          : reader_.read(*question_.input, machine_.arena(), {limits.input_bytes, limits.input_depth});
      machine_.set_input(document.value, slots_by_reader);
    }
  }

  // As the facade says it.
  Answer no_entry() const {
    Answer answer;
    Error error;
    error.code = ErrorCode::E_ENTRY;
    error.detail = "there is no entry point \"" + question_.entry + "\"";
    set_error(answer, error);
    return answer;
  }

  // As a decision does: that the result has a canonical text, and one that is not too long, is part of the outcome.
  static void check_output(const Value& value, const Limits& limits) {
    std::string text;
    append_cj1(text, value, limits.output_bytes);
  }

  const Question& question_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<FunctionDeclaration> functions_;
  Machine machine_;
  JsonReader reader_;
  const Program* bound_ = nullptr;
};

Runnable runnable_of(const Question& question, const Program& program, const lang::Compiled& compiled) {
  if (!question.compile.query.empty()) return {&program, compiled.query_function, &compiled.query};
  uint32_t function = program.find_entry(question.entry);
  return {&program, function, nullptr};
}

// --- Ways with the facade --------------------------------------------------------------------------------------------

EngineOptions engine_options(const Question& question) {
  EngineOptions options;
  options.version = question.compile.version;
  options.experimental_keywords = question.compile.experimental_keywords;
  options.strict_checks = question.compile.strict;
  options.keep_print = question.compile.keep_print;
  options.switches = question.compile.switches;
  options.limits = question.limits;
  options.strict_builtin_errors = question.strict_errors;
  options.verdict = VerdictMode::kNone;
  for (const std::string& function : question.compile.extra_functions) {
    size_t slash = function.find('/');
    options.functions.push_back({function.substr(0, slash), static_cast<uint32_t>(std::atoi(&function[slash + 1]))});
  }
  return options;
}

struct Recorded {
  Answer answer;
  std::string line;
  Digest digest;
};

class Facade {
 public:
  // Throws Failure where the facade takes no such policy or data.
  explicit Facade(const Question& question) : question_(question) {
    auto policy = Policy::compile(question.sources, engine_options(question)).policy;
    if (policy == nullptr) throw Failure(ErrorCode::E_POLICY, "the facade does not compile what the compiler does");
    auto data = DataSet::from_json(question.data);
    if (question.compile.query.empty()) {
      bound_policy_ = BoundPolicy::make(policy, data);
      return;
    }
    QueryOptions query_options;
    query_options.text = question.compile.query;
    auto query = Query::compile(policy, query_options).query;
    if (query == nullptr) throw Failure(ErrorCode::E_POLICY, "the facade does not compile the query");
    bound_policy_ = BoundPolicy::make(query, data);
  }

  Recorded decide(CaseHost& host, std::optional<std::string_view> input) {
    Context context;
    context.bind(bound_policy_, host);
    DecideOptions options;
    options.record = true;
    bool query = !question_.compile.query.empty();
    const Decision& decision = query ? context.query(input, options) : context.decide(question_.entry, input, options);
    Recorded recorded;
    recorded.answer.fuel = decision.fuel;
    recorded.answer.notes = host.notes;
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
  const Question& question_;
  std::shared_ptr<const BoundPolicy> bound_policy_;
};

// --- Agreement -------------------------------------------------------------------------------------------------------

enum class SameCode { kYes, kNo };

void compare(const char* way, const Answer& want, const Answer& got, SameCode same_code,
             std::vector<std::string>& faults) {
  auto differs = [&](const char* what, const std::string& a, const std::string& b) {
    faults.push_back(std::string(way) + ": " + what + " is «" + b + "» and was «" + a + "» from source");
  };
  if (want.code != got.code || want.text != got.text) {
    differs("the answer", want.text + want.error, got.text + got.error);
    return;
  }
  if (want.notes != got.notes) differs("what print wrote", want.notes, got.notes);
  if (same_code == SameCode::kNo) return;
  if (want.error != got.error) differs("the error", want.error, got.error);
  if (want.fuel != got.fuel) differs("the fuel", std::to_string(want.fuel), std::to_string(got.fuel));
}

class Ways {
 public:
  Ways(const Question& question, const ModeOptions& options)
      : question_(question), options_(options), asker_(question) {}

  Verdicts run() {
    lang::Compiled compiled = lang::compile(question_.sources, question_.compile);
    if (compiled.program == nullptr) {
      verdicts_.answer.diagnostics = render_human(compiled.diagnostics, compiled.sources, false);
      return std::move(verdicts_);
    }
    Runnable source = runnable_of(question_, *compiled.program, compiled);
    verdicts_.answer = asker_.ask(source, question_.limits, true);
    if (options_.tighten) tighten(source);
    loaded(compiled);
    if (!question_.limits_set) {
      lang::Switches switches;
      switches.index = false;
      compiled_with("index off", switches, true);
      switches.fold = switches.fuse = false;
      compiled_with("plain", switches, false);
    }
    if (options_.record && !question_.input_value) recorded();
    return std::move(verdicts_);
  }

 private:
  // Under a tighter limit there is the same answer or the error of that limit.
  void tighten(const Runnable& source) {
    const Answer& want = verdicts_.answer;
    // Reading the input and writing the answer need no fuel; everything between does.
    if (want.code == ErrorCode::E_FUEL || source.function == kNone32) return;
    Limits limits = question_.limits;
    limits.fuel = want.fuel;
    compare("fuel at the limit", want, asker_.ask(source, limits, true), SameCode::kYes, verdicts_.faults);
    for (uint64_t fuel : {want.fuel - 1, want.fuel / 2, uint64_t{0}}) {
      if (fuel >= want.fuel) continue;
      limits.fuel = fuel;
      Answer answer = asker_.ask(source, limits, true);
      if (answer.code != ErrorCode::E_FUEL && !is_read_error(want.code)) {
        verdicts_.faults.push_back("with fuel " + std::to_string(fuel) + " of " + std::to_string(want.fuel) +
                                   " the answer is «" + answer.text + answer.error + "» and not E_FUEL");
      }
    }
    limits = question_.limits;
    for (uint32_t depth : {1u, 2u, 3u, 5u}) {
      limits.call_depth = std::min(depth, question_.limits.call_depth);
      same_or("call depth " + std::to_string(depth), asker_.ask(source, limits, true), ErrorCode::E_DEPTH);
    }
    limits = question_.limits;
    for (uint64_t memory : {1ull, 4096ull, 70000ull, 300000ull}) {
      limits.memory_bytes = std::min<uint64_t>(memory, question_.limits.memory_bytes);
      same_or("memory " + std::to_string(memory), asker_.ask(source, limits, true), ErrorCode::E_MEMORY);
    }
  }

  static bool is_read_error(ErrorCode code) {
    return code != ErrorCode::kNone && static_cast<uint16_t>(code) < static_cast<uint16_t>(ErrorCode::E_FUEL);
  }

  void same_or(const std::string& way, const Answer& got, ErrorCode limit) {
    if (got.code != limit) compare(way.c_str(), verdicts_.answer, got, SameCode::kYes, verdicts_.faults);
  }

  void loaded(const lang::Compiled& compiled) {
    std::string bytes = serialise(*compiled.program);
    std::unique_ptr<Program> program = load_program(bytes);
    if (serialise(*program) != bytes) verdicts_.faults.push_back("loaded: written again, the program has other bytes");
    Runnable runnable = runnable_of(question_, *program, compiled);
    compare("loaded", verdicts_.answer, asker_.ask(runnable, question_.limits, true), SameCode::kYes, verdicts_.faults);
  }

  void compiled_with(const char* way, const lang::Switches& switches, bool slots_by_reader) {
    lang::CompileOptions compile = question_.compile;
    compile.switches = switches;
    lang::Compiled compiled = lang::compile(question_.sources, compile);
    if (compiled.program == nullptr) {
      verdicts_.faults.push_back(std::string(way) + ": does not compile");
      return;
    }
    Answer answer = asker_.ask(runnable_of(question_, *compiled.program, compiled), question_.limits, slots_by_reader);
    compare(way, verdicts_.answer, answer, SameCode::kNo, verdicts_.faults);
  }

  void recorded() {
    try {
      Facade facade(question_);
      CaseHost host;
      std::optional<std::string_view> input;
      if (question_.input) input = *question_.input;
      Recorded first = facade.decide(host, input);
      // Rows become one value in the facade, whose text is then subject to the rules of results.
      bool shown = !question_.compile.query.empty() &&
                   (first.answer.code == ErrorCode::E_KEY_COLLISION || first.answer.code == ErrorCode::E_OUTPUT);
      if (!shown) compare("recorded", verdicts_.answer, first.answer, SameCode::kYes, verdicts_.faults);
      if (first.line.empty()) {
        verdicts_.faults.push_back("recorded: there is no record: " + first.answer.error);
        return;
      }
      replay(facade, first);
    } catch (const Failure& failure) {
      // A base document where a rule is: the compiler alone does not mind.
      if (failure.error().opa_code != "rego_compile_error") {
        verdicts_.faults.push_back(std::string("recorded: ") + failure.what());
      }
    }
  }

  void replay(Facade& facade, const Recorded& first) {
    Arena arena;
    Hasher hasher;
    DecisionRecord record = decode_record(first.line, arena);
    if (record.raw_sha256) return;  // the input was rejected: there is nothing to decide again
    HostCallLog log = HostCallLog::from_record_text(record.nd.text.empty() ? "[]" : record.nd.text, hasher);
    ReplayHost host(log, *record.time_ns);
    std::optional<std::string_view> input;
    if (!record.input.text.empty()) input = record.input.text;
    Recorded second = facade.decide(host, input);
    Answer want = first.answer;
    // Of a failure of the outside only the code is recorded.
    if (want.code == ErrorCode::E_OUTSIDE) want.error = second.answer.error;
    compare("replayed", want, second.answer, SameCode::kYes, verdicts_.faults);
    if (host.replay().finish() != HostCallMismatch::kNone) verdicts_.faults.push_back("replayed: " + host.replay().detail());
    if (second.digest != first.digest) verdicts_.faults.push_back("replayed: another decision digest");
  }

  const Question& question_;
  ModeOptions options_;
  Asker asker_;
  Verdicts verdicts_;
};

}  // namespace

Verdicts ask_all_ways(const Question& question, const ModeOptions& options) { return Ways(question, options).run(); }

std::string bytecode_of(const Question& question) {
  lang::Compiled compiled = lang::compile(question.sources, question.compile);
  return compiled.program != nullptr ? disassemble(*compiled.program) : "";
}

std::string plan_of(const Question& question) {
  lang::CompileOptions compile = question.compile;
  compile.keep_dumps = true;
  return lang::compile(question.sources, compile).plan_dump;
}

}  // namespace writ::cases
