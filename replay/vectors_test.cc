// The records, contradictions and edits of testdata/evidence/vectors.json through replay, by the real engine.
//
// Every one must get the class beside it, or be listed in testdata/evidence/not_yet.tsv with the class it gets
// now. That list is exact in both directions: a line that became right must be taken out, a line that became wrong fails.
#include <catch2/catch.hpp>

#include <map>

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
    Replayer replayer(store_, executor_);
    std::optional<ReplayReport> worst;
    uint64_t number = 0;
    for (const std::string& line : lines) {
      ReplayReport report = replayer.replay(line.ends_with('\n') ? line.substr(0, line.size() - 1) : line, ++number);
      if (!worst || report.replay_class < worst->replay_class) worst = report;
    }
    // The name for "all that a file can show was shown".
    if (worst->sub_verdict == "reproduced") return "UNSEALED";
    return std::string(replay_class_row(worst->replay_class).code);
  }

 private:
  TestDirectory directory_;
  PolicyStore store_{directory_.file("store")};
  EngineExecutor executor_;
};

struct Classes {
  std::string now, wanted;
  bool operator==(const Classes&) const = default;
};

// From lines of `name`, class now and class wanted, separated by tabs.
std::map<std::string, Classes> read_not_yet() {
  std::ifstream in(source_path("testdata/evidence/not_yet.tsv"));
  std::map<std::string, Classes> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    size_t first = line.find('\t'), second = line.find('\t', first + 1);
    REQUIRE(second != std::string::npos);
    rows[line.substr(0, first)] = {line.substr(first + 1, second - first - 1), line.substr(second + 1)};
  }
  return rows;
}

TEST_CASE("vectors: each record has its class in replay") {
  Bench bench;
  std::map<std::string, Classes> wrong;
  size_t judged = 0;
  auto judge = [&](std::string name, std::string_view wanted, const std::vector<std::string>& lines) {
    ++judged;
    std::string now = bench.class_of(lines);
    if (now != wanted) CHECK(wrong.emplace(std::move(name), Classes{now, std::string(wanted)}).second);
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

  std::map<std::string, Classes> listed = read_not_yet();
  std::string missing, obsolete;
  for (const auto& [name, classes] : wrong) {
    auto row = listed.find(name);
    if (row == listed.end() || row->second != classes) missing += name + "\t" + classes.now + "\t" + classes.wanted + "\n";
  }
  for (const auto& [name, classes] : listed) {
    if (!wrong.contains(name)) obsolete += name + "\n";
  }
  INFO("to be added to not_yet.tsv, if it is to wait:\n" << missing);
  INFO("to be taken out of not_yet.tsv:\n" << obsolete);
  CHECK(missing.empty());
  CHECK(obsolete.empty());
}

}  // namespace
}  // namespace writ
