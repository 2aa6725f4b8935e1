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
#include "store/evidence_folder.h"
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
  // The modules as the compiler takes them.
  std::vector<lang::Source> sources() const;
};

// The store cannot give a policy.
class StoreError : public std::runtime_error {
 public:
  enum class Reason : uint8_t {
    kMissing,     // something is not there
    kMismatch,    // it is there, and not what its name says
    kUnreadable,  // it is no regular file, too large, or the system cannot read it
  };
  StoreError(Reason reason, const std::string& detail) : std::runtime_error(detail), reason_(reason) {}
  Reason reason() const { return reason_; }

 private:
  Reason reason_;
};

// Where policies come from, by their digest. Several threads may call it.
class PolicySource {
 public:
  virtual ~PolicySource() = default;
  // Throws StoreError.
  virtual StoredPolicy load(const Digest& policy) const = 0;
};

class PolicyStore : public PolicySource {
 public:
  static constexpr size_t kMaxObject = 64u << 20;
  // Of one policy, when it is read.
  static constexpr uint64_t kMaxPolicyBytes = 256u << 20;
  static constexpr size_t kMaxPolicyObjects = 65536;

  // The directory need not exist yet; put makes it.
  explicit PolicyStore(std::string root, FileCalls& calls = FileCalls::real())
      : folder_(std::move(root), calls), calls_(&calls) {}

  // Keeps a policy; when it returns, all of it is on disk. Objects that are already there are verified, and written
  // again if they are damaged. Throws Failure(E_POLICY) for a policy without digests and for what identify_policy
  // refuses, and Failure(E_LEDGER) if the disk does.
  PolicyIdentity put(const BoundPolicy& policy);
  // The same from texts, which are hashed first.
  PolicyIdentity put(std::span<const PolicyModule> modules, std::span<const PolicyData> data, std::string_view config);

  StoredPolicy load(const Digest& policy) const override;

  const std::string& root() const { return folder_.root(); }

 private:
  struct Object;
  void keep(const Digest& policy, std::span<const Object> modules, std::span<const Object> data,
            std::string_view config);
  class Reading;
  void put_file(const std::string& name, std::string_view bytes);
  void put_object(const Digest& content, std::string_view bytes);

  EvidenceFolder folder_;
  FileCalls* calls_;
};

}  // namespace writ
