// The policy store: every module, data value and configuration that was ever decided with, under the SHA-256 of its
// bytes.
//
//   <root>/<hh>/<64 hex>          an object: module source, canonical data value, configuration; hh = first two digits
//   <root>/policy/<64 hex>        which objects make up the policy of that digest, as canonical JSON:
//                                 {"config":"sha256:…","data":{"cap":"sha256:…"},"modules":{"a.rego":"sha256:…"},"v":1}
//
// Files are written under a temporary name, synced, renamed and their directory synced, so a name that exists holds all
// its bytes. Nothing that is read back is trusted: every hash is recomputed, and the manifest must give the policy
// digest it is filed under.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/bound_policy.h"
#include "engine/base/digest.h"
#include "engine/record/policy_identity.h"
#include "store/file.h"

namespace writ {

// A policy taken from the store, all hashes checked.
struct StoredPolicy {
  PolicyIdentity identity;
  std::vector<std::pair<std::string, std::string>> modules;  // path and source, by path bytes
  std::vector<std::pair<std::string, std::string>> data;     // key and canonical text, by key bytes
  std::string config;                                        // canonical text
  // The whole `data` document as JSON text.
  std::string data_text() const;
};

// The store cannot give a policy.
class StoreError : public std::runtime_error {
 public:
  enum class Reason : uint8_t {
    kMissing,   // something is not there
    kMismatch,  // it is there, and not what its name says or not readable
  };
  StoreError(Reason reason, const std::string& detail) : std::runtime_error(detail), reason_(reason) {}
  Reason reason() const { return reason_; }

 private:
  Reason reason_;
};

class PolicyStore {
 public:
  static constexpr size_t kMaxObject = 64u << 20;

  // The directory need not exist yet; put makes it.
  explicit PolicyStore(std::string root, FileCalls& calls = FileCalls::real())
      : root_(std::move(root)), calls_(&calls) {}

  // Keeps a policy; when it returns, all of it is on disk. Objects that are already there are verified, and written
  // again if they are damaged. Throws Failure(E_POLICY) for a policy without digests and for what identify_policy
  // refuses, and Failure(E_LEDGER) if the disk does.
  PolicyIdentity put(const BoundPolicy& policy);
  // The same from texts, which are hashed first.
  PolicyIdentity put(std::span<const PolicyModule> modules, std::span<const PolicyData> data, std::string_view config);

  // Throws StoreError, and FileFailure if the disk fails.
  StoredPolicy load(const Digest& policy) const;

  const std::string& root() const { return root_; }

 private:
  struct Object;
  void keep(const Digest& policy, std::span<const Object> modules, std::span<const Object> data,
            std::string_view config);
  std::string object_path(const Digest& content) const;
  std::string manifest_path(const Digest& policy) const;
  void put_object(const Digest& content, std::string_view bytes);
  std::string load_object(const Digest& content, const std::string& what) const;

  std::string root_;
  FileCalls* calls_;
};

}  // namespace writ
