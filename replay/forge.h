// Forging records, for tests: real records of the engine in every form a record can have, changed, with all digests, ids
// and commitments made anew, as anyone who writes a file can.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/engine.h"
#include "engine/host/test_host.h"
#include "engine/record/record.h"
#include "replay/engine_executor.h"
#include "replay/replay.h"
#include "store/policy_store.h"
#include "store/test_directory.h"

namespace writ {

// One form of a record, and the class that replay gives it untouched.
struct RecordKind {
  std::string name;
  std::string line;
  std::string untouched;
};

class Forge {
 public:
  Forge();

  const std::vector<RecordKind>& kinds() const { return kinds_; }
  // The record of a kind, to be changed. Texts that are put into it must come from text().
  DecisionRecord record(const RecordKind& kind);
  std::string_view text(std::string text);

  // Everything that follows from the members is made anew: digests, ids, receipt. The line, without line feed.
  std::string remade(DecisionRecord record);
  // The same without touching what a row is about.
  void remake_digests(DecisionRecord& record);
  void remake_ids(DecisionRecord& record);
  void remake_bindings(DecisionRecord& record);  // meta, salts, receipt

  // Entries of `writ.nd` as texts, and back.
  std::vector<std::string> calls(const DecisionRecord& record);
  void set_calls(DecisionRecord& record, const std::vector<std::string>& calls);
  void set_outcome(DecisionRecord& record, Status status, Verdict verdict, std::string result_or_code);
  // Adds a name to `erased`, in order.
  void erase(DecisionRecord& record, std::string_view name);

  ReplayReport judge(std::string_view line, VerifierLimits limits = {});
  std::string class_of(std::string_view line) { return std::string(replay_class_row(judge(line).replay_class).code); }

  PolicyStore& store() { return store_; }
  Hasher& hasher() { return hasher_; }
  const PolicyConfig& config() const { return boolean_->policy().config(); }
  std::vector<PolicyModule> modules() const { return boolean_->policy().modules(); }

 private:
  void make_kinds();
  void add(const std::string& name, const std::shared_ptr<const BoundPolicy>& policy, std::string_view entry,
           std::optional<std::string_view> input, DecideOptions options = {});
  void add_query();
  void add_variants();
  void add_variant(const RecordKind& of, const std::string& name, const std::string& untouched,
                   const std::function<void(DecisionRecord&)>& change);
  void take(const std::string& name, const Decision& decision);
  void by_field_key(DecisionRecord& record);
  void disclose(DecisionRecord& record, std::string_view hidden);
  void seal(DecisionRecord& record);
  std::optional<Digest> input_commitment(const DecisionRecord& record);
  std::shared_ptr<const BoundPolicy> policy_of(VerdictMode mode);

  TestDirectory directory_;
  PolicyStore store_{directory_.file("store")};
  PolicyCache policies_{store_};
  EngineExecutor executor_;
  TestHost host_;
  Hasher hasher_;
  std::shared_ptr<const BoundPolicy> boolean_, object_, none_;
  std::deque<std::string> texts_;
  std::deque<Arena> arenas_;
  std::vector<RecordKind> kinds_;
};

}  // namespace writ
