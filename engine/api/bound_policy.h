// What a context decides by: a policy together with its data and, where there is one, a query on top of the policy.
//
// Binding checks that no base document is where a rule is, and computes the digests that name policy and data in
// every record. It never changes afterwards; any number of threads and contexts share one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/data_set.h"
#include "engine/api/policy.h"
#include "engine/api/query.h"
#include "engine/record/policy_identity.h"

namespace writ {

class BoundPolicy {
 public:
  enum class Digests { kRequired, kIfPossible, kNone };

  // Throws Failure(E_POLICY) if a base document is where a rule is, or (with kRequired) if a module's path cannot be
  // part of a digest. kRequired hashes sources and data once; kNone leaves that out, and no decision can then be
  // recorded; kIfPossible is kRequired if the paths can be part of a digest, else kNone. No data is {}.
  static std::shared_ptr<const BoundPolicy> make(std::shared_ptr<const Policy> policy,
                                                 std::shared_ptr<const DataSet> data,
                                                 Digests digests = Digests::kRequired);
  // The same for a query and the policy below it. The digests are those of the policy.
  static std::shared_ptr<const BoundPolicy> make(std::shared_ptr<const Query> query,
                                                 std::shared_ptr<const DataSet> data,
                                                 Digests digests = Digests::kRequired);

  const Policy& policy() const { return *policy_; }
  const DataSet& data() const { return *data_; }
  const std::shared_ptr<const Policy>& shared_policy() const { return policy_; }
  const std::shared_ptr<const DataSet>& shared_data() const { return data_; }
  // Null if only entry points can be evaluated.
  const Query* query() const { return query_.get(); }
  // What a machine runs: the query's program if there is a query, else the policy's. Entry points are found in it by
  // their texts: their indexes are those of the policy.
  const Program& program() const { return query_ != nullptr ? query_->program() : policy_->program(); }
  // What evaluating a function of program() may read of the input, at most: paths of member names from the outside in;
  // the empty path is the whole input. O(size of the program).
  std::vector<std::vector<std::string>> input_reads(uint32_t function) const;
  // Nothing if made without digests; `identity_error` says why.
  const std::optional<PolicyIdentity>& identity() const { return identity_; }
  const std::string& identity_error() const { return identity_error_; }

 private:
  BoundPolicy() = default;
  static std::shared_ptr<BoundPolicy> join(std::shared_ptr<const Policy> policy, std::shared_ptr<const DataSet> data,
                                           Digests digests);

  std::shared_ptr<const Policy> policy_;    // never null
  std::shared_ptr<const DataSet> data_;     // never null
  std::shared_ptr<const Query> query_;      // null: entry points only
  std::optional<PolicyIdentity> identity_;  // digests of policy and data
  std::string identity_error_;              // why there are none
};

}  // namespace writ
