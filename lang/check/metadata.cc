// Annotations: METADATA blocks are read as YAML and checked, and rego.metadata.chain() and rego.metadata.rule() become
// constants of the rules that ask for them. Reference: OPA annotations.go.
#include <algorithm>
#include <optional>

#include "engine/base/error.h"
#include "engine/builtins/url.h"
#include "engine/builtins/yaml.h"
#include "engine/value/text.h"
#include "lang/check/passes.h"
#include "lang/syntax/parse.h"

namespace writ::lang {
namespace {

// One annotation as rego.metadata shows it.
struct Metadata {
  const Annotation* annotation;
  const Rule* rule = nullptr;  // null: of a package
  const Module* module;
  std::string scope;
  Term* object = nullptr;
};

// --- types of members -----------------------------------------------------------------------------------------------

enum class Shape : uint8_t { kText, kFlag, kTexts, kList, kMappings, kMapping };
struct Field {
  std::string_view name;
  Shape shape;
  std::string_view type;     // as Go calls it
  std::string_view element;  // of a list; empty if it may be anything
};
constexpr std::string_view kMappingType = "map[string]interface {}";
constexpr Field kFields[] = {
    {"scope", Shape::kText, "string", ""},
    {"title", Shape::kText, "string", ""},
    {"entrypoint", Shape::kFlag, "bool", ""},
    {"description", Shape::kText, "string", ""},
    {"organizations", Shape::kTexts, "[]string", "string"},
    {"related_resources", Shape::kList, "[]interface {}", ""},
    {"authors", Shape::kList, "[]interface {}", ""},
    {"schemas", Shape::kMappings, "[]map[string]interface {}", kMappingType},
    {"compile", Shape::kMapping, kMappingType, ""},
    {"custom", Shape::kMapping, kMappingType, ""},
    {"labels", Shape::kMapping, kMappingType, ""}};

// Where a boolean is expected Go takes the words of YAML 1.1 besides.
bool is_old_boolean(std::string_view text) {
  constexpr std::string_view kWords[] = {"y", "Y", "yes", "Yes", "YES", "on",  "On",  "ON",
                                         "n", "N", "no",  "No",  "NO",  "off", "Off", "OFF"};
  return std::find(std::begin(kWords), std::end(kWords), text) != std::end(kWords);
}

bool has_shape(const Value& value, Shape shape) {
  if (value.kind == Kind::kNull) return true;
  switch (shape) {
    case Shape::kText: return !value.is_array() && !value.is_object();
    case Shape::kFlag: return value.kind == Kind::kBoolean || (value.is_string() && is_old_boolean(value.text()));
    case Shape::kMapping: return value.is_object();
    default: return value.is_array();
  }
}

std::string tagged(const Value& value) {
  switch (value.kind) {
    case Kind::kArray: return "!!seq";
    case Kind::kObject: return "!!map";
    case Kind::kBoolean: return "!!bool `" + to_json(value) + "`";
    case Kind::kString: return "!!str `" + std::string(value.text()) + "`";
    default: break;
  }
  std::string number = to_json(value);
  return (number.find_first_of(".e") == std::string::npos ? "!!int `" : "!!float `") + number + "`";
}

// The line of the YAML that a member begins with; the first if it is not written in the usual way.
uint32_t line_of(std::string_view yaml, std::string_view name) {
  uint32_t line = 1;
  for (size_t at = 0; at < yaml.size(); ++line) {
    std::string_view rest = yaml.substr(at);
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" {\"'")));
    if (rest.starts_with(name)) return line;
    size_t end = yaml.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return 1;
}

