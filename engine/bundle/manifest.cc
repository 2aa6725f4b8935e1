// Reading is strict about what the manifest says of roots and versions, and passes over the rest. Roots are compared
// segment by segment: "a/b" holds data.a.b.c and not data.a.bc. Checks answer with OPA's sentence or with nothing.
#include "engine/bundle/manifest.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "engine/base/error.h"
#include "engine/builtins/patterns.h"
#include "engine/value/json.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr int64_t kLatestRegoVersion = 2;

// Segments of "a/b"; an empty path has none.
DataPath split_root(std::string_view root) {
  DataPath segments;
  if (root.empty()) return segments;
  for (size_t begin = 0; begin <= root.size();) {
    size_t end = std::min(root.find('/', begin), root.size());
    segments.emplace_back(root.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

bool is_below(const DataPath& path, const DataPath& root) {
  return root.size() <= path.size() && std::equal(root.begin(), root.end(), path.begin());
}

bool overlap(const DataPath& a, const DataPath& b) { return is_below(a, b) || is_below(b, a); }

[[noreturn]] void fail_decode(std::string why) {
  throw Failure(ErrorCode::E_POLICY, "bundle load failed on manifest decode: " + std::move(why));
}

// Go's words for a member of another type. It calls no value by Rego's name.
[[noreturn]] void fail_type(const Value& value, std::string_view member, std::string_view type) {
  std::string_view kind = value.kind == Kind::kBoolean ? "bool" : kind_name(value.kind);
  fail_decode("json: cannot unmarshal " + std::string(kind) + " into Go struct field Manifest." + std::string(member) +
              " of type " + std::string(type));
}

int64_t read_version(const Value& value, std::string_view member) {
  std::optional<int64_t> version;
  if (value.is_number()) version = number_to_int64(value);
  if (!version) fail_type(value, member, "int");
  return *version;
}

std::string slashed(const DataPath& path) {
  std::string text;
  for (const std::string& segment : path) text.append(text.empty() ? "" : "/").append(segment);
  return text;
}

bool is_version(int64_t version) { return version >= 0 && version <= kLatestRegoVersion; }

std::string joined(const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

}  // namespace

Manifest Manifest::read(std::string_view text) {
  Arena arena;
  Value value = read_json(arena.copy(text), arena, kDataLimits);
  Manifest manifest;
  if (value.kind == Kind::kNull) return manifest;
  if (!value.is_object()) {
    std::string_view kind = value.kind == Kind::kBoolean ? "bool" : kind_name(value.kind);
    fail_decode("json: cannot unmarshal " + std::string(kind) + " into Go value of type bundle.Manifest");
  }
  auto member = [&](std::string_view name) -> const Value* {
    const Value* found = object_find(value, name);
    return found != nullptr && found->kind != Kind::kNull ? found : nullptr;
  };
  if (const Value* roots = member("roots")) manifest.read_roots(*roots);
  if (const Value* version = member("rego_version")) manifest.version_ = read_version(*version, "rego_version");
  if (const Value* versions = member("file_rego_versions")) manifest.read_file_versions(*versions);
  return manifest;
}

void Manifest::read_roots(const Value& roots) {
  if (!roots.is_array()) fail_type(roots, "roots", "[]string");
  roots_.clear();
  root_texts_.clear();
  for (const Value& root : roots.items()) {
    if (!root.is_string()) fail_type(root, "roots", "string");
    std::string_view text = root.text();
    while (text.starts_with('/')) text.remove_prefix(1);
    while (text.ends_with('/')) text.remove_suffix(1);
    root_texts_.emplace_back(text);
    roots_.push_back(split_root(text));
  }
}

void Manifest::read_file_versions(const Value& versions) {
  if (!versions.is_object()) fail_type(versions, "file_rego_versions", "map[string]int");
  for (const Entry& entry : versions.members()) {
    file_versions_.push_back({std::string(entry.key.text()), read_version(entry.value, "file_rego_versions")});
  }
}

std::string Manifest::root_list() const {
  std::string list = "[";
  for (const std::string& root : root_texts_) list.append(list.size() > 1 ? " " : "").append(root);
  return list + "]";
}

bool Manifest::permits(const DataPath& path) const {
  return std::any_of(roots_.begin(), roots_.end(), [&](const DataPath& root) { return is_below(path, root); });
}

std::string Manifest::complaint_about_data(const DataPath& place, const Value& document) const {
  if (permits(place)) return {};
  bool leads_to_root = document.is_object() &&
                       std::any_of(roots_.begin(), roots_.end(), [&](const DataPath& root) { return is_below(root, place); });
  if (!leads_to_root) {
    return "manifest roots " + root_list() + " do not permit data at path '/" + slashed(place) +
           "' (hint: check bundle directory structure)";
  }
  // No deeper than the roots are, which the text of the manifest bounds.
  for (const Entry& entry : document.members()) {
    DataPath inner = place;
    inner.emplace_back(entry.key.text());
    if (std::string found = complaint_about_data(inner, entry.value); !found.empty()) return found;
  }
  return {};
}

std::string Manifest::complaint_about_package(const DataPath& package, std::string_view module) const {
  if (permits(package)) return {};
  std::string name = data_path_text(package).substr(std::string_view("data.").size());
  return "manifest roots " + root_list() + " do not permit 'package " + name + "' in module '" +
         std::string(module) + "'";
}

std::optional<int> Manifest::version_of(std::string_view path) const {
  std::optional<int64_t> version = version_;
  for (const FileVersion& row : file_versions_) {
    std::string fault;
    std::unique_ptr<const Glob> glob = Glob::compile(row.pattern, {}, &fault);
    if (!glob) {
      throw Failure(ErrorCode::E_POLICY, "failed to compile glob pattern " + row.pattern + ": " + fault);
    }
    if (!glob->matches(path)) continue;
    version = row.version;
    break;
  }
  if (!version) return std::nullopt;
  if (!is_version(*version)) {
    throw Failure(ErrorCode::E_POLICY, "unknown bundle rego-version " + std::to_string(*version) + " for file '" +
                                           std::string(path) + "'");
  }
  return static_cast<int>(*version);
}

std::string Manifest::complaint() const {
  for (size_t i = 0; i < roots_.size(); i++) {
    for (size_t j = i + 1; j < roots_.size(); j++) {
      if (!overlap(roots_[i], roots_[j])) continue;
      return "manifest has overlapped roots: '" + root_texts_[i] + "' and '" + root_texts_[j] + "'";
    }
  }
  if (version_ && !is_version(*version_)) return "manifest has unknown rego-version " + std::to_string(*version_);
  for (const FileVersion& row : file_versions_) {
    if (is_version(row.version)) continue;
    return "manifest has unknown rego-version " + std::to_string(row.version) + " for file '" + row.pattern + "'";
  }
  return {};
}

std::string complaint_about_bundles(const std::vector<NamedManifest>& bundles) {
  std::set<std::string> colliding;
  std::set<std::string> with_everything;
  std::set<std::string> conflicts;
  auto compare = [&](const NamedManifest& a, const NamedManifest& b) {
    for (const DataPath& root : a.manifest.roots()) {
      for (const DataPath& other : b.manifest.roots()) {
        if (!overlap(root, other)) continue;
        colliding.insert({a.name, b.name});
        std::string first = slashed(std::min(root, other));
        conflicts.insert(root == other ? "root " + first + " is in multiple bundles"
                                       : first + " overlaps " + slashed(std::max(root, other)));
      }
    }
  };
  for (size_t i = 0; i < bundles.size(); i++) {
    const std::vector<DataPath>& roots = bundles[i].manifest.roots();
    if (std::any_of(roots.begin(), roots.end(), [](const DataPath& root) { return root.empty(); })) {
      with_everything.insert(bundles[i].name);
    }
    for (size_t j = i + 1; j < bundles.size(); j++) compare(bundles[i], bundles[j]);
  }
  if (colliding.empty()) return {};
  std::string names = joined(colliding);
  if (!with_everything.empty()) {
    return "bundles [" + names + "] have overlapping roots and cannot be activated simultaneously because bundle(s) [" +
           joined(with_everything) + "] specify empty root paths ('') which overlap with any other bundle root";
  }
  return "detected overlapping roots in manifests for these bundles: [" + names + "] (" + joined(conflicts) + ")";
}

}  // namespace writ
