// Reads capabilities documents, and makes those of the versions of OPA from two tables: opa_versions.def says since when
// there is a built-in, words.def from when to when there was a word.
//
// A declaration in a document is JSON; it becomes a text in OPA's notation of signatures, so that there is one form of them
// and one parser (engine/builtins/signature.h).
#include "engine/program/capabilities.h"

#include <algorithm>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/signature.h"
#include "engine/value/json.h"

namespace writ {

namespace {

constexpr std::string_view kVersions[] = {
#define OPA_VERSION(version) version,
#define BUILTIN_SINCE(name, version)
#include "engine/program/opa_versions.def"
#undef OPA_VERSION
#undef BUILTIN_SINCE
};

struct SinceRow {
  std::string_view name, version;
};
constexpr SinceRow kSince[] = {
#define OPA_VERSION(version)
#define BUILTIN_SINCE(name, version) {name, version},
#include "engine/program/opa_versions.def"
#undef OPA_VERSION
#undef BUILTIN_SINCE
};

// How old a version is: its place in the list; that of the list's end for one that is not in it.
size_t age(std::string_view version) {
  return static_cast<size_t>(std::find(std::begin(kVersions), std::end(kVersions), version) - std::begin(kVersions));
}

bool is_in_version(std::string_view builtin, std::string_view version) {
  auto row = std::lower_bound(std::begin(kSince), std::end(kSince), builtin,
                              [](const SinceRow& since, std::string_view name) { return since.name < name; });
  return row == std::end(kSince) || row->name != builtin || age(row->version) <= age(version);
}

void sort_functions(std::vector<HostFunction>& functions) {
  std::sort(functions.begin(), functions.end(),
            [](const HostFunction& a, const HostFunction& b) { return a.name < b.name; });
}

[[noreturn]] void refuse(const std::string& what) { throw Failure(ErrorCode::E_POLICY, "capabilities: " + what); }

// A member that is null counts as one that is not there, as in Go.
bool is_absent(const Value* member) { return member == nullptr || member->kind == Kind::kNull; }

std::string quoted(std::string_view name) { return "`" + std::string(name) + "`"; }

// The declaration of one function as text in OPA's notation.
class DeclarationReader {
 public:
  explicit DeclarationReader(std::string_view function) : function_(function) {}

