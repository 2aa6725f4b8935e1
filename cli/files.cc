#include "cli/files.h"

#include <algorithm>
#include <cerrno>
#include <istream>
#include <system_error>

#include "cli/exit_status.h"
#include "cli/failure.h"

namespace writ::cli {

namespace {

constexpr size_t kChunk = 1u << 16;

}  // namespace

std::string local_path(const std::string& text) {
  try {
    return path_of_url(text);
  } catch (const FileFailure& failure) {
    throw CommandFailure(kExitInput, failure.error().detail);
  }
}

std::string read_whole_file(const std::string& path, uint64_t limit) {
  try {
    return read_file(path, limit);
  } catch (const FileFailure& failure) {
    throw CommandFailure(kExitInput, failure.error().detail);
  }
}

std::string stream_error() {
  return std::generic_category().message(errno != 0 ? errno : EIO);
}

std::string read_whole_stream(std::istream& in, std::string_view name, uint64_t limit) {
  std::string text;
  while (in) {
    size_t before = text.size();
    text.resize(before + kChunk);
    in.read(text.data() + before, kChunk);
    text.resize(before + static_cast<size_t>(in.gcount()));
    if (text.size() > limit) {
      throw CommandFailure(kExitInput,
                           "`" + std::string(name) + "` is longer than " + std::to_string(limit) + " bytes");
    }
  }
  if (in.bad()) throw CommandFailure(kExitInput, "cannot read `" + std::string(name) + "` to its end");
  return text;
}

std::string describe(const Error& error, std::string_view file) {
  std::string text(error.file.empty() ? file : std::string_view(error.file));
  if (error.row > 0) text += ":" + std::to_string(error.row) + ":" + std::to_string(error.column);
  if (!text.empty()) text += ": ";
  text += error.detail.empty() ? std::string(error_code_text(error.code)) : error.detail;
  if (error) text += " [" + std::string(error_code_name(error.code)) + "]";
  return text;
}

// --- Lines -----------------------------------------------------------------------------------------------------------

bool LineReader::failed() const {
  return in_.bad();
}

// Takes what is there and waits only if that is nothing, so that a program at the other end of a pipe gets its answers.
bool LineReader::fill() {
  buffer_.clear();
  at_ = 0;
  if (in_.peek() == std::istream::traits_type::eof()) return false;
  buffer_.resize(kChunk);
  buffer_.resize(static_cast<size_t>(in_.readsome(buffer_.data(), kChunk)));
  if (buffer_.empty()) buffer_.push_back(static_cast<char>(in_.get()));
  return true;
}

bool LineReader::read_line(bool* too_long) {
  line_.clear();
  *too_long = false;
  bool any = false;
  while (at_ < buffer_.size() || fill()) {
    any = true;
    size_t end = buffer_.find('\n', at_);
    size_t stop = end == std::string::npos ? buffer_.size() : end;
    size_t room = static_cast<size_t>(limit_ + 1) - line_.size();
    line_.append(buffer_, at_, std::min(stop - at_, room));
    at_ = end == std::string::npos ? buffer_.size() : end + 1;
    if (end != std::string::npos) break;
  }
  *too_long = line_.size() > limit_;
  return any;
}

std::optional<LineReader::Line> LineReader::next() {
  bool too_long = false;
  while (read_line(&too_long)) {
    ++number_;
    if (line_.find_first_not_of(" \t\r") == std::string::npos && !too_long) continue;
    return Line{line_, number_, too_long};
  }
  return std::nullopt;
}

}  // namespace writ::cli
