#include "store/evidence_folder.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <cstring>
#include <filesystem>

#include "store/test_directory.h"

namespace writ {
namespace {

std::string outcome(const EvidenceFolder& folder, std::string_view name, uint64_t cap = 100) {
  try {
    auto bytes = folder.read(name, cap);
    return bytes ? "read " + *bytes : "nothing";
  } catch (const UnreadableFile& file) {
    std::string text = file.what();
    return text.substr(text.rfind(": ") + 2);
  }
}

TEST_CASE("regular files are read up to their cap, and a name that is not there is nothing") {
  TestDirectory directory;
  EvidenceFolder folder(directory.file("a"));
  CHECK(outcome(folder, "x") == "nothing");
  std::filesystem::create_directories(directory.file("a/b"));
  set_bytes(directory.file("a/b/x"), "12345");
  CHECK(outcome(folder, "b/x") == "read 12345");
  CHECK(outcome(folder, "b/x", 5) == "read 12345");
  CHECK(outcome(folder, "b/x", 4) == "it is larger than 4 bytes");
  CHECK(outcome(folder, "b/y") == "nothing");
  CHECK(outcome(folder, "c/x") == "nothing");
  set_bytes(directory.file("a/empty"), "");
  CHECK(outcome(folder, "empty", 0) == "read ");
}

TEST_CASE("what is no regular file is named, whatever it is and wherever it leads") {
  TestDirectory directory;
  EvidenceFolder folder(directory.file("a"));
  std::filesystem::create_directories(directory.file("a/b"));
  set_bytes(directory.file("secret"), "s");
  set_bytes(directory.file("a/b/x"), "12345");
  CHECK(outcome(folder, "b") == "it is a directory");
  REQUIRE(::mkfifo(directory.file("a/fifo").c_str(), 0600) == 0);
  CHECK(outcome(folder, "fifo") == "it is a FIFO");
  std::filesystem::create_symlink(directory.file("secret"), directory.file("a/out"));
  CHECK(outcome(folder, "out") == "it is a symbolic link");
  std::filesystem::create_symlink("b/x", directory.file("a/in"));
  CHECK(outcome(folder, "in") == "it is a symbolic link");
  std::filesystem::create_symlink(directory.file("a/b"), directory.file("a/linked"));
  CHECK(outcome(folder, "linked/x") == "it is a symbolic link");
  std::filesystem::create_symlink("nowhere", directory.file("a/dangling"));
  CHECK(outcome(folder, "dangling") == "it is a symbolic link");
  std::filesystem::create_symlink("/dev/zero", directory.file("a/zero"));
  CHECK(outcome(folder, "zero") == "it is a symbolic link");
  CHECK(outcome(EvidenceFolder("/dev"), "zero") == "it is a device");
  CHECK(outcome(folder, "b/x/y") == "it is not a directory");
  int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, directory.file("a/socket").c_str(), sizeof(address.sun_path) - 1);
  REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  CHECK(outcome(folder, "socket") == "it is a socket");
  ::close(socket);
  // The folder itself may be named by a link.
  std::filesystem::create_directory_symlink(directory.file("a"), directory.file("named"));
  CHECK(outcome(EvidenceFolder(directory.file("named")), "b/x") == "read 12345");
}

class FailingReads : public FileCalls {
 public:
  ssize_t read(int, char*, size_t) override {
    errno = EIO;
    return -1;
  }
};

TEST_CASE("what the system says is passed on as such") {
  TestDirectory directory;
  set_bytes(directory.file("x"), "1");
  FailingReads calls;
  EvidenceFolder folder(directory.file(""), calls);
  try {
    folder.read("x", 10);
    FAIL("read");
  } catch (const UnreadableFile& file) {
    CHECK(file.cause() == UnreadableFile::Cause::kSystem);
    CHECK_THAT(file.what(), Catch::EndsWith("Input/output error"));
  }
}

}  // namespace
}  // namespace writ
