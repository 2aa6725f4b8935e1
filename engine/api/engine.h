// The engine as a C++ program uses it: policies, data, decisions, evidence.
//
//   Policy     what was compiled: a verified program, its exact sources, its configuration      immutable, shared
//   DataSet    base documents, frozen                                                            immutable, shared
//   BoundPolicy    a policy with its data, and the digests that name both                            immutable, shared
//   Context    decides, one question after another; all working memory                           one per thread
//
//   auto compiled = Policy::compile({{"authz.rego", text}}, options);
//   auto bound_policy = BoundPolicy::make(compiled.policy, DataSet::from_json("{}"));
//   SystemHost host;
//   Context context;
//   context.bind(bound_policy, host);
//   const Decision& decision = context.decide("authz/allow", input);
//   if (decision.verdict == Verdict::kAllow) …
//
// Shared things are reference-counted and never change, so threads need no locks. In steady state a decision without a
// record, and one with a record of usual size, does not call malloc.
//
// Everything fails closed. A decision starts as Verdict::kNone and its verdict is written last; whatever goes wrong on
// the way, lack of memory included, ends as Verdict::kError with a code.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/host/host.h"
#include "engine/host/recording_port.h"
#include "engine/base/diagnostic.h"
#include "engine/program/program.h"
#include "engine/record/policy.h"
#include "engine/record/record.h"
#include "engine/record/verdict.h"
#include "engine/record/writer.h"
#include "engine/value/json.h"
#include "engine/vm/limits.h"
#include "engine/vm/machine.h"
#include "engine/vm/snapshot.h"
#include "lang/compile.h"

namespace writ {

inline constexpr std::string_view kEngineName = "writ";
inline constexpr std::string_view kEngineVersion = "0.1.0";

// --- Options ---------------------------------------------------------------------------------------------------------

// Everything that shapes a policy besides its texts. All of it that can change an outcome is part of the policy digest.
struct EngineOptions {
  lang::RegoVersion version = lang::RegoVersion::kV1;
  bool experimental_keywords = false;
  bool strict_checks = false;          // unused variables, imports and arguments are errors
  bool keep_print = false;             // print statements reach Host::note; otherwise they are erased
  lang::Switches switches;             // optimisations; off must give the same answers
  Limits limits;
  bool strict_builtin_errors = true;   // a failing built-in ends the decision; otherwise it is undefined
  VerdictMode verdict = VerdictMode::kBoolean;
  std::vector<std::string> entrypoints;  // paths that may be asked; none = every rule and package
  std::vector<FunctionDeclaration> functions;   // what the host offers to policies
};

// "data.authz.allow", "/authz/allow" or "authz/allow" → "authz/allow", the form of entry points.
std::string entry_path(std::string_view text);

// --- Policy ----------------------------------------------------------------------------------------------------------

class Policy;

// What compiling gives. `policy` is null exactly if there are diagnostics; `sources` is what their spans refer to.
struct CompileResult {
  std::shared_ptr<const Policy> policy;
  std::vector<Diagnostic> diagnostics;
  SourceMap sources;
};

// An ad-hoc query beside the modules of a policy.
struct QueryOptions {
  std::string text;
  std::string package;               // "a.b": names are resolved as inside it
  std::vector<std::string> imports;  // "data.x as y", as after `import`
  bool capture = false;              // bind the values of the query's expressions, as `opa eval` shows them
};

class Policy {
 public:
  // Source::name is the module's path; under it the module is part of the policy digest. Throws Failure(E_POLICY) for
  // options that contradict themselves (a limit of zero, an entry point that does not exist); policy texts give
  // diagnostics.
  static CompileResult compile(std::vector<lang::Source> sources, const EngineOptions& options = {});
  // From what serialise() made. The program is verified, but that it is the compilation of the sources inside it is for
  // replay to show. The language is that of the file, whatever the options say. Throws Failure(E_POLICY).
  static std::shared_ptr<const Policy> load(std::string_view bytes, const EngineOptions& options = {});

  // This policy with a query compiled on top. Compiles all modules again: O(size of the sources). Digests are those of
  // this policy; the query's text stands in the record of each decision.
  CompileResult with_query(const QueryOptions& query) const;

  std::string serialise() const { return writ::serialise(*program_); }

  // The number of an entry point of the form "authz/allow" for Context::decide; kNone32 if there is none or it may not
  // be asked. O(log n).
  uint32_t find_entry(std::string_view path) const;
  bool may_be_asked(uint32_t number) const;
  // All that find_entry knows, sorted.
  std::vector<std::string_view> entries() const;
  size_t entry_count() const { return asked_.empty() ? program_->entries.size() : asked_.size(); }
  std::string_view entry(size_t index) const {
    return program_->entries[asked_.empty() ? index : asked_[index]].path;
  }

