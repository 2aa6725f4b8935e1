// The engine as replay sees it: decides again, with recorded answers in place of the world.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "engine/api/engine.h"
#include "replay/executor.h"

namespace writ {

// Keeps the policies it has built, up to a number; not thread-safe, one per verifying thread.
class EngineExecutor : public Executor {
 public:
  EngineExecutor();
  ~EngineExecutor() override;

  const EngineSemantics& semantics() const override { return semantics_; }
  bool supports_language(std::string_view language) const override;
  ExecutionResult execute(const ExecutionRequest& request) override;

 private:
  // A policy, or a query on top of one, ready to decide; `failure` says why it is not.
  struct Prepared {
    std::shared_ptr<const BoundPolicy> bound_policy;
    Error failure;
  };
  using Key = std::pair<Digest, std::string>;  // policy digest; for a query its call and text

  const Prepared& policy_of(const ExecutionRequest& request);
  const Prepared& query_of(const ExecutionRequest& request, const Prepared& policy);
  Prepared& keep(Key key);

  EngineSemantics semantics_;
  std::map<Key, Prepared> prepared_;
  std::unique_ptr<Context> context_;
};

}  // namespace writ
