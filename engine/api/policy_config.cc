// The configuration of a policy, from its options to its canonical members and back.
//
// One direction serves compiling (make_config): the configuration is part of the policy digest, so it says everything
// that can change an outcome and nothing else. The other direction serves replay (options_from_config), which must get
// the same policy from the same modules; a language or a limit that this engine does not know is refused, not ignored.
#include "engine/api/policy_config.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/builtins/table_versions.h"
#include "engine/base/json_writer.h"

namespace writ {

namespace {

struct LanguageRow {
  RegoVersion version;
  std::string_view name;
};
constexpr LanguageRow kLanguages[] = {{RegoVersion::kV1, kLanguageId},
                                      {RegoVersion::kV0, "rego.v0"},
                                      {RegoVersion::kV0CompatV1, "rego.v0-compat-v1"},
                                      {RegoVersion::kV2, "rego.v2"}};

constexpr std::string_view kPrint = "print";
constexpr std::string_view kExperimental = "experimental-keywords";
constexpr std::string_view kHost = "host:";
constexpr std::string_view kModule = "module:";
constexpr std::string_view kOnce = ":once";
constexpr std::string_view kWords = "words:";          // names in the order of words.def, with commas between them
constexpr std::string_view kAllowNet = "allow-net:";   // one host each
constexpr std::string_view kAllowNone = "allow-net";

[[noreturn]] void fail_language(std::string_view text) {
  throw Failure(ErrorCode::E_POLICY, "unknown language `" + std::string(text) + "`");
}

std::string_view name_of(RegoVersion version) {
  for (const LanguageRow& row : kLanguages) {
    if (row.version == version) return row.name;
  }
  return {};
}

RegoVersion version_named(std::string_view name, std::string_view text) {
  for (const LanguageRow& row : kLanguages) {
    if (row.name == name) return row.version;
  }
  fail_language(text);
}

// A `+` would begin the next addition: it is written %2B, and % itself %25.
std::string escaped_name(std::string_view name) {
  std::string text;
  for (char c : name) {
    if (c == '+') {
      text += "%2B";
    } else if (c == '%') {
      text += "%25";
    } else {
      text += c;
    }
  }
  return text;
}

std::string words_text(WordSet set) {
  std::string text(kWords);
  for (const WordRow& row : words()) {
    if ((set & bit_of(row)) == 0) continue;
    if (text.size() > kWords.size()) text += ',';
    text += row.name;
  }
  return text;
}

// Whether the words are not just those that modules of the version have anyway.
bool has_other_words(const Language& language) {
  bool v0 = language.version == RegoVersion::kV0 || language.version == RegoVersion::kV0CompatV1;
  return language.words && (*language.words != default_words(v0) || !language.module_versions.empty());
}

std::string language_text(const LanguageOptions& language) {
  std::vector<std::string> additions;
  if (language.experimental_keywords) additions.emplace_back(kExperimental);
  if (language.keep_print) additions.emplace_back(kPrint);
  for (const ModuleVersion& other : language.module_versions) {
    if (other.version == language.version) continue;
    additions.push_back(std::string(kModule) + escaped_name(other.module) + "=" + std::string(name_of(other.version)));
  }
  if (has_other_words(language)) additions.push_back(words_text(*language.words));
  if (language.allow_net) {
    if (language.allow_net->empty()) additions.emplace_back(kAllowNone);
    for (const std::string& host : *language.allow_net) additions.push_back(std::string(kAllowNet) + escaped_name(host));
  }
  for (const HostFunction& function : language.functions) {
    std::string addition(kHost);
    addition += function.name;
    addition += '/';
    append_decimal(addition, function.arity);
    if (function.once) addition += kOnce;
    additions.push_back(std::move(addition));
  }
  std::sort(additions.begin(), additions.end());
  std::string text(name_of(language.version));
  for (const std::string& addition : additions) text += "+" + addition;
  return text;
}

HostFunction read_declaration(std::string_view text) {
  HostFunction function;
  if (text.ends_with(kOnce)) {
    function.once = true;
    text.remove_suffix(kOnce.size());
  }
  size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) fail_language(text);
  auto arity = read_decimal(text.substr(slash + 1));
  if (!arity || *arity > kMaxArity) fail_language(text);
  function.name = text.substr(0, slash);
  function.arity = static_cast<uint32_t>(*arity);
  return function;
}

// What escaped_name made.
std::string unescaped_name(std::string_view text) {
  std::string name;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
      continue;
    }
    std::string_view code = text.substr(i, 3);
    if (code != "%2B" && code != "%25") fail_language(text);
    name += code == "%2B" ? '+' : '%';
    i += 2;
  }
  return name;
}

