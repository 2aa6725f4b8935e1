// Base documents: read, frozen, named by digests.
#include "engine/api/data_set.h"

#include <mutex>

#include "engine/base/error.h"
#include "engine/builtins/yaml.h"
#include "engine/bundle/data_merger.h"
#include "engine/value/text.h"

namespace writ {

namespace {

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
  return from_value(read_json(text, arena, kDataLimits));
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

std::string json_from_yaml(std::string_view text) {
  Arena arena;
  std::string error;
  Value value = yaml_parse(text, arena, &error, YamlDuplicates::kRefused);
  if (!value.is_defined()) throw Failure(ErrorCode::E_JSON_SYNTAX, std::move(error));
  return to_json(value);
}

}  // namespace writ
