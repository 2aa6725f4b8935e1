// Template strings, $"a {x}": the compiler makes each one a call with the array of its parts.
#include <string>
#include <vector>

#include "engine/base/evaluation_errors.h"
#include "engine/builtins/print_text.h"
#include "engine/builtins/support.h"

namespace writ {

Value builtin_internal_template_string(BuiltinCall& call) {
  ChargedText text(call);
  for (const Value& part : call[0].items()) {
    std::vector<std::string> texts = print_alternatives(call, part);
    if (texts.size() > 1) throw Failure(conflict_error("template-strings must not produce multiple outputs"));
    text.append(texts[0]);
  }
  return text.finish();
}

}  // namespace writ
