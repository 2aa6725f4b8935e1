// sprintf, as Go's fmt.Sprintf: go_directives.h reads the format, and each directive is formatted by go_format.h.
#include <optional>
#include <span>
#include <string>

#include "engine/builtins/go_directives.h"
#include "engine/builtins/go_format.h"
#include "engine/builtins/support.h"

namespace writ {

namespace {

class Printer : public GoDirectives {
 public:
  Printer(BuiltinCall& call, ChargedText& out, std::string_view format, std::span<const Value> values)
      : GoDirectives(call, out, format, values.size()), values_(values) {}

 private:
  std::optional<int64_t> integer(size_t i) const override {
    return values_[i].is_number() ? machine_integer(values_[i]) : std::nullopt;
  }

  void print(size_t i, const GoFlags& flags, char32_t verb) override {
    charge_argument(values_[i]);
    format_go(out_, flags, make_go_argument(values_[i]), verb);
  }

  void print_extra(size_t i) override {
    charge_argument(values_[i]);
    GoArgument argument = make_go_argument(values_[i]);
    out_.append(std::string(argument.type_name()) + "=");
    format_go(out_, GoFlags(), argument, 'v');
  }

  void charge_argument(const Value& value) {
    if (value.is_number()) charge_arithmetic(call_, expanded_digits(value));
    if (value.is_collection()) charge_value(call_, value);
  }

  std::span<const Value> values_;
};

}  // namespace

Value builtin_sprintf(BuiltinCall& call) {
  charge_bytes(call, call[0].size);
  ChargedText out(call);
  Printer(call, out, call[0].text(), call[1].items()).print_all();
  return out.finish();
}

}  // namespace writ
