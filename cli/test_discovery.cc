// One pass over the syntax tree of each module. ModuleScan looks at the head of every rule for a step that names a
// test, notes the test, and collects edits: new names for rules of one name, and calls of internal.test_case for tests
// with cases. The edits are applied to the text of the module, which is then compiled in place of the original.
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

class ModuleScan {
 public:
  ModuleScan(const SourceMap& sources, const Module& module, std::map<std::string, uint32_t>& names, Discovery& result)
      : sources_(sources), module_(module), text_(sources.file(module.file).text), names_(names), result_(result) {}

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
    const std::vector<Term*>& steps = rule.head.ref->items;
    size_t ground = ground_size(steps);
    for (size_t i = 0; i < ground; ++i) {
      const std::string& name = steps[i]->text;
      bool todo = name.starts_with(kTodo);
      if (steps[i]->kind != TermKind::kVar && steps[i]->kind != TermKind::kString) continue;
      if (!todo && !name.starts_with(kTest)) continue;
      add_test(rule, i, todo);
      return;
    }
  }

  static size_t ground_size(const std::vector<Term*>& steps) {
    size_t size = 1;
    while (size < steps.size() && steps[size]->kind <= TermKind::kString) ++size;
    return size;
  }

  void add_test(const Rule& rule, size_t step, bool todo) {
    const std::vector<Term*>& steps = rule.head.ref->items;
    FoundTest test;
    test.package = "data";
    for (const std::string& segment : module_.package) {
      append_step(test.package, segment);
      test.entry += segment + "/";
    }
    for (size_t i = 0; i <= step; ++i) {
      const std::string& text = steps[i]->text;
      if (i == 0) {
        test.name = text;
      } else {
        append_step(test.name, text);
      }
      test.entry += (i == 0 ? "" : "/") + text;
    }
    Position position = sources_.position(rule.span.file, rule.span.begin);
    test.file = sources_.file(module_.file).name;
    test.row = position.row;
    test.column = position.column;
    test.skipped = todo;
    test.is_function = rule.head.kind == HeadKind::kFunction;
    test.has_cases = rule.head.kind == HeadKind::kPartialObject || is_old_object(steps, step);
    if (!todo) {
      tell_apart(test, *steps[step]);
      write_case_call(rule, step);
    }
    result_.tests.push_back(std::move(test));
  }

  // In the old language p["key"] = value makes an object even where the key is written out.
  bool is_old_object(const std::vector<Term*>& steps, size_t step) const {
    return module_.version == RegoVersion::kV0 && step == 0 && steps.size() == 2 &&
           text_[steps[1]->span.begin] != '.' && !is_identifier(sources_.text(steps[1]->span));
  }

  void tell_apart(FoundTest& test, const Term& name) {
    uint32_t before = names_[test.package + " " + test.name]++;
    if (before == 0) return;
    std::string number = (before < 10 ? "0" : "") + std::to_string(before);
    std::string apart = name.text + "__rule_" + number;
    bool quoted = text_[name.span.begin] == '"' || text_[name.span.begin] == '`';
    edits_.push_back({name.span.begin, name.span.end, quoted ? "\"" + apart + "\"" : apart});
    test.entry = test.entry.substr(0, test.entry.size() - name.text.size()) + apart;
    test.name += "#" + number;
  }

  // --- Cases ---------------------------------------------------------------------------------------------------------

  void write_case_call(const Rule& rule, size_t step) {
    const std::vector<Term*>& steps = rule.head.ref->items;
    if (step + 1 >= steps.size() || !rule.has_body || rule.body->exprs.empty()) return;
    std::string_view body = sources_.text(rule.body->span);
    if (body.find("internal.test_case") != std::string_view::npos) return;
    std::string call = "internal.test_case([";
    std::set<std::string> variables;
    for (size_t i = step + 1; i < steps.size(); ++i) {
      call += i == step + 1 ? "" : ", ";
      call +=
          steps[i]->kind == TermKind::kString ? go_quoted(steps[i]->text) : std::string(sources_.text(steps[i]->span));
      collect_variables(*steps[i], variables);
    }
    call += "])";
    insert(rule, call, statement_that_knows(*rule.body, variables));
  }

  // The number of statements after which all the variables have been mentioned; names that never are belong to rules.
  static size_t statement_that_knows(const Body& body, const std::set<std::string>& variables) {
    size_t after = 0;
    for (const std::string& variable : variables) {
      for (size_t i = 0; i < body.exprs.size(); ++i) {
        if (body.exprs[i]->kind == ExprKind::kSomeDecl) continue;
        std::set<std::string> mentioned;
        collect_variables(*body.exprs[i], mentioned);
        if (!mentioned.contains(variable)) continue;
        after = std::max(after, i + 1);
        break;
      }
    }
    return after;
  }

  void insert(const Rule& rule, const std::string& call, size_t after) {
    const std::vector<Expr*>& exprs = rule.body->exprs;
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

  // Syntax trees are of bounded height (kMaxNesting), so these may call themselves.
  static void collect_variables(const Term& term, std::set<std::string>& into) {
    if (term.kind == TermKind::kVar) into.insert(term.text);
    for (const Term* item : term.items) collect_variables(*item, into);
    if (term.body != nullptr) {
      for (const Expr* expr : term.body->exprs) collect_variables(*expr, into);
    }
  }

  static void collect_variables(const Expr& expr, std::set<std::string>& into) {
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
  std::map<std::string, uint32_t>& names_;
  Discovery& result_;
  std::vector<Edit> edits_;
};

}  // namespace

Discovery discover_tests(const std::vector<Source>& sources, const Language& language) {
  Discovery result;
  std::map<std::string, uint32_t> names;
  for (const Source& source : sources) {
    result.sources.push_back(source);
    if (source.text.find(kTest) == std::string::npos) continue;
    SourceMap map;
    Ast ast;
    std::vector<Diagnostic> diagnostics;
    uint32_t file = map.add(source.name, source.text);
    const Module* module = parse_module(map, file, language, ast, diagnostics);
    if (module == nullptr) continue;
    ModuleScan scan(map, *module, names, result);
    scan.run();
    if (!scan.has_edits()) continue;
    result.sources.back().text = scan.edited();
    result.rewritten = true;
  }
  return result;
}

}  // namespace writ::cli
