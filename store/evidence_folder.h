// Reading what somebody else may have laid out: files below one folder, without following links, without waiting, and
// not beyond a cap.
//
// A verifier opens files whose names and contents it cannot trust. A name may lead out of the folder by a link, a file
// may be a FIFO that never answers, a device, or larger than memory. Here each component of a name is opened below the
// handle of the one before it, is looked at before a byte is read, and only regular files are read. "There is no such
// file" and "there is one that cannot serve" are different answers: the first is an ordinary result, the second names
// what is there instead.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "store/file.h"

namespace writ {

// A file that is there and cannot serve as evidence. The text names it and says what it is instead ("a FIFO", "a
// symbolic link"), that it is too large, or what the system said.
class UnreadableFile : public std::runtime_error {
 public:
  enum class Cause : uint8_t { kForm, kSystem };  // what it is, or what the system said
  UnreadableFile(const std::string& path, const std::string& reason, Cause cause = Cause::kForm)
      : std::runtime_error("`" + path + "` cannot be read: " + reason), cause_(cause) {}
  Cause cause() const { return cause_; }

 private:
  Cause cause_;
};

class EvidenceFolder {
 public:
  // Opens nothing yet. The folder itself may be named by way of links; below it none is followed.
  explicit EvidenceFolder(std::string root, FileCalls& calls = FileCalls::real())
      : root_(std::move(root)), calls_(&calls) {}

  // All bytes of the regular file `name`, relative, its components separated by slashes. Nothing if it, or a folder on
  // the way to it, does not exist. At most cap + 1 bytes are read. Throws UnreadableFile.
  std::optional<std::string> read(std::string_view name, uint64_t cap) const;

  const std::string& root() const { return root_; }

 private:
  FileHandle open_below(const FileHandle& folder, const std::string& component, bool last,
                        const std::string& path) const;
  std::string read_all(const FileHandle& file, uint64_t cap, const std::string& path) const;

  std::string root_;
  FileCalls* calls_;
};

}  // namespace writ
