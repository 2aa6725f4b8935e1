// json.filter, json.remove and json.patch: parts of values named by paths, "a/b" or ["a", "b"].
//
// All paths of a filter or removal become one PathTree, along which Selector copies the value once. json.patch applies
// one operation after the other: Patcher makes new containers along the path of a change and shares everything else, so
// that the document of the caller is never touched.
#include <map>
#include <optional>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

using Path = std::vector<Value>;

// --- Reading paths ---------------------------------------------------------------------------------------------------

// "a~1b" is the name "a/b", "a~0b" is "a~b".
Value unescape_segment(BuiltinCall& call, std::string_view segment) {
  if (segment.find('~') == segment.npos) return Value::string(segment);
  std::string slashes;
  for (size_t i = 0; i < segment.size(); i++) {
    bool escape = segment.substr(i, 2) == "~1";
    slashes += escape ? '/' : segment[i];
    if (escape) i++;
  }
  std::string plain;
  for (size_t i = 0; i < slashes.size(); i++) {
    plain += slashes[i];
    if (slashes[i] == '~' && i + 1 < slashes.size() && slashes[i + 1] == '0') i++;
  }
  return make_string(call.arena, plain);
}

// False, with a fault on the call, if the value is neither a string nor an array.
bool read_path(BuiltinCall& call, const Value& value, Path* path) {
  path->clear();
  if (value.is_array()) {
    charge_elements(call, value.size);
    path->assign(value.items().begin(), value.items().end());
    return true;
  }
  if (!value.is_string()) {
    call.fault_argument(2, "must be one of {set, array} containing string paths or array of path segments but got " +
                              std::string(kind_name(value.kind)));
    return false;
  }
  std::string_view text = value.text();
  charge_bytes(call, text.size());
  if (text.empty()) return true;
  text.remove_prefix(std::min(text.find_first_not_of('/'), text.size()));
  while (true) {
    size_t slash = text.find('/');
    path->push_back(unescape_segment(call, text.substr(0, slash)));
    if (slash == text.npos) return true;
    text.remove_prefix(slash + 1);
  }
}

// All paths of one call. A path that leads on from the end of another adds nothing.
class PathTree {
 public:
  struct Less {
    bool operator()(const Value& a, const Value& b) const { return less(a, b); }
  };
  struct Node {
    std::map<Value, size_t, Less> children;  // node numbers
    bool is_end = false;
  };

  explicit PathTree(BuiltinCall& call) : memory_(call.arena) {}

  // False, with a fault on the call, if an element of argument 2 is not a path.
  bool read(BuiltinCall& call) {
    // What a node takes, with its place among those of its parent.
    constexpr size_t kNodeBytes = sizeof(Node) + sizeof(Value) + 64;
    Path path;
    for (const Value& element : call[1].items()) {
      if (!read_path(call, element, &path)) return false;
      charge_elements(call, path.size());
      memory_.grow(path.size() * kNodeBytes);
      add(path);
    }
    return true;
  }

  const Node& root() const { return nodes_[0]; }
  // The node a key leads to; null if no path goes there.
  const Node* child(const Node& node, const Value& key) const {
    auto found = node.children.find(key);
    return found == node.children.end() ? nullptr : &nodes_[found->second];
  }

 private:
  void add(const Path& path) {
    size_t at = 0;
    for (const Value& key : path) {
      if (nodes_[at].is_end) return;
      auto [entry, is_new] = nodes_[at].children.emplace(key, nodes_.size());
      at = entry->second;
      if (is_new) nodes_.emplace_back();
    }
    // The root is not an end: the empty path names nothing.
    if (at == 0) return;
    nodes_[at].is_end = true;
    nodes_[at].children.clear();
  }

  Lease memory_;
  std::vector<Node> nodes_ = std::vector<Node>(1);
};

// The key of an array element in a path: its index as a string.
Value index_key(Arena& arena, uint32_t index) { return make_string(arena, std::to_string(index)); }

// --- json.filter and json.remove -------------------------------------------------------------------------------------

// Copies what the paths name, or all but that. Recurses no deeper than the value is nested.
class Selector {
 public:
  Selector(BuiltinCall& call, const PathTree& paths, bool keep) : call_(call), paths_(paths), keep_(keep) {}

