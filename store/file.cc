// Two halves. Reading: open, refuse folders, read to the end or the limit. Writing: the file is written under a temporary
// name beside its own, synced, renamed, and its directory synced; what opens, reads or changes a file goes through
// FileCalls, so that tests can make each call fail.
#include "store/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "engine/base/error.h"

namespace writ {

int FileCalls::open(const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); }
int FileCalls::open_at(int folder, const char* name, int flags) { return ::openat(folder, name, flags); }
ssize_t FileCalls::read(int descriptor, char* bytes, size_t size) { return ::read(descriptor, bytes, size); }
ssize_t FileCalls::write(int descriptor, const char* bytes, size_t size) { return ::write(descriptor, bytes, size); }
int FileCalls::truncate(int descriptor, off_t size) { return ::ftruncate(descriptor, size); }
int FileCalls::sync_data(int descriptor) { return ::fdatasync(descriptor); }
int FileCalls::sync(int descriptor) { return ::fsync(descriptor); }
int FileCalls::rename(const char* from, const char* to) { return ::rename(from, to); }

FileCalls& FileCalls::real() {
  static FileCalls calls;
  return calls;
}

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

int FileHandle::release() {
  int descriptor = descriptor_;
  descriptor_ = -1;
  return descriptor;
}

void FileHandle::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::string system_error_text() { return std::error_code(errno, std::generic_category()).message(); }

namespace {

[[noreturn]] void fail_file(const std::string& what, const std::string& path) {
  throw FileFailure(ErrorCode::E_LEDGER, "cannot " + what + " " + path + ": " + system_error_text());
}

// In OPA's words, for files that users name.
[[noreturn]] void fail_read(const std::string& what, const std::string& path) {
  throw FileFailure(ErrorCode::E_LEDGER, what + " " + path + ": " + system_error_text());
}

// Without a file and errno set if it cannot be opened or is a directory.
FileHandle open_to_read(const std::string& path, FileCalls& calls) {
  FileHandle file(calls.open(path.c_str(), O_RDONLY | O_CLOEXEC, 0));
  struct stat status;
  if (file && ::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    file.close();
    errno = EISDIR;
  }
  return file;
}

std::string read_all(int descriptor, const std::string& path, uint64_t limit, FileCalls& calls) {
  std::string bytes;
  char chunk[1 << 16];
  for (;;) {
    ssize_t got = calls.read(descriptor, chunk, sizeof(chunk));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_read("read", path);
    if (got == 0) return bytes;
    bytes.append(chunk, static_cast<size_t>(got));
    if (bytes.size() > limit) {
      throw FileFailure(ErrorCode::E_SIZE, path + ": longer than " + std::to_string(limit) + " bytes");
    }
  }
}

void sync_directory(const std::string& path, FileCalls& calls) {
  FileHandle directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || calls.sync(directory.get()) != 0) fail_file("sync directory", path);
}

std::string parent_of(const std::string& path) {
  size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Makes the directory and those above it; each new name is synced into its parent.
void make_directories(const std::string& path, FileCalls& calls) {
  struct stat status;
  std::vector<std::string> missing;  // innermost first
  for (std::string at = path; ::stat(at.c_str(), &status) != 0; at = parent_of(at)) {
    if (errno != ENOENT) fail_file("examine", at);
    missing.push_back(at);
  }
  for (; !missing.empty(); missing.pop_back()) {
    const std::string& name = missing.back();
    if (::mkdir(name.c_str(), 0777) != 0 && errno != EEXIST) fail_file("make directory", name);
    sync_directory(parent_of(name), calls);
  }
}

void write_all(int descriptor, std::string_view bytes, const std::string& path, FileCalls& calls) {
  while (!bytes.empty()) {
    ssize_t written = calls.write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail_file("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_file_scheme(std::string_view scheme) {
  constexpr std::string_view kScheme = "file";
  return scheme.size() == kScheme.size() && std::equal(scheme.begin(), scheme.end(), kScheme.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
         });
}

}  // namespace

std::string path_of_url(std::string_view text) {
  size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return std::string(text);
  if (!is_file_scheme(text.substr(0, scheme)))
    throw FileFailure(ErrorCode::E_LEDGER, "unsupported URL scheme: " + std::string(text));
  std::string_view rest = text.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("?#"));
  rest = rest.substr(std::min(rest.find('/'), rest.size()));  // past the host
  std::string path;
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] != '%') {
      path += rest[i];
      continue;
    }
    int high = i + 2 < rest.size() ? hex_digit(rest[i + 1]) : -1;
    int low = i + 2 < rest.size() ? hex_digit(rest[i + 2]) : -1;
    if (high < 0 || low < 0)
      throw FileFailure(ErrorCode::E_LEDGER, "invalid URL escape in `" + std::string(text) + "`");
    path += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return path;
}

std::string read_file(const std::string& path, uint64_t limit, FileCalls& calls) {
  FileHandle file = open_to_read(path, calls);
  if (!file) fail_read("open", path);
  return read_all(file.get(), path, limit, calls);
}

std::optional<std::string> read_file_if_any(const std::string& path, uint64_t limit, FileCalls& calls) {
  FileHandle file = open_to_read(path, calls);
  if (!file && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (!file) fail_read("open", path);
  return read_all(file.get(), path, limit, calls);
}

void write_file_durably(const std::string& path, std::string_view bytes, FileCalls& calls) {
  make_directories(parent_of(path), calls);
  std::string temporary = path + ".tmp-XXXXXX";
  FileHandle file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) fail_file("create", temporary);
  try {
    if (::fchmod(file.get(), 0644) != 0) fail_file("set the mode of", temporary);
    write_all(file.get(), bytes, temporary, calls);
    if (calls.sync(file.get()) != 0) fail_file("sync", temporary);
    file.close();
    if (calls.rename(temporary.c_str(), path.c_str()) != 0) fail_file("rename to", path);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_directory(parent_of(path), calls);
}

}  // namespace writ
