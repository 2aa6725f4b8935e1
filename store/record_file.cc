// The writer holds one invariant: `size_` is the end of the last whole line, and nothing is left behind it. append writes
// with one call, and whatever fails after that ends in `fail`, which cuts the file back and closes the writer for good.
// The reader keeps a window of the file in `buffer_`: what was handed out ends at `begin_`, what was searched for a line
// feed at `searched_`; a line that does not fit is reported once and skipped.
#include "store/record_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "engine/record/record.h"

namespace writ {

namespace {

constexpr size_t kChunk = 1 << 16;

[[noreturn]] void fail_ledger(std::string detail) { throw Failure(ErrorCode::E_LEDGER, std::move(detail)); }

constexpr std::chrono::milliseconds kBetweenTries{20};

// Whether the name still leads to the file: whoever held the lock may have put another one in its place.
bool is_file_of(const FileHandle& file, const std::string& path) {
  struct stat opened, named;
  return ::fstat(file.get(), &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

// The lock is asked for again and again, so that waiting can end; who asks first need not get it first.
FileHandle open_locked(const std::string& path, int flags, uint64_t timeout_ms) {
  auto begun = std::chrono::steady_clock::now();
  auto is_over = [&] {
    auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    return static_cast<uint64_t>(waited.count()) >= timeout_ms;
  };
  for (;;) {
    FileHandle file(::open(path.c_str(), flags | O_CLOEXEC, 0644));
    if (!file) fail_ledger("cannot open " + path + ": " + system_error_text());
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) fail_ledger("cannot lock " + path + ": " + system_error_text());
      if (is_over()) {
        throw Failure(ErrorCode::E_LEDGER_BUSY, path + " is being written by another program" +
                                                    (timeout_ms == 0 ? "" : ", for which this one waited " +
                                                                                std::to_string(timeout_ms) + " ms"));
      }
      std::this_thread::sleep_for(kBetweenTries);
    }
    if (is_file_of(file, path) || is_over()) return file;
  }
}

uint64_t size_of(const FileHandle& file, const std::string& path) {
  struct stat status;
  if (::fstat(file.get(), &status) != 0) fail_ledger("cannot examine " + path + ": " + system_error_text());
  return S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
}

// The offset after the last line feed: the whole file if it ends with one.
uint64_t end_of_last_line(const FileHandle& file, uint64_t size, const std::string& path) {
  char chunk[kChunk];
  while (size > 0) {
    uint64_t begin = size > kChunk ? size - kChunk : 0;
    ssize_t got = ::pread(file.get(), chunk, static_cast<size_t>(size - begin), static_cast<off_t>(begin));
    if (got < 0 && errno == EINTR) continue;
    if (got != static_cast<ssize_t>(size - begin)) fail_ledger("cannot read " + path + ": " + system_error_text());
    size_t found = std::string_view(chunk, static_cast<size_t>(got)).rfind('\n');
    if (found != std::string_view::npos) return begin + found + 1;
    size = begin;
  }
  return 0;
}

}  // namespace

RecordFileWriter::RecordFileWriter(const std::string& path, Durability durability, uint64_t lock_timeout_ms,
                                   FileCalls& calls)
    : path_(path),
      file_(open_locked(path, O_RDWR | O_CREAT | O_APPEND, lock_timeout_ms)),
      durability_(durability),
      calls_(&calls) {
  // What is written into a pipe that only this program has open is gone with it.
  struct stat status;
  if (::fstat(file_.get(), &status) == 0 && S_ISFIFO(status.st_mode)) {
    fail_ledger(path + " is a FIFO, which keeps no records; `--record -` writes them to standard output");
  }
  size_ = size_of(file_, path);
  uint64_t whole = end_of_last_line(file_, size_, path);
  if (whole != size_) {
    throw TornFile(path + " ends in the middle of a line: the last whole record ends at byte " + std::to_string(whole) +
                   " of " + std::to_string(size_) + "; inspect the rest, then cut it off");
  }
}

void RecordFileWriter::append(std::string_view line) {
  if (failed_) throw Failure(ErrorCode::E_LEDGER, failure_);
  if (line.size() > max_line_) fail_record_size(max_line_);
  if (line.empty() || line.find('\n') != line.size() - 1) {
    throw Failure(ErrorCode::E_INTERNAL, "a record is exactly one line");
  }
  ssize_t written;
  do {
    written = calls_->write(file_.get(), line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) fail("cannot write " + path_ + ": " + system_error_text());
  if (static_cast<size_t>(written) != line.size()) {
    fail("cannot write " + path_ + ": only " + std::to_string(written) + " of " + std::to_string(line.size()) +
         " bytes fitted");
  }
  // A failed sync is never tried again: the system may have dropped the pages and would report success.
  if (durability_ == Durability::kSync && calls_->sync_data(file_.get()) != 0) {
    fail("cannot sync " + path_ + ": " + system_error_text());
  }
  size_ += line.size();
}

void RecordFileWriter::fail(std::string detail) {
  failed_ = true;
  if (calls_->truncate(file_.get(), static_cast<off_t>(size_)) != 0) {
    detail += "; the part already written could not be removed: " + system_error_text();
  }
  failure_ = std::move(detail);
  throw Failure(ErrorCode::E_LEDGER, failure_);
}

std::optional<std::string> cut_torn_line(const std::string& path, uint64_t lock_timeout_ms) {
  FileHandle file = open_locked(path, O_RDWR, lock_timeout_ms);
  uint64_t size = size_of(file, path);
  uint64_t whole = end_of_last_line(file, size, path);
  if (whole == size) return std::nullopt;
  if (size - whole > kMostRecordLine) fail_ledger("the unfinished line of " + path + " is longer than any record");
  std::string tail(static_cast<size_t>(size - whole), '\0');
  if (::pread(file.get(), tail.data(), tail.size(), static_cast<off_t>(whole)) != static_cast<ssize_t>(tail.size())) {
    fail_ledger("cannot read " + path + ": " + system_error_text());
  }
  std::string kept = path + ".torn-" + std::to_string(whole);
  write_file_durably(kept, tail);
  if (::ftruncate(file.get(), static_cast<off_t>(whole)) != 0 || ::fsync(file.get()) != 0) {
    fail_ledger("cannot cut " + path + ": " + system_error_text());
  }
  return kept;
}

// --- Reading --------------------------------------------------------------------------------------------------------

// Opened without waiting, so that a FIFO is seen to be one; the name itself may be a link, because the user gave it.
RecordFileReader::RecordFileReader(const std::string& path)
    : file_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {
  if (!file_ && errno == ENOENT) fail_ledger("cannot open " + path + ": " + system_error_text());
  struct stat status;
  if (!file_ || ::fstat(file_.get(), &status) != 0) {
    throw UnreadableFile(path, system_error_text(), UnreadableFile::Cause::kSystem);
  }
  if (!S_ISREG(status.st_mode)) throw UnreadableFile(path, "it is no regular file; `-` reads records from a stream");
  descriptor_ = file_.get();
}

std::optional<RecordFileReader::Line> RecordFileReader::next() {
  if (skipping_) skip_rest_of_line();
  for (;;) {
    size_t found = buffer_.find('\n', searched_);
    bool whole = found != std::string::npos;
    size_t length = (whole ? found : buffer_.size()) - begin_;
    if (length >= max_line_) {
      skipping_ = true;
      return Line{Line::Form::kTooLong, ++number_, offset_, std::string_view(buffer_).substr(begin_, 256)};
    }
    if (whole || (at_end_ && length > 0)) {
      Line line{whole ? Line::Form::kWhole : Line::Form::kCut, ++number_, offset_,
                std::string_view(buffer_).substr(begin_, length)};
      consume(length + (whole ? 1 : 0));
      return line;
    }
    if (at_end_) return std::nullopt;
    searched_ = buffer_.size();
    fill();
  }
}

void RecordFileReader::consume(size_t bytes) {
  begin_ += bytes;
  searched_ = begin_;
  offset_ += bytes;
}

void RecordFileReader::skip_rest_of_line() {
  for (skipping_ = false;;) {
    size_t found = buffer_.find('\n', begin_);
    consume((found == std::string::npos ? buffer_.size() : found + 1) - begin_);
    if (found != std::string::npos || at_end_) return;
    fill();
  }
}

void RecordFileReader::fill() {
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  char chunk[kChunk];
  ssize_t got;
  do {
    got = ::read(descriptor_, chunk, sizeof(chunk));
  } while (got < 0 && errno == EINTR);
  if (got < 0) fail_ledger("cannot read records: " + system_error_text());
  at_end_ = got == 0;
  buffer_.append(chunk, static_cast<size_t>(got));
}

}  // namespace writ
