// One pass over the text, with a level for each open group: what is finished in it, and its last item, which a repetition may
// still multiply. Sizes of classes are those that RE2's compiler was seen to make of the largest of their kind.
//
// The reach of a search: RE2 goes on behind a match for as long as an attempt is alive that would be preferred to it, one that
// began earlier or repeats more. Attempts at a pattern without unbounded repetitions live for its length. So do those at one
// that repeats a character without bound as the last thing it does: once there, an attempt is a match with every character.
#include "engine/builtins/pattern_size.h"

#include <algorithm>
#include <vector>

namespace writ {

namespace {

// What a class of Unicode takes at most, as instructions over bytes of UTF-8, and what a range beyond ASCII does.
constexpr uint64_t kUnicodeClass = 1300;
constexpr uint64_t kWideRange = 12;
constexpr uint64_t kAsciiClass = 4;
constexpr uint64_t kMostRepeats = 1000;  // RE2 and Go take no more

uint64_t capped(uint64_t size) { return std::min(size, kLargestPatternSize); }

// Goes through the pattern once, with a level for each open group.
class Estimate {
 public:
  explicit Estimate(std::string_view text) : text_(text) {
    levels_.emplace_back();
    while (at_ < text_.size()) read_item();
    while (levels_.size() > 1) close();
    begin_branch(0);
  }

  uint64_t size() const { return capped(levels_.back().done + kFrame); }
  uint64_t reach() const { return unbounded_ ? kUnboundedReach : levels_.back().longest + kRune; }

 private:
  static constexpr uint64_t kFrame = 4;
  static constexpr uint64_t kRune = 4;  // bytes of a character at most

  // A group: the size of what is finished in it, and of the last item, which a repetition may still multiply; the bytes that
  // can be read in its longest branch and in the current one, and in the last item.
  struct Level {
    uint64_t done = 0;
    uint64_t item = 0;
    uint64_t longest = 0;
    uint64_t branch = 0;
    uint64_t item_length = 0;
    bool is_character = false;  // the item is one character or class
    bool repeats = false;       // the item ends with a repetition without bound, whose bytes are not counted
    bool any_repeats = false;   // a branch before does
  };

  void begin_item(uint64_t size, uint64_t length, bool is_character) {
    Level& level = levels_.back();
    if (level.repeats) unbounded_ = true;
    level.done = capped(level.done + level.item);
    level.branch = capped(level.branch + level.item_length);
    level.item = size;
    level.item_length = length;
    level.is_character = is_character;
  }
  void begin_character(uint64_t size) { begin_item(size, kRune, true); }

  // After "|", or at the end of a group.
  void begin_branch(uint64_t size) {
    Level& level = levels_.back();
    level.any_repeats = level.any_repeats || level.repeats;
    level.repeats = false;
    begin_item(size, 0, false);
    level.longest = std::max(level.longest, level.branch);
    level.branch = 0;
  }

  void repeat_without_bound() {
    Level& level = levels_.back();
    if (!level.is_character) unbounded_ = true;
    level.is_character = false;
    level.repeats = true;
  }

  void read_item() {
    char c = text_[at_];
    switch (c) {
      case '(': return open();
      case ')':
        ++at_;
        if (levels_.size() > 1) close();
        return;
      case '[': return read_class();
      case '|': ++at_; return begin_branch(2);
      case '\\': return read_escaped_item();
      case '.': ++at_; return begin_character(kWideRange);
      case '*':
      case '+':
        repeat_without_bound();
        [[fallthrough]];
      case '?':
        ++at_;
        levels_.back().item += 1;
        return;
      case '{':
        if (read_repeat()) return;
        [[fallthrough]];
      default: ++at_; return begin_character(folds_ ? 4 : 1);
    }
  }

  void open() {
    begin_item(0, 0, false);
    levels_.emplace_back();
    ++at_;
    if (text_.substr(at_, 1) != "?") return;
    // Flags, or a name: both end before what the group holds.
    size_t end = text_.find_first_of(":>)", at_);
    if (end == text_.npos) end = text_.size();
    std::string_view head = text_.substr(at_, end - at_);
    if (head.find('<') == head.npos && head.find('i') != head.npos) folds_ = true;
    at_ = end;
    if (at_ < text_.size() && text_[at_] != ')') ++at_;
  }

