#include "replay/disclosed_input.h"

#include <map>
#include <memory>

#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

[[noreturn]] void fail_input(const char* detail) { throw Failure(ErrorCode::E_JSON_SYNTAX, detail); }

// Container or field, as the paths that lead through it say.
struct Node {
  bool is_field = false;
  std::string text;  // of a field
  std::map<std::string, Node> members;
  std::map<uint64_t, Node> items;
};

void place(Node& root, const Value& path, std::string text) {
  Node* at = &root;
  for (const Value& step : path.items()) {
    if (at->is_field) fail_input("writ.fields: a path leads into another field");
    at = step.is_string() ? &at->members[std::string(step.text())] : &at->items[static_cast<uint64_t>(step.integer)];
  }
  if (at->is_field || !at->members.empty() || !at->items.empty()) {
    fail_input("writ.fields: a path leads into another field");
  }
  at->is_field = true;
  at->text = std::move(text);
}

void write(std::string& out, const Node& node, uint64_t most_items, uint32_t depth) {
  if (node.is_field) {
    out += node.text;
    return;
  }
  if (depth > kMaxRecordDepth) fail_input("writ.fields: the input is nested too deeply");
  if (!node.members.empty() && !node.items.empty()) fail_input("writ.fields: keys beside indexes");
  if (node.items.empty()) {
    out += '{';
    for (const auto& [key, child] : node.members) {
      if (out.back() != '{') out += ',';
      append_cj1_string(out, key);
      out += ':';
      write(out, child, most_items, depth + 1);
    }
    out += '}';
    return;
  }
  out += '[';
  uint64_t next = 0;
  for (const auto& [index, child] : node.items) {
    // Every element has at least one field, so there cannot be more elements than fields.
    if (index >= most_items) fail_input("writ.fields: an index without the elements before it");
    for (; next < index; ++next) out += next == 0 ? "null" : ",null";
    if (next++ > 0) out += ',';
    write(out, child, most_items, depth + 1);
  }
  out += ']';
}

// Whether arrays hold an element for each index up to their last; only where all paths are listed.
bool has_gaps(const Node& node) {
  uint64_t next = 0;
  for (const auto& [index, child] : node.items) {
    if (index != next++ || has_gaps(child)) return true;
  }
  for (const auto& [key, child] : node.members) {
    if (has_gaps(child)) return true;
  }
  return false;
}

}  // namespace

WithheldInput withhold_everything() {
  WithheldInput input;
  input.text = "null";
  input.paths = {"[]"};
  return input;
}

WithheldInput rebuild_input(const std::vector<DisclosedField>& fields) {
  WithheldInput input;
  Node root;
  bool any = false;
  for (const DisclosedField& field : fields) {
    if (field.form == DisclosedField::Form::kWithheld) {
      input.some_unlisted = true;
      continue;
    }
    bool shown = field.form == DisclosedField::Form::kShown;
    (shown ? input.shown : input.paths).push_back(field.path);
    Arena arena;
    Value path = read_json(field.path, arena, {kMostRecordLine, kMaxRecordDepth});
    if (path.size > kMaxRecordDepth) fail_input("writ.fields: the input is nested too deeply");
    place(root, path, shown ? field.value : "null");
    any = true;
  }
  if (!any) return withhold_everything();
  if (!input.some_unlisted && has_gaps(root)) fail_input("writ.fields: an index without the elements before it");
  // Bytewise order of keys is not that of canonical text; reading and writing again makes it so.
  std::string text;
  write(text, root, fields.size(), 0);
  Arena arena;
  append_cj1(input.text, read_json(text, arena, {kMostRecordLine, kMaxRecordDepth}));
  return input;
}

}  // namespace writ
