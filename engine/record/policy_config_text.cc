// Writing and reading the text of a configuration.
//
// `text` writes the members in canonical order, lists and maps sorted. `from_text` looks up one member after another
// through ConfigReader, whose every complaint names the member; then it writes what it understood and compares, which
// finds unknown members and every other spelling.
#include "engine/record/policy_config_text.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

[[noreturn]] void fail_policy(std::string detail) { throw Failure(ErrorCode::E_POLICY, std::move(detail)); }

using NamedNumbers = std::vector<std::pair<std::string, uint64_t>>;

void require_different(const std::string& name, const std::string& next) {
  if (name == next) fail_policy("`" + name + "` is given twice");
}

void write_numbers(JsonWriter& json, NamedNumbers numbers) {
  std::sort(numbers.begin(), numbers.end(),
            [](const auto& a, const auto& b) { return compare_utf16(a.first, b.first) < 0; });
  json.begin_object();
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) require_different(numbers[i - 1].first, numbers[i].first);
    json.member(numbers[i].first, numbers[i].second);
  }
  json.end_object();
}

void write_strings(JsonWriter& json, std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  json.begin_array();
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) require_different(texts[i - 1], texts[i]);
    json.string(texts[i]);
  }
  json.end_array();
}

// Reads members of the configuration, insisting on each.
class ConfigReader {
 public:
  explicit ConfigReader(const Value& object) : object_(object) {}

  const Value& member(std::string_view name, Kind kind) {
    const Value* value = optional(name, kind);
    if (!value) fail_policy("the configuration has no member `" + std::string(name) + "`");
    return *value;
  }
  const Value* optional(std::string_view name, Kind kind) {
    const Value* value = object_find(object_, name);
    if (value && value->kind != kind) {
      fail_policy("`" + std::string(name) + "` in the configuration has the wrong type");
    }
    return value;
  }
  std::string text(std::string_view name) { return std::string(member(name, Kind::kString).text()); }
  std::string optional_text(std::string_view name) {
    const Value* value = optional(name, Kind::kString);
    if (value && value->size == 0) fail_policy("`" + std::string(name) + "` in the configuration is empty");
    return value ? std::string(value->text()) : std::string();
  }
  static uint64_t number(std::string_view name, const Value& value) {
    std::string text;
    if (value.is_number()) append_cj1(text, value);
    auto number = read_decimal(text);
    if (!number) fail_policy("`" + std::string(name) + "` in the configuration is not a whole number");
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

std::string PolicyConfig::text() const {
  std::string out;
  JsonWriter json(out);
  auto table = [&json](std::string_view name, const std::string& version) {
    if (!version.empty()) json.member(name, std::string_view(version));
  };
  json.begin_object();
  write_numbers(json.key("builtins"), builtins);
  write_strings(json.key("entrypoints"), entrypoints);
  json.member("language", std::string_view(language));
  write_numbers(json.key("limits"), limits);
  json.member("numbers", std::string_view(numbers));
  table("regex", regex);
  json.member("semantics", std::string_view(semantics)).member("strict_builtin_errors", strict_builtin_errors);
  table("tzdb", tzdb);
  table("unicode", unicode);
  json.member("verdict", verdict_mode_name(verdict)).end_object();
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
  if (object_find(object, "fuel_model")) fail_policy("`fuel_model` is not a member of a configuration");
  config.language = reader.text("language");
  config.limits = reader.numbers("limits");
  config.numbers = reader.text("numbers");
  config.regex = reader.optional_text("regex");
  config.semantics = reader.text("semantics");
  config.strict_builtin_errors = reader.member("strict_builtin_errors", Kind::kBoolean).is_true();
  config.tzdb = reader.optional_text("tzdb");
  config.unicode = reader.optional_text("unicode");
  auto verdict = verdict_mode_from_name(reader.text("verdict"));
  if (!verdict) fail_policy("`verdict` in the configuration is not `none`, `boolean` or `object`");
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
