// The commands, one row each: everything that lists them reads this table.
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

int run_eval(const Words& words, Terminal& terminal);
int run_check(const Words& words, Terminal& terminal);
int run_test(const Words& words, Terminal& terminal);
int run_build(const Words& words, Terminal& terminal);
int run_decide(const Words& words, Terminal& terminal);
int run_replay(const Words& words, Terminal& terminal);
int run_explain(const Words& words, Terminal& terminal);
int run_capabilities(const Words& words, Terminal& terminal);
int run_version(const Words& words, Terminal& terminal);

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
