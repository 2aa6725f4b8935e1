// The exit statuses of the program, from the one table of exit_status.def.
#pragma once

#include <iosfwd>
#include <string_view>

#include "engine/base/error_class.h"

namespace writ::cli {

enum ExitStatus : int {
#define EXIT_STATUS(name, number) name = number,
#include "cli/exit_status.def"
};

// The rows for a command, as its help prints them; nothing for a command that has none.
void print_exit_statuses(std::ostream& out, std::string_view command);

// The status of `writ decide` for a failure. `rejected`: it is a fault of the input, which was not evaluated.
ExitStatus exit_status_of(ErrorCode code, bool rejected);

// Which of two statuses of `writ decide` stands for both: the one that comes first in its rows.
ExitStatus graver(ExitStatus a, ExitStatus b);

}  // namespace writ::cli
