// Files of records: JSON Lines, one canonical record a line, no header, appended to and never rewritten.
//
// The writer holds a lock, for which another one waits; it writes each line with one call, and after a failed or short
// write cuts the file back to the end of the last whole line and refuses to go on: what was written before stays whole,
// and nothing half is left behind. A file that ends in the middle of a line was cut by a crash or a copy; opening it for writing is an error
// that says where, because appending would glue two records together. The reader streams, with memory for one line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/error.h"
#include "engine/record/record.h"
#include "store/evidence_folder.h"
#include "store/file.h"

namespace writ {

enum class Durability : uint8_t {
  kNone,  // when the system pleases
  kSync,  // append returns after fdatasync
};

// A file ends in the middle of a line; cut_torn_line mends that.
class TornFile : public Failure {
 public:
  explicit TornFile(std::string detail) : Failure(ErrorCode::E_LEDGER, std::move(detail)) {}
};

class RecordFileWriter {
 public:
  // Opens or creates, and waits up to `lock_timeout_ms` for another writer to leave the file. Throws Failure:
  // E_LEDGER_BUSY if it does not, E_LEDGER if the file cannot be opened, TornFile if it ends in the middle of a line.
  explicit RecordFileWriter(const std::string& path, Durability durability = Durability::kNone,
                            uint64_t lock_timeout_ms = 0, FileCalls& calls = FileCalls::real());

  // Appends one line as append_record made it, line feed included. Throws Failure(E_LEDGER) if it could not be written
  // (or synced): the record is then not in the file, and this and every later append fails. Throws
  // Failure(E_RECORD_SIZE) for a line over 16 MiB, or what is set, and Failure(E_INTERNAL) for what is not one line; both
  // leave the writer usable.
  void append(std::string_view line);
  // In place of 16 MiB.
  void set_max_line(size_t bytes) { max_line_ = bytes; }

  uint64_t size() const { return size_; }
  bool failed() const { return failed_; }

 private:
  [[noreturn]] void fail(std::string detail);

  std::string path_;
  FileHandle file_;
  Durability durability_;
  FileCalls* calls_;
  size_t max_line_ = kMaxRecordLine;
  uint64_t size_ = 0;  // end of the last whole line
  bool failed_ = false;
  std::string failure_;
};

// Cuts an unfinished last line off, after keeping it in `<path>.torn-<offset>`. Returns that name, nothing if the file
// ends with a whole line. Takes the writer's lock, and waits for it in the same way. Throws Failure(E_LEDGER or
// E_LEDGER_BUSY).
std::optional<std::string> cut_torn_line(const std::string& path, uint64_t lock_timeout_ms = 0);

class RecordFileReader {
 public:
  // Throws Failure(E_LEDGER) if there is no such file, and UnreadableFile if it is no regular file or cannot be opened.
  explicit RecordFileReader(const std::string& path);
  // Reads from an open descriptor, such as standard input, and does not close it.
  explicit RecordFileReader(int descriptor) : descriptor_(descriptor) {}

  struct Line {
    enum class Form : uint8_t { kWhole, kCut, kTooLong };
    Form form;              // kCut: the file ends before its line feed; kTooLong: over the limit, `text` is its beginning
    uint64_t number;        // 1-based
    uint64_t offset;        // of its first byte in the file
    std::string_view text;  // without the line feed; valid until the next call
  };
  // The next line, nothing at the end. Throws Failure(E_LEDGER) if reading fails.
  std::optional<Line> next();
  // In place of 16 MiB.
  void set_max_line(size_t bytes) { max_line_ = bytes; }

 private:
  void consume(size_t bytes);
  void skip_rest_of_line();
  void fill();

  size_t max_line_ = kMaxRecordLine;
  FileHandle file_;
  int descriptor_ = -1;
  std::string buffer_;
  size_t begin_ = 0;     // of what is not yet handed out
  size_t searched_ = 0;  // up to here there is no line feed
  bool at_end_ = false;
  bool skipping_ = false;  // the last line handed out was too long; its rest is still to come
  uint64_t number_ = 0;
  uint64_t offset_ = 0;  // of buffer_[begin_] in the file
};

}  // namespace writ
