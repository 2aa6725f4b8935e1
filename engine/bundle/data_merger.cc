#include "engine/bundle/data_merger.h"

#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

void DataMerger::add_json(const DataPath& place, std::string_view text, std::string_view name) {
  try {
    add(place, read_json(text, arena_, kDataLimits), name);
  } catch (const Failure& failure) {
    Error error = failure.error();
    if (error.file.empty()) error.file = name;
    throw Failure(std::move(error));
  }
}

void DataMerger::add(const DataPath& place, const Value& document, std::string_view name) {
  Value wrapped = deep_copy(arena_, document, false);
  for (size_t i = place.size(); i > 0; --i) {
    Entry entry{make_string(arena_, place[i - 1]), wrapped};
    wrapped = make_object(arena_, {&entry, 1});
  }
  if (!wrapped.is_object()) {
    throw Failure(ErrorCode::E_POLICY, std::string(name) + ": the document at the root of data is not an object");
  }
  DataPath path;
  root_ = merge(root_, wrapped, path, name);
}

Value DataMerger::merge(const Value& into, const Value& from, DataPath& path, std::string_view name) {
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
    path.emplace_back(entry.key.text());
    if (!there->is_object() || !entry.value.is_object()) {
      Error error;
      error.code = ErrorCode::E_POLICY;
      error.file = name;
      error.detail = "merge error: conflicting values at " + data_path_text(path);
      throw Failure(std::move(error));
    }
    merged.insert(entry.key, merge(*there, entry.value, path, name));
    path.pop_back();
  }
  return merged.finish();
}

}  // namespace writ
