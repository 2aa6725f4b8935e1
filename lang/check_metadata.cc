// rego.metadata.chain() and rego.metadata.rule(): annotations become constants of the rules that ask for them.
#include "lang/check_internal.h"

namespace writ::lang {

void rewrite_metadata(Checker&) {}

}  // namespace writ::lang
