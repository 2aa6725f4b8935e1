// Two walks over the tree. The first (Preparation) goes through it in the order of the text, because that is how OPA numbers
// wildcards, and gives heads of branches and of chained bodies what OPA copies into them: the arguments of the first head, in
// which plain wildcards are new ones. On its way back it sorts sets and objects. The second (TreeWriter) makes values; a method
// a kind of node, in the order of a module. It counts how deep the values are nested, since the tree may be nested deeper than
// values can be.
#include "lang/syntax/ast_json.h"

#include <algorithm>
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "lang/syntax/diagnostics.h"
#include "lang/syntax/parse.h"
#include "lang/syntax/parser.h"
#include "lang/syntax/term_order.h"

namespace writ::lang {
namespace {

bool is_wildcard(const Term& term) {
  return term.kind == TermKind::kVar && (term.text == "_" || term.text.starts_with('$'));
}

// --- the first walk --------------------------------------------------------------------------------------------------

class Preparation {
 public:
  explicit Preparation(Ast& ast) : ast_(ast) {}

  void run(Module& module) {
    const Rule* first = nullptr;
    for (Rule* rule : module.rules) {
      // A chained body has a copy of the head of the first, whose reference stands where that stands.
      bool chained = first != nullptr && first->head.ref->span.begin == rule->head.ref->span.begin;
      if (chained) {
        chained_rule(*rule, first->head);
      } else {
        this->rule(*rule);
        first = rule;
      }
    }
  }

 private:
  void rule(Rule& rule) {
    Head& head = rule.head;
    terms(head.ref->items);
    terms(head.args);
    term(head.key);
    term(head.value);
    body(rule.body);
    for (Rule* branch : rule.else_chain) {
      branch->head.args = fresh(head.args);
      term(branch->head.value);
      body(branch->body);
    }
  }

  void chained_rule(Rule& rule, const Head& first) {
    body(rule.body);
    rule.head.ref = first.ref;
    rule.head.key = first.key;
    rule.head.value = first.value;
    rule.head.args = fresh(first.args);
  }

  TermList fresh(const TermList& args) {
    TermList result = args;
    for (Term*& arg : result) {
      if (!is_wildcard(*arg)) continue;
      arg = ast_.term(TermKind::kVar, arg->span);
      arg->text = next_name();
    }
    return result;
  }

  std::string_view next_name() { return ast_.keep("$" + std::to_string(count_++)); }

  void terms(const TermList& terms) {
    for (Term* item : terms) term(item);
  }

  void term(Term* term) {
    if (term == nullptr) return;
    if (term->kind == TermKind::kVar && term->text == "_") term->text = next_name();
    if (term->kind == TermKind::kTemplate && term->body != nullptr) {
      body(term->body);
    } else {
      terms(term->items);
      body(term->body);
    }
    if (term->kind != TermKind::kSet && term->kind != TermKind::kObject) return;
    charge_work(term->items.size());
    term->items = sorted_items(*term);
    term->sorted = true;
  }

  void body(Body* body) {
    if (body == nullptr) return;
    for (Expr* e : body->exprs) expr(*e);
  }

  void expr(Expr& expr) {
    term(expr.term);
    terms(expr.symbols);
    for (Term* part : {expr.key, expr.value, expr.domain}) term(part);
    body(expr.body);
    for (Expr* operand : expr.operands) this->expr(*operand);
    for (With& with : expr.withs) {
      term(with.target);
      term(with.value);
    }
  }

