#include <catch2/catch.hpp>
#include <sstream>

#include "cli/commands.h"
#include "cli/options.h"

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
