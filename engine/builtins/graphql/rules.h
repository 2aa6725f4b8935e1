// The rules, each made by a function of its name: make_scalar_leafs().
#pragma once

#include <memory>

#include "engine/builtins/graphql/validate.h"

namespace writ::graphql {

#define RULE(name) std::unique_ptr<Rule> make_##name();
#include "engine/builtins/graphql/rules.def"
#undef RULE

}  // namespace writ::graphql
