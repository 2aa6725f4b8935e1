#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/suggest.h"

namespace writ::cli {

OptionSet::OptionSet(std::string command, std::string arguments, std::string about, std::string notes)
    : command_(std::move(command)),
      arguments_(std::move(arguments)),
      about_(std::move(about)),
      notes_(std::move(notes)) {}

void OptionSet::flag(std::string names, bool& target, std::string help) {
  add({std::move(names), &target, "", std::move(help), {}});
}
void OptionSet::text(std::string names, std::string& target, std::string value, std::string help) {
  add({std::move(names), &target, std::move(value), std::move(help), {}});
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
  add({std::move(names), &target, value + "}", std::move(help), std::move(choices)});
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
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::string backquoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

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

std::optional<int> OptionSet::parse(const std::vector<std::string>& words, Terminal& terminal) {
  CLI::App app;
  app.set_help_flag("-h,--help");
  app.allow_extras();
  std::vector<CLI::Option*> parsed;
  std::vector<std::string> texts(options_.size());
  std::vector<std::string> ignored;
  for (size_t i = 0; i < options_.size(); ++i) {
    Option& option = options_[i];
    CLI::Option* made = nullptr;
    if (auto* flag = std::get_if<bool*>(&option.target)) {
      made = app.add_flag(option.names, **flag);
    } else if (auto* list = std::get_if<std::vector<std::string>*>(&option.target)) {
      made = app.add_option(option.names, **list)->allow_extra_args(false);
    } else if (!option.is_supported && option.value.empty()) {
      made = app.add_flag(option.names);
    } else if (!option.is_supported) {
      made = app.add_option(option.names, ignored)->allow_extra_args(false);
    } else {
      made = app.add_option(option.names, texts[i])->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    made->envname(environment_name(option));
    parsed.push_back(made);
  }
  // CLI11 would take words in brackets apart, so it is not told of words; after "--" nothing is a flag.
  auto flags_end = std::find(words.begin(), words.end(), "--");
  std::vector<std::string> positionals;
  std::vector<std::string> reversed(std::make_reverse_iterator(flags_end), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    print_help(terminal.out);
    return kExitOk;
  } catch (const CLI::Error& error) {
    return usage_error(error.what(), terminal);
  }
  for (const std::string& extra : app.remaining()) {
    if (!extra.starts_with('-') || extra == "-" || extra.starts_with("- ")) {
      positionals.push_back(extra);
      continue;
    }
    std::vector<std::string> names = long_names();
    std::string_view name = std::string_view(extra).substr(0, extra.find('='));
    return usage_error("unknown flag " + backquoted(name) + did_you_mean(name, names), terminal);
  }
  if (flags_end != words.end()) positionals.insert(positionals.end(), flags_end + 1, words.end());
  for (size_t i = 0; i < options_.size(); ++i) {
    Option& option = options_[i];
    if (parsed[i]->count() == 0) continue;
    if (!option.is_supported) return usage_error("--" + bare_name(option.names) + " is not supported", terminal);
    if (!option.choices.empty() &&
        std::find(option.choices.begin(), option.choices.end(), texts[i]) == option.choices.end()) {
      return usage_error(backquoted(texts[i]) + " is no value for --" + bare_name(option.names) + ", which takes " +
                             option.value + did_you_mean(texts[i], option.choices),
                         terminal);
    }
    if (auto* text = std::get_if<std::string*>(&option.target)) **text = texts[i];
    if (auto* optional = std::get_if<std::optional<std::string>*>(&option.target)) **optional = texts[i];
    if (auto* number = std::get_if<std::optional<uint64_t>*>(&option.target)) {
      if (!(** number = read_number(texts[i]))) {
        return usage_error(
            backquoted(texts[i]) + " is no value for --" + bare_name(option.names) + ", which takes a whole number",
            terminal);
      }
    }
  }
  if (words_ != nullptr) {
    *words_ = std::move(positionals);
  } else if (!positionals.empty()) {
    return usage_error("unexpected word " + backquoted(positionals[0]), terminal);
  }
  return std::nullopt;
}

int OptionSet::usage_error(std::string_view message, Terminal& terminal) const {
  terminal.err << "writ " << command_ << ": " << message << "  (writ " << command_ << " --help)\n";
  for (const Command& command : commands()) {
    if (command.name == command_) return command.usage_exit;
  }
  return kExitInput;
}

// --- Help ------------------------------------------------------------------------------------------------------------

void OptionSet::print_help(std::ostream& out) const {
  constexpr size_t kColumn = 34;
  out << "Usage: writ " << command_ << " [flags]" << (arguments_.empty() ? "" : " ") << arguments_ << "\n\n"
      << about_ << "\n\nFlags:\n";
  auto print = [&](const std::string& names, const std::string& value, const std::string& help) {
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
  };
  for (const Option& option : options_) {
    if (option.is_supported) print(option.names, option.value, option.help);
  }
  print("-h,--help", "", "this text");
  std::string missing;
  for (const Option& option : options_) {
    if (!option.is_supported) missing += (missing.empty() ? "" : " ") + ("--" + bare_name(option.names));
  }
  if (!missing.empty()) out << "\nFlags of OPA that are not supported: " << missing << '\n';
  if (!notes_.empty()) out << '\n' << notes_ << '\n';
}

}  // namespace writ::cli
