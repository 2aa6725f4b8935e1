// Syntax trees as text: Rego as OPA's String() writes it, and an outline for people who look at the tree itself.
//
// In the text the elements of sets and the keys of objects are sorted as OPA sorts terms; infix operators are written so where
// they were written so; parentheses and braces appear where the tree needs them to be read back as the same tree.
#include <algorithm>

#include "engine/base/json_writer.h"
#include "engine/builtins/builtin.h"
#include "engine/value/text.h"
#include "lang/syntax/ast.h"
#include "lang/syntax/lex.h"
#include "lang/syntax/print.h"
#include "lang/syntax/term_order.h"

namespace writ::lang {
namespace {

struct Output : std::string {
  TextForm form = TextForm::kOpa;
};

void append(Output& out, const Term& term);
void append(Output& out, const Expr& expr);

// --- terms -----------------------------------------------------------------------------------------------------------

template <typename Items, typename Each>
void append_list(Output& out, const Items& items, std::string_view separator, Each each) {
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += separator;
    first = false;
    each(*item);
  }
}

void append_terms(Output& out, const TermList& terms) {
  append_list(out, terms, ", ", [&](const Term& term) { append(out, term); });
}

void append_body(Output& out, const Body& body) {
  append_list(out, body.exprs, "; ", [&](const Expr& expr) { append(out, expr); });
}

bool is_plain_name(std::string_view text) {
  auto is_name_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
  };
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  if (!std::all_of(text.begin(), text.end(), is_name_part)) return false;
  TokenKind kind = keyword_kind(text);
  return !is_keyword(kind) || kind == TokenKind::kLogicalAnd || kind == TokenKind::kLogicalOr;
}

void append_string(Output& out, std::string_view text) {
  if (out.form == TextForm::kOpa) {
    append_quoted_go(out, text);
  } else {
    append_json_string(out, text, JsonEscape::kText);
  }
}

void append_string_step(Output& out, std::string_view text) {
  bool may_be_keyword = out.form == TextForm::kRego && is_keyword(keyword_kind(text));
  if (is_plain_name(text) && !may_be_keyword) {
    out.append(".").append(text);
    return;
  }
  bool escapes = std::any_of(text.begin(), text.end(),
                             [](char c) { return c == '\\' || c == 0x7F || static_cast<uint8_t>(c) < 0x20; });
  out += '[';
  if (escapes || out.form == TextForm::kRego) {
    append_string(out, text);
  } else {
    out.append("\"").append(text).append("\"");
  }
  out += ']';
}

void append_ref(Output& out, const Term& ref) {
  const Term& head = *ref.items[0];
  if (head.kind == TermKind::kString) {
    out += head.text;
  } else {
    append(out, head);
  }
  for (size_t i = 1; i < ref.items.size(); ++i) {
    const Term& step = *ref.items[i];
    if (step.kind == TermKind::kString) {
      append_string_step(out, step.text);
      continue;
    }
    out += '[';
    append(out, step);
    out += ']';
  }
}

void append_set(Output& out, const Term& set) {
  if (set.items.empty()) {
    out += "set()";
    return;
  }
  out += '{';
  append_terms(out, sorted_items(set));
  out += '}';
}

// Of equal keys the last one counts, as where the object is built.
void append_object(Output& out, const Term& object) {
  TermList items = sorted_items(object);
  out += '{';
  bool first = true;
  for (size_t i = 0; i < items.size(); i += 2) {
    bool repeated = i + 2 < items.size() && compare_terms(*items[i], *items[i + 2]) == 0;
    if (repeated) continue;
    if (!first) out += ", ";
    first = false;
    append(out, *items[i]);
    out += ": ";
    append(out, *items[i + 1]);
  }
  out += '}';
}

// The sign of an operator; empty for functions and for `in`.
std::string_view infix_sign(const Term& call) {
  if (call.items.size() != 3) return "";
  const Term& op = *call.items[0];
  if (op.kind != TermKind::kRef || op.items.size() != 1) return "";
  const Builtin* builtin = find_builtin(op.items[0]->text);
  return builtin == nullptr || builtin->infix == "in" ? std::string_view() : builtin->infix;
}

// Operators of sets whose names may be keywords, `and` and `or`, where they take two operands, and perhaps a result.
bool append_set_operation(Output& out, const Term& call) {
  const Term& op = *call.items[0];
  if (call.items.size() < 3 || call.items.size() > 4 || op.kind != TermKind::kRef || op.items.size() != 1) return false;
  std::string_view name = op.items[0]->text;
  if (name != "and" && name != "or") return false;
  if (call.items.size() == 4) {
    append(out, *call.items[3]);
    out += " = ";
  }
  out += '(';
  append(out, *call.items[1]);
  out += name == "and" ? " & " : " | ";
  append(out, *call.items[2]);
  out += ')';
  return true;
}

