// glob.match and glob.quote_meta: the globs of gobwas/glob. (The globs of regex.globs_match are others:
// regex_globs.cc.)
//
// GlobCompiler turns a pattern into steps, a small program with branches. Glob::matches runs all ways through the steps
// at once, character by character, so that a match takes at most the product of the sizes [S-12.5]. Compiled globs are
// kept in the PatternCache of patterns.h.
#include <algorithm>
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

// Reads a pattern and writes steps. Faults have the words of gobwas/glob.
class GlobCompiler {
 public:
  GlobCompiler(std::string_view pattern, std::span<const char32_t> delimiters, std::string* fault)
      : text_(pattern), fault_(fault), glob_(new Glob) {
    glob_->sets_.emplace_back(delimiters.begin(), delimiters.end());
  }

  std::unique_ptr<const Glob> run() {
    if (!decode()) return nullptr;
    while (at_ < runes_.size()) {
      if (!read_item()) return nullptr;
    }
    // A brace that is not closed ends with the pattern.
    while (!braces_.empty()) close_brace();
    emit(Op::kAccept);
    glob_->accepts_empty_ = is_lone_exclusion();
    if (is_text_pair()) glob_->pair_ = std::make_unique<Glob::TextPair>(std::move(pair_));
    return std::move(glob_);
  }

 private:
  using Op = Glob::Step::Op;

  struct Brace {
    uint32_t branch_split;            // the split in front of the branch that is being read
    std::vector<uint32_t> branch_ends;  // jumps to what follows the brace
  };

  bool fail(std::string why) {
    *fault_ = std::move(why);
    return false;
  }

  // A NUL ends a pattern, and U+FFFD cannot be distinguished from bytes that are not well-formed.
  bool decode() {
    for (size_t at = 0; at < text_.size();) {
      Rune rune = decode_rune(text_.substr(at));
      if (rune.code == kRuneError) return fail("could not read rune");
      if (rune.code == 0) break;
      runes_ += rune.code;
      at += rune.bytes;
    }
    return true;
  }

  uint32_t emit(Op op, uint32_t a = 0, uint32_t b = 0) {
    glob_->steps_.push_back({op, a, b});
    return static_cast<uint32_t>(glob_->steps_.size() - 1);
  }
  uint32_t here() const { return static_cast<uint32_t>(glob_->steps_.size()); }

  bool read_item() {
    char32_t rune = runes_[at_];
    switch (rune) {
      case '{': at_++; return open_brace();
      case '[': at_++; only_texts_and_star_ = false; return read_range();
      case '?':
        at_++;
        only_texts_and_star_ = false;
        emit(Op::kAnyBut, 0);
        return true;
      case '*': read_star(); return true;
      default: break;
    }
    if (rune == ',' && !braces_.empty()) {
      at_++;
      next_branch();
    } else if (rune == '}' && !braces_.empty()) {
      at_++;
      close_brace();
    } else {
      read_text();
    }
    return true;
  }

  void read_star() {
    at_++;
    bool crosses = glob_->sets_[0].empty();
    if (at_ < runes_.size() && runes_[at_] == '*') {
      at_++;
      crosses = true;
    }
    stars_++;
    if (!crosses || pair_.first.empty()) only_texts_and_star_ = false;
    uint32_t split = emit(Op::kSplit);
    emit(crosses ? Op::kAny : Op::kAnyBut, 0);
    emit(Op::kJump, split);
    glob_->steps_[split] = {Op::kSplit, split + 1, here()};
  }

  // Up to the next special character; "\" quotes any.
  void read_text() {
    bool quoted = false;
    for (; at_ < runes_.size(); at_++) {
      char32_t rune = runes_[at_];
      if (!quoted) {
        if (rune == '\\') {
          quoted = true;
          continue;
        }
        if (rune == '?' || rune == '*' || rune == '[' || rune == '{') break;
        if (!braces_.empty() && (rune == '}' || rune == ',')) break;
      }
      quoted = false;
      emit(Op::kRune, rune);
      append_rune(stars_ == 0 ? pair_.first : pair_.last, rune);
    }
  }

  // Behind "[": "a-z]" or "abc]", either with "!" in front.
  bool read_range() {
    bool negated = false;
    if (at_ < runes_.size() && runes_[at_] == '!') {
      negated = true;
      at_++;
    }
    if (at_ >= runes_.size()) return fail("unexpected end of input");
    if (at_ + 1 < runes_.size() && runes_[at_ + 1] == '-') return read_interval(negated);
    std::u32string members;
    bool quoted = false;
    for (; at_ < runes_.size(); at_++) {
      char32_t rune = runes_[at_];
      if (!quoted && rune == '\\') {
        quoted = true;
        continue;
      }
      if (!quoted && rune == ']') break;
      quoted = false;
      members += rune;
    }
    if (at_ >= runes_.size()) return fail("unexpected end of input");
    at_++;
    if (members.empty()) return fail("could not parse range");
    glob_->sets_.push_back(std::move(members));
    emit(negated ? Op::kNoneOf : Op::kOneOf, static_cast<uint32_t>(glob_->sets_.size() - 1));
    return true;
  }

  bool read_interval(bool negated) {
    char32_t low = runes_[at_];
    at_ += 2;
    if (at_ >= runes_.size()) return fail("unexpected end of input");
    char32_t high = runes_[at_++];
    if (high < low) {
      std::string why = "hi character '";
      append_rune(why, high);
      why += "' should be greater than lo '";
      append_rune(why, low);
      return fail(why + "'");
    }
    if (at_ >= runes_.size()) return fail("unexpected end of input");
    if (runes_[at_++] != ']') return fail("expected close range character");
    emit(negated ? Op::kOutsideRange : Op::kRange, low, high);
    return true;
  }

  bool open_brace() {
    only_texts_and_star_ = false;
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

  bool is_text_pair() const {
    return only_texts_and_star_ && stars_ == 1 && !pair_.first.empty() && !pair_.last.empty();
  }

  // "?" or "[!a]" alone.
  bool is_lone_exclusion() const {
    if (glob_->steps_.size() != 2) return false;
    Op op = glob_->steps_[0].op;
    return op == Op::kAnyBut || op == Op::kNoneOf || op == Op::kOutsideRange;
  }

  std::string_view text_;
  std::string* fault_;
  std::unique_ptr<Glob> glob_;
  std::u32string runes_;
  size_t at_ = 0;
  std::vector<Brace> braces_;
  size_t stars_ = 0;
  bool only_texts_and_star_ = true;
  Glob::TextPair pair_;
};

std::unique_ptr<const Glob> Glob::compile(std::string_view pattern, std::span<const char32_t> delimiters,
                                          std::string* fault) {
  return GlobCompiler(pattern, delimiters, fault).run();
}

bool Glob::accepts(const Step& step, char32_t rune) const {
  auto in_set = [&] { return sets_[step.a].find(rune) != std::u32string::npos; };
  switch (step.op) {
    case Step::Op::kRune: return rune == step.a;
    case Step::Op::kAny: return true;
    case Step::Op::kAnyBut:
    case Step::Op::kNoneOf: return !in_set();
    case Step::Op::kOneOf: return in_set();
    case Step::Op::kRange: return rune >= step.a && rune <= step.b;
    case Step::Op::kOutsideRange: return rune < step.a || rune > step.b;
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
  if (pair_ && text.starts_with(pair_->first) && text.ends_with(pair_->last)) return true;
  if (text.empty() && accepts_empty_) return true;
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
    for (uint32_t at : now.list()) {
      if (accepts(steps_[at], rune.code)) enter(next, at + 1);
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
