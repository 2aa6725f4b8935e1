#include "engine/record/policy_identity.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "engine/base/error.h"
#include "engine/base/utf8.h"

namespace writ {

namespace {

constexpr size_t kMaxPathBytes = 1024;

[[noreturn]] void fail_policy(std::string detail) { throw Failure(ErrorCode::E_POLICY, std::move(detail)); }

bool is_normal_form_c(std::string_view text) {
  uint8_t* normal = nullptr;
  auto size = utf8proc_map(reinterpret_cast<const uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                           &normal, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  std::unique_ptr<uint8_t, decltype(&std::free)> owned(normal, &std::free);
  return size == static_cast<utf8proc_ssize_t>(text.size()) &&
         std::equal(text.begin(), text.end(), reinterpret_cast<const char*>(normal));
}

std::string fold_ascii(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

void check_paths(const std::vector<PolicyPart>& modules) {
  std::vector<std::string> folded;
  folded.reserve(modules.size());
  for (const PolicyPart& module : modules) {
    std::string_view fault = module_path_error(module.name);
    if (!fault.empty()) fail_policy("module path `" + module.name + "` " + std::string(fault));
    folded.push_back(fold_ascii(module.name));
  }
  std::sort(folded.begin(), folded.end());
  auto twice = std::adjacent_find(folded.begin(), folded.end());
  if (twice != folded.end()) fail_policy("two modules have the path `" + *twice + "` except for upper and lower case");
}

Digest list_digest(Hasher& hasher, DigestTag list, DigestTag element, std::vector<PolicyPart>& parts) {
  std::sort(parts.begin(), parts.end(), [](const PolicyPart& a, const PolicyPart& b) { return a.name < b.name; });
  MerkleTree tree;
  for (const PolicyPart& part : parts) tree.add(hasher, hasher.digest(element, part.name, part.content).view());
  Digest root = tree.root(hasher);
  return hasher.digest(list, DigestU64(tree.count()), root);
}

}  // namespace

PolicyIdentity identify_policy(std::span<const PolicyModule> modules, std::span<const PolicyData> data,
                               std::string_view config) {
  std::vector<PolicyPart> module_parts, data_parts;
  for (const PolicyModule& module : modules) module_parts.push_back({std::string(module.path), sha256(module.source)});
  for (const PolicyData& value : data) data_parts.push_back({std::string(value.key), sha256(value.text)});
  return identify_policy(std::move(module_parts), std::move(data_parts), config);
}

PolicyIdentity identify_policy(std::vector<PolicyPart> modules, std::vector<PolicyPart> data,
                               std::string_view config_text) {
  check_paths(modules);
  Hasher hasher;
  PolicyIdentity identity;
  identity.modules = list_digest(hasher, DigestTag::kModules, DigestTag::kModule, modules);
  identity.data = list_digest(hasher, DigestTag::kDataset, DigestTag::kData, data);
  auto twice = std::adjacent_find(data.begin(), data.end(),
                                  [](const PolicyPart& a, const PolicyPart& b) { return a.name == b.name; });
  if (twice != data.end()) fail_policy("data has two values under the key `" + twice->name + "`");
  identity.config = hasher.digest(DigestTag::kConfig, config_text);
  identity.policy = policy_digest(hasher, identity.modules, identity.data, identity.config);
  return identity;
}

Digest policy_digest(Hasher& hasher, const Digest& modules, const Digest& data, const Digest& config) {
  return hasher.digest(DigestTag::kPolicy, modules, data, config);
}

std::string_view module_path_error(std::string_view path) {
  if (path.empty()) return "is empty";
  if (path.size() > kMaxPathBytes) return "is longer than 1,024 bytes";
  if (path.front() == '/') return "is not relative";
  bool ascii = true;
  for (size_t at = 0; at < path.size();) {
    CodePoint point = decode_utf8(path.data() + at, path.data() + path.size());
    if (point.value == CodePoint::kInvalid) return "is not UTF-8";
    if (point.value == '\\') return "has a backslash";
    if (point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0)) return "has a control character";
    if (point.value >= 0x80) ascii = false;
    at += point.size;
  }
  for (size_t begin = 0; begin <= path.size();) {
    size_t end = std::min(path.find('/', begin), path.size());
    std::string_view segment = path.substr(begin, end - begin);
    if (segment.empty()) return "has an empty segment";
    if (segment == "." || segment == "..") return "has a segment `.` or `..`";
    begin = end + 1;
  }
  if (!ascii && !is_normal_form_c(path)) return "is not in Unicode normal form C";
  return {};
}

}  // namespace writ
