// The records, contradictions and edits of testdata/evidence/vectors.json through replay, by the real engine.
//
// Every one must get the class beside it.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "replay/engine_executor.h"
#include "replay/replay.h"
#include "store/test_directory.h"
#include "engine/record/worked_example.h"

namespace writ {
namespace {

using evidence::vector_at;
using evidence::vector_text;

// The policy of the worked example in a store, and the engine.
class Bench {
 public:
  Bench() {
    PolicyModule modules[] = {{"authz.rego", worked_example::authz_rego()},
                              {"lib/limits.rego", worked_example::limits_rego()}};
    PolicyData data[] = {{"cap", "100.5"}, {"expiry", worked_example::expiry_data()}};
    store_.put(modules, data, worked_example::config_text());
  }

  // The topmost class of the lines, as a run over them would say it.
  std::string class_of(const std::vector<std::string>& lines) {
    Replayer replayer(policies_, executor_);
    DuplicateCheck duplicates;
    ReplaySummary summary;
    for (const std::string& line : lines) {
      std::string text = line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
      summary.add(duplicates.conclude(replayer.judge(text, summary.records() + 1)));
    }
    return std::string(replay_class_row(summary.replay_class()).code);
  }

 private:
  TestDirectory directory_;
  PolicyStore store_{directory_.file("store")};
  PolicyCache policies_{store_};
  EngineExecutor executor_;
};

TEST_CASE("vectors: each record has its class in replay") {
  Bench bench;
  size_t judged = 0;
  auto judge = [&](const std::string& name, std::string_view wanted, const std::vector<std::string>& lines) {
    ++judged;
    CAPTURE(name);
    CHECK(bench.class_of(lines) == wanted);
  };
  for (const Value& row : vector_at("records").items()) {
    judge("record: " + std::string(vector_text(row, "name")), vector_text(row, "class"),
          {std::string(vector_text(row, "line"))});
  }
  for (const Value& row : vector_at("contradictions").items()) {
    std::vector<std::string> lines;
    for (const Value& line : vector_at(row, "lines").items()) lines.emplace_back(line.text());
    judge(std::string(vector_text(row, "row")) + ": " + std::string(vector_text(row, "what")), vector_text(row, "class"),
          lines);
  }
  for (const Value& row : vector_at("edits").items()) {
    std::string line(vector_text("record/line")), find(vector_text(row, "find"));
    size_t at = line.find(find);
    REQUIRE(at != std::string::npos);
    line.replace(at, find.size(), vector_text(row, "replace"));
    judge("edit: " + find + " -> " + std::string(vector_text(row, "replace")), vector_text(row, "class"), {line});
  }
  CHECK(judged == 221);
}

}  // namespace
}  // namespace writ
