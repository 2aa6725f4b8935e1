// The capabilities document, written from the table of built-ins. Types are written as OPA's compiler writes them: what
// is known of each element is `static`, what holds for any of them is `dynamic` (of sets and unions: `of`).
#include "engine/api/capabilities.h"

#include "engine/base/json_writer.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/signature.h"
#include "engine/program/capabilities.h"
#include "engine/program/words.h"

namespace writ {

namespace {

// Arguments without a name of their own are called x0, x1, … in the table; OPA leaves their names out.
bool is_generated_name(std::string_view name) {
  return name.size() >= 2 && name[0] == 'x' && name.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

class SignatureWriter {
 public:
  SignatureWriter(const Signature& signature, JsonWriter& json) : signature_(signature), json_(json) {}

  void write() {
    json_.begin_object();
    write_list("args", signature_.root(), TypeRole::kArgument);
    if (const TypeNode* result = find(signature_.root(), TypeRole::kResult)) {
      json_.key("result");
      write_type(*result);
    }
    json_.member("type", "function").end_object();
  }

 private:
  // The first child in that role; null if there is none.
  const TypeNode* find(const TypeNode& node, TypeRole role) const {
    const TypeNode* child = signature_.first_child(node);
    while (child != nullptr && child->role != role) child = signature_.next_sibling(*child);
    return child;
  }

  void write_type(const TypeNode& type) {
    json_.begin_object();
    bool is_named = type.role == TypeRole::kArgument ? !is_generated_name(type.name) : type.role == TypeRole::kResult;
    if (is_named && !type.name.empty()) json_.member("name", type.name);
    write_list("static", type, TypeRole::kPosition);
    write_list("static", type, TypeRole::kMember);
    write_list("of", type, TypeRole::kAlternative);
    if (const TypeNode* element = find(type, TypeRole::kElement)) {
      json_.key(type.kind == TypeKind::kSet ? "of" : "dynamic");
      write_type(*element);
    }
    if (const TypeNode* key = find(type, TypeRole::kKey)) {
      json_.key("dynamic").begin_object().key("key");
      write_type(*key);
      json_.key("value");
      write_type(*signature_.next_sibling(*key));
      json_.end_object();
    }
    json_.member("type", type_word(type.kind)).end_object();
  }

  // The children in one role; nothing if there are none.
  void write_list(std::string_view name, const TypeNode& node, TypeRole role) {
    const TypeNode* child = find(node, role);
    if (child == nullptr) return;
    json_.key(name).begin_array();
    for (; child != nullptr && child->role == role; child = signature_.next_sibling(*child)) {
      if (role == TypeRole::kMember) json_.begin_object().member("key", child->name).key("value");
      write_type(*child);
      if (role == TypeRole::kMember) json_.end_object();
    }
    json_.end_array();
  }

  const Signature& signature_;
  JsonWriter& json_;
};

void write_signature(JsonWriter& json, std::string_view text, bool variadic) {
  if (variadic) {
    json.begin_object().key("variadic").begin_object().member("type", "any").end_object();
    json.member("type", "function").end_object();
    return;
  }
  Signature signature = Signature::parse(text);
  SignatureWriter(signature, json).write();
}

// OPA leaves the category out where the name begins with it.
bool shows_category(const Builtin& builtin) {
  std::string_view category = builtin.category;
  return !category.empty() && category != "deprecated" && category != "internal" &&
         !builtin.name.starts_with(std::string(category) + ".");
}

void write_builtin(JsonWriter& json, const Builtin& builtin) {
  json.begin_object().member("name", builtin.name);
  if (shows_category(builtin)) json.key("categories").begin_array().string(builtin.category).end_array();
  json.key("decl");
  write_signature(json, builtin.signature, builtin.variadic);
  if (!builtin.infix.empty()) json.member("infix", builtin.infix);
  if (builtin.relation) json.key("relation").boolean(true);
  if (builtin.effect == Effect::kClock || builtin.effect == Effect::kRandom || builtin.effect == Effect::kHost) {
    json.key("nondeterministic").boolean(true);
  }
  if (builtin.deprecated) json.key("deprecated").boolean(true);
  json.end_object();
}

// The words of one sort that `keep` holds for.
template <typename Keep>
void write_words(JsonWriter& json, std::string_view member, bool keywords, Keep keep) {
  json.key(member).begin_array();
  for (const WordRow& row : words()) {
    if (row.is_keyword == keywords && keep(row)) json.string(row.name);
  }
  json.end_array();
}

// `available(builtin)` says which built-ins, `keep(row)` which words.
template <typename Available, typename Keep>
std::string document(Available available, Keep keep) {
  std::string out;
  JsonWriter json(out, {.indent = "  "});
  json.begin_object().key("builtins").begin_array();
  for (const Builtin& builtin : builtins()) {
    if (available(builtin)) write_builtin(json, builtin);
  }
  json.end_array();
  write_words(json, "future_keywords", true, keep);
  write_words(json, "features", false, keep);
  json.end_object();
  return out + "\n";
}

}  // namespace

std::string signature_json(std::string_view signature, bool variadic) {
  std::string out;
  JsonWriter json(out);
  write_signature(json, signature, variadic);
  return out;
}

std::optional<std::string> describe_builtin(std::string_view name) {
  const Builtin* builtin = find_builtin(name);
  if (builtin == nullptr) return std::nullopt;
  std::string out(builtin->name);
  out.append(builtin->signature).append("\n  ").append(builtin->documentation).append("\n");
  if (!builtin->infix.empty()) out.append("  operator: ").append(builtin->infix).append("\n");
  if (builtin->deprecated) out += "  deprecated: only policies in Rego v0 can call it\n";
  return out;
}

std::string capabilities_json(bool v0) {
  return document([](const Builtin&) { return true; }, [v0](const WordRow& row) { return v0 ? row.in_v0 : row.in_v1; });
}

std::string capabilities_json(const Capabilities& capabilities) {
  return document([&](const Builtin& builtin) { return capabilities.allows(builtin.name); },
                  [&](const WordRow& row) { return (capabilities.words & bit_of(row)) != 0; });
}

}  // namespace writ
