// Parsing and help, both from the declared options. CLI11 splits the command line and finds environment variables;
// Parser hands the values to their targets and words the errors, so that every command reports wrong usage in the same
// way: one line, with the nearest name, and the exit status of the command's row in commands.cc.
#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/suggest.h"

namespace writ::cli {

OptionSet::OptionSet(std::string command, std::string arguments, std::string about, std::string notes)
    : command_(std::move(command)),
      arguments_(std::move(arguments)),
      about_(std::move(about)),
      notes_(std::move(notes)) {}

namespace {

// What applies without the flag is what its target holds when it is declared.
std::string with_default(std::string help, std::string_view value) {
  return value.empty() ? help : help + " (default " + std::string(value) + ")";
}

}  // namespace

void OptionSet::flag(std::string names, bool& target, std::string help) {
  add({std::move(names), &target, "", with_default(std::move(help), target ? "true" : ""), {}});
}
void OptionSet::text(std::string names, std::string& target, std::string value, std::string help) {
  add({std::move(names), &target, std::move(value), with_default(std::move(help), target), {}});
}
void OptionSet::optional_text(std::string names, std::optional<std::string>& target, std::string value,
                              std::string help) {
  add({std::move(names), &target, std::move(value), std::move(help), {}});
}
void OptionSet::texts(std::string names, std::vector<std::string>& target, std::string value, std::string help) {
  add({std::move(names), &target, std::move(value), std::move(help), {}});
}
void OptionSet::number(std::string names, std::optional<uint64_t>& target, std::string value, std::string help) {
  add({std::move(names), &target, std::move(value), std::move(help), {}});
}
void OptionSet::choice(std::string names, std::string& target, std::vector<std::string> choices, std::string help) {
  std::string value = "{";
  for (const std::string& choice : choices) value += (value.size() > 1 ? "," : "") + choice;
  add({std::move(names), &target, value + "}", with_default(std::move(help), target), std::move(choices)});
}
void OptionSet::unsupported(std::string names, bool takes_value) {
  Option option{std::move(names), std::monostate(), takes_value ? "VALUE" : "", "", {}};
  option.is_supported = false;
  add(std::move(option));
}
void OptionSet::words(std::vector<std::string>& target) {
  words_ = &target;
}

// --- Parsing ---------------------------------------------------------------------------------------------------------

namespace {

// The long name of "-d,--data" without dashes; the short one if there is no other.
std::string bare_name(const std::string& names) {
  size_t at = names.rfind("--");
  return names.substr(at == std::string::npos ? 1 : at + 2);
}

// CLI11 would take "-1" for a number without sign.
std::optional<uint64_t> read_number(const std::string& text) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::string backquoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

struct UsageError {
  std::string message;
};

}  // namespace

std::string OptionSet::environment_name(const Option& option) const {
  std::string name = "WRIT_" + command_ + "_" + bare_name(option.names);
  for (char& c : name) c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

std::vector<std::string> OptionSet::long_names() const {
  std::vector<std::string> names{"--help"};
  for (const Option& option : options_) {
    if (option.is_supported) names.push_back("--" + bare_name(option.names));
  }
  return names;
}

// One run of CLI11 over a set of options. CLI11 fills flags and lists by itself; other values are taken as text and
// checked here.
class OptionSet::Parser {
 public:
  explicit Parser(OptionSet& set) : set_(set), texts_(set.options_.size()) {
    app_.set_help_flag("-h,--help");
    app_.allow_extras();
    for (size_t i = 0; i < set.options_.size(); ++i) declare(i);
  }

  // Throws CLI::CallForHelp and CLI::Error.
  void run(const std::vector<std::string>& words) {
    // CLI11 would split arguments in brackets, so it gets none; after "--" nothing is a flag.
    auto flags_end = std::find(words.begin(), words.end(), "--");
    std::vector<std::string> reversed(std::make_reverse_iterator(flags_end), words.rend());
    app_.parse(reversed);
    for (const std::string& extra : app_.remaining()) take_extra(extra);
    if (flags_end != words.end()) positionals_.insert(positionals_.end(), flags_end + 1, words.end());
    for (size_t i = 0; i < parsed_.size(); ++i) {
      if (parsed_[i]->count() > 0) take_value(set_.options_[i], texts_[i]);
    }
    if (set_.words_ != nullptr) {
      *set_.words_ = std::move(positionals_);
    } else if (!positionals_.empty()) {
      throw UsageError{"unexpected argument " + backquoted(positionals_[0])};
    }
  }

 private:
  void declare(size_t i) {
    Option& option = set_.options_[i];
    CLI::Option* made = nullptr;
    if (auto* flag = std::get_if<bool*>(&option.target)) {
      made = app_.add_flag(option.names, **flag);
    } else if (auto* list = std::get_if<std::vector<std::string>*>(&option.target)) {
      made = app_.add_option(option.names, **list)->allow_extra_args(false);
    } else if (!option.is_supported && option.value.empty()) {
      made = app_.add_flag(option.names);
    } else if (!option.is_supported) {
      made = app_.add_option(option.names, ignored_)->allow_extra_args(false);
    } else {
      made = app_.add_option(option.names, texts_[i])->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    made->envname(set_.environment_name(option));
    parsed_.push_back(made);
  }

  void take_extra(const std::string& extra) {
    if (!extra.starts_with('-') || extra == "-" || extra.starts_with("- ")) {
      positionals_.push_back(extra);
      return;
    }
    std::vector<std::string> names = set_.long_names();
    std::string_view name = std::string_view(extra).substr(0, extra.find('='));
    throw UsageError{"unknown flag " + backquoted(name) + did_you_mean(name, names)};
  }

  // Checks the value of an option that was given and hands it to its target.
  static void take_value(Option& option, const std::string& text) {
    std::string name = "`--" + bare_name(option.names) + "`";
    if (!option.is_supported) throw UsageError{name + " is not supported"};
    const std::vector<std::string>& choices = option.choices;
    if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
      throw UsageError{"invalid value " + backquoted(text) + " for " + name + ": expected one of " + option.value +
                       did_you_mean(text, choices)};
    }
    if (auto* target = std::get_if<std::string*>(&option.target)) **target = text;
    if (auto* target = std::get_if<std::optional<std::string>*>(&option.target)) **target = text;
    if (auto* target = std::get_if<std::optional<uint64_t>*>(&option.target)) {
      **target = read_number(text);
      if (!**target)
        throw UsageError{"invalid value " + backquoted(text) + " for " + name + ": expected a whole number"};
    }
  }

  OptionSet& set_;
  CLI::App app_;
  std::vector<CLI::Option*> parsed_;  // in the order of the options
  std::vector<std::string> texts_;    // values, for options that are neither flags nor lists
  std::vector<std::string> positionals_;
  std::vector<std::string> ignored_;  // values of options that are not supported
};

std::optional<int> OptionSet::parse(const std::vector<std::string>& words, Terminal& terminal) {
  try {
    Parser(*this).run(words);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    print_help(terminal.out);
    return kExitOk;
  } catch (const CLI::Error& error) {
    return usage_error(error.what(), terminal);
  } catch (const UsageError& error) {
    return usage_error(error.message, terminal);
  }
}

int OptionSet::usage_error(std::string_view message, Terminal& terminal) const {
  terminal.err << "writ " << command_ << ": " << message << "  (writ " << command_ << " --help)\n";
  for (const Command& command : commands()) {
    if (command.name == command_) return command.usage_exit;
  }
  return kExitInput;
}

// --- Help ------------------------------------------------------------------------------------------------------------

namespace {

void print_flag(std::ostream& out, const std::string& names, const std::string& value, const std::string& help) {
  constexpr size_t kColumn = 34;
  std::string left = names.starts_with("--") ? "      " + names : "  " + names;
  size_t comma = left.find(",--");
  if (comma != std::string::npos) left.insert(comma + 1, " ");
  if (!value.empty()) left += " " + value;
  out << left;
  if (left.size() + 2 > kColumn) {
    out << '\n' << std::string(kColumn, ' ');
  } else {
    out << std::string(kColumn - left.size(), ' ');
  }
  out << help << '\n';
}

}  // namespace

void OptionSet::print_unsupported(std::ostream& out) const {
  constexpr size_t kWidth = 100;
  std::string line;
  for (const Option& option : options_) {
    if (option.is_supported) continue;
    std::string name = "--" + bare_name(option.names);
    if (line.empty()) {
      line = "\nOPA flags that are not supported: ";
    } else if (line.size() + name.size() >= kWidth) {
      out << line << '\n';
      line = "  ";
    } else {
      line += " ";
    }
    line += name;
  }
  if (!line.empty()) out << line << '\n';
}

void OptionSet::print_help(std::ostream& out) const {
  out << "Usage: writ " << command_ << " [flags]" << (arguments_.empty() ? "" : " ") << arguments_ << "\n\n"
      << about_ << "\n\nFlags:\n";
  for (const Option& option : options_) {
    if (option.is_supported) print_flag(out, option.names, option.value, option.help);
  }
  print_flag(out, "-h,--help", "", "print this help");
  print_unsupported(out);
  if (!notes_.empty()) out << '\n' << notes_ << '\n';
  print_exit_statuses(out, command_);
}

}  // namespace writ::cli
