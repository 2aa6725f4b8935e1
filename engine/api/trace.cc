// From instructions to statements.
//
// Instructions carry the span of the statement they were made from, so a statement begins where the span changes, and
// has failed where the instruction before went on at its jump target. A frame more than before is a rule or function
// that begins. What an instruction computed is seen one step later in the register it names, before anything overwrites
// it.
#include "engine/api/trace.h"

#include <algorithm>
#include <utility>

#include "engine/base/error.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr size_t kMaxText = 120;  // bytes of a statement or value that are shown
constexpr size_t kMaxValues = 4;  // of a statement

bool is_empty(const Span& span) {
  return span.begin == span.end;
}
bool is_negation(const std::string& text) {
  return text.starts_with("not ");
}
bool is_same(const Span& a, const Span& b) {
  return a.file == b.file && a.begin == b.begin && a.end == b.end;
}

// The first line, cut between characters.
std::string shortened(std::string text) {
  size_t size = std::min(text.find('\n'), text.size());
  bool cut = size < text.size() || size > kMaxText;
  size = std::min(size, kMaxText);
  while (size > 0 && size < text.size() && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  if (cut) text += " …";
  return text;
}

std::string value_text(const Value& value) {
  std::string text;
  try {
    append_rego(text, value, kMaxText * 4);
  } catch (const Failure&) {  // too long or too deep
    return shortened(text) + (text.size() > kMaxText ? "" : " …");
  }
  return shortened(text);
}

// What the machine does between statements; what a statement says is never done by these alone.
bool is_bookkeeping(const Step& step) {
  switch (step.instruction().op) {
    case Opcode::kMove:
    case Opcode::kLoadConst:
    case Opcode::kReset:
    case Opcode::kDefined:
    case Opcode::kUndefined:
    case Opcode::kJump:
    case Opcode::kReturn:
    case Opcode::kAssignOnce:
    case Opcode::kSelect:
    case Opcode::kNextAlternative:
    case Opcode::kBuild:
    case Opcode::kCharge:
    case Opcode::kEndWith: return true;
    case Opcode::kFinish:  // of a rule; that of a comprehension is its value
      return step.function.kind == FunctionKind::kQuery || step.function.kind == FunctionKind::kExtent ||
             step.program.code[step.pc + 1].op == Opcode::kReturn;
    case Opcode::kMakeArray:
    case Opcode::kYield: return step.function.kind == FunctionKind::kQuery;  // its rows
    default: return false;
  }
}

std::string source_text(const Program& program, const Span& span) {
  return span.file < program.sources.size() ? shortened(std::string(program.sources.text(span))) : "";
}

}  // namespace

void Trace::step(const Step& step) {
  if (step.depth < frames_.size()) give_up(step);
  if (step.depth > frames_.size()) {
    enter(step);
  } else {
    look_back(step);
  }
  begin_statement(step);
  frames_.back().before = frames_.back().last;
  frames_.back().last = step.pc;
  if (opcode_info(step.instruction().op).flow == Flow::kReturn) leave(step);
}

void Trace::enter(const Step& step) {
  frames_.emplace_back();
  std::string text = "Enter " + step.function.path;
  if (step.function.kind == FunctionKind::kFunction) {
    text += '(';
    for (uint32_t i = 0; i < step.function.argument_count; ++i) {
      text += (i == 0 ? "" : ", ") + value_text(step.registers[i]);
    }
    text += ')';
  }
  add(step, step.program.span_at(step.function.entry), std::move(text));
}

// A document could not be made as a whole: what reads it runs once more, and gets what there is at the keys that it knows.
void Trace::give_up(const Step& step) {
  while (frames_.size() > step.depth) {
    end_statement();
    frames_.pop_back();
  }
  frames_.back().called = true;
  Span span = step.program.span_at(step.pc);
  add(step, span, "Again " + source_text(step.program, span));
}

// What became of the instruction before.
void Trace::look_back(const Step& step) {
  Frame& frame = frames_.back();
  const Instruction& in = step.program.code[frame.last];
  const OpcodeInfo& info = opcode_info(in.op);
  bool jumped = info.jump == Field::kTarget && step.pc == in.jump && step.pc != frame.last + 1;
  bool tests = in.op != Opcode::kDefined && in.op != Opcode::kUndefined;  // else whether a definition had a value
  bool failed = jumped && tests && (info.flow == Flow::kNext || info.flow == Flow::kEnter);
  if (in.op == Opcode::kCallRule && !frame.called) add_known(step, in, failed);
  frame.called = false;
  if (!jumped) add_results(step, in);
  if (in.op == Opcode::kJump) add_denied(step);
  if (failed && !is_empty(frame.statement) && !is_negation(source_text(step.program, frame.statement))) {
    end_statement();
    add(step, frame.statement, "Fail " + source_text(step.program, frame.statement));
    frame.statement = Span{};
  }
  if (step.pc <= frame.last && opcode_info(step.instruction().op).flow == Flow::kLoop) {
    end_statement();
    frame.statement = step.program.span_at(step.pc);
    add(step, frame.statement, "Redo " + source_text(step.program, frame.statement));
    frame.line = lines_.size() - 1;
  }
}