  Value run(const Value& value) { return select(value, paths_.root()); }

 private:
  Value select(const Value& value, const PathTree::Node& node) {
    switch (value.kind) {
      case Kind::kArray: return select_array(value, node);
      case Kind::kSet: return select_set(value, node);
      case Kind::kObject: return select_object(value, node);
      default: return value;
    }
  }

  // What becomes of a part; undefined if it is left out.
  Value part(const Value& value, const Value& key, const PathTree::Node& node) {
    charge_elements(call_, 1);
    const PathTree::Node* next = paths_.child(node, key);
    if (next == nullptr) return keep_ ? Value::undefined() : value;
    if (next->is_end) return keep_ ? value : Value::undefined();
    if (depth_ >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "the value is nested too deeply");
    depth_++;
    Value selected = select(value, *next);
    depth_--;
    return selected;
  }

  Value select_array(const Value& array, const PathTree::Node& node) {
    ArrayBuilder out(call_.arena);
    for (uint32_t i = 0; i < array.size; i++) {
      Value selected = part(array.elements[i], index_key(call_.arena, i), node);
      if (selected.is_defined()) out.append(selected);
    }
    return out.finish();
  }

  Value select_set(const Value& set, const PathTree::Node& node) {
    SetBuilder out(call_.arena);
    for (const Value& element : set.items()) {
      Value selected = part(element, element, node);
      if (selected.is_defined()) out.add(selected);
    }
    return out.finish();
  }

  Value select_object(const Value& object, const PathTree::Node& node) {
    ObjectBuilder out(call_.arena);
    for (const Entry& entry : object.members()) {
      Value selected = part(entry.value, entry.key, node);
      if (selected.is_defined()) out.insert(entry.key, selected);
    }
    return out.finish();
  }

  BuiltinCall& call_;
  const PathTree& paths_;
  bool keep_;
  uint32_t depth_ = 0;
};

Value select(BuiltinCall& call, bool keep) {
  PathTree paths(call);
  if (!paths.read(call)) return Value::undefined();
  return Selector(call, paths, keep).run(call[0]);
}

// --- json.patch ------------------------------------------------------------------------------------------------------

// The name Go gives the type of a scalar, which shows in faults.
std::string_view go_type(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "ast.Null";
    case Kind::kBoolean: return "ast.Boolean";
    case Kind::kNumber: return "ast.Number";
    default: return "ast.String";
  }
}

// One document being patched. Each change makes new containers along its path and shares the rest.
class Patcher {
 public:
  Patcher(BuiltinCall& call, const Value& target) : call_(call), root_(target) {}

  // False if an operation failed; fault() or a fault on the call says why.
  bool apply(const Value& operation) {
    Value path_value = member(operation, "path");
    if (!path_value.is_defined()) return fail("missing required attribute 'path'");
    Value name = member(operation, "op");
    if (!name.is_defined()) return fail("missing required attribute 'op'");
    if (!name.is_string()) return fail("attribute 'op' must be a string but found: " + std::string(kind_name(name.kind)));
    Path path;
    if (!read_path(call_, path_value, &path)) return false;
    if (name.text() == "add") return add(operation, path);
    if (name.text() == "remove") return remove(path);
    if (name.text() == "replace") return remove(path) && add(operation, path);
    if (name.text() == "move") return transfer(operation, path, true);
    if (name.text() == "copy") return transfer(operation, path, false);
    if (name.text() == "test") return test(operation, path);
    return fail("unrecognized op: '" + std::string(name.text()) + "'");
  }

  const Value& document() const { return root_; }
  const std::string& fault() const { return fault_; }

 private:
  static Value member(const Value& operation, std::string_view name) {
    const Value* found = object_find(operation, name);
    return found == nullptr ? Value::undefined() : *found;
  }

  // A value in a message: paid for like any text, as it may be of any size.
  std::string shown(const Value& value) {
    charge_value(call_, value);
    return to_rego(value);
  }

  bool fail(std::string why) {
    fault_ = std::move(why);
    return false;
  }