  Ast& ast_;
  uint32_t count_ = 0;
};

// --- the second walk -------------------------------------------------------------------------------------------------

// As OPA sees it: a reference to something constant is constant too.
bool is_constant(const Term& term) {
  switch (term.kind) {
    case TermKind::kVar: return false;
    case TermKind::kRef:
      return std::all_of(term.items.begin() + 1, term.items.end(), [](const Term* item) { return is_constant(*item); });
    case TermKind::kTemplate: return false;
    default:
      if (!std::all_of(term.items.begin(), term.items.end(), [](const Term* item) { return is_constant(*item); })) {
        return false;
      }
      return term.body == nullptr || std::all_of(term.body->exprs.begin(), term.body->exprs.end(), [](const Expr* expr) {
        return expr->kind == ExprKind::kTerm && is_constant(*expr->term);
      });
  }
}

class TreeWriter {
 public:
  TreeWriter(const SourceMap& sources, Arena& arena, std::string* fault)
      : sources_(sources), arena_(arena), fault_(fault) {}

  Value module(const Module& module);
  Value term(const Term& term);

 private:
  // Levels of arrays and objects around the value that is being made.
  struct Levels {
    Levels(TreeWriter& writer, uint32_t count) : writer(writer), count(count) {
      writer.depth_ += count;
      if (writer.depth_ > kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "the syntax tree is nested too deeply for a value");
    }
    ~Levels() { writer.depth_ -= count; }
    Levels(const Levels&) = delete;
    Levels& operator=(const Levels&) = delete;
    TreeWriter& writer;
    uint32_t count;
  };

  Value text(std::string_view text) { return make_string(arena_, text); }

  // --- modules ---
  Value package(const Module& module);
  Value import(const Import& import);
  Value comment(uint32_t file, const Comment& comment);
  // OPA's scanner counts the last character of a text for one byte where a comment ends with it.
  std::string_view text_of(uint32_t file, const Comment& comment) const;

  // --- rules ---
  // The rule, or branch number `branch` (from 1) of it with those behind it.
  Value rule(const Rule& rule, const Rule* main, size_t branch);
  Value head(const Rule& rule);
  // A copy of the head with another value.
  Value branch_head(const Rule& branch, const Rule& main);
  void finish_head(ObjectBuilder& result, const Head& head, const TermList& args, bool assigned);
  // Names are only of rules with one name; and, as OPA once knew no others, of some with one step behind it.
  static bool has_name(const Rule& rule);
  static const Term* key_of(const Rule& rule);

  // --- statements ---
  Value body(const Body& body, bool generated = false);
  Value expr(const Expr& expr, size_t index, bool generated = false);
  Value with(const With& with);
  Value terms_of(const Expr& expr);
  Value symbols(const Value& terms);
  // `some k, v in xs` as a call.
  Value membership(const Expr& expr);
  Value every(const Expr& expr);
  Value negation(const Expr& expr);
  // The first `count` operands of a chain: those in front of the last are one of its two.
  Value logical(std::string_view type, const Expr& expr, size_t count);
  Value chain_body(std::string_view type, const Expr& expr, size_t count);
  Value operand_body(const Expr& operand);

  // --- terms ---
  Value typed(std::string_view type, const Value& value);
  Value terms(const TermList& terms);
  Value value(const Term& term);
  // JSON has no numbers that begin with a point, and OPA keeps the text.
  Value number(const Term& term);
  Value object(const Term& object);
  Value comprehension(const Term& comprehension);
  Value template_string(const Term& term);
  Value part(const Term& item, const Expr* statement);
  bool has_comment(uint32_t begin, uint32_t end) const;

