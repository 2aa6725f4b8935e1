// The program `writ`.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/commands.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  writ::cli::Terminal terminal{std::cin, std::cout, std::cerr};
  terminal.out_is_terminal = isatty(STDOUT_FILENO) != 0;
  terminal.err_is_terminal = isatty(STDERR_FILENO) != 0;
  terminal.environment = [](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::optional<std::string>() : std::optional<std::string>(value);
  };
  terminal.err_colour = writ::cli::wants_colour(terminal, terminal.err_is_terminal);
  return writ::cli::run_program(writ::cli::Words(argv + (argc > 0 ? 1 : 0), argv + argc), terminal);
}
