// An evaluation in print: what `writ eval --explain full` shows. Follows the instructions of a machine and tells of
// rules and statements, since those are what a policy is written in.
//
//   a.rego:4   Enter data.a.allow
//   a.rego:5   | Eval input.user == data.owner   → "bob"
//   a.rego:5   | Fail input.user == data.owner
//   a.rego:4   Exit data.a.allow = false
//
// Enter and Exit are of rules, functions and queries; Exit says the value of a rule or function, or that it is
// undefined. Known is a rule whose value was computed before. Eval is a statement that begins, with the values it
// computed, Fail one that did not hold, Redo the next round of a loop, Again one that reads a document at known keys alone,
// since it fails as a whole.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/vm/observer.h"

namespace writ {

// Of one evaluation.
class Trace : public Observer {
 public:
  static constexpr size_t kMaxLines = 10'000;

  void step(const Step& step) override;
  // One line each, indented by depth; the last says how many were left out beyond kMaxLines.
  std::string text() const;
  // Of the lines only each Fail, behind the Enter of every rule and function that led there.
  std::string failures() const;

 private:
  // A function that is running.
  struct Frame {
    uint32_t last = kNone32;          // the instruction that ran last; kNone32: none yet
    uint32_t before = kNone32;        // the one before that
    bool called = false;              // that instruction ran a function of its own
    Span statement;                   // that is being evaluated; empty between statements
    size_t line = 0;                  // where it began
    std::vector<std::string> values;  // it computed
  };
  struct Line {
    std::string place;  // "a.rego:4"
    uint32_t depth;
    std::string text;
  };

  void enter(const Step& step);
  void give_up(const Step& step);
  void look_back(const Step& step);
  void begin_statement(const Step& step);
  void end_statement();
  void add_results(const Step& step, const Instruction& in);
  void add_denied(const Step& step);
  void add_known(const Step& step, const Instruction& in, bool failed);
  void add(const Step& step, const Span& span, std::string text);
  static std::string print(const std::vector<const Line*>& lines);
  void leave(const Step& step);

  std::vector<Frame> frames_;
  std::vector<Line> lines_;
  uint64_t left_out_ = 0;
};

}  // namespace writ