// What is not of the type that its member has, in Go's words, a line each; empty if nothing is.
std::string wrong_types(const Value& yaml, std::string_view text) {
  std::string lines;
  auto add = [&](uint32_t line, const Value& value, std::string_view type) {
    lines += "\n  line " + std::to_string(line) + ": cannot unmarshal " + tagged(value) + " into ";
    lines += type;
  };
  if (yaml.kind != Kind::kNull && !yaml.is_object()) add(1, yaml, "ast.rawAnnotation");
  for (const Field& field : kFields) {
    const Value* value = yaml.is_object() ? object_find(yaml, field.name) : nullptr;
    if (!value) continue;
    uint32_t line = line_of(text, field.name);
    if (!has_shape(*value, field.shape)) {
      add(line, *value, field.type);
    } else if (value->is_array() && !field.element.empty()) {
      Shape shape = field.shape == Shape::kTexts ? Shape::kText : Shape::kMapping;
      for (const Value& item : value->items()) {
        if (!has_shape(item, shape)) add(line, item, field.element);
      }
    }
  }
  return lines.empty() ? lines : "yaml: unmarshal errors:" + lines;
}

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
      for (const Entry& entry : value.members()) {
        text += (text.empty() ? "" : " ") + go_text(entry.key) + ":" + go_text(entry.value);
      }
      return "map[" + text + "]";
    default: break;
  }
  std::string number = to_json(value);
  return (number.find_first_of(".e") == std::string::npos ? "%!s(int=" : "%!s(float64=") + number + ")";
}

// --- reading ---------------------------------------------------------------------------------------------------------

// Reads one block of YAML into the members that annotations have.
class MetadataReader {
 public:
  MetadataReader(Checker& checker, const Annotation& annotation, Arena& arena)
      : checker_(checker), annotation_(annotation), arena_(arena) {}

  // Null if something is wrong with it; that was reported. `scope` is empty where none was written.
  Term* read(std::string& scope, bool& entrypoint) {
    std::string problem;
    Value yaml;
    try {
      yaml = yaml_parse(annotation_.yaml, arena_, &problem, YamlDuplicates::kRefused);
    } catch (const Failure& failure) {
      bool is_duplicate = failure.error().code == ErrorCode::E_DUP_KEY;
      return fail((is_duplicate ? "yaml: unmarshal errors:\n  " : "yaml: ") + failure.error().detail);
    }
    if (!yaml.is_defined()) return fail(problem);
    if (std::string wrong = wrong_types(yaml, annotation_.yaml); !wrong.empty()) return fail(wrong);
    Term* object = checker_.ast.term(TermKind::kObject, annotation_.span);
    if (yaml.is_object()) {
      scope = text_of(object_find(yaml, "scope"));
      // The one member of which the type is known: there "yes" is true.
      std::string flag = text_of(object_find(yaml, "entrypoint"));
      entrypoint = resolve_yaml_scalar(flag).truth || old_yaml_boolean(flag).value_or(false);
      add_text(object, "title", object_find(yaml, "title"));
      if (entrypoint) add(object, "entrypoint", checker_.boolean(true, annotation_.span));
      add_text(object, "description", object_find(yaml, "description"));
      add_list(object, yaml, "organizations", &MetadataReader::plain_text);
      add_list(object, yaml, "related_resources", &MetadataReader::related_resource);
      add_list(object, yaml, "authors", &MetadataReader::author);
      add_list(object, yaml, "schemas", &MetadataReader::schema);
      check_compile(object_find(yaml, "compile"));
      add_object(object, yaml, "custom");
      add_object(object, yaml, "labels");
    }
    return failed_ ? nullptr : object;
  }

 private:
  using Reader = Term* (MetadataReader::*)(const Value&);