// In the head of a comprehension operators are written as such, in parentheses, for `|` would end it.
void append_comprehension_term(Output& out, const Term& term) {
  std::string_view sign = term.kind == TermKind::kCall ? infix_sign(term) : "";
  if (sign.empty()) return append(out, term);
  out += '(';
  append_comprehension_term(out, *term.items[1]);
  out.append(" ").append(sign).append(" ");
  append_comprehension_term(out, *term.items[2]);
  out += ')';
}

void append_comprehension(Output& out, const Term& term) {
  bool array = term.kind == TermKind::kArrayComprehension;
  out += array ? '[' : '{';
  append_comprehension_term(out, *term.items[0]);
  if (term.kind == TermKind::kObjectComprehension) {
    out += ": ";
    append_comprehension_term(out, *term.items[1]);
  }
  out += " | ";
  if (term.body != nullptr) append_body(out, *term.body);
  out += array ? ']' : '}';
}

void append_template(Output& out, const Term& term) {
  out += "$\"";
  for (size_t i = 0; i < term.items.size(); ++i) {
    const Term& item = *term.items[i];
    switch (item.kind) {
      case TermKind::kString: {
        Output quoted;
        quoted.form = out.form;
        append_string(quoted, item.text);
        for (char c : std::string_view(quoted).substr(1, quoted.size() - 2)) {
          if (c == '{') out += '\\';
          out += c;
        }
        break;
      }
      case TermKind::kNumber:
      case TermKind::kNull:
      case TermKind::kBoolean:
        if (term.body == nullptr) {
          append(out, item);
          break;
        }
        [[fallthrough]];
      default:
        out += '{';
        if (term.body != nullptr && i < term.body->exprs.size()) {
          append(out, *term.body->exprs[i]);
        } else {
          append(out, item);
        }
        out += '}';
    }
  }
  out += '"';
}

void append(Output& out, const Term& term) {
  switch (term.kind) {
    case TermKind::kNull: out += "null"; break;
    case TermKind::kBoolean: out += term.boolean ? "true" : "false"; break;
    case TermKind::kNumber: out += term.text; break;
    case TermKind::kString: append_string(out, term.text); break;
    case TermKind::kVar: out += term.text.starts_with('$') ? "_" : term.text; break;
    case TermKind::kRef: append_ref(out, term); break;
    case TermKind::kArray:
      out += '[';
      append_terms(out, term.items);
      out += ']';
      break;
    case TermKind::kSet: append_set(out, term); break;
    case TermKind::kObject: append_object(out, term); break;
    case TermKind::kArrayComprehension:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension: append_comprehension(out, term); break;
    case TermKind::kCall:
      if (out.form == TextForm::kRego && append_set_operation(out, term)) break;
      append(out, *term.items[0]);
      out += '(';
      append_terms(out, {term.items.begin() + 1, term.items.end()});
      out += ')';
      break;
    case TermKind::kTemplate: append_template(out, term); break;
  }
}

// --- expressions -----------------------------------------------------------------------------------------------------

bool begins_with_brace(const Term& term) {
  switch (term.kind) {
    case TermKind::kSet: return !term.items.empty();
    case TermKind::kObject:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension: return true;
    case TermKind::kRef: return begins_with_brace(*term.items[0]);
    default: return false;
  }
}

// An operand of `not`, or of `and`/`or` (`parent`); `behind`: not the first operand.
bool needs_parentheses(const Expr& operand, ExprKind parent, bool behind) {
  if (!operand.withs.empty()) return true;
  switch (operand.kind) {
    case ExprKind::kOr: return parent == ExprKind::kNot || parent == ExprKind::kAnd || behind;
    case ExprKind::kAnd: return parent == ExprKind::kNot || (parent == ExprKind::kAnd && behind);
    case ExprKind::kNot: return parent == ExprKind::kNot;
    case ExprKind::kTerm: return begins_with_brace(*operand.term);
    default: return false;
  }
}

void append_operand(Output& out, const Expr& operand, ExprKind parent, bool behind) {
  if (operand.kind == ExprKind::kBlock) {
    bool tight = parent == ExprKind::kNot;
    out += tight ? "{" : "{ ";
    append_body(out, *operand.body);
    out += tight ? "}" : " }";
    return;
  }
  bool parentheses = needs_parentheses(operand, parent, behind);
  if (parentheses) out += '(';
  append(out, operand);
  if (parentheses) out += ')';
}

