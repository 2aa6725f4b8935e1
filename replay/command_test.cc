#include "replay/command.h"

#include <catch2/catch.hpp>

#include <memory>
#include <sstream>

#include "replay/difference.h"
#include "replay/pool.h"
#include "replay/test_bench.h"

namespace writ {
namespace {

TEST_CASE("the topmost class gives headline and exit status") {
  uint64_t line = 0;
  auto report = [&](ReplayClass replay_class) {
    ReplayReport made;
    made.line = ++line;
    made.replay_class = replay_class;
    return made;
  };
  ReplaySummary summary;
  CHECK(summary.exit_code() == 42);
  CHECK(summary.exit_code(true) == 42);  // nothing was reproduced
  CHECK(summary.headline() == "not reproduced: incomplete (no records)");
  summary.add(report(ReplayClass::kMatch));
  CHECK(summary.exit_code() == 0);
  CHECK(summary.headline() == "reproduced, sealed: 1 of 1 record");
  for (int i = 0; i < 1233; ++i) summary.add(report(ReplayClass::kUnsealed));
  CHECK(summary.exit_code() == 40);
  CHECK(summary.exit_code(true) == 0);
  CHECK(summary.headline() == "reproduced, unsealed (no ledger): 1,234 of 1,234 records");
  summary.add(report(ReplayClass::kImported));
  CHECK(summary.exit_code() == 41);
  CHECK(summary.headline() == "reproduced, imported: 1,235 of 1,235 records");
  ReplayReport open = report(ReplayClass::kIncomplete);
  open.reasons[static_cast<size_t>(IncompleteReason::kTraceId)] = true;
  summary.add(open);
  CHECK(summary.exit_code() == 42);
  CHECK(summary.exit_code(true) == 42);
  CHECK(summary.headline() == "not reproduced: incomplete (trace id not shown): 1,235 of 1,236 records reproduced");
  summary.add(report(ReplayClass::kRedacted));
  CHECK(summary.exit_code() == 27);
  CHECK(summary.headline() == "not reproduced: redacted: 1,235 of 1,237 records reproduced");
  for (auto [replay_class, code] : {std::pair<ReplayClass, int>{ReplayClass::kCostMismatch, 36},
                                    {ReplayClass::kOutputMismatch, 34}, {ReplayClass::kNondeterminism, 35},
                                    {ReplayClass::kNdArgument, 33}, {ReplayClass::kNdExtra, 32},
                                    {ReplayClass::kNdMissing, 31}, {ReplayClass::kEngineDrift, 30},
                                    {ReplayClass::kTraceMismatch, 26}, {ReplayClass::kMetaMismatch, 25},
                                    {ReplayClass::kNdMismatch, 24}, {ReplayClass::kInputMismatch, 23},
                                    {ReplayClass::kInputMissing, 22}, {ReplayClass::kPolicyMismatch, 21},
                                    {ReplayClass::kPolicyMissing, 20}, {ReplayClass::kReceiptMismatch, 16},
                                    {ReplayClass::kDuplicateId, 17}, {ReplayClass::kFormat, 10},
                                    {ReplayClass::kUnreadable, 18}, {ReplayClass::kInternal, 70}}) {
    summary.add(report(replay_class));
    CHECK(summary.exit_code() == code);
    CHECK(summary.exit_code(true) == code);
    CHECK_THAT(summary.headline(), Catch::StartsWith("not reproduced: " + std::string(replay_class_row(replay_class).code) +
                                                     ", first at line " + grouped(line)));
  }
  ReplayReport limited = report(ReplayClass::kIncomplete);
  limited.reasons[static_cast<size_t>(IncompleteReason::kVerifierLimit)] = true;
  summary.add(limited);
  CHECK_THAT(summary.headline(), Catch::EndsWith("; limit of the verifier"));
}

TEST_CASE("a result that differs is said with its place and both values") {
  CHECK(first_difference("result", "true", "false") == "result is false and was true");
  CHECK(first_difference("result", R"({"a":[1,{"b":2}],"c":3})", R"({"a":[1,{"b":4}],"c":5})") ==
        "result/a/1/b is 4 and was 2");
  CHECK(first_difference("result", "[1,2]", "[1]") == "result/1 is nothing and was 2");
  CHECK(first_difference("result", "{}", R"({"x/y~":[]})") == "result/x~1y~0 is [] and was nothing");
  CHECK(first_difference("result", "", "1") == "result is 1 and was nothing");
  std::string longest = "\"" + std::string(500, 'x') + "\"";
  CHECK_THAT(first_difference("result", longest, "1"), Catch::EndsWith("x… (502 bytes)"));
}

// The fake engine for a run of several threads: what the threads share is the bench's, which they only read.
ExecutorFactory copies_of(const FakeEngine& engine) {
  return [&engine] { return std::make_unique<FakeEngine>(engine); };
}

TEST_CASE("the command") {
  Bench bench;
  std::string path = bench.directory.file("records.jsonl");
  ReplayCommandOptions options;
  options.records = path;
  options.store = bench.store.root();
  auto run = [&] {
    std::ostringstream out, err;
    int code = run_replay(options, copies_of(bench.engine), out, err);
    return std::to_string(code) + "\n" + out.str() + err.str();
  };
  set_bytes(path, bench.line() + "\n" + bench.line() + "\n");
  CHECK(run() == "40\nreproduced, unsealed (no ledger): 2 of 2 records\n");
  options.expect_reproduced = true;
  CHECK(run() == "0\nreproduced, unsealed (no ledger): 2 of 2 records\n");
  options.all = true;
  CHECK_THAT(run(), Catch::StartsWith("0\nline 1  019b76da-") && Catch::Contains("  UNSEALED\nline 2"));

  std::string forged = bench.forged([](DecisionRecord& r) { r.result.text = "1"; });
  set_bytes(path, bench.line() + "\n" + forged + "\n{\"cut");
  options.all = false;
  CHECK_THAT(run(), Catch::StartsWith("10\nnot reproduced: FORMAT, first at line 3: 1 of 3 records reproduced\n") &&
                        Catch::Contains("OUTPUT_MISMATCH  result is true and was 1\n"
                                        "    the recorded outcome does not have the recorded digest\n") &&
                        Catch::Contains("  line 3  FORMAT  the file ends in the"));
  options.format = ReplayCommandOptions::Format::kJson;
  CHECK_THAT(run(), Catch::Contains("\"line\":\"2\",\"reproduced\":false") &&
                        Catch::Contains("{\"summary\":{\"class\":\"FORMAT\",\"classes\":{\"FORMAT\":1,\"OUTPUT_MISMATCH\":1,"
                                        "\"UNSEALED\":1},\"cost_not_compared\":0,\"engine\":{") &&
                        Catch::EndsWith("\"exit_code\":10,\"headline\":\"not reproduced: FORMAT, first at line 3: 1 of 3 "
                                        "records reproduced\",\"lines\":{\"first\":\"1\",\"last\":\"3\"},\"records\":3,"
                                        "\"reproduced\":1,\"seals_not_compared\":0,\"steps_not_run\":[\"1\",\"2\",\"3\","
                                        "\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\"]}}\n"));
}

TEST_CASE("a run over nothing, or over what is no file, is no success") {
  Bench bench;
  std::string path = bench.directory.file("records.jsonl");
  ReplayCommandOptions options;
  options.records = path;
  options.store = bench.store.root();
  options.expect_reproduced = true;
  auto run = [&] {
    std::ostringstream out, err;
    int code = run_replay(options, copies_of(bench.engine), out, err);
    return std::to_string(code) + "\n" + out.str() + err.str();
  };
  set_bytes(path, "");
  CHECK(run() == "42\nnot reproduced: incomplete (no records)\n");
  options.records = bench.directory.file("none");
  CHECK_THAT(run(), Catch::StartsWith("64\nwrit replay: cannot open "));
  options.records = bench.directory.file("");
  CHECK_THAT(run(), Catch::StartsWith("18\nwrit replay: ") && Catch::Contains("no regular file"));
  options.records = path;
  options.store = bench.directory.file("nowhere");
  CHECK_THAT(run(), Catch::StartsWith("64\n"));
  options.store = path;
  CHECK_THAT(run(), Catch::StartsWith("64\n"));
  options.store = bench.store.root();
  options.rejected_inputs = bench.directory.file("nowhere");
  CHECK_THAT(run(), Catch::StartsWith("64\n"));
  options.records = "";
  CHECK_THAT(run(), Catch::StartsWith("64\n"));
}

TEST_CASE("the report does not depend on the number of threads", "[threads]") {
  Bench bench;
  std::string path = bench.directory.file("records.jsonl");
  std::string lines;
  for (int i = 0; i < 300; ++i) {
    std::string line = i % 7 == 3 ? bench.forged([](DecisionRecord& r) { r.result.text = "1"; }) : bench.line();
    lines += line + "\n";
    if (i % 50 == 9) lines += line + "\n";
    if (i % 90 == 20) lines += "{}\n";
  }
  set_bytes(path, lines);
  ReplayCommandOptions options;
  options.records = path;
  options.store = bench.store.root();
  for (auto format : {ReplayCommandOptions::Format::kText, ReplayCommandOptions::Format::kJson}) {
    options.format = format;
    std::string expected;
    for (uint32_t threads : {1, 2, 3, 8, 64}) {
      options.threads = threads;
      std::ostringstream out, err;
      CHECK(run_replay(options, copies_of(bench.engine), out, err) == 10);
      if (expected.empty()) expected = out.str();
      CHECK(out.str() == expected);
    }
  }
}

}  // namespace
}  // namespace writ
