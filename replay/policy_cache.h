// Policies taken from the store, by digest. Those used last stay.
#pragma once

#include "engine/record/policy_config_text.h"
#include "replay/recent_map.h"
#include "store/policy_store.h"

namespace writ {

struct CachedPolicy {
  StoredPolicy stored;
  PolicyConfig config;  // read from it
};

class PolicyCache {
 public:
  // The store must outlive it.
  PolicyCache(const PolicyStore& store, size_t capacity) : store_(store), policies_(capacity) {}

  // Valid until the next call. Throws StoreError; a configuration that cannot be read is a mismatch.
  const CachedPolicy& get(const Digest& policy);

 private:
  CachedPolicy load(const Digest& policy) const;

  const PolicyStore& store_;
  RecentMap<Digest, CachedPolicy> policies_;
};

}  // namespace writ
