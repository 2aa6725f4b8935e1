// The commands of commands.def.
//
// A command lives in a file of its own, cli/<name>.cc. It gets the words after its name and returns the exit code; a
// CommandFailure or a Failure that it throws becomes a message and a code in run_program().
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"

namespace writ::cli {

using Words = std::vector<std::string>;

#define COMMAND(name, usage_exit, about) int run_##name(const Words& words, Terminal& terminal);
#include "cli/commands.def"
#undef COMMAND

struct Command {
  std::string_view name;
  std::string_view about;
  int usage_exit;  // for flags and words that make no sense
  int (*run)(const Words& words, Terminal& terminal);
};

std::span<const Command> commands();

// The whole program but for the streams: words are those after the program's name.
int run_program(const Words& words, Terminal& terminal);

}  // namespace writ::cli
