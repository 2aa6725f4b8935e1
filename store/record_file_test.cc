#include "store/record_file.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <cerrno>
#include <csignal>
#include <functional>

#include "engine/record/record.h"
#include "store/test_directory.h"

namespace writ {
namespace {

using Form = RecordFileReader::Line::Form;

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    return failure.error().code;
  }
  return ErrorCode::kNone;
}

TEST_CASE("lines are appended and read back with their places") {
  TestDirectory directory;
  std::string path = directory.file("records.jsonl");
  {
    RecordFileWriter writer(path, Durability::kSync);
    writer.append("{\"a\":1}\n");
    writer.append("\n");
    CHECK(writer.size() == 9);
  }
  {
    RecordFileWriter writer(path);
    writer.append("{}\n");
  }
  CHECK(bytes_of(path) == "{\"a\":1}\n\n{}\n");
  RecordFileReader reader(path);
  auto line = reader.next();
  CHECK((line->text == "{\"a\":1}" && line->number == 1 && line->offset == 0 && line->form == Form::kWhole));
  line = reader.next();
  CHECK((line->text == "" && line->number == 2 && line->offset == 8));
  line = reader.next();
  CHECK((line->text == "{}" && line->number == 3 && line->offset == 9));
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.next());
}

TEST_CASE("only one line at a time, and not too long") {
  TestDirectory directory;
  RecordFileWriter writer(directory.file("r"));
  for (std::string_view text : {"", "a", "a\nb\n", "\n\n"}) {
    CHECK(code_of([&] { writer.append(text); }) == ErrorCode::E_INTERNAL);
  }
  CHECK(code_of([&] { writer.append(std::string(kMaxRecordLine, 'a') + "\n"); }) == ErrorCode::E_RECORD_SIZE);
  writer.append("a\n");
  CHECK(bytes_of(directory.file("r")) == "a\n");
}

TEST_CASE("a second writer is refused") {
  TestDirectory directory;
  RecordFileWriter writer(directory.file("r"));
  CHECK(code_of([&] { RecordFileWriter second(directory.file("r")); }) == ErrorCode::E_LEDGER_BUSY);
  CHECK(code_of([&] { cut_torn_line(directory.file("r")); }) == ErrorCode::E_LEDGER_BUSY);
}

TEST_CASE("a file cut in the middle of a line is not appended to until the rest is cut off") {
  TestDirectory directory;
  std::string path = directory.file("r");
  set_bytes(path, "first\nsec");
  try {
    RecordFileWriter writer(path);
    FAIL("opened");
  } catch (const Failure& failure) {
    CHECK(failure.error().code == ErrorCode::E_LEDGER);
    CHECK_THAT(failure.error().detail, Catch::Contains("ends at byte 6 of 9"));
  }
  RecordFileReader reader(path);
  CHECK(reader.next()->text == "first");
  auto line = reader.next();
  CHECK((line->form == Form::kCut && line->text == "sec" && line->offset == 6));
  CHECK_FALSE(reader.next());

  CHECK(cut_torn_line(path) == path + ".torn-6");
  CHECK(bytes_of(path + ".torn-6") == "sec");
  CHECK(bytes_of(path) == "first\n");
  CHECK_FALSE(cut_torn_line(path));
  RecordFileWriter(path).append("second\n");
  CHECK(bytes_of(path) == "first\nsecond\n");

  set_bytes(path, std::string(200000, 'x'));
  CHECK(cut_torn_line(path) == path + ".torn-0");
  CHECK(bytes_of(path).empty());
}

