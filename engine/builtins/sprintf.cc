// sprintf, as Go's fmt.Sprintf: the format is walked here, each directive is formatted by go_format.h.
//
// A directive is "%", flags, an index "[n]" of the argument to take, a width, a precision (each may be "*", a number
// from the arguments) and a verb. What is wrong with a directive is not a fault but part of the text, as in Go:
// "%!d(MISSING)".
#include <algorithm>
#include <optional>
#include <string>

#include "engine/builtins/go_format.h"
#include "engine/builtins/support.h"

namespace writ {

namespace {

// Walks the format and answers each directive from the arguments.
class Printer {
 public:
  Printer(BuiltinCall& call, std::string_view format, std::span<const Value> values)
      : call_(call), format_(format), values_(values), out_(call) {}

  Value print() {
    while (at_ < format_.size()) {
      size_t percent = std::min(format_.find('%', at_), format_.size());
      out_.append(format_.substr(at_, percent - at_));
      at_ = percent;
      if (at_ == format_.size()) break;
      at_++;
      if (!print_directive()) break;
    }
    if (!reordered_) print_extra();
    return out_.finish();
  }

 private:
  // A width, precision or index that is beyond this before its last digit is read is refused, as in Go.
  static constexpr int64_t kMaxNumber = 1'000'000;

  // False when the format ended in the middle.
  bool print_directive() {
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

  void read_flags() {
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

  bool at(char c) const { return at_ < format_.size() && format_[at_] == c; }

  // Digits from `at_` on, none beyond `end`. Too large a number eats all.
  std::optional<int> read_number(size_t end) {
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
  void read_index() {
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
    bool in_range = is_number && *number >= 1 && static_cast<size_t>(*number) <= values_.size();
    if (in_range) next_ = static_cast<size_t>(*number) - 1;
    else index_is_good_ = false;
  }

  // "*": a number from the arguments; nullopt if the next one is none.
  std::optional<int> take_number() {
    if (next_ >= values_.size()) return std::nullopt;
    const Value& value = values_[next_++];
    std::optional<int64_t> integer;
    if (value.is_number()) integer = machine_integer(value);
    if (!integer.has_value() || *integer > kMaxNumber || *integer < -kMaxNumber) return std::nullopt;
    return static_cast<int>(*integer);
  }

  void read_width() {
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

  void read_precision() {
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

  void print_verb(char32_t verb) {
    if (verb == '%') return out_.append("%");
    if (!index_is_good_) return print_complaint(verb, "(BADINDEX)");
    if (next_ >= values_.size()) return print_complaint(verb, "(MISSING)");
    if (verb == 'v' || verb == 'w') {
      flags_.go_syntax = flags_.sharp;
      flags_.sharp = false;
      flags_.field_names = flags_.plus;
      flags_.plus = false;
    }
    int64_t padding = int64_t{flags_.width.value_or(0)} + flags_.precision.value_or(0);
    charge_bytes(call_, static_cast<uint64_t>(padding));
    print_argument(values_[next_++], verb);
  }

  void print_complaint(char32_t verb, std::string_view text) {
    std::string complaint = "%!";
    append_rune(complaint, verb);
    out_.append(complaint.append(text));
  }

  void print_argument(const Value& value, char32_t verb) {
    charge_argument(value);
    format_go(out_, flags_, make_go_argument(value), verb);
  }

  void charge_argument(const Value& value) {
    if (value.is_number()) charge_arithmetic(call_, expanded_digits(value));
    if (value.is_collection()) charge_value(call_, value);
  }

  void print_extra() {
    if (next_ >= values_.size()) return;
    flags_ = GoFlags();
    out_.append("%!(EXTRA ");
    for (size_t i = next_; i < values_.size(); i++) {
      if (i > next_) out_.append(", ");
      charge_elements(call_, 1);
      charge_argument(values_[i]);
      GoArgument argument = make_go_argument(values_[i]);
      out_.append(std::string(argument.type_name()) + "=");
      format_go(out_, flags_, argument, 'v');
    }
    out_.append(")");
  }

  BuiltinCall& call_;
  std::string_view format_;
  std::span<const Value> values_;
  ChargedText out_;
  size_t at_ = 0;
  size_t next_ = 0;  // argument
  bool reordered_ = false;
  bool index_is_good_ = true;
  bool after_index_ = false;
  GoFlags flags_;
};

}  // namespace

Value builtin_sprintf(BuiltinCall& call) {
  charge_bytes(call, call[0].size);
  return Printer(call, call[0].text(), call[1].items()).print();
}

}  // namespace writ
