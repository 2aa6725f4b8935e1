// glob.match and glob.quote_meta: the globs of gobwas/glob. (The globs of regex.globs_match are others:
// regex_globs.cc.)
//
// GlobCompiler turns a pattern into steps, a small program with branches. Glob::matches runs all ways through the steps
// at once, character by character, so that a match takes at most the product of the sizes [S-12.5], whatever the stars
// and braces. Compiled globs are kept in the PatternCache of patterns.h.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/builtins/patterns.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"

namespace writ {

namespace {

constexpr size_t kMaxBraceDepth = 500;
// Steps of the product of pattern and text for a unit.
constexpr uint64_t kStepsPerUnit = 8;

}  // namespace

// Reads a pattern and writes steps. Faults have the words of gobwas/glob 1.1, with the byte at which it notices them.
class GlobCompiler {
 public:
  GlobCompiler(std::string_view pattern, std::span<const char32_t> delimiters, std::string* fault)
      : text_(pattern), fault_(fault), glob_(new Glob) {
    add_set({delimiters.begin(), delimiters.end()});
  }

  std::unique_ptr<const Glob> run() {
    while (at_ < text_.size()) {
      if (!read_item()) return nullptr;
    }
    if (!braces_.empty()) {
      fail("unclosed `{`");
      return nullptr;
    }
    emit(Op::kAccept);
    return std::move(glob_);
  }

 private:
  using Op = Glob::Step::Op;

  struct Brace {
    uint32_t branch_split;            // the split in front of the branch that is being read
    std::vector<uint32_t> branch_ends;  // jumps to what follows the brace
  };

  bool fail(std::string_view why) {
    *fault_ = "glob: syntax error at " + std::to_string(at_) + ": " + std::string(why);
    return false;
  }

  // The character at `at_`; nothing at the end and where the bytes are not well-formed.
  std::optional<Rune> peek() const {
    if (at_ == text_.size()) return std::nullopt;
    Rune rune = decode_rune(text_.substr(at_));
    if (rune.code == kRuneError && rune.bytes == 1) return std::nullopt;
    return rune;
  }
  bool is_next(char32_t code) const {
    std::optional<Rune> rune = peek();
    return rune.has_value() && rune->code == code;
  }

  uint32_t add_set(std::u32string members) {
    std::ranges::sort(members);
    glob_->sets_.push_back(std::move(members));
    return static_cast<uint32_t>(glob_->sets_.size() - 1);
  }
  uint32_t emit(Op op, uint32_t a = 0, uint32_t b = 0) {
    glob_->steps_.push_back({op, a, b});
    return static_cast<uint32_t>(glob_->steps_.size() - 1);
  }
  uint32_t here() const { return static_cast<uint32_t>(glob_->steps_.size()); }

  bool read_item() {
    switch (text_[at_]) {
      case '{': at_++; return open_brace();
      case '[': at_++; return read_class();
      case '?': at_++; emit(Op::kAnyBut, 0); return true;
      case '*': at_++; read_star(); return true;
      default: break;
    }
    if (text_[at_] == ',' && !braces_.empty()) {
      at_++;
      next_branch();
    } else if (text_[at_] == '}' && !braces_.empty()) {
      at_++;
      close_brace();
    } else {
      return read_text();
    }
    return true;
  }

  void read_star() {
    bool crosses = glob_->sets_[0].empty();
    if (is_next('*')) {
      at_++;
      crosses = true;
    }
    uint32_t split = emit(Op::kSplit);
    emit(crosses ? Op::kAny : Op::kAnyBut, 0);
    emit(Op::kJump, split);
    glob_->steps_[split] = {Op::kSplit, split + 1, here()};
  }

  bool is_special(char32_t code) const {
    if (code == '?' || code == '*' || code == '[' || code == '{') return true;
    return !braces_.empty() && (code == '}' || code == ',');
  }

  // Up to the next special character; "\\" quotes any.
  bool read_text() {
    bool quoted = false;
    while (at_ < text_.size()) {
      std::optional<Rune> rune = peek();
      if (!rune.has_value()) return fail(quoted ? "trailing backslash" : "invalid UTF-8 sequence");
      if (!quoted && is_special(rune->code)) break;
      at_ += rune->bytes;
      if (!quoted && rune->code == '\\') {
        quoted = true;
        continue;
      }
      quoted = false;
      emit(Op::kRune, rune->code);
    }
    return quoted ? fail("trailing backslash") : true;
  }

  // Behind "[": "a-z]" or "abc]", either with "!" in front.
  bool read_class() {
    bool negated = is_next('!');
    if (negated) at_++;
    std::optional<Rune> first = peek();
    if (!first.has_value()) return fail("unexpected end of input");
    size_t begin = at_;
    at_ += first->bytes;
    if (is_next('-')) return read_interval(negated, first->code);
    at_ = begin;
    std::u32string members;
    for (bool quoted = false;;) {
      std::optional<Rune> rune = peek();
      if (!rune.has_value()) return fail("unexpected end of input");
      at_ += rune->bytes;
      if (!quoted && rune->code == ']') break;
      quoted = !quoted && rune->code == '\\';
      if (!quoted) members += rune->code;
    }
    if (members.empty()) return fail("could not parse range");
    emit(negated ? Op::kNoneOf : Op::kOneOf, add_set(std::move(members)));
    return true;
  }