TEST_CASE("a writer waits for the one before it, and then gives up", "[threads]") {
  TestDirectory directory;
  std::string path = directory.file("r");
  std::optional<RecordFileWriter> first;
  first.emplace(path);
  first->append("first\n");
  CHECK_THROWS_WITH(RecordFileWriter(path, Durability::kNone, 50), Catch::Contains("waited 50 ms"));
  std::thread leaves([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    first.reset();
  });
  RecordFileWriter second(path, Durability::kNone, 10'000);
  leaves.join();
  second.append("second\n");
  CHECK(bytes_of(path) == "first\nsecond\n");
}

TEST_CASE("a file that was put in the place of another while waiting is the one written to", "[threads]") {
  TestDirectory directory;
  std::string path = directory.file("r");
  std::optional<RecordFileWriter> first;
  first.emplace(path);
  std::thread leaves([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    std::filesystem::rename(path, directory.file("old"));
    set_bytes(path, "new\n");
    first.reset();
  });
  RecordFileWriter second(path, Durability::kNone, 10'000);
  leaves.join();
  second.append("line\n");
  CHECK(bytes_of(path) == "new\nline\n");
}

TEST_CASE("records are read from regular files, and a FIFO is not waited for") {
  TestDirectory directory;
  CHECK_THROWS_AS(RecordFileReader(directory.file("none")), Failure);
  CHECK_THROWS_AS(RecordFileReader(directory.file("")), UnreadableFile);
  REQUIRE(::mkfifo(directory.file("fifo").c_str(), 0600) == 0);
  CHECK_THROWS_AS(RecordFileReader(directory.file("fifo")), UnreadableFile);
}

TEST_CASE("records are not written into a FIFO, where they would be lost with the program") {
  TestDirectory directory;
  std::string path = directory.file("records");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(code_of([&] { RecordFileWriter writer(path, Durability::kNone); }) == ErrorCode::E_LEDGER);
}

TEST_CASE("every cut of a file is whole lines and at most one cut line") {
  TestDirectory directory;
  std::string path = directory.file("r");
  std::string all = "one\ntwo\nthree\n";
  for (size_t cut = 0; cut <= all.size(); ++cut) {
    set_bytes(path, all.substr(0, cut));
    RecordFileReader reader(path);
    std::string seen;
    size_t cuts = 0;
    while (auto line = reader.next()) {
      seen += line->text;
      if (line->form == Form::kWhole) seen += '\n';
      if (line->form == Form::kCut) ++cuts;
    }
    CHECK(seen == all.substr(0, cut));
    CHECK(cuts == (cut > 0 && all[cut - 1] != '\n' ? 1 : 0));
  }
}

TEST_CASE("a line that is too long is reported, skipped, and does not fill memory") {
  TestDirectory directory;
  std::string path = directory.file("r");
  std::string longest(kMaxRecordLine - 1, 'a');
  set_bytes(path, "a\n" + longest + "a\n" + longest + "\nb\n" + std::string(3 * kMaxRecordLine, 'z'));
  RecordFileReader reader(path);
  CHECK(reader.next()->text == "a");
  auto line = reader.next();
  CHECK((line->form == Form::kTooLong && line->offset == 2 && line->text == std::string(256, 'a')));
  line = reader.next();
  CHECK((line->form == Form::kWhole && line->text.size() == kMaxRecordLine - 1));
  CHECK(line->offset == 2 + kMaxRecordLine + 1);
  line = reader.next();
  CHECK((line->text == "b" && line->number == 4));
  line = reader.next();
  CHECK((line->form == Form::kTooLong && line->number == 5));
  CHECK_FALSE(reader.next());
}

// Lets a number of bytes through and then fails like a full disk.
class FullDisk : public FileCalls {
 public:
  explicit FullDisk(size_t room) : room_(room) {}
  bool truncate_works = true;
  int interrupts = 0;
  int syncs_until_failure = -1;
  ssize_t write(int descriptor, const char* bytes, size_t size) override {
    if (interrupts > 0) {
      --interrupts;
      errno = EINTR;
      return -1;
    }
    if (room_ == 0) {
      errno = ENOSPC;
      return -1;
    }
    size_t fits = std::min(size, room_);
    room_ -= fits;
    return FileCalls::write(descriptor, bytes, fits);
  }
  int truncate(int descriptor, off_t size) override {
    errno = EIO;
    return truncate_works ? FileCalls::truncate(descriptor, size) : -1;
  }
  int sync_data(int descriptor) override {
    if (syncs_until_failure-- == 0) {
      errno = EIO;
      return -1;
    }
    return FileCalls::sync_data(descriptor);
  }

 private:
  size_t room_;
};

TEST_CASE("wherever the disk fills up, whole lines stay and nothing else") {
  std::string all = "one\ntwo\nthree\n";
  for (size_t room = 0; room <= all.size() + 1; ++room) {
    TestDirectory directory;
    FullDisk disk(room);
    disk.interrupts = 2;
    RecordFileWriter writer(directory.file("r"), Durability::kNone, 0, disk);
    std::string written;
    for (std::string line : {"one\n", "two\n", "three\n", "four\n"}) {
      if (code_of([&] { writer.append(line); }) != ErrorCode::kNone) break;
      written += line;
    }
    CHECK(writer.failed());
    CHECK(writer.size() == written.size());
    CHECK(bytes_of(directory.file("r")) == written);
    CHECK(all.starts_with(written));
    // There is no way on with this writer.
    CHECK(code_of([&] { writer.append("x\n"); }) == ErrorCode::E_LEDGER);
    CHECK(bytes_of(directory.file("r")) == written);
  }
}

TEST_CASE("a cut that fails is said, and found when the file is opened again") {
  TestDirectory directory;
  {
    FullDisk disk(6);
    disk.truncate_works = false;
    RecordFileWriter writer(directory.file("r"), Durability::kNone, 0, disk);
    writer.append("one\n");
    try {
      writer.append("two\n");
      FAIL("written");
    } catch (const Failure& failure) {
      CHECK_THAT(failure.error().detail,
                 Catch::Contains("only 2 of 4 bytes") && Catch::Contains("could not be removed"));
    }
  }
  CHECK(bytes_of(directory.file("r")) == "one\ntw");
  CHECK(code_of([&] { RecordFileWriter again(directory.file("r")); }) == ErrorCode::E_LEDGER);
}

TEST_CASE("a failed sync ends the writer and takes the record back") {
  TestDirectory directory;
  FullDisk disk(1000);
  disk.syncs_until_failure = 1;
  RecordFileWriter writer(directory.file("r"), Durability::kSync, 0, disk);
  writer.append("one\n");
  CHECK(code_of([&] { writer.append("two\n"); }) == ErrorCode::E_LEDGER);
  CHECK(code_of([&] { writer.append("three\n"); }) == ErrorCode::E_LEDGER);
  CHECK(bytes_of(directory.file("r")) == "one\n");
}

TEST_CASE("a limit on the size of files behaves like a full disk") {
  TestDirectory directory;
  rlimit before;
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  RecordFileWriter writer(directory.file("r"));
  writer.append("0123456789\n");
  rlimit small{16, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  ErrorCode code = code_of([&] { writer.append("0123456789\n"); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(code == ErrorCode::E_LEDGER);
  CHECK(bytes_of(directory.file("r")) == "0123456789\n");
}

TEST_CASE("files that cannot be opened") {
  TestDirectory directory;
  CHECK(code_of([&] { RecordFileReader reader(directory.file("none")); }) == ErrorCode::E_LEDGER);
  CHECK(code_of([&] { RecordFileWriter writer(directory.file("no/such/place")); }) == ErrorCode::E_LEDGER);
  CHECK(code_of([&] { cut_torn_line(directory.file("none")); }) == ErrorCode::E_LEDGER);
}

}  // namespace
}  // namespace writ
