// Joining a policy with its data: conflicts between rules and base documents, and the digests of both.
#include "engine/api/bound_policy.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/program/reads.h"

namespace writ {

namespace {

// Whether `data` has something at the path of the node, or something that is not an object on the way there: a rule or function
// there would be in its way.
bool is_taken(const Program& program, const Value& data, uint32_t node) {
  const Value* place = &data;
  for (std::string_view key : path_of(program, node)) {
    if (!place->is_object()) return true;
    place = object_find(*place, key);
    if (place == nullptr) return false;
  }
  return true;
}

[[noreturn]] void fail_conflict(const Program& program, const Function& function) {
  std::string path;
  for (std::string_view key : path_of(program, function.node)) {
    if (!path.empty()) path += '/';
    path += key;
  }
  Error error;
  error.code = ErrorCode::E_POLICY;
  error.opa_code = "rego_compile_error";
  error.detail = "conflicting rule for data path " + path + " found";
  Span span = program.span_at(function.entry);
  if (span.file < program.sources.size() && span.end > 0) {
    Position position = program.sources.position(span.file, span.begin);
    error.file = program.sources.file(span.file).name;
    error.row = position.row;
    error.column = position.column;
  }
  throw Failure(std::move(error));
}

void check_conflicts(const Program& program, const Value& data) {
  for (const Function& function : program.functions) {
    bool is_named = function.kind == FunctionKind::kRule || function.kind == FunctionKind::kFunction;
    if (is_named && function.node != 0 && is_taken(program, data, function.node)) fail_conflict(program, function);
  }
}

}  // namespace

std::shared_ptr<BoundPolicy> BoundPolicy::join(std::shared_ptr<const Policy> policy,
                                               std::shared_ptr<const DataSet> data, Digests digests) {
  if (policy == nullptr) throw Failure(ErrorCode::E_POLICY, "there is no policy");
  if (data == nullptr) data = DataSet::empty();
  check_conflicts(policy->program(), data->root());
  std::shared_ptr<BoundPolicy> bound_policy(new BoundPolicy());
  if (digests == Digests::kNone) {
    bound_policy->identity_error_ = "the policy was bound without digests";
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

std::shared_ptr<const BoundPolicy> BoundPolicy::make(std::shared_ptr<const Policy> policy,
                                                     std::shared_ptr<const DataSet> data, Digests digests) {
  return join(std::move(policy), std::move(data), digests);
}

std::shared_ptr<const BoundPolicy> BoundPolicy::make(std::shared_ptr<const Query> query,
                                                     std::shared_ptr<const DataSet> data, Digests digests) {
  if (query == nullptr) throw Failure(ErrorCode::E_POLICY, "there is no query");
  std::shared_ptr<BoundPolicy> bound_policy = join(query->policy(), std::move(data), digests);
  bound_policy->query_ = std::move(query);
  return bound_policy;
}

std::vector<std::vector<std::string>> BoundPolicy::input_reads(uint32_t function) const {
  return writ::input_reads(program(), function);
}

}  // namespace writ
