// The residue in OPA's formats: `json` is syntax, `pretty` a table and `source` Rego text, the latter two a statement a line, where
// OPA lays out as `opa fmt` does. With --filter the result is that of OPA's Compile API, and in the format `raw` the filter alone.
#include "cli/eval_partial.h"

#include <algorithm>
#include <ostream>

#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "cli/host.h"
#include "cli/table.h"
#include "engine/api/values.h"

namespace writ::cli {

namespace {

constexpr JsonFormat kLines{JsonEscape::kHtml, "  "};

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines lines;
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// Two columns, the second of which has several lines.
void print_rows(std::ostream& out, const std::vector<std::pair<std::string, Lines>>& rows) {
  size_t left = 0, right = 0;
  for (const auto& [name, lines] : rows) {
    left = std::max(left, display_width(name));
    for (const std::string& line : lines) right = std::max(right, display_width(line));
  }
  auto rule = [&](std::string_view first, std::string_view middle, std::string_view last) {
    out << first;
    for (size_t i = 0; i < left + 2; ++i) out << "─";
    out << middle;
    for (size_t i = 0; i < right + 2; ++i) out << "─";
    out << last << '\n';
  };
  auto cell = [&](const std::string& text, size_t width) {
    out << "│ " << text << std::string(width - display_width(text) + 1, ' ');
  };
  rule("┌", "┬", "┐");
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) rule("├", "┼", "┤");
    const Lines& lines = rows[i].second;
    for (size_t line = 0; line < std::max<size_t>(lines.size(), 1); ++line) {
      cell(line == 0 ? rows[i].first : "", left);
      cell(line < lines.size() ? lines[line] : "", right);
      out << "│\n";
    }
  }
  rule("└", "┴", "┘");
}

void print_table_of(std::ostream& out, const ResidueText& text) {
  if (text.queries.empty()) {
    out << "undefined\n";
    return;
  }
  std::vector<std::pair<std::string, Lines>> rows;
  for (const Lines& query : text.queries) rows.emplace_back("Query " + std::to_string(rows.size() + 1), query);
  size_t number = 0;
  for (const std::string& module : text.support) rows.emplace_back("Support " + std::to_string(++number), lines_of(module));
  print_rows(out, rows);
}

void print_source(std::ostream& out, const ResidueText& text) {
  std::string between;
  size_t number = 0;
  for (const Lines& query : text.queries) {
    out << between << "# Query " << ++number << '\n';
    for (const std::string& line : query) out << line << '\n';
    if (query.empty()) out << '\n';
    between = "\n";
  }
  number = 0;
  for (const std::string& module : text.support) {
    out << between << "# Module " << ++number << '\n';
    for (const std::string& line : lines_of(module)) out << line << '\n';
    between = "\n";
  }
}

void print_filters(std::ostream& out, PartialAnswer& answer, const std::string& format) {
  if (format != "raw") {
    Arena arena;
    out << to_json(read_json(partial_answer_json(answer), arena), kLines) << '\n';
    return;
  }
  for (const lang::Filter& filter : answer.filters) {
    if (filter.kind != lang::Filter::Kind::kNothing) out << filter.text << '\n';
  }
}

void print_residue(std::ostream& out, PartialAnswer& answer, const std::string& format) {
  if (format == "pretty") return print_table_of(out, residue_text(answer));
  if (format == "source") return print_source(out, residue_text(answer));
  out << residue_json(answer) << '\n';
}

}  // namespace

void PartialFlags::declare(OptionSet& options) {
  options.flag("-p,--partial", partial, "evaluate as far as possible without the unknowns, and print what is left");
  options.texts("-u,--unknowns", unknowns, "REFERENCE", "a document that is not known yet; repeatable; default `input`");
  options.texts("--disable-inlining", disable_inlining, "REFERENCE", "keep this rule as one of its own; repeatable");
  options.flag("--shallow-inlining", shallow_inlining, "keep each rule that depends on an unknown as one of its own");
  options.flag("--nondeterminstic-builtins", nondeterministic_builtins,
               "call built-ins such as http.send now, if their arguments are known");
  options.texts("--filter", filters, "TARGET+DIALECT",
                "print a data filter: sql+postgresql, sql+mysql, sql+sqlserver, sql+sqlite, ucast+all, ucast+minimal, "
                "ucast+prisma, ucast+linq; repeatable; implies --partial");
  options.text("--mappings", mappings_path, "FILE", "names of tables and columns in filters, as a JSON object");
  options.text("--mask-rule", mask_rule, "REFERENCE", "the rule that says which columns of a filter's rows are masked");
}

void PartialFlags::check(const std::string& format) const {
  auto wrong = [](const char* message) { throw CommandFailure(kOpaFailed, message); };
  if (!filters.empty()) {
    if (format != "json" && format != "raw") wrong("invalid output format for data filters");
    if (format == "raw" && filters.size() > 1) wrong("the output format raw prints one data filter");
    return;
  }
  if (!mappings_path.empty() || !mask_rule.empty()) wrong("--mappings and --mask-rule are for data filters: use --filter");
  if (partial && format != "json" && format != "pretty" && format != "source") {
    wrong("invalid output format for partial evaluation");
  }
  if (!partial && format == "source") wrong("invalid output format for evaluation");
}

PartialOutcome print_partial(const PartialFlags& flags, const QueryOptions& query, const std::string& format,
                             std::shared_ptr<const Policy> policy, std::shared_ptr<const DataSet> data,
                             const std::optional<std::string>& input, Terminal& terminal) {
  PartialRequest request;
  request.query = query;
  request.query.capture = false;
  request.unknowns = flags.unknowns;
  request.disable_inlining = flags.disable_inlining;
  request.shallow_inlining = flags.shallow_inlining;
  request.nondeterministic_builtins = flags.nondeterministic_builtins;
  request.input = input;
  request.targets = flags.filters;
  if (!flags.mappings_path.empty()) request.mappings = read_whole_file(flags.mappings_path);
  request.mask_rule = flags.mask_rule;
  PrintingHost host(terminal.err);
  PartialOutcome outcome;
  outcome.answer = evaluate_partially(policy, data, host, request);
  if (!outcome.answer->ok()) return outcome;
  outcome.holds = !outcome.answer->residue.residue.queries.empty();
  if (flags.filters.empty()) {
    print_residue(terminal.out, *outcome.answer, format);
  } else {
    print_filters(terminal.out, *outcome.answer, format);
  }
  return outcome;
}

}  // namespace writ::cli
