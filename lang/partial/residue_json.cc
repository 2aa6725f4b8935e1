#include "lang/partial/residue_json.h"

#include <vector>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "lang/syntax/ast_json.h"

namespace writ::lang {
namespace {

class ResidueWriter {
 public:
  ResidueWriter(const SourceMap& sources, Ast& ast, Arena& arena) : sources_(sources), ast_(ast), arena_(arena) {}

  Value query(Body* query) {
    Rule* rule = ast_.rule({});
    rule->head.ref = ast_.term(TermKind::kRef, {});
    rule->head.ref->items = {ast_.term(TermKind::kVar, {})};
    rule->body = query;
    rule->has_body = true;
    Value rules = member(tree({}, rule), "rules");
    return member(rules.elements[0], "body");
  }

  // Each rule is written alone: where the heads of several are one of a text, they would be read as one rule with several bodies.
  Value module(const Module& module) {
    std::vector<Value> rules;
    Value package = member(tree(module.package, nullptr), "package");
    for (Rule* rule : module.rules) rules.push_back(member(tree(module.package, rule), "rules").elements[0]);
    ObjectBuilder result(arena_);
    result.insert("package", package);
    result.insert("rules", make_array(arena_, rules));
    return result.finish();
  }

 private:
  Value tree(const std::vector<std::string>& package, Rule* rule) {
    Module module;
    module.package = package;
    if (rule != nullptr) module.rules.push_back(rule);
    std::string fault;
    Value made = tree_to_value(module, sources_, ast_, arena_, &fault);
    if (!made.is_defined()) throw Failure(ErrorCode::E_INTERNAL, fault);
    return made;
  }

  static Value member(const Value& object, std::string_view name) { return *object_find(object, name); }

  const SourceMap& sources_;
  Ast& ast_;
  Arena& arena_;
};

}  // namespace

ResidueTrees residue_trees(const Residue& residue, const SourceMap& sources, Ast& ast, Arena& arena) {
  ResidueWriter writer(sources, ast, arena);
  std::vector<Value> queries, modules;
  for (Body* query : residue.queries) queries.push_back(writer.query(query));
  for (const Module* module : residue.support) modules.push_back(writer.module(*module));
  return {make_array(arena, queries), make_array(arena, modules)};
}

}  // namespace writ::lang
