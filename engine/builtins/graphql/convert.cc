// Three walks over trees, each a class with one overload for each kind of member: writing objects, reading them, and
// looking whether what was read is whole.
//
// Reading keeps the first error and goes on, since whether a selection can be read decides what it is: it is tried as a
// field, as a fragment spread, and as an inline fragment, and is dropped if it is none. Errors name the innermost Go
// structure and the path of members from where Go's decoder was entered; nodes with exact names enter it anew.
#include "engine/builtins/graphql/convert.h"

#include <vector>

#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ::graphql {

namespace {

// Calls `visit` with the node that a selection is.
template <typename Visit>
auto with_selection(Selection& selection, Visit visit) {
  switch (selection.what) {
    case Selection::What::kField: return visit(static_cast<Field&>(selection));
    case Selection::What::kFragmentSpread: return visit(static_cast<FragmentSpread&>(selection));
    case Selection::What::kInlineFragment: break;
  }
  return visit(static_cast<InlineFragment&>(selection));
}

// --- Writing ---------------------------------------------------------------------------------------------------------

class Writer {
 public:
  Writer(BuiltinCall& call, bool copies) : call_(call), copies_(copies) {}

  template <typename Node>
  Value object(Node& node);

 private:
  // Undefined for what is left out.
  Value write(std::string_view text) {
    if (!copies_) return Value::string(text);
    charge_bytes(call_, text.size());
    return Value::string(call_.arena.copy(text));
  }
  Value write(bool truth) { return Value::of(truth); }
  Value write(int64_t number) { return Value::of(number); }
  Value write(const Position&) { return Value::undefined(); }
  Value write(Selection* selection) {
    return with_selection(*selection, [&](auto& node) { return object(node); });
  }
  template <typename Node>
  Value write(Node* node) {
    if (node == nullptr) return Value::undefined();
    Value value = object(*node);
    return value.size == 0 ? Value::undefined() : value;
  }
  template <typename Element>
  Value write(const List<Element>& list);

