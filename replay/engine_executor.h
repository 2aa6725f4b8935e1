// The engine as replay sees it: decides again, with recorded answers in place of the world.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/api/engine.h"
#include "replay/executor.h"
#include "replay/recent_map.h"

namespace writ {

// One per verifying thread; it has one more thread of its own, for second executions. Keeps the queries it has built, up
// to a size; policies are kept by the PolicyCache.
class EngineExecutor : public Executor {
 public:
  explicit EngineExecutor(VerifierLimits limits = {});
  ~EngineExecutor() override;

  const EngineSemantics& semantics() const override { return semantics_; }
  bool supports_language(std::string_view language) const override;
  void check_limits(const PolicyConfig& config) const override;
  uint64_t usual_fuel() const override;
  uint64_t usual_input_bytes() const override;
  bool asks_once(std::string_view function, const PolicyConfig* config) const override;
  std::shared_ptr<const PreparedPolicy> prepare(const StoredPolicy& policy, const PolicyConfig& config) override;
  ExecutionResult execute(const ExecutionRequest& request) override;

 private:
  class SecondThread;
  // A query on top of a policy, ready to decide; `failure` says why it is not.
  struct PreparedQuery {
    std::shared_ptr<const BoundPolicy> bound_policy;
    std::string failure;
    std::optional<VerifierLimit> limit;  // which one its build met; then nothing is known of it
  };
  using QueryKey = std::pair<Digest, std::string>;  // policy digest; call and text of the query

  const PreparedQuery& query_of(const ExecutionRequest& request);

  VerifierLimits limits_;
  EngineSemantics semantics_;
  RecentMap<QueryKey, PreparedQuery> queries_;
  std::unique_ptr<Context> context_;
  std::unique_ptr<SecondThread> second_;
};

}  // namespace writ
