// The walk over a format. print_directive reads what is behind a "%" in the order in which Go reads it: flags, index, width,
// precision, index again, verb. Each part leaves `at_` behind itself and what it found in `flags_`; an index moves `next_`, the
// argument that is taken next. A directive that cannot be answered puts Go's complaint in its place.
#include "engine/builtins/go_directives.h"

#include <algorithm>
#include <string>

namespace writ {

namespace {

// A width, precision or index that is beyond this before its last digit is read is refused, as in Go.
constexpr int64_t kMaxNumber = 1'000'000;

}  // namespace

void GoDirectives::print_all() {
  while (at_ < format_.size()) {
    size_t percent = std::min(format_.find('%', at_), format_.size());
    out_.append(format_.substr(at_, percent - at_));
    at_ = percent;
    if (at_ == format_.size()) break;
    at_++;
    if (!print_directive()) break;
  }
  if (!reordered_) print_all_extra();
}

// False when the format ended in the middle.
bool GoDirectives::print_directive() {
  index_is_good_ = true;
  flags_ = GoFlags();
  read_flags();
  read_index();
  read_width();
  read_precision();
  if (!after_index_) read_index();
  if (at_ >= format_.size()) {
    out_.append("%!(NOVERB)");
    return false;
  }
  Rune verb = decode_rune(format_.substr(at_));
  at_ += verb.bytes;
  print_verb(verb.code);
  return true;
}

void GoDirectives::read_flags() {
  for (; at_ < format_.size(); at_++) {
    switch (format_[at_]) {
      case '#': flags_.sharp = true; break;
      case '0': flags_.zero = true; break;
      case '+': flags_.plus = true; break;
      case '-': flags_.minus = true; break;
      case ' ': flags_.space = true; break;
      default: return;
    }
  }
}

// Digits from `at_` on, none beyond `end`. Too large a number eats all.
std::optional<int> GoDirectives::read_number(size_t end) {
  if (at_ >= end) {
    at_ = end;
    return std::nullopt;
  }
  std::optional<int> number;
  for (; at_ < end && format_[at_] >= '0' && format_[at_] <= '9'; at_++) {
    if (number.value_or(0) > kMaxNumber) {
      at_ = end;
      return std::nullopt;
    }
    number = number.value_or(0) * 10 + (format_[at_] - '0');
  }
  return number;
}

// "[3]": the argument that comes next.
void GoDirectives::read_index() {
  after_index_ = false;
  if (!at('[')) return;
  reordered_ = true;
  size_t begin = at_;
  size_t close = format_.find(']', begin);
  if (format_.size() - begin < 3 || close == std::string_view::npos) {
    at_ = begin + 1;
    index_is_good_ = false;
    return;
  }
  at_ = begin + 1;
  std::optional<int> number = read_number(close);
  bool is_number = number.has_value() && at_ == close;
  at_ = close + 1;
  after_index_ = is_number;
  bool in_range = is_number && *number >= 1 && static_cast<size_t>(*number) <= arguments_;
  if (in_range) next_ = static_cast<size_t>(*number) - 1;
  else index_is_good_ = false;
}

// "*": a number from the arguments; nullopt if the next one is none.
std::optional<int> GoDirectives::take_number() {
  if (next_ >= arguments_) return std::nullopt;
  std::optional<int64_t> number = integer(next_++);
  if (!number.has_value() || *number > kMaxNumber || *number < -kMaxNumber) return std::nullopt;
  return static_cast<int>(*number);
}

void GoDirectives::read_width() {
  if (!at('*')) {
    flags_.width = read_number(format_.size());
    if (after_index_ && flags_.width.has_value()) index_is_good_ = false;  // "%[3]2d"
    return;
  }
  at_++;
  flags_.width = take_number();
  if (!flags_.width.has_value()) out_.append("%!(BADWIDTH)");
  if (flags_.width.value_or(0) < 0) {
    flags_.width = -*flags_.width;
    flags_.minus = true;
    flags_.zero = false;
  }
  after_index_ = false;
}

void GoDirectives::read_precision() {
  if (at_ + 1 >= format_.size() || !at('.')) return;
  at_++;
  if (after_index_) index_is_good_ = false;  // "%[3].2d"
  read_index();
  if (!at('*')) {
    flags_.precision = read_number(format_.size());
    if (!flags_.precision.has_value()) flags_.precision = 0;
    return;
  }
  at_++;
  flags_.precision = take_number();
  if (flags_.precision.value_or(0) < 0) flags_.precision = std::nullopt;
  if (!flags_.precision.has_value()) out_.append("%!(BADPREC)");
  after_index_ = false;
}

void GoDirectives::print_verb(char32_t verb) {
  if (verb == '%') return out_.append("%");
  if (!index_is_good_) return print_complaint(verb, "(BADINDEX)");
  if (next_ >= arguments_) return print_complaint(verb, "(MISSING)");
  if (verb == 'v' || verb == 'w') {
    flags_.go_syntax = flags_.sharp;
    flags_.sharp = false;
    flags_.field_names = flags_.plus;
    flags_.plus = false;
  }
  int64_t padding = int64_t{flags_.width.value_or(0)} + flags_.precision.value_or(0);
  charge_bytes(call_, static_cast<uint64_t>(padding));
  print(next_++, flags_, verb);
}

void GoDirectives::print_complaint(char32_t verb, std::string_view text) {
  std::string complaint = "%!";
  append_rune(complaint, verb);
  out_.append(complaint.append(text));
}

void GoDirectives::print_all_extra() {
  if (next_ >= arguments_) return;
  out_.append("%!(EXTRA ");
  for (size_t i = next_; i < arguments_; i++) {
    if (i > next_) out_.append(", ");
    charge_elements(call_, 1);
    print_extra(i);
  }
  out_.append(")");
}

}  // namespace writ
