// Policies: compiled or loaded, with the configuration that is part of their identity.
#include <algorithm>
#include <mutex>

#include "engine/api/engine.h"
#include "engine/api/policy_config.h"
#include "engine/base/error.h"

namespace writ {

// Module paths and configuration: the same for a policy and for the queries compiled on top of it.
struct Policy::Identity {
  PolicyConfig config;
  std::string config_text;
  std::vector<lang::Source> sources;
  std::once_flag once;
  std::vector<PolicyPart> parts;
};

namespace {

[[noreturn]] void fail_policy(std::string detail) { throw Failure(ErrorCode::E_POLICY, std::move(detail)); }

lang::CompileOptions compile_options(const EngineOptions& options) {
  lang::CompileOptions result;
  result.version = options.version;
  result.experimental_keywords = options.experimental_keywords;
  result.strict = options.strict_checks;
  result.keep_print = options.keep_print;
  result.switches = options.switches;
  for (const FunctionDeclaration& function : options.functions) {
    result.extra_functions.push_back(function.name + "/" + std::to_string(function.arity));
  }
  return result;
}

void check_options(const EngineOptions& options) {
  const Limits& limits = options.limits;
  if (limits.input_bytes == 0 || limits.input_depth == 0 || limits.fuel == 0 || limits.memory_bytes == 0 ||
      limits.output_bytes == 0 || limits.call_depth == 0) {
    fail_policy("a limit is zero");
  }
  if (limits.input_depth > kMaxInputDepth) fail_policy("the limit input_depth is above what a record can hold");
  for (const FunctionDeclaration& function : options.functions) {
    std::string_view fault = declaration_error(function);
    if (!fault.empty()) fail_policy("host function \"" + function.name + "\": " + std::string(fault));
  }
}

// Checked, and with entry points in the one form they have.
std::shared_ptr<const EngineOptions> settle(const EngineOptions& options) {
  check_options(options);
  auto settled = std::make_shared<EngineOptions>(options);
  for (std::string& path : settled->entrypoints) path = entry_path(path);
  return settled;
}

// Which functions are the host's and of which class is the options' business, not the program's.
void check_host_functions(const Program& program, const EngineOptions& options) {
  for (const HostFunction& called : program.host_functions) {
    bool declared = std::any_of(options.functions.begin(), options.functions.end(), [&](const FunctionDeclaration& f) {
      return f.name == called.name && f.arity == called.builtin.arity;
    });
    if (!declared) {
      fail_policy("the program calls " + called.name + "/" + std::to_string(called.builtin.arity) +
                  ", which the host has not declared");
    }
  }
}

}  // namespace

std::string entry_path(std::string_view text) {
  if (text.starts_with('/')) text.remove_prefix(1);
  bool dotted = text.starts_with("data.") || text == "data";
  if (!dotted && !text.starts_with("data/")) return std::string(text);
  std::string path(text.substr(std::min<size_t>(text.size(), 5)));
  if (dotted) std::replace(path.begin(), path.end(), '.', '/');
  return path;
}

// --- Making ----------------------------------------------------------------------------------------------------------

std::shared_ptr<Policy> Policy::from_compiled(lang::Compiled& compiled) {
  std::shared_ptr<Policy> policy(new Policy());
  policy->program_ = std::move(compiled.program);
  policy->query_function_ = compiled.query_function;
  policy->query_shape_ = std::move(compiled.query);
  policy->rules_ = std::move(compiled.rules);
  policy->ast_dump_ = std::move(compiled.ast_dump);
  policy->plan_dump_ = std::move(compiled.plan_dump);
  return policy;
}

CompileResult Policy::compile(std::vector<lang::Source> sources, const EngineOptions& options) {
  std::shared_ptr<const EngineOptions> settled = settle(options);
  lang::Compiled compiled = lang::compile(sources, compile_options(options));
  CompileResult result;
  result.diagnostics = std::move(compiled.diagnostics);
  result.sources = std::move(compiled.sources);
  if (compiled.program == nullptr) return result;
  std::shared_ptr<Policy> policy = from_compiled(compiled);
  policy->options_ = settled;
  policy->identity_ = std::make_shared<Identity>();
  policy->identity_->sources = std::move(sources);
  policy->identity_->config = make_config(*settled, *policy->program_);
  policy->identity_->config_text = policy->identity_->config.text();
  policy->restrict_entries(settled->entrypoints);
  result.policy = std::move(policy);
  return result;
}

std::shared_ptr<const Policy> Policy::load(std::string_view bytes, const EngineOptions& options) {
  lang::Compiled loaded;
  loaded.program = load_program(bytes);
  EngineOptions as_compiled = options;
  as_compiled.version = static_cast<lang::RegoVersion>(loaded.program->language.version);
  as_compiled.experimental_keywords = loaded.program->language.experimental_keywords;
  as_compiled.keep_print = loaded.program->language.keep_print;
  std::shared_ptr<const EngineOptions> settled = settle(as_compiled);
  check_host_functions(*loaded.program, options);
  std::shared_ptr<Policy> policy = from_compiled(loaded);
  policy->options_ = settled;
  policy->identity_ = std::make_shared<Identity>();
  const SourceMap& sources = policy->program_->sources;
  for (uint32_t i = 0; i < sources.size(); ++i) {
    const SourceFile& file = sources.file(i);
    if (!file.name.empty()) policy->identity_->sources.push_back({file.name, file.text});
  }
  policy->identity_->config = make_config(*settled, *policy->program_);
  policy->identity_->config_text = policy->identity_->config.text();
  policy->restrict_entries(settled->entrypoints);
  return policy;
}

CompileResult Policy::with_query(const QueryOptions& query) const {
  lang::CompileOptions options = compile_options(*options_);
  options.query = query.text;
  options.query_package = query.package;
  options.query_imports = query.imports;
  options.capture = query.capture;
  lang::Compiled compiled = lang::compile(identity_->sources, options);
  CompileResult result;
  result.diagnostics = std::move(compiled.diagnostics);
  result.sources = std::move(compiled.sources);
  if (compiled.program == nullptr) return result;
  std::shared_ptr<Policy> policy = from_compiled(compiled);
  policy->options_ = options_;
  policy->identity_ = identity_;
  policy->query_ = query;
  policy->query_call_ = query_call_text(query);
  policy->restrict_entries(options_->entrypoints);
  result.policy = std::move(policy);
  return result;
}

void Policy::restrict_entries(const std::vector<std::string>& allowed) {
  for (const std::string& path : allowed) {
    auto found = std::find_if(program_->entries.begin(), program_->entries.end(),
                              [&](const EntryPoint& entry) { return entry.path == path; });
    if (found == program_->entries.end()) fail_policy("entry point \"" + path + "\" is not in the policy");
    asked_.push_back(static_cast<uint32_t>(found - program_->entries.begin()));
  }
  std::sort(asked_.begin(), asked_.end());
  asked_.erase(std::unique(asked_.begin(), asked_.end()), asked_.end());
}

// --- Reading ---------------------------------------------------------------------------------------------------------

uint32_t Policy::find_entry(std::string_view path) const {
  const std::vector<EntryPoint>& entries = program_->entries;
  auto found = std::lower_bound(entries.begin(), entries.end(), path,
                                [](const EntryPoint& entry, std::string_view wanted) { return entry.path < wanted; });
  if (found == entries.end() || found->path != path) return kNone32;
  auto number = static_cast<uint32_t>(found - entries.begin());
  return may_be_asked(number) ? number : kNone32;
}

bool Policy::may_be_asked(uint32_t number) const {
  if (number >= program_->entries.size()) return false;
  return asked_.empty() || std::binary_search(asked_.begin(), asked_.end(), number);
}

std::vector<std::string_view> Policy::entries() const {
  std::vector<std::string_view> paths;
  for (size_t i = 0; i < entry_count(); ++i) paths.push_back(entry(i));
  return paths;
}

std::vector<PolicyModule> Policy::modules() const {
  std::vector<PolicyModule> modules;
  for (const lang::Source& source : identity_->sources) modules.push_back({source.name, source.text});
  return modules;
}

const PolicyConfig& Policy::config() const { return identity_->config; }
const std::string& Policy::config_text() const { return identity_->config_text; }

const std::vector<PolicyPart>& Policy::parts() const {
  std::call_once(identity_->once, [this] {
    std::vector<PolicyPart> parts;
    for (const lang::Source& source : identity_->sources) parts.push_back({source.name, sha256(source.text)});
    identity_->parts = std::move(parts);
  });
  return identity_->parts;
}

// --- BoundPolicy ---------------------------------------------------------------------------------------------------------

namespace {

// Whether `data` has something at the path of the node, or something that is no object on the way there: a rule there
// would stand in its way.
bool is_taken(const Program& program, const Value& data, uint32_t node) {
  std::vector<std::string_view> path;
  for (uint32_t at = node; at != 0 && at != kNone32; at = program.nodes[at].parent) {
    path.push_back(program.nodes[at].key);
  }
  const Value* place = &data;
  for (size_t i = path.size(); i > 0; --i) {
    if (!place->is_object()) return true;
    place = object_find(*place, path[i - 1]);
    if (place == nullptr) return false;
  }
  return true;
}

[[noreturn]] void fail_conflict(const Program& program, uint32_t node) {
  std::string path;
  for (uint32_t at = node; at != 0 && at != kNone32; at = program.nodes[at].parent) {
    path = path.empty() ? program.nodes[at].key : program.nodes[at].key + "/" + path;
  }
  Error error;
  error.code = ErrorCode::E_POLICY;
  error.opa_code = "rego_compile_error";
  error.detail = "conflicting rule for data path " + path + " found";
  Span span = program.span_at(program.functions[program.nodes[node].rule].entry);
  if (span.file < program.sources.size() && span.end > 0) {
    Position position = program.sources.position(span.file, span.begin);
    error.file = program.sources.file(span.file).name;
    error.row = position.row;
    error.column = position.column;
  }
  throw Failure(std::move(error));
}

void check_conflicts(const Program& program, const Value& data) {
  for (uint32_t node = 1; node < program.nodes.size(); ++node) {
    if (program.nodes[node].rule != kNone32 && is_taken(program, data, node)) fail_conflict(program, node);
  }
}

}  // namespace

std::shared_ptr<const BoundPolicy> BoundPolicy::make(std::shared_ptr<const Policy> policy, std::shared_ptr<const DataSet> data,
                                             Digests digests) {
  if (policy == nullptr) fail_policy("there is no policy");
  if (data == nullptr) data = DataSet::empty();
  check_conflicts(policy->program(), data->root());
  std::shared_ptr<BoundPolicy> bound_policy(new BoundPolicy());
  if (digests == Digests::kNone) {
    bound_policy->identity_error_ = "the policy was prepared without digests";
  } else {
    try {
      bound_policy->identity_ = identify_policy(policy->parts(), data->parts(), policy->config_text());
    } catch (const Failure& failure) {
      if (digests == Digests::kRequired) throw;
      bound_policy->identity_error_ = failure.error().detail;
    }
  }
  bound_policy->policy_ = std::move(policy);
  bound_policy->data_ = std::move(data);
  return bound_policy;
}

}  // namespace writ
