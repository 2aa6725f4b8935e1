// Two passes over the syntax trees of the modules. The first collects the names that are known everywhere in a package.
// In the second, ModuleScan looks at the head of every rule for a step that names a test, notes the test, and collects
// edits: new names for rules of one name, and calls of internal.test_case for tests with cases. The edits are applied to
// the text of the module, which is then compiled in place of the original.
#include "cli/test_discovery.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "engine/api/language.h"
#include "engine/api/values.h"

namespace writ::cli {

namespace {

using namespace lang;

constexpr std::string_view kTest = "test_";
constexpr std::string_view kTodo = "todo_test_";

std::string go_quoted(std::string_view text) {
  std::string out;
  append_quoted_go(out, text);
  return out;
}

// Text to put in place of [begin, end).
struct Edit {
  uint32_t begin;
  uint32_t end;
  std::string text;
};

// What a name means without being declared in a body: a rule of the package, an import, or a document.
using Names = std::set<std::string, std::less<>>;

class ModuleScan {
 public:
  ModuleScan(const SourceMap& sources, const Module& module, Names known, std::map<std::string, uint32_t>& names,
             Discovery& result)
      : sources_(sources),
        module_(module),
        text_(sources.file(module.file).text),
        known_(std::move(known)),
        names_(names),
        result_(result) {}

  void run() {
    for (const Rule* rule : module_.rules) look_at(*rule);
  }

  std::string edited() {
    std::sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
    std::string out;
    size_t at = 0;
    for (const Edit& edit : edits_) {
      out.append(text_, at, edit.begin - at).append(edit.text);
      at = edit.end;
    }
    return out.append(text_, at);
  }
  bool has_edits() const { return !edits_.empty(); }

 private:
  void look_at(const Rule& rule) {
    const TermList& steps = rule.head.ref->items;
    size_t ground = ground_size(steps);
    for (size_t i = 0; i < ground; ++i) {
      std::string_view name = steps[i]->text;
      bool todo = name.starts_with(kTodo);
      if (steps[i]->kind != TermKind::kVar && steps[i]->kind != TermKind::kString) continue;
      if (!todo && !name.starts_with(kTest)) continue;
      add_test(rule, i, todo);
      return;
    }
  }

  static size_t ground_size(const TermList& steps) {
    size_t size = 1;
    while (size < steps.size() && steps[size]->kind <= TermKind::kString) ++size;
    return size;
  }

  void add_test(const Rule& rule, size_t step, bool todo) {
    const TermList& steps = rule.head.ref->items;
    FoundTest test;
    test.package = "data";
    for (const std::string& segment : module_.package) {
      append_step(test.package, segment);
      test.entry += segment + "/";
    }
    for (size_t i = 0; i <= step; ++i) {
      std::string_view text = steps[i]->text;
      if (i == 0) {
        test.name = text;
      } else {
        append_step(test.name, text);
      }
      if (i > 0) test.entry += '/';
      test.entry += text;
    }
    Position position = sources_.position(rule.span.file, rule.span.begin);
    test.file = sources_.file(module_.file).name;
    test.row = position.row;
    test.column = position.column;
    test.skipped = todo;
    test.is_function = rule.head.kind == HeadKind::kFunction;
    test.has_cases = makes_object(rule, step);
    if (!todo) {
      tell_apart(test, *steps[step]);
      write_case_call(rule, step);
    }
    result_.tests.push_back(std::move(test));
  }

  // Whether the name stands for an object of cases, as OPA sees it: there is a step that is more than a scalar, or a single
  // step and a value that is written out without `if`, `test_x["case"] := true`.
  static bool makes_object(const Rule& rule, size_t step) {
    const TermList& steps = rule.head.ref->items;
    if (rule.head.kind == HeadKind::kFunction || rule.head.kind == HeadKind::kPartialSet) return false;
    bool is_written_out = rule.head.value != nullptr && !rule.has_if && step == 0 && steps.size() == 2;
    return ground_size(steps) < steps.size() || is_written_out;
  }

  void tell_apart(FoundTest& test, const Term& name) {
    uint32_t before = names_[test.package + " " + test.name]++;
    if (before == 0) return;
    std::string number = (before < 10 ? "0" : "") + std::to_string(before);
    std::string apart = std::string(name.text) + "__rule_" + number;
    bool quoted = text_[name.span.begin] == '"' || text_[name.span.begin] == '`';
    edits_.push_back({name.span.begin, name.span.end, quoted ? "\"" + apart + "\"" : apart});
    test.entry = test.entry.substr(0, test.entry.size() - name.text.size()) + apart;
    test.name += "#" + number;
  }

  // --- Cases ---------------------------------------------------------------------------------------------------------

  void write_case_call(const Rule& rule, size_t step) {
    const TermList& steps = rule.head.ref->items;
    if (step + 1 >= steps.size() || !rule.has_body || rule.body->exprs.empty()) return;
    std::string_view body = sources_.text(rule.body->span);
    if (body.find("internal.test_case") != std::string_view::npos) return;
    std::string call = "internal.test_case([";
    Names variables;
    for (size_t i = step + 1; i < steps.size(); ++i) {
      call += i == step + 1 ? "" : ", ";
      call +=
          steps[i]->kind == TermKind::kString ? go_quoted(steps[i]->text) : std::string(sources_.text(steps[i]->span));
      collect_variables(*steps[i], variables);
    }
    call += "])";
    insert(rule, call, statement_that_knows(*rule.body, variables));
  }