  // Module paths and exact bytes. The views live as long as the policy.
  std::vector<PolicyModule> modules() const;
  const PolicyConfig& config() const;
  const std::string& config_text() const;  // canonical
  const EngineOptions& options() const { return *options_; }
  const Program& program() const { return *program_; }

  // Of a policy made by with_query; else kNone32, empty.
  uint32_t query_function() const { return query_function_; }
  const lang::QueryShape& query_shape() const { return query_shape_; }
  const QueryOptions& query() const { return query_; }
  // What stands under `entry.call` in a record of this query: canonical members, without braces; "" where all are
  // usual.
  const std::string& query_call() const { return query_call_; }
  // Paths and SHA-256 of the modules. Computed when first asked for. Throws Failure(E_POLICY) for a path that cannot be
  // part of a digest.
  const std::vector<PolicyPart>& parts() const;
  // Rules with their places, for test runners; empty for a loaded program.
  const std::vector<lang::Compiled::RuleInfo>& rules() const { return rules_; }
  const std::string& ast_dump() const { return ast_dump_; }
  const std::string& plan_dump() const { return plan_dump_; }

 private:
  Policy() = default;
  struct Identity;
  static std::shared_ptr<Policy> from_compiled(lang::Compiled& compiled);
  void restrict_entries(const std::vector<std::string>& allowed);

  std::shared_ptr<const EngineOptions> options_;
  std::shared_ptr<Identity> identity_;  // what a policy shares with its queries
  std::unique_ptr<const Program> program_;
  std::vector<uint32_t> asked_;         // numbers of the entry points that may be asked, ascending; empty = all
  uint32_t query_function_ = kNone32;
  lang::QueryShape query_shape_;
  QueryOptions query_;
  std::string query_call_;
  std::vector<lang::Compiled::RuleInfo> rules_;
  std::string ast_dump_, plan_dump_;
};

// --- Data ------------------------------------------------------------------------------------------------------------

class DataSet {
 public:
  // One JSON object; "" is {}. Throws Failure with the reader's code, E_JSON_SYNTAX if it is no object.
  static std::shared_ptr<const DataSet> from_json(std::string_view text);
  // `root` must be an object. It is copied.
  static std::shared_ptr<const DataSet> from_value(const Value& root);
  static std::shared_ptr<const DataSet> empty();

  std::shared_ptr<const Snapshot> snapshot() const { return snapshot_; }
  const Value& root() const { return snapshot_->root; }

  // Top-level keys, by key bytes, with the SHA-256 of their canonical text [P2]. Computed when first asked for,
  // O(size).
  const std::vector<PolicyPart>& parts() const;
  // Keys and canonical texts, for a store. O(size).
  std::vector<std::pair<std::string, std::string>> texts() const;

 private:
  struct Parts;
  explicit DataSet(std::shared_ptr<const Snapshot> snapshot);

  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<Parts> parts_;
};

// Puts documents together as OPA does with the files of a folder or a bundle: each under its path, objects merged
// member by member. Two different values at one place are a Failure(E_POLICY), "merge error".
class DataMerger {
 public:
  // `place` is the path below `data`, empty for the root; `name` is for messages. Throws Failure.
  void add_json(const std::vector<std::string>& place, std::string_view text, std::string_view name);
  void add(const std::vector<std::string>& place, const Value& document, std::string_view name);
  std::shared_ptr<const DataSet> finish() const { return DataSet::from_value(root_); }

 private:
  Value merge(const Value& into, const Value& from, std::string_view name);

  Arena arena_;
  Value root_ = Value::sorted_object(nullptr, 0);
};

// --- BoundPolicy ---------------------------------------------------------------------------------------------------------

class BoundPolicy {
 public:
  enum class Digests { kRequired, kIfPossible, kNone };

  // Throws Failure(E_POLICY) if a base document stands where a rule is, or (with kRequired) if a module's path cannot be
  // part of a digest. kRequired hashes sources and data once; kNone leaves that out, and no decision can then be recorded;
  // kIfPossible is kRequired if the paths can be part of a digest, else kNone.
  static std::shared_ptr<const BoundPolicy> make(std::shared_ptr<const Policy> policy, std::shared_ptr<const DataSet> data,
                                             Digests digests = Digests::kRequired);

  const Policy& policy() const { return *policy_; }
  const DataSet& data() const { return *data_; }
  const std::shared_ptr<const Policy>& shared_policy() const { return policy_; }
  const std::shared_ptr<const DataSet>& shared_data() const { return data_; }
  // Nothing if made without digests; `identity_error` says why.
  const std::optional<PolicyIdentity>& identity() const { return identity_; }
  const std::string& identity_error() const { return identity_error_; }

