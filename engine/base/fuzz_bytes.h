// What a fuzz target takes from the bytes it is given: small numbers and texts, in order, until nothing is left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace writ {

class FuzzBytes {
 public:
  FuzzBytes(const uint8_t* data, size_t size) : text_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return text_.empty(); }
  // The next byte, 0 at the end.
  uint8_t byte() {
    if (text_.empty()) return 0;
    auto value = static_cast<uint8_t>(text_.front());
    text_.remove_prefix(1);
    return value;
  }
  // Below `bound`, which is not 0.
  size_t below(size_t bound) {
    size_t value = byte();
    if (bound > 256) value = value << 8 | byte();
    return value % bound;
  }
  // Up to the next zero byte, which is passed over; everything if there is none.
  std::string_view text() {
    std::string_view found = text_.substr(0, text_.find('\0'));
    text_.remove_prefix(found.size() == text_.size() ? found.size() : found.size() + 1);
    return found;
  }
  std::string_view rest() {
    std::string_view all = text_;
    text_ = {};
    return all;
  }

 private:
  std::string_view text_;
};

// Ends the process if a promise is broken, also where assertions are off.
inline void demand(bool truth) {
  if (!truth) std::abort();
}

}  // namespace writ
