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
  bundle.manifest = Manifest::read(R"({"revision":"1","roots":["a/b","/c/"]})");
  CHECK(bundle.manifest.roots() == std::vector<DataPath>{{"a", "b"}, {"c"}});
  BundleContents contents = read({{"b/a/b/data.json", "a/b/data.json", false, R"({"v":1})"},
                                  {"b/a/b/more.json", "a/b/more.json", false, R"({"w":1})"},
                                  {"b/a/data.json", "a/data.json", false, R"({"b":{"x":1}})"},
                                  {"b/e/data.yml", "e/data.yml", false, "v: 1\n"},
                                  {"b/data.json", "data.json", false, R"({"c":1,"a":{"d":1}})"}},
                                 bundle);
  CHECK(to_json(contents.data.root()) == R"({"a":{"b":{"v":1,"x":1}}})");
  CHECK(errors_of(contents) == Texts{"b/e/data.yml: manifest roots [a/b c] do not permit data at path '/e' "
                                     "(hint: check bundle directory structure)",
                                     "b/data.json: manifest roots [a/b c] do not permit data at path '/a/d' "
                                     "(hint: check bundle directory structure)"});
}

std::string manifest_failure(std::string_view text) {
  try {
    return Manifest::read(text).complaint();
  } catch (const Failure& failure) {
    return failure.error().detail;
  }
}

TEST_CASE("what a manifest can say of roots") {
  CHECK(manifest_failure("{}").empty());
  CHECK(Manifest::read("{}").permits({"x"}));
  CHECK(Manifest::read(R"({"roots":null})").permits({}));
  CHECK(Manifest::read(R"({"roots":[""]})").permits({"x"}));
  CHECK_FALSE(Manifest::read(R"({"roots":[]})").permits({"x"}));
  Manifest manifest = Manifest::read(R"({"roots":["a/b"]})");
  CHECK(manifest.permits({"a", "b", "c"}));
  CHECK_FALSE(manifest.permits({"a"}));
  CHECK_FALSE(manifest.permits({"a", "bc"}));
  CHECK(manifest.complaint_about_package({"a", "b"}, "m").empty());
  CHECK(manifest.complaint_about_package({"q", "x-y"}, "m/p.rego") ==
        R"(manifest roots [a/b] do not permit 'package q["x-y"]' in module 'm/p.rego')");
  CHECK(manifest_failure(R"({"roots":["a/b","c","a"]})") == "manifest has overlapped roots: 'a/b' and 'a'");
  CHECK(manifest_failure(R"({"roots":["a",""]})") == "manifest has overlapped roots: 'a' and ''");
  CHECK(manifest_failure(R"({"roots":["a","ab"]})").empty());
  CHECK(manifest_failure(R"({"roots":[1]})") ==
        "bundle load failed on manifest decode: json: cannot unmarshal number into Go struct field Manifest.roots of type "
        "string");
  CHECK(manifest_failure("[]") ==
        "bundle load failed on manifest decode: json: cannot unmarshal array into Go value of type bundle.Manifest");
  CHECK_THROWS_AS(Manifest::read("{"), Failure);
}

TEST_CASE("what a manifest can say of versions") {
  Manifest manifest = Manifest::read(R"({"rego_version":1,"file_rego_versions":{"/old/*.rego":0,"/old/new.rego":2}})");
  CHECK(manifest.version_of("/p.rego") == 1);
  CHECK(manifest.version_of("/old/p.rego") == 0);
  CHECK(manifest.version_of("/old/new.rego") == 0);  // the first in sorted order
  CHECK(manifest.version_of("/older/p.rego") == 1);
  CHECK(Manifest().version_of("/p.rego") == std::nullopt);
  CHECK(manifest_failure(R"({"rego_version":3})") == "manifest has unknown rego-version 3");
  CHECK(manifest_failure(R"({"rego_version":-1})") == "manifest has unknown rego-version -1");
  CHECK(manifest_failure(R"({"file_rego_versions":{"/x.rego":5}})") ==
        "manifest has unknown rego-version 5 for file '/x.rego'");
  CHECK(manifest_failure(R"({"rego_version":"1"})") ==
        "bundle load failed on manifest decode: json: cannot unmarshal string into Go struct field Manifest.rego_version of "
        "type int");
  FileSet bundle;
  bundle.is_bundle = true;
  bundle.manifest = Manifest::read(R"({"file_rego_versions":{"/p.rego":3,"/q.rego":0}})");
  BundleContents contents = read({{"b/p.rego", "p.rego", false, "package p\n"}, {"b/q.rego", "q.rego", false, "package q\n"}},
                                 bundle);
  CHECK(errors_of(contents) == Texts{"b/p.rego: unknown bundle rego-version 3 for file '/p.rego'"});
  REQUIRE(contents.modules.size() == 1);
  CHECK(contents.modules[0].version == 0);
  bundle.manifest = Manifest::read(R"({"file_rego_versions":{"[":1}})");
  contents = read({{"b/p.rego", "p.rego", false, "package p\n"}}, bundle);
  CHECK(errors_of(contents) == Texts{"b/p.rego: failed to compile glob pattern [: glob: syntax error at 1: unexpected end "
                                     "of input"});
}

TEST_CASE("bundles beside each other") {
  auto complaint = [](std::vector<std::string_view> manifests) {
    std::vector<NamedManifest> bundles;
    for (std::string_view text : manifests) {
      bundles.push_back({"b" + std::to_string(bundles.size() + 1), Manifest::read(text)});
    }
    return complaint_about_bundles(bundles);
  };
  CHECK(complaint({"{}"}).empty());
  CHECK(complaint({R"({"roots":["a"]})", R"({"roots":["b","c"]})"}).empty());
  CHECK(complaint({R"({"roots":["a/b"]})", R"({"roots":["a/b"]})"}) ==
        "detected overlapping roots in manifests for these bundles: [b1, b2] (root a/b is in multiple bundles)");
  CHECK(complaint({R"({"roots":["a/b"]})", R"({"roots":["a"]})"}) ==
        "detected overlapping roots in manifests for these bundles: [b1, b2] (a overlaps a/b)");
  CHECK(complaint({"{}", R"({"roots":["a"]})"}) ==
        "bundles [b1, b2] have overlapping roots and cannot be activated simultaneously because bundle(s) [b1] specify empty "
        "root paths ('') which overlap with any other bundle root");
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

TEST_CASE("a conflict names the place; duplicate keys of YAML are refused") {
  BundleContents contents = read({{"a.json", "a.json", false, R"({"x-y":{"z":1}})"},
                                  {"b.json", "b.json", false, R"({"x-y":{"z":1}})"}});
  CHECK(errors_of(contents) ==
        Texts{R"(b.json: merge error: conflicting values at data["x-y"].z, also defined in a.json)"});
  CHECK(contents.documents.size() == 1);
  CHECK(errors_of(read({{"d.yaml", "d.yaml", false, "a: 1\na: 2\n"}})) ==
        Texts{R"(d.yaml: line 2: mapping key "a" already defined at line 1)"});
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
