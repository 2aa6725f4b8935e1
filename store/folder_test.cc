#include <catch2/catch.hpp>

#include "engine/value/text.h"
#include "store/folder.h"
#include "store/test_directory.h"

using namespace writ;

namespace {

class Folder {
 public:
  void add(const std::string& name, std::string_view text) {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    set_bytes(path(name), text);
  }
  std::string path(const std::string& name) const { return directory_.file(name); }

 private:
  TestDirectory directory_;
};

std::string data_of(const LoadedFiles& loaded) {
  return to_json(loaded.data->root());
}

// "file: detail" of each error.
std::vector<std::string> messages_of(const LoadRequest& request) {
  std::vector<std::string> messages;
  try {
    load_files(request);
  } catch (const LoadFailure& failure) {
    for (const Error& error : failure.errors()) messages.push_back(error.file + ": " + error.detail);
  }
  return messages;
}

}  // namespace

TEST_CASE("data of a folder is at the path of its file's folder") {
  Folder folder;
  folder.add("d/top.json", R"({"a": 1})");
  folder.add("d/x/one.json", R"({"b": 2})");
  folder.add("d/x/two.yaml", "c: 3\n");
  folder.add("d/x/y/three.yml", "- 1\n");
  folder.add("d/readme.md", "not loaded");
  folder.add("d/x/p.rego", "package p\n");
  LoadedFiles loaded = load_files({.paths = {folder.path("d")}});
  CHECK(data_of(loaded) == R"({"a":1,"x":{"b":2,"c":3,"y":[1]}})");
  REQUIRE(loaded.modules.size() == 1);
  CHECK(loaded.modules[0].path == "x/p.rego");
  CHECK(loaded.modules[0].name == folder.path("d/x/p.rego"));
}

TEST_CASE("the path of a module does not depend on where its folder lies") {
  Folder folder;
  folder.add("here/p/a.rego", "package a\n");
  folder.add("there/p/a.rego", "package a\n");
  CHECK(load_files({.paths = {folder.path("here")}}).modules[0].path == "p/a.rego");
  CHECK(load_files({.paths = {folder.path("there")}}).modules[0].path == "p/a.rego");
  CHECK(load_files({.paths = {folder.path("there/p/a.rego")}}).modules[0].path == "a.rego");
}

TEST_CASE("two modules of one path both stay, one named twice is one") {
  Folder folder;
  folder.add("here/a.rego", "package a\n");
  folder.add("there/a.rego", "package b\n");
  std::vector<std::string> both{folder.path("here"), folder.path("there")};
  CHECK(load_files({.paths = both}).modules.size() == 2);
  CHECK(load_files({.paths = {both[0], both[0], both[0] + "/a.rego"}}).modules.size() == 1);
}

TEST_CASE("a prefix places a document") {
  Folder folder;
  folder.add("v.json", "[1, 2]");
  CHECK(data_of(load_files({.paths = {"a.b:" + folder.path("v.json")}})) == R"({"a":{"b":[1,2]}})");
  CHECK(data_of(load_files({.paths = {"a:file://" + folder.path("v.json")}})) == R"({"a":[1,2]})");
  auto messages = messages_of({.paths = {folder.path("v.json")}});
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].ends_with("document must be of type object"));
}

TEST_CASE("conflicts name both files, whichever came first") {
  Folder folder;
  folder.add("a.json", R"({"x": {"y": 1}})");
  folder.add("b.json", R"({"z": 1})");
  folder.add("c.json", R"({"x": 2})");
  auto messages = messages_of({.paths = {folder.path("a.json"), folder.path("b.json"), folder.path("c.json")}});
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].find("a.json") != std::string::npos);
  CHECK(messages[0].find("c.json") != std::string::npos);
  CHECK(messages[0].find("b.json") == std::string::npos);
}

