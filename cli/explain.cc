// writ explain: what a code means that this program prints, whatever prints it, or what a built-in function does.
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/options.h"
#include "cli/suggest.h"
#include "engine/api/capabilities.h"
#include "engine/api/diagnostics.h"
#include "engine/base/error_class.h"
#include "engine/base/json_writer.h"
#include "replay/replay.h"

namespace writ::cli {

namespace {

// "E_FUEL", or its number as it stands in records and in C.
std::optional<std::string> describe_error_code(const std::string& word) {
  ErrorCode code = error_code_from_name(word);
  if (auto number = read_decimal(word); number && *number <= UINT16_MAX) code = static_cast<ErrorCode>(*number);
  if (error_code_name(code).empty()) return std::nullopt;
  std::string text(error_code_name(code));
  text += " (error code " + std::to_string(static_cast<uint16_t>(code)) + ")\n  ";
  text.append(error_code_text(code)).append("\n  help: ").append(error_class_help(error_class(code)));
  return text + "\n";
}

std::optional<std::string> describe_replay_result(const std::string& word) {
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    const ReplayClassRow& row = replay_class_row(static_cast<ReplayClass>(i));
    if (row.code != word) continue;
    std::string text(row.code);
    text.append(" (result of writ replay, exit status ").append(std::to_string(row.exit_code)).append(")\n  ");
    return text.append(row.text).append("\n");
  }
  return std::nullopt;
}

// Codes that OPA gives errors of an evaluation.
struct EvaluationCode {
  std::string_view opa_code;
  ErrorCode code;
};
constexpr EvaluationCode kEvaluationCodes[] = {{"eval_conflict_error", ErrorCode::E_CONFLICT},
                                               {"eval_builtin_error", ErrorCode::E_BUILTIN},
                                               {"eval_type_error", ErrorCode::E_BUILTIN},
                                               {"eval_internal_error", ErrorCode::E_BUILTIN}};

std::optional<std::string> describe_evaluation_code(const std::string& word) {
  for (const EvaluationCode& row : kEvaluationCodes) {
    if (row.opa_code != word) continue;
    return word + " (a code of OPA) is " + *describe_error_code(std::string(error_code_name(row.code)));
  }
  return std::nullopt;
}

// OPA's code has many diagnostics: their list.
std::optional<std::string> describe_opa_code(const std::string& word) {
  std::string text;
  for (const std::string& code : diagnostic_codes()) {
    std::optional<std::string> description = describe_diagnostic(code);
    if (!description || description->find("(OPA: " + word + ")") == std::string::npos) continue;
    size_t line = description->find("\n  ") + 3;
    text += "  " + code + "  " + description->substr(line, description->find('\n', line) - line) + "\n";
  }
  if (text.empty()) return std::nullopt;
  return word + " (a code of OPA) is one of:\n" + text;
}

std::vector<std::string> all_codes() {
  std::vector<std::string> codes = diagnostic_codes();
  for (uint32_t number = 1; number <= UINT8_MAX; ++number) {
    std::string_view name = error_code_name(static_cast<ErrorCode>(number));
    if (!name.empty()) codes.emplace_back(name);
  }
  for (size_t i = 0; i < kReplayClassCount; ++i) {
    codes.emplace_back(replay_class_row(static_cast<ReplayClass>(i)).code);
  }
  return codes;
}

std::optional<std::string> describe(const std::string& word) {
  for (auto* find : {&describe_error_code, &describe_replay_result, &describe_evaluation_code, &describe_opa_code}) {
    if (std::optional<std::string> description = find(word)) return description;
  }
  if (std::optional<std::string> description = describe_builtin(word)) return description;
  return describe_diagnostic(word);
}

}  // namespace

int run_explain(const Words& words, Terminal& terminal) {
  Words codes;
  bool list = false;
  OptionSet options("explain", "CODE|BUILT-IN",
                    "Explain what a code means and what to do about it, or what a built-in function does. Codes are those of\n"
                    "diagnostics (REGO0207), errors (E_FUEL), results of replay (OUTPUT_MISMATCH) and OPA (rego_type_error).");
  options.flag("--list", list, "list the codes of diagnostics, errors and results of replay");
  options.words(codes);
  if (auto over = options.parse(words, terminal)) return *over;
  if (list) {
    for (const std::string& code : all_codes()) terminal.out << code << '\n';
    return kExitOk;
  }
  if (codes.size() != 1) throw CommandFailure(kExitInput, "specify one code, such as REGO0207, or built-in function");
  std::optional<std::string> description = describe(codes[0]);
  if (!description) {
    throw CommandFailure(kExitInput, "unknown code or built-in function `" + codes[0] + "`" +
                                         did_you_mean(codes[0], all_codes()));
  }
  terminal.out << *description;
  return kExitOk;
}

}  // namespace writ::cli
