// Partial evaluation from texts to the residue.
#include "lang/partial/partial.h"

#include <algorithm>
#include <set>

#include "engine/base/meter.h"
#include "engine/builtins/patterns.h"
#include "lang/frontend.h"
#include "lang/partial/evaluator.h"
#include "lang/partial/prepare.h"
#include "lang/syntax/ast_json.h"
#include "lang/syntax/print.h"

namespace writ::lang {
namespace {

// What built-ins reach: the caller's services, if there are any. Their work is paid for by this evaluation.
class Services : public BuiltinServices {
 public:
  explicit Services(BuiltinServices* outer) : outer_(outer) {}

  void charge(uint64_t units) override { charge_work(units); }
  Value call_host(std::string_view function, std::span<const Value> args) override {
    return outer_ == nullptr ? Value::undefined() : outer_->call_host(function, args);
  }
  void note(std::string_view function, std::string_view text) override {
    if (outer_ != nullptr) outer_->note(function, text);
  }
  PatternCache& patterns() override { return patterns_; }
  ModuleParser module_parser() override { return module_as_json; }
  const std::vector<std::string>* allowed_hosts() override { return outer_ == nullptr ? nullptr : outer_->allowed_hosts(); }

 private:
  BuiltinServices* outer_;
  PatternCache patterns_;
};

// For the time of printing: a statement that only the compiler put into a block stands as it was written.
class WithoutBlocks {
 public:
  void operator()(Body* body) {
    auto walk = expr_walker([&](Expr* e) {
      for (Expr*& operand : e->operands) {
        bool single = operand->kind == ExprKind::kBlock && operand->generated && operand->body->exprs.size() == 1;
        if (!single) continue;
        changed_.emplace_back(&operand, operand);
        operand = operand->body->exprs[0];
      }
      return false;
    });
    walk(body);
  }
  ~WithoutBlocks() {
    for (auto at = changed_.rbegin(); at != changed_.rend(); ++at) *at->first = at->second;
  }

 private:
  std::vector<std::pair<Expr**, Expr*>> changed_;
};

// The keywords that have to be imported where a text is read.
class Keywords {
 public:
  template <typename Node>
  void see(Node* node) {
    auto walk = expr_walker([&](Expr* e) {
      if (e->kind == ExprKind::kAnd) seen_.insert("and");
      if (e->kind == ExprKind::kNot) seen_.insert("not");
      if (e->kind == ExprKind::kOr) seen_.insert("or");
      return false;
    });
    walk(node);
  }

  std::vector<std::string> imports() const {
    std::vector<std::string> paths;
    for (const std::string& keyword : seen_) paths.push_back("future.keywords." + keyword);
    return paths;
  }

 private:
  std::set<std::string> seen_;
};

}  // namespace

PartialResult partial_evaluate(const std::vector<Source>& sources, const CompileOptions& options, const QueryOptions& query,
                               const PartialInput& input, const PartialOptions& partial) {
  PartialResult result;
  result.ast = std::make_unique<Ast>();
  Frontend frontend(options, query, *result.ast, result.sources, result.diagnostics);
  if (!frontend.parse(sources) || !frontend.check() || !frontend.query) return result;
  Arena arena(input.memory_bytes);
  Meter meter;
  meter.begin(input.fuel);
  meter.set_memory(&arena);
  Meter::Scope scope(&meter);
  try {
    Checker checker(*result.ast, result.sources, options.language, result.diagnostics);
    checker.root = frontend.modules->root.get();
    checker.modules = frontend.modules->modules;
    checker.types = frontend.modules->types;
    Terms terms(*result.ast, arena);
    prepare(terms, *frontend.modules, *frontend.query->body, partial.keep_query_comparisons);
    Services services(input.services);
    Evaluator(checker, partial, input, services, arena).run(*frontend.query, result.residue);
  } catch (const Failure& failure) {
    result.error = failure.error();
    result.residue = {};
  }
  return result;
}

std::vector<std::string> query_texts(const Residue& residue) {
  std::vector<std::string> texts;
  WithoutBlocks without;
  for (Body* query : residue.queries) without(query);
  for (const Body* query : residue.queries) texts.push_back(to_text(*query, TextForm::kRego));
  return texts;
}

std::vector<std::string> query_imports(const Residue& residue) {
  Keywords keywords;
  for (Body* query : residue.queries) keywords.see(query);
  return keywords.imports();
}

std::vector<std::string> support_texts(const Residue& residue) {
  std::vector<std::string> texts;
  WithoutBlocks without;
  for (const Module* module : residue.support) {
    Keywords keywords;
    for (const Rule* rule : module->rules) {
      keywords.see(rule->body);
      keywords.see(rule->head.key);
      keywords.see(rule->head.value);
      without(rule->body);
    }
    texts.push_back(to_text(*module, TextForm::kRego, keywords.imports()));
  }
  return texts;
}

}  // namespace writ::lang
