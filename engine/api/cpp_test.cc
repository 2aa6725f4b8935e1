// The C++ library as its callers see it. Nothing of the engine is included: its names are those of writ.hpp.
#include "writ/writ.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "engine/api/member_count.h"

namespace {

// An option of the C library that the C++ library lacks.
constexpr size_t kOptions = 0
#define DECIDE_FLAG(...) +1
#define DECIDE_NUMBER(...) +1
#define DECIDE_TEXT(...) +1
#define DECIDE_DIGEST(...) +1
#include "engine/api/decide_options.def"
    ;
static_assert(writ::member_count<writ::DecideOptions>() == kOptions, "writ.hpp has the options of decide_options.def");

TEST_CASE("C++: every verdict has its name") {
#define VERDICT(number, id, name, c_name, source, text) static_assert(static_cast<int>(writ::Verdict::id) == number);
#include "engine/record/verdicts.def"
  writ::Options options;
  options.mode(WRIT_MODE_OBJECT);
  writ::Context context(
      writ::Program::compile({{"p.rego", "package p\nanswer := {\"verdict\": input} if input\n"}}, options));
  struct Row {
    const char* input;
    writ::Verdict verdict;
  };
  for (const Row& row : {Row{"\"allow\"", writ::Verdict::kAllow}, Row{"\"deny\"", writ::Verdict::kDeny},
                         Row{"\"escalate\"", writ::Verdict::kEscalate}, Row{"\"transform\"", writ::Verdict::kTransform},
                         Row{"\"defer\"", writ::Verdict::kDefer}, Row{"\"other\"", writ::Verdict::kError},
                         Row{"false", writ::Verdict::kUndefined}}) {
    CAPTURE(row.input);
    CHECK(context.verdict("p/answer", row.input) == row.verdict);
    writ::Decision decision = context.decide("p/answer", row.input, {.record = true});
    CHECK(decision.verdict() == row.verdict);
    CHECK(decision.allowed() == (row.verdict == writ::Verdict::kAllow));
    std::string name = std::string("\"verdict\":\"") + (row.verdict == writ::Verdict::kError       ? "error"
                                                        : row.verdict == writ::Verdict::kUndefined ? "undefined"
                                                                                                   : row.input + 1);
    if (name.back() != '"') name += '"';
    CHECK(std::string(decision.record()).find(name) != std::string::npos);
  }
}

TEST_CASE("C++: every option of a decision is in its record") {
  writ::Context context(writ::Program::compile({{"p.rego", "package p\nallow if input\n"}}));
  writ::DecideOptions options;
  options.record = true;
  options.fuel = 999;
  options.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  options.tracestate = "vendor=1";
  options.requested_by = "10.0.0.7";
  options.batch_decision_id = "batch-7";
  options.custom = R"({"team":"blue"})";
  options.enforced = false;
  options.open_commitments = true;
  options.keep_rejected = 10;
  options.action_digest.emplace().fill(0xab);
  std::string record(context.decide("p/allow", "true", options).record());
  CAPTURE(record);
  for (const char* member : {R"("fuel":999)", R"("traceparent":"00-4bf9)", R"("tracestate":"vendor=1")",
                             R"("requested_by":"10.0.0.7")", R"("batch_decision_id":"batch-7")",
                             R"("custom":{"team":"blue"})", R"("enforced":false)", "\"action\":\"sha256:abab"}) {
    CAPTURE(member);
    CHECK(record.find(member) != std::string::npos);
  }
  CHECK(record.find("\"salt\":{") == std::string::npos);
  record = context.decide("p/allow", "{", options).record();
  CHECK(record.find(R"("text":"ew==")") != std::string::npos);
}

TEST_CASE("C++: a decision of the past shows no permission once its context moved on") {
  writ::Context context(writ::Program::compile({{"p.rego", "package p\nallow if input\n"}}));
  writ::Decision decision = context.decide("p/allow", "true");
  REQUIRE(decision.allowed());
  writ::DecideOptions wrong;
  wrong.custom = "[]";
  CHECK(context.decide("p/allow", "true", wrong).status() == WRIT_ERROR_DOCUMENT);
  CHECK_FALSE(decision.allowed());
  CHECK(context.decide("p/allow", "true").allowed());
  CHECK_THROWS_AS(context.set_labels("[]"), writ::Exception);
  CHECK_FALSE(decision.allowed());
}

TEST_CASE("C++: a host that overrides nothing fails every call") {
  struct Quiet : writ::Host {
  } quiet;
  writ::Context context(writ::Program::compile({{"p.rego", "package p\nallow if not opa.runtime().env.LOCKED\n"}},
                                               writ::Options().strict_builtin_errors(false)),
                        writ::Data::from_json("{}"), quiet);
  writ::Decision decision = context.decide("p/allow", "{}");
  CHECK(decision.verdict() == writ::Verdict::kError);
  CHECK(decision.status() == WRIT_ERROR_OUTSIDE);
  CHECK(decision.message() == "the host does not implement `opa.runtime`");
}

}  // namespace