  // The number of statements after which all the variables have been mentioned.
  size_t statement_that_knows(const Body& body, const Names& variables) const {
    Names declared;
    for (const Expr* expr : body.exprs) collect_declared(*expr, declared);
    size_t after = 0;
    for (const std::string& variable : variables) {
      if (known_.contains(variable) && !declared.contains(variable)) continue;
      for (size_t i = 0; i < body.exprs.size(); ++i) {
        if (body.exprs[i]->kind == ExprKind::kSomeDecl) continue;
        Names mentioned;
        collect_variables(*body.exprs[i], mentioned);
        if (!mentioned.contains(variable)) continue;
        after = std::max(after, i + 1);
        break;
      }
    }
    return after;
  }

  void insert(const Rule& rule, const std::string& call, size_t after) {
    const ExprList& exprs = rule.body->exprs;
    uint32_t first = exprs[0]->span.begin;
    uint32_t before = first;
    while (before > 0 && (text_[before - 1] == ' ' || text_[before - 1] == '\t' || text_[before - 1] == '\n' ||
                          text_[before - 1] == '\r')) {
      --before;
    }
    bool braces = exprs.size() > 1 || (before > 0 && text_[before - 1] == '{');
    if (!braces) {
      uint32_t end = exprs[0]->span.end;
      edits_.push_back({first, first, after == 0 ? "{ " + call + "; " : "{ "});
      edits_.push_back({end, end, after == 0 ? " }" : "; " + call + " }"});
    } else if (after == 0) {
      edits_.push_back({first, first, call + "; "});
    } else {
      uint32_t end = exprs[after - 1]->span.end;
      edits_.push_back({end, end, "; " + call});
    }
  }

  // --- Variables -----------------------------------------------------------------------------------------------------

  // What a statement of a body declares for the statements after it.
  static void collect_declared(const Expr& expr, Names& into) {
    if (expr.kind == ExprKind::kSomeIn) {
      for (const Term* term : {expr.key, expr.value}) {
        if (term != nullptr) collect_variables(*term, into);
      }
    }
    if (expr.kind == ExprKind::kSomeDecl) {
      for (const Term* symbol : expr.symbols) into.emplace(symbol->text);
    }
    const Term* call = expr.kind == ExprKind::kTerm ? expr.term : nullptr;
    if (call != nullptr && call->kind == TermKind::kCall && call->infix && is_assignment(*call->items[0])) {
      collect_variables(*call->items[1], into);
    }
  }

  static bool is_assignment(const Term& operation) {
    return operation.text == "assign" || (!operation.items.empty() && operation.items[0]->text == "assign");
  }

  // Syntax trees are of bounded height (kMaxNesting), so these may call themselves. What a comprehension declares stays
  // in it, and the name of a function is none of a variable.
  static void collect_variables(const Term& term, Names& into) {
    if (term.kind == TermKind::kVar) into.emplace(term.text);
    bool is_call = term.kind == TermKind::kCall;
    Names inner;
    for (size_t i = is_call ? 1 : 0; i < term.items.size(); ++i) collect_variables(*term.items[i], inner);
    if (term.body != nullptr) {
      Names declared;
      for (const Expr* expr : term.body->exprs) {
        collect_variables(*expr, inner);
        collect_declared(*expr, declared);
      }
      for (const std::string& name : declared) inner.erase(name);
    }
    into.merge(inner);
  }

  static void collect_variables(const Expr& expr, Names& into) {
    for (const Term* term : {expr.term, expr.key, expr.value, expr.domain}) {
      if (term != nullptr) collect_variables(*term, into);
    }
    for (const Expr* operand : expr.operands) collect_variables(*operand, into);
    if (expr.body != nullptr) {
      for (const Expr* inner : expr.body->exprs) collect_variables(*inner, into);
    }
    for (const With& with : expr.withs) collect_variables(*with.value, into);
  }

  const SourceMap& sources_;
  const Module& module_;
  const std::string& text_;
  Names known_;
  std::map<std::string, uint32_t>& names_;
  Discovery& result_;
  std::vector<Edit> edits_;
};

struct ParsedModule {
  SourceMap map;
  Ast ast;
  const Module* module = nullptr;  // null if it does not parse
};

Names imported_names(const Module& module) {
  Names names{"input", "data"};
  for (const Import* import : module.imports) {
    bool is_own = import->alias.empty() && !import->path->items.empty();
    names.emplace(is_own ? import->path->items.back()->text : std::string_view(import->alias));
  }
  return names;
}

}  // namespace

Discovery discover_tests(const std::vector<Source>& sources, const Language& language) {
  std::vector<ParsedModule> parsed(sources.size());
  std::map<std::vector<std::string>, Names> of_package;
  Language own;
  own.experimental_keywords = language.experimental_keywords;
  for (size_t i = 0; i < sources.size(); ++i) {
    std::vector<Diagnostic> diagnostics;
    uint32_t file = parsed[i].map.add(sources[i].name, sources[i].text);
    own.version = language.version_of(sources[i].name);
    const Module* module = parse_module(parsed[i].map, file, own, parsed[i].ast, diagnostics);
    parsed[i].module = module;
    if (module == nullptr) continue;
    for (const Rule* rule : module->rules) of_package[module->package].emplace(rule->head.ref->items[0]->text);
  }
  Discovery result;
  std::map<std::string, uint32_t> names;
  for (size_t i = 0; i < sources.size(); ++i) {
    result.sources.push_back(sources[i]);
    const Module* module = parsed[i].module;
    if (module == nullptr || sources[i].text.find(kTest) == std::string::npos) continue;
    Names known = imported_names(*module);
    const Names& rules = of_package[module->package];
    known.insert(rules.begin(), rules.end());
    ModuleScan scan(parsed[i].map, *module, std::move(known), names, result);
    scan.run();
    if (!scan.has_edits()) continue;
    result.sources.back().text = scan.edited();
    result.rewritten = true;
  }
  return result;
}

}  // namespace writ::cli
