#include "replay/policy_cache.h"

#include "engine/base/error.h"

namespace writ {

const CachedPolicy& PolicyCache::get(const Digest& policy) {
  if (CachedPolicy* known = policies_.find(policy)) return *known;
  return policies_.add(policy, load(policy));
}

CachedPolicy PolicyCache::load(const Digest& policy) const {
  StoredPolicy stored;
  PolicyConfig config;
  try {
    stored = store_.load(policy);
    config = PolicyConfig::from_text(stored.config);
  } catch (const Failure& failure) {
    throw StoreError(StoreError::Reason::kMismatch, failure.error().detail);
  }
  return {std::move(stored), std::move(config)};
}

}  // namespace writ
