// A case of partial evaluation, from JSON to its residue; the rows of cases.py say what its members are. The host is that of the
// conformance suite.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/json.h"
#include "engine/value/value.h"
#include "lang/compile.h"
#include "lang/partial/partial.h"

namespace writ {

// Lines of JSON, from which cases are read.
inline constexpr JsonLimits kLineLimits{256ull << 20, 512};

// Members of an object; empty where there is none of that kind.
const Value* member(const Value& object, std::string_view name);
std::vector<std::string> texts_of(const Value* list);
std::string text_of(const Value& object, std::string_view name);
bool is_set(const Value& object, std::string_view name);

// `data` and `input` are members of the case, as values or as text in JSON.
lang::PartialResult evaluate_case(const Value& given, Arena& arena);
// The same with modules and documents from elsewhere.
lang::PartialResult evaluate_case(const Value& given, const std::vector<lang::Source>& sources, const lang::CompileOptions& options,
                                  lang::PartialInput input);

}  // namespace writ
