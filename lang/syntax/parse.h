// Text to surface syntax tree.
//
// Errors are OPA's, in code, place, wording and order (`rego_parse_error`): all that were found up to the first statement that
// cannot be read. A tree with errors must not be compiled. Nesting is bounded (kMaxNesting), so hostile text cannot exhaust
// the stack.
#pragma once

#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

inline constexpr uint32_t kMaxNesting = 500;
// Of one file, no more than this many errors are listed: the first in the text.
inline constexpr uint32_t kMaxErrors = 200;

// Whether METADATA comments become annotations, or are comments like any others.
enum class Metadata : uint8_t { kRead, kIgnored };

// Parses file number `file` of `sources`. Null if the file has errors, which are appended to `diagnostics`.
Module* parse_module(const SourceMap& sources, uint32_t file, const Language& language, Ast& ast,
                     std::vector<Diagnostic>& diagnostics, Metadata metadata = Metadata::kRead);

// Parses a query: a body such as `data.test.p = x; y := 1`. Where `scope` is not null, what that module imports is in force
// in it: its keywords, and the version that `rego.v1` or `rego.v2` stands for. Null on errors.
Body* parse_query(const SourceMap& sources, uint32_t file, const Language& language, Ast& ast,
                  std::vector<Diagnostic>& diagnostics, const Module* scope = nullptr);

// Parses a single term (an `input_term` of OPA's suite). Null on errors.
Term* parse_term(const SourceMap& sources, uint32_t file, Ast& ast, std::vector<Diagnostic>& diagnostics);

}  // namespace writ::lang
