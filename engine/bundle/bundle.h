// From files to the parts of a policy: which bytes are modules, which are data, and where each of them goes.
//
// Whoever has the files (a folder, an archive, a program that holds them in memory) hands them over one by one as bytes
// with a name; nothing here opens, lists or prints anything.
//
//   .rego                 a module
//   .json, .yaml, .yml    data; a document goes to the path of its folder, a/b.json under data.a
//   any other name        passed over, unless the user chose that very file: then it is a compiled policy (known by its
//                         first bytes), data (if it begins like JSON) or a module
//   a bundle              only data.json, data.yaml and data.yml are data; `.manifest` (manifest.h) may name roots, and
//                         what is outside of them is an error, and versions of Rego
//
// Documents are merged member by member (data_merger.h); two files that both give a value at one place are an error that
// names both and the place. A file that cannot be used is an error, and the others are read all the same, so that one run names all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/bundle/data_merger.h"
#include "engine/bundle/manifest.h"

namespace writ {

inline constexpr std::string_view kManifestName = ".manifest";

// What the name of a file says it is.
enum class FileKind : uint8_t { kModule, kJson, kYaml, kArchive, kUnknown };
FileKind file_kind(std::string_view path);
inline bool is_data(FileKind kind) { return kind == FileKind::kJson || kind == FileKind::kYaml; }

// What holds for all files of one folder, bundle or argument.
struct FileSet {
  bool is_bundle = false;
  Manifest manifest;            // of a bundle
  DataPath prefix;              // data goes below it
};

struct BundleFile {
  std::string name;     // for messages: as the user would name it
  std::string path;     // below its set, "/" between segments
  bool chosen = false;  // the user named this file itself, and not a folder that holds it
  std::string bytes;
};

struct BundleModule {
  std::string name;  // as the user would name it
  std::string path;  // the same wherever the folder lies; part of the policy digest
  std::string text;
  std::optional<int> version;  // of Rego, if a manifest says so
};

struct BundleDocument {
  std::string name;
  DataPath place;
};

// What the files come to.
struct BundleContents {
  std::vector<BundleModule> modules;
  std::vector<BundleDocument> documents;
  DataMerger data;
  std::string program;  // bytes of a compiled policy; empty if there is none
  std::string program_name;
  std::vector<Error> errors;  // each names its file
};

class BundleReader {
 public:
  explicit BundleReader(bool only_modules = false) : only_modules_(only_modules) {}

  // Whether `add` does anything with a file of that path; others need not be read.
  bool wants(const FileSet& set, std::string_view path, bool chosen) const;
  void add(const FileSet& set, BundleFile file);
  // The modules so far, in the order in which they came.
  const std::vector<BundleModule>& modules() const { return contents_.modules; }
  // What `add` could not use since the last call, for readers that have errors of their own between these. Those that
  // were not taken are part of what `finish` gives.
  std::vector<Error> take_errors() { return std::exchange(contents_.errors, {}); }
  BundleContents finish() { return std::move(contents_); }

 private:
  struct KeptDocument {
    std::string name;
    DataPath place;
    Value value;
  };

  void add_chosen(const FileSet& set, const DataPath& place, BundleFile file);
  void add_module(const FileSet& set, BundleFile file);
  void add_program(BundleFile file);
  void add_document(const FileSet& set, const DataPath& place, const BundleFile& file, FileKind kind);
  void merge(KeptDocument document);
  std::string find_conflict(const KeptDocument& document) const;
  void report(const std::string& file, std::string detail);

  bool only_modules_;
  BundleContents contents_;
  Arena arena_;
  std::vector<KeptDocument> documents_;              // values in arena_
  std::map<std::string, std::string> module_names_;  // by path
};

// Whether a document of that kind, placed at `place`, gives a value at `path` or in its way. False if it cannot be
// read.
bool document_reaches(FileKind kind, std::string_view text, const DataPath& place, const DataPath& path);

}  // namespace writ