  BuiltinCall& call_;
  bool copies_;
  uint32_t depth_ = 0;
  std::vector<Entry> entries_;  // of the objects that are being made
};

template <typename Node>
Value Writer::object(Node& node) {
  Level level(depth_);
  call_.services.charge(4);
  size_t first = entries_.size();
  node.members([&](std::string_view name, Use use, auto& member) {
    if (use == Use::kRead) return;
    Value value = write(member);
    if (value.is_defined()) entries_.push_back({Value::string(name), value});
  });
  Value value = make_object(call_.arena, {entries_.data() + first, entries_.size() - first});
  entries_.resize(first);
  return value;
}

template <typename Element>
Value Writer::write(const List<Element>& list) {
  if (list.empty()) return Value::undefined();
  charge_elements(call_, list.size());
  Value* elements = call_.arena.allocate_array<Value>(list.size());
  uint32_t count = 0;
  for (Element& element : list) {
    Value value = write(element);
    if (value.is_defined()) elements[count++] = value;
  }
  return count == 0 ? Value::undefined() : Value::array(elements, count);
}

// --- Reading ---------------------------------------------------------------------------------------------------------

// A name as Go's decoder folds it.
std::string folded(std::string_view name) {
  std::string text;
  for (size_t i = 0; i < name.size(); i++) {
    char c = name[i];
    if (name.substr(i, 2) == "\xC5\xBF") {
      text += 'S';
      i++;
    } else if (name.substr(i, 3) == "\xE2\x84\xAA") {
      text += 'K';
      i += 2;
    } else {
      text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return text;
}

// What Go's decoder calls a value.
std::string go_kind(const Value& value) {
  switch (value.kind) {
    case Kind::kBoolean: return "bool";
    case Kind::kNumber: return "number";
    case Kind::kString: return "string";
    case Kind::kObject: return "object";
    default: return "array";
  }
}

constexpr std::string_view kSelections = "SelectionSet";

class Reader {
 public:
  explicit Reader(Arena& arena) : arena_(arena) {}

  template <typename Node>
  void object(const Value& value, Node& node);
  const std::string& error() const { return error_; }

 private:
  template <typename Node>
  void member(const Entry& entry, Node& node);
  void read(const Value& value, std::string_view& text);
  void read(const Value& value, bool& truth);
  void read(const Value& value, int64_t& number);
  void read(const Value& value, Position& position);
  void read(const Value& value, List<Selection*>& selections);
  void read(const Value& value, List<std::string_view>& texts);
  template <typename Node>
  void read(const Value& value, Node*& node);
  template <typename Node>
  void read(const Value& value, List<Node*>& nodes);
  template <typename Node>
  Selection* try_selection(const Value& value);
  void fail(std::string_view what, std::string_view type);
  // The Go type of the text that is being read.
  std::string_view text_type() const;
  std::string_view member_name() const { return path_.empty() ? std::string_view() : path_.back(); }

  Arena& arena_;
  uint32_t depth_ = 0;
  std::string error_;
  // Where the decoder is: the node, the structure that errors name, and the members on the way.
  struct Place {
    std::string_view node;
    std::string_view structure;
    bool is_inside_exact = false;
  };
  Place place_;
  std::vector<std::string_view> path_;
  bool is_failed_ = false;
};

void Reader::fail(std::string_view what, std::string_view type) {
  if (is_failed_) return;
  is_failed_ = true;
  error_ = "json: cannot unmarshal ";
  error_ += what;
  if (place_.structure.empty()) {
    error_ += " into Go value";
  } else {
    error_.append(" into Go struct field ").append(place_.structure);
    for (std::string_view name : path_) error_.append(".").append(name);
  }
  error_.append(" of type ").append(type);
}

template <typename Node>
void Reader::object(const Value& value, Node& node) {
  if (value.kind == Kind::kNull) return;
  if (!value.is_object()) {
    // A node with exact names takes its object for a map first.
    constexpr std::string_view kMap = "map[string]json.RawMessage";
    fail(go_kind(value), Node::kForm.has_exact_names ? std::string(kMap) : "ast." + std::string(Node::kForm.name));
    return;
  }
  Level level(depth_);
  const Place outer = place_;
  place_.node = Node::kForm.name;
  // Go reports what is wrong inside of a node with exact names as in the structure around it.
  place_.is_inside_exact = outer.is_inside_exact || Node::kForm.has_exact_names;
  if (!place_.is_inside_exact) place_.structure = Node::kForm.name;
  const Entry* selections = nullptr;
  for (const Entry& entry : value.members()) {
    if (entry.key.is_string() && entry.key.text() == kSelections) {
      selections = &entry;
    } else {
      member(entry, node);
    }
  }
  // Last, and only once: a selection that turns out to be no field is read again.
  if (selections != nullptr && !is_failed_) member(*selections, node);
  place_ = outer;
}

template <typename Node>
void Reader::member(const Entry& entry, Node& node) {
  if (!entry.key.is_string()) return;
  std::string_view key = entry.key.text();
  constexpr size_t kLongestName = 32;
  if (key.size() > 2 * kLongestName) return;
  bool is_found = false;
  auto visit = [&](bool is_match, std::string_view name, Use use, auto& target) {
    if (is_found || !is_match || use == Use::kWritten) return;
    is_found = true;
    bool is_in_path = !Node::kForm.has_exact_names;
    if (is_in_path) path_.push_back(name);
    read(entry.value, target);
    if (is_in_path) path_.pop_back();
  };
  node.members([&](std::string_view name, Use use, auto& target) { visit(name == key, name, use, target); });
  if (is_found || Node::kForm.has_exact_names) return;
  std::string fold = folded(key);
  node.members([&](std::string_view name, Use use, auto& target) { visit(folded(name) == fold, name, use, target); });
}

std::string_view Reader::text_type() const {
  if (place_.node == "Definition" && member_name() == "Kind") return "ast.DefinitionKind";
  if (place_.node == "Directive" && member_name() == "Location") return "ast.DirectiveLocation";
  if (place_.node == "DirectiveDefinition" && member_name() == "Locations") return "ast.DirectiveLocation";
  if (place_.node == "OperationTypeDefinition" && member_name() == "Operation") return "ast.Operation";
  return "string";
}

void Reader::read(const Value& value, std::string_view& text) {
  if (value.kind == Kind::kNull) return;
  if (value.is_string()) {
    text = value.text();
  } else {
    fail(go_kind(value), text_type());
  }
}

void Reader::read(const Value& value, bool& truth) {
  if (value.kind == Kind::kNull) return;
  if (value.kind == Kind::kBoolean) {
    truth = value.is_true();
  } else {
    fail(go_kind(value), "bool");
  }
}

void Reader::read(const Value& value, int64_t& number) {
  if (value.kind == Kind::kNull) return;
  if (value.is_int64()) {
    number = value.integer;
  } else if (value.is_number()) {
    fail("number " + to_json(value), "ast.ValueKind");
  } else {
    fail(go_kind(value), "ast.ValueKind");
  }
}

// Only whether it is one, and of what line and column: errors of a document say no more.
void Reader::read(const Value& value, Position& position) {
  if (value.kind == Kind::kNull) return;
  if (!value.is_object()) {
    fail(go_kind(value), "ast.Position");
    return;
  }
  position = {0, 0, Position::Source::kInput};
  for (const Entry& entry : value.members()) {
    if (!entry.key.is_string() || entry.key.size > 8) continue;
    std::string name = folded(entry.key.text());
    if (name != "LINE" && name != "COLUMN") continue;
    if (!entry.value.is_int64() || entry.value.integer != static_cast<int32_t>(entry.value.integer)) {
      fail(go_kind(entry.value), "int");
    } else {
      (name == "LINE" ? position.line : position.column) = static_cast<int32_t>(entry.value.integer);
    }
  }
}

template <typename Node>
void Reader::read(const Value& value, Node*& node) {
  if (value.kind == Kind::kNull) {
    node = nullptr;
    return;
  }
  if (node == nullptr) node = make_node<Node>(arena_);
  object(value, *node);
}

template <typename Node>
void Reader::read(const Value& value, List<Node*>& nodes) {
  nodes = {};
  if (value.kind == Kind::kNull) return;
  if (!value.is_array() && !value.is_set()) {
    fail(go_kind(value), Node::kForm.list);
    return;
  }
  for (const Value& item : value.items()) {
    Node* node = nullptr;
    read(item, node);
    nodes.push(arena_, node);
  }
}

void Reader::read(const Value& value, List<std::string_view>& texts) {
  texts = {};
  if (value.kind == Kind::kNull) return;
  if (!value.is_array() && !value.is_set()) {
    fail(go_kind(value), text_type() == "string" ? "[]string" : "[]ast.DirectiveLocation");
    return;
  }
  for (const Value& item : value.items()) {
    std::string_view text;
    read(item, text);
    texts.push(arena_, text);
  }
}

template <typename Node>
Selection* Reader::try_selection(const Value& value) {
  auto* node = make_node<Node>(arena_);
  Reader trial(arena_);
  trial.depth_ = depth_;
  trial.object(value, *node);
  return trial.is_failed_ ? nullptr : node;
}

void Reader::read(const Value& value, List<Selection*>& selections) {
  selections = {};
  if (value.kind == Kind::kNull) return;
  if (!value.is_array() && !value.is_set()) {
    fail(go_kind(value), "[]json.RawMessage");
    return;
  }
  for (const Value& item : value.items()) {
    Selection* selection = try_selection<Field>(item);
    if (selection == nullptr) selection = try_selection<FragmentSpread>(item);
    if (selection == nullptr) selection = try_selection<InlineFragment>(item);
    if (selection != nullptr) selections.push(arena_, selection);
  }
}

// --- Being whole -----------------------------------------------------------------------------------------------------

// Finds what a text can never lack and an object can, and counts nodes. OPA ends with a panic on such trees.
class Inspection {
 public:
  template <typename Node>
  void object(Node& node) {
    nodes_++;
    node.members([&](std::string_view name, Use use, auto& member) {
      if (use != Use::kResolved) inspect(name, use, member);
    });
    check(node);
  }
  uint64_t nodes() const { return nodes_; }
  const std::string& missing() const { return missing_; }

 private:
  template <typename Member>
  void inspect(std::string_view, Use, Member&) {}
  template <typename Node>
  void inspect(std::string_view name, Use use, Node*& node) {
    if (node != nullptr) {
      object(*node);
    } else if (use == Use::kNeeded) {
      miss(name);
    }
  }
  template <typename Node>
  void inspect(std::string_view name, Use, List<Node*>& nodes) {
    for (Node* node : nodes) {
      if (node == nullptr) {
        miss(name);
      } else {
        object(*node);
      }
    }
  }
  void inspect(std::string_view, Use, List<Selection*>& selections) {
    for (Selection* selection : selections) {
      with_selection(*selection, [&](auto& node) { object(node); });
    }
  }
  void inspect(std::string_view, Use, List<std::string_view>& texts) { nodes_ += texts.size(); }

  template <typename Node>
  void check(Node&) {}
  void check(TypeReference& type) {
    if (type.named_type.empty() && type.elem == nullptr) miss("NamedType");
  }
  void check(Literal& literal) {
    if (literal.kind < Literal::kVariable || literal.kind > Literal::kObject) miss("Kind");
  }
  void check(OperationDefinition& operation) {
    std::string_view name = operation.operation;
    if (!name.empty() && name != "query" && name != "mutation" && name != "subscription") miss("Operation");
  }
  void miss(std::string_view name) {
    if (missing_.empty()) missing_ = "the syntax tree has no " + std::string(name) + " where there must be one";
  }

  uint64_t nodes_ = 0;
  std::string missing_;
};

template <typename Document>
bool read_document(Arena& arena, const Value& object, Document* document, std::string* error) {
  Reader reader(arena);
  reader.object(object, *document);
  *error = reader.error();
  if (!error->empty()) return false;
  Inspection inspection;
  inspection.object(*document);
  *error = inspection.missing();
  return error->empty();
}

}  // namespace

Value to_value(BuiltinCall& call, QueryDocument& document, bool copies) {
  return Writer(call, copies).object(document);
}
Value to_value(BuiltinCall& call, SchemaDocument& document, bool copies) {
  return Writer(call, copies).object(document);
}

bool from_value(Arena& arena, const Value& object, QueryDocument* document, std::string* error) {
  return read_document(arena, object, document, error);
}
bool from_value(Arena& arena, const Value& object, SchemaDocument* document, std::string* error) {
  return read_document(arena, object, document, error);
}

uint64_t count_nodes(const SchemaDocument& document) {
  Inspection inspection;
  SchemaDocument copy = document;
  inspection.object(copy);
  return inspection.nodes();
}

}  // namespace writ::graphql