  bool add(const Value& operation, const Path& path) {
    Value value = member(operation, "value");
    return value.is_defined() ? insert(path, value) : fail("missing required attribute 'value'");
  }

  bool transfer(const Value& operation, const Path& path, bool moves) {
    Value from_value = member(operation, "from");
    if (!from_value.is_defined()) return fail("missing required attribute 'from'");
    Path from;
    if (!read_path(call_, from_value, &from)) return false;
    Value value;
    if (!get(from, &value)) return false;
    if (moves && !remove(from)) return false;
    return insert(path, value);
  }

  bool test(const Value& operation, const Path& path) {
    Value found;
    if (!get(path, &found)) return false;
    Value value = member(operation, "value");
    if (!value.is_defined()) return fail("missing required attribute 'value'");
    if (found.is_defined() && equal(found, value)) return true;
    return fail("value from EditTree != patch value.\n\nExpected: " + shown(value) + "\n\nFound: " + shown(found));
  }

  // The containers that the steps of a path lead through, from the root down: one for each step of the path.
  bool descend(const Path& path, size_t steps, std::vector<Value>* way) {
    Value at = root_;
    for (size_t i = 0; i < steps; i++) {
      way->push_back(at);
      if (!step(at, path[i], &at)) return false;
    }
    way->push_back(at);
    return true;
  }

  bool step(const Value& at, const Value& key, Value* next) {
    charge_elements(call_, 1);
    if (!at.is_defined()) return fail("nil value encountered where composite value was expected");
    const Value* found = nullptr;
    if (at.is_array()) {
      int64_t index = 0;
      if (!read_index(at, key, &index)) return false;
      if (index >= 0 && index < at.size) found = &at.elements[index];
      if (found == nullptr) return fail("path " + std::to_string(index) + " does not exist in array term " + shown(at));
    } else if (at.is_object() || at.is_set()) {
      found = find(at, key);
      std::string_view kind = at.is_object() ? " does not exist in object term " : " does not exist in set term ";
      if (found == nullptr) return fail("path " + shown(key) + std::string(kind) + shown(at));
    } else {
      return fail("expected composite type for path " + shown(key) + ", found value: " + scalar_text(at));
    }
    *next = *found;
    return true;
  }

  std::string scalar_text(const Value& value) {
    return shown(value) + " (type: " + std::string(go_type(value.kind)) + ")";
  }