  const SourceMap& sources_;
  Arena& arena_;
  std::string* fault_;
  const std::vector<Comment>* comments_ = nullptr;
  uint32_t depth_ = 2;  // the module and its list of rules
};

Value TreeWriter::module(const Module& module) {
  ObjectBuilder result(arena_);
  result.insert("package", package(module));
  comments_ = &module.comments;
  std::vector<Value> imports, rules, comments;
  for (const Import* import : module.imports) imports.push_back(this->import(*import));
  for (const Rule* rule : module.rules) rules.push_back(this->rule(*rule, nullptr, 0));
  for (const Comment& comment : module.comments) comments.push_back(this->comment(module.file, comment));
  if (!imports.empty()) result.insert("imports", make_array(arena_, imports));
  if (!rules.empty()) result.insert("rules", make_array(arena_, rules));
  if (!comments.empty()) result.insert("comments", make_array(arena_, comments));
  return fault_->empty() ? result.finish() : Value::undefined();
}

// --- modules ---------------------------------------------------------------------------------------------------------

Value TreeWriter::package(const Module& module) {
  std::vector<Value> path{typed("var", Value::string("data"))};
  for (const std::string& segment : module.package) path.push_back(typed("string", text(segment)));
  ObjectBuilder result(arena_);
  result.insert("path", make_array(arena_, path));
  return result.finish();
}

Value TreeWriter::import(const Import& import) {
  ObjectBuilder result(arena_);
  result.insert("path", term(*import.path));
  if (!import.alias.empty()) result.insert("alias", text(import.alias));
  return result.finish();
}

Value TreeWriter::comment(uint32_t file, const Comment& comment) {
  Position position = sources_.position(file, comment.span.begin);
  ObjectBuilder location(arena_);
  location.insert("file", text(sources_.file(file).name));
  location.insert("row", Value::of(static_cast<int64_t>(position.row)));
  location.insert("col", Value::of(static_cast<int64_t>(position.column)));
  ObjectBuilder result(arena_);
  result.insert("Location", location.finish());
  result.insert("Text", text(base64_encode(text_of(file, comment))));
  return result.finish();
}

std::string_view TreeWriter::text_of(uint32_t file, const Comment& comment) const {
  std::string_view text = comment.text;
  if (comment.span.begin + 1 + text.size() != sources_.file(file).text.size()) return text;
  while (!text.empty() && (static_cast<uint8_t>(text.back()) & 0xC0) == 0x80) text.remove_suffix(1);
  return text;
}

// --- rules -----------------------------------------------------------------------------------------------------------

Value TreeWriter::rule(const Rule& rule, const Rule* main, size_t branch) {
  Levels levels(*this, 1);
  const Rule& first = main == nullptr ? rule : *main;
  ObjectBuilder result(arena_);
  result.insert("head", main == nullptr ? head(rule) : branch_head(rule, *main));
  result.insert("body", body(*rule.body, rule.is_default || !rule.has_body));
  if (rule.is_default) result.insert("default", Value::of(true));
  if (branch < first.else_chain.size()) result.insert("else", this->rule(*first.else_chain[branch], &first, branch + 1));
  return result.finish();
}

Value TreeWriter::head(const Rule& rule) {
  const Head& head = rule.head;
  ObjectBuilder result(arena_);
  bool single = head.kind != HeadKind::kPartialSet;
  if (has_name(rule)) result.insert("name", text(head.ref->items[0]->text));
  if (const Term* key = key_of(rule); key != nullptr) result.insert("key", term(*key));
  if (single) result.insert("value", head.value == nullptr ? typed("boolean", Value::of(true)) : term(*head.value));
  finish_head(result, head, head.args, head.assigned);
  return result.finish();
}

Value TreeWriter::branch_head(const Rule& branch, const Rule& main) {
  const Term* value = branch.head.value;
  ObjectBuilder result(arena_);
  if (has_name(main)) result.insert("name", text(main.head.ref->items[0]->text));
  result.insert("value", value == nullptr ? typed("boolean", Value::of(true)) : term(*value));
  finish_head(result, main.head, branch.head.args, value == nullptr ? main.head.assigned : branch.head.assigned);
  return result.finish();
}

void TreeWriter::finish_head(ObjectBuilder& result, const Head& head, const TermList& args, bool assigned) {
  result.insert("ref", terms(head.ref->items));
  if (!args.empty()) result.insert("args", terms(args));
  if (assigned) result.insert("assign", Value::of(true));
}

bool TreeWriter::has_name(const Rule& rule) {
  const Head& head = rule.head;
  if (head.ref->items.size() != 2) return head.ref->items.size() < 2;
  if (rule.is_default || head.kind == HeadKind::kPartialSet) return false;
  return rule.has_if ? head.value != nullptr : head.args.empty();
}

const Term* TreeWriter::key_of(const Rule& rule) {
  const Head& head = rule.head;
  if (head.kind == HeadKind::kPartialSet) return head.key;
  if (rule.is_default || head.ref->items.size() != 2 || !head.args.empty()) return nullptr;
  const Term* step = head.ref->items[1];
  bool counts = !rule.has_if || step->kind == TermKind::kRef || !is_constant(*step);
  return counts ? step : nullptr;
}

// --- statements ------------------------------------------------------------------------------------------------------

Value TreeWriter::body(const Body& body, bool generated) {
  Levels levels(*this, 1);
  std::vector<Value> exprs;
  for (const Expr* e : body.exprs) exprs.push_back(expr(*e, exprs.size(), generated));
  return make_array(arena_, exprs);
}

Value TreeWriter::expr(const Expr& expr, size_t index, bool generated) {
  Levels levels(*this, 2);
  ObjectBuilder result(arena_);
  result.insert("index", Value::of(static_cast<int64_t>(index)));
  result.insert("terms", terms_of(expr));
  if (expr.negated) result.insert("negated", Value::of(true));
  if (generated) result.insert("generated", Value::of(true));
  std::vector<Value> withs;
  for (const With& with : expr.withs) withs.push_back(this->with(with));
  if (!withs.empty()) result.insert("with", make_array(arena_, withs));
  return result.finish();
}

Value TreeWriter::with(const With& with) {
  Levels levels(*this, 1);
  ObjectBuilder result(arena_);
  result.insert("target", term(*with.target));
  result.insert("value", term(*with.value));
  return result.finish();
}

Value TreeWriter::terms_of(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kTerm: return expr.term->kind == TermKind::kCall ? terms(expr.term->items) : term(*expr.term);
    case ExprKind::kSomeDecl: return symbols(terms(expr.symbols));
    case ExprKind::kSomeIn: {
      Levels levels(*this, 1);
      Value call = membership(expr);
      return symbols(make_array(arena_, std::span(&call, 1)));
    }
    case ExprKind::kEvery: return every(expr);
    case ExprKind::kNot: return negation(expr);
    case ExprKind::kAnd: return logical("and", expr, expr.operands.size());
    case ExprKind::kOr: return logical("or", expr, expr.operands.size());
    case ExprKind::kBlock: break;
  }
  return Value::null();
}

Value TreeWriter::symbols(const Value& terms) {
  ObjectBuilder result(arena_);
  result.insert("symbols", terms);
  return result.finish();
}

Value TreeWriter::membership(const Expr& expr) {
  Levels levels(*this, 3);
  Value path[] = {typed("var", Value::string("internal")),
                  typed("string", Value::string(expr.key == nullptr ? "member_2" : "member_3"))};
  std::vector<Value> call{typed("ref", make_array(arena_, path))};
  for (const Term* operand : {expr.key, expr.value, expr.domain}) {
    if (operand != nullptr) call.push_back(term(*operand));
  }
  return typed("call", make_array(arena_, call));
}

Value TreeWriter::every(const Expr& expr) {
  ObjectBuilder result(arena_);
  result.insert("key", expr.key == nullptr ? Value::null() : term(*expr.key));
  result.insert("value", term(*expr.value));
  result.insert("domain", term(*expr.domain));
  result.insert("body", body(*expr.body));
  return result.finish();
}

Value TreeWriter::negation(const Expr& expr) {
  const Expr& operand = *expr.operands[0];
  ObjectBuilder result(arena_);
  result.insert("type", Value::string("not"));
  result.insert("body", operand_body(operand));
  result.insert("explicit_body", Value::of(operand.kind == ExprKind::kBlock));
  return result.finish();
}

Value TreeWriter::logical(std::string_view type, const Expr& expr, size_t count) {
  Levels levels(*this, 1);
  const Expr& right = *expr.operands[count - 1];
  const Expr& left = *expr.operands[count - 2];
  ObjectBuilder result(arena_);
  result.insert("type", Value::string(type));
  result.insert("lhs", count == 2 ? operand_body(left) : chain_body(type, expr, count - 1));
  result.insert("rhs", operand_body(right));
  if (count == 2 && left.kind == ExprKind::kBlock) result.insert("explicit_lhs", Value::of(true));
  if (right.kind == ExprKind::kBlock) result.insert("explicit_rhs", Value::of(true));
  return result.finish();
}

Value TreeWriter::chain_body(std::string_view type, const Expr& expr, size_t count) {
  Levels levels(*this, 2);
  ObjectBuilder statement(arena_);
  statement.insert("index", Value::of(0));
  statement.insert("terms", logical(type, expr, count));
  Value only = statement.finish();
  return make_array(arena_, std::span(&only, 1));
}

Value TreeWriter::operand_body(const Expr& operand) {
  if (operand.kind == ExprKind::kBlock) return body(*operand.body);
  Levels levels(*this, 1);
  Value only = expr(operand, 0);
  return make_array(arena_, std::span(&only, 1));
}

// --- terms -----------------------------------------------------------------------------------------------------------

Value TreeWriter::typed(std::string_view type, const Value& value) {
  ObjectBuilder result(arena_);
  result.insert("type", Value::string(type));
  result.insert("value", value);
  return result.finish();
}

Value TreeWriter::terms(const TermList& terms) {
  Levels levels(*this, 1);
  std::vector<Value> values;
  values.reserve(terms.size());
  for (const Term* item : terms) values.push_back(term(*item));
  return make_array(arena_, values);
}

Value TreeWriter::term(const Term& term) {
  Levels levels(*this, 1);
  return typed(term_name(term.kind), value(term));
}

Value TreeWriter::value(const Term& term) {
  switch (term.kind) {
    case TermKind::kNull: return Value::sorted_object(nullptr, 0);  // as OPA's Null, a struct without members, is written
    case TermKind::kBoolean: return Value::of(term.boolean);
    case TermKind::kNumber: return number(term);
    case TermKind::kString:
    case TermKind::kVar: return text(term.text);
    case TermKind::kRef:
    case TermKind::kArray:
    case TermKind::kSet:
    case TermKind::kCall: return terms(term.items);
    case TermKind::kObject: return object(term);
    case TermKind::kArrayComprehension:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension: return comprehension(term);
    case TermKind::kTemplate: return template_string(term);
  }
  return Value::null();
}

Value TreeWriter::number(const Term& term) {
  // What was not written, but computed, is nowhere.
  std::string_view written = term.span.is_nowhere() ? std::string_view() : sources_.text(term.span);
  size_t digits = written.find_first_not_of("- \t\r\n");
  if (digits != std::string_view::npos && written[digits] == '.' && fault_->empty()) {
    *fault_ = "json: invalid number literal \"" + std::string(term.text[0] == '-' ? "-" : "") +
              std::string(term.text.substr(term.text.find('.'))) + "\"";
  }
  return number_from_text(arena_, term.text);
}

Value TreeWriter::object(const Term& object) {
  Levels levels(*this, 2);
  std::vector<Value> pairs;
  for (size_t i = 0; i < object.items.size(); i += 2) {
    Value pair[] = {term(*object.items[i]), term(*object.items[i + 1])};
    pairs.push_back(make_array(arena_, pair));
  }
  return make_array(arena_, pairs);
}

Value TreeWriter::comprehension(const Term& comprehension) {
  bool is_object = comprehension.kind == TermKind::kObjectComprehension;
  Levels levels(*this, 1);
  ObjectBuilder result(arena_);
  result.insert(is_object ? "key" : "term", term(*comprehension.items[0]));
  if (is_object) result.insert("value", term(*comprehension.items[1]));
  result.insert("body", body(*comprehension.body));
  return result.finish();
}

Value TreeWriter::template_string(const Term& term) {
  Levels levels(*this, 2);
  std::vector<Value> parts;
  uint32_t end = term.span.begin;
  for (size_t i = 0; i < term.items.size(); ++i) {
    const Term& item = *term.items[i];
    const Expr* statement = term.body == nullptr ? nullptr : term.body->exprs[i];
    bool whole = statement == nullptr || statement->kind == ExprKind::kTerm;
    bool constant = item.kind <= TermKind::kString && whole && !has_comment(end, item.span.begin);
    parts.push_back(constant ? this->term(item) : part(item, statement));
    end = item.span.end;
  }
  ObjectBuilder result(arena_);
  result.insert("parts", parts.empty() ? Value::null() : make_array(arena_, parts));
  result.insert("multi_line", Value::of(term.raw));
  return result.finish();
}

Value TreeWriter::part(const Term& item, const Expr* statement) {
  if (statement != nullptr) return expr(*statement, 0);
  Expr only;
  only.term = const_cast<Term*>(&item);
  return expr(only, 0);
}

bool TreeWriter::has_comment(uint32_t begin, uint32_t end) const {
  auto first = std::lower_bound(comments_->begin(), comments_->end(), begin, [](const Comment& comment, uint32_t place) {
    return comment.span.begin < place;
  });
  return first != comments_->end() && first->span.begin < end;
}

// --- paying, and errors ----------------------------------------------------------------------------------------------

// No fewer than the text has.
uint64_t count_tokens(std::string_view text) {
  auto in_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  uint64_t count = 1;
  bool word = false;
  for (char c : text) {
    bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space && !(word && in_word(c))) ++count;
    word = in_word(c);
  }
  return count;
}

