// Any sequence of calls of the C library, compared with a plain model after each one.
//
// A driver owns a handful of slots for each kind of handle and takes one step after another: it makes, replaces,
// changes, uses and frees handles, with good and with bad arguments. What each call must return, and what the context
// must show afterwards, comes from the model (c_test_model.h). Everything follows from the seed, and the first
// difference ends the run with the last steps before it. The same driver runs in several threads that share programs
// and data.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/api/c_test_calls.h"
#include "engine/api/c_test_model.h"
#include "writ/writ.h"

namespace {

using namespace writ::model;

struct Difference {
  std::string text;
};

std::string text(writ_text view) {
  return {view.data, view.size};
}

// --- Handles ---------------------------------------------------------------------------------------------------------

struct OptionsSlot {
  writ_options* handle = nullptr;
  OptionsModel model;
};

struct ProgramSlot {
  writ_program* handle = nullptr;
  ProgramModel model;
};

struct DataSlot {
  writ_data* handle = nullptr;
  const DataRow* row = &kData[0];
};

struct ContextSlot {
  writ_context* handle = nullptr;
  ProgramModel program;
  const DataRow* data = &kData[0];
  std::unique_ptr<HostState> host;
  Expected last;  // what its result shows
};

// --- The driver ------------------------------------------------------------------------------------------------------

class Driver {
 public:
  Driver(uint64_t seed, std::vector<ProgramSlot> shared_programs, std::vector<DataSlot> shared_data)
      : state_(seed), shared_programs_(std::move(shared_programs)), shared_data_(std::move(shared_data)) {}

  ~Driver() {
    for (ContextSlot& slot : contexts_) writ_context_free(slot.handle);
    for (ProgramSlot& slot : programs_) writ_program_free(slot.handle);
    for (DataSlot& slot : data_) writ_data_free(slot.handle);
    for (OptionsSlot& slot : options_) writ_options_free(slot.handle);
    writ_error_free(error_);
  }

  // Empty, or what differed and the steps that led there.
  std::string run(int steps);
  uint64_t decisions() const { return decisions_; }
  uint64_t allowed() const { return allowed_; }
  uint64_t refused() const { return refused_; }
  uint64_t stopped() const { return stopped_; }

 private:
  static constexpr size_t kSlots = 5;

  // SplitMix64.
  uint64_t next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  size_t below(size_t bound) { return static_cast<size_t>(next() % bound); }
  bool one_in(size_t n) { return below(n) == 0; }
  template <typename List>
  auto& any(List&& list) {
    return list[below(std::size(list))];
  }

  void step();
  void note(std::string what) {
    trace_.push_back(std::move(what));
    if (trace_.size() > 12) trace_.pop_front();
  }
  void expect(bool holds, const std::string& what) {
    if (!holds) throw Difference{what};
  }
  void expect_status(writ_status got, writ_status wanted, const writ_error* error);

  void change_options();
  void compile();
  void query();
  void save_and_load();
  void look_at_program();
  void read_data();
  void create_context();
  void set_program();
  void set_labels();
  void read_digest();
  void decide();
  void decide_verdict();
  void cancel();
  void free_something();
  void call_with_null();

  // Mostly one that there is.
  template <typename List>
  auto& mostly_there(List&& list) {
    auto* slot = &any(list);
    for (int tries = 0; slot->handle == nullptr && tries < 4; ++tries) slot = &any(list);
    return *slot;
  }
  ProgramSlot& any_program() {
    return mostly_there(!shared_programs_.empty() && one_in(2) ? std::span(shared_programs_) : std::span(programs_));
  }
  DataSlot& any_data() { return !shared_data_.empty() && one_in(2) ? any(shared_data_) : any(data_); }
  writ_error* any_error() { return one_in(4) ? nullptr : error_; }
  std::string any_rule(const ProgramModel& program);
  Request request(const ContextSlot& slot, const CallRow& call, const InputRow& input, std::string rule);
  void compare(ContextSlot& slot, const Expected& expected);
  void compare_record(const writ_result* result, const Expected& expected);
  static writ_status binds(const ProgramSlot& program, const DataSlot& data);

