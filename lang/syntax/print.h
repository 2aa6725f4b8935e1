// Trees as text that is read again, where text as OPA's String() writes it (to_text in ast.h) may not be: OPA quotes strings as
// Go does, and calls the operators of sets by names that may be keywords.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lang/syntax/ast.h"

namespace writ::lang {

enum class TextForm : uint8_t {
  kOpa,
  kRego,  // strings as in JSON; sets' operators `and` and `or` as infix
};

std::string to_text(const Term& term, TextForm form);
std::string to_text(const Expr& expr, TextForm form);
std::string to_text(const Body& body, TextForm form);
// `imports`: paths, put behind the package.
std::string to_text(const Module& module, TextForm form, const std::vector<std::string>& imports = {});

}  // namespace writ::lang
