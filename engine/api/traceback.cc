// The statements of a rule that enclose a place are found by walking its syntax tree towards the place. Each body on the
// way adds the statement that holds it; `every` adds what it ranges over as well, which is a query of its own to OPA.
#include "engine/api/traceback.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/api/language.h"
#include "engine/base/utf8.h"
#include "engine/value/text.h"
#include "lang/check/terms.h"

namespace writ {

namespace {

using namespace lang;

constexpr size_t kMaxCharacters = 80;

bool holds(const Span& outer, const Span& inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}

// Walks from a rule or query to a place in it. Syntax trees are of bounded height (kMaxNesting), so the walks may call
// themselves.
class Enclosing {
 public:
  // `found` gets the statements, outermost first, and at its end the place itself.
  Enclosing(const Span& place, std::vector<Span>& found) : place_(place), found_(found) {}

  void of_query(const Body& body) {
    walk(body);
    found_.push_back(place_);
  }

  // The call that the place is; null if it is something else.
  const Term* call() const { return call_; }

  void of_rule(const Rule& rule) {
    if (is_value_of(rule)) return;
    for (const Rule* other : rule.else_chain) {
      if (is_value_of(*other)) return;
    }
    found_.push_back(place_);
  }

 private:
  // Whether the place is in this definition; then all of it has been found.
  bool is_value_of(const Rule& rule) {
    if (rule.body != nullptr && rule.has_body && holds(rule.body->span, place_)) {
      walk(*rule.body);
    } else if (std::optional<const Term*> term = term_of_head(rule)) {
      walk(**term, (*term)->span);
    } else {
      return at_definition(rule);
    }
    found_.push_back(place_);
    return true;
  }

  std::optional<const Term*> term_of_head(const Rule& rule) const {
    for (const Term* term : {rule.head.key, rule.head.value, rule.head.ref}) {
      if (term != nullptr && holds(term->span, place_)) return term;
    }
    return std::nullopt;
  }

  // What concerns the definition as a whole is shown at its last statement.
  bool at_definition(const Rule& rule) {
    if (!holds(rule.span, place_) || place_.begin != rule.span.begin) return false;
    if (rule.has_body && !rule.body->exprs.empty()) {
      found_.push_back(rule.body->exprs.back()->span);
    } else {
      found_.push_back(rule.head.value != nullptr ? rule.head.value->span : place_);
    }
    return true;
  }

  void walk(const Body& body) {
    for (const Expr* expr : body.exprs) {
      if (holds(expr->span, place_)) return walk(*expr);
    }
  }

  void walk(const Expr& expr) {
    if (expr.kind == ExprKind::kEvery && holds(expr.body->span, place_)) {
      found_.push_back(expr.span);
      found_.push_back(expr.domain->span);
      return walk(*expr.body);
    }
    if (expr.kind == ExprKind::kNot || expr.negated) found_.push_back(expr.span);
    if (expr.kind == ExprKind::kBlock) return walk(*expr.body);
    for (const Expr* operand : expr.operands) {
      if (holds(operand->span, place_)) return walk(*operand);
    }
    for (const Term* term : {expr.term, expr.domain}) {
      if (term != nullptr && holds(term->span, place_)) return walk(*term, expr.span);
    }
    for (const With& with : expr.withs) {
      if (holds(with.value->span, place_)) return walk(*with.value, with.value->span);
    }
  }

  // `statement`: what OPA evaluates the term as. An operand of `=` and `:=` is a part of the statement; any other argument
  // is moved in front of it.
  void walk(const Term& term, const Span& statement) {
    bool is_place = term.span.begin == place_.begin && term.span.end == place_.end;
    if (is_place && term.kind == TermKind::kCall) call_ = &term;
    if (is_place && term.kind == TermKind::kObjectComprehension && !term.body->exprs.empty()) {
      // Its keys clash: that is found behind the last statement.
      found_.push_back(statement);
      place_ = term.body->exprs.back()->span;
      return;
    }
    if (term.body != nullptr && term.kind != TermKind::kTemplate) {
      bool in_body = holds(term.body->span, place_);
      bool in_head = std::any_of(term.items.begin(), term.items.end(),
                                 [&](const Term* item) { return holds(item->span, place_); });
      if (!in_body && !in_head) return;
      found_.push_back(statement);
      if (in_body) return walk(*term.body);
    }
    for (const Term* item : term.items) {
      if (!holds(item->span, place_)) continue;
      bool is_part = term.kind == TermKind::kCall && term.infix && is_binding(*term.items[0]);
      return walk(*item, is_part ? statement : item->span);
    }
  }