  // "-" is the place behind the last element.
  bool read_index(const Value& array, const Value& key, int64_t* index) {
    if (key.is_number()) {
      std::optional<int64_t> number = machine_integer(key);
      if (!number) return fail("invalid number type for indexing");
      *index = *number;
      return true;
    }
    if (!key.is_string()) return fail("invalid type for indexing");
    std::string_view text = key.text();
    if (text == "-") {
      *index = array.size;
      return true;
    }
    std::string_view digits = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos || digits.size() > 18) {
      return fail("invalid string for indexing");
    }
    if (text != "0" && text.starts_with('0')) return fail("leading zeros are not allowed in JSON paths");
    int64_t value = 0;
    for (char c : digits) value = value * 10 + (c - '0');
    *index = text.starts_with('-') ? -value : value;
    return true;
  }

  bool get(const Path& path, Value* value) {
    std::vector<Value> way;
    if (!descend(path, path.size(), &way)) return false;
    *value = way.back();
    return true;
  }

  bool insert(const Path& path, const Value& value) {
    if (!value.is_defined()) return fail("cannot insert nil value into EditTree");
    if (path.empty()) {
      root_ = value;
      return true;
    }
    std::vector<Value> way;
    if (!descend(path, path.size() - 1, &way)) return false;
    Value changed;
    return insert_into(way.back(), path.back(), value, &changed) && rebuild(path, way, changed);
  }

  bool remove(const Path& path) {
    if (path.empty()) {
      if (!root_.is_defined()) return fail("deleted node encountered during delete operation");
      root_ = Value::undefined();
      return true;
    }
    std::vector<Value> way;
    if (!descend(path, path.size() - 1, &way)) return false;
    Value changed;
    return remove_from(way.back(), path.back(), &changed) && rebuild(path, way, changed);
  }

  bool insert_into(const Value& container, const Value& key, const Value& value, Value* changed) {
    charge_elements(call_, container.is_collection() ? container.size : 0);
    switch (container.kind) {
      case Kind::kObject: *changed = object_with(call_.arena, container, key, value); return true;
      case Kind::kSet:
        if (!equal(key, value)) {
          return fail("set key " + shown(key) + " does not equal value to be inserted " + shown(value));
        }
        *changed = exchange(container, Value::undefined(), value);
        return true;
      case Kind::kArray: {
        int64_t index = 0;
        if (!read_index(container, key, &index)) return false;
        if (index < 0 || index > container.size) return fail("index for array insertion out of bounds");
        std::vector<Value> elements(container.items().begin(), container.items().end());
        elements.insert(elements.begin() + index, value);
        *changed = make_array(call_.arena, elements);
        return true;
      }
      case Kind::kUndefined: return fail("deleted node encountered during insert operation");
      default: return fail("expected composite type, found value: " + scalar_text(container));
    }
  }

  bool remove_from(const Value& container, const Value& key, Value* changed) {
    charge_elements(call_, container.is_collection() ? container.size : 0);
    switch (container.kind) {
      case Kind::kObject:
      case Kind::kSet:
        if (find(container, key) == nullptr) {
          return fail("cannot delete child key " + shown(key) + " that does not exist");
        }
        *changed = container.is_set() ? exchange(container, key, Value::undefined()) : without(container, key);
        return true;
      case Kind::kArray: {
        int64_t index = 0;
        if (!read_index(container, key, &index)) return false;
        if (index < 0 || index >= container.size) return fail("index for array delete out of bounds");
        std::vector<Value> elements(container.items().begin(), container.items().end());
        elements.erase(elements.begin() + index);
        *changed = make_array(call_.arena, elements);
        return true;
      }
      case Kind::kUndefined: return fail("deleted node encountered during delete operation");
      default: return fail("expected composite type, found value: " + scalar_text(container));
    }
  }

  // A set without one element (undefined: none) and with another (undefined: none).
  Value exchange(const Value& set, const Value& gone, const Value& added) {
    SetBuilder out(call_.arena);
    for (const Value& element : set.items()) {
      if (!gone.is_defined() || !equal(element, gone)) out.add(element);
    }
    if (added.is_defined()) out.add(added);
    return out.finish();
  }

  Value without(const Value& object, const Value& key) {
    ObjectBuilder out(call_.arena);
    for (const Entry& entry : object.members()) {
      if (!equal(entry.key, key)) out.insert(entry.key, entry.value);
    }
    return out.finish();
  }

  // Puts a changed container into its parents, up to the root.
  bool rebuild(const Path& path, const std::vector<Value>& way, Value changed) {
    for (size_t i = way.size() - 1; i-- > 0;) {
      const Value& parent = way[i];
      charge_elements(call_, parent.size);
      if (parent.is_object()) {
        changed = object_with(call_.arena, parent, path[i], changed);
      } else if (parent.is_set()) {
        changed = exchange(parent, path[i], changed);
      } else {
        int64_t index = 0;
        if (!read_index(parent, path[i], &index)) return false;
        std::vector<Value> elements(parent.items().begin(), parent.items().end());
        elements[static_cast<size_t>(index)] = changed;
        changed = make_array(call_.arena, elements);
      }
    }
    root_ = changed;
    return true;
  }

  BuiltinCall& call_;
  Value root_;
  std::string fault_;
};

}  // namespace

Value builtin_json_filter(BuiltinCall& call) { return select(call, true); }
Value builtin_json_remove(BuiltinCall& call) { return select(call, false); }

// All operations or none. Undefined if the last one leaves nothing.
Value builtin_json_patch(BuiltinCall& call) {
  Patcher patcher(call, call[0]);
  for (const Value& operation : call[1].items()) {
    if (!operation.is_object()) {
      return call.fault("must be an array of JSON-Patch objects, but at least one element is not an object");
    }
    if (!patcher.apply(operation)) return call.faulted ? Value::undefined() : call.fault(patcher.fault());
  }
  return patcher.document();
}

}  // namespace writ
