// The capabilities document, written from the table of built-ins. Types are written as OPA's compiler writes them: what
// is known of each element is `static`, what holds for any of them is `dynamic` (of sets and unions: `of`).
#include "engine/api/capabilities.h"

#include <span>

#include "engine/base/json_writer.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/signature.h"

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
    if (type.role == TypeRole::kArgument && !is_generated_name(type.name)) json_.member("name", type.name);
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

// A word of the language, and with which modules it is named: those of v1, those of v0, or both.
enum : uint8_t { kInV1 = 1, kInV0 = 2, kInBoth = 3 };
struct LanguageRow {
  std::string_view name;
  uint8_t versions;
};

// What `import future.keywords` can name besides the keywords of the version itself.
constexpr LanguageRow kFutureKeywords[] = {{"and", kInBoth}, {"contains", kInV0}, {"every", kInV0}, {"if", kInV0},
                                           {"in", kInV0},    {"not", kInBoth},    {"or", kInBoth}};
constexpr LanguageRow kFeatures[] = {{"keywords_in_refs", kInBoth}, {"rego_v1", kInBoth},
                                     {"rego_v1_import", kInV0},     {"rego_v2", kInBoth},
                                     {"rego_v2_import", kInBoth},   {"rule_head_ref_string_prefixes", kInV0},
                                     {"rule_head_refs", kInV0},     {"template_strings", kInV1}};

void write_list(JsonWriter& json, std::span<const LanguageRow> rows, bool v0) {
  json.begin_array();
  for (const LanguageRow& row : rows) {
    if ((row.versions & (v0 ? kInV0 : kInV1)) != 0) json.string(row.name);
  }
  json.end_array();
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
  if (!builtin->is_available()) out += "  not implemented in this version\n";
  return out;
}

std::string capabilities_json(bool v0) {
  std::string out;
  JsonWriter json(out, {.indent = "  "});
  json.begin_object().key("builtins").begin_array();
  bool all = true;
  for (const Builtin& builtin : builtins()) {
    if (builtin.is_available()) {
      write_builtin(json, builtin);
    } else {
      all = false;
    }
  }
  json.end_array();
  json.key("future_keywords");
  write_list(json, kFutureKeywords, v0);
  json.key("features");
  write_list(json, kFeatures, v0);
  if (!all) {
    json.key("writ").begin_object().key("builtins_not_available").begin_array();
    for (const Builtin& builtin : builtins()) {
      if (!builtin.is_available()) json.string(builtin.name);
    }
    json.end_array().end_object();
  }
  json.end_object();
  return out + "\n";
}

}  // namespace writ
