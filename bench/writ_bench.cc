// writ under the benchmark's line protocol, through the C++ facade. `writ_bench evidence FOLDER` times one case with and
// without evidence instead: what a decision costs, what its digests add, and what the whole record line adds.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "bench/case.h"
#include "engine/api/engine.h"
#include "engine/host/system_host.h"
#include "engine/base/error.h"
#include "engine/value/text.h"

namespace {

using namespace writ;

class Writ : public bench::Prepared {
 public:
  explicit Writ(const bench::Case& files, bool with_evidence = false) {
    std::vector<lang::Source> sources;
    for (const auto& [name, text] : files.modules) sources.push_back({name, text});
    EngineOptions options;
    options.verdict = VerdictMode::kNone;
    CompileResult compiled = Policy::compile(std::move(sources), options);
    if (compiled.policy == nullptr) throw bench::Unable(render_opa(compiled.diagnostics, compiled.sources));
    entry_ = compiled.policy->entry_index(entry_path(files.entry));
    auto data = files.data ? DataSet::from_json(*files.data) : DataSet::empty();
    context_.bind(BoundPolicy::make(compiled.policy, data,
                                with_evidence ? BoundPolicy::Digests::kRequired : BoundPolicy::Digests::kNone),
                  host_);
    record_.record = with_evidence;
  }

  std::string way() const override { return "bytecode, rule index, input slots"; }

  void decide(std::string_view input) override { check(context_.decide(entry_, input)); }
  void decide_recorded(std::string_view input) { check(context_.decide(entry_, input, record_)); }

  std::string answer() override {
    std::string text;
    if (last_->status == Status::kDefined) append_cj1(text, last_->value);
    return text;
  }

  const Decision& last() const { return *last_; }

 private:
  void check(const Decision& decision) {
    last_ = &decision;
    if (decision.status == Status::kError) {
      throw bench::Unable(std::string(error_code_name(decision.code)) + ": " + decision.error.detail);
    }
  }

  SystemHost host_;
  Context context_;
  DecideOptions record_;
  uint32_t entry_ = kNone32;
  const Decision* last_ = nullptr;
};

class WritSubject : public bench::Subject {
 public:
  std::string version() const override { return std::string(kEngineName) + " " + std::string(kEngineVersion); }
  std::unique_ptr<bench::Prepared> prepare(const bench::Case& files) override {
    try {
      return std::make_unique<Writ>(files);
    } catch (const Failure& failure) {
      throw bench::Unable(failure.what());
    }
  }
};

// Mean nanoseconds of one call, going round the inputs; the best of some rounds.
template <typename Call>
double time_calls(const std::vector<std::string>& inputs, Call call) {
  constexpr int kRounds = 7, kCalls = 20000;
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) call(inputs[static_cast<size_t>(i) % inputs.size()]);
    double each = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / kCalls;
    if (round == 0 || each < best) best = each;
  }
  return best;
}

int time_evidence(const std::string& folder) {
  bench::Case files = bench::read_case(std::filesystem::path(folder).filename().string(), folder);
  Writ plain(files), recorded(files, true);
  double bare = time_calls(files.inputs, [&](const std::string& input) { plain.decide(input); });
  Hasher hasher;
  std::string text;
  double digests = time_calls(files.inputs, [&](const std::string& input) {
    plain.decide(input);
    input_digest(hasher, input);
    text.clear();
    append_cj1(text, plain.last().value);
    outcome_digest(hasher, Status::kDefined, text);
  });
  double line = time_calls(files.inputs, [&](const std::string& input) { recorded.decide_recorded(input); });
  std::cout << "| " << files.name << " | ns | over the decision alone |\n|---|---:|---:|\n"
            << "| decision | " << static_cast<int64_t>(bare) << " | |\n"
            << "| + digests of input and outcome | " << static_cast<int64_t>(digests) << " | "
            << static_cast<int64_t>(digests - bare) << " |\n"
            << "| + whole record line (ids, salts, all digests, text) | " << static_cast<int64_t>(line) << " | "
            << static_cast<int64_t>(line - bare) << " |\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "evidence") return time_evidence(argv[2]);
  WritSubject subject;
  return bench::serve(subject);
}