  uint64_t state_;
  std::array<OptionsSlot, kSlots> options_;
  std::array<ProgramSlot, kSlots> programs_;
  std::array<DataSlot, kSlots> data_;
  std::array<ContextSlot, kSlots> contexts_;
  std::vector<ProgramSlot> shared_programs_;
  std::vector<DataSlot> shared_data_;
  writ_error* error_ = writ_error_create();
  std::deque<std::string> trace_;
  uint64_t decisions_ = 0, allowed_ = 0, refused_ = 0, stopped_ = 0;
};

std::string Driver::run(int steps) {
  for (int i = 0; i < steps; ++i) {
    try {
      step();
    } catch (const Difference& difference) {
      std::string said = "step " + std::to_string(i) + ": " + difference.text;
      for (const std::string& line : trace_) said += "\n  " + line;
      return said;
    }
  }
  return "";
}

void Driver::step() {
  switch (below(100)) {
    case 0:
    case 1: return compile();
    case 2: return query();
    case 3: return one_in(4) ? save_and_load() : look_at_program();
    case 4: return read_data();
    case 5:
    case 6:
    case 7: return create_context();
    case 8:
    case 9: return set_program();
    case 10: return set_labels();
    case 11: return read_digest();
    case 12:
    case 13: return change_options();
    case 14: return one_in(2) ? free_something() : cancel();
    case 15: return call_with_null();
    default: return one_in(3) ? decide_verdict() : decide();
  }
}

void Driver::expect_status(writ_status got, writ_status wanted, const writ_error* error) {
  expect(got == wanted, "status " + std::to_string(got) + ", not " + std::to_string(wanted) + ": " +
                            (error == nullptr ? "" : text(writ_error_message(error))));
  if (error == nullptr) return;
  expect(writ_error_status(error) == wanted, "the error has status " + std::to_string(writ_error_status(error)));
  bool has_message = writ_error_message(error).size > 0;
  expect(wanted == WRIT_OK || has_message, "an error without a message");
  if (wanted == WRIT_OK) expect(writ_error_code(error) == 0, "a code after a success");
}

// --- Options, programs, data -----------------------------------------------------------------------------------------

void Driver::change_options() {
  OptionsSlot& slot = any(options_);
  if (slot.handle == nullptr || one_in(6)) {
    writ_options_free(slot.handle);
    slot = {writ_options_create(), {}};
  }
  size_t change = below(10);
  note("options " + std::to_string(change));
  writ_options* handle = slot.handle;
  OptionsModel& model = slot.model;
  switch (change) {
    case 0: {
      auto mode = static_cast<writ_mode>(below(4));
      expect_status(writ_options_set_mode(handle, mode), mode <= 2 ? WRIT_OK : WRIT_ERROR_ARGUMENT, nullptr);
      if (mode <= 2) model.mode = mode;
      break;
    }
    case 1:
      model.strict_builtin_errors = one_in(2);
      expect_status(writ_options_set_strict_builtin_errors(handle, model.strict_builtin_errors), WRIT_OK, nullptr);
      break;
    case 2:
      if (!one_in(4)) break;
      model.version = static_cast<uint32_t>(below(3));
      expect_status(writ_options_set_rego_version(handle, model.version), WRIT_OK, nullptr);
      expect_status(writ_options_set_rego_version(handle, 77), WRIT_ERROR_ARGUMENT, nullptr);
      break;
    case 3:
      model.fuel = one_in(2) ? 2000 : 100'000'000;
      expect_status(writ_options_set_limit(handle, WRIT_LIMIT_FUEL, model.fuel), WRIT_OK, nullptr);
      expect_status(writ_options_set_limit(handle, WRIT_LIMIT_FUEL, 0), WRIT_ERROR_ARGUMENT, nullptr);
      expect_status(writ_options_set_limit(handle, static_cast<writ_limit>(99), 1), WRIT_ERROR_ARGUMENT, nullptr);
      break;
    case 4: {
      if (!one_in(3)) break;
      const PolicyRow& row = any(policies());
      std::string path(one_in(8) ? "no/rule" : any(row.rules));
      model.entrypoints.push_back(path);
      std::string given = one_in(2) ? path : "data." + path;
      if (given != path) given[given.find('/')] = '.';
      expect_status(writ_options_add_entrypoint(handle, given.data(), given.size()), WRIT_OK, nullptr);
      break;
    }
    default:
      expect_status(writ_options_add_function(handle, "count", WRIT_NUL, 1, WRIT_CALL_ONCE), WRIT_ERROR_ARGUMENT,
                    nullptr);
      if (model.function) break;
      model.function = true;
      expect_status(
          writ_options_add_function(handle, "acme.f", WRIT_NUL, 1, one_in(2) ? WRIT_CALL_ONCE : WRIT_CALL_EACH),
          WRIT_OK, nullptr);
  }
}

void Driver::compile() {
  ProgramSlot& slot = any(programs_);
  OptionsSlot& options = any(options_);
  size_t policy = below(policies().size());
  const PolicyRow& row = policies()[policy];
  note("compile policy " + std::to_string(policy));
  writ_source source{row.file, WRIT_NUL, row.text, std::strlen(row.text)};
  writ_status wanted = compiles(policy, options.model);
  if (one_in(8)) {
    source.text_size -= 2 + below(4);  // ends in the middle of an expression
    source.text = one_in(2) ? nullptr : "package x\nallow if {";
    if (source.text != nullptr) source.text_size = WRIT_NUL;
    wanted = source.text == nullptr ? WRIT_ERROR_ARGUMENT : WRIT_ERROR_POLICY;
  } else if (one_in(12)) {
    source.name_size = 0;
    wanted = WRIT_ERROR_ARGUMENT;
  }
  writ_program_free(slot.handle);
  slot.handle = reinterpret_cast<writ_program*>(this);  // it must be overwritten
  writ_error* error = any_error();
  writ_status status = writ_program_compile(&source, 1, options.handle, &slot.handle, error);
  expect((slot.handle != nullptr) == (status == WRIT_OK), "a program and an error, or neither");
  slot.model = {policy, options.model, false};
  expect_status(status, wanted, error);
}

void Driver::query() {
  ProgramSlot& from = any_program();
  ProgramSlot& to = any(programs_);
  if (&from == &to) return;
  size_t kind = below(6);
  note("query " + std::to_string(kind));
  const char* query = kind == 0 ? "" : kind == 1 ? "x := " : "x := input.n";
  writ_status wanted = from.handle == nullptr || kind == 0 ? WRIT_ERROR_ARGUMENT
                       : kind == 1                         ? WRIT_ERROR_POLICY
                                                           : WRIT_OK;
  ProgramModel model = from.model;
  model.query = true;
  writ_program_free(to.handle);
  to.handle = reinterpret_cast<writ_program*>(this);
  writ_error* error = any_error();
  writ_status status = writ_program_query(from.handle, query, WRIT_NUL, &to.handle, error);
  expect((to.handle != nullptr) == (status == WRIT_OK), "a query and an error, or neither");
  to.model = model;
  expect_status(status, wanted, error);
}

void Driver::save_and_load() {
  ProgramSlot& from = any_program();
  ProgramSlot& to = any(programs_);
  OptionsSlot& options = any(options_);
  if (&from == &to) return;
  note("save and load");
  void* bytes = this;
  size_t size = 1;
  writ_error* error = any_error();
  expect_status(writ_program_save(from.handle, &bytes, &size, error), from.handle ? WRIT_OK : WRIT_ERROR_ARGUMENT,
                error);
  expect(from.handle != nullptr || (bytes == nullptr && size == 0), "bytes of no program");
  OptionsModel model = options.model;
  model.version = 1;  // that of the file counts
  writ_status wanted = bytes == nullptr ? WRIT_ERROR_ARGUMENT : compiles(from.model.policy, model);
  if (bytes != nullptr && one_in(4)) {
    static_cast<char*>(bytes)[below(size)] ^= 0x10;
    wanted = WRIT_ERROR_POLICY;
  }
  writ_program_free(to.handle);
  to.handle = reinterpret_cast<writ_program*>(this);
  ProgramModel loaded{from.model.policy, model, false};
  writ_status status = writ_program_load(bytes, size, options.handle, &to.handle, error);
  writ_free(bytes);
  expect((to.handle != nullptr) == (status == WRIT_OK), "a loaded program and an error, or neither");
  to.model = loaded;
  expect_status(status, wanted, error);
}

void Driver::look_at_program() {
  ProgramSlot& slot = any_program();
  note("look at a program");
  size_t count = writ_program_entrypoint_count(slot.handle);
  expect((count > 0) == (slot.handle != nullptr), "entry points");
  expect((writ_program_config(slot.handle).size > 0) == (slot.handle != nullptr), "configuration");
  expect(writ_program_entrypoint(slot.handle, count).size == 0, "an entry point past the end");
  if (slot.handle == nullptr) return;
  for (const PolicyRow& row : policies()) {
    for (std::string_view rule : row.rules) {
      uint32_t index = writ_program_find(slot.handle, rule.data(), rule.size());
      bool found = index != WRIT_NOT_FOUND;
      expect(found == slot.model.exposes(rule), "whether there is " + std::string(rule));
    }
  }
}

void Driver::read_data() {
  DataSlot& slot = any(data_);
  note("data");
  writ_data_free(slot.handle);
  slot = {};
  writ_error* error = any_error();
  if (one_in(4)) {
    slot.handle = reinterpret_cast<writ_data*>(this);
    const char* wrong[] = {"[]", "{", "", "{\"a\":1,\"a\":2}", "{\"\xff\":1}", "null"};
    expect_status(writ_data_from_json(any(wrong), WRIT_NUL, &slot.handle, error), WRIT_ERROR_DOCUMENT, error);
    expect(slot.handle == nullptr, "data and an error");
    return;
  }
  slot.row = &any(kData);
  if (slot.row->text == nullptr) return;
  expect_status(writ_data_from_json(slot.row->text, WRIT_NUL, &slot.handle, error), WRIT_OK, error);
}

// --- Contexts --------------------------------------------------------------------------------------------------------

writ_status Driver::binds(const ProgramSlot& program, const DataSlot& data) {
  if (program.handle == nullptr) return WRIT_ERROR_ARGUMENT;
  return data.row->conflict == static_cast<int>(program.model.policy) ? WRIT_ERROR_POLICY : WRIT_OK;
}

void Driver::create_context() {
  ContextSlot& slot = any(contexts_);
  ProgramSlot& program = any_program();
  DataSlot& data = any_data();
  writ_context_free(slot.handle);
  slot = {};
  slot.host = std::make_unique<HostState>();
  slot.host->id = static_cast<HostId>(below(kHosts));
  note("create a context, host " + std::to_string(slot.host->id));
  writ_host callbacks = callbacks_of(*slot.host);
  writ_status wanted = binds(program, data);
  bool wrong_host = slot.host->id != kNone && one_in(12);
  if (wrong_host) callbacks.struct_size = one_in(2) ? 0 : 4097;
  if (wrong_host) wanted = WRIT_ERROR_ARGUMENT;
  slot.handle = reinterpret_cast<writ_context*>(this);
  writ_error* error = any_error();
  writ_status status = writ_context_create(program.handle, data.handle, slot.host->id == kNone ? nullptr : &callbacks,
                                           &slot.handle, error);
  expect((slot.handle != nullptr) == (status == WRIT_OK), "a context and an error, or neither");
  slot.program = program.model;
  slot.data = data.row;
  slot.host->context = slot.handle;
  expect_status(status, wanted, error);
  if (slot.handle != nullptr) compare(slot, {});
}

void Driver::set_program() {
  ContextSlot& slot = any(contexts_);
  ProgramSlot& program = any_program();
  DataSlot& data = any_data();
  note("set a program");
  writ_status wanted = slot.handle == nullptr ? WRIT_ERROR_ARGUMENT : binds(program, data);
  writ_error* error = any_error();
  expect_status(writ_context_set_program(slot.handle, program.handle, data.handle, error), wanted, error);
  if (slot.handle == nullptr) return;
  if (wanted == WRIT_OK) {
    slot.program = program.model;
    slot.data = data.row;
  }
  compare(slot, {});
}

void Driver::set_labels() {
  ContextSlot& slot = any(contexts_);
  note("set labels");
  struct Row {
    const char* json;
    size_t size;
    writ_status status;
  };
  const Row rows[] = {{"{}", 2, WRIT_OK},
                      {"{\"app\":\"x\"}", WRIT_NUL, WRIT_OK},
                      {nullptr, 0, WRIT_OK},
                      {nullptr, 1, WRIT_ERROR_ARGUMENT},
                      {"{\"app\":1}", WRIT_NUL, WRIT_ERROR_DOCUMENT},
                      {"[]", WRIT_NUL, WRIT_ERROR_DOCUMENT},
                      {"{", 1, WRIT_ERROR_DOCUMENT}};
  const Row& row = any(rows);
  writ_error* error = any_error();
  expect_status(writ_context_set_labels(slot.handle, row.json, row.size, error),
                slot.handle == nullptr ? WRIT_ERROR_ARGUMENT : row.status, error);
  if (slot.handle != nullptr) compare(slot, {});
}

void Driver::read_digest() {
  ContextSlot& slot = any(contexts_);
  note("policy digest");
  writ_status wanted = WRIT_ERROR_ARGUMENT;
  if (slot.handle != nullptr) {
    wanted = policies()[slot.program.policy].can_be_recorded ? WRIT_OK : WRIT_ERROR_POLICY;
  }
  uint8_t digest[32];
  std::memset(digest, 0xee, sizeof(digest));
  writ_error* error = any_error();
  expect_status(writ_context_policy_digest(slot.handle, digest, error), wanted, error);
  bool zero = std::all_of(std::begin(digest), std::end(digest), [](uint8_t byte) { return byte == 0; });
  expect(zero == (wanted != WRIT_OK), "a digest and an error, or neither");
  if (slot.handle != nullptr) compare(slot, slot.last);  // it changes nothing
}

// --- Decisions -------------------------------------------------------------------------------------------------------

std::string Driver::any_rule(const ProgramModel& program) {
  if (one_in(12)) return "no/rule";
  const PolicyRow& row = one_in(12) ? any(policies()) : policies()[program.policy];
  return std::string(any(row.rules));
}

Request Driver::request(const ContextSlot& slot, const CallRow& call, const InputRow& input, std::string rule) {
  return {&slot.program, slot.data, slot.host->id, &input, &call, std::move(rule)};
}

void Driver::decide() {
  ContextSlot& slot = mostly_there(contexts_);
  const CallRow& call = any(kCalls);
  const InputRow& input = any(inputs());
  bool is_query = slot.program.query ? one_in(2) : one_in(20);
  std::string rule = is_query ? "" : any_rule(slot.program);
  note("decide `" + rule + "` with options `" + call.name + "` and input " + std::to_string(&input - inputs().data()));
  writ_decide_options options;
  const writ_decide_options* given = fill(options, call);
  const auto* result = reinterpret_cast<const writ_result*>(this);
  const writ_result** out = one_in(8) ? nullptr : &result;
  writ_error* error = any_error();
  bool no_entry = !is_query && one_in(25);
  std::string entry = rule;
  if (one_in(4) && !no_entry && entry.find('/') != std::string::npos) {
    entry = "data." + entry;
    entry[entry.find('/')] = '.';
  }
  writ_status status = is_query ? writ_query(slot.handle, input.text, input.size, given, out, error)
                                : writ_decide(slot.handle, no_entry ? nullptr : entry.data(), entry.size(), input.text,
                                              input.size, given, out, error);
  if (slot.handle == nullptr) {
    expect(out == nullptr || result == nullptr, "a result of no context");
    return expect_status(status, WRIT_ERROR_ARGUMENT, error);
  }
  ++decisions_;
  Request asked = request(slot, call, input, rule);
  asked.no_entry = no_entry;
  Expected expected = writ::model::decide(asked);
  if (expected.code == 19 || expected.code == 20) ++stopped_;  // E_DEADLINE, E_CANCEL
  expect_status(status, expected.status, error);
  if (error != nullptr) expect(writ_error_code(error) == expected.code, "the code of the error");
  if (out != nullptr) expect(result == writ_context_result(slot.handle), "the result is that of the context");
  compare(slot, expected);
}

void Driver::decide_verdict() {
  ContextSlot& slot = mostly_there(contexts_);
  const InputRow& input = any(inputs());
  std::string rule = any_rule(slot.program);
  note("verdict of `" + rule + "` with input " + std::to_string(&input - inputs().data()));
  bool no_entry = one_in(25);
  const char* entry = no_entry ? nullptr : rule.data();
  writ_verdict verdict = writ_decide_verdict(slot.handle, entry, rule.size(), input.text, input.size);
  if (slot.handle == nullptr) return expect(verdict == WRIT_VERDICT_ERROR, "a verdict of no context");
  ++decisions_;
  Request asked = request(slot, kCalls[0], input, no_entry ? "no/rule" : rule);
  Expected expected = writ::model::decide(asked);
  expect(verdict == expected.verdict,
         "verdict " + std::to_string(verdict) + ", not " + std::to_string(expected.verdict));
  compare(slot, expected);
}

// Everything that the result of a context shows.
void Driver::compare(ContextSlot& slot, const Expected& expected) {
  slot.last = expected;
  if (expected.verdict == WRIT_VERDICT_ALLOW) ++allowed_;
  expect(slot.host->admitted == 0, "a callback got into the context that called it");
  refused_ += static_cast<uint64_t>(std::exchange(slot.host->refused, 0));
  const writ_result* result = writ_context_result(slot.handle);
  expect(result != nullptr, "no result");
  writ_verdict verdict = writ_result_verdict(result);
  expect(verdict == expected.verdict,
         "the result has verdict " + std::to_string(verdict) + ", not " + std::to_string(expected.verdict));
  expect(writ_result_code(result) == expected.code,
         "the result has code " + std::to_string(writ_result_code(result)) + ", not " + std::to_string(expected.code));
  writ_text json;
  expect(writ_result_json(result, &json, nullptr) == WRIT_OK, "JSON of a result");
  expect(text(json) == expected.json, "the value " + text(json) + ", not " + expected.json);
  bool defined = writ_value_kind(writ_result_value(result)) != WRIT_KIND_UNDEFINED;
  expect(defined == !expected.json.empty(), "whether there is a value");
  if (expected.status == WRIT_ERROR_ARGUMENT) expect(writ_result_fuel(result) == 0, "fuel of nothing");
  compare_record(result, expected);
}

void Driver::compare_record(const writ_result* result, const Expected& expected) {
  std::string record = text(writ_result_record(result));
  expect(record.empty() != expected.record, "whether there is a record");
  for (writ_text view :
       {writ_result_decision_id(result), writ_result_decision_digest(result), writ_result_traceparent(result)}) {
    expect((view.size > 0) == expected.record, "whether there are ids");
  }
  if (!expected.record) return;
  std::string verdict = "\"verdict\":\"" + std::string(verdict_name(expected.verdict)) + "\"}}\n";
  expect(record.size() > verdict.size() && record.compare(record.size() - verdict.size(), verdict.size(), verdict) == 0,
         "the verdict of the record");
}

// --- The rest --------------------------------------------------------------------------------------------------------

// Nothing is running: the next decision knows nothing of it.
void Driver::cancel() {
  ContextSlot& slot = any(contexts_);
  note("cancel");
  writ_context_cancel(slot.handle);
  if (slot.handle != nullptr) compare(slot, slot.last);
}

void Driver::free_something() {
  note("free");
  switch (below(4)) {
    case 0: {
      ContextSlot& slot = any(contexts_);
      writ_context_free(slot.handle);
      slot = {};
      break;
    }
    case 1: {
      ProgramSlot& slot = any(programs_);
      writ_program_free(slot.handle);
      slot = {};
      break;
    }
    case 2: {
      DataSlot& slot = any(data_);
      writ_data_free(slot.handle);
      slot = {};
      break;
    }
    default: {
      OptionsSlot& slot = any(options_);
      writ_options_free(slot.handle);
      slot = {};
    }
  }
}

void Driver::call_with_null() {
  note("null handles");
  ContextSlot& slot = any(contexts_);
  expect(writ_result_verdict(nullptr) == WRIT_VERDICT_NONE, "verdict of nothing");
  expect(writ_context_result(nullptr) == nullptr, "result of nothing");
  expect(writ_result_record(nullptr).size == 0 && writ_result_fuel(nullptr) == 0, "record of nothing");
  expect(writ_options_set_mode(nullptr, WRIT_MODE_NONE) == WRIT_ERROR_ARGUMENT, "options that are NULL");
  expect(writ_reply_json(nullptr, "1", 1) == WRIT_ERROR_ARGUMENT, "a reply that is NULL");
  expect(writ_reply_undefined(nullptr) == WRIT_ERROR_ARGUMENT, "a reply that is NULL");
  if (slot.handle == nullptr) return;
  expect(writ_context_policy_digest(slot.handle, nullptr, error_) == WRIT_ERROR_ARGUMENT, "no place for a digest");
  expect(writ_result_json(writ_context_result(slot.handle), nullptr, nullptr) == WRIT_ERROR_ARGUMENT,
         "no place for JSON");
  compare(slot, slot.last);
}

// --- Tests -----------------------------------------------------------------------------------------------------------

TEST_CASE("C: any sequence of calls does what the model says") {
  uint64_t decisions = 0, allowed = 0, refused = 0, stopped = 0;
  for (uint64_t seed : {1u, 2u, 3u}) {
    CAPTURE(seed);
    Driver driver(seed, {}, {});
    CHECK(driver.run(12'000) == "");
    decisions += driver.decisions();
    allowed += driver.allowed();
    refused += driver.refused();
    stopped += driver.stopped();
  }
  CHECK(decisions > 20'000);
  CHECK(allowed > 300);
  CHECK(refused > 100);
  CHECK(stopped > 300);
}

// By name only: `build/api_test "[.long]"`.
TEST_CASE("C: any sequence of calls, for as long as one likes", "[.long]") {
  for (uint64_t seed = 1000; seed < 1040; ++seed) {
    CAPTURE(seed);
    CHECK(Driver(seed, {}, {}).run(25'000) == "");
  }
}

TEST_CASE("C: any sequence of calls, in threads that share programs and data", "[threads]") {
  std::vector<ProgramSlot> programs(3);
  for (size_t i = 0; i < programs.size(); ++i) {
    const PolicyRow& row = policies()[i];
    writ_options* options = writ_options_create();
    OptionsModel model;
    model.function = true;
    writ_options_add_function(options, "acme.f", WRIT_NUL, 1, WRIT_CALL_EACH);
    writ_source source{row.file, WRIT_NUL, row.text, WRIT_NUL};
    REQUIRE(writ_program_compile(&source, 1, options, &programs[i].handle, nullptr) == WRIT_OK);
    programs[i].model = {i, model, false};
    writ_options_free(options);
  }
  std::vector<DataSlot> data(2);
  for (DataSlot& slot : data) {
    slot.row = &kData[2 + (&slot - data.data())];
    REQUIRE(writ_data_from_json(slot.row->text, WRIT_NUL, &slot.handle, nullptr) == WRIT_OK);
  }
  std::vector<std::string> said(4);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < said.size(); ++i) {
    threads.emplace_back([&, i] { said[i] = Driver(100 + i, programs, data).run(3000); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(said == std::vector<std::string>(4));
  for (ProgramSlot& slot : programs) writ_program_free(slot.handle);
  for (DataSlot& slot : data) writ_data_free(slot.handle);
}

}  // namespace
