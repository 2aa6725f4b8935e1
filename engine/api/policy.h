// Policies: what modules become once they are compiled.
//
// A Policy is a verified program, the exact bytes of the modules it was made of, and the configuration they were
// compiled under. It never changes, so any number of threads and contexts share one. It knows no data: a BoundPolicy
// joins the two. It has no query either: a Query (query.h) is compiled on top of a policy and leaves it as it is.
//
//   CompileResult compiled = Policy::compile({{"authz.rego", text}}, options);
//   if (compiled.policy == nullptr) show(compiled.diagnostics, compiled.sources);
//
// Entry points are what a decision may be requested of: every rule and every package, by paths like "authz/allow".
// Where the options name some, only those.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/program/program.h"
#include "engine/record/policy_config_text.h"
#include "engine/record/policy_identity.h"
#include "engine/vm/limits.h"
#include "lang/compile.h"

namespace writ {

inline constexpr std::string_view kEngineName = "writ";
inline constexpr std::string_view kEngineVersion = "0.1.0";

// Everything that shapes a policy besides its texts. All of it that can change an outcome is part of the policy digest.
struct EngineOptions : lang::CompileOptions {
  Limits limits;
  bool strict_builtin_errors = true;   // a failing built-in ends the decision; otherwise it is undefined
  VerdictMode verdict = VerdictMode::kBoolean;
  std::vector<std::string> entrypoints;  // paths that are exposed; none = every rule and package
};

class Policy;

// What compiling gives. `policy` is null exactly if there are diagnostics, and always after check(); `sources` is what the
// spans of diagnostics refer to.
struct CompileResult {
  std::shared_ptr<const Policy> policy;
  std::vector<Diagnostic> diagnostics;
  SourceMap sources;
};

class Policy {
 public:
  // Source::name is the module's path; under it the module is part of the policy digest. Throws Failure(E_POLICY) for
  // options that contradict themselves (a limit of zero, an entry point that does not exist); policy texts give
  // diagnostics.
  static CompileResult compile(std::vector<lang::Source> sources, const EngineOptions& options = {});
  // The same diagnostics, for much less work.
  static CompileResult check(const std::vector<lang::Source>& sources, const EngineOptions& options = {});
  // From what serialise() made. The program is verified, but that it is the compilation of the sources inside it is for
  // replay to show. The language is that of the file, whatever the options say. Throws Failure(E_POLICY).
  static std::shared_ptr<const Policy> load(std::string_view bytes, const EngineOptions& options = {});

  std::string serialise() const { return writ::serialise(*program_); }

  // The number of an entry point of the form "authz/allow" for Context::decide; kNone32 if there is none or it is not
  // exposed. O(log n).
  uint32_t entry_index(std::string_view path) const;
  bool is_exposed(uint32_t index) const;
  // The paths that entry_index knows, sorted.
  std::vector<std::string_view> entries() const;
  size_t entry_count() const { return exposed_.empty() ? program_->entries.size() : exposed_.size(); }
  // The path of one of them, by its place in entries().
  std::string_view entry(size_t place) const {
    return program_->entries[exposed_.empty() ? place : exposed_[place]].text;
  }

  const std::vector<lang::Source>& sources() const { return sources_; }
  // Module paths and exact bytes. The views live as long as the policy.
  std::vector<PolicyModule> modules() const;
  const PolicyConfig& config() const { return config_; }
  const std::string& config_text() const { return config_text_; }  // canonical
  const EngineOptions& options() const { return options_; }
  const Program& program() const { return *program_; }
  // The functions of class `each`, sorted: every call of one reaches the host. All others are called once per decision
  // for equal arguments.
  const std::vector<std::string>& each_call_functions() const { return each_call_functions_; }
  // Paths and SHA-256 of the modules, computed at the first call. Throws Failure(E_POLICY) for a path that cannot be
  // part of a digest.
  const std::vector<PolicyPart>& parts() const;

 private:
  Policy(std::unique_ptr<const Program> program, std::vector<lang::Source> sources, EngineOptions options);
  void expose_only(const std::vector<std::string>& paths);

  EngineOptions options_;                  // as given, with entry points in their one form
  std::unique_ptr<const Program> program_;  // verified
  std::vector<lang::Source> sources_;      // of the modules, as they were given
  PolicyConfig config_;                    // what options and program say, for the policy digest
  std::string config_text_;                // its canonical text
  std::vector<std::string> each_call_functions_;  // see each_call_functions()
  std::vector<uint32_t> exposed_;          // indexes of the entry points that are exposed, ascending; empty = all
  mutable std::once_flag parts_once_;
  mutable std::vector<PolicyPart> parts_;  // see parts()
};

}  // namespace writ
