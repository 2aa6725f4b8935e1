// The syntax tree of Rego modules.
//
// One node type, Term, for everything that has a value; Expr for a statement of a body; Rule and Module above them. All
// nodes belong to an Ast, which frees them together; pointers between nodes are plain. Every node has its span.
//
// The tree exists in two forms. The parser makes the *surface form*: names as written, nested calls, `:=`, `some`,
// `every`, template strings. check.h rewrites it in place into the *core form*, which lower.h reads; what the core form
// guarantees is stated there.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/span.h"
#include "engine/program/language.h"

namespace writ::lang {

struct Body;
struct Expr;
struct Term;

enum class TermKind : uint8_t {
  kNull,
  kBoolean,             // `boolean`
  kNumber,              // `text`: as written, "-" included for a negative literal
  kString,              // `text`: unescaped
  kVar,                 // `text`: the name; wildcards are "_" in the surface form
  kRef,                 // `items`: head, then one term per step; a step written `.name` is a kString
  kArray,               // `items`
  kSet,                 // `items`
  kObject,              // `items`: key, value, key, value, …
  kArrayComprehension,  // `items[0]` head; `body`
  kSetComprehension,    // `items[0]` head; `body`
  kObjectComprehension, // `items[0]` key, `items[1]` value; `body`
  kCall,                // `items[0]` operator (a kRef of a kVar head and kString steps), then arguments
  kTemplate,            // `items`: kString parts and any other terms, in order; `body` is null, or, where an
                        // expression in it is more than a term (has `with`, is an `and` or `or`), holds one
                        // statement for each item: the expression, or the item itself
};

struct Term {
  TermKind kind = TermKind::kNull;
  Span span;
  bool boolean = false;
  bool infix = false;        // kCall: written as an operator; the operator term then names the built-in ("plus", "eq", …)
  bool raw = false;          // kString, kTemplate: written between backticks
  bool parenthesised = false;
  bool sorted = false;       // kSet, kObject: `items` are what sorted_items of term_order.h gives
  uint16_t height = 1;       // levels of nodes from here down; at most kMaxNesting after parsing, so walks may recurse
  std::string text;
  std::vector<Term*> items;
  Body* body = nullptr;
};

struct Body {
  Span span;
  uint16_t height = 1;       // as in Term
  std::vector<Expr*> exprs;
};

enum class ExprKind : uint8_t {
  kTerm,      // `term`: any term; a call (also `=` as "eq", `:=` as "assign", `==` as "equal") is a kCall term
  kSomeDecl,  // `some x, y`: `symbols` are kVar terms
  kSomeIn,    // `some k, v in xs`: `key` (may be null), `value`, `domain`
  kEvery,     // `every k, v in xs { body }`: `key` (may be null), `value`, `domain`, `body`
  kBlock,     // an operand in braces, `{ q1; q2 }`: `body`; only below kNot, kAnd, kOr
  kNot,       // future.keywords.not: `operands[0]` (kBlock or any expression)
  kAnd,       // `operands`
  kOr,        // `operands`
};

struct With {
  Span span;
  Term* target = nullptr;
  Term* value = nullptr;
};

struct Expr {
  ExprKind kind = ExprKind::kTerm;
  Span span;
  bool negated = false;    // legacy `not e`
  bool generated = false;  // made by a rewriting, not written by the author
  uint16_t height = 1;     // as in Term
  Term* term = nullptr;
  std::vector<Term*> symbols;
  Term* key = nullptr;
  Term* value = nullptr;
  Term* domain = nullptr;
  Body* body = nullptr;
  std::vector<Expr*> operands;
  std::vector<With> withs;
};

// METADATA comments, kept as the YAML text and parsed on demand.
struct Annotation {
  Span span;
  std::string yaml;       // comment marks stripped
};

struct Comment {
  Span span;
  std::string text;  // without '#'
};

enum class HeadKind : uint8_t {
  kComplete,    // p, p := v, p.q := v
  kFunction,    // f(x) := v
  kPartialSet,  // p contains v, p.q[x].r contains v
  kPartialObject,  // p[k] := v, p.q[x].r := v: a reference with something not ground in it, or v0 p[k] = v
};

struct Head {
  Span span;
  HeadKind kind = HeadKind::kComplete;
  Term* ref = nullptr;            // kRef as written, relative to the package: head var, then steps
  std::vector<Term*> args;        // kFunction
  Term* value = nullptr;          // null = true (kPartialSet: null)
  Term* key = nullptr;            // kPartialSet: the element
  bool assigned = false;          // the value was written with `:=`
  bool has_contains = false;      // written with `contains`
};

struct Rule {
  Span span;
  bool is_default = false;
  Head head;
  Body* body = nullptr;           // never null after parsing; `true` where none was written
  bool has_body = false;          // whether one was written
  bool has_if = false;            // written with `if`
  std::vector<Rule*> else_chain;  // in order; their heads carry only `value`
  std::vector<Annotation*> annotations;
  struct Module* module = nullptr;
};

struct Import {
  Span span;
  Term* path = nullptr;  // kRef: data.a.b, input.x, rego.v1, future.keywords.in
  std::string alias;     // "" = none written
  Span alias_span;
  std::vector<Annotation*> annotations;
};

// What occurs in a module at all; a pass that is about nothing else is left out where it does not.
struct Occurrences {
  bool templates = false;  // template strings
  bool prints = false;     // `print`, or its internal name
  bool withs = false;      // `with`
  bool metadata_calls = false;  // `metadata`, as in rego.metadata.rule()
  bool metadata = false;        // that, or METADATA comments
};

struct Module {
  uint32_t file = 0;              // in the SourceMap
  RegoVersion version = RegoVersion::kV1;  // what it was read as
  RegoVersion latest = RegoVersion::kV1;   // kV0, kV1 or kV2: the newest whose rules it has to keep, by version or import
  Span package_span;
  std::vector<std::string> package;  // without "data": {"a", "b"}
  std::vector<Span> package_spans;   // one per segment
  std::vector<Import*> imports;
  std::vector<Rule*> rules;
  std::vector<Comment> comments;
  std::vector<Annotation*> annotations;  // all, in order, those of the package included
  std::vector<Annotation*> package_annotations;
  uint32_t keywords = 0;  // keyword_bit (lex.h) of each that is in force besides the base ones
  Occurrences occurs;
};

// Owns every node of one compilation.
class Ast {
 public:
  Term* term(TermKind kind, Span span) { return make(terms_, kind, span); }
  Expr* expr(ExprKind kind, Span span) {
    Expr& e = exprs_.emplace_back();
    e.kind = kind;
    e.span = span;
    return &e;
  }
  Body* body(Span span) {
    Body& b = bodies_.emplace_back();
    b.span = span;
    return &b;
  }
  Rule* rule(Span span) {
    Rule& r = rules_.emplace_back();
    r.span = span;
    return &r;
  }
  Import* import() { return &imports_.emplace_back(); }
  Annotation* annotation() { return &annotations_.emplace_back(); }
  Module* module() { return &modules_.emplace_back(); }

 private:
  Term* make(std::deque<Term>& terms, TermKind kind, Span span) {
    Term& t = terms.emplace_back();
    t.kind = kind;
    t.span = span;
    return &t;
  }

  std::deque<Term> terms_;
  std::deque<Expr> exprs_;
  std::deque<Body> bodies_;
  std::deque<Rule> rules_;
  std::deque<Import> imports_;
  std::deque<Annotation> annotations_;
  std::deque<Module> modules_;
};

// --- printing --------------------------------------------------------------------------------------------------------

// Rego text of a term or expression as OPA's String() prints it ("data.a.b[x]", "plus(1, 2)").
std::string to_text(const Term& term);
std::string to_text(const Expr& expr);
// The statements of a body, with "; " between them.
std::string to_text(const Body& body);
// A rule of the core form, and a module of such rules, as Rego v1 that compiles again.
std::string to_text(const Rule& rule);
std::string to_text(const Module& module);
// An indented outline of the whole module, one node a line: `writ build --dump=ast`.
std::string dump(const Module& module);

}  // namespace writ::lang
