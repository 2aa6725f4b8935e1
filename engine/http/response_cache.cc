#include "engine/http/response_cache.h"

namespace writ::http {

namespace {

// What an entry takes: its texts, twice its key, which map and list name, and what holds them together.
uint64_t size_of(const std::string& key, const Response& response) {
  constexpr uint64_t kEntry = 256, kHeader = 96;
  uint64_t size = kEntry + 2 * key.size() + response.status.size() + response.body.size();
  for (const auto& [name, value] : response.headers) size += kHeader + name.size() + value.size();
  return size;
}

}  // namespace

std::optional<CachedResponse> ResponseCache::find(const std::string& key) {
  std::lock_guard lock(mutex_);
  auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return found->second.response;
}

void ResponseCache::insert(const std::string& key, CachedResponse response) {
  uint64_t size = size_of(key, response.response);
  std::lock_guard lock(mutex_);
  if (auto old = entries_.find(key); old != entries_.end()) drop(old);
  if (size > max_bytes_) return;
  while (bytes_ + size > max_bytes_) drop(entries_.find(*order_.front()));
  auto [entry, is_new] = entries_.emplace(key, Entry{std::move(response), size, {}});
  entry->second.place = order_.insert(order_.end(), &entry->first);
  bytes_ += size;
}

void ResponseCache::remove(const std::string& key) {
  std::lock_guard lock(mutex_);
  if (auto found = entries_.find(key); found != entries_.end()) drop(found);
}

uint64_t ResponseCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

void ResponseCache::drop(std::map<std::string, Entry>::iterator entry) {
  bytes_ -= entry->second.bytes;
  order_.erase(entry->second.place);
  entries_.erase(entry);
}

}  // namespace writ::http