// Of the parser, for a token: in fuel, what it and the nodes made of it take; and their bytes.
constexpr uint64_t kTokenUnits = 40;
constexpr uint64_t kTokenBytes = 768;

std::string fault_of(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources) {
  auto is = [&](DiagnosticId id) {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [&](const Diagnostic& d) { return d.id == diagnostic_info(id).code; });
  };
  if (is(DiagnosticId::kTooDeep)) throw Failure(ErrorCode::E_DEPTH, "the module is nested too deeply to be read");
  if (is(DiagnosticId::kEmptyModule)) {
    const std::string& name = sources.file(0).name;
    return (name.empty() ? "0:0" : name + ":0") + ": rego_parse_error: empty module";
  }
  return render_opa(diagnostics, sources);
}

}  // namespace

Value tree_to_value(Module& module, const SourceMap& sources, Ast& ast, Arena& arena, std::string* fault) {
  Preparation(ast).run(module);
  return TreeWriter(sources, arena, fault).module(module);
}

Value term_to_value(const Term& term, const SourceMap& sources, Arena& arena) {
  std::string fault;
  try {
    return TreeWriter(sources, arena, &fault).term(term);
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::E_DEPTH) throw;
    return Value::undefined();
  }
}

Value module_as_json(std::string_view filename, std::string_view text, Arena& arena, std::string* fault) {
  charge_work(1 + text.size());
  uint64_t tokens = count_tokens(text);
  charge_work(tokens * kTokenUnits);
  Lease memory(arena, 2 * text.size() + tokens * kTokenBytes);
  SourceMap sources;
  Ast ast;
  std::vector<Diagnostic> diagnostics;
  Language language;
  language.version = RegoVersion::kV1;
  uint32_t file = sources.add(std::string(filename), std::string(text));
  Module* module = parse_module(sources, file, language, ast, diagnostics, Metadata::kIgnored);
  if (module != nullptr) return tree_to_value(*module, sources, ast, arena, fault);
  *fault = fault_of(diagnostics, sources);
  return Value::undefined();
}

}  // namespace writ::lang
