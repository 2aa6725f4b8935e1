// What a unit of fuel can be made to cost: for every built-in and every opcode the input, of many, that takes the most
// seconds for a unit of fuel, and the most memory for a counted byte.
//
//   writ_outliers [--all] [PATTERN]     PATTERN: only rows whose name contains it; --all: all rows, not the worst alone
//
// Built-ins are called directly, with arguments of the kinds that their signature accepts out of a pool of extreme ones
// (small, long, deep, shared, huge numbers), and with hand-made ones where the pool cannot hit what hurts (kRows). Opcodes
// run in programs of their own (kPrograms). Both lists are checked against builtins.def and opcodes.def, so nothing is
// forgotten. The table names each row's input and its ratio to the median of all rows; beyond ten times the median the exit
// status is 1. Times are CPU times and the best of several runs; build it optimised.
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

#include "engine/api/engine.h"
#include "engine/base/meter.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/patterns.h"
#include "engine/host/system_host.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

// --- Memory ----------------------------------------------------------------------------------------------------------

namespace {

// Bytes allocated now, and the most since reset_peak().
size_t live_bytes = 0;
size_t peak_bytes = 0;

void* counted_allocate(size_t size) {
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

constexpr uint64_t kFuel = 100'000;
constexpr uint64_t kMemory = 32 << 20;
constexpr uint64_t kSmallMemory = 256 << 10;  // too little to matter
constexpr int kRepeats = 10;
constexpr size_t kMostCombinations = 150;
constexpr double kBar = 10;

uint64_t cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

struct Cost {
  double ns = 0;
  double fuel = 1;
  double bytes = 0;
  double counted = 1;
  double time_ratio() const { return ns / fuel; }
  double memory_ratio() const { return bytes / std::max<double>(counted, kSmallMemory); }
};

struct Row {
  std::string name;
  Cost time, memory;  // of the two worst inputs
  std::string time_input, memory_input;
};

// --- Arguments -------------------------------------------------------------------------------------------------------

struct Named {
  std::string name;
  Value value;
};

// Arguments of each kind that are extreme in one way or another.
class Pool {
 public:
  Pool() {
    add_texts();
    add_numbers();
    add("null", Value::null());
    add("true", Value::of(true));
    add_collections();
  }

  std::vector<Named> of_kinds(uint16_t kinds) const {
    std::vector<Named> fitting;
    for (const Named& named : values_) {
      if ((kinds >> static_cast<int>(named.value.kind) & 1) != 0) fitting.push_back(named);
    }
    return fitting;
  }
  Arena& arena() { return arena_; }

 private:
  void add(std::string name, const Value& value) { values_.push_back({std::move(name), value}); }
  Value text(std::string_view bytes) { return make_string(arena_, bytes); }
  static std::string repeat(std::string_view part, size_t times) {
    std::string text;
    for (size_t i = 0; i < times; ++i) text += part;
    return text;
  }

  void add_texts() {
    add("''", text(""));
    add("'a'", text("a"));
    add("'%d'", text("%d"));
    add("'a' x 20000", text(repeat("a", 20000)));
    add("'a' x 19999 'b'", text(repeat("a", 19999) + "b"));
    add("'é' x 10000", text(repeat("\xc3\xa9", 10000)));
    add("digits x 6000", text(repeat("123456", 1000)));
    add("'[' x 400", text(repeat("[", 400)));
    add("JSON of 3000 numbers", text("[" + repeat("1,", 3000) + "1]"));
    add("JSON of 300 objects", text("[" + repeat(R"({"a":"b\u00e9","c":[1.5,null]},)", 300) + "1]"));
    add("YAML of 2000 lines", text(repeat("- a: 1\n", 2000)));
    add("'%41' x 5000", text(repeat("%41", 5000)));
    add("'a=b&' x 3000", text(repeat("a=b&", 3000)));
    add("'{a,b}' x 50", text(repeat("{a,b}", 50)));
    add("'a*' x 50", text(repeat("a*", 50)));
    add("'(a|b)*' x 30", text(repeat("(a|b)*", 30)));
    add("'10.0.0.0/12'", text("10.0.0.0/12"));
    add("'1.2.3'", text("1.2.3"));
    add("'1h2m' x 2000", text(repeat("1h2m", 2000)));
    add("'2006-01-02T15:04:05Z'", text("2006-01-02T15:04:05Z"));
    add("base64 of 15000 bytes", text(repeat("QUJD", 5000)));
    add("hex of 10000 bytes", text(repeat("4142", 5000)));
  }

  void add_numbers() {
    for (int64_t number : {0, 1, -1, 3, 10, 2000, 1 << 30}) add(std::to_string(number), Value::of(number));
    add("6000 digits", number_of(repeat("123456", 1000)));
    for (const char* number : {"0.1", "1e6144", "1.5e-6000", "123456789012345678901", "1.5e300"}) {
      add(number, number_of(number));
    }
  }
  Value number_of(std::string_view digits) { return read_json(digits, arena_, {}, NumberText::kKept); }

  void add_collections() {
    std::vector<Value> integers, falling, texts, rows, numbers, networks, halves;
    for (int64_t i = 0; i < 2000; ++i) {
      integers.push_back(Value::of(i));
      falling.push_back(Value::of(7919 * (2000 - i) % 2003));
      texts.push_back(text(repeat("a", 200) + std::to_string(i)));
      std::vector<Value> row(7, Value::of(1));
      row.push_back(Value::of(i));
      rows.push_back(make_array(arena_, row));
    }
    for (int i = 0; i < 60; ++i) {
      numbers.push_back(number_of(std::to_string(i + 1) + "e6000"));
      halves.push_back(number_of(std::to_string(i) + ".5"));
    }
    for (int i = 0; i < 200; ++i) networks.push_back(text("10." + std::to_string(i) + ".0.0/24"));
    Value shared = Value::of(1);
    for (int i = 0; i < 40; ++i) {
      const Value both[] = {shared, shared};
      shared = make_array(arena_, both);
    }
    const std::pair<const char*, std::vector<Value>> lists[] = {
        {"no", {}}, {"one", {Value::of(1)}}, {"2000 integers", integers}, {"2000 unsorted integers", falling},
        {"2000 texts", texts}, {"2000 rows", rows}, {"60 large numbers", numbers}, {"60 halves", halves},
        {"200 networks", networks}, {"2^40 shared", {shared}}, {"twice 2^40 shared", {shared, copy_top(shared)}}};
    for (const auto& [name, elements] : lists) {
      add(std::string("array of ") + name, make_array(arena_, elements));
      add(std::string("set of ") + name, make_set(arena_, elements));
      std::vector<Entry> members;
      for (size_t i = 0; i < elements.size(); ++i) members.push_back({text("k" + std::to_string(i)), elements[i]});
      add(std::string("object of ") + name, make_object(arena_, members));
      const Value inner[] = {make_set(arena_, elements)};
      add(std::string("set of set of ") + name, make_set(arena_, inner));
      const Value list[] = {make_array(arena_, elements), make_array(arena_, elements)};
      add(std::string("array of array of ") + name, make_array(arena_, list));
    }
    add("graph of 12 nodes", graph(12));
    add("graph of 300 nodes", graph(300));
  }
  Value copy_top(const Value& value) { return make_array(arena_, value.items()); }

  Value graph(int64_t nodes) {
    std::vector<Value> all;
    for (int64_t i = 0; i < nodes; ++i) all.push_back(text("k" + std::to_string(i)));
    std::vector<Entry> members;
    for (const Value& node : all) members.push_back({node, make_array(arena_, all)});
    return make_object(arena_, members);
  }

  Arena arena_;
  std::vector<Named> values_;
};

// Arguments that the pool does not come by, as JSON. BIG stands for a text of 20,000 letters, ROW for one of 2,000.
struct Special {
  const char* name;
  const char* arguments;
};
constexpr Special kRows[] = {
    {"regex.match", R"~(["[\\p{L}]{300}", "x"])~"},
    {"regex.match", R"~(["\\P{Lu}", "x"])~"},
    {"regex.match", R"~(["x{0,500}", "x"])~"},
    {"regex.match", R"~(["(x+x+)+y", "BIG"])~"},
    {"regex.match", R"~(["[a-q][^u-z]{13}x", "BIG"])~"},
    {"regex.match", R"~(["(a?){50}a{50}", "BIG"])~"},
    {"regex.match", R"~(["(.*)(.*)(.*)(.*)x", "BIG"])~"},
    {"regex.is_valid", R"~(["((((a{10}){10}){10}){2}"])~"},
    {"regex.is_valid", R"~(["[\\p{L}\\p{N}]{50}"])~"},
    {"regex.find_n", R"~(["a.*b|a", "BIG", -1])~"},
    {"regex.find_n", R"~(["", "BIG", -1])~"},
    {"regex.find_all_string_submatch_n", R"~(["(a)(a)?(a)?", "BIG", -1])~"},
    {"regex.find_all_string_submatch_n", R"~(["(.*)(.*)(.*)b|a", "ROW", -1])~"},
    {"regex.split", R"~(["a.*b|a", "BIG"])~"},
    {"regex.replace", R"~(["BIG", "a.*b|(a)", "$1$1"])~"},
    {"regex.template_match", R"~(["{[a-q][^u-z]{13}}x", "BIG", "{", "}"])~"},
    {"regex.globs_match", R"~(["a.*a.*a.*a.*a.*b", "a*a*a*a*a*a*c"])~"},
    {"regex.globs_match", R"~(["[a-z]+[a-y]+[a-x]+[a-w]+1", "[a-z]*[a-y]*[a-x]*[a-w]*2"])~"},
    {"glob.match", R"~(["{a,b,c,d}*{a,b,c,d}*{a,b,c,d}*x", null, "BIG"])~"},
    {"glob.match", R"~(["**a**a**a**a**b", [], "ROW"])~"},
    {"json.patch", R"~([{"a": 1}, [{"op": "copy", "from": "", "path": "/b"}, {"op": "copy", "from": "", "path": "/c"}]])~"},
    {"json.marshal_with_options", R"~([[[[[1,2,3],[4,5,6]]]], {"prefix": "BIG", "indent": "  "}])~"},
    {"sprintf", R"~(["%1000000d", [1]])~"},
    {"sprintf", R"~(["%.1000f", [1.5]])~"},
    {"sprintf", R"~(["%d %x %o %b", [1e6144, 1e6144, 1e6144, 1e6144]])~"},
    {"bits.lsh", "[1, 20400]"},
    {"numbers.range", "[1, 80000]"},
    {"numbers.range", "[1e6100, 1e6101]"},
    {"net.cidr_expand", R"~(["10.0.0.0/16"])~"},
    {"net.cidr_expand", R"~(["2001:db8::/112"])~"},
    {"strings.replace_n", R"~([{"a": "b", "aa": "c", "aaa": "d", "aaaaaaaaaaaaaaaab": "e"}, "BIG"])~"},
    {"strings.count", R"~(["BIG", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"])~"},
    {"indexof_n", R"~(["BIG", "aaaaaaaaab"])~"},
    {"semver.compare", R"~(["1.2.3-a.b.c.1.2.3", "1.2.3-a.b.c.1.2.4"])~"},
    {"time.parse_ns", R"~(["2006-01-02T15:04:05Z07:00", "2020-01-02T15:04:05Z"])~"},
    {"time.parse_rfc3339_ns", R"~(["2020-01-02T15:04:05.123456789+01:00"])~"},
    {"time.date", R"~([[1600000000000000000, "America/New_York"]])~"},
    {"time.clock", R"~([[1600000000000000000, "Europe/Berlin"]])~"},
    {"time.format", R"~([[1600000000000000000, "Asia/Tokyo", "Monday 2006-01-02T15:04:05.999999999Z07:00 MST"]])~"},
    {"time.diff", R"~([[1600000000000000000, "America/New_York"], [100000000000000000, "Europe/Berlin"]])~"},
    {"uri.parse", R"~(["https://user:pw@example.com:8080/a/b/c?d=e&f=g#h"])~"},
    {"uuid.parse", R"~(["6ba7b810-9dad-11d1-80b4-00c04fd430c8"])~"},
    {"units.parse_bytes", R"~(["123456789.123456789GiB"])~"},
};

class Services : public BuiltinServices {
 public:
  explicit Services(Meter& meter) : meter_(meter) {}
  void charge(uint64_t units) override { meter_.charge(units); }
  Value call_host(std::string_view function, std::span<const Value>) override {
    return function == "opa.runtime" ? Value::sorted_object(nullptr, 0) : Value::of(0);
  }
  void note(std::string_view, std::string_view) override {}
  PatternCache& patterns() override { return patterns_; }

 private:
  Meter& meter_;
  PatternCache patterns_;
};

// --- Built-ins -------------------------------------------------------------------------------------------------------

Cost call_once(const Builtin& builtin, std::span<const Value> args) {
  Arena arena;
  arena.set_limit(kMemory);
  Meter meter;
  meter.begin(kFuel);
  meter.set_memory(&arena);
  Meter::Scope scope(&meter);
  Services services(meter);
  services.patterns().begin();
  size_t before = live_bytes;
  peak_bytes = live_bytes;
  uint64_t room = kMemory;
  uint64_t start = cpu_ns();
  try {
    meter.charge(1);
    BuiltinCall call{builtin.name, args, arena, services, false, false, {}};
    call_builtin(builtin, call);
    room = arena.room();
  } catch (const Failure& failure) {
    room = failure.error().code == ErrorCode::E_MEMORY ? 0 : arena.room();
  }
  Cost cost;
  cost.ns = static_cast<double>(cpu_ns() - start);
  cost.fuel = static_cast<double>(meter.used());
  cost.bytes = static_cast<double>(peak_bytes - before);
  cost.counted = static_cast<double>(kMemory - room);
  return cost;
}

// The best of some runs: the machine is shared.
Cost call(const Builtin& builtin, std::span<const Value> args, int repeats) {
  Cost best = call_once(builtin, args);
  for (int i = 1; i < repeats; ++i) {
    Cost again = call_once(builtin, args);
    if (again.ns < best.ns) best.ns = again.ns;
  }
  return best;
}

class BuiltinSearch {
 public:
  explicit BuiltinSearch(Pool& pool) : pool_(pool) {}

  Row run(const Builtin& builtin) {
    row_ = Row();
    row_.name = builtin.name;
    std::vector<std::vector<Named>> choices;
    size_t combinations = 1;
    for (size_t i = 0; i < builtin.arity; ++i) {
      choices.push_back(pool_.of_kinds(builtin.argument_kinds[i]));
      combinations *= std::max<size_t>(choices.back().size(), 1);
      if (choices.back().empty()) choices.back().push_back({"null", Value::null()});
    }
    size_t tried = std::min(combinations, kMostCombinations);
    for (size_t n = 0; n < tried; ++n) try_pool(builtin, choices, combinations <= kMostCombinations ? n : random());
    for (const Special& special : kRows) {
      if (special.name == builtin.name) try_special(builtin, special.arguments);
    }
    row_.time = call(builtin, worst_, kRepeats);
    return row_;
  }

 private:
  void try_pool(const Builtin& builtin, const std::vector<std::vector<Named>>& choices, size_t number) {
    std::vector<Value> args;
    std::string name;
    for (const std::vector<Named>& choice : choices) {
      const Named& chosen = choice[number % choice.size()];
      number /= choice.size();
      args.push_back(chosen.value);
      name += (name.empty() ? "" : ", ") + chosen.name;
    }
    attempt(builtin, args, name);
  }

  void try_special(const Builtin& builtin, std::string text) {
    std::string name = text;
    for (auto [word, size] : {std::pair{"BIG", 20000}, {"ROW", 2000}}) {
      for (size_t at; (at = text.find(word)) != text.npos;) text.replace(at, 3, std::string(static_cast<size_t>(size), 'a'));
    }
    Value args = read_json(text, pool_.arena(), {}, NumberText::kKept);
    attempt(builtin, {args.items().begin(), args.items().end()}, name);
  }

  void attempt(const Builtin& builtin, const std::vector<Value>& args, const std::string& name) {
    Cost cost = call(builtin, args, 1);
    if (cost.time_ratio() > row_.time.time_ratio()) cost = call(builtin, args, kRepeats);
    if (worst_.empty() || row_.time_input.empty() || cost.time_ratio() > row_.time.time_ratio()) {
      row_.time = cost;
      row_.time_input = name;
      worst_ = args;
    }
    if (row_.memory_input.empty() || cost.memory_ratio() > row_.memory.memory_ratio()) {
      row_.memory = cost;
      row_.memory_input = name;
    }
  }

  size_t random() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>(state_ >> 16);
  }

  Pool& pool_;
  uint64_t state_ = 1;
  Row row_;
  std::vector<Value> worst_;
};

// --- Opcodes ---------------------------------------------------------------------------------------------------------

// A body that is repeated; `rules` stand beside it.
struct OpcodeProgram {
  const char* opcode;  // as printed
  const char* body;
  const char* rules;
};
constexpr const char* kInput =
    R"({"a": {"b": 1}, "l": [[1,2,3,4,5,6,7,8,1], [1,2,3,4,5,6,7,8,2]], "o": {"x": {"y": 1}}, "s": "text", "n": 12345678901234567890})";
constexpr const char* kOtherRules = "package t\nr := 1\nu := {\"x\": 1}\n";
constexpr OpcodeProgram kPrograms[] = {
#include "bench/outlier_programs.def"
};

std::string policy_of(const OpcodeProgram& program) {
  std::string text = "package p\n";
  text.append(program.rules).append("\nresult := count([1 | some i in numbers.range(1, 2000)");
  text.append(*program.body == '\0' ? "" : "\n  ").append(program.body).append("])\n");
  return text;
}

std::string_view opcode_name(Opcode op) {
  constexpr std::string_view kNames[] = {
#define OPCODE(enumerator, name, ...) name,
#include "engine/program/opcodes.def"
#undef OPCODE
  };
  return kNames[static_cast<size_t>(op)];
}

bool has_opcode(const writ::Program& program, std::string_view name) {
  return std::any_of(program.code.begin(), program.code.end(),
                     [&](const Instruction& instruction) { return opcode_name(instruction.op) == name; });
}

Row run_program(const OpcodeProgram& program) {
  Row row;
  row.name = program.opcode;
  row.time_input = row.memory_input = *program.body != '\0' ? program.body : "(loop alone)";
  CompileResult compiled = Policy::compile({{"p.rego", policy_of(program)}, {"t.rego", kOtherRules}, {"v.rego", "package t.v\nw := 1\n"}},
                                           EngineOptions());
  if (compiled.policy == nullptr) {
    std::fprintf(stderr, "%s: %s\n", program.opcode, render_opa(compiled.diagnostics, compiled.sources).c_str());
    std::exit(2);
  }
  if (!has_opcode(compiled.policy->program(), program.opcode)) {
    std::fprintf(stderr, "%s: the program has no such instruction\n", program.opcode);
    row.time_input += " (MISSING)";
  }
  auto bound_policy = BoundPolicy::make(compiled.policy, DataSet::from_json(R"({"d": {"e": {"f": 1}, "1": 2}})"));
  SystemHost host;
  Context context;
  context.bind(bound_policy, host);
  for (int i = 0; i < kRepeats; ++i) {
    size_t before = live_bytes;
    peak_bytes = live_bytes;
    uint64_t start = cpu_ns();
    const Decision& decision = context.decide("p/result", kInput);
    double ns = static_cast<double>(cpu_ns() - start);
    if (i == 0 || ns < row.time.ns) row.time.ns = ns;
    row.time.fuel = static_cast<double>(std::max<uint64_t>(decision.fuel, 1));
    if (i == 0) {
      row.memory.bytes = static_cast<double>(peak_bytes - before);
      row.memory.counted = static_cast<double>(context.machine().arena().used());
    }
  }
  return row;
}

// --- The table -------------------------------------------------------------------------------------------------------

double median(std::vector<double> values) {
  if (values.empty()) return 1;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

std::string shortened(const std::string& text) { return text.size() <= 60 ? text : text.substr(0, 57) + "..."; }

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

// Every opcode has a program.
bool opcodes_are_complete() {
  bool complete = true;
#define OPCODE(enumerator, name, ...)                                                                         \
  if (std::none_of(std::begin(kPrograms), std::end(kPrograms),                                                \
                   [](const OpcodeProgram& program) { return std::string_view(program.opcode) == name; })) {        \
    std::fprintf(stderr, "%s has no program\n", name);                                                        \
    complete = false;                                                                                         \
  }
#include "engine/program/opcodes.def"
#undef OPCODE
  return complete;
}

int run(bool all, std::string_view pattern) {
  bool complete = opcodes_are_complete();
  auto wanted = [&](std::string_view name) { return name.find(pattern) != name.npos; };
  std::vector<Row> rows;
  Pool pool;
  BuiltinSearch search(pool);
  for (const Builtin& builtin : builtins()) {
    if (builtin.function == nullptr || !wanted(builtin.name)) continue;
    rows.push_back(search.run(builtin));
  }
  std::map<std::string, Row> opcodes;  // the worst program of each
  for (const OpcodeProgram& program : kPrograms) {
    if (!wanted(program.opcode)) continue;
    Row row = run_program(program);
    auto [found, is_new] = opcodes.emplace(row.name, row);
    if (!is_new && row.time.time_ratio() > found->second.time.time_ratio()) found->second = row;
  }
  for (auto& [name, row] : opcodes) rows.push_back(std::move(row));
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