TEST_CASE("every file that cannot be loaded is reported") {
  Folder folder;
  folder.add("d/bad.json", "{");
  folder.add("d/bad.yaml", "a: [");
  folder.add("d/twice.json", R"({"a": 1, "a": 1})");
  CHECK(messages_of({.paths = {folder.path("d"), folder.path("none")}}).size() == 4);
}

TEST_CASE("in a bundle only data files are data, and roots bind") {
  Folder folder;
  folder.add("b/.manifest", R"({"roots": ["a/b", "c"]})");
  folder.add("b/a/b/data.json", R"({"v": 1})");
  folder.add("b/a/b/other.json", R"({"w": 1})");
  folder.add("b/c/data.yaml", "v: 2\n");
  CHECK(data_of(load_files({.bundles = {folder.path("b")}})) == R"({"a":{"b":{"v":1}},"c":{"v":2}})");
  folder.add("b/e/data.json", R"({"v": 3})");
  CHECK(messages_of({.bundles = {folder.path("b")}}).size() == 1);
}

TEST_CASE("files of other names: compiled policies, JSON, modules") {
  Folder folder;
  folder.add("compiled", "WRITPRG1 and so on");
  folder.add("values", R"( {"a": 1})");
  folder.add("policy", "package p\n");
  LoadedFiles loaded = load_files({.paths = {folder.path("compiled"), folder.path("values"), folder.path("policy")}});
  CHECK(loaded.program == "WRITPRG1 and so on");
  CHECK(data_of(loaded) == R"({"a":1})");
  CHECK(loaded.modules.size() == 1);
}

TEST_CASE("a link that leads back ends in an error") {
  Folder folder;
  folder.add("d/a.json", "{}");
  std::filesystem::create_directory_symlink(folder.path("d"), folder.path("d/again"));
  CHECK(!messages_of({.paths = {folder.path("d")}}).empty());
}

TEST_CASE("the document at a path, or in its way") {
  Folder folder;
  folder.add("a.json", R"({"x": {"y": 1}})");
  folder.add("b.json", R"({"z": {"w": {}}})");
  LoadedFiles loaded = load_files({.paths = {folder.path("a.json"), folder.path("b.json")}});
  CHECK(loaded.document_at({"x", "y"}) == folder.path("a.json"));
  CHECK(loaded.document_at({"x", "y", "deeper"}) == folder.path("a.json"));
  CHECK(loaded.document_at({"z"}) == folder.path("b.json"));
  CHECK(loaded.document_at({"z", "none"}).empty());
}

TEST_CASE("what cannot be read is named, and the rest is read") {
  Folder folder;
  folder.add("d/bad.json", "{");
  auto messages = messages_of({.paths = {folder.path("none"), folder.path("d")}, .bundles = {folder.path("d/bad.json")}});
  REQUIRE(messages.size() == 3);
  CHECK(messages[0] == ": stat " + folder.path("none") + ": no such file or directory");
  CHECK(messages[1].starts_with(folder.path("d/bad.json") + ": "));
  CHECK(messages[2].ends_with("only folders can be loaded as bundles; unpack the archive and name its folder"));
  folder.add("b/.manifest", "{");
  messages = messages_of({.bundles = {folder.path("b")}});
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].starts_with("bundle " + folder.path("b") + ": .manifest: "));
  folder.add("t.tar.gz", "");
  folder.add("d/t.tar.gz", "");  // inside a folder it is a file like any other that is not loaded
  CHECK(messages_of({.paths = {folder.path("t.tar.gz"), folder.path("d")}}).size() == 2);
}

TEST_CASE("names can be left out by pattern") {
  Folder folder;
  folder.add("d/a.json", R"({"a": 1})");
  folder.add("d/b/c.json", R"({"c": 1})");
  CHECK(data_of(load_files({.paths = {folder.path("d")}, .ignore = {"b"}})) == R"({"a":1})");
  CHECK(data_of(load_files({.paths = {folder.path("d")}, .ignore = {"*.json"}})) == "{}");
  CHECK(data_of(load_files({.paths = {folder.path("d/a.json")}, .ignore = {"*.json"}})) == R"({"a":1})");
}
