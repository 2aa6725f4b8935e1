// The policy store writes objects first and the manifest that names them last, so a manifest never names what is not
// there; reading goes the other way and trusts nothing: each object must have the digest it is filed under, the manifest
// must be in canonical form, and the policy digest that follows from all of them must be the requested one.
#include "store/policy_store.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "store/file.h"

namespace writ {

namespace {

constexpr JsonLimits kManifestLimits{PolicyStore::kMaxObject, 8};

// Names below the folder of the store.
std::string object_name(const Digest& content) {
  std::string hex = to_hex(content.view());
  return hex.substr(0, 2) + "/" + hex;
}

std::string manifest_name(const Digest& policy) { return "policy/" + to_hex(policy.view()); }

struct Manifest {
  std::vector<PolicyPart> modules;
  std::vector<PolicyPart> data;
  Digest config;
};

void write_parts(JsonWriter& json, std::vector<PolicyPart> parts) {
  std::sort(parts.begin(), parts.end(),
            [](const PolicyPart& a, const PolicyPart& b) { return compare_utf16(a.name, b.name) < 0; });
  json.begin_object();
  for (const PolicyPart& part : parts) json.member(part.name, digest_text(part.content));
  json.end_object();
}

std::string manifest_text(const Manifest& manifest) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("config", digest_text(manifest.config));
  write_parts(json.key("data"), manifest.data);
  write_parts(json.key("modules"), manifest.modules);
  json.member("v", 1u).end_object();
  return out;
}

std::optional<Digest> read_digest(const Value* value) {
  return value && value->is_string() ? digest_from_text(value->text()) : std::nullopt;
}

bool read_parts(const Value* object, std::vector<PolicyPart>& parts) {
  if (!object || !object->is_object()) return false;
  for (const Entry& entry : object->members()) {
    auto digest = read_digest(&entry.value);
    if (!digest) return false;
    parts.push_back({std::string(entry.key.text()), *digest});
  }
  return true;
}

std::optional<Manifest> read_manifest(std::string_view text) {
  Arena arena;
  Manifest manifest;
  try {
    Value object = read_json(text, arena, kManifestLimits);
    if (!object.is_object()) return std::nullopt;
    auto config = read_digest(object_find(object, "config"));
    if (!config || !read_parts(object_find(object, "data"), manifest.data) ||
        !read_parts(object_find(object, "modules"), manifest.modules)) {
      return std::nullopt;
    }
    manifest.config = *config;
  } catch (const Failure&) {
    return std::nullopt;
  }
  if (manifest_text(manifest) != text) return std::nullopt;  // an unknown version or member, or not canonical
  return manifest;
}

}  // namespace

std::string StoredPolicy::data_text() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  for (const auto& [key, text] : data) json.key(key).raw(text);
  json.end_object();
  return out;
}

std::vector<lang::Source> StoredPolicy::sources() const {
  std::vector<lang::Source> sources;
  for (const auto& [path, text] : modules) sources.push_back({path, text});
  return sources;
}

struct PolicyStore::Object {
  std::string_view name;  // module path, or key of `data`
  Digest content;
  std::string_view bytes;
};

PolicyIdentity PolicyStore::put(const BoundPolicy& policy) {
  if (!policy.identity()) throw Failure(ErrorCode::E_POLICY, "the policy has no digests: " + policy.identity_error());
  std::vector<Object> modules;
  const std::vector<PolicyPart>& module_parts = policy.policy().parts();
  for (const PolicyModule& module : policy.policy().modules()) {
    modules.push_back({module.path, module_parts[modules.size()].content, module.source});
  }
  std::vector<Object> data;
  const auto texts = policy.data().texts();
  const std::vector<PolicyPart>& data_parts = policy.data().parts();
  for (const auto& [key, text] : texts) data.push_back({key, data_parts[data.size()].content, text});
  keep(policy.identity()->policy, modules, data, policy.policy().config_text());
  return *policy.identity();
}

PolicyIdentity PolicyStore::put(std::span<const PolicyModule> modules, std::span<const PolicyData> data,
                                std::string_view config) {
  std::vector<Object> module_objects, data_objects;
  std::vector<PolicyPart> module_parts, data_parts;
  for (const PolicyModule& module : modules) {
    module_objects.push_back({module.path, sha256(module.source), module.source});
    module_parts.push_back({std::string(module.path), module_objects.back().content});
  }
  for (const PolicyData& value : data) {
    data_objects.push_back({value.key, sha256(value.text), value.text});
    data_parts.push_back({std::string(value.key), data_objects.back().content});
  }
  PolicyIdentity identity = identify_policy(std::move(module_parts), std::move(data_parts), config);
  keep(identity.policy, module_objects, data_objects, config);
  return identity;
}