  Term* fail(std::string_view message) {
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

  static std::string text_of(const Value* value) {
    if (!value || value->kind == Kind::kNull) return {};
    return value->is_string() ? std::string(value->text()) : to_json(*value);
  }

  // Only what is a string itself.
  static std::string string_of(const Value* value) {
    return value && value->is_string() ? std::string(value->text()) : std::string();
  }

  void add(Term* object, std::string_view key, Term* value) {
    object->items.push_back(checker_.string(std::string(key), annotation_.span));
    object->items.push_back(value);
  }

  void add_text(Term* object, std::string_view key, const Value* value) {
    std::string text = text_of(value);
    if (!text.empty()) add(object, key, checker_.string(std::move(text), annotation_.span));
  }

  void add_list(Term* object, const Value& yaml, std::string_view key, Reader reader) {
    const Value* list = object_find(yaml, key);
    if (!list || list->kind == Kind::kNull) return;
    Term* array = checker_.ast.term(TermKind::kArray, annotation_.span);
    for (const Value& item : list->items()) {
      if (Term* t = (this->*reader)(item)) array->items.push_back(t);
    }
    if (!array->items.empty()) add(object, key, array);
  }

  void add_object(Term* object, const Value& yaml, std::string_view key) {
    const Value* value = object_find(yaml, key);
    if (!value || value->kind == Kind::kNull) return;
    if (value->size > 0) add(object, key, constant(*value));
  }

  Term* plain_text(const Value& value) { return checker_.string(text_of(&value), annotation_.span); }

  // A text is the reference itself.
  Term* related_resource(const Value& value) {
    Term* object = checker_.ast.term(TermKind::kObject, annotation_.span);
    if (value.is_string() && value.size > 0) {
      add_text(object, "ref", &value);
    } else if (value.is_object() && !string_of(object_find(value, "ref")).empty()) {
      add_text(object, "ref", object_find(value, "ref"));
      std::string description = string_of(object_find(value, "description"));
      if (!description.empty()) add(object, "description", checker_.string(std::move(description), annotation_.span));
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
    if (!name.empty()) add(object, "name", checker_.string(name, annotation_.span));
    if (!email.empty()) add(object, "email", checker_.string(email, annotation_.span));
    return object;
  }

  static void split_author(std::string_view text, std::string& name, std::string& email) {
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

  // {path: reference to a schema} or {path: the schema itself}.
  Term* schema(const Value& value) {
    if (!value.is_object() || value.size != 1) return fail("invalid document reference");
    Term* object = checker_.ast.term(TermKind::kObject, annotation_.span);
    Term* path = path_of(value.entries[0].key.text());
    if (!path) return fail("invalid document reference");
    add(object, "path", path);
    const Value& what = value.entries[0].value;
    if (what.is_string()) {
      Term* reference = path_of(what.text());
      if (!reference || reference->items[0]->text != "schema") return fail("invalid schema reference");
      add(object, "schema", reference);
    } else if (what.is_object()) {
      add(object, "definition", constant(what));
    } else {
      return fail("invalid schema declaration for path \"" + std::string(value.entries[0].key.text()) + "\"");
    }
    return object;
  }

  // What `compile` says is for compiling rules to queries of databases; only its form is looked at.
  void check_compile(const Value* compile) {
    if (!compile || !compile->is_object()) return;
    const Value* unknowns = object_find(*compile, "unknowns");
    for (const Value& unknown : unknowns && unknowns->is_array() ? unknowns->items() : std::span<const Value>()) {
      if (!unknown.is_string()) continue;
      const Term* ref = parsed(unknown.text());
      if (ref && is_ref(*ref)) continue;
      fail("invalid unknowns element \"" + std::string(unknown.text()) + "\": expected a reference");
    }
    const Value* mask = object_find(*compile, "mask_rule");
    if (!mask || !mask->is_string()) return;
    const Term* rule = parsed(mask->text());
    if (!rule || !(is_var(*rule) || is_ref(*rule) || rule->kind == TermKind::kString)) {
      fail("invalid mask_rule annotation \"" + std::string(mask->text()) + "\": expected a name or a reference");
    }
  }

  // Null if the text is not one term.
  Term* parsed(std::string_view text) {
    SourceMap sources;
    uint32_t file = sources.add("", std::string(text));
    std::vector<Diagnostic> ignored;
    return parse_term(sources, file, checker_.ast, ignored);
  }

  // The steps of a reference as an array of strings; null if the text is none.
  Term* path_of(std::string_view text) {
    Term* ref = parsed(text);
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
      case Kind::kString: return checker_.string(std::string(value.text()), span);
      case Kind::kNumber: {
        Term* number = checker_.ast.term(TermKind::kNumber, span);
        number->text = to_json(value);
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
  bool failed_ = false;
};

using Path = std::vector<std::string>;

// "data", the package, the ground part of the rule.
Path rule_place(const Module& module, const Rule& rule) {
  Path path = module.package;
  const Term& ref = *rule.head.ref;
  for (size_t i = 0; i < ground_prefix(ref); ++i) {
    path.push_back(is_scalar(*ref.items[i]) ? segment_of(*ref.items[i]) : ref.items[i]->text);
  }
  return path;
}

class AnnotationSet {
 public:
  explicit AnnotationSet(Checker& checker) : checker_(checker) {}

  void read() {
    for (const Module* module : checker_.modules) {
      std::unordered_map<const Annotation*, const Rule*> rules;
      std::unordered_set<const Annotation*> imports;
      for (const Rule* rule : module->rules) {
        for (const Annotation* a : rule->annotations) rules[a] = rule;
      }
      for (const Import* import : module->imports) {
        imports.insert(import->annotations.begin(), import->annotations.end());
      }
      for (const Annotation* a : module->annotations) {
        Metadata& metadata = all_.emplace_back();
        metadata.annotation = a;
        metadata.module = module;
        auto rule = rules.find(a);
        metadata.rule = rule == rules.end() ? nullptr : rule->second;
        const std::vector<Annotation*>& package = module->package_annotations;
        bool of_package = std::find(package.begin(), package.end(), a) != package.end();
        read_one(metadata, of_package, imports.count(a) > 0);
      }
    }
  }

  // Puts them where the rules find theirs.
  void file() {
    for (const Metadata& metadata : all_) {
      if (metadata.object) file(metadata);
    }
  }

  // The nearest to the rule first, outwards.
  Term* chain(const Branch& branch) {
    const Module& module = *checker_.module_of.at(branch.main);
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

  Term* rule(const Branch& branch) {
    std::vector<const Metadata*> own = rule_scope(branch);
    return own.empty() ? checker_.ast.term(TermKind::kObject, branch.rule->span) : own.front()->object;
  }

 private:
  void read_one(Metadata& metadata, bool of_package, bool of_import) {
    std::string scope;
    bool entrypoint = false;
    Span span = metadata.annotation->span;
    Term* object = MetadataReader(checker_, *metadata.annotation, arena_).read(scope, entrypoint);
    if (!object) return;
    if (scope.empty()) {
      if (metadata.rule) scope = entrypoint ? "document" : "rule";
      if (of_package) scope = "package";
      if (of_import) scope = "import";
    }
    metadata.scope = scope;
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
      metadata.object = object;
      object->items.insert(object->items.begin(), {checker_.string("scope", span), checker_.string(scope, span)});
    }
  }

  void file(const Metadata& metadata) {
    if (metadata.scope == "rule") {
      by_rule_[metadata.rule].push_back(&metadata);
      return;
    }
    bool document = metadata.scope == "document";
    Path path = document ? rule_place(*metadata.module, *metadata.rule) : metadata.module->package;
    auto& by = document ? documents_ : metadata.scope == "package" ? packages_ : subpackages_;
    auto [it, added] = by.emplace(std::move(path), &metadata);
    if (added) return;
    Diagnostic& d = checker_.error(Id::kAnnotationRedeclared, metadata.annotation->span,
                                   {metadata.scope, checker_.position_text(it->second->annotation->span)});
    d.labels.push_back({it->second->annotation->span, "first here"});
  }

  // Branches of an else chain have none of their own.
  std::vector<const Metadata*> rule_scope(const Branch& branch) const {
    auto it = by_rule_.find(branch.rule);
    return it == by_rule_.end() ? std::vector<const Metadata*>() : it->second;
  }

  Term* link(const Path& path, const Metadata* metadata, Span span) {
    Term* object = checker_.ast.term(TermKind::kObject, span);
    Term* steps = checker_.ast.term(TermKind::kArray, span);
    for (const std::string& step : path) steps->items.push_back(checker_.string(step, span));
    object->items = {checker_.string("path", span), steps};
    if (metadata) {
      object->items.push_back(checker_.string("annotations", span));
      object->items.push_back(checker_.copy(*metadata->object));
    }
    return object;
  }

  Checker& checker_;
  Arena arena_;
  std::deque<Metadata> all_;
  std::unordered_map<const Rule*, std::vector<const Metadata*>> by_rule_;
  std::map<Path, const Metadata*> documents_, packages_, subpackages_;
};

// Puts the constants where they are wanted.
void replace_calls(Checker& checker, AnnotationSet& annotations, const Branch& branch) {
  auto walk = expr_walker([&](Expr* e) {
    bool chain = calls(*e, "rego.metadata.chain");
    if (!chain && !calls(*e, "rego.metadata.rule")) return false;
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
  for (const Branch& branch : checker.branches()) replace_calls(checker, annotations, branch);
}

}  // namespace writ::lang
