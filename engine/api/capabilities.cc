// The capabilities document, written from the table of built-ins. Types are written as OPA's compiler writes them: what
// is known of each element is `static`, what holds for any of them is `dynamic` (of sets and unions: `of`).
#include "engine/api/capabilities.h"

#include <algorithm>

#include "engine/api/required.h"
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
  SignatureWriter(const Signature& signature, JsonWriter& json, bool with_names)
      : signature_(signature), json_(json), with_names_(with_names) {}

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
    if (with_names_ && is_named && !type.name.empty()) json_.member("name", type.name);
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
  const bool with_names_;
};

void write_signature(JsonWriter& json, std::string_view text, bool variadic, bool with_names = true) {
  if (variadic) {
    json.begin_object().key("variadic").begin_object().member("type", "any").end_object();
    json.member("type", "function").end_object();
    return;
  }
  Signature signature = Signature::parse(text);
  SignatureWriter(signature, json, with_names).write();
}

// OPA leaves the category out where the name begins with it.
bool shows_category(const Builtin& builtin) {
  std::string_view category = builtin.category;
  return !category.empty() && category != "deprecated" && category != "internal" &&
         !builtin.name.starts_with(std::string(category) + ".");
}

// OPA says the opposite of these: a schema could name others that it fetches, and certificates are verified by its clock.
constexpr std::string_view kDeclaredOtherwise[] = {"crypto.x509.parse_and_verify_certificates",
                                                   "crypto.x509.parse_and_verify_certificates_with_options",
                                                   "json.match_schema",
                                                   "json.verify_schema"};

bool is_nondeterministic(const Builtin& builtin) {
  bool asks_host = builtin.effect == Effect::kClock || builtin.effect == Effect::kRandom || builtin.effect == Effect::kHost;
  bool otherwise = std::find(std::begin(kDeclaredOtherwise), std::end(kDeclaredOtherwise), builtin.name) !=
                   std::end(kDeclaredOtherwise);
  return asks_host != otherwise;
}

// For people, or only what is needed to call it.
void write_builtin(JsonWriter& json, const Builtin& builtin, bool for_people = true) {
  json.begin_object().member("name", builtin.name);
  if (for_people && shows_category(builtin)) json.key("categories").begin_array().string(builtin.category).end_array();
  json.key("decl");
  write_signature(json, builtin.signature, builtin.variadic, for_people);
  if (!builtin.infix.empty()) json.member("infix", builtin.infix);
  if (builtin.relation) json.key("relation").boolean(true);
  if (is_nondeterministic(builtin)) json.key("nondeterministic").boolean(true);
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

void write_function(JsonWriter& json, const HostFunction& function) {
  if (const Builtin* builtin = find_builtin(function.name)) return write_builtin(json, *builtin, false);
  std::string signature = function.signature;
  if (signature.empty()) {
    for (uint32_t i = 0; i < function.arity; ++i) signature += i == 0 ? "x: any" : ", x: any";
    signature = "(" + signature + ") -> any";
  }
  json.begin_object().member("name", function.name).key("decl");
  write_signature(json, signature, false, false);
  if (!function.once) json.key("nondeterministic").boolean(true);
  json.end_object();
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

lang::Required required_capabilities(const std::vector<lang::Source>& sources, const EngineOptions& options) {
  return lang::required(sources, options);
}

std::string required_json(const Capabilities& required) {
  std::string out;
  JsonWriter json(out, {.escape = JsonEscape::kHtml, .indent = "  "});
  json.begin_object();
  if (!required.functions.empty()) {
    json.key("builtins").begin_array();
    for (const HostFunction& function : required.functions) write_function(json, function);
    json.end_array();
  }
  for (bool keywords : {true, false}) {
    auto is_required = [&](const WordRow& row) { return (required.words & bit_of(row)) != 0; };
    auto counts = [&](const WordRow& row) { return row.is_keyword == keywords && is_required(row); };
    if (std::none_of(words().begin(), words().end(), counts)) continue;
    write_words(json, keywords ? "future_keywords" : "features", keywords, is_required);
  }
  json.end_object();
  return out + "\n";
}

}  // namespace writ