  void close() {
    begin_branch(0);
    Level inner = levels_.back();
    levels_.pop_back();
    Level& level = levels_.back();
    level.item = capped(inner.done + 2);
    level.item_length = inner.longest;
    level.repeats = inner.any_repeats;
  }

  // "{2,5}": true if it is one.
  bool read_repeat() {
    size_t at = at_ + 1;
    uint64_t least = 0;
    if (!read_number(&at, &least)) return false;
    uint64_t most = least;
    bool has_bound = true;
    if (text_.substr(at, 1) == ",") {
      ++at;
      has_bound = read_number(&at, &most);
      if (!has_bound) most = least + 1;
    }
    if (text_.substr(at, 1) != "}") return false;
    at_ = at + 1;
    uint64_t times = std::clamp<uint64_t>(std::max(least, most), 1, kMostRepeats);
    Level& level = levels_.back();
    if (level.repeats) unbounded_ = true;
    level.item = capped((level.item + 1) * times);
    level.item_length = capped(level.item_length * times);
    if (!has_bound) repeat_without_bound();
    level.is_character = false;
    return true;
  }

  bool read_number(size_t* at, uint64_t* number) const {
    size_t begin = *at;
    *number = 0;
    for (; *at < text_.size() && text_[*at] >= '0' && text_[*at] <= '9'; ++*at) {
      *number = std::min<uint64_t>(*number * 10 + static_cast<uint64_t>(text_[*at] - '0'), kMostRepeats);
    }
    return *at != begin;
  }

  // \Q…\E is several characters, of which a repetition would take the last.
  void read_escaped_item() {
    bool quotes = text_.substr(at_, 2) == "\\Q";
    uint64_t size = read_escape();
    begin_item(size, quotes ? capped(size * kRune) : kRune, !quotes);
  }

  // What stands for one character, or \Q…\E; moves behind it.
  uint64_t read_escape() {
    char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (c == 'Q') {
      size_t end = text_.find("\\E", at_ + 2);
      size_t size = (end == text_.npos ? text_.size() : end) - std::min(at_ + 2, text_.size());
      at_ = end == text_.npos ? text_.size() : end + 2;
      return size * (folds_ ? 4 : 1);
    }
    at_ = std::min(at_ + 2, text_.size());
    if (c == 'p' || c == 'P') {
      skip_name('{', '}');
      return kUnicodeClass;
    }
    if (c == 'x') {
      skip_name('{', '}');
      return folds_ ? kWideRange : 4;
    }
    return std::string_view("DWSdws").find(c) != std::string_view::npos ? kAsciiClass + kWideRange : folds_ ? 4 : 1;
  }

  void skip_name(char first, char last) {
    if (at_ >= text_.size() || text_[at_] != first) return;
    size_t end = text_.find(last, at_);
    at_ = end == text_.npos ? text_.size() : end + 1;
  }

  void read_class() {
    ++at_;
    uint64_t size = 1;
    if (at_ < text_.size() && text_[at_] == '^') {
      ++at_;
      size += kWideRange;
    }
    for (bool first = true; at_ < text_.size() && (first || text_[at_] != ']'); first = false) {
      if (text_[at_] == '\\') {
        size = capped(size + read_escape());
      } else if (text_.substr(at_, 2) == "[:") {
        size_t end = text_.find(":]", at_ + 2);
        at_ = end == text_.npos ? at_ + 1 : end + 2;
        size += kAsciiClass + kWideRange;
      } else {
        bool wide = static_cast<unsigned char>(text_[at_]) >= 0x80;
        size += wide ? kWideRange : folds_ ? 4 : 1;
        ++at_;
      }
    }
    if (at_ < text_.size()) ++at_;
    begin_character(capped(size));
  }

  std::string_view text_;
  size_t at_ = 0;
  bool folds_ = false;      // somewhere before, letters came to mean both cases
  bool unbounded_ = false;  // an attempt may live on without being a match
  std::vector<Level> levels_;
};

}  // namespace

uint64_t estimate_pattern_size(std::string_view pattern) { return Estimate(pattern).size(); }

uint64_t search_reach(std::string_view pattern) { return Estimate(pattern).reach(); }

}  // namespace writ
