// Base documents: read, merged, frozen, named by digests.
#include "engine/api/data_set.h"

#include <mutex>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

// Data is the operator's and not an attacker's: large documents are welcome.
constexpr JsonLimits kDataLimits{4ull << 30, 512};

Value read_document(std::string_view text, Arena& arena, std::string_view name) {
  try {
    return read_json(text, arena, kDataLimits);
  } catch (const Failure& failure) {
    Error error = failure.error();
    if (error.file.empty()) error.file = name;
    throw Failure(std::move(error));
  }
}

void require_object(const Value& value) {
  if (!value.is_object()) throw Failure(ErrorCode::E_JSON_SYNTAX, "data is not an object");
}

}  // namespace

struct DataSet::Parts {
  std::once_flag once;
  std::vector<PolicyPart> list;
};

DataSet::DataSet(std::shared_ptr<const Snapshot> snapshot)
    : snapshot_(std::move(snapshot)), parts_(std::make_shared<Parts>()) {}

std::shared_ptr<const DataSet> DataSet::from_value(const Value& root) {
  require_object(root);
  return std::shared_ptr<const DataSet>(new DataSet(Snapshot::freeze(root)));
}

std::shared_ptr<const DataSet> DataSet::from_json(std::string_view text) {
  if (text.empty()) return empty();
  Arena arena;
  return from_value(read_document(text, arena, {}));
}

std::shared_ptr<const DataSet> DataSet::empty() { return from_value(Value::sorted_object(nullptr, 0)); }

const std::vector<PolicyPart>& DataSet::parts() const {
  std::call_once(parts_->once, [this] {
    std::vector<PolicyPart> list;
    for (auto& [key, text] : texts()) list.push_back({key, sha256(text)});
    parts_->list = std::move(list);
  });
  return parts_->list;
}

std::vector<std::pair<std::string, std::string>> DataSet::texts() const {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const Entry& entry : root().members()) {
    if (!entry.key.is_string()) throw Failure(ErrorCode::E_POLICY, "a top-level key of data is not a string");
    std::string text;
    append_cj1(text, entry.value);
    texts.emplace_back(std::string(entry.key.text()), std::move(text));
  }
  return texts;
}

// --- Merging ---------------------------------------------------------------------------------------------------------

void DataMerger::add_json(const std::vector<std::string>& place, std::string_view text, std::string_view name) {
  add(place, read_document(text, arena_, name), name);
}

void DataMerger::add(const std::vector<std::string>& place, const Value& document, std::string_view name) {
  Value wrapped = deep_copy(arena_, document, false);
  for (size_t i = place.size(); i > 0; --i) {
    Entry entry{make_string(arena_, place[i - 1]), wrapped};
    wrapped = make_object(arena_, {&entry, 1});
  }
  if (!wrapped.is_object()) {
    throw Failure(ErrorCode::E_POLICY, std::string(name) + ": the document at the root of data is not an object");
  }
  root_ = merge(root_, wrapped, name);
}

Value DataMerger::merge(const Value& into, const Value& from, std::string_view name) {
  // Documents and places are at most as deep as the reader allows, so this recursion is bounded.
  if (into.size == 0) return from;
  ObjectBuilder merged(arena_);
  for (const Entry& entry : into.members()) merged.insert(entry.key, entry.value);
  for (const Entry& entry : from.members()) {
    const Value* there = object_find(into, entry.key);
    if (there == nullptr) {
      merged.insert(entry.key, entry.value);
      continue;
    }
    if (!there->is_object() || !entry.value.is_object()) {
      throw Failure(ErrorCode::E_POLICY, std::string(name) + ": merge error");
    }
    merged.insert(entry.key, merge(*there, entry.value, name));
  }
  return merged.finish();
}

}  // namespace writ
