// The few things replay does with files, and the system calls behind them, which tests make fail.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace writ {

// The calls that change a file. A test derives from it to fail the n-th one; everything else uses the real thing.
class FileCalls {
 public:
  virtual ~FileCalls() = default;
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

// The whole file, nothing if there is none. Throws Failure(E_SIZE) beyond `limit` and Failure(E_LEDGER) if it cannot be
// read.
std::optional<std::string> read_file(const std::string& path, size_t limit);

// Writes a file so that after a crash at any point `path` holds either what it held or all of `bytes`: temporary file,
// sync, rename, sync of the directory. Makes directories that are missing. Throws Failure(E_LEDGER); the temporary file
// is removed then.
void write_file_durably(const std::string& path, std::string_view bytes, FileCalls& calls = FileCalls::real());

}  // namespace writ
