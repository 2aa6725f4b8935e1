// Annotations: METADATA blocks are read as YAML and checked, and rego.metadata.chain() and rego.metadata.rule() become
// constants of the rules that ask for them. Reference: OPA annotations.go.
#include <algorithm>

#include "engine/base/error.h"
#include "engine/builtins/url.h"
#include "engine/value/text.h"
#include "lang/check/annotation_yaml.h"
#include "lang/check/passes.h"
#include "lang/syntax/parse.h"

namespace writ::lang {
namespace {

// One annotation as rego.metadata shows it.
struct Metadata {
  Annotation* annotation;
  const Rule* rule = nullptr;  // null: of a package
  const Module* module;

  const Term* object() const { return annotation->object; }
};

// A value as Go's %s prints it, which OPA shows definitions with.
std::string go_text(const Value& value) {
  std::string text;
  switch (value.kind) {
    case Kind::kString: return std::string(value.text());
    case Kind::kNull: return "%!s(<nil>)";
    case Kind::kBoolean: return "%!s(bool=" + to_json(value) + ")";
    case Kind::kArray:
      for (const Value& item : value.items()) text += (text.empty() ? "" : " ") + go_text(item);
      return "[" + text + "]";
    case Kind::kObject:
      // Strings stand in front of other keys.
      for (bool strings : {true, false}) {
        for (const Entry& entry : value.members()) {
          if (entry.key.is_string() != strings) continue;
          text += (text.empty() ? "" : " ") + go_text(entry.key) + ":" + go_text(entry.value);
        }
      }
      return "map[" + text + "]";
    default: break;
  }
  std::string number = to_json(value);
  return (number.find_first_of(".e") == std::string::npos ? "%!s(int=" : "%!s(float64=") + number + ")";
}

// Only what is a string itself.
std::string string_of(const Value* value) {
  return value && value->is_string() ? std::string(value->text()) : std::string();
}

// Whether Go would have a map[interface {}]interface {} where OPA looks for one: the value itself, or an element of an array.
// `place` becomes the indexes on the way to it.
bool has_other_keys(const Value& value, std::string& place) {
  if (value.is_object()) {
    return std::any_of(value.members().begin(), value.members().end(),
                       [](const Entry& entry) { return !entry.key.is_string(); });
  }
  if (!value.is_array()) return false;
  for (uint32_t i = 0; i < value.size; ++i) {
    std::string below;
    if (!has_other_keys(value.elements[i], below)) continue;
    place = std::to_string(i) + (below.empty() ? "" : "/") + below;
    return true;
  }
  return false;
}

void split_author(std::string_view text, std::string& name, std::string& email) {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < text.size();) {
    size_t begin = text.find_first_not_of(" \t\r\n", at);
    if (begin == std::string_view::npos) break;
    size_t end = std::min(text.find_first_of(" \t\r\n", begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    at = end;
  }
  if (!words.empty() && words.back().size() >= 2 && words.back().front() == '<' && words.back().back() == '>') {
    email = words.back().substr(1, words.back().size() - 2);
    words.pop_back();
  }
  for (std::string_view word : words) {
    if (!name.empty()) name += ' ';
    name += word;
  }
}

std::string quoted(std::string_view text) {
  std::string result;
  append_quoted_go(result, text);
  return result;
}

// To OPA the documents are references by themselves.
bool is_reference(const Term& term) { return is_ref(term) || (is_var(term) && is_root_name(term.text)); }

std::string no_value(std::string_view member, std::string_view why) {
  return std::string(member) + " annotation ast: interface conversion: " + std::string(why);
}

// --- reading ---------------------------------------------------------------------------------------------------------

// Reads one block of YAML into the members that annotations have.
class MetadataReader {
 public:
  MetadataReader(Checker& checker, const Annotation& annotation, Arena& arena)
      : checker_(checker), annotation_(annotation), arena_(arena) {}

  // Null if something is wrong with it; that was reported. Of the result `scope` is empty where none was written.
  Term* read(AnnotationYaml& yaml, std::string& not_json) {
    std::string problem;
    if (!read_annotation_yaml(annotation_.yaml, arena_, &yaml, &problem)) return fail(problem);
    Term* object = checker_.ast.term(TermKind::kObject, annotation_.span);
    add_text(object, "title", yaml.title);
    if (yaml.entrypoint) add(object, "entrypoint", checker_.boolean(true, annotation_.span));
    add_text(object, "description", yaml.description);
    add_list(object, "organizations", yaml.organizations, &MetadataReader::organization);
    add_list(object, "related_resources", yaml.related_resources, &MetadataReader::related_resource);
    check_compile(yaml.compile);
    add_list(object, "schemas", yaml.schemas, &MetadataReader::schema);
    add_list(object, "authors", yaml.authors, &MetadataReader::author);
    add_object(object, "custom", yaml.custom);
    add_object(object, "labels", yaml.labels);
    not_json = std::move(not_json_);
    if (not_json.empty() && !yaml.why_not_json.empty()) not_json = no_value("custom", yaml.why_not_json);
    return failed_ ? nullptr : object;
  }

 private:
  // Reading ends at the first error.
  Term* fail(std::string_view message) {
    if (failed_) return nullptr;
    checker_.error(Id::kAnnotation, place_of(message), {message});
    failed_ = true;
    return nullptr;
  }

  // "yaml: line 2: …" counts the lines below the one with METADATA; without a line it is the first of these.
  Span place_of(std::string_view message) const {
    if (!message.starts_with("yaml: ")) return annotation_.span;
    size_t number = message.find("line ");
    uint32_t line = 0;
    for (char c : number == std::string_view::npos ? std::string_view() : message.substr(number + 5)) {
      if (c < '0' || c > '9' || line > 100000) break;
      line = line * 10 + static_cast<uint32_t>(c - '0');
    }
    std::string_view block = checker_.sources.text(annotation_.span);
    size_t at = 0;
    for (uint32_t i = 0; i <= line; ++i) {
      size_t next = block.find('\n', at);
      if (next == std::string_view::npos || next + 1 >= block.size()) break;
      at = next + 1;
    }
    Span span = annotation_.span;
    span.begin += static_cast<uint32_t>(at);
    return span;
  }

  void add(Term* object, std::string_view key, Term* value) {
    object->items.push_back(plain_text(key));
    object->items.push_back(value);
  }

  void add_text(Term* object, std::string_view key, const std::string& text) {
    if (!text.empty()) add(object, key, plain_text(text));
  }

  template <typename Item>
  void add_list(Term* object, std::string_view key, const std::vector<Item>& list,
                Term* (MetadataReader::*reader)(const Item&)) {
    Term* array = checker_.ast.term(TermKind::kArray, annotation_.span);
    for (const Item& item : list) {
      if (Term* t = (this->*reader)(item)) array->items.push_back(t);
    }
    if (!array->items.empty()) add(object, key, array);
  }

  void add_object(Term* object, std::string_view key, const AnnotationYaml::Members& members) {
    Term* result = checker_.ast.term(TermKind::kObject, annotation_.span);
    member_ = key;
    for (const auto& [name, value] : members) {
      std::string place;
      if (has_other_keys(value, place)) {
        fail("invalid map key type(s): " + place);
        return;
      }
      add(result, name, constant(value));
    }
    if (!members.empty()) add(object, key, result);
  }

  Term* organization(const std::string& name) { return plain_text(name); }

  Term* plain_text(std::string_view text) { return checker_.string(checker_.ast.keep(text), annotation_.span); }

  // A text is the reference itself.
  Term* related_resource(const Value& value) {
    if (std::string place; has_other_keys(value, place)) {
      return fail("invalid related-resource definition " + go_text(value) + ": invalid map key type(s): " + place);
    }
    Term* object = checker_.ast.term(TermKind::kObject, annotation_.span);
    if (value.is_string() && value.size > 0) {
      add_text(object, "ref", string_of(&value));
    } else if (value.is_object() && !string_of(object_find(value, "ref")).empty()) {
      add_text(object, "ref", string_of(object_find(value, "ref")));
      add_text(object, "description", string_of(object_find(value, "description")));
    } else {
      return fail("invalid related-resource definition " + go_text(value) + ": " +
                  (value.is_object()   ? "'ref' value required in object"
                   : value.is_string() ? "ref URL may not be empty string"
                                       : "invalid value type, must be string or map"));
    }
    std::string fault = url_fault(value.is_string() ? value.text() : object_find(value, "ref")->text());
    if (!fault.empty()) return fail("invalid related-resource definition " + go_text(value) + ": " + fault);
    return object;
  }

  // "Name <mail>", or {name, email}.
  Term* author(const Value& value) {
    if (std::string place; has_other_keys(value, place)) {
      return fail("invalid author definition " + go_text(value) + ": invalid map key type(s): " + place);
    }
    std::string name, email;
    if (value.is_string()) {
      split_author(value.text(), name, email);
    } else if (value.is_object()) {
      name = string_of(object_find(value, "name"));
      email = string_of(object_find(value, "email"));
    }
    if (name.empty() && email.empty()) {
      return fail("invalid author definition " + go_text(value) + ": " +
                  (value.is_object()   ? "'name' and/or 'email' values required in object"
                   : value.is_string() ? "author is an empty string"
                                       : "invalid value type, must be string or map"));
    }
    Term* object = checker_.ast.term(TermKind::kObject, annotation_.span);
    add_text(object, "name", name);
    add_text(object, "email", email);
    return object;
  }

  // {path: reference to a schema} or {path: the schema itself}.
  Term* schema(const AnnotationYaml::Members& pair) {
    if (pair.size() != 1) return fail("invalid document reference");
    const auto& [place, what] = pair[0];
    Term* object = checker_.ast.term(TermKind::kObject, annotation_.span);
    Term* path = path_of(place);
    if (!path || (path->items.size() == 1 && !is_root_name(path->items[0]->text))) {
      return fail("invalid document reference");
    }
    add(object, "path", path);
    std::string ignored;
    if (what.is_string()) {
      Term* reference = path_of(what.text());
      if (!reference || reference->items[0]->text != "schema") return fail("invalid schema reference");
      add(object, "schema", reference);
    } else if (what.is_object() && !has_other_keys(what, ignored)) {
      add(object, "definition", constant(what));
    } else {
      return fail("invalid schema declaration for path \"" + place + "\"");
    }
    return object;
  }

  // What `compile` says is for compiling rules to queries of databases; only its form is looked at.
  void check_compile(const AnnotationYaml::Members& compile) {
    for (const auto& [name, value] : compile) {
      if (name == "unknowns" && value.is_array()) {
        for (const Value& unknown : value.items()) {
          if (unknown.is_string()) check_unknown(unknown.text());
        }
      }
      if (name == "mask_rule" && value.is_string()) check_mask(value.text());
    }
  }

  void check_unknown(std::string_view text) {
    std::string fault;
    const Term* term = parsed(text, &fault);
    if (term && is_reference(*term)) return;
    fault = term ? "expected ref but got " + to_text(*term) : "failed to parse ref: " + fault;
    fail("invalid unknowns element " + quoted(text) + ": " + fault);
  }

  void check_mask(std::string_view text) {
    std::string fault;
    const Term* term = parsed(text, &fault);
    if (!term) {
      fail("invalid mask_rule annotation " + quoted(text) + ": " + fault);
    } else if (!is_var(*term) && !is_ref(*term) && term->kind != TermKind::kString) {
      fail("invalid mask_rule annotation type " + quoted(text) + ": string");
    }
  }

  // Null and `*fault` set, in OPA's words, if the text is not one term.
  Term* parsed(std::string_view text, std::string* fault) {
    SourceMap sources;
    uint32_t file = sources.add("", std::string(text));
    std::vector<Diagnostic> faults;
    Body* body = parse_query(sources, file, Language(), checker_.ast, faults);
    if (!faults.empty()) {
      *fault = "failed to parse term: " + render_opa(faults, sources);
      return nullptr;
    }
    std::string got;
    if (!body || body->exprs.size() != 1) {
      for (const Expr* expr : body ? body->exprs : ExprList()) got += (got.empty() ? "" : "; ") + to_text(*expr);
      *fault = "expected exactly one term but got: " + got;
      return nullptr;
    }
    const Expr& expr = *body->exprs[0];
    if (expr.kind == ExprKind::kTerm && !is_call(*expr.term)) return expr.term;
    if (expr.kind == ExprKind::kTerm) {
      for (const Term* item : expr.term->items) got += (got.empty() ? "" : " ") + to_text(*item);
      got = "[" + got + "]";
    } else {
      got = to_text(expr);
    }
    *fault = "expected term but got " + got;
    return nullptr;
  }

  // The steps of a reference as an array of strings; null if the text is none.
  Term* path_of(std::string_view text) {
    std::string ignored;
    Term* ref = parsed(text, &ignored);
    if (!ref || (!is_var(*ref) && !is_ref(*ref))) return nullptr;
    Term* array = checker_.ast.term(TermKind::kArray, annotation_.span);
    if (is_var(*ref)) {
      array->items.push_back(checker_.string(ref->text, annotation_.span));
      return array;
    }
    for (const Term* step : ref->items) {
      if (!is_var(*step) && step->kind != TermKind::kString) return nullptr;
      array->items.push_back(checker_.string(step->text, annotation_.span));
    }
    return array;
  }

  // As deep as the YAML reader allows.
  Term* constant(const Value& value) {
    Span span = annotation_.span;
    switch (value.kind) {
      case Kind::kBoolean: return checker_.boolean(value.is_true(), span);
      case Kind::kString: return plain_text(value.text());
      case Kind::kNumber: {
        Term* number = checker_.ast.term(TermKind::kNumber, span);
        number->text = checker_.ast.keep(to_json(value));
        return number;
      }
      case Kind::kArray: {
        Term* array = checker_.ast.term(TermKind::kArray, span);
        for (const Value& item : value.items()) array->items.push_back(constant(item));
        return array;
      }
      case Kind::kObject: {
        Term* object = checker_.ast.term(TermKind::kObject, span);
        for (const Entry& entry : value.members()) {
          if (!entry.key.is_string() && not_json_.empty()) {
            not_json_ = no_value(member_, "json: unsupported type: map[interface {}]interface {}");
          }
          object->items.push_back(constant(entry.key));
          object->items.push_back(constant(entry.value));
        }
        return object;
      }
      default: return checker_.ast.term(TermKind::kNull, span);
    }
  }

  Checker& checker_;
  const Annotation& annotation_;
  Arena& arena_;
  std::string_view member_ = "schema";  // whose values become constants
  std::string not_json_;
  bool failed_ = false;
};

using Path = std::vector<std::string>;

// "data", the package, the ground part of the rule.
Path rule_place(const Module& module, const Rule& rule) {
  Path path = module.package;
  const Term& ref = *rule.head.ref;
  for (size_t i = 0; i < ground_prefix(ref); ++i) {
    path.push_back(is_scalar(*ref.items[i]) ? segment_of(*ref.items[i]) : std::string(ref.items[i]->text));
  }
  return path;
}

class AnnotationSet {
 public:
  explicit AnnotationSet(Checker& checker) : checker_(checker) {}

  void read() {
    for (const Module* module : checker_.all_modules) {
      std::unordered_map<const Annotation*, const Rule*> rules;
      std::unordered_set<const Annotation*> imports;
      for (const Rule* rule : module->rules) {
        for (const Annotation* a : rule->annotations) rules[a] = rule;
      }
      for (const Import* import : module->imports) {
        imports.insert(import->annotations.begin(), import->annotations.end());
      }
      for (Annotation* a : module->annotations) {
        Metadata& metadata = all_.emplace_back();
        metadata.annotation = a;
        metadata.module = module;
        auto rule = rules.find(a);
        metadata.rule = rule == rules.end() ? nullptr : rule->second;
        const std::vector<Annotation*>& package = module->package_annotations;
        bool of_package = std::find(package.begin(), package.end(), a) != package.end();
        if (!a->is_read) read_one(metadata, of_package, imports.count(a) > 0);
      }
    }
  }

  // Puts them where the rules find theirs.
  void file() {
    for (const Metadata& metadata : all_) {
      if (metadata.object() != nullptr) file(metadata);
    }
  }

  // The nearest to the rule first, outwards.
  Term* chain(const Branch& branch) {
    const Module& module = *branch.main->module;
    Path path = rule_place(module, *branch.main);
    Term* links = checker_.ast.term(TermKind::kArray, branch.rule->span);
    std::vector<const Metadata*> own = rule_scope(branch);
    if (own.empty()) links->items.push_back(link(path, nullptr, branch.rule->span));
    for (auto it = own.rbegin(); it != own.rend(); ++it) links->items.push_back(link(path, *it, branch.rule->span));
    auto add = [&](const std::map<Path, const Metadata*>& by, const Path& at) {
      auto it = by.find(at);
      if (it != by.end()) links->items.push_back(link(at, it->second, branch.rule->span));
    };
    add(documents_, path);
    add(packages_, module.package);
    for (size_t n = module.package.size() + 1; n-- > 0;) {
      add(subpackages_, Path(module.package.begin(), module.package.begin() + static_cast<ptrdiff_t>(n)));
    }
    return links;
  }

  // What all annotations that apply to the branch say of schemas, the most general first.
  std::vector<const SchemaUse*> schemas(const Branch& branch) {
    const Module& module = *branch.main->module;
    std::vector<const SchemaUse*> uses;
    auto add = [&](const Metadata& metadata) { add_schemas(metadata, uses); };
    auto add_at = [&](const std::map<Path, const Metadata*>& by, const Path& at) {
      if (auto it = by.find(at); it != by.end()) add(*it->second);
    };
    for (size_t n = 0; n <= module.package.size(); ++n) {
      add_at(subpackages_, Path(module.package.begin(), module.package.begin() + static_cast<ptrdiff_t>(n)));
    }
    add_at(packages_, module.package);
    add_at(documents_, rule_place(module, *branch.main));
    for (const Metadata* own : rule_scope(branch)) add(*own);
    return uses;
  }
  bool has_schemas() const {
    return std::any_of(all_.begin(), all_.end(), [](const Metadata& metadata) { return schemas_of(metadata) != nullptr; });
  }

  const Term* rule(const Branch& branch) {
    std::vector<const Metadata*> own = rule_scope(branch);
    if (own.empty()) return checker_.ast.term(TermKind::kObject, branch.rule->span);
    check_json(*own.front());
    return own.front()->object();
  }

 private:
  void read_one(Metadata& metadata, bool of_package, bool of_import) {
    AnnotationYaml yaml;
    Annotation& annotation = *metadata.annotation;
    annotation.is_read = true;
    Span span = annotation.span;
    Term* object = MetadataReader(checker_, annotation, arena_).read(yaml, annotation.not_json);
    if (!object) return;
    std::string scope = std::move(yaml.scope);
    bool entrypoint = yaml.entrypoint;
    if (scope.empty()) {
      if (metadata.rule) scope = entrypoint ? "document" : "rule";
      if (of_package) scope = "package";
      if (of_import) scope = "import";
    }
    annotation.scope = scope;
    std::string_view have = metadata.rule ? " (have rule)"
                            : of_package  ? " (have package)"
                            : of_import   ? " (have import)"
                                          : "";
    bool for_rule = scope == "rule" || scope == "document";
    bool for_package = scope == "package" || scope == "subpackages";
    if (!for_rule && !for_package) {
      checker_.error(Id::kAnnotationScope, span, {scope});
    } else if (for_rule && !metadata.rule) {
      checker_.error(Id::kAnnotationPlace, span, {scope, "rule", have});
    } else if (for_package && !of_package) {
      checker_.error(Id::kAnnotationPlace, span, {scope, "package", have});
    } else if (entrypoint && scope != "document" && scope != "package") {
      checker_.error(Id::kAnnotationEntrypoint, span, {scope});
    } else {
      annotation.object = object;
      Term* value = checker_.string(checker_.ast.keep(scope), span);
      object->items.insert(object->items.begin(), {checker_.string("scope", span), value});
    }
  }

  void file(const Metadata& metadata) {
    if (metadata.annotation->scope == "rule") {
      by_rule_[metadata.rule].push_back(&metadata);
      return;
    }
    bool document = metadata.annotation->scope == "document";
    Path path = document ? rule_place(*metadata.module, *metadata.rule) : metadata.module->package;
    auto& by = document ? documents_ : metadata.annotation->scope == "package" ? packages_ : subpackages_;
    auto [it, added] = by.emplace(std::move(path), &metadata);
    if (added) return;
    Diagnostic& d = checker_.error(Id::kAnnotationRedeclared, metadata.annotation->span,
                                   {metadata.annotation->scope, checker_.position_text(it->second->annotation->span)});
    d.labels.push_back({it->second->annotation->span, "first here"});
  }

  // Branches of an else chain have none of their own.
  std::vector<const Metadata*> rule_scope(const Branch& branch) const {
    auto it = by_rule_.find(branch.rule);
    return it == by_rule_.end() ? std::vector<const Metadata*>() : it->second;
  }

  // The member of that name; null if there is none.
  static const Term* member(const Term& object, std::string_view name) {
    for (size_t i = 0; i + 1 < object.items.size(); i += 2) {
      if (object.items[i]->text == name) return object.items[i + 1];
    }
    return nullptr;
  }

  static const Term* schemas_of(const Metadata& metadata) {
    return metadata.object() == nullptr ? nullptr : member(*metadata.object(), "schemas");
  }

  // Reads the schemas of an annotation, once.
  void add_schemas(const Metadata& metadata, std::vector<const SchemaUse*>& uses) {
    const Term* list = schemas_of(metadata);
    if (list == nullptr) return;
    auto [known, added] = schema_uses_.try_emplace(&metadata);
    if (added) {
      for (const Term* item : list->items) known->second.push_back(&read_schema(*item));
    }
    uses.insert(uses.end(), known->second.begin(), known->second.end());
  }

  SchemaUse& read_schema(const Term& item) {
    SchemaUse& use = checker_.schemas.emplace_back();
    const Term& path = *member(item, "path");
    use.path.assign(path.items.begin(), path.items.end());
    if (const Term* name = member(item, "schema")) {
      for (size_t i = 1; i < name->items.size(); ++i) use.name.emplace_back(name->items[i]->text);
    }
    if (const Term* definition = member(item, "definition")) {
      Arena arena;
      Value value;
      if (constant_value(arena, *definition, &value)) use.definition = to_json(value);
    }
    return use;
  }

  // Such an annotation is fine as long as nobody asks for its value.
  void check_json(const Metadata& metadata) {
    const Annotation& annotation = *metadata.annotation;
    if (!annotation.not_json.empty()) checker_.error(Id::kAnnotationValue, annotation.span, {annotation.not_json});
  }

  Term* link(const Path& path, const Metadata* metadata, Span span) {
    Term* object = checker_.ast.term(TermKind::kObject, span);
    Term* steps = checker_.ast.term(TermKind::kArray, span);
    for (const std::string& step : path) steps->items.push_back(checker_.string(checker_.ast.keep(step), span));
    object->items = {checker_.string("path", span), steps};
    if (metadata) {
      check_json(*metadata);
      object->items.push_back(checker_.string("annotations", span));
      object->items.push_back(checker_.copy(*metadata->object()));
    }
    return object;
  }

  Checker& checker_;
  Arena arena_;
  std::deque<Metadata> all_;
  std::unordered_map<const Rule*, std::vector<const Metadata*>> by_rule_;
  std::map<Path, const Metadata*> documents_, packages_, subpackages_;
  std::unordered_map<const Metadata*, std::vector<const SchemaUse*>> schema_uses_;
};

// Puts the constants where they are wanted.
void replace_calls(Checker& checker, AnnotationSet& annotations, const Branch& branch) {
  auto walk = expr_walker([&](Expr* e) {
    bool chain = calls(*e, "rego.metadata.chain");
    if (!chain && !calls(*e, "rego.metadata.rule")) return false;
    if (!checker.is_builtin(chain ? "rego.metadata.chain" : "rego.metadata.rule")) return false;
    Term* value = chain ? annotations.chain(branch) : checker.copy(*annotations.rule(branch));
    if (argument_count(*e) == 0) {
      e->term = value;
    } else {
      e->term = checker.call("eq", {argument(*e, 0), value}, e->span);
      e->generated = true;
    }
    return false;
  });
  walk_branch(branch, walk);
}

}  // namespace

void read_metadata(Checker& checker) { AnnotationSet(checker).read(); }

void rewrite_metadata(Checker& checker) {
  AnnotationSet annotations(checker);
  size_t mark = checker.mark();
  annotations.read();
  annotations.file();
  if (checker.failed(mark)) return;
  bool has_schemas = annotations.has_schemas();
  for (const Branch& branch : checker.branches()) {
    if (branch.main->module->occurs.metadata_calls) replace_calls(checker, annotations, branch);
    if (!has_schemas) continue;
    if (std::vector<const SchemaUse*> uses = annotations.schemas(branch); !uses.empty()) {
      checker.schema_uses[branch.rule] = std::move(uses);
    }
  }
}

}  // namespace writ::lang