void append_statement_term(Output& out, const Term& term) {
  bool equation = term.kind == TermKind::kCall && term.items.size() == 3 && term.items[0]->kind == TermKind::kRef &&
                  term.items[0]->items.size() == 1 && term.items[0]->items[0]->text == "eq";
  if (!equation) return append(out, term);
  append(out, *term.items[1]);
  out += " = ";
  append(out, *term.items[2]);
}

void append_membership(Output& out, const Expr& expr) {
  if (expr.key != nullptr) {
    append(out, *expr.key);
    out += ", ";
  }
  append(out, *expr.value);
  out += " in ";
  append(out, *expr.domain);
}

void append(Output& out, const Expr& expr) {
  if (expr.negated) out += "not ";
  switch (expr.kind) {
    case ExprKind::kTerm: append_statement_term(out, *expr.term); break;
    case ExprKind::kSomeDecl:
      out += "some ";
      append_terms(out, expr.symbols);
      break;
    case ExprKind::kSomeIn:
      out += "some ";
      append_membership(out, expr);
      break;
    case ExprKind::kEvery:
      out += "every ";
      append_membership(out, expr);
      out += " { ";
      append_body(out, *expr.body);
      out += " }";
      break;
    case ExprKind::kBlock:
      out += "{ ";
      append_body(out, *expr.body);
      out += " }";
      break;
    case ExprKind::kNot:
      out += "not ";
      append_operand(out, *expr.operands[0], expr.kind, false);
      break;
    case ExprKind::kAnd:
    case ExprKind::kOr:
      for (size_t i = 0; i < expr.operands.size(); ++i) {
        if (i > 0) out += expr.kind == ExprKind::kAnd ? " and " : " or ";
        append_operand(out, *expr.operands[i], expr.kind, i > 0);
      }
      break;
  }
  for (const With& with : expr.withs) {
    out += " with ";
    append(out, *with.target);
    out += " as ";
    append(out, *with.value);
  }
}

// --- rules and modules ------------------------------------------------------------------------------------------------

void append_head(Output& out, const Head& head) {
  append(out, *head.ref);
  if (head.kind == HeadKind::kFunction) {
    out += '(';
    append_terms(out, head.args);
    out += ')';
  }
  if (head.kind == HeadKind::kPartialSet) {
    out += " contains ";
    append(out, *head.key);
  } else if (head.value != nullptr) {
    out += head.assigned ? " := " : " = ";
    append(out, *head.value);
  }
}

void append_rule(Output& out, const Rule& rule) {
  if (rule.is_default) {
    out += "default ";
    append_head(out, rule.head);
    return;
  }
  append_head(out, rule.head);
  out += " if { ";
  append_body(out, *rule.body);
  out += " }";
  for (const Rule* branch : rule.else_chain) {
    out += " else ";
    if (branch->head.value != nullptr) {
      out += "= ";
      append(out, *branch->head.value);
      out += ' ';
    }
    out += "if { ";
    append_body(out, *branch->body);
    out += " }";
  }
}

// --- outline ---------------------------------------------------------------------------------------------------------

constexpr std::string_view kTermNames[] = {"null",  "boolean", "number", "string", "var",
                                           "ref",   "array",   "set",    "object", "array_comprehension",
                                           "set_comprehension", "object_comprehension", "call", "template"};
constexpr std::string_view kExprNames[] = {"term", "some", "some_in", "every", "block", "not", "and", "or"};
constexpr std::string_view kHeadNames[] = {"complete", "function", "partial_set", "partial_object"};
constexpr std::string_view kVersionNames[] = {"v0", "v1", "v0-compat-v1", "v2"};

class Outline {
 public:
  std::string run(const Module& module) {
    std::string package;
    for (const std::string& segment : module.package) package += (package.empty() ? "" : ".") + segment;
    std::string_view version = kVersionNames[static_cast<size_t>(module.version)];
    line(0, "module " + package + " " + std::string(version), module.package_span);
    for (const Import* import : module.imports) {
      std::string text = "import " + to_text(*import->path);
      if (!import->alias.empty()) text += " as " + import->alias;
      line(1, text, import->span);
    }
    for (const Rule* rule : module.rules) this->rule(*rule, rule->is_default ? "default" : "rule", 1);
    return std::move(out_);
  }

 private:
  void line(uint32_t depth, std::string_view text, Span span) {
    out_.append(depth * 2, ' ').append(text).append("  [").append(std::to_string(span.begin)).append(",");
    out_.append(std::to_string(span.end)).append(")\n");
  }

