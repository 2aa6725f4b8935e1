// What modules require of whoever runs them. The functions are noted where passes meet them: the type check each call that it
// looks at, and the passes before it those that they make into something else, or take away. Reference: OPA
// buildRequiredCapabilities.
#include "lang/check/required.h"

#include <string>

#include "engine/builtins/builtin.h"
#include "lang/check/passes.h"
#include "lang/types/check_types.h"

namespace writ::lang {
namespace {

// Whether `import future.keywords` of a module means something that its version does not have.
bool is_importable(const WordRow& word, RegoVersion version) {
  if (!word.is_keyword || version == RegoVersion::kV2) return false;
  return version == RegoVersion::kV1 ? word.in_v1 : word.in_v0;
}

WordSet words_of_import(const Import& import, RegoVersion version) {
  const TermList& items = import.path->items;
  auto is = [&](size_t i, std::string_view name) { return i < items.size() && items[i]->text == name; };
  if (is(0, "rego") && items.size() == 2) {
    if (is(1, "v1") && version < RegoVersion::kV1) return word_bit(Word::kRegoV1Import);
    if (is(1, "v2") && version < RegoVersion::kV2) return word_bit(Word::kRegoV2Import);
  }
  WordSet set = 0;
  if (!is(0, "future") || !is(1, "keywords")) return set;
  for (const WordRow& word : words()) {
    if (is_importable(word, version) && (items.size() == 2 || is(2, word.name))) set |= bit_of(word);
  }
  return set;
}

WordSet words_of_head(const Term& ref) {
  if (ref.items.size() < 3) return 0;
  return word_bit(ground_prefix(ref) < ref.items.size() ? Word::kRuleHeadRefs : Word::kRuleHeadRefStringPrefixes);
}

WordSet words_of(const Module& module) {
  RegoVersion version = module.version == RegoVersion::kV0CompatV1 ? RegoVersion::kV0 : module.version;
  WordSet set = 0;
  for (const Import* import : module.imports) set |= words_of_import(*import, version);
  if (version == RegoVersion::kV2) return set | word_bit(Word::kRegoV2);
  if (version == RegoVersion::kV1) return set | word_bit(Word::kRegoV1);
  for (const Rule* rule : module.rules) set |= words_of_head(*rule->head.ref);
  return set;
}

}  // namespace

// In bodies of `every` and the like, too, which the type check does not look into.
void require_equal(Checker& checker) {
  if (!checker.types->required) return;
  auto walk = expr_walker([&](Expr* e) {
    if (is_call(*e) && calls(*e, "equal") && argument_count(*e) == 2) checker.types->require("equal");
    return false;
  });
  for (const Branch& branch : checker.branches()) walk_branch(branch, walk);
}

Capabilities required_capabilities(const Checker& checker) {
  Capabilities required;
  for (const std::string& name : *checker.types->required) {
    if (const HostFunction* declared = checker.host_function(name)) {
      required.functions.push_back(*declared);
    } else if (const Builtin* builtin = find_builtin(name)) {
      required.functions.push_back({.name = name, .arity = builtin->arity});
    }
  }
  for (const Module* module : checker.all_modules) required.words |= words_of(*module);
  if (checker.types->required->count("internal.template_string") != 0) required.words |= word_bit(Word::kTemplateStrings);
  return required;
}

}  // namespace writ::lang
