#include "engine/host/once_results.h"

#include <algorithm>

#include "engine/base/meter.h"

namespace writ {

bool OnceResults::is_before(const Call& call, std::string_view function, std::string_view args) const {
  std::string_view text = text_;
  int order = text.substr(call.text, call.function_size).compare(function);
  return order != 0 ? order < 0 : text.substr(call.text + call.function_size, call.args_size) < args;
}

// Where the call is in order_, or belongs.
size_t OnceResults::place_of(std::string_view function, std::string_view args) const {
  auto found = std::lower_bound(order_.begin(), order_.end(), 0,
                                [&](uint32_t index, int) { return is_before(calls_[index], function, args); });
  return static_cast<size_t>(found - order_.begin());
}

const Value* OnceResults::find(std::string_view function, std::string_view args) {
  size_t place = place_of(function, args);
  if (place == order_.size()) return nullptr;
  const Call& call = calls_[order_[place]];
  std::string_view text = text_;
  bool equal = text.substr(call.text, call.function_size) == function &&
               text.substr(call.text + call.function_size, call.args_size) == args;
  return equal ? &call.value : nullptr;
}

void OnceResults::add(std::string_view function, std::string_view args, const Value& value) {
  // Those behind it are moved.
  constexpr size_t kMovedPerUnit = 128;
  charge_work(order_.size() / kMovedPerUnit);
  size_t place = place_of(function, args);
  Call call{text_.size(), static_cast<uint32_t>(function.size()), static_cast<uint32_t>(args.size()), value};
  text_ += function;
  text_ += args;
  calls_.push_back(call);
  order_.insert(order_.begin() + static_cast<ptrdiff_t>(place), static_cast<uint32_t>(calls_.size() - 1));
}

void OnceResults::clear() {
  text_.clear();
  calls_.clear();
  order_.clear();
}

}  // namespace writ
