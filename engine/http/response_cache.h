// Responses that are kept from one decision to the next, by request.
//
// Those that have been there longest go first when there is no room. All functions may be called from any thread; two
// threads that miss the same response both send the request, as in OPA.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "engine/http/exchange.h"

namespace writ::http {

struct CachedResponse {
  Response response;
  int64_t expires_at = INT64_MIN;  // seconds since 1970
};

class ResponseCache {
 public:
  explicit ResponseCache(uint64_t max_bytes) : max_bytes_(max_bytes) {}
  std::optional<CachedResponse> find(const std::string& key);
  // In place of the one of that key. One that is larger than the cache is not kept.
  void insert(const std::string& key, CachedResponse response);
  void remove(const std::string& key);
  uint64_t bytes() const;

 private:
  struct Entry {
    CachedResponse response;
    uint64_t bytes;
    std::list<const std::string*>::iterator place;  // in order_
  };
  void drop(std::map<std::string, Entry>::iterator entry);

  const uint64_t max_bytes_;
  mutable std::mutex mutex_;
  uint64_t bytes_ = 0;
  std::map<std::string, Entry> entries_;
  std::list<const std::string*> order_;  // keys, in order of arrival
};

}  // namespace writ::http
