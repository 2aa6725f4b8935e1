// Policies: from modules (compile) or from the file form (load) to a program with its configuration.
//
// Both ways end in the same constructor. First the options are checked and brought into their one form
// (normalise_options), then there is a program, then the configuration is derived from both: it is the configuration of
// what really runs, built-ins and their versions included. A loaded program says itself what language its texts are in,
// so its options are read before the caller's are checked. Entry points that the options name must exist; their indexes
// in Program::entries are the numbers that callers use.
#include "engine/api/policy.h"

#include <algorithm>

#include "engine/api/policy_config.h"
#include "engine/base/error.h"

namespace writ {

namespace {

[[noreturn]] void fail_policy(std::string detail) { throw Failure(ErrorCode::E_POLICY, std::move(detail)); }

void check_options(const EngineOptions& options) {
  for (const LimitRow& row : kLimits) {
    if (row.allows(row.get(options.limits))) continue;
    fail_policy("the limit `" + std::string(row.name) + "` must be from 1 to " + std::to_string(row.most));
  }
  for (const HostFunction& function : options.language.functions) {
    std::string_view error = declaration_error(function);
    if (!error.empty()) fail_policy("host function `" + function.name + "`: " + std::string(error));
  }
}

// Checked, and with entry points in the one form they have.
EngineOptions normalise_options(const EngineOptions& options) {
  check_options(options);
  EngineOptions normal = options;
  for (std::string& path : normal.entrypoints) path = entry_path(path);
  return normal;
}

// Which functions are the host's and of which class is the options' business, not the program's.
void check_host_functions(const Program& program, const EngineOptions& options) {
  for (const HostBuiltin& host : program.host_functions) {
    const HostFunction& called = host.function;
    bool declared = std::any_of(options.language.functions.begin(), options.language.functions.end(), [&](const HostFunction& f) {
      return f.name == called.name && f.arity == called.arity;
    });
    if (!declared) {
      fail_policy("the program calls `" + called.name + "/" + std::to_string(called.arity) +
                  "`, which the options do not declare");
    }
  }
}

// Of the host's functions and of the built-ins those that are not declared `once`.
std::vector<std::string> find_each_call_functions(const EngineOptions& options) {
  std::vector<std::string> names;
  for (const HostFunction& function : options.language.functions) {
    if (!function.once) names.push_back(function.name);
  }
  for (const Builtin& builtin : builtins()) {
    if (!builtin.once) names.emplace_back(builtin.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

// --- Making ----------------------------------------------------------------------------------------------------------

Policy::Policy(std::unique_ptr<const Program> program, std::vector<lang::Source> sources, EngineOptions options)
    : options_(std::move(options)),
      program_(std::move(program)),
      sources_(std::move(sources)),
      config_(make_config(options_, *program_)),
      config_text_(config_.text()),
      each_call_functions_(find_each_call_functions(options_)) {
  expose_only(options_.entrypoints);
}

CompileResult Policy::compile(std::vector<lang::Source> sources, const EngineOptions& options) {
  EngineOptions normal = normalise_options(options);
  lang::Compiled compiled = lang::compile(sources, options);
  CompileResult result;
  result.diagnostics = std::move(compiled.diagnostics);
  result.sources = std::move(compiled.sources);
  if (compiled.program == nullptr) return result;
  result.policy.reset(new Policy(std::move(compiled.program), std::move(sources), std::move(normal)));
  return result;
}

CompileResult Policy::check(const std::vector<lang::Source>& sources, const EngineOptions& options) {
  normalise_options(options);  // says what contradicts itself
  lang::Compiled checked = lang::check(sources, options);
  CompileResult result;
  result.diagnostics = std::move(checked.diagnostics);
  result.sources = std::move(checked.sources);
  return result;
}

std::shared_ptr<const Policy> Policy::load(std::string_view bytes, const EngineOptions& options) {
  std::unique_ptr<Program> program = load_program(bytes);
  EngineOptions as_compiled = options;
  static_cast<Language&>(as_compiled.language) = program->language;
  EngineOptions normal = normalise_options(as_compiled);
  check_host_functions(*program, options);
  std::vector<lang::Source> sources;
  for (uint32_t i = 0; i < program->sources.size(); ++i) {
    const SourceFile& file = program->sources.file(i);
    if (!file.name.empty()) sources.push_back({file.name, file.text});
  }
  return std::shared_ptr<const Policy>(new Policy(std::move(program), std::move(sources), std::move(normal)));
}

void Policy::expose_only(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    uint32_t index = program_->entry_index(path);
    if (index == kNone32) fail_policy("there is no entry point `" + path + "`");
    exposed_.push_back(index);
  }
  std::sort(exposed_.begin(), exposed_.end());
  exposed_.erase(std::unique(exposed_.begin(), exposed_.end()), exposed_.end());
}

// --- Reading ---------------------------------------------------------------------------------------------------------

uint32_t Policy::entry_index(std::string_view path) const {
  uint32_t index = program_->entry_index(path);
  return index != kNone32 && is_exposed(index) ? index : kNone32;
}

bool Policy::is_exposed(uint32_t index) const {
  if (index >= program_->entries.size()) return false;
  return exposed_.empty() || std::binary_search(exposed_.begin(), exposed_.end(), index);
}

std::vector<std::string_view> Policy::entries() const {
  std::vector<std::string_view> paths;
  for (size_t i = 0; i < entry_count(); ++i) paths.push_back(entry(i));
  return paths;
}

std::vector<PolicyModule> Policy::modules() const {
  std::vector<PolicyModule> modules;
  for (const lang::Source& source : sources_) modules.push_back({source.name, source.text});
  return modules;
}

const std::vector<PolicyPart>& Policy::parts() const {
  std::call_once(parts_once_, [this] {
    std::vector<PolicyPart> parts;
    for (const lang::Source& source : sources_) parts.push_back({source.name, sha256(source.text)});
    parts_ = std::move(parts);
  });
  return parts_;
}

}  // namespace writ
