// Which package a module declares, for whoever has to know before compiling: a bundle may only give what its roots permit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/program/language.h"
#include "lang/compile.h"

namespace writ {

// The package without "data": {"a", "b"} for `package a.b`. Nothing if the text does not parse; compiling says why.
std::optional<std::vector<std::string>> module_package(const lang::Source& module, const Language& language);

}  // namespace writ
