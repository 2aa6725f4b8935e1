#include "engine/base/utf8.h"

namespace writ {

std::string one_line(std::string_view text, size_t most) {
  std::string out;
  size_t characters = 0;
  bool gap = false;
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    CodePoint point = decode_utf8(at, end);
    if (*at == ' ' || (*at >= '\t' && *at <= '\r')) {
      gap = !out.empty();
    } else {
      if (gap && characters < most) {
        out += ' ';
        ++characters;
      }
      gap = false;
      if (characters == most) return out + "...";
      out.append(at, point.size);
      ++characters;
    }
    at += point.size;
  }
  return out;
}

}  // namespace writ
