// What a unit of fuel can be made to cost: for every built-in and every opcode the input, of many, that takes the most
// seconds for a unit of fuel, and the most memory for a counted byte.
//
//   writ_outliers [--all] [PATTERN]     PATTERN: only rows whose name contains it; --all: all rows, not the worst alone
//
// Built-ins are called directly, with arguments of the kinds that their signature accepts out of a pool of extreme ones
// (outlier_pool.h), and with hand-made ones where the pool cannot hit what hurts (outlier_arguments.def, outlier_documents.def). The search is a
// climb: some inputs at random, then, from the worst, every other value in the place of each argument. Opcodes run in
// programs of their own (outlier_programs.def), in a loop, and where the body can be repeated in straight-line code too.
// Both lists are checked against builtins.def and opcodes.def, so nothing is forgotten: an opcode without a program that
// has it, or a built-in that answered no input at all, fails.
//
// The table names each row's input and its ratio to the median of all rows; beyond ten times the median the exit status is
// 1. Times are CPU times of many calls in turn, and the best of several runs; build it optimised.
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "bench/outlier_pool.h"
#include "engine/api/engine.h"
#include "engine/base/meter.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/patterns.h"
#include "engine/host/system_host.h"
#include "engine/value/text.h"
#include "lang/syntax/ast_json.h"

// --- Memory ----------------------------------------------------------------------------------------------------------

