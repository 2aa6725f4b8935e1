// Cases are read from their folder, each answer is compared with the expected one, and only then is a batch timed: inputs
// in rotation, so that no answer is still in a cache. serve() at the end is the loop over the lines of the protocol.
#include "bench/case.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>

namespace writ::bench {

void Prepared::parse(std::string_view) { throw Unable("parsing is not a step by itself"); }

void Prepared::evaluate(std::size_t) { throw Unable("evaluation is not a step by itself"); }

namespace {

using Clock = std::chrono::steady_clock;

enum class Mode { kBoth, kParse, kEval };

// A loaded case and the place in its rotation.
struct Loaded {
  Case files;
  std::unique_ptr<Prepared> prepared;
  std::size_t next = 0;
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Unable("cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

Case read_case(const std::string& name, const std::filesystem::path& folder) {
  Case files;
  files.name = name;
  for (const auto& item : std::filesystem::directory_iterator(folder)) {
    if (item.path().extension() != ".rego") continue;
    files.modules.emplace_back(item.path().filename().string(), read_file(item.path()));
  }
  std::sort(files.modules.begin(), files.modules.end());
  if (std::filesystem::exists(folder / "data.json")) files.data = read_file(folder / "data.json");
  files.entry = lines_of(read_file(folder / "entry")).at(0);
  files.inputs = lines_of(read_file(folder / "inputs.jsonl"));
  files.expected = lines_of(read_file(folder / "expected.jsonl"));
  if (files.inputs.empty() || files.inputs.size() != files.expected.size()) throw Unable("inputs without answers");
  for (std::string& input : files.inputs) {
    const std::size_t size = input.size();
    input.resize(size + kPadding, '\0');
    input.resize(size);  // the bytes stay readable: a string never gives memory back on shrinking
  }
  return files;
}

namespace {

void check(Loaded& loaded) {
  for (std::size_t i = 0; i < loaded.files.inputs.size(); ++i) {
    loaded.prepared->decide(loaded.files.inputs[i]);
    const std::string got = loaded.prepared->answer();
    if (got == loaded.files.expected[i]) continue;
    throw Unable("input " + std::to_string(i) + ": " + (got.empty() ? "undefined" : got) + ", expected " +
                 (loaded.files.expected[i].empty() ? "undefined" : loaded.files.expected[i]));
  }
}

// One decision, or the requested part of it, on the next input of the rotation.
inline void step(Loaded& loaded, Mode mode) {
  const std::size_t index = loaded.next;
  loaded.next = index + 1 == loaded.files.inputs.size() ? 0 : index + 1;
  switch (mode) {
    case Mode::kBoth: return loaded.prepared->decide(loaded.files.inputs[index]);
    case Mode::kParse: return loaded.prepared->parse(loaded.files.inputs[index]);
    case Mode::kEval: return loaded.prepared->evaluate(index);
  }
}

long long since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

std::string run(Loaded& loaded, Mode mode, std::size_t iterations) {
  const Clock::time_point start = Clock::now();
  for (std::size_t i = 0; i < iterations; ++i) step(loaded, mode);
  return std::to_string(since(start));
}

std::string sample(Loaded& loaded, Mode mode, std::size_t iterations) {
  std::vector<long long> times(iterations);
  for (long long& time : times) {
    const Clock::time_point start = Clock::now();
    step(loaded, mode);
    time = since(start);
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](std::size_t share) { return std::to_string(times[(times.size() - 1) * share / 1000]); };
  return at(500) + " " + at(990) + " " + at(1000);
}

Mode mode_of(const std::string& word) {
  if (word == "both") return Mode::kBoth;
  if (word == "parse") return Mode::kParse;
  if (word == "eval") return Mode::kEval;
  throw Unable("unknown mode " + word);
}

std::size_t count_of(const std::string& word) {
  std::size_t count = 0;
  const auto [end, fault] = std::from_chars(word.data(), word.data() + word.size(), count);
  if (fault != std::errc() || end != word.data() + word.size() || count == 0) throw Unable("not a count: " + word);
  return count;
}

class Server {
 public:
  explicit Server(Subject& subject) : subject_(subject) {}

  // The text after "ok"; throws for "error".
  std::string command(const std::vector<std::string>& words) {
    if (words.size() == 1 && words[0] == "version") return subject_.version();
    if (words.size() == 3 && words[0] == "load") return load(words[1], words[2]);
    if (words.size() < 2) throw Unable("unknown command");
    const auto found = cases_.find(words[1]);
    if (words[0] == "drop") return cases_.erase(words[1]), "";
    if (found == cases_.end()) throw Unable("no such case");
    if (words.size() == 2 && words[0] == "check") return check(found->second), "";
    if (words.size() == 4 && words[0] == "run") return run(found->second, mode_of(words[2]), count_of(words[3]));
    if (words.size() == 4 && words[0] == "sample") return sample(found->second, mode_of(words[2]), count_of(words[3]));
    throw Unable("unknown command");
  }

 private:
  std::string load(const std::string& name, const std::string& folder) {
    cases_.erase(name);
    Loaded& loaded = cases_[name];  // in its final place first: what is prepared refers to the files
    try {
      loaded.files = read_case(name, folder);
      loaded.prepared = subject_.prepare(loaded.files);
      check(loaded);
    } catch (...) {
      cases_.erase(name);
      throw;
    }
    return std::to_string(loaded.files.inputs.size()) + " " + loaded.prepared->way();
  }

  Subject& subject_;
  std::map<std::string, Loaded> cases_;
};

}  // namespace

int serve(Subject& subject) {
  Server server(subject);
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream stream(line);
    const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
    if (words == std::vector<std::string>{"quit"}) break;
    try {
      const std::string reply = server.command(words);
      std::cout << "ok " << reply << std::endl;
    } catch (const std::exception& fault) {
      std::string text = fault.what();
      std::replace(text.begin(), text.end(), '\n', ' ');
      std::cout << "error " << text << std::endl;
    }
  }
  return 0;
}

}  // namespace writ::bench
