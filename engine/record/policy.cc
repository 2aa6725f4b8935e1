#include "engine/record/policy.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "engine/base/error.h"
#include "engine/base/utf8.h"
#include "engine/base/json_writer.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

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
    if (!fault.empty()) fail_policy("module path \"" + module.name + "\" " + std::string(fault));
    folded.push_back(fold_ascii(module.name));
  }
  std::sort(folded.begin(), folded.end());
  auto twice = std::adjacent_find(folded.begin(), folded.end());
  if (twice != folded.end()) fail_policy("two modules have the path \"" + *twice + "\" but for upper and lower case");
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
  if (twice != data.end()) fail_policy("data has two values under the key \"" + twice->name + "\"");
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
    if (segment == "." || segment == "..") return "has a segment \".\" or \"..\"";
    begin = end + 1;
  }
  if (!ascii && !is_normal_form_c(path)) return "is not in Unicode normal form C";
  return {};
}

// --- Configuration --------------------------------------------------------------------------------------------------

namespace {

using NamedNumbers = std::vector<std::pair<std::string, uint64_t>>;

void append_named_numbers(std::string& out, NamedNumbers numbers) {
  std::sort(numbers.begin(), numbers.end(),
            [](const auto& a, const auto& b) { return compare_utf16(a.first, b.first) < 0; });
  out += '{';
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && numbers[i].first == numbers[i - 1].first) fail_policy("\"" + numbers[i].first + "\" is given twice");
    if (i > 0) out += ',';
    append_cj1_string(out, numbers[i].first);
    out += ':';
    append_decimal(out, numbers[i].second);
  }
  out += '}';
}

void append_strings(std::string& out, std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  out += '[';
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0 && texts[i] == texts[i - 1]) fail_policy("\"" + texts[i] + "\" is given twice");
    if (i > 0) out += ',';
    append_cj1_string(out, texts[i]);
  }
  out += ']';
}

// Reads members of the configuration, insisting on each.
class ConfigReader {
 public:
  explicit ConfigReader(const Value& object) : object_(object) {}

  const Value& member(std::string_view name, Kind kind) {
    const Value* value = optional(name, kind);
    if (!value) fail_policy("the configuration lacks \"" + std::string(name) + "\"");
    return *value;
  }
  const Value* optional(std::string_view name, Kind kind) {
    const Value* value = object_find(object_, name);
    if (value && value->kind != kind) {
      fail_policy("\"" + std::string(name) + "\" in the configuration is of the wrong type");
    }
    return value;
  }
  std::string text(std::string_view name) { return std::string(member(name, Kind::kString).text()); }
  std::string optional_text(std::string_view name) {
    const Value* value = optional(name, Kind::kString);
    if (value && value->size == 0) fail_policy("\"" + std::string(name) + "\" in the configuration is empty");
    return value ? std::string(value->text()) : std::string();
  }
  static uint64_t number(std::string_view name, const Value& value) {
    std::string text;
    if (value.is_number()) append_cj1(text, value);
    auto number = read_decimal(text);
    if (!number) fail_policy("\"" + std::string(name) + "\" in the configuration is not a whole number");
    return *number;
  }
  NamedNumbers numbers(std::string_view name) {
    NamedNumbers numbers;
    for (const Entry& entry : member(name, Kind::kObject).members()) {
      numbers.emplace_back(entry.key.text(), number(entry.key.text(), entry.value));
    }
    return numbers;
  }

 private:
  const Value& object_;
};

}  // namespace

std::string_view verdict_mode_name(VerdictMode mode) { return kVerdictModes[static_cast<size_t>(mode)]; }

std::optional<VerdictMode> verdict_mode_from_name(std::string_view name) {
  auto found = std::find(std::begin(kVerdictModes), std::end(kVerdictModes), name);
  if (found == std::end(kVerdictModes)) return std::nullopt;
  return static_cast<VerdictMode>(found - std::begin(kVerdictModes));
}

std::string PolicyConfig::text() const {
  std::string out = "{\"builtins\":";
  append_named_numbers(out, builtins);
  out += ",\"entrypoints\":";
  append_strings(out, entrypoints);
  out += ",\"fuel_model\":";
  append_decimal(out, fuel_model);
  out += ",\"language\":";
  append_cj1_string(out, language);
  out += ",\"limits\":";
  append_named_numbers(out, limits);
  out += ",\"numbers\":";
  append_cj1_string(out, numbers);
  if (!regex.empty()) {
    out += ",\"regex\":";
    append_cj1_string(out, regex);
  }
  out += ",\"semantics\":";
  append_cj1_string(out, semantics);
  out += ",\"strict_builtin_errors\":";
  out += strict_builtin_errors ? "true" : "false";
  if (!tzdb.empty()) {
    out += ",\"tzdb\":";
    append_cj1_string(out, tzdb);
  }
  if (!unicode.empty()) {
    out += ",\"unicode\":";
    append_cj1_string(out, unicode);
  }
  out += ",\"verdict\":\"";
  out += verdict_mode_name(verdict);
  out += "\"}";
  return out;
}

PolicyConfig PolicyConfig::from_text(std::string_view text) {
  Arena arena;
  Value object;
  try {
    object = read_json(text, arena);
  } catch (const Failure& failure) {
    fail_policy("the configuration is not JSON: " + failure.error().detail);
  }
  if (!object.is_object()) fail_policy("the configuration is not an object");
  ConfigReader reader(object);
  PolicyConfig config;
  config.builtins = reader.numbers("builtins");
  for (const Value& entrypoint : reader.member("entrypoints", Kind::kArray).items()) {
    if (!entrypoint.is_string()) fail_policy("an entry point in the configuration is not a string");
    config.entrypoints.emplace_back(entrypoint.text());
  }
  config.fuel_model = ConfigReader::number("fuel_model", reader.member("fuel_model", Kind::kNumber));
  config.language = reader.text("language");
  config.limits = reader.numbers("limits");
  config.numbers = reader.text("numbers");
  config.regex = reader.optional_text("regex");
  config.semantics = reader.text("semantics");
  config.strict_builtin_errors = reader.member("strict_builtin_errors", Kind::kBoolean).is_true();
  config.tzdb = reader.optional_text("tzdb");
  config.unicode = reader.optional_text("unicode");
  auto verdict = verdict_mode_from_name(reader.text("verdict"));
  if (!verdict) fail_policy("\"verdict\" in the configuration is not \"none\", \"boolean\" or \"object\"");
  config.verdict = *verdict;
  // Unknown members, another order, another spelling: whatever this engine would not write it does not understand.
  if (config.text() != text) fail_policy("the configuration is not canonical or has unknown members");
  return config;
}

std::optional<uint64_t> PolicyConfig::limit(std::string_view name) const {
  for (const auto& [limit_name, value] : limits) {
    if (limit_name == name) return value;
  }
  return std::nullopt;
}

}  // namespace writ
