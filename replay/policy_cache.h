// Policies taken from the store and made ready to decide, by digest: the one place where replay keeps them. Those used
// last stay, up to a size. Threads share it; a policy is built once, and who needs it meanwhile waits.
//
// What went wrong is kept as well, so that every record of a policy is told the same, whichever thread asks first.
#pragma once

#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/record/policy_config_text.h"
#include "engine/record/policy_identity.h"
#include "replay/executor.h"
#include "replay/recent_map.h"
#include "store/policy_store.h"

namespace writ {

struct CachedPolicy {
  // Nothing if the store does not give the policy; `problem` says why, `reason` which kind.
  std::optional<PolicyIdentity> identity;
  StoreError::Reason reason = StoreError::Reason::kMissing;
  PolicyConfig config;
  // Null if it does not load (`problem` says why) or building it met `limit`.
  std::shared_ptr<const PreparedPolicy> prepared;
  std::optional<VerifierLimit> limit;
  std::string problem;
};

class PolicyCache {
 public:
  static constexpr uint64_t kUsualCapacity = 256u << 20;

  // `capacity` in bytes of sources and data. The source must outlive it.
  explicit PolicyCache(const PolicySource& source, uint64_t capacity = kUsualCapacity)
      : source_(source), policies_(capacity) {}

  // `executor` builds the policy if it is not there yet.
  std::shared_ptr<const CachedPolicy> get(const Digest& policy, Executor& executor);

 private:
  using Future = std::shared_future<std::shared_ptr<const CachedPolicy>>;
  std::shared_ptr<const CachedPolicy> load(const Digest& policy, Executor& executor, uint64_t& weight) const;

  const PolicySource& source_;
  std::mutex mutex_;
  std::map<Digest, Future> building_;
  RecentMap<Digest, std::shared_ptr<const CachedPolicy>> policies_;
};

}  // namespace writ