  static bool is_binding(const Term& operation) {
    std::string_view name = operation.items.empty() ? operation.text : operation.items[0]->text;
    return name == "assign" || name == "eq";
  }

  Span place_;
  std::vector<Span>& found_;
  const Term* call_ = nullptr;
};

// The texts of a program, parsed when one of their places is asked for.
class Modules {
 public:
  explicit Modules(const Program& program) : program_(program), parsed_(program.sources.size()) {}

  // `call` becomes what the place is, if it is a call.
  std::vector<Span> enclosing(const Span& place, const Term*& call) {
    std::vector<Span> found;
    const Parsed& parsed = parse(place.file);
    Enclosing walk(place, found);
    if (parsed.query != nullptr) {
      walk.of_query(*parsed.query);
      call = walk.call();
      return found;
    }
    if (parsed.module != nullptr) {
      for (const Rule* rule : parsed.module->rules) {
        bool in_else = std::any_of(rule->else_chain.begin(), rule->else_chain.end(),
                                   [&](const Rule* other) { return holds(other->span, place); });
        if (!holds(rule->span, place) && !in_else) continue;
        walk.of_rule(*rule);
        call = walk.call();
        return found;
      }
    }
    return {place};
  }

 private:
  struct Parsed {
    bool is_done = false;
    Ast ast;
    const Module* module = nullptr;  // null if it is a query, or does not parse
    const Body* query = nullptr;
  };

  const Parsed& parse(uint32_t file) {
    Parsed& parsed = parsed_[file];
    if (std::exchange(parsed.is_done, true)) return parsed;
    std::vector<Diagnostic> ignored;
    Language language = program_.language;
    const std::string& name = program_.sources.file(file).name;
    language.version = language.version_of(name);
    if (name.empty()) {
      parsed.query = parse_query(program_.sources, file, language, parsed.ast, ignored);
    } else {
      parsed.module = parse_module(program_.sources, file, language, parsed.ast, ignored);
    }
    return parsed;
  }

  const Program& program_;
  std::vector<Parsed> parsed_;
};

// The text of a call with the values of its arguments in place of what was written.
std::string call_text(const SourceMap& sources, const Term& call, const std::vector<Value>& arguments) {
  std::string text;
  uint32_t at = call.span.begin;
  size_t count = std::min(arguments.size(), call.items.size() - 1);
  for (size_t i = 0; i < count; ++i) {
    const Term& written = *call.items[i + 1];
    std::string value;
    if (is_constant(written) || !arguments[i].is_defined() || written.span.begin < at) continue;
    try {
      append_rego(value, arguments[i], kMaxCharacters);
    } catch (const Failure&) {  // too long
      continue;
    }
    text += sources.text({call.span.file, at, written.span.begin});
    text += value;
    at = written.span.end;
  }
  return one_line(text + std::string(sources.text({call.span.file, at, call.span.end})), kMaxCharacters);
}

TraceFrame frame_at(const SourceMap& sources, const Span& span) {
  Position position = sources.position(span.file, span.begin);
  return {sources.file(span.file).name, position.row, position.column, one_line(sources.text(span), kMaxCharacters)};
}

}  // namespace

std::string TraceFrame::text() const {
  std::string place = file.empty() ? "" : file + ":";
  place += std::to_string(row) + (file.empty() ? ":" + std::to_string(column) : "");
  return statement.empty() ? place : place + ": " + statement;
}

Traceback make_traceback(const Program& program, std::span<const FailedStatement> stack) {
  Traceback traceback;
  Modules modules(program);
  for (const FailedStatement& failed : stack) {
    const Span& place = failed.span;
    if (place.file >= program.sources.size() || place.begin == place.end) continue;
    const Term* call = nullptr;
    std::vector<Span> found = modules.enclosing(place, call);
    size_t innermost = traceback.size();
    for (size_t i = found.size(); i-- > 0;) traceback.push_back(frame_at(program.sources, found[i]));
    if (call != nullptr) traceback[innermost].statement = call_text(program.sources, *call, failed.arguments);
  }
  return traceback;
}

}  // namespace writ
