#include "replay/policy_cache.h"

#include <exception>
#include <map>

#include "engine/base/error.h"

namespace writ {

namespace {

constexpr uint64_t kWeightOfOne = 64u << 10;  // of a policy, besides its texts

uint64_t weight_of(const StoredPolicy& policy) {
  uint64_t weight = policy.config.size();
  for (const auto& [path, source] : policy.modules) weight += path.size() + source.size();
  for (const auto& [key, text] : policy.data) weight += key.size() + text.size();
  return weight;
}

}  // namespace

std::shared_ptr<const CachedPolicy> PolicyCache::get(const Digest& policy, Executor& executor) {
  std::promise<std::shared_ptr<const CachedPolicy>> promise;
  {
    std::unique_lock<std::mutex> lock(mutex_);
    if (auto* known = policies_.find(policy)) return *known;
    if (auto building = building_.find(policy); building != building_.end()) {
      Future future = building->second;
      lock.unlock();
      return future.get();
    }
    building_.emplace(policy, promise.get_future().share());
  }
  try {
    uint64_t weight = kWeightOfOne;
    std::shared_ptr<const CachedPolicy> built = load(policy, executor, weight);
    std::lock_guard<std::mutex> lock(mutex_);
    building_.erase(policy);
    policies_.add(policy, built, weight);
    promise.set_value(built);
    return built;
  } catch (...) {
    std::lock_guard<std::mutex> lock(mutex_);
    building_.erase(policy);
    promise.set_exception(std::current_exception());
    throw;
  }
}

std::shared_ptr<const CachedPolicy> PolicyCache::load(const Digest& policy, Executor& executor, uint64_t& weight) const {
  auto cached = std::make_shared<CachedPolicy>();
  StoredPolicy stored;
  try {
    stored = source_.load(policy);
    weight += weight_of(stored);
    cached->config = PolicyConfig::from_text(stored.config);
    executor.check_limits(cached->config);
    cached->identity = stored.identity;
  } catch (const StoreError& error) {
    cached->reason = error.reason();
    cached->problem = error.what();
    return cached;
  } catch (const Failure& failure) {
    cached->reason = StoreError::Reason::kMismatch;
    cached->problem = failure.error().detail;
    return cached;
  }
  try {
    cached->prepared = executor.prepare(stored, cached->config);
  } catch (const VerifierLimitReached& reached) {
    cached->limit = reached.limit();
  } catch (const Failure& failure) {
    cached->problem = failure.error().detail;
  }
  return cached;
}

}  // namespace writ
