// A block of YAML becomes an AnnotationYaml as Go's yaml.v3 fills a struct: each member has a type, scalars become strings
// as they are written, and what does not fit is noted with its line while reading goes on. All such notes together are the
// problem. Reference: decode.go of yaml.v3.
#include "lang/check/annotation_yaml.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "engine/base/error.h"
#include "engine/builtins/yaml.h"
#include "engine/builtins/yaml_nodes.h"
#include "engine/value/text.h"

namespace writ::lang {
namespace {

constexpr std::string_view kMapping = "map[string]interface {}";
// Mappings that merge others, each of which merges others again: nobody writes more.
constexpr uint32_t kMostMerges = 10'000;
constexpr uint32_t kDeepestMerge = 100;

class TypedReader {
 public:
  TypedReader(std::string_view text, Arena& arena) : tree_(text, arena) {}

  AnnotationYaml run() {
    AnnotationYaml result;
    if (tree_.root() == nullptr) return result;
    YamlNode& root = meant(*tree_.root());
    if (root.kind != YamlNode::Kind::kMapping) {
      if (!is_null(root)) refuse(root, "ast.rawAnnotation");
      return result;
    }
    for (const Pair& pair : members(root)) {
      std::optional<std::string> name = text(*pair.key, "string");
      if (name) read_member(result, *name, *pair.value);
    }
    result.why_not_json = tree_.why_not_json();
    return result;
  }

  // A line for each thing that did not fit.
  const std::string& notes() const { return notes_; }

 private:
  struct Pair {
    YamlNode* key;
    YamlNode* value;
  };
  using Pairs = std::vector<Pair>;

  void read_member(AnnotationYaml& result, std::string_view name, YamlNode& value) {
    struct TextRow {
      std::string_view name;
      std::string AnnotationYaml::*member;
    };
    constexpr TextRow kTexts[] = {{"scope", &AnnotationYaml::scope},
                                  {"title", &AnnotationYaml::title},
                                  {"description", &AnnotationYaml::description}};
    struct MappingRow {
      std::string_view name;
      AnnotationYaml::Members AnnotationYaml::*member;
    };
    constexpr MappingRow kMappings[] = {{"compile", &AnnotationYaml::compile},
                                        {"custom", &AnnotationYaml::custom},
                                        {"labels", &AnnotationYaml::labels}};
    for (const TextRow& row : kTexts) {
      if (row.name == name) result.*row.member = text(value, "string").value_or("");
    }
    for (const MappingRow& row : kMappings) {
      if (row.name == name) result.*row.member = mapping(value).value_or(AnnotationYaml::Members());
    }
    if (name == "entrypoint") result.entrypoint = flag(value);
    if (name == "organizations") {
      for (YamlNode* item : items(value, "[]string")) {
        if (auto organization = text(*item, "string")) result.organizations.push_back(*organization);
      }
    }
    if (name == "related_resources") {
      for (YamlNode* item : items(value, "[]interface {}")) result.related_resources.push_back(tree_.value(*item));
    }
    if (name == "authors") {
      for (YamlNode* item : items(value, "[]interface {}")) result.authors.push_back(tree_.value(*item));
    }
    if (name == "schemas") {
      for (YamlNode* item : items(value, "[]map[string]interface {}")) {
        if (auto schema = mapping(*item)) result.schemas.push_back(*schema);
      }
    }
  }

  // --- Types -----------------------------------------------------------------------------------------------------------

  // Nothing for null, and for what is no scalar.
  std::optional<std::string> text(YamlNode& written, std::string_view type) {
    YamlNode& node = meant(written);
    if (node.kind != YamlNode::Kind::kScalar) return refuse(node, type);
    tree_.decode(node);
    if (is_null(node)) return std::nullopt;
    return std::string(node.tag == "!!binary" ? node.value.text() : node.text);
  }

  // The one member of which Go knows the type to be bool: there it takes the words of YAML 1.1 besides.
  bool flag(YamlNode& written) {
    YamlNode& node = meant(written);
    if (node.kind == YamlNode::Kind::kScalar) {
      tree_.decode(node);
      if (is_null(node)) return false;
      if (node.value.kind == Kind::kBoolean) return node.value.is_true();
      if (node.value.is_string()) {
        if (std::optional<bool> truth = old_yaml_boolean(node.value.text())) return *truth;
      }
    }
    refuse(node, "bool");
    return false;
  }

  // The nodes of a sequence; none for null.
  std::vector<YamlNode*> items(YamlNode& written, std::string_view type) {
    YamlNode& node = meant(written);
    std::vector<YamlNode*> result;
    if (node.kind == YamlNode::Kind::kSequence) {
      for (YamlNode* item = node.first; item != nullptr; item = item->next) result.push_back(item);
    } else if (!is_null(node)) {
      refuse(node, type);
    }
    return result;
  }

