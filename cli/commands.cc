#include "cli/commands.h"

#include <algorithm>
#include <ostream>

#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/suggest.h"
#include "engine/base/error.h"
#include "replay/command.h"

namespace writ::cli {

namespace {

constexpr Command kCommands[] = {
#define COMMAND(name, usage_exit, failure_exit, about) {#name, about, usage_exit, failure_exit, run_##name},
#include "cli/commands.def"
#undef COMMAND
};

const Command* find_command(std::string_view name) {
  auto found =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const Command& c) { return c.name == name; });
  return found == std::end(kCommands) ? nullptr : &*found;
}

void print_help(std::ostream& out) {
  out << "Usage: writ COMMAND [flags] …\n\n"
         "A Rego policy engine whose decisions can be recorded and proven later.\n\nCommands:\n";
  for (const Command& command : kCommands) {
    out << "  " << command.name << std::string(14 - command.name.size(), ' ') << command.about << '\n';
  }
  out << "\nRun `writ COMMAND --help` for the flags of a command. Results go to standard output, everything else to\n"
         "standard error. Each flag can be set by an environment variable, such as WRIT_EVAL_FORMAT for `writ eval\n"
         "--format`. NO_COLOR turns off colours.\n";
  print_exit_statuses(out, "any");
}

int report(std::string_view command, const CommandFailure& failure, Terminal& terminal) {
  terminal.err << "writ" << (command.empty() ? "" : " ") << command << ": " << failure.message() << '\n';
  if (!failure.help().empty()) terminal.err << "  help: " << failure.help() << '\n';
  return failure.exit_status();
}

int unknown_command(const std::string& word, Terminal& terminal) {
  std::vector<std::string> names;
  for (const Command& command : kCommands) names.emplace_back(command.name);
  bool is_flag = word.starts_with('-');
  terminal.err << "writ: unknown " << (is_flag ? "flag" : "command") << " `" << word << "`"
               << (is_flag ? std::string() : did_you_mean(word, names)) << "  (writ --help)\n";
  return kExitInput;
}

// A failure that a command has no words for. Only what the engine calls internal is a bug.
int report(const Command& command, const Error& error, Terminal& terminal) {
  ErrorClass error_kind = error_class(error.code);
  if (error_kind == ErrorClass::kInternal)
    return report(command.name, CommandFailure(kExitInternal, "internal error: " + error.detail), terminal);
  int status = command.failure_exit == kExitByClass ? exit_status_of(error.code, false) : command.failure_exit;
  return report(command.name, CommandFailure(status, describe(error, ""), std::string(error_class_help(error_kind))),
                terminal);
}

int run_command(const Command& command, const Words& words, Terminal& terminal) {
  try {
    return command.run(words, terminal);
  } catch (const CommandFailure& failure) {
    return report(command.name, failure, terminal);
  } catch (const Failure& failure) {
    return report(command, failure.error(), terminal);
  } catch (const std::bad_alloc&) {
    return report(command.name, CommandFailure(kExitInternal, "out of memory"), terminal);
  } catch (const std::exception& error) {
    return report(command.name, CommandFailure(kExitInternal, std::string("internal error: ") + error.what()),
                  terminal);
  }
}

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

int run_program(const Words& words, Terminal& terminal) {
  if (words.empty()) {
    print_help(terminal.err);
    return kExitInput;
  }
  const std::string& first = words[0];
  int status = kExitOk;
  if (first == "--help" || first == "-h" || first == "help") {
    print_help(terminal.out);
  } else if (first == "--version") {
    status = run_version({}, terminal);
  } else if (const Command* command = find_command(first)) {
    status = run_command(*command, Words(words.begin() + 1, words.end()), terminal);
  } else {
    status = unknown_command(first, terminal);
  }
  terminal.out.flush();
  if (!terminal.out) {
    terminal.err << "writ: cannot write to standard output\n";
    return kExitWrite;
  }
  return status;
}

}  // namespace writ::cli
