// The directives of Go's fmt.Sprintf.
//
// A directive is "%", flags, an index "[n]" of the argument to take, a width, a precision (each may be "*", a number
// from the arguments) and a verb. What is wrong with a directive is not a fault but part of the text, as in Go:
// "%!d(MISSING)". Whose arguments they are, and how one is formatted, a derived class says.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/builtins/go_format.h"
#include "engine/builtins/support.h"

namespace writ {

class GoDirectives {
 public:
  GoDirectives(BuiltinCall& call, ChargedText& out, std::string_view format, size_t arguments)
      : call_(call), out_(out), format_(format), arguments_(arguments) {}
  virtual ~GoDirectives() = default;
  GoDirectives(const GoDirectives&) = delete;
  GoDirectives& operator=(const GoDirectives&) = delete;

  // Walks the format and answers each directive from the arguments.
  void print_all();

 protected:
  // The integer that argument i is to a width or a precision; nothing if it is none.
  virtual std::optional<int64_t> integer(size_t i) const = 0;
  virtual void print(size_t i, const GoFlags& flags, char32_t verb) = 0;
  // Argument i with its type in front, for what no directive took.
  virtual void print_extra(size_t i) = 0;

  BuiltinCall& call_;
  ChargedText& out_;

 private:
  bool at(char c) const { return at_ < format_.size() && format_[at_] == c; }
  bool print_directive();
  void read_flags();
  std::optional<int> read_number(size_t end);
  void read_index();
  std::optional<int> take_number();
  void read_width();
  void read_precision();
  void print_verb(char32_t verb);
  void print_complaint(char32_t verb, std::string_view text);
  void print_all_extra();

  std::string_view format_;
  size_t arguments_;
  size_t at_ = 0;
  size_t next_ = 0;  // argument
  bool reordered_ = false;
  bool index_is_good_ = true;
  bool after_index_ = false;
  GoFlags flags_;
};

}  // namespace writ
