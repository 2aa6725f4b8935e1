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

struct Manifest {
  std::vector<PolicyPart> modules;
  std::vector<PolicyPart> data;
  Digest config;
};

void append_parts(std::string& out, std::vector<PolicyPart> parts) {
  std::sort(parts.begin(), parts.end(),
            [](const PolicyPart& a, const PolicyPart& b) { return compare_utf16(a.name, b.name) < 0; });
  out += '{';
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += ',';
    append_cj1_string(out, parts[i].name);
    out += ":\"";
    append_digest(out, parts[i].content);
    out += '"';
  }
  out += '}';
}

std::string manifest_text(const Manifest& manifest) {
  std::string out = "{\"config\":\"";
  append_digest(out, manifest.config);
  out += "\",\"data\":";
  append_parts(out, manifest.data);
  out += ",\"modules\":";
  append_parts(out, manifest.modules);
  out += ",\"v\":1}";
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
  std::string out = "{";
  for (const auto& [key, text] : data) {
    if (out.size() > 1) out += ',';
    append_cj1_string(out, key);
    out += ':';
    out += text;
  }
  out += '}';
  return out;
}

std::string PolicyStore::object_path(const Digest& content) const {
  std::string hex = to_hex(content.view());
  return root_ + "/" + hex.substr(0, 2) + "/" + hex;
}

std::string PolicyStore::manifest_path(const Digest& policy) const {
  return root_ + "/policy/" + to_hex(policy.view());
}

PolicyIdentity PolicyStore::put(std::span<const PolicyModule> modules, std::span<const PolicyData> data,
                                std::string_view config) {
  PolicyIdentity identity = identify_policy(modules, data, config);
  Manifest manifest;
  for (const PolicyModule& module : modules) {
    manifest.modules.push_back({std::string(module.path), sha256(module.source)});
    put_object(manifest.modules.back().content, module.source);
  }
  for (const PolicyData& value : data) {
    manifest.data.push_back({std::string(value.key), sha256(value.text)});
    put_object(manifest.data.back().content, value.text);
  }
  manifest.config = sha256(config);
  put_object(manifest.config, config);
  // Last, so that a manifest never names an object that is not there.
  std::string text = manifest_text(manifest);
  std::string path = manifest_path(identity.policy);
  if (read_file_if_any(path, kMaxObject) != text) write_file_durably(path, text);
  return identity;
}

void PolicyStore::put_object(const Digest& content, std::string_view bytes) {
  if (bytes.size() > kMaxObject) {
    throw Failure(ErrorCode::E_SIZE, "an object of the policy store is larger than 64 MiB");
  }
  std::string path = object_path(content);
  auto there = read_file_if_any(path, kMaxObject);
  if (!there || *there != bytes) write_file_durably(path, bytes);
}

std::string PolicyStore::load_object(const Digest& content, const std::string& what) const {
  auto bytes = read_file_if_any(object_path(content), kMaxObject);
  if (!bytes) throw StoreError(true, what + " (" + digest_text(content) + ") is not in the store");
  if (sha256(*bytes) != content) throw StoreError(false, what + " (" + digest_text(content) + ") is damaged");
  return std::move(*bytes);
}

StoredPolicy PolicyStore::load(const Digest& policy) const {
  auto text = read_file_if_any(manifest_path(policy), kMaxObject);
  if (!text) throw StoreError(true, "policy " + digest_text(policy) + " is not in the store");
  auto manifest = read_manifest(*text);
  if (!manifest) throw StoreError(false, "the manifest of policy " + digest_text(policy) + " is damaged");

  StoredPolicy stored;
  stored.config = load_object(manifest->config, "the configuration");
  for (const PolicyPart& part : manifest->modules) {
    stored.modules.emplace_back(part.name, load_object(part.content, "module " + part.name));
  }
  for (const PolicyPart& part : manifest->data) {
    stored.data.emplace_back(part.name, load_object(part.content, "data." + part.name));
  }
  try {
    stored.identity = identify_policy(std::move(manifest->modules), std::move(manifest->data), stored.config);
  } catch (const Failure& failure) {
    throw StoreError(false, failure.error().detail);
  }
  if (stored.identity.policy != policy) {
    throw StoreError(false, "the manifest of policy " + digest_text(policy) + " describes another policy");
  }
  std::sort(stored.modules.begin(), stored.modules.end());
  std::sort(stored.data.begin(), stored.data.end());
  return stored;
}

}  // namespace writ
