// What a program file begins with: the compiler writes it, and whoever is given a file of unknown kind looks for it.
#pragma once

#include <string_view>

namespace writ {

inline constexpr std::string_view kProgramMagic = "WRITPRG1";

}  // namespace writ
