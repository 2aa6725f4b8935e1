#include "engine/bundle/bundle.h"

#include <catch2/catch.hpp>

#include "engine/value/text.h"

namespace writ {
namespace {

BundleContents read(const std::vector<BundleFile>& files, const FileSet& set = {}, bool only_modules = false) {
  BundleReader reader(only_modules);
  for (const BundleFile& file : files) reader.add(set, file);
  return reader.finish();
}

// "file: detail" of each error.
std::vector<std::string> errors_of(const BundleContents& contents) {
  std::vector<std::string> texts;
  for (const Error& error : contents.errors) texts.push_back(error.file + ": " + error.detail);
  return texts;
}

using Texts = std::vector<std::string>;

TEST_CASE("the name of a file says what it is") {
  CHECK(file_kind("a/b.rego") == FileKind::kModule);
  CHECK(file_kind("a.b/c.json") == FileKind::kJson);
  CHECK((file_kind("c.yaml") == FileKind::kYaml && file_kind("c.yml") == FileKind::kYaml));
  CHECK(file_kind("bundle.tar.gz") == FileKind::kArchive);
  for (const char* name : {".rego", "x.rego/readme", "rego", "a.json5", "", "."}) {
    CHECK(file_kind(name) == FileKind::kUnknown);
  }
}

TEST_CASE("data is at the path of its folder, below the prefix of its set") {
  std::vector<BundleFile> files = {{"f/a.json", "a.json", false, R"({"a":1})"},
                                   {"f/x/y/b.yaml", "x/y/b.yaml", false, "- 1\n"},
                                   {"f/x/c.json", "x/c.json", false, R"({"c":2})"}};
  CHECK(to_json(read(files).data.root()) == R"({"a":1,"x":{"c":2,"y":[1]}})");
  FileSet set;
  set.prefix = {"p", "q.r"};
  CHECK(to_json(read(files, set).data.root()) == R"({"p":{"q.r":{"a":1,"x":{"c":2,"y":[1]}}}})");
  CHECK(read(files, {}, true).documents.empty());
}

TEST_CASE("files of other names count only if they were chosen") {
  for (bool chosen : {false, true}) {
    BundleContents contents = read({{"compiled", "compiled", chosen, "WRITPRG1 and so on"},
                                    {"values", "values", chosen, " \n[1]"},
                                    {"policy", "policy", chosen, "package p\n"},
                                    {"x.tar.gz", "x.tar.gz", chosen, "package p\n"}});
    CHECK(contents.program == (chosen ? "WRITPRG1 and so on" : ""));
    CHECK(contents.modules.size() == (chosen ? 1 : 0));
    CHECK(errors_of(contents) == (chosen ? Texts{"values: document must be of type object"} : Texts{}));
  }
  BundleContents twice = read({{"one", "one", true, "WRITPRG1"}, {"two", "two", true, "WRITPRG1"}});
  CHECK(errors_of(twice) == Texts{"two: a compiled policy was loaded already: `one`"});
}

TEST_CASE("a bundle has data in data files, and only below its roots") {
  FileSet bundle;
  bundle.is_bundle = true;
  bundle.roots = manifest_roots(R"({"revision":"1","roots":["a/b","/c/",7]})");
  CHECK(bundle.roots == std::vector<DataPath>{{"a", "b"}, {"c"}});
  BundleContents contents = read({{"b/a/b/data.json", "a/b/data.json", false, R"({"v":1})"},
                                  {"b/a/b/more.json", "a/b/more.json", false, R"({"w":1})"},
                                  {"b/a/data.json", "a/data.json", false, R"({"b":{"x":1}})"},
                                  {"b/e/data.yml", "e/data.yml", false, "v: 1\n"}},
                                 bundle);
  CHECK(to_json(contents.data.root()) == R"({"a":{"b":{"v":1,"x":1}},"e":{"v":1}})");
  CHECK(errors_of(contents) == Texts{"b/e/data.yml: it is outside the roots in the manifest of its bundle"});
  CHECK(manifest_roots("{}").empty());
  CHECK(manifest_roots(R"({"roots":[]})").empty());
  CHECK(manifest_roots(R"({"roots":[""]})") == std::vector<DataPath>{{}});
  CHECK_THROWS_AS(manifest_roots("{"), Failure);
}

TEST_CASE("documents that do not go together name each other; all that is wrong is said") {
  BundleContents contents = read({{"a.json", "a.json", false, R"({"x":{"y":1}})"},
                                  {"b.json", "b.json", false, R"({"z":1})"},
                                  {"c.json", "c.json", false, R"({"x":2})"},
                                  {"d.json", "d.json", false, "{"},
                                  {"e.yaml", "e.yaml", false, "a: ["},
                                  {"f.json", "f.json", false, "[1]"},
                                  {"g.json", "g.json", false, R"({"g":1})"}});
  Texts errors = errors_of(contents);
  REQUIRE(errors.size() == 4);
  CHECK(errors[0] == "c.json: merge error: conflicting values at data.x, also defined in a.json");
  CHECK((contents.errors[1].file == "d.json" && contents.errors[1].code == ErrorCode::E_JSON_SYNTAX));
  CHECK_THAT(errors[2], Catch::StartsWith("e.yaml: error converting YAML to JSON: "));
  CHECK(errors[3] == "f.json: document must be of type object");
  CHECK(to_json(contents.data.root()) == R"({"g":1,"x":{"y":1},"z":1})");
  CHECK(contents.documents.size() == 3);
}

TEST_CASE("modules keep their path, and their whole name where two have the same path") {
  BundleContents contents = read({{"here/a.rego", "a.rego", false, "package a\n"},
                                  {"here/a.rego", "a.rego", true, "package a\n"},
                                  {"there/a.rego", "a.rego", false, "package b\n"},
                                  {"there/a.rego", "a.rego", true, "package b\n"},
                                  {"there/b.rego", "b.rego", false, "package c\n"}});
  Texts paths;
  for (const BundleModule& module : contents.modules) paths.push_back(module.path);
  CHECK(paths == Texts{"here/a.rego", "there/a.rego", "b.rego"});
}

TEST_CASE("whether a document reaches a path") {
  auto reaches = [](const DataPath& place, const DataPath& path) {
    return document_reaches(FileKind::kJson, R"({"x":{"y":1}})", place, path);
  };
  CHECK(reaches({}, {"x", "y"}));
  CHECK(reaches({}, {"x", "y", "deeper"}));
  CHECK(reaches({"a"}, {"a", "x"}));
  CHECK(reaches({"a", "b"}, {"a"}));
  CHECK_FALSE(reaches({}, {"x", "z"}));
  CHECK_FALSE(reaches({"a"}, {"x"}));
  CHECK_FALSE(document_reaches(FileKind::kJson, "{", {}, {"x"}));
  CHECK(document_reaches(FileKind::kYaml, "x: 1\n", {}, {"x"}));
}

}  // namespace
}  // namespace writ
