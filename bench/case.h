// The line protocol of README.md, for an engine in C++.
//
// A Subject prepares cases; what it gives is a Prepared, which decides. serve() does the rest: it reads the files of a
// case, proves every answer against expected.jsonl, times batches on request and answers in lines.
//
// Nothing here is part of the library; it may read files and clocks.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace writ::bench {

// The files of one case, as text.
struct Case {
  std::string name;
  std::vector<std::pair<std::string, std::string>> modules;  // name and text, sorted by name
  std::optional<std::string> data;
  std::string entry;                  // for example data.bench.allow
  std::vector<std::string> inputs;    // JSON texts; each has kPadding readable zero bytes behind its end
  std::vector<std::string> expected;  // canonical JSON texts; empty where undefined is expected
};

// Readable bytes behind every input, which some JSON readers want.
constexpr std::size_t kPadding = 64;

// Says that an engine cannot run a case, or cannot time a part of a decision by itself. The text reaches the report.
class Unable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Prepared {
 public:
  virtual ~Prepared() = default;

  // How it evaluates, for the report.
  virtual std::string way() const = 0;

  // Parses the input and decides; answer() is then about it. Throws Unable when the engine reports a fault.
  virtual void decide(std::string_view input) = 0;

  // The last decision as canonical JSON text; empty for undefined. Not timed.
  virtual std::string answer() = 0;

  // Only the parsing. An engine for which that is not a step by itself leaves this out.
  virtual void parse(std::string_view input);

  // Only the evaluation, of the input with this index, parsed beforehand. As above.
  virtual void evaluate(std::size_t index);
};

class Subject {
 public:
  virtual ~Subject() = default;
  virtual std::string version() const = 0;

  // The case outlives what is returned.
  virtual std::unique_ptr<Prepared> prepare(const Case& files) = 0;
};

// The files of a case. Throws std::runtime_error when one is missing.
Case read_case(const std::string& name, const std::filesystem::path& folder);

// Serves standard input until its end or "quit". The status to exit with.
int serve(Subject& subject);

}  // namespace writ::bench