 private:
  BoundPolicy() = default;

  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const DataSet> data_;
  std::optional<PolicyIdentity> identity_;
  std::string identity_error_;
};

// --- Decision --------------------------------------------------------------------------------------------------------

struct DecideOptions {
  bool record = false;
  std::optional<uint64_t> fuel;  // lowers the limit of the policy for this call; never raises it
  std::optional<std::string_view> traceparent, tracestate, requested_by;
  std::optional<std::string_view> batch_decision_id;
  std::optional<Digest> action;  // of the bytes the executor will act on
  bool open_commitments = false;  // without salts: whoever can guess an input can confirm it
  bool commitments = false;       // also compute what the leaf of a ledger holds: four more hashes
};

// Lives in its context and is valid, with everything it points to, until that context's next decision.
struct Decision {
  Verdict verdict = Verdict::kNone;
  Status status = Status::kError;
  ErrorCode code = ErrorCode::kNone;  // of Status::kError
  Value value;                        // of Status::kDefined; text.h makes JSON of it
  Error error;                        // of Status::kError: for people
  uint64_t fuel = 0;
  bool rejected = false;              // the reader refused the input
  // Of a query: all solutions, [[binding values …], [expression values …]] each; see lang::QueryShape.
  Value rows;

  // If a record was asked for and could be made: the line with its line feed. Empty means there is none, and then the
  // verdict is never kAllow.
  std::string_view record;
  // Valid if `record` is not empty.
  RecordDigests digests;
  std::string_view decision_id;
  TraceIds trace;
  Commitments commitments;  // if asked for
};

// What stands in every record of a context. Texts are JSON objects in any form.
struct RecordMembers {
  std::string labels = "{}";
  std::string bundles;                // "" = left out
  std::string custom;
  std::optional<Digest> engine_build;    // of the executable
  std::optional<Digest> engine_program;  // of the compiled program
};

class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // May be called again at any time between decisions, for instance with newer data: O(data slots of the program). The
  // host must outlive its use.
  void bind(std::shared_ptr<const BoundPolicy> bound_policy, Host& host);
  const std::shared_ptr<const BoundPolicy>& bound_policy() const { return bound_policy_; }

  // Throws Failure with the reader's code.
  void set_record_members(const RecordMembers& members);

  // Asks an entry point. No input is not the same as null. Never throws.
  const Decision& decide(std::string_view entry, std::optional<std::string_view> input,
                         const DecideOptions& options = {}) noexcept;
  // The same by number (Policy::find_entry), which spares the search.
  const Decision& decide(uint32_t entry, std::optional<std::string_view> input,
                         const DecideOptions& options = {}) noexcept;
  // Asks the query of the policy (with_query). The value is an array of objects {binding: value}, one per solution; no
  // solution is undefined. The verdict is kValue, kUndefined or kError whatever the mode of the policy.
  const Decision& query(std::optional<std::string_view> input, const DecideOptions& options = {}) noexcept;

  // For measurements and special clients.
  Machine& machine() { return machine_; }
  const HostCallLog& outside() const { return port_.log(); }

 private:
  struct Question {
    EntryKind kind = EntryKind::kPath;
    std::string_view text;         // of the entry point or query
    uint32_t function = kNone32;   // kNone32: there is no such entry point
    VerdictMode mode = VerdictMode::kNone;
    std::optional<std::string_view> input;
  };

  const Decision& run(const Question& question, const DecideOptions& options) noexcept;
  void clear();
  void ask(const Question& question, const DecideOptions& options);
  void start(const DecideOptions& options);
  bool read_input(std::string_view text);
  void write_call(const Question& question, const DecideOptions& options);
  void evaluate(const Question& question);
  void settle_value(const Question& question);
  Value rows_to_objects(const Value& rows);
  void begin_record(const Question& question, const DecideOptions& options);
  void draw_identity(bool open_commitments);
  void set_members(const DecideOptions& options);
  void finish_record(const DecideOptions& options);
  void fail(const Error& error);
  void fail_from_current_exception() noexcept;

  std::shared_ptr<const BoundPolicy> bound_policy_;
  Host* host_ = nullptr;
  Machine machine_;
  JsonReader reader_;
  RecordingPort port_;
  RecordWriter writer_;
  Decision decision_;
  Outcome outcome_;

  // Of the running decision.
  Value input_;                 // undefined: none, or rejected
  bool input_canonical_ = false;
  bool result_written_ = false;  // result_text_ is the canonical text of the value
  RecordInputs question_;
  std::string entry_text_, call_text_, input_text_, result_text_, line_, decision_id_text_;
  RecordMembers members_;       // canonical
};

}  // namespace writ