// What a `not` negates went through, and the jump behind it leads to where the statement fails. The way that jumps
// there instead is an `every` that goes on or ends.
void Trace::add_denied(const Step& step) {
  Frame& frame = frames_.back();
  const Span span = step.program.span_at(frame.last);
  std::string text = source_text(step.program, span);
  bool fell_through = frame.before == frame.last - 1 && step.program.code[frame.before].op != Opcode::kEndWith;
  if (!is_negation(text) || !fell_through) return;
  end_statement();
  add(step, span, "Fail " + text);
  frame.statement = Span{};
}

// A call that left no trace: the machine knew the value.
void Trace::add_known(const Step& step, const Instruction& in, bool failed) {
  const Function& rule = step.program.functions[in.x];
  add(step, step.program.span_at(rule.entry),
      "Known " + rule.path + (failed ? " is undefined" : " = " + value_text(step.registers[in.a])));
}

void Trace::add_results(const Step& step, const Instruction& in) {
  if (in.op == Opcode::kMove || in.op == Opcode::kLoadConst) return;  // arguments on their way
  if (step.function.kind == FunctionKind::kQuery && (in.op == Opcode::kMakeArray || in.op == Opcode::kFinish)) return;
  const Span& statement = frames_.back().statement;
  if (left_out_ != 0 || is_empty(statement) || is_negation(source_text(step.program, statement))) return;
  const OpcodeInfo& info = opcode_info(in.op);
  std::vector<std::string>& values = frames_.back().values;
  auto take = [&](Field field, uint16_t reg) {
    bool written = field == Field::kReg || (field == Field::kOptionalReg && reg != kNoRegister);
    if (!written || info.x == Field::kIndex || !step.registers[reg].is_defined()) return;
    std::string text = value_text(step.registers[reg]);
    if (values.size() < kMaxValues && (values.empty() || values.back() != text)) values.push_back(std::move(text));
  };
  take(info.a, in.a);
  take(info.b, in.b);
  take(info.c, in.c);
}

// Spans of whole definitions are not statements.
void Trace::begin_statement(const Step& step) {
  Frame& frame = frames_.back();
  Span span = step.program.span_at(step.pc);
  if (is_same(span, frame.statement)) return;
  end_statement();
  bool statement =
      !is_empty(span) && !is_bookkeeping(step) && !is_same(span, step.program.span_at(step.function.entry));
  frame.statement = statement ? span : Span{};
  if (!statement) return;
  add(step, span, "Eval " + source_text(step.program, span));
  frame.line = lines_.size() - 1;
}

void Trace::end_statement() {
  Frame& frame = frames_.back();
  if (!is_empty(frame.statement) && !frame.values.empty() && frame.line < lines_.size() && left_out_ == 0) {
    std::string& text = lines_[frame.line].text;
    for (size_t i = 0; i < frame.values.size(); ++i) text += (i == 0 ? "   → " : ", ") + frame.values[i];
  }
  frame.values.clear();
}

void Trace::leave(const Step& step) {
  end_statement();
  const Value& value = step.read(step.instruction().b);
  std::string text = "Exit " + step.function.path;
  if (step.function.kind != FunctionKind::kQuery) {
    text += value.is_defined() ? " = " + value_text(value) : " is undefined";
  }
  add(step, step.program.span_at(step.function.entry), std::move(text));
  frames_.pop_back();
  if (!frames_.empty()) frames_.back().called = true;
}

void Trace::add(const Step& step, const Span& span, std::string text) {
  if (lines_.size() >= kMaxLines) {
    ++left_out_;
    return;
  }
  std::string place;
  if (span.file < step.program.sources.size() && !is_empty(span)) {
    const std::string& name = step.program.sources.file(span.file).name;
    place = (name.empty() ? "query" : name) + ":" +
            std::to_string(step.program.sources.position(span.file, span.begin).row);
  }
  bool of_frame = text.starts_with("Enter") || text.starts_with("Exit");
  lines_.push_back({std::move(place), step.depth - (of_frame ? 1 : 0), std::move(text)});
}

std::string Trace::print(const std::vector<const Line*>& lines) {
  size_t width = 0;
  for (const Line* line : lines) width = std::max(width, line->place.size());
  std::string out;
  for (const Line* line : lines) {
    out += line->place + std::string(width - line->place.size() + 2, ' ');
    for (uint32_t i = 0; i < line->depth; ++i) out += "| ";
    out += line->text + '\n';
  }
  return out;
}

std::string Trace::failures() const {
  std::vector<const Line*> kept;
  std::vector<const Line*> path;  // the Enter of each frame that is open; null if it was kept
  for (const Line& line : lines_) {
    bool enters = line.text.starts_with("Enter ");
    if (path.size() > line.depth && (enters || line.text.starts_with("Exit "))) path.resize(line.depth);
    if (enters) path.push_back(&line);
    if (!line.text.starts_with("Fail ")) continue;
    for (const Line*& frame : path) {
      if (frame != nullptr) kept.push_back(std::exchange(frame, nullptr));
    }
    kept.push_back(&line);
  }
  return print(kept);
}

std::string Trace::text() const {
  std::vector<const Line*> all;
  for (const Line& line : lines_) all.push_back(&line);
  std::string out = print(all);
  if (left_out_ != 0) out += "… " + std::to_string(left_out_) + " lines more\n";
  return out;
}

}  // namespace writ