  // Empty for null, nothing for what is neither that nor a mapping.
  std::optional<AnnotationYaml::Members> mapping(YamlNode& written) {
    YamlNode& node = meant(written);
    AnnotationYaml::Members result;
    if (is_null(node)) return result;
    if (node.kind != YamlNode::Kind::kMapping) {
      refuse(node, kMapping);
      return std::nullopt;
    }
    for (const Pair& pair : members(node)) {
      if (std::optional<std::string> name = text(*pair.key, "string")) result.emplace_back(*name, tree_.value(*pair.value));
    }
    return result;
  }

  static bool is_null(const YamlNode& node) {
    return node.kind == YamlNode::Kind::kScalar && yaml_tag(node) == "!!null";
  }

  // --- Members ---------------------------------------------------------------------------------------------------------

  // A mapping's own, and those of what it merges that it does not have itself.
  Pairs members(YamlNode& mapping) {
    Pairs result;
    if (note_duplicates(mapping)) return result;
    std::unordered_set<std::string_view> names;
    add_members(mapping, result, names, 0);
    return result;
  }

  void add_members(YamlNode& mapping, Pairs& result, std::unordered_set<std::string_view>& names, uint32_t depth) {
    if (depth > kDeepestMerge || ++merges_ > kMostMerges) {
      throw YamlRefusal{"yaml: document contains excessive aliasing"};
    }
    std::vector<YamlNode*> merged;
    for (YamlNode* key = mapping.first; key != nullptr; key = key->next->next) {
      YamlNode* value = key->next;
      if (is_yaml_merge(*key)) {
        merged.push_back(value);
        continue;
      }
      // Go looks for the keys of what is merged among those of the mapping as values, so a number there does not count.
      bool counts = key->kind == YamlNode::Kind::kScalar && (depth > 0 || yaml_tag(*key) == "!!str");
      if (!counts || names.insert(key->text).second) result.push_back({key, value});
    }
    for (YamlNode* source : merged) add_merged(*source, result, names, depth);
  }

  void add_merged(YamlNode& source, Pairs& result, std::unordered_set<std::string_view>& names, uint32_t depth) {
    if (source.kind == YamlNode::Kind::kSequence) {
      for (YamlNode* item = source.first; item != nullptr; item = item->next) {
        if (item->kind == YamlNode::Kind::kSequence) throw_no_merge();
        add_merged(*item, result, names, depth + 1);
      }
      return;
    }
    YamlNode& mapping = meant(source);
    if (mapping.kind != YamlNode::Kind::kMapping) throw_no_merge();
    add_members(mapping, result, names, depth + 1);
  }

  [[noreturn]] static void throw_no_merge() {
    throw YamlRefusal{"yaml: map merge requires map or sequence of maps as the value"};
  }

  bool note_duplicates(const YamlNode& mapping) {
    std::unordered_map<std::string_view, uint32_t> lines;
    bool any = false;
    for (const YamlNode* key = mapping.first; key != nullptr; key = key->next->next) {
      if (key->kind != YamlNode::Kind::kScalar || is_yaml_merge(*key)) continue;
      auto [known, is_new] = lines.emplace(key->text, key->line);
      if (is_new) continue;
      any = true;
      std::string what = "mapping key ";
      append_quoted_go(what, key->text);
      note(key->line, what + " already defined at line " + std::to_string(known->second));
    }
    return any;
  }

  // --- Notes -----------------------------------------------------------------------------------------------------------

  void note(uint32_t line, const std::string& what) { notes_ += "\n  line " + std::to_string(line) + ": " + what; }

  // A long scalar is cut short; one that its tag does not fit is no YAML.
  std::nullopt_t refuse(YamlNode& node, std::string_view type) {
    if (node.kind == YamlNode::Kind::kScalar) tree_.decode(node);
    std::string_view tag = yaml_tag(node);
    std::string what = "cannot unmarshal " + std::string(tag);
    if (tag != "!!seq" && tag != "!!map") {
      what += " `" + std::string(node.text.size() > 10 ? node.text.substr(0, 7) : node.text);
      what += node.text.size() > 10 ? "...`" : "`";
    }
    note(node.line, what + " into " + std::string(type));
    return std::nullopt;
  }

  YamlTree tree_;
  std::string notes_;
  uint32_t merges_ = 0;  // mappings looked at, those among them that are merged as often as they are
};

}  // namespace

bool read_annotation_yaml(std::string_view text, Arena& arena, AnnotationYaml* result, std::string* problem) {
  constexpr std::string_view kNotes = "yaml: unmarshal errors:";
  try {
    TypedReader reader(text, arena);
    *result = reader.run();
    if (reader.notes().empty()) return true;
    *problem = std::string(kNotes) + reader.notes();
  } catch (const YamlRefusal& refusal) {
    *problem = refusal.why;
  } catch (const Failure& failure) {
    bool is_duplicate = failure.error().code == ErrorCode::E_DUP_KEY;
    *problem = is_duplicate ? std::string(kNotes) + "\n  " + failure.error().detail : "yaml: " + failure.error().detail;
  }
  return false;
}

}  // namespace writ::lang
