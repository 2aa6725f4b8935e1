// The machine this program runs on, as policies see it: its clock, its randomness, and what they print.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/api/system_host.h"

namespace writ::cli {

// print goes to a stream, a line each.
class PrintingHost : public SystemHost {
 public:
  explicit PrintingHost(std::ostream& notes) : notes_(notes) {}
  void note(std::string_view kind, std::string_view text) override {
    if (kind == "print") notes_ << text << '\n';
  }

 private:
  std::ostream& notes_;
};

// Keeps notes of every kind until they are taken.
class CollectingHost : public SystemHost {
 public:
  using Note = std::pair<std::string, std::string>;  // kind and text
  void note(std::string_view kind, std::string_view text) override { notes_.emplace_back(kind, text); }
  std::vector<Note> take() { return std::exchange(notes_, {}); }

 private:
  std::vector<Note> notes_;
};

}  // namespace writ::cli
