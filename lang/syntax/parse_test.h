// What the tests of the parser share: trees in one line, and errors.
#pragma once

#include <string>
#include <vector>

#include "lang/syntax/parse.h"

namespace writ::lang {

constexpr RegoVersion kV0 = RegoVersion::kV0;
constexpr RegoVersion kV1 = RegoVersion::kV1;

inline std::string text_of(const Body& body) {
  std::string out;
  for (const Expr* expr : body.exprs) out += (out.empty() ? "" : "; ") + to_text(*expr);
  return out;
}

// A rule in one line: what it is, its head, its body where one was written, its branches.
inline std::string outline(const Rule& rule) {
  constexpr const char* kKinds[] = {"complete", "function", "set", "object"};
  std::string out = rule.is_default ? "default " : "";
  const Head& head = rule.head;
  if (head.ref != nullptr) out += kKinds[static_cast<int>(head.kind)] + (" " + to_text(*head.ref));
  if (!head.args.empty()) {
    out += '(';
    for (const Term* arg : head.args) out += (out.back() == '(' ? "" : ", ") + to_text(*arg);
    out += ')';
  }
  if (head.key != nullptr) out += " has " + to_text(*head.key);
  if (head.value != nullptr) out += " = " + to_text(*head.value);
  if (rule.has_body) out += " { " + text_of(*rule.body) + " }";
  for (const Rule* branch : rule.else_chain) out += " else" + outline(*branch);
  return out;
}

struct Parsed {
  explicit Parsed(std::string text, RegoVersion version = kV1, bool experimental = false) {
    uint32_t file = sources.add("test.rego", std::move(text));
    module = parse_module(sources, file, {version, experimental}, ast, diagnostics);
  }

  std::string rules() const {
    if (module == nullptr) return "errors: " + messages();
    std::string out;
    for (const Rule* rule : module->rules) out += (out.empty() ? "" : "\n") + outline(*rule);
    return out;
  }
  // "row:column message", one a line.
  std::string messages() const {
    std::string out;
    for (const Diagnostic& d : diagnostics) {
      Position at = sources.position(d.span.file, d.span.begin);
      out += (out.empty() ? "" : "\n") + std::to_string(at.row) + ":" + std::to_string(at.column) + " " + d.message;
    }
    return out;
  }
  Position at(Span span) const { return sources.position(span.file, span.begin); }
  std::string place(Span span) const { return std::to_string(at(span).row) + ":" + std::to_string(at(span).column); }

  SourceMap sources;
  Ast ast;
  std::vector<Diagnostic> diagnostics;
  Module* module = nullptr;
};

inline std::string rules(std::string text, RegoVersion version = kV1) { return Parsed("package p\n" + text, version).rules(); }
inline std::string errors(std::string text, RegoVersion version = kV1) {
  return Parsed("package p\n" + text, version).messages();
}

struct Query {
  explicit Query(std::string text, RegoVersion version = kV1, bool experimental = false) {
    uint32_t file = sources.add("", std::move(text));
    body = parse_query(sources, file, {version, experimental}, ast, diagnostics);
  }
  std::string text() const {
    if (body == nullptr) return "error: " + (diagnostics.empty() ? std::string("none") : diagnostics[0].message);
    return text_of(*body);
  }
  SourceMap sources;
  Ast ast;
  std::vector<Diagnostic> diagnostics;
  Body* body = nullptr;
};

inline std::string query(std::string text) { return Query(std::move(text)).text(); }
inline std::string logical(std::string text) { return Query(std::move(text), kV1, true).text(); }

}  // namespace writ::lang
