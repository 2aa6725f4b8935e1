// Reading what the user named, with messages that name it.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "store/file.h"

namespace writ::cli {

// What the system says of a stream that could not be opened or written; errno was set to 0 before.
std::string stream_error();

// The path of a file that the user named, as a path or as a file URL. Throws CommandFailure(kExitInput) for other URLs.
std::string local_path(const std::string& text);

// All bytes of a file. Throws CommandFailure(kExitInput) if it cannot be opened, is a directory or is longer than
// `limit`.
std::string read_whole_file(const std::string& path, uint64_t limit = kMaxFileBytes);
// The same from a stream; `name` is for messages.
std::string read_whole_stream(std::istream& in, std::string_view name, uint64_t limit = kMaxFileBytes);

// "input.json:3:14: the document is not JSON [E_JSON_SYNTAX]", without what is not known.
std::string describe(const Error& error, std::string_view file);

// Lines of a stream, none of them ever held beyond `limit` bytes.
class LineReader {
 public:
  struct Line {
    std::string_view text;  // without line feed; the first limit + 1 bytes of a longer one
    uint64_t number;        // 1-based
    bool too_long;
  };
  LineReader(std::istream& in, uint64_t limit) : in_(in), limit_(limit) {}
  // Nothing at the end. Lines of nothing but white space are left out.
  std::optional<Line> next();
  // Nothing has been read ahead: the next call may have to wait.
  bool is_drained() const { return at_ == buffer_.size(); }
  // Reading ended because of an error and not at the end.
  bool failed() const;

 private:
  bool fill();
  bool read_line(bool* too_long);

  std::istream& in_;
  uint64_t limit_;
  uint64_t number_ = 0;
  std::string line_;
  std::string buffer_;
  size_t at_ = 0;
};

}  // namespace writ::cli