namespace {

// Bytes allocated now, and the most since reset_peak().
size_t live_bytes = 0;
size_t peak_bytes = 0;
// The arena of the evaluation that is measured, and the most that it counted whenever more was allocated: what is held
// elsewhere is counted for as long as it is held.
const writ::Arena* watched = nullptr;
uint64_t watched_limit = 0;
uint64_t peak_counted = 0;

void* counted_allocate(size_t size) {
  if (watched != nullptr) peak_counted = std::max(peak_counted, watched_limit - std::min(watched_limit, watched->room()));
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  live_bytes += malloc_usable_size(memory);
  peak_bytes = std::max(peak_bytes, live_bytes);
  return memory;
}

void counted_free(void* memory) noexcept {
  if (memory == nullptr) return;
  live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(size_t size) { return counted_allocate(size); }
void* operator new[](size_t size) { return counted_allocate(size); }
void operator delete(void* memory) noexcept { counted_free(memory); }
void operator delete[](void* memory) noexcept { counted_free(memory); }
void operator delete(void* memory, size_t) noexcept { counted_free(memory); }
void operator delete[](void* memory, size_t) noexcept { counted_free(memory); }

namespace writ {
namespace {

constexpr uint64_t kFuel = 100'000;           // of a call
constexpr uint64_t kMemory = 32 << 20;        // the same
constexpr uint64_t kArenaRoom = 4 << 20;      // what calls in turn leave behind before it is given back
constexpr uint64_t kSmallMemory = 256 << 10;  // too little to matter
constexpr double kBar = 10;
// What a decision costs beside its fuel, as fuel: a call that ends the decision can be had once only.
constexpr double kDecision = 100;

uint64_t cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

// What reading the clock takes.
double clock_ns() {
  static const double least = [] {
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < 1000; ++i) {
      uint64_t start = cpu_ns();
      best = std::min(best, cpu_ns() - start);
    }
    return static_cast<double>(best);
  }();
  return least;
}

struct Cost {
  double ns = 0;
  double fuel = 1;
  double bytes = 0;
  double counted = 1;
  bool answered = false;
  double time_ratio() const { return ns / fuel; }
  double memory_ratio() const { return bytes / std::max<double>(counted, kSmallMemory); }
};

struct Row {
  std::string name;
  Cost time, memory;  // of the two worst inputs
  std::string time_input, memory_input;
  bool answered = false;  // at least one input
};

// --- Built-ins -------------------------------------------------------------------------------------------------------

class Services : public BuiltinServices {
 public:
  explicit Services(Meter& meter) : meter_(meter) { patterns_.begin(); }
  void charge(uint64_t units) override { meter_.charge(units); }
  Value call_host(std::string_view function, std::span<const Value> args) override {
    if (function == "opa.runtime") return Value::sorted_object(nullptr, 0);
    if (function == "uuid.rfc4122") return Value::string("6ba7b810-9dad-41d1-80b4-00c04fd430c8");
    if (function.starts_with("io.jwt.encode_sign")) {
      return args[0].integer == 32 ? Value::string("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=") : Value::undefined();
    }
    return Value::of(0);
  }
  void note(std::string_view, std::string_view) override {}
  ModuleParser module_parser() override { return lang::module_as_json; }
  PatternCache& patterns() override {
    uses_patterns_ = true;
    return patterns_;
  }
  bool uses_patterns() const { return uses_patterns_; }

 private:
  Meter& meter_;
  PatternCache patterns_;
  bool uses_patterns_ = false;
};

// Calls of one built-in with the same arguments.
class Caller {
 public:
  Caller(const Builtin& builtin, std::span<const Value> args) : builtin_(builtin), args_(args) {
    arena_.set_limit(kMemory);
  }

  // One call, with its memory; a pattern is compiled in it.
  Cost first() {
    start_anew();
    size_t before = live_bytes;
    peak_bytes = live_bytes;
    peak_counted = 0;
    watched = &arena_;
    watched_limit = kMemory;
    Cost cost = in_turn(1);
    watched = nullptr;
    cost.bytes = static_cast<double>(peak_bytes - before);
    cost.counted = static_cast<double>(std::max(counted_, peak_counted));
    return cost;
  }

  // The best of some runs that take at least `ns` each, by what `once` took.
  Cost best(Cost once, double ns, int runs) {
    Cost least = once;
    auto calls = static_cast<uint64_t>(std::clamp(ns / std::max(once.ns, 50.0), 1.0, 2000.0));
    if (ended_) calls = 1;
    bool compiles = services_->uses_patterns();
    for (int i = 0; i < runs; ++i) {
      if (ended_) start_anew();
      Cost cost = in_turn(calls);
      if (cost.time_ratio() < least.time_ratio() || i == 0) least.ns = cost.ns, least.fuel = cost.fuel;
    }
    if (!compiles) return least;
    Cost compiling = once;
    for (int i = 0; i < runs; ++i) {
      start_anew();
      Cost cost = in_turn(1);
      if (cost.time_ratio() < compiling.time_ratio()) compiling.ns = cost.ns, compiling.fuel = cost.fuel;
    }
    return compiling.time_ratio() > least.time_ratio() ? compiling : least;
  }

 private:
  void start_anew() {
    arena_.reset();
    services_ = std::make_unique<Services>(meter_);
  }

  Cost in_turn(uint64_t calls) {
    meter_.set_memory(&arena_);
    Meter::Scope scope(&meter_);
    Cost cost;
    double fuel = 0;
    uint64_t start = cpu_ns();
    for (uint64_t i = 0; i < calls && !ended_; ++i) {
      meter_.begin(kFuel);
      if (arena_.used() > kArenaRoom) arena_.reset();
      cost.answered = call();
      fuel += static_cast<double>(meter_.used());
    }
    cost.ns = std::max(static_cast<double>(cpu_ns() - start) - clock_ns(), 0.0);
    cost.fuel = std::max(fuel, 1.0) + (ended_ ? kDecision : 0);
    return cost;
  }

  // Whether there was an answer.
  bool call() {
    try {
      meter_.charge(1);
      BuiltinCall call{builtin_.name, args_, arena_, *services_, false, false, {}};
      Value answer = call_builtin(builtin_, call);
      counted_ = kMemory - arena_.room();
      return !call.faulted && (answer.is_defined() || builtin_.is_void);
    } catch (const Failure& failure) {
      ended_ = true;
      counted_ = failure.error().code == ErrorCode::E_MEMORY ? kMemory : kMemory - arena_.room();
      return failure.error().code == ErrorCode::E_FUEL || failure.error().code == ErrorCode::E_MEMORY;
    }
  }

  const Builtin& builtin_;
  std::span<const Value> args_;
  Arena arena_;
  Meter meter_;
  std::unique_ptr<Services> services_;
  uint64_t counted_ = 0;
  bool ended_ = false;  // a call ended the decision: it has to begin anew
};

struct Special {
  const char* name;
  const char* arguments;
};
constexpr Special kSpecials[] = {
#include "bench/outlier_arguments.def"
#include "bench/outlier_documents.def"
};

// Built-ins that the compiler answers where it can be done: a call that is left never has an answer.
constexpr std::string_view kAnsweredByCompiler[] = {
    "assign",               // `assign(x, 1)` is a statement; as a value it is nothing
    "rego.metadata.chain",  // the annotations of the calling rule are a constant of it, and a query is in no rule
    "rego.metadata.rule",   // the same
};

bool is_answered_by_compiler(std::string_view name) {
  return std::find(std::begin(kAnsweredByCompiler), std::end(kAnsweredByCompiler), name) != std::end(kAnsweredByCompiler);
}

class BuiltinSearch {
 public:
  explicit BuiltinSearch(OutlierPool& pool) : pool_(pool) {}

  Row run(const Builtin& builtin) {
    builtin_ = &builtin;
    row_ = Row();
    row_.name = builtin.name;
    worst_.clear();
    choices_.clear();
    size_t combinations = 1;
    for (size_t i = 0; i < builtin.arity; ++i) {
      choices_.push_back(pool_.of_kinds(builtin.argument_kinds[i]));
      if (choices_.back().empty()) choices_.back().push_back({"null", Value::null()});
      combinations *= choices_.back().size();
    }
    size_t tried = std::min(combinations, kMostAtRandom);
    for (size_t n = 0; n < tried; ++n) attempt(combination(combinations <= kMostAtRandom ? n : random()));
    climb();
    std::vector<NamedValue> of_pool = worst_;
    for (const Special& special : kSpecials) {
      if (special.name == builtin.name) attempt_special(special.arguments);
    }
    if (row_.time.time_ratio() > 0 && worst_.size() == builtin.arity && !same(of_pool)) climb();
    measure_worst();
    return row_;
  }

 private:
  static constexpr size_t kMostAtRandom = 300;

  std::vector<NamedValue> combination(size_t number) const {
    std::vector<NamedValue> args;
    for (const std::vector<NamedValue>& choice : choices_) {
      args.push_back(choice[number % choice.size()]);
      number /= choice.size();
    }
    return args;
  }

  // From the worst input so far: every other value in the place of each argument.
  void climb() {
    for (size_t place = 0; place < choices_.size(); ++place) {
      for (const NamedValue& other : choices_[place]) {
        std::vector<NamedValue> args = worst_;
        args[place] = other;
        attempt(args);
      }
    }
  }

  bool same(const std::vector<NamedValue>& args) const {
    return std::equal(args.begin(), args.end(), worst_.begin(), worst_.end(),
                      [](const NamedValue& a, const NamedValue& b) { return a.name == b.name; });
  }

  void attempt_special(std::string text) {
    std::vector<NamedValue> args;
    const std::pair<std::string_view, std::string> words[] = {{"BIG", repeated("a", 20000)},
                                                              {"ROW", repeated("a", 2000)},
                                                              {"MID", repeated("a", 250)},
                                                              {"RND", random_letters(20000)},
                                                              {"RAN", random_letters(2000)}};
    for (const auto& [word, letters] : words) {
      for (size_t at; (at = text.find(word)) != text.npos;) text.replace(at, word.size(), letters);
    }
    for (const Value& value : read_json(text, pool_.arena(), {}, NumberText::kKept).items()) {
      args.push_back({shortened(to_rego(value)), value});
    }
    attempt(args);
  }

  static std::string random_letters(size_t size) {
    std::string text;
    uint32_t state = 1;
    for (size_t i = 0; i < size; ++i) {
      state = state * 1664525u + 1013904223u;
      text += static_cast<char>('a' + (state >> 24) % 26);
    }
    return text;
  }

  static std::string shortened(const std::string& text) {
    return text.size() <= 60 ? text : text.substr(0, 40) + "..." + text.substr(text.size() - 15);
  }

  void attempt(const std::vector<NamedValue>& args) {
    std::vector<Value> values = values_of(args);
    Caller caller(*builtin_, values);
    Cost cost = caller.first();
    row_.answered = row_.answered || cost.answered;
    if (row_.memory_input.empty() || cost.memory_ratio() > row_.memory.memory_ratio()) {
      row_.memory = cost;
      row_.memory_input = name_of(args);
    }
    // Once is cold and never cheaper than in turn.
    if (cost.time_ratio() > row_.time.time_ratio()) cost = caller.best(cost, 20'000, 3);
    if (!row_.time_input.empty() && cost.time_ratio() <= row_.time.time_ratio()) return;
    row_.time = cost;
    row_.time_input = name_of(args);
    worst_ = args;
  }

  void measure_worst() {
    std::vector<Value> values = values_of(worst_);
    Caller caller(*builtin_, values);
    row_.time = caller.best(caller.first(), 300'000, 7);
  }

  static std::vector<Value> values_of(const std::vector<NamedValue>& args) {
    std::vector<Value> values;
    for (const NamedValue& named : args) values.push_back(named.value);
    return values;
  }
  static std::string name_of(const std::vector<NamedValue>& args) {
    std::string name;
    for (const NamedValue& named : args) name += (name.empty() ? "" : ", ") + named.name;
    return name;
  }

  size_t random() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>(state_ >> 16);
  }

  OutlierPool& pool_;
  uint64_t state_ = 1;
  const Builtin* builtin_ = nullptr;
  Row row_;
  std::vector<std::vector<NamedValue>> choices_;
  std::vector<NamedValue> worst_;
};

// --- Opcodes ---------------------------------------------------------------------------------------------------------

// A body that is repeated; `rules` stand beside it.
struct OpcodeProgram {
  const char* opcode;  // as printed
  const char* body;
  const char* rules;
};
constexpr OpcodeProgram kPrograms[] = {
#include "bench/outlier_programs.def"
};
constexpr const char* kOtherRules = "package t\nr := 1\nu := {\"x\": 1}\n";
constexpr int kRounds = 2000;
constexpr int kCopies = 50;  // of a body in straight-line code

// What the programs read: something of everything, and wide and deep ones.
std::string input_of_programs() {
  std::string text = R"({"a": {"b": 1}, "l": [[1,2,3,4,5,6,7,8,1], [1,2,3,4,5,6,7,8,2]], "o": {"x": {"y": 1}}, "s": "text",)"
                     R"( "n": 12345678901234567890, "t": [")" +
                     repeated("a", 250) + "1\", \"" + repeated("a", 250) + R"(2"], "w": {"k0": 0)";
  for (int i = 1; i < 3000; ++i) {
    std::string key = std::to_string(i);
    text.append(",\"k").append(key).append("\":").append(key);
  }
  return text + "}}";
}

// Copies of the body, with their number in the place of `$`.
std::string copies_of(std::string_view body, int copies) {
  std::string text;
  for (int i = 0; i < copies; ++i) {
    text.append("\n  ");
    for (char c : body) c == '$' ? text.append(std::to_string(i)) : text.append(1, c);
  }
  return text;
}

std::string policy_of(const OpcodeProgram& program, int copies) {
  std::string text = "package p\n";
  text.append(program.rules).append("\nnothing := 1\nresult := count([1 | some i in numbers.range(1, ");
  text.append(std::to_string(kRounds / copies)).append(")");
  if (*program.body != '\0') text.append(copies_of(program.body, copies));
  return text.append("])\n");
}

std::string_view opcode_name(Opcode op) { return opcode_info(op).name; }

bool has_opcode(const writ::Program& program, std::string_view name) {
  return std::any_of(program.code.begin(), program.code.end(),
                     [&](const Instruction& instruction) { return opcode_name(instruction.op) == name; });
}

// What reading the input takes, which is no work of a program.
double best_decision_ns(Context& context, std::string_view entry, std::string_view input) {
  uint64_t best = UINT64_MAX;
  for (int i = 0; i < 10; ++i) {
    uint64_t start = cpu_ns();
    context.decide(entry, input);
    best = std::min(best, cpu_ns() - start);
  }
  return static_cast<double>(best);
}

Row run_program(const OpcodeProgram& program, int copies) {
  Row row;
  row.name = program.opcode;
  row.time_input = row.memory_input = *program.body != '\0' ? program.body : "(loop alone)";
  if (copies > 1) row.time_input = row.memory_input = row.time_input + " (repeated)";
  EngineOptions options;
  options.verdict = VerdictMode::kNone;
  CompileResult compiled = Policy::compile(
      {{"p.rego", policy_of(program, copies)}, {"t.rego", kOtherRules}, {"v.rego", "package t.v\nw := 1\n"}}, options);
  if (compiled.policy == nullptr) {
    std::fprintf(stderr, "%s: %s\n", program.opcode, render_opa(compiled.diagnostics, compiled.sources).c_str());
    std::exit(2);
  }
  auto bound_policy = BoundPolicy::make(compiled.policy, DataSet::from_json(R"({"d": {"e": {"f": 1}, "1": 2}})"));
  SystemHost host;
  Context context;
  context.bind(bound_policy, host);
  static const std::string input = input_of_programs();
  context.decide("p/nothing", input);
  double reading = best_decision_ns(context, "p/nothing", input);
  for (int i = 0; i < 10; ++i) {
    size_t before = live_bytes;
    peak_bytes = live_bytes;
    uint64_t start = cpu_ns();
    const Decision& decision = context.decide("p/result", input);
    double ns = std::max(static_cast<double>(cpu_ns() - start) - reading, 0.0);
    row.answered = decision.status == Status::kDefined && has_opcode(compiled.policy->program(), program.opcode);
    if (i == 0 || ns < row.time.ns) row.time.ns = ns;
    row.time.fuel = static_cast<double>(std::max<uint64_t>(decision.fuel, 1));
    if (i != 0) continue;
    row.memory.bytes = static_cast<double>(peak_bytes - before);
    row.memory.counted = static_cast<double>(context.machine().arena().used());
  }
  return row;
}

// The worst program of each opcode.
void run_programs(std::string_view pattern, std::vector<Row>& rows) {
  std::map<std::string, Row> worst;
  auto keep = [&](const Row& row) {
    auto [found, is_new] = worst.emplace(row.name, row);
    Row& known = found->second;
    if (is_new) return;
    known.answered = known.answered && row.answered;
    if (row.time.time_ratio() > known.time.time_ratio()) known.time = row.time, known.time_input = row.time_input;
    if (row.memory.memory_ratio() > known.memory.memory_ratio()) {
      known.memory = row.memory;
      known.memory_input = row.memory_input;
    }
  };
  for (const OpcodeProgram& program : kPrograms) {
    if (std::string_view(program.opcode).find(pattern) == pattern.npos) continue;
    keep(run_program(program, 1));
    if (std::strchr(program.body, '$') != nullptr) keep(run_program(program, kCopies));
  }
  for (auto& [name, row] : worst) rows.push_back(std::move(row));
}

// --- The table -------------------------------------------------------------------------------------------------------

double median(std::vector<double> values) {
  if (values.empty()) return 1;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

std::string shortened(const std::string& text) { return text.size() <= 80 ? text : text.substr(0, 77) + "..."; }

// False if a row is beyond the bar.
bool print(std::vector<Row>& rows, bool all) {
  std::vector<double> times, memories;
  for (const Row& row : rows) times.push_back(row.time.time_ratio());
  for (const Row& row : rows) memories.push_back(std::max(row.memory.memory_ratio(), 1.0));
  double time_median = median(times), memory_median = median(memories);
  std::printf("%zu rows; medians of the worst inputs: %.1f ns for a unit of fuel, %.2f bytes for a counted byte\n\n",
              rows.size(), time_median, memory_median);
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.time.time_ratio() > b.time.time_ratio(); });
  std::printf("| built-in or opcode | ns per unit | x median | fuel | worst input |\n|---|--:|--:|--:|---|\n");
  bool holds = true;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    double ratio = row.time.time_ratio() / time_median;
    holds = holds && ratio <= kBar;
    if (!all && i >= 25 && ratio <= kBar) continue;
    std::printf("| %s | %.1f | %.1f | %.0f | `%s` |\n", row.name.c_str(), row.time.time_ratio(), ratio, row.time.fuel,
                shortened(row.time_input).c_str());
  }
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.memory.memory_ratio() > b.memory.memory_ratio(); });
  std::printf("\n| built-in or opcode | bytes per counted byte | x median | bytes | worst input |\n|---|--:|--:|--:|---|\n");
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    double ratio = std::max(row.memory.memory_ratio(), 1.0) / memory_median;
    holds = holds && ratio <= kBar;
    if (!all && i >= 12 && ratio <= kBar) continue;
    std::printf("| %s | %.2f | %.1f | %.0f | `%s` |\n", row.name.c_str(), row.memory.memory_ratio(), ratio,
                row.memory.bytes, shortened(row.memory_input).c_str());
  }
  std::printf("\n%s\n", holds ? "no row is beyond ten times the median" : "BEYOND ten times the median");
  return holds;
}

