#include "store/evidence_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace writ {

namespace {

// Empty for a regular file.
std::string_view kind_of(mode_t mode) {
  if (S_ISREG(mode)) return {};
  if (S_ISDIR(mode)) return "it is a directory";
  if (S_ISLNK(mode)) return "it is a symbolic link";
  if (S_ISFIFO(mode)) return "it is a FIFO";
  if (S_ISSOCK(mode)) return "it is a socket";
  return "it is a device";
}

bool is_absent(int error) { return error == ENOENT; }

[[noreturn]] void fail_system(const std::string& path) {
  throw UnreadableFile(path, system_error_text(), UnreadableFile::Cause::kSystem);
}

void require_small(uint64_t size, uint64_t cap, const std::string& path) {
  if (size > cap) throw UnreadableFile(path, "it is larger than " + std::to_string(cap) + " bytes");
}

}  // namespace

// Looked at by name first, so that a device is not even opened, and by handle afterwards, so that what was opened is what
// was looked at. No handle if there is no such file.
FileHandle EvidenceFolder::open_below(const FileHandle& folder, const std::string& component, bool last,
                                      const std::string& path) const {
  struct stat status;
  if (::fstatat(folder.get(), component.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (is_absent(errno)) return FileHandle();
    fail_system(path);
  }
  auto require_kind = [&] {
    bool fits = last ? S_ISREG(status.st_mode) : S_ISDIR(status.st_mode);
    if (fits) return;
    std::string_view kind = kind_of(status.st_mode);
    throw UnreadableFile(path, kind.empty() ? "it is not a directory" : std::string(kind));
  };
  require_kind();
  int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (last ? 0 : O_DIRECTORY);
  FileHandle file(calls_->open_at(folder.get(), component.c_str(), flags));
  if (!file) {
    if (is_absent(errno)) return FileHandle();
    fail_system(path);
  }
  if (::fstat(file.get(), &status) != 0) fail_system(path);
  require_kind();
  return file;
}

std::optional<std::string> EvidenceFolder::read(std::string_view name, uint64_t cap) const {
  FileHandle at(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at) {
    if (is_absent(errno)) return std::nullopt;
    fail_system(root_);
  }
  std::string path = root_;
  for (size_t begin = 0; begin <= name.size();) {
    size_t end = std::min(name.find('/', begin), name.size());
    std::string component(name.substr(begin, end - begin));
    path += '/';
    path += component;
    at = open_below(at, component, end == name.size(), path);
    if (!at) return std::nullopt;
    begin = end + 1;
  }
  return read_all(at, cap, path);
}

std::string EvidenceFolder::read_all(const FileHandle& file, uint64_t cap, const std::string& path) const {
  struct stat status;
  if (::fstat(file.get(), &status) != 0) fail_system(path);
  require_small(static_cast<uint64_t>(status.st_size), cap, path);
  std::string bytes;
  char chunk[1 << 16];
  for (;;) {
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(sizeof(chunk), cap + 1 - bytes.size()));
    ssize_t got = calls_->read(file.get(), chunk, wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_system(path);
    if (got == 0) return bytes;
    bytes.append(chunk, static_cast<size_t>(got));
    require_small(bytes.size(), cap, path);
  }
}

}  // namespace writ
