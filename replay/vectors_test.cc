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
    return std::string(replay_class_row(classified(lines)).code);
  }

  ReplayClass classified(const std::vector<std::string>& lines) {
    Replayer replayer(policies_, executor_);
    DuplicateCheck duplicates;
    ReplaySummary summary;
    for (const std::string& line : lines) {
      std::string text = line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
      summary.add(duplicates.conclude(replayer.judge(text, summary.records() + 1)));
    }
    return summary.replay_class();
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

// --- One byte more, less or other -------------------------------------------------------------------------------------

// What of a receipt only a ledger can check [S-17.7].
bool is_of_ledger(std::string_view line, size_t at) {
  size_t seal = line.find("\"seal\":{");
  if (seal == std::string_view::npos || at < seal) return false;
  for (std::string_view member : {"\"chain\":\"sha256:", "\"ledger\":\"", "\"size\":\""}) {
    size_t begin = line.find(member, seal) + member.size();
    if (at >= begin && at <= line.find('"', begin)) return true;
  }
  return false;
}

// Edits the bytes of the lines in every way, one at a time, beginning with a byte of its own in each line. Returns the edits
// that the verifier did not see.
std::string unseen_edits(size_t step) {
  Bench bench;
  std::string unseen;
  size_t edits = 0, begin = 0;
  for (const Value& row : vector_at("records").items()) {
    std::string line(vector_text(row, "line"));
    if (line.ends_with('\n')) line.pop_back();
    auto judge = [&](std::string_view what, size_t at, const std::string& edited) {
      if (edited == line) return;
      ++edits;
      ReplayClass found = bench.classified({edited});
      if (replay_class_row(found).kind == ReplayClassKind::kFailure || is_of_ledger(line, at)) return;
      unseen += std::string(vector_text(row, "name")) + ": " + std::string(what) + " at " + std::to_string(at) + ": " +
                edited.substr(at < 30 ? 0 : at - 30, 60) + "\n";
    };
    for (size_t at = begin++ % step; at < line.size(); at += step) {
      std::string other = line;
      other[at] = static_cast<char>(other[at] ^ 1);
      judge("another byte", at, other);
      judge("a byte less", at, std::string(line).erase(at, 1));
      judge("a byte more", at, std::string(line).insert(at, 1, line[at]));
      judge("a digit more", at, std::string(line).insert(at, 1, '0'));
      std::string swapped = line;
      if (at + 1 < line.size()) std::swap(swapped[at], swapped[at + 1]);
      judge("swapped with the next", at, swapped);
    }
  }
  CHECK(edits > 20 * 1000 / step);
  return unseen;
}

TEST_CASE("an edit of one byte of a record is seen") {
  CHECK(unseen_edits(13) == "");
}

// By name only: `build/replay_test "[.long]"`.
TEST_CASE("an edit of any byte of a record is seen", "[.long]") {
  CHECK(unseen_edits(1) == "");
}

}  // namespace
}  // namespace writ
