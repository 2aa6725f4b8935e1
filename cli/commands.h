// The commands of commands.def.
//
// A command lives in a file of its own, cli/<name>.cc. It gets the arguments after its name and returns the exit
// status; a CommandFailure or a Failure that it throws becomes a message and a status in run_program().
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"

namespace writ::cli {

using Words = std::vector<std::string>;

#define COMMAND(name, usage_exit, failure_exit, about) int run_##name(const Words& words, Terminal& terminal);
#include "cli/commands.def"
#undef COMMAND

constexpr int kExitByClass = -1;

struct Command {
  std::string_view name;
  std::string_view about;
  int usage_exit;    // the exit status for invalid flags and arguments
  int failure_exit;  // the one for any other failure, or kExitByClass
  int (*run)(const Words& words, Terminal& terminal);
};

std::span<const Command> commands();

// The whole program except for the streams; `words` are the arguments after the program's name.
int run_program(const Words& words, Terminal& terminal);

}  // namespace writ::cli
