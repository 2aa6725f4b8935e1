// What must stay a reference instead of being replaced by what it stands for: references that the caller names, those in a
// statement with `with` (what is put in their place would be evaluated with other values), and the variables of statements
// that only ask whether a term is true.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/partial/unknowns.h"

namespace writ::lang {

class Inlining {
 public:
  struct Frame {
    bool internal = false;  // for the time of a statement; not the caller's wish
    std::vector<RefSteps> refs;
    std::string_view variable;  // a text of the tree
  };

  bool shallow = false;
  bool nondeterministic = false;

  void push(Frame frame) { frames_.push_back(std::move(frame)); }
  void pop() { frames_.pop_back(); }
  // `all`: frames of statements count as well.
  bool is_disabled(const RefSteps& ref, bool all) const {
    for (const Frame& frame : frames_) {
      if (frame.internal && !all) continue;
      for (const RefSteps& other : frame.refs) {
        if (begins_with(other, ref) || begins_with(ref, other)) return true;
      }
    }
    return false;
  }
  bool is_disabled(std::string_view variable) const {
    for (const Frame& frame : frames_) {
      if (!frame.variable.empty() && frame.variable == variable) return true;
    }
    return false;
  }

 private:
  std::vector<Frame> frames_;
};

}  // namespace writ::lang
