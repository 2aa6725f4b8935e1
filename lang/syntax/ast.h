// The syntax tree of Rego modules.
//
// One node type, Term, for everything that has a value; Expr for a statement of a body; Rule and Module above them. All
// nodes belong to an Ast and live in its arena, their lists and texts with them; they are freed together, and pointers between
// nodes are plain. Every node has its span.
//
// The tree exists in two forms. The parser makes the *surface form*: names as written, nested calls, `:=`, `some`,
// `every`, template strings. check.h rewrites it in place into the *core form*, which lower.h reads; what the core form
// guarantees is stated there.
#pragma once

#include <deque>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/vector.hpp>  // a vector whose header is no larger than it has to be

#include "engine/base/arena.h"
#include "engine/base/span.h"
#include "engine/program/language.h"

namespace writ::lang {

struct Body;
struct Expr;
struct Term;
struct With;

// What the lists of nodes get their memory from: the arena of the tree they belong to, which takes nothing back. A list that is
// in no tree has none, and gets its own.
template <typename T>
class NodeAllocator {
 public:
  using value_type = T;

  NodeAllocator(Arena* arena = nullptr) : arena_(arena) {}
  template <typename U>
  NodeAllocator(const NodeAllocator<U>& other) : arena_(other.arena()) {}

  T* allocate(size_t count) {
    size_t bytes = count * sizeof(T);
    return static_cast<T*>(arena_ != nullptr ? arena_->allocate(bytes) : ::operator new(bytes));
  }
  void deallocate(T* items, size_t) {
    if (arena_ == nullptr) ::operator delete(items);
  }
  // A copy of a list belongs to no tree until it is put into one.
  NodeAllocator select_on_container_copy_construction() const { return {}; }

  Arena* arena() const { return arena_; }
  friend bool operator==(NodeAllocator a, NodeAllocator b) { return a.arena_ == b.arena_; }

 private:
  Arena* arena_;
};

template <typename T>
using NodeList = boost::container::vector<
    T, NodeAllocator<T>,
    boost::container::vector_options_t<boost::container::stored_size<uint32_t>,
                                       boost::container::growth_factor<boost::container::growth_factor_100>>>;
using TermList = NodeList<Term*>;
using ExprList = NodeList<Expr*>;
using WithList = NodeList<With>;

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

// The walks read little else than terms, so a term is one line of the cache.
struct Term {
  Term() = default;
  explicit Term(Arena* arena) : items(arena) {}

  TermKind kind = TermKind::kNull;
  bool boolean : 1 = false;
  bool infix : 1 = false;    // kCall: written as an operator; the operator term then names the built-in ("plus", "eq", …)
  bool raw : 1 = false;      // kString, kTemplate: written between backticks
  bool parenthesised : 1 = false;
  bool flat : 1 = false;     // no comprehension and no template string is at or below it; what is true of it may not be said
  bool sorted : 1 = false;   // kSet, kObject: `items` are what sorted_items of term_order.h gives
  uint16_t height = 1;       // levels of nodes from here down; at most kMaxNesting after parsing, so walks may recurse
  Span span;
  std::string_view text;     // lives as long as the Ast: Ast::keep
  TermList items;
  Body* body = nullptr;
};
static_assert(sizeof(void*) != 8 || sizeof(Term) == 64);

// Whether no statement is below: walks that look for some need not look here.
inline bool is_flat(const Term& t) { return t.flat || (t.items.empty() && t.body == nullptr); }

struct Body {
  Body() = default;
  explicit Body(Arena* arena) : exprs(arena) {}

  Span span;
  uint16_t height = 1;       // as in Term
  ExprList exprs;
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
  Expr() = default;
  explicit Expr(Arena* arena) : symbols(arena), operands(arena), withs(arena) {}

  ExprKind kind = ExprKind::kTerm;
  Span span;
  bool negated = false;    // legacy `not e`
  bool generated = false;  // made by a rewriting, not written by the author
  uint16_t height = 1;     // as in Term
  Term* term = nullptr;
  TermList symbols;
  Term* key = nullptr;
  Term* value = nullptr;
  Term* domain = nullptr;
  Body* body = nullptr;
  ExprList operands;
  WithList withs;
};

// METADATA comments, kept as the YAML text. The check reads it, once.
struct Annotation {
  Span span;
  std::string yaml;       // comment marks stripped
  bool is_read = false;
  Term* object = nullptr;  // what it says; null if it is wrong
  std::string scope;
  std::string not_json;    // why it has no value that could be shown; empty if it has
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
  Head() = default;
  explicit Head(Arena* arena) : args(arena) {}

  Span span;
  HeadKind kind = HeadKind::kComplete;
  Term* ref = nullptr;            // kRef as written, relative to the package: head var, then steps
  TermList args;                  // kFunction
  Term* value = nullptr;          // null = true (kPartialSet: null)
  Term* key = nullptr;            // kPartialSet: the element
  bool assigned = false;          // the value was written with `:=`
  bool has_contains = false;      // written with `contains`
};

struct Rule {
  explicit Rule(Arena* arena) : head(arena), else_chain(arena), annotations(arena) {}

  Span span;
  bool is_default = false;
  Head head;
  Body* body = nullptr;           // never null after parsing; `true` where none was written
  bool has_body = false;          // whether one was written
  bool has_if = false;            // written with `if`
  NodeList<Rule*> else_chain;     // in order; their heads carry only `value`
  NodeList<Annotation*> annotations;
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
  Ast() = default;
  Ast(const Ast&) = delete;  // the nodes know where the arena is
  Ast& operator=(const Ast&) = delete;

  Term* term(TermKind kind, Span span) {
    Term* term = make<Term>(span);
    term->kind = kind;
    return term;
  }
  Expr* expr(ExprKind kind, Span span) {
    Expr* expr = make<Expr>(span);
    expr->kind = kind;
    return expr;
  }
  Body* body(Span span) { return make<Body>(span); }
  Rule* rule(Span span) { return make<Rule>(span); }
  Import* import() { return &imports_.emplace_back(); }
  Annotation* annotation() { return &annotations_.emplace_back(); }
  Module* module() { return &modules_.emplace_back(); }

  // Limits what the tree may grow by from here on; beyond it Failure(E_MEMORY) is thrown.
  void limit_growth(uint64_t bytes) { arena_.set_limit(bytes > UINT64_MAX - arena_.used() ? UINT64_MAX : arena_.used() + bytes); }

  // A copy of the text that lives as long as the tree does.
  std::string_view keep(std::string_view text) { return arena_.copy(text); }

 private:
  // Nothing of such a node is outside the arena, so it need not be destroyed.
  template <typename Node>
  Node* make(Span span) {
    Node* node = new (arena_.allocate(sizeof(Node))) Node(&arena_);
    node->span = span;
    return node;
  }

  Arena arena_;
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