WordSet read_words(std::string_view text) {
  WordSet set = 0;
  while (!text.empty()) {
    size_t end = std::min(text.find(','), text.size());
    const WordRow* row = find_word(text.substr(0, end), true);
    if (row == nullptr) row = find_word(text.substr(0, end), false);
    if (row == nullptr) fail_language(text);
    set |= bit_of(*row);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return set;
}

// "PATH=rego.v0"
ModuleVersion read_module_version(std::string_view text) {
  ModuleVersion module;
  size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) fail_language(text);
  module.version = version_named(text.substr(equals + 1), text);
  module.module = unescaped_name(text.substr(0, equals));
  return module;
}

void read_addition(std::string_view addition, LanguageOptions& language) {
  if (addition == kPrint) {
    language.keep_print = true;
  } else if (addition == kExperimental) {
    language.experimental_keywords = true;
  } else if (addition.starts_with(kHost)) {
    language.functions.push_back(read_declaration(addition.substr(kHost.size())));
  } else if (addition.starts_with(kWords)) {
    language.words = read_words(addition.substr(kWords.size()));
  } else if (addition == kAllowNone) {
    language.allow_net.emplace();
  } else if (addition.starts_with(kAllowNet)) {
    if (!language.allow_net) language.allow_net.emplace();
    language.allow_net->push_back(unescaped_name(addition.substr(kAllowNet.size())));
  } else if (addition.starts_with(kModule)) {
    language.module_versions.push_back(read_module_version(addition.substr(kModule.size())));
  } else {
    fail_language(addition);
  }
}

void read_language(std::string_view text, LanguageOptions& language) {
  size_t end = std::min(text.find('+'), text.size());
  language.version = version_named(text.substr(0, end), text);
  while (end < text.size()) {
    size_t begin = end + 1;
    end = std::min(text.find('+', begin), text.size());
    read_addition(text.substr(begin, end - begin), language);
  }
  std::sort(language.module_versions.begin(), language.module_versions.end(),
            [](const ModuleVersion& a, const ModuleVersion& b) { return a.module < b.module; });
}

bool is_name(std::string_view segment) {
  if (segment.empty() || (segment[0] >= '0' && segment[0] <= '9')) return false;
  return std::all_of(segment.begin(), segment.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::string_view declaration_error(const HostFunction& function) {
  std::string_view name = function.name;
  if (name.size() > 256) return "the name is too long";
  for (size_t begin = 0; begin <= name.size();) {
    size_t end = std::min(name.find('.', begin), name.size());
    if (!is_name(name.substr(begin, end - begin))) return "the name must be identifiers separated by dots";
    begin = end + 1;
  }
  if (name.starts_with("data.") || name == "data" || name.starts_with("input.") || name == "input") {
    return "the name begins with `data` or `input`";
  }
  if (find_builtin(name) != nullptr) return "a built-in has this name";
  if (function.arity > kMaxArity) return "too many arguments";
  return {};
}

PolicyConfig make_config(const EngineOptions& options, const Program& program) {
  PolicyConfig config;
  config.language = language_text(options.language);
  for (const std::string& path : options.entrypoints) config.entrypoints.push_back(path);
  std::sort(config.entrypoints.begin(), config.entrypoints.end());
  config.entrypoints.erase(std::unique(config.entrypoints.begin(), config.entrypoints.end()), config.entrypoints.end());
  for (const Builtin* builtin : program.builtins) {
    if (find_builtin(builtin->name) != builtin) continue;  // the host's
    config.builtins.emplace_back(std::string(builtin->name), builtin->version);
    switch (builtin->needs) {
      case Table::kNone: break;
      case Table::kTimeZones: config.tzdb = tzdb_version(); break;
      case Table::kUnicode: config.unicode = unicode_version(); break;
      case Table::kRegex: config.regex = regex_version(); break;
    }
  }
  for (const LimitRow& row : kLimits) config.limits.emplace_back(std::string(row.name), row.get(options.limits));
  config.strict_builtin_errors = options.strict_builtin_errors;
  config.verdict = options.verdict;
  return config;
}

EngineOptions options_from_config(const PolicyConfig& config) {
  EngineOptions options;
  read_language(config.language, options.language);
  for (const auto& [name, value] : config.limits) {
    auto row = std::find_if(std::begin(kLimits), std::end(kLimits),
                            [&, &wanted = name](const LimitRow& candidate) { return candidate.name == wanted; });
    if (row == std::end(kLimits)) throw Failure(ErrorCode::E_POLICY, "unknown limit `" + name + "`");
    if (!row->allows(value)) throw Failure(ErrorCode::E_POLICY, "the limit `" + name + "` is out of range");
    row->set(options.limits, value);
  }
  options.strict_builtin_errors = config.strict_builtin_errors;
  options.verdict = config.verdict;
  options.entrypoints = config.entrypoints;
  return options;
}

}  // namespace writ
