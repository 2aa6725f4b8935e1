// References in schemas. OPA resolves them in one walk over the document, which knows little of schemas: it looks for
// "$id" and "$ref" in every object but those under "const" and "enum", and takes the names of members of "properties",
// "dependencies" and "patternProperties" for what they are. Whether what it finds is a schema shows only when it is read.
#include "engine/builtins/schema/references.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "engine/builtins/go_json.h"
#include "engine/builtins/schema/meta_schemas.h"

namespace writ {

namespace {

std::optional<std::string_view> member_text(const Value& object, std::string_view name) {
  const Value* member = object_find(object, name);
  return member != nullptr && member->is_string() ? std::optional(member->text()) : std::nullopt;
}

std::string unescape_step(std::string_view step) {
  std::string out;
  for (size_t i = 0; i < step.size(); i++) {  // "~1" before "~0": "~01" is "~1"
    char next = i + 1 < step.size() ? step[i + 1] : '\0';
    bool is_escape = step[i] == '~' && (next == '0' || next == '1');
    out += !is_escape ? step[i] : next == '0' ? '~' : '/';
    if (is_escape) i++;
  }
  return out;
}

// As Go's strconv.Atoi.
std::optional<int64_t> read_index(std::string_view text) {
  bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  int64_t index = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), index).ec != std::errc()) return std::nullopt;
  return is_negative ? -index : index;
}

// One step of a JSON pointer. False and `*fault` set if it leads nowhere.
bool descend(Value& node, std::string_view step, std::string* fault) {
  if (node.is_object()) {
    std::string name = unescape_step(step);
    const Value* member = object_find(node, name);
    if (member == nullptr) {
      *fault = "Object has no key '" + name + "'";
      return false;
    }
    node = *member;
    return true;
  }
  if (!node.is_array()) {
    *fault = "Invalid token reference '" + std::string(step) + "'";
    return false;
  }
  std::optional<int64_t> index = read_index(step);
  if (!index) {
    *fault = "Invalid array index '" + std::string(step) + "'";
    return false;
  }
  if (*index < 0 || *index >= int64_t{node.size}) {
    *fault = "Out of bound array[0," + std::to_string(node.size) + "] index '" + std::to_string(*index) + "'";
    return false;
  }
  node = node.elements[*index];
  return true;
}

bool follow(Value& node, std::string_view pointer, std::string* fault) {
  if (!pointer.starts_with('/')) return true;  // no pointer: the document itself
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    size_t slash = std::min(pointer.find('/'), pointer.size());
    if (!descend(node, pointer.substr(0, slash), fault)) return false;
    pointer.remove_prefix(slash);
  }
  return true;
}

// Members of these are schemas, whatever they are called.
bool holds_named_schemas(std::string_view key) {
  return key == "properties" || key == "dependencies" || key == "patternProperties";
}

}  // namespace

bool SchemaReference::parse(std::string_view text, std::string* fault) {
  std::optional<Url> parsed = parse_url(text, fault);
  if (parsed) url = std::move(*parsed);
  return parsed.has_value();
}

bool SchemaReference::resolve(const SchemaReference& child, SchemaReference* resolved, std::string* fault) const {
  Url base = url;
  base.fragment.clear();
  return resolved->parse(url_text(resolve_url(base, child.url)), fault);
}

bool SchemaReference::is_canonical() const {
  if (url.scheme == "file") return url.path.starts_with('/');
  return !url.scheme.empty() && !url.host.empty();
}

bool find_schema_draft(const Value& document, SchemaDraft* draft, std::string* fault) {
  if (document.kind == Kind::kBoolean) return true;
  if (!document.is_object()) {
    *fault = "schema is invalid";
    return false;
  }
  const Value* named = object_find(document, "$schema");
  if (named == nullptr) return true;
  if (!named->is_string()) {
    *fault = "$schema must be of type string";
    return false;
  }
  SchemaReference reference;
  if (!reference.parse(named->text(), fault)) return false;
  const MetaSchema* meta_schema = find_meta_schema(reference.text());
  if (meta_schema != nullptr) *draft = meta_schema->draft;
  return true;
}

// A unit for every four bytes, which are taken apart, resolved and put together again.
void SchemaPool::pay_for(std::string_view text) {
  constexpr uint64_t kParts = 8;
  bill_.pay(8 + text.size() / 4, 256 + text.size() * kParts);
}

