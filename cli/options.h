// The flags of a command: declared once, and parsing, help, environment variables and suggestions follow.
//
// A flag that is not on the command line is looked up in the environment as WRIT_<COMMAND>_<FLAG>, upper case, dashes
// as underscores. Flags that OPA has and writ does not are declared as unsupported: using one is an error that says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/terminal.h"

namespace writ::cli {

class OptionSet {
 public:
  // `arguments` is the text after the flags in the usage line; `about` begins the help text, `notes` ends it.
  OptionSet(std::string command, std::string arguments, std::string about, std::string notes = {});

  // `names` as in "-d,--data". What is already in the target is the default. `value` names the value in the help text.
  void flag(std::string names, bool& target, std::string help);
  void text(std::string names, std::string& target, std::string value, std::string help);
  void optional_text(std::string names, std::optional<std::string>& target, std::string value, std::string help);
  void texts(std::string names, std::vector<std::string>& target, std::string value, std::string help);
  void number(std::string names, std::optional<uint64_t>& target, std::string value, std::string help);
  void choice(std::string names, std::string& target, std::vector<std::string> choices, std::string help);
  void unsupported(std::string names, bool takes_value);
  void words(std::vector<std::string>& target);

  // Fills the targets. Returns an exit status if the command is over already: help was printed, or the usage is wrong,
  // which was reported on stderr; the status for that is in the command table.
  std::optional<int> parse(const std::vector<std::string>& words, Terminal& terminal);

 private:
  using Target = std::variant<std::monostate, bool*, std::string*, std::optional<std::string>*,
                              std::vector<std::string>*, std::optional<uint64_t>*>;
  struct Option {
    std::string names;
    Target target;
    std::string value;
    std::string help;
    std::vector<std::string> choices;
    bool is_supported = true;
  };

  class Parser;

  void add(Option option) { options_.push_back(std::move(option)); }
  void print_help(std::ostream& out) const;
  void print_unsupported(std::ostream& out) const;
  int usage_error(std::string_view message, Terminal& terminal) const;
  std::string environment_name(const Option& option) const;
  std::vector<std::string> long_names() const;

  std::string command_;
  std::string arguments_;
  std::string about_;
  std::string notes_;
  std::vector<Option> options_;
  std::vector<std::string>* words_ = nullptr;
};

}  // namespace writ::cli
