// Reading and writing files: the one place that does it, and the system calls behind it, which tests make fail.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace writ {

// The calls that open, read or change a file. A test derives from it to fail the n-th one; everything else uses the real
// thing.
class FileCalls {
 public:
  virtual ~FileCalls() = default;
  virtual int open(const char* path, int flags, mode_t mode);
  virtual int open_at(int folder, const char* name, int flags);  // an existing file below a folder
  virtual ssize_t read(int descriptor, char* bytes, size_t size);
  virtual ssize_t write(int descriptor, const char* bytes, size_t size);
  virtual int truncate(int descriptor, off_t size);
  virtual int sync_data(int descriptor);
  virtual int sync(int descriptor);
  virtual int rename(const char* from, const char* to);
  static FileCalls& real();
};

// A file descriptor, closed at the end.
class FileHandle {
 public:
  explicit FileHandle(int descriptor = -1) : descriptor_(descriptor) {}
  ~FileHandle() { close(); }
  FileHandle(FileHandle&& other) noexcept : descriptor_(other.release()) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }
  int release();
  void close();

 private:
  int descriptor_;
};

// "No space left on device" for the current errno.
std::string system_error_text();

// A file could not be read or written; the detail names it and the system's reason: "open x: No such file or directory".
class FileFailure : public Failure {
 public:
  FileFailure(ErrorCode code, std::string detail) : Failure(code, std::move(detail)) {}
};

inline constexpr uint64_t kMaxFileBytes = 4ull << 30;

// The path that a file URL names, "file:///a%20b" or "file://host/a"; anything else is a path already. Throws FileFailure
// for a URL of another scheme, which nothing here can read.
std::string path_of_url(std::string_view text);

// All bytes of a file. Throws FileFailure: E_SIZE beyond `limit`, else E_LEDGER.
std::string read_file(const std::string& path, uint64_t limit, FileCalls& calls = FileCalls::real());
// The same; nothing if there is no such file.
std::optional<std::string> read_file_if_any(const std::string& path, uint64_t limit,
                                            FileCalls& calls = FileCalls::real());

// Writes a file so that after a crash at any point `path` holds either what it held or all of `bytes`: temporary file,
// sync, rename, sync of the directory. Makes directories that are missing. Throws FileFailure(E_LEDGER); the temporary file
// is removed then.
void write_file_durably(const std::string& path, std::string_view bytes, FileCalls& calls = FileCalls::real());

}  // namespace writ
