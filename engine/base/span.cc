#include "engine/base/span.h"

#include <algorithm>

namespace writ {

uint32_t SourceMap::add(std::string name, std::string text) {
  std::vector<uint32_t> starts{0};
  for (size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + 1)) {
    starts.push_back(static_cast<uint32_t>(end + 1));
  }
  files_.push_back({std::move(name), std::move(text)});
  line_starts_.push_back(std::move(starts));
  return size() - 1;
}

Position SourceMap::position(uint32_t file, uint32_t offset) const {
  const std::vector<uint32_t>& starts = line_starts_[file];
  auto after = std::upper_bound(starts.begin(), starts.end(), offset);
  auto row = static_cast<uint32_t>(after - starts.begin());
  std::string_view before(files_[file].text);
  before = before.substr(starts[row - 1], offset - starts[row - 1]);
  auto begins_character = [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; };
  return {row, static_cast<uint32_t>(std::count_if(before.begin(), before.end(), begins_character)) + 1};
}

std::string_view SourceMap::line(uint32_t file, uint32_t offset) const {
  std::string_view text = files_[file].text;
  uint32_t begin = line_starts_[file][position(file, offset).row - 1];
  size_t end = text.find('\n', begin);
  if (end == std::string_view::npos) end = text.size();
  if (end > begin && text[end - 1] == '\r') --end;
  return text.substr(begin, end - begin);
}

std::string_view SourceMap::text(Span span) const {
  return std::string_view(files_[span.file].text).substr(span.begin, span.end - span.begin);
}

}  // namespace writ