  std::string read(const Value& declaration) {
    if (text_of(declaration, "type") != "function") fail("`type` of `decl` must be \"function\"");
    if (object_find(declaration, "variadic") != nullptr) fail("functions of the host take a fixed number of arguments");
    std::string text = "(";
    if (const Value* arguments = list_of(declaration, "args")) {
      for (size_t i = 0; i < arguments->items().size(); ++i) {
        if (i > 0) text += ", ";
        text.append("x").append(std::to_string(i)).append(": ").append(type(arguments->items()[i]));
      }
    }
    const Value* result = object_find(declaration, "result");
    text.append(") -> ").append(!is_absent(result) ? type(*result) : "void");
    return text;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { refuse("built-in " + quoted(function_) + ": " + what); }

  std::string_view text_of(const Value& object, std::string_view name) const {
    const Value* member = object.is_object() ? object_find(object, name) : nullptr;
    if (member == nullptr || !member->is_string()) fail("a string " + quoted(name) + " is missing");
    return member->text();
  }

  // Null if it is absent or null.
  const Value* list_of(const Value& object, std::string_view name) const {
    const Value* member = object_find(object, name);
    if (is_absent(member)) return nullptr;
    if (!member->is_array()) fail(quoted(name) + " must be an array");
    return member;
  }

  std::string type(const Value& value) {
    if (depth_ == kMaxDepth) fail("its types are nested too deeply");
    ++depth_;
    std::string_view word = text_of(value, "type");
    std::string text;
    if (word == "any") {
      text = union_type(value);
    } else if (word == "array") {
      text = array_type(value);
    } else if (word == "set") {
      text = "set[" + type_or_any(object_find(value, "of")) + "]";
    } else if (word == "object") {
      text = object_type(value);
    } else if (word == "null" || word == "boolean" || word == "number" || word == "string") {
      text = word;
    } else {
      fail("unknown type " + quoted(word));
    }
    --depth_;
    return text;
  }

  std::string type_or_any(const Value* value) { return is_absent(value) ? "any" : type(*value); }

  std::string union_type(const Value& value) {
    const Value* alternatives = list_of(value, "of");
    return alternatives == nullptr || alternatives->items().empty() ? "any" : "any<" + types(*alternatives) + ">";
  }

  std::string array_type(const Value& value) {
    const Value* positions = list_of(value, "static");
    if (positions == nullptr || positions->items().empty()) {
      return "array[" + type_or_any(object_find(value, "dynamic")) + "]";
    }
    if (object_find(value, "dynamic") != nullptr) fail("an array has either `static` or `dynamic`");
    return "array<" + types(*positions) + ">";
  }

  std::string types(const Value& list) {
    std::string text;
    for (const Value& element : list.items()) {
      if (!text.empty()) text += ", ";
      text += type(element);
    }
    return text;
  }

  std::string object_type(const Value& value) {
    std::string text = "object";
    const Value* members = list_of(value, "static");
    bool has_members = members != nullptr && !members->items().empty();
    if (has_members) {
      text += "<";
      for (const Value& member : members->items()) {
        if (text.back() != '<') text += ", ";
        const Value* of = member.is_object() ? object_find(member, "value") : nullptr;
        text.append(text_of(member, "key")).append(": ").append(type_or_any(of));
      }
      text += ">";
    }
    const Value* dynamic = object_find(value, "dynamic");
    bool has_dynamic = dynamic != nullptr && dynamic->is_object();
    if (has_members && !has_dynamic) return text;
    const Value* key = has_dynamic ? object_find(*dynamic, "key") : nullptr;
    const Value* element = has_dynamic ? object_find(*dynamic, "value") : nullptr;
    return text + "[" + type_or_any(key) + ": " + type_or_any(element) + "]";
  }

  static constexpr int kMaxDepth = 16;
  std::string_view function_;
  int depth_ = 0;
};

bool is_true(const Value& object, std::string_view name) {
  const Value* member = object_find(object, name);
  return member != nullptr && member->is_true();
}

HostFunction read_function(const Value& row) {
  const Value* name = row.is_object() ? object_find(row, "name") : nullptr;
  if (name == nullptr || !name->is_string()) refuse("a built-in without a `name`");
  HostFunction function;
  function.name = name->text();
  // Of a built-in of this version the name is all that is needed.
  if (const Builtin* builtin = find_builtin(function.name)) {
    function.arity = builtin->arity;
    return function;
  }
  const Value* declaration = object_find(row, "decl");
  if (declaration == nullptr || !declaration->is_object()) {
    refuse("built-in " + quoted(function.name) + ": its declaration `decl` is missing");
  }
  function.signature = DeclarationReader(function.name).read(*declaration);
  try {
    Signature signature = Signature::parse(function.signature);
    function.arity = static_cast<uint32_t>(signature.arity());
  } catch (const Failure&) {
    refuse("built-in " + quoted(function.name) + ": its declaration is too large, or has keys that are not words");
  }
  // A function that always gives the same is called once for equal arguments.
  function.once = !is_true(row, "nondeterministic");
  return function;
}

// Calls visit(text) for each of a list of strings that may be absent or null.
template <typename Visit>
void for_each_text(const Value& document, std::string_view name, Visit visit) {
  const Value* list = object_find(document, name);
  if (is_absent(list)) return;
  if (!list->is_array()) refuse(quoted(name) + " must be an array of strings");
  for (const Value& element : list->items()) {
    if (!element.is_string()) refuse(quoted(name) + " must be an array of strings");
    visit(element.text());
  }
}

}  // namespace

bool Capabilities::allows(std::string_view function) const {
  auto row = std::lower_bound(functions.begin(), functions.end(), function,
                              [](const HostFunction& known, std::string_view name) { return known.name < name; });
  return row != functions.end() && row->name == function;
}

std::vector<HostFunction> Capabilities::host_functions() const {
  std::vector<HostFunction> found;
  for (const HostFunction& function : functions) {
    if (find_builtin(function.name) == nullptr) found.push_back(function);
  }
  return found;
}

std::shared_ptr<const Capabilities> read_capabilities(std::string_view json) {
  Arena arena;
  Value document = read_json(json, arena);
  if (!document.is_object()) refuse("the document must be an object");
  auto capabilities = std::make_shared<Capabilities>();
  const Value* functions = object_find(document, "builtins");
  if (!is_absent(functions)) {
    if (!functions->is_array()) refuse("`builtins` must be an array");
    for (const Value& row : functions->items()) capabilities->functions.push_back(read_function(row));
  }
  sort_functions(capabilities->functions);
  for_each_text(document, "future_keywords", [&](std::string_view name) {
    if (const WordRow* row = find_word(name, true)) {
      capabilities->words |= bit_of(*row);
    } else {
      capabilities->unknown_keywords.emplace_back(name);
    }
  });
  for_each_text(document, "features", [&](std::string_view name) {
    if (const WordRow* row = find_word(name, false)) capabilities->words |= bit_of(*row);
  });
  const Value* allowed = object_find(document, "allow_net");
  if (!is_absent(allowed)) {
    capabilities->allow_net.emplace();
    for_each_text(document, "allow_net", [&](std::string_view host) { capabilities->allow_net->emplace_back(host); });
  }
  return capabilities;
}

std::shared_ptr<const Capabilities> capabilities_of_version(std::string_view version) {
  size_t wanted = age(version);
  if (wanted == std::size(kVersions)) return nullptr;
  auto capabilities = std::make_shared<Capabilities>();
  for (const Builtin& builtin : builtins()) {
    if (!is_in_version(builtin.name, version)) continue;
    capabilities->functions.push_back({.name = std::string(builtin.name), .arity = builtin.arity});
  }
  for (const WordRow& row : words()) {
    if (age(row.first) <= wanted && (row.last.empty() || wanted <= age(row.last))) capabilities->words |= bit_of(row);
  }
  return capabilities;
}

std::span<const std::string_view> capability_versions() { return kVersions; }

}  // namespace writ
