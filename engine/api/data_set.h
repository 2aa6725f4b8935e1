// Base documents: what `data` holds besides the rules of a policy.
//
// A DataSet is read from one document, or from what a DataMerger (engine/bundle) put together, and then frozen: it never
// changes, and any number of threads share one. Its parts, the top-level members of `data`, have digests of their own,
// so a store need not keep twice what two data sets share.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/record/policy_identity.h"
#include "engine/value/value.h"
#include "engine/vm/snapshot.h"

namespace writ {

class DataSet {
 public:
  // One JSON object; "" is {}. Throws Failure with the reader's code, E_JSON_SYNTAX if it is not an object.
  static std::shared_ptr<const DataSet> from_json(std::string_view text);
  // `root` must be an object. It is copied.
  static std::shared_ptr<const DataSet> from_value(const Value& root);
  static std::shared_ptr<const DataSet> empty();

  std::shared_ptr<const Snapshot> snapshot() const { return snapshot_; }
  const Value& root() const { return snapshot_->root; }

  // Top-level keys, by key bytes, with the SHA-256 of their canonical text. Computed at the first call,
  // O(size).
  const std::vector<PolicyPart>& parts() const;
  // Keys and canonical texts, for a store. O(size).
  std::vector<std::pair<std::string, std::string>> texts() const;

 private:
  struct Parts;
  explicit DataSet(std::shared_ptr<const Snapshot> snapshot);

  std::shared_ptr<const Snapshot> snapshot_;  // the documents, frozen
  std::shared_ptr<Parts> parts_;              // see parts()
};

// A YAML document as JSON, for inputs and data written in YAML. Throws Failure(E_JSON_SYNTAX).
std::string json_from_yaml(std::string_view text);

}  // namespace writ
