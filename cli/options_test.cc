#include <algorithm>
#include <catch2/catch.hpp>
#include <iterator>
#include <sstream>

#include "cli/commands.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "cli/policy_options.h"

using namespace writ::cli;

namespace {

struct Run {
  std::istringstream in;
  std::ostringstream out, err;
  Terminal terminal{in, out, err};
  std::vector<std::string> list, words;
  std::string text, choice = "a";
  std::optional<std::string> maybe;
  std::optional<uint64_t> number;
  bool flag = false, on = true;

  std::optional<int> parse(const std::vector<std::string>& arguments) {
    OptionSet options("decide", "FILE", "About.", "Notes.");
    options.texts("-d,--data", list, "PATH", "a list");
    options.text("-t,--text", text, "TEXT", "a text");
    options.optional_text("--maybe", maybe, "TEXT", "a text or none");
    options.number("-n,--number", number, "N", "a number");
    options.choice("--choice", choice, {"a", "b"}, "one of two");
    options.flag("-f,--flag", flag, "a flag");
    options.flag("--on", on, "a flag that is on");
    options.unsupported("-x,--extra", true);
    options.words(words);
    return options.parse(arguments, terminal);
  }
};

}  // namespace

TEST_CASE("flags of every kind") {
  Run run;
  CHECK(!run.parse({"-d", "one", "word", "--data=two", "-t", "x", "--maybe", "", "-n", "18446744073709551615",
                    "--choice", "b", "-f", "--on=false", "[1,2]", "-", "--", "-d", "--flag"}));
  CHECK(run.list == std::vector<std::string>{"one", "two"});
  CHECK(run.words == std::vector<std::string>{"word", "[1,2]", "-", "-d", "--flag"});
  CHECK(run.text == "x");
  CHECK(run.number == 18446744073709551615u);
  CHECK(run.choice == "b");
  CHECK(run.flag);
  CHECK(!run.on);
  CHECK(run.err.str().empty());
}

TEST_CASE("what is not given keeps its default") {
  Run run;
  CHECK(!run.parse({}));
  CHECK((run.choice == "a" && !run.number && !run.maybe && run.on && !run.flag && run.words.empty()));
}

TEST_CASE("wrong usage is one line with the nearest name") {
  Run run;
  CHECK(run.parse({"--dta", "x"}) == 2);
  CHECK(run.err.str() == "writ decide: unknown flag `--dta`; did you mean `--data`?  (writ decide --help)\n");
}

TEST_CASE("values that are none") {
  for (std::vector<std::string> words : {std::vector<std::string>{"-n", "x"},
                                         {"-n", "-1"},
                                         {"-n", "18446744073709551616"},
                                         {"--choice", "c"},
                                         {"-d"},
                                         {"--extra", "1"},
                                         {"-x", "1"}}) {
    Run run;
    INFO(words[0]);
    CHECK(run.parse(words) == 2);
    CHECK(run.out.str().empty());
    std::string said = run.err.str();
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
  }
}

TEST_CASE("help goes to standard output") {
  Run run;
  CHECK(run.parse({"--help"}) == 0);
  CHECK(run.out.str().find("-d, --data PATH") != std::string::npos);
  CHECK(run.out.str().find("{a,b}") != std::string::npos);
  CHECK(run.out.str().find("not supported: --extra") != std::string::npos);
  CHECK(run.err.str().empty());
}

TEST_CASE("help says what applies without a flag") {
  Run run;
  CHECK(run.parse({"--help"}) == 0);
  std::string help = run.out.str();
  CHECK(help.find("one of two (default a)") != std::string::npos);
  CHECK(help.find("a flag that is on (default true)") != std::string::npos);
  CHECK(help.find("a flag\n") != std::string::npos);
  CHECK(help.find("a text\n") != std::string::npos);
}

TEST_CASE("the limits that help states are the ones that apply, and every limit has a flag") {
  writ::Limits defaults;
  uint64_t next = 101;
  for (const writ::LimitRow& row : writ::kLimits) row.set(defaults, next++);
  std::istringstream in;
  std::ostringstream out, err;
  Terminal terminal{in, out, err};
  LimitFlags flags;
  OptionSet options("decide", "", "About.");
  flags.declare(options, defaults);
  CHECK(options.parse({"--help"}, terminal) == 0);
  CHECK(!options.parse({"--fuel", "7"}, terminal));
  writ::Limits limits = flags.limits();
  next = 101;
  for (const writ::LimitRow& row : writ::kLimits) {
    INFO(row.name);
    size_t at = out.str().find(std::string(row.flag) + " " + std::string(row.unit));
    REQUIRE(at != std::string::npos);
    std::string stated = "(default " + std::to_string(next) + ")\n";
    CHECK(out.str().substr(at, 200).find(stated) != std::string::npos);
    CHECK(row.get(limits) == (row.name == "fuel" ? 7 : next));
    ++next;
  }
}

TEST_CASE("every error code has a class, a status and something to do") {
  size_t codes = 0;
  for (uint32_t number = 1; number <= UINT16_MAX; ++number) {
    auto code = static_cast<writ::ErrorCode>(number);
    if (writ::error_code_name(code).empty()) continue;
    ++codes;
    INFO(writ::error_code_name(code));
    CHECK(writ::error_class(code) != writ::ErrorClass::kNone);
    CHECK((writ::error_class(code) == writ::ErrorClass::kInternal) == (code == writ::ErrorCode::E_INTERNAL));
    CHECK(!writ::error_class_help(writ::error_class(code)).empty());
    CHECK(exit_status_of(code, false) != kExitOk);
    CHECK(exit_status_of(code, true) == kExitInput);
  }
  CHECK(codes > 20);
}

TEST_CASE("of two statuses the graver one stands for both, whatever their order") {
  const ExitStatus order[] = {kExitInternal, kExitWrite,     kExitIntegrity, kExitPolicy,    kExitInput, kExitNothing,
                              kExitEvaluation, kExitNegative, kExitUndefined, kExitEscalate, kExitTransform,
                              kExitDefer, kExitValue, kExitOk};
  for (size_t i = 0; i < std::size(order); ++i) {
    for (size_t j = i; j < std::size(order); ++j) {
      CHECK(graver(order[i], order[j]) == order[i]);
      CHECK(graver(order[j], order[i]) == order[i]);
    }
  }
}

TEST_CASE("every command has a help text and refuses flags it does not know") {
  for (const Command& command : commands()) {
    std::istringstream in;
    std::ostringstream out, err;
    Terminal terminal{in, out, err};
    std::string name(command.name);
    INFO(name);
    CHECK(run_program({name, "--help"}, terminal) == 0);
    CHECK(out.str().starts_with("Usage: writ " + name));
    CHECK(run_program({name, "--no-such-flag-anywhere"}, terminal) == command.usage_exit);
    CHECK(err.str().starts_with("writ " + name + ": unknown flag"));
  }
}