  void rule(const Rule& rule, std::string word, uint32_t depth) {
    const Head& head = rule.head;
    if (head.ref != nullptr) word += " " + std::string(kHeadNames[static_cast<size_t>(head.kind)]);
    if (!rule.annotations.empty()) word += " annotated";
    line(depth, word, rule.span);
    if (head.ref != nullptr) named("ref", *head.ref, depth + 1);
    for (const Term* arg : head.args) named("arg", *arg, depth + 1);
    if (head.key != nullptr) named("key", *head.key, depth + 1);
    if (head.value != nullptr) named("value", *head.value, depth + 1);
    if (rule.has_body && rule.body != nullptr) body(*rule.body, depth + 1);
    for (const Rule* branch : rule.else_chain) this->rule(*branch, "else", depth + 1);
  }

  void body(const Body& body, uint32_t depth) {
    line(depth, "body", body.span);
    for (const Expr* expr : body.exprs) this->expr(*expr, depth + 1);
  }

  void expr(const Expr& expr, uint32_t depth) {
    std::string text(kExprNames[static_cast<size_t>(expr.kind)]);
    if (expr.negated) text = "not " + text;
    line(depth, text, expr.span);
    if (expr.term != nullptr) term(*expr.term, depth + 1);
    for (const Term* symbol : expr.symbols) term(*symbol, depth + 1);
    if (expr.key != nullptr) named("key", *expr.key, depth + 1);
    if (expr.value != nullptr) named("value", *expr.value, depth + 1);
    if (expr.domain != nullptr) named("domain", *expr.domain, depth + 1);
    for (const Expr* operand : expr.operands) this->expr(*operand, depth + 1);
    if (expr.body != nullptr) body(*expr.body, depth + 1);
    for (const With& with : expr.withs) {
      line(depth + 1, "with", with.span);
      term(*with.target, depth + 2);
      term(*with.value, depth + 2);
    }
  }

  void named(std::string_view name, const Term& term, uint32_t depth) {
    line(depth, name, term.span);
    this->term(term, depth + 1);
  }

  void term(const Term& term, uint32_t depth) {
    std::string text(kTermNames[static_cast<size_t>(term.kind)]);
    switch (term.kind) {
      case TermKind::kNull: break;
      case TermKind::kBoolean: text = term.boolean ? "true" : "false"; break;
      case TermKind::kNumber:
      case TermKind::kVar: text.append(" ").append(term.text); break;
      case TermKind::kString:
        text += ' ';
        append_quoted_go(text, term.text);
        break;
      default: break;
    }
    if (term.infix) text += " infix";
    if (term.parenthesised) text += " parenthesised";
    line(depth, text, term.span);
    for (const Term* item : term.items) this->term(*item, depth + 1);
    if (term.body != nullptr) body(*term.body, depth + 1);
  }

  std::string out_;
};

}  // namespace

namespace {

template <typename Append>
std::string text_of(TextForm form, Append append) {
  Output out;
  out.form = form;
  append(out);
  return out;
}

}  // namespace

std::string to_text(const Term& term) { return to_text(term, TextForm::kOpa); }

std::string to_text(const Term& term, TextForm form) {
  return text_of(form, [&](Output& out) { append(out, term); });
}

std::string to_text(const Expr& expr) { return to_text(expr, TextForm::kOpa); }

std::string to_text(const Expr& expr, TextForm form) {
  return text_of(form, [&](Output& out) { append(out, expr); });
}

std::string to_text(const Body& body) { return to_text(body, TextForm::kOpa); }

std::string to_text(const Body& body, TextForm form) {
  return text_of(form, [&](Output& out) { append_body(out, body); });
}

std::string to_text(const Rule& rule) {
  return text_of(TextForm::kOpa, [&](Output& out) { append_rule(out, rule); });
}

std::string to_text(const Module& module) { return to_text(module, TextForm::kOpa); }

std::string to_text(const Module& module, TextForm form, const std::vector<std::string>& imports) {
  Term path;
  path.kind = TermKind::kRef;
  std::vector<Term> steps(module.package.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    steps[i].kind = i == 0 ? TermKind::kVar : TermKind::kString;
    steps[i].text = module.package[i];
    path.items.push_back(&steps[i]);
  }
  return text_of(form, [&](Output& out) {
    out += "package ";
    append(out, path);
    out += '\n';
    if (!imports.empty()) out += '\n';
    for (const std::string& import : imports) out.append("import ").append(import).append("\n");
    for (const Rule* rule : module.rules) {
      out += '\n';
      append_rule(out, *rule);
    }
  });
}

std::string dump(const Module& module) { return Outline().run(module); }

}  // namespace writ::lang
