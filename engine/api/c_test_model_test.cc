// The model behind the random test of the C library; see c_test_model.h. A test file, so that it is in no library.
#include "engine/api/c_test_model.h"

#include <algorithm>

namespace writ::model {

const std::vector<PolicyRow>& policies() {
  static const std::vector<PolicyRow> kPolicies = {
      {"p.rego",
       "package p\n"
       "default allow := false\n"
       "allow if input.n > data.limit\n"
       "verdict := {\"verdict\": input.v, \"n\": input.n}\n"
       "value := input.n\n"
       "conflict := 1 if input.n >= 0\n"
       "conflict := 2 if input.n >= 5\n"
       "fault := 10 / input.n\n"
       "loop := count([x | some x in numbers.range(1, 3000); x > 0])\n",
       {"p/allow", "p/verdict", "p/value", "p/conflict", "p/fault", "p/loop"},
       false,
       true},
      {"sub/h.rego",
       "package h\n"
       "default allow := false\n"
       "allow if acme.f(input.n) > 3\n"
       "value := acme.f(input.n)\n"
       "long := y if { y := acme.f(input.n); count([x | some x in numbers.range(1, 6000); x > 0]) > 0 }\n"
       "unlocked if not opa.runtime().env.LOCKED\n"
       "now if time.now_ns() > 0\n"
       "drawn if rand.intn(\"a\", 3) >= 0\n",
       {"h/allow", "h/value", "h/long", "h/unlocked", "h/now", "h/drawn"},
       true,
       true},
      {"/absolute.rego", "package a\nallow if input.n == 1\n", {"a/allow"}, false, false}};
  return kPolicies;
}

const std::vector<InputRow>& inputs() {
  static const std::string kDeep(600, '[');
  static const std::vector<InputRow> kInputs = {{nullptr, 0},
                                                {nullptr, WRIT_NUL},
                                                {nullptr, 3, 0, {}, nullptr, true},
                                                {"null", 4},
                                                {"{}", WRIT_NUL},
                                                {"{\"n\":0}", WRIT_NUL, 0, 0},
                                                {"{\"n\":1,\"v\":\"allow\"}", WRIT_NUL, 0, 1, "allow"},
                                                {"{\"v\":\"deny\",\"n\":2}", WRIT_NUL, 0, 2, "deny"},
                                                {" {\"n\" : 5, \"v\":\"escalate\"} ", WRIT_NUL, 0, 5, "escalate"},
                                                {"{\"n\":10,\"v\":\"transform\"}", WRIT_NUL, 0, 10, "transform"},
                                                {"{\"n\":-5,\"v\":\"defer\"}", WRIT_NUL, 0, -5, "defer"},
                                                {"{\"n\":1,\"v\":\"ALLOW\"}", WRIT_NUL, 0, 1, "ALLOW"},
                                                {"{\"n\":1,\"v\":\"none\"}x", 18, 0, 1, "none"},
                                                {"", 0, 1},
                                                {"{", 1, 1},
                                                {"{}\0", 3, 1},
                                                {"\xef\xbb\xbf{}", WRIT_NUL, 3},
                                                {"\"\xff\"", WRIT_NUL, 4},
                                                {"{\"n\":1,\"n\":2}", WRIT_NUL, 5},
                                                {kDeep.c_str(), WRIT_NUL, 6}};
  return kInputs;
}

bool ProgramModel::exposes(std::string_view rule) const {
  const auto& rules = policies()[policy].rules;
  if (std::find(rules.begin(), rules.end(), rule) == rules.end()) return false;
  const auto& only = options.entrypoints;
  return only.empty() || std::find(only.begin(), only.end(), rule) != only.end();
}

writ_status compiles(size_t policy, const OptionsModel& options) {
  const PolicyRow& row = policies()[policy];
  bool language = options.version != 0 && (options.function || !row.needs_function);
  bool exposed = std::all_of(options.entrypoints.begin(), options.entrypoints.end(), [&](const std::string& path) {
    return std::find(row.rules.begin(), row.rules.end(), path) != row.rules.end();
  });
  return language && exposed ? WRIT_OK : WRIT_ERROR_POLICY;
}

namespace {

enum Code : uint16_t {
  kFuel = 16,
  kDeadline = 19,
  kCancel = 20,
  kConflict = 32,
  kBuiltin = 33,
  kOutside = 34,
  kShape = 35,
  kPolicy = 48,
  kEntry = 50,
  kEntropy = 67,
  kClock = 68
};

// What a rule evaluates to.
struct Answer {
  uint16_t code = 0;
  std::string json;               // empty: undefined
  const char* verdict = nullptr;  // the member of an object
};

Answer of(bool truth) {
  return {0, truth ? "true" : "false"};
}
Answer of(int number) {
  return {0, std::to_string(number)};
}
Answer failed(uint16_t code) {
  return {code, ""};
}

Answer evaluate_arithmetic(const Request& r, std::string_view rule, uint64_t fuel) {
  const std::optional<int>& n = r.input->n;
  if (rule == "p/allow") return of(n && r.data->limit && *n > *r.data->limit);
  if (rule == "p/loop") return fuel < 3000 ? failed(kFuel) : of(3000);
  if (!n) return {};
  if (rule == "p/value") return of(*n);
  if (rule == "p/conflict") return *n < 0 ? Answer{} : *n < 5 ? of(1) : failed(kConflict);
  if (rule == "p/fault") {
    if (*n == 0) return r.program->options.strict_builtin_errors ? failed(kBuiltin) : Answer{};
    return of(10 / *n);
  }
  const char* verdict = r.input->verdict;
  if (verdict == nullptr) return {};
  return {0, "{\"n\":" + std::to_string(*n) + ",\"verdict\":\"" + verdict + "\"}", verdict};
}

// A cancellation is seen at a checkpoint, and those are 4,096 units of fuel apart: what a callback cancels ends if as much
// is left to do, or if the fuel ends before.
Answer evaluate_host(const Request& r, std::string_view rule, uint64_t fuel) {
  if (rule == "h/now") return r.host == kNoClock ? failed(kClock) : of(true);
  if (rule == "h/drawn") return r.host == kNoEntropy ? failed(kEntropy) : of(true);
  bool answers = r.host == kDoubles || r.host == kCancels || r.host == kNoClock || r.host == kNoEntropy ||
                 r.host == kReenters;
  if (rule == "h/unlocked") return failed(kOutside);  // no host here answers opa.runtime with an object
  bool is_allow = rule == "h/allow";
  if (!r.input->n || r.host == kUndefined) return is_allow ? of(false) : Answer{};
  if (!answers) return failed(kOutside);
  if (rule == "h/long" && r.host == kCancels) return failed(kCancel);
  if (rule == "h/long" && fuel < 6000) return failed(kFuel);
  int doubled = 2 * *r.input->n;
  return is_allow ? of(doubled > 3) : of(doubled);
}

Answer evaluate(const Request& r, uint64_t fuel) {
  if (r.rule.empty()) return r.input->n ? Answer{0, "[{\"x\":" + std::to_string(*r.input->n) + "}]"} : Answer{};
  switch (r.program->policy) {
    case PolicyId::kArithmetic: return evaluate_arithmetic(r, r.rule, fuel);
    case PolicyId::kHost: return evaluate_host(r, r.rule, fuel);
    default: return r.input->n == 1 ? of(true) : Answer{};
  }
}

writ_verdict named_verdict(std::string_view name) {
  for (int number = WRIT_VERDICT_ALLOW; number <= WRIT_VERDICT_DEFER; ++number) {
    auto verdict = static_cast<writ_verdict>(number);
    bool of_engine = number >= WRIT_VERDICT_UNDEFINED && number <= WRIT_VERDICT_VALUE;
    if (!of_engine && verdict_name(verdict) == name) return verdict;
  }
  return WRIT_VERDICT_ERROR;
}

writ_verdict verdict_of(const Answer& answer, writ_mode mode) {
  if (answer.json.empty()) return WRIT_VERDICT_UNDEFINED;
  if (mode == WRIT_MODE_NONE) return WRIT_VERDICT_VALUE;
  if (mode == WRIT_MODE_OBJECT) return answer.verdict == nullptr ? WRIT_VERDICT_ERROR : named_verdict(answer.verdict);
  return answer.json == "true" ? WRIT_VERDICT_ALLOW : answer.json == "false" ? WRIT_VERDICT_DENY : WRIT_VERDICT_ERROR;
}

writ_status status_of(uint16_t code) {
  switch (code) {
    case kFuel:
    case kDeadline:
    case kCancel: return WRIT_ERROR_LIMIT;
    case kConflict:
    case kBuiltin:
    case kShape: return WRIT_ERROR_EVALUATION;
    case kOutside:
    case kEntropy:
    case kClock: return WRIT_ERROR_OUTSIDE;
    case kPolicy: return WRIT_ERROR_POLICY;
    case kEntry: return WRIT_ERROR_ENTRY;
    default: return WRIT_ERROR_DOCUMENT;
  }
}

Expected fail(uint16_t code, bool record) {
  return {status_of(code), WRIT_VERDICT_ERROR, code, "", record};
}

}  // namespace

// In the order in which a call is judged.
Expected decide(const Request& r) {
  const CallRow& call = *r.call;
  if (r.no_entry || call.argument || r.input->argument) return {WRIT_ERROR_ARGUMENT, WRIT_VERDICT_ERROR, 0, "", false};
  if (call.record && !policies()[r.program->policy].can_be_recorded) return fail(kPolicy, false);
  if (call.code != 0) return fail(call.code, false);
  if (call.record && r.host == kNoEntropy) return fail(kEntropy, false);
  if (call.record && r.host == kNoClock) return fail(kClock, false);
  if (r.rule.empty() ? !r.program->query : !r.program->exposes(r.rule)) return fail(kEntry, call.record);
  if (r.input->code != 0) return fail(r.input->code, call.record);
  uint64_t fuel = r.program->options.fuel;
  if (call.fuel != 0) fuel = std::min(fuel, call.fuel);
  Answer answer = evaluate(r, fuel);
  // A deadline that has passed is seen at the first charge: a conflict of values that are there is found before it.
  if (call.deadline && answer.code != kConflict) return fail(kDeadline, call.record);
  if (answer.code != 0) return fail(answer.code, call.record);
  writ_verdict verdict = verdict_of(answer, r.rule.empty() ? WRIT_MODE_NONE : r.program->options.mode);
  if (verdict == WRIT_VERDICT_ERROR) return fail(kShape, call.record);
  return {WRIT_OK, verdict, 0, answer.json, call.record};
}

std::string_view verdict_name(writ_verdict verdict) {
  switch (verdict) {
    case WRIT_VERDICT_ALLOW: return "allow";
    case WRIT_VERDICT_DENY: return "deny";
    case WRIT_VERDICT_UNDEFINED: return "undefined";
    case WRIT_VERDICT_ERROR: return "error";
    case WRIT_VERDICT_VALUE: return "value";
    case WRIT_VERDICT_ESCALATE: return "escalate";
    case WRIT_VERDICT_TRANSFORM: return "transform";
    case WRIT_VERDICT_DEFER: return "defer";
    default: return "none";
  }
}

}  // namespace writ::model