void PolicyStore::keep(const Digest& policy, std::span<const Object> modules, std::span<const Object> data,
                       std::string_view config) {
  Manifest manifest;
  for (const Object& module : modules) {
    put_object(module.content, module.bytes);
    manifest.modules.push_back({std::string(module.name), module.content});
  }
  for (const Object& value : data) {
    put_object(value.content, value.bytes);
    manifest.data.push_back({std::string(value.name), value.content});
  }
  manifest.config = sha256(config);
  put_object(manifest.config, config);
  put_file(manifest_name(policy), manifest_text(manifest));
}

// What is there already and is no file of its size is replaced; a disk that does not read is an error.
void PolicyStore::put_file(const std::string& name, std::string_view bytes) {
  std::optional<std::string> there;
  try {
    there = folder_.read(name, kMaxObject);
  } catch (const UnreadableFile& file) {
    if (file.cause() == UnreadableFile::Cause::kSystem) throw FileFailure(ErrorCode::E_LEDGER, file.what());
  }
  if (there != bytes) write_file_durably(root() + "/" + name, bytes, *calls_);
}

void PolicyStore::put_object(const Digest& content, std::string_view bytes) {
  if (bytes.size() > kMaxObject) {
    throw Failure(ErrorCode::E_SIZE, "an object of the policy store is larger than 64 MiB");
  }
  put_file(object_name(content), bytes);
}

// --- Reading --------------------------------------------------------------------------------------------------------

// The objects of one policy, as far as they are read.
class PolicyStore::Reading {
 public:
  Reading(const EvidenceFolder& folder, const Digest& policy) : folder_(folder), policy_(digest_text(policy)) {}

  std::string manifest(const Digest& policy) {
    auto text = read(manifest_name(policy));
    if (!text) throw StoreError(StoreError::Reason::kMissing, "policy " + policy_ + " is not in the store");
    return std::move(*text);
  }

  std::string object(const Digest& content, const std::string& what) {
    auto bytes = read(object_name(content));
    std::string name = what + " (" + digest_text(content) + ")";
    if (!bytes) throw StoreError(StoreError::Reason::kMissing, name + " is not in the store");
    if (sha256(*bytes) != content) throw StoreError(StoreError::Reason::kMismatch, name + " is damaged");
    return std::move(*bytes);
  }

  void require_small(size_t objects) const {
    if (objects > kMaxPolicyObjects) {
      throw StoreError(StoreError::Reason::kUnreadable,
                       "policy " + policy_ + " has more than " + std::to_string(kMaxPolicyObjects) + " objects");
    }
  }

 private:
  std::optional<std::string> read(const std::string& name) {
    try {
      auto bytes = folder_.read(name, kMaxObject);
      if (bytes) bytes_ += bytes->size();
      if (bytes_ > kMaxPolicyBytes) {
        throw StoreError(StoreError::Reason::kUnreadable, "the objects of policy " + policy_ + " are larger than " +
                                                              std::to_string(kMaxPolicyBytes) + " bytes");
      }
      return bytes;
    } catch (const UnreadableFile& file) {
      throw StoreError(StoreError::Reason::kUnreadable, file.what());
    }
  }

  const EvidenceFolder& folder_;
  std::string policy_;
  uint64_t bytes_ = 0;
};

StoredPolicy PolicyStore::load(const Digest& policy) const {
  Reading reading(folder_, policy);
  auto manifest = read_manifest(reading.manifest(policy));
  if (!manifest) {
    throw StoreError(StoreError::Reason::kMismatch, "the manifest of policy " + digest_text(policy) + " is damaged");
  }
  reading.require_small(manifest->modules.size() + manifest->data.size());
  StoredPolicy stored;
  stored.config = reading.object(manifest->config, "the configuration");
  for (const PolicyPart& part : manifest->modules) {
    stored.modules.emplace_back(part.name, reading.object(part.content, "module " + part.name));
  }
  for (const PolicyPart& part : manifest->data) {
    stored.data.emplace_back(part.name, reading.object(part.content, "data." + part.name));
  }
  try {
    stored.identity = identify_policy(std::move(manifest->modules), std::move(manifest->data), stored.config);
  } catch (const Failure& failure) {
    throw StoreError(StoreError::Reason::kMismatch, failure.error().detail);
  }
  if (stored.identity.policy != policy) {
    throw StoreError(StoreError::Reason::kMismatch, "the manifest of policy " + digest_text(policy) + " describes another policy");
  }
  std::sort(stored.modules.begin(), stored.modules.end());
  std::sort(stored.data.begin(), stored.data.end());
  return stored;
}

}  // namespace writ