bool SchemaPool::add(const Value& document, const SchemaReference& reference, std::string* fault) {
  std::string name = reference.text();
  if (documents_.contains(name)) {
    *fault = "Reference already exists: \"" + name + "\"";
    return false;
  }
  SchemaDraft draft = SchemaDraft::kUnknown;
  if (!find_schema_draft(document, &draft, fault) || !resolve_all(document, reference, draft, fault)) return false;
  documents_[std::move(name)] = {document, draft};
  return true;
}

// Depth is that of the document, which its reader limits.
bool SchemaPool::resolve_all(const Value& part, const SchemaReference& base, SchemaDraft draft, std::string* fault) {
  if (part.is_array()) {
    return std::all_of(part.items().begin(), part.items().end(),
                       [&](const Value& item) { return resolve_all(item, base, draft, fault); });
  }
  if (!part.is_object() || part.size == 0) return true;
  if (object_find(part, "id") == nullptr && object_find(part, "$id") == nullptr) {
    return resolve_members(part, base, draft, fault);
  }
  SchemaReference own = base;
  return enter_id(part, base, draft, &own, fault) && resolve_members(part, own, draft, fault);
}

// What is wrong with an "$id" shows when the schema is read.
bool SchemaPool::enter_id(const Value& object, const SchemaReference& base, SchemaDraft draft, SchemaReference* own,
                          std::string* fault) {
  std::optional<std::string_view> id = member_text(object, object_find(object, "id") != nullptr ? "id" : "$id");
  if (!id) return true;
  SchemaReference reference;
  SchemaReference resolved;
  std::string ignored;
  if (!reference.parse(*id, &ignored) || !base.resolve(reference, &resolved, &ignored)) return true;
  std::string name = resolved.text();
  pay_for(name);
  if (documents_.contains(name)) {
    *fault = "Reference already exists: \"" + name + "\"";
    return false;
  }
  documents_[std::move(name)] = {object, draft};
  *own = std::move(resolved);
  return true;
}

bool SchemaPool::resolve_members(const Value& object, const SchemaReference& base, SchemaDraft draft,
                                 std::string* fault) {
  resolve_reference(object, base);
  for (const Entry& member : object.members()) {
    std::string_view key = member.key.text();
    if (key == "const" || key == "enum") continue;
    if (!holds_named_schemas(key)) {
      if (!resolve_all(member.value, base, draft, fault)) return false;
    } else if (member.value.is_object()) {
      for (const Entry& named : member.value.members()) {
        if (!resolve_all(named.value, base, draft, fault)) return false;
      }
    }
  }
  return true;
}

void SchemaPool::resolve_reference(const Value& object, const SchemaReference& base) {
  std::optional<std::string_view> written = member_text(object, "$ref");
  if (!written) return;
  SchemaReference reference;
  SchemaReference resolved;
  std::string ignored;
  if (!reference.parse(*written, &ignored) || !base.resolve(reference, &resolved, &ignored)) return;
  std::string text = resolved.text();
  pay_for(text);
  references_[object.entries] = std::move(text);
}

std::string_view SchemaPool::reference_of(const Value& object, std::string_view written) const {
  auto found = references_.find(object.entries);
  return found == references_.end() ? written : std::string_view(found->second);
}

bool SchemaPool::find(const SchemaReference& reference, Document* found, std::string* fault) {
  std::string name = reference.text();
  pay_for(name);
  if (auto known = documents_.find(name); known != documents_.end()) {
    *found = known->second;
    return true;
  }
  SchemaReference whole = reference;
  whole.url.fragment.clear();
  std::string whole_name = whole.text();
  auto document = documents_.find(whole_name);
  if (document == documents_.end()) {
    if (!reference.is_canonical()) {
      *fault = "Reference " + name + " must be canonical";
      return false;
    }
    const MetaSchema* meta_schema = find_meta_schema(whole_name);
    if (meta_schema == nullptr) {
      *fault = "remote reference loading disabled: " + whole_name;
      return false;
    }
    bill_.pay(meta_schema->text.size() / 4, meta_schema->text.size() * 16);
    Value value;
    if (!read_go_json(meta_schema->text, arena_, &value) || !add(value, whole, fault)) return false;
    document = documents_.find(whole_name);
  }
  *found = document->second;
  if (!follow(found->value, reference.url.fragment, fault)) return false;
  documents_[std::move(name)] = *found;
  return true;
}

}  // namespace writ
