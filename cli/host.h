// The machine this program runs on, as policies see it: its clock, its randomness, its network, its environment, and what
// they print.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/options.h"
#include "engine/api/host.h"

namespace writ::cli {

// --deny-private-network, of the commands whose policies may send requests.
struct NetworkFlag {
  bool deny_private = false;
  void declare(OptionSet& options);
  // To be called before the first request.
  void apply() const;
};

// Answers what the commands of OPA answer: http.send and net.lookup_ip_addr by the network (if it is built in), opa.runtime
// with the environment, and the version of OPA that this engine is as.
class CommandHost : public SystemHost {
 public:
  Value call(std::string_view function, std::span<const Value> args, Arena& arena) override;
};

// print goes to a stream, a line each.
class PrintingHost : public CommandHost {
 public:
  explicit PrintingHost(std::ostream& notes) : notes_(notes) {}
  void note(std::string_view kind, std::string_view text) override {
    if (kind == "print") notes_ << text << '\n';
  }
  // From now on it is always that time: then two runs have equal decision digests.
  void set_clock(uint64_t time_ns) { fixed_time_ns_ = time_ns; }
  uint64_t now_ns() override { return fixed_time_ns_ ? *fixed_time_ns_ : SystemHost::now_ns(); }

 private:
  std::ostream& notes_;
  std::optional<uint64_t> fixed_time_ns_;
};

// Keeps notes of every kind until they are taken.
class CollectingHost : public CommandHost {
 public:
  using Note = std::pair<std::string, std::string>;  // kind and text
  void note(std::string_view kind, std::string_view text) override { notes_.emplace_back(kind, text); }
  std::vector<Note> take() { return std::exchange(notes_, {}); }

 private:
  std::vector<Note> notes_;
};

}  // namespace writ::cli