  bool read_interval(bool negated, char32_t low) {
    at_++;
    std::optional<Rune> high = peek();
    if (!high.has_value()) return fail("unexpected end of input");
    at_ += high->bytes;
    std::optional<Rune> close = peek();
    if (!close.has_value()) return fail("unexpected end of input");
    at_ += close->bytes;
    if (close->code != ']') return fail("expected close range character");
    if (high->code < low) return fail("range hi character is less than lo");
    emit(negated ? Op::kOutsideRange : Op::kRange, low, high->code);
    return true;
  }

  bool open_brace() {
    if (braces_.size() >= kMaxBraceDepth) return fail("braces are nested too deeply");
    braces_.push_back({emit(Op::kSplit), {}});
    return true;
  }

  void next_branch() {
    Brace& brace = braces_.back();
    brace.branch_ends.push_back(emit(Op::kJump));
    glob_->steps_[brace.branch_split] = {Op::kSplit, brace.branch_split + 1, here()};
    brace.branch_split = emit(Op::kSplit);
  }

  void close_brace() {
    Brace brace = std::move(braces_.back());
    braces_.pop_back();
    glob_->steps_[brace.branch_split] = {Op::kJump, brace.branch_split + 1, 0};
    for (uint32_t end : brace.branch_ends) glob_->steps_[end] = {Op::kJump, here(), 0};
  }

  std::string_view text_;
  std::string* fault_;
  std::unique_ptr<Glob> glob_;
  size_t at_ = 0;  // byte
  std::vector<Brace> braces_;
};

std::unique_ptr<const Glob> Glob::compile(std::string_view pattern, std::span<const char32_t> delimiters,
                                          std::string* fault) {
  return GlobCompiler(pattern, delimiters, fault).run();
}

// A byte that is not part of a character counts as U+FFFD for all but a text that says U+FFFD.
bool Glob::accepts(const Step& step, char32_t code, bool is_well_formed) const {
  auto in_set = [&] { return std::ranges::binary_search(sets_[step.a], code); };
  switch (step.op) {
    case Step::Op::kRune: return code == step.a && is_well_formed;
    case Step::Op::kAny: return true;
    case Step::Op::kAnyBut:
    case Step::Op::kNoneOf: return !in_set();
    case Step::Op::kOneOf: return in_set();
    case Step::Op::kRange: return code >= step.a && code <= step.b;
    case Step::Op::kOutsideRange: return code < step.a || code > step.b;
    default: return false;
  }
}

namespace {

// The steps a run may be at, each once.
class Places {
 public:
  explicit Places(size_t steps) : seen_(steps, false) {}
  bool add(uint32_t step) {
    if (seen_[step]) return false;
    seen_[step] = true;
    list_.push_back(step);
    return true;
  }
  void clear() {
    for (uint32_t step : list_) seen_[step] = false;
    list_.clear();
  }
  const std::vector<uint32_t>& list() const { return list_; }

 private:
  std::vector<bool> seen_;
  std::vector<uint32_t> list_;
};

}  // namespace

bool Glob::matches(std::string_view text) const {
  Places now(steps_.size());
  Places next(steps_.size());
  std::vector<uint32_t> pending;
  auto enter = [&](Places& places, uint32_t first) {
    pending.push_back(first);
    while (!pending.empty()) {
      uint32_t at = pending.back();
      pending.pop_back();
      if (!places.add(at)) continue;
      const Step& step = steps_[at];
      if (step.op == Step::Op::kJump) pending.push_back(step.a);
      if (step.op == Step::Op::kSplit) pending.insert(pending.end(), {step.b, step.a});
    }
  };
  enter(now, 0);
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    text.remove_prefix(rune.bytes);
    bool is_well_formed = rune.code != kRuneError || rune.bytes > 1;
    for (uint32_t at : now.list()) {
      if (accepts(steps_[at], rune.code, is_well_formed)) enter(next, at + 1);
    }
    now.clear();
    if (next.list().empty()) return false;
    std::swap(now, next);
  }
  for (uint32_t at : now.list()) {
    if (steps_[at].op == Step::Op::kAccept) return true;
  }
  return false;
}

// null = nothing stops a star; an empty list = "." does.
Value builtin_glob_match(BuiltinCall& call) {
  std::vector<char32_t> delimiters;
  if (call[1].is_array()) {
    for (const Value& element : call[1].items()) {
      if (!element.is_string()) return fault_element(call, 2, element, "string");
      Rune rune = element.size > 0 ? decode_rune(element.text()) : Rune{0, 0};
      if (element.size == 0 || rune.bytes != element.size) return fault_element(call, 2, element, "rune");
      delimiters.push_back(rune.code);
    }
    if (delimiters.empty()) delimiters.push_back('.');
  }
  std::string_view pattern = call[0].text();
  std::string_view text = call[2].text();
  charge_elements(call, delimiters.size());
  call.services.charge((uint64_t{pattern.size()} + 1) * (uint64_t{text.size()} + 1) / kStepsPerUnit);
  std::string fault;
  const Glob* glob = call.services.patterns().glob(pattern, delimiters, &fault);
  return glob == nullptr ? call.fault(std::move(fault)) : Value::of(glob->matches(text));
}

Value builtin_glob_quote_meta(BuiltinCall& call) {
  ChargedText out(call);
  for (char c : call[0].text()) {
    if (std::string_view("*?\\[]{}").find(c) != std::string_view::npos) out.append("\\");
    out.append({&c, 1});
  }
  return out.finish();
}

}  // namespace writ
