// Annotations of one rule, from the texts: those of its scope, of its document, of its package and of the packages around it,
// in this order, which is that of rego.metadata.chain(). What the blocks say has been checked where the modules were compiled, so
// a block that cannot be read is passed over here.
#include "lang/partial/filters/annotations.h"

#include <algorithm>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "lang/check/annotation_yaml.h"
#include "lang/check/terms.h"
#include "lang/syntax/parse.h"

namespace writ::lang {
namespace {

using Path = std::vector<std::string>;

Path place_of(const Module& module, const Rule& rule) {
  Path path = module.package;
  for (const Term* step : rule.head.ref->items) {
    if (path.size() > module.package.size() && !is_scalar(*step)) break;
    path.emplace_back(step->text);
  }
  return path;
}

struct Block {
  AnnotationYaml yaml;
  const Module* module;
  const Rule* rule;  // null: of the package
};

class Reader {
 public:
  Reader(const std::vector<Source>& sources, const LanguageOptions& options) {
    Language language;
    language.experimental_keywords = options.experimental_keywords;
    language.words = options.words;
    for (const Source& source : sources) {
      language.version = options.version_of(source.name);
      std::vector<Diagnostic> ignored;
      Module* module = parse_module(sources_, sources_.add(source.name, source.text), language, ast_, ignored);
      if (module != nullptr) read(*module);
    }
  }

  FilterAnnotations of(const Path& path) {
    const Rule* rule = nullptr;
    const Module* module = nullptr;
    for (const auto& [each, in] : rules_) {
      if (rule == nullptr && !each->is_default && place_of(*in, *each) == path) rule = each, module = in;
    }
    if (rule == nullptr) return {};
    for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
      if (block->rule == rule && block->yaml.scope == "rule") take(*block);
    }
    for (const Block& block : blocks_) {
      if (block.yaml.scope == "document" && place_of(*block.module, *block.rule) == path) take(block);
    }
    for (const Block& block : blocks_) {
      if (block.yaml.scope == "package" && block.module->package == module->package) take(block);
    }
    for (size_t size = module->package.size() + 1; size-- > 0;) {
      Path around(module->package.begin(), module->package.begin() + static_cast<ptrdiff_t>(size));
      for (const Block& block : blocks_) {
        if (block.yaml.scope == "subpackages" && block.module->package == around) take(block);
      }
    }
    if (!made_.mask_rule.empty() && !made_.mask_rule.starts_with("data.")) {
      made_.mask_rule = "data" + steps(module->package) + "." + made_.mask_rule;
    }
    return std::move(made_);
  }

 private:
  void read(const Module& module) {
    for (const Rule* rule : module.rules) {
      rules_.emplace_back(rule, &module);
      for (const Annotation* annotation : rule->annotations) add(*annotation, module, rule);
    }
    for (const Annotation* annotation : module.package_annotations) add(*annotation, module, nullptr);
  }

  void add(const Annotation& annotation, const Module& module, const Rule* rule) {
    Block block{{}, &module, rule};
    std::string problem;
    if (!read_annotation_yaml(annotation.yaml, arena_, &block.yaml, &problem)) return;
    if (block.yaml.scope.empty()) block.yaml.scope = rule == nullptr ? "package" : block.yaml.entrypoint ? "document" : "rule";
    bool of_rule = block.yaml.scope == "rule" || block.yaml.scope == "document";
    if (of_rule == (rule != nullptr)) blocks_.push_back(std::move(block));
  }

  void take(const Block& block) {
    for (const auto& [name, value] : block.yaml.compile) {
      if (name == "mask_rule" && value.is_string() && made_.mask_rule.empty()) made_.mask_rule = value.text();
      if (name != "unknowns" || !value.is_array()) continue;
      for (const Value& unknown : value.items()) {
        if (unknown.is_string()) take_unknown(std::string(unknown.text()));
      }
    }
  }

  void take_unknown(const std::string& text) {
    bool known = false;
    for (std::string_view root : {"input", "data"}) {
      known |= text == root || (text.starts_with(root) && (text[root.size()] == '.' || text[root.size()] == '['));
    }
    if (!known) throw Failure(ErrorCode::E_POLICY, "unknowns must be prefixed with `input` or `data`: " + text);
    made_.unknowns.push_back(text);
  }

  static std::string steps(const Path& path) {
    std::string text;
    for (const std::string& step : path) text += "." + step;
    return text;
  }

  SourceMap sources_;
  Ast ast_;
  Arena arena_;
  std::vector<std::pair<const Rule*, const Module*>> rules_;
  std::vector<Block> blocks_;  // in the order of the texts
  FilterAnnotations made_;
};

}  // namespace

FilterAnnotations filter_annotations(const std::vector<Source>& sources, const LanguageOptions& language,
                                     const std::vector<std::string>& path) {
  return Reader(sources, language).of(path);
}

}  // namespace writ::lang
