// A range of a source text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace writ {

// Half-open byte range [begin, end) of file number `file` in a SourceMap.
struct Span {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;

  // Of what is about no place in particular.
  static constexpr Span nowhere() { return {UINT32_MAX, 0, 0}; }
  constexpr bool is_nowhere() const { return file == UINT32_MAX; }
};

struct Position {
  uint32_t row = 1;     // 1-based
  uint32_t column = 1;  // 1-based, in characters (code points), as OPA counts
};

// One policy text. `name` is what the user called it (a path); `text` is owned.
struct SourceFile {
  std::string name;
  std::string text;
};

// All texts of one compilation; Span::file indexes it.
class SourceMap {
 public:
  uint32_t add(std::string name, std::string text);
  const SourceFile& file(uint32_t index) const { return files_[index]; }
  uint32_t size() const { return static_cast<uint32_t>(files_.size()); }
  Position position(uint32_t file, uint32_t offset) const;
  // The line that holds `offset`, without its line end.
  std::string_view line(uint32_t file, uint32_t offset) const;
  std::string_view text(Span span) const;

 private:
  std::vector<SourceFile> files_;
  std::vector<std::vector<uint32_t>> line_starts_;
};

}  // namespace writ