// Every opcode has a program; no row is empty but those that have to be.
bool is_complete(const std::vector<Row>& rows) {
  bool complete = true;
  for (uint32_t op = 0; op < kOpcodeCount; ++op) {
    std::string_view name = kOpcodes[op].name;
    auto is_it = [&](const OpcodeProgram& program) { return program.opcode == name; };
    if (std::any_of(std::begin(kPrograms), std::end(kPrograms), is_it)) continue;
    std::fprintf(stderr, "%s has no program\n", std::string(name).c_str());
    complete = false;
  }
  for (const Row& row : rows) {
    if (row.answered != is_answered_by_compiler(row.name)) continue;
    const char* what = row.answered ? "answered, but is listed as one that does not"
                                    : "no input had an answer, or a program fails or lacks the instruction";
    std::fprintf(stderr, "%s: %s\n", row.name.c_str(), what);
    complete = false;
  }
  return complete;
}

int run(bool all, std::string_view pattern) {
  std::vector<Row> rows;
  OutlierPool pool;
  BuiltinSearch search(pool);
  for (const Builtin& builtin : builtins()) {
    if (builtin.function == nullptr || builtin.name.find(pattern) == pattern.npos) continue;
    rows.push_back(search.run(builtin));
  }
  run_programs(pattern, rows);
  bool complete = is_complete(rows);
  return print(rows, all) && complete ? 0 : 1;
}

}  // namespace
}  // namespace writ

int main(int count, char** words) {
  bool all = false;
  std::string_view pattern;
  for (int i = 1; i < count; ++i) {
    if (std::strcmp(words[i], "--all") == 0) {
      all = true;
    } else {
      pattern = words[i];
    }
  }
  return writ::run(all, pattern);
}
