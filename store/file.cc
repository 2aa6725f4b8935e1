#include "store/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "engine/base/error.h"

namespace writ {

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
  throw Failure(ErrorCode::E_LEDGER, "cannot " + what + " " + path + ": " + system_error_text());
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
    if (errno != ENOENT) fail_file("look at", at);
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

std::optional<std::string> read_file(const std::string& path, size_t limit) {
  FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    fail_file("open", path);
  }
  std::string bytes;
  char chunk[1 << 16];
  for (;;) {
    ssize_t got = ::read(file.get(), chunk, sizeof(chunk));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_file("read", path);
    if (got == 0) return bytes;
    bytes.append(chunk, static_cast<size_t>(got));
    if (bytes.size() > limit) throw Failure(ErrorCode::E_SIZE, path + " is too large");
  }
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
