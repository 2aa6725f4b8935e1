#include "engine/api/module_package.h"

#include "engine/base/diagnostic.h"
#include "lang/syntax/ast.h"
#include "lang/syntax/parse.h"

namespace writ {

std::optional<std::vector<std::string>> module_package(const lang::Source& module, const Language& language) {
  SourceMap sources;
  lang::Ast ast;
  std::vector<Diagnostic> diagnostics;
  uint32_t file = sources.add(module.name, module.text);
  const lang::Module* parsed = lang::parse_module(sources, file, language, ast, diagnostics);
  if (parsed == nullptr) return std::nullopt;
  return parsed->package;
}

}  // namespace writ
