// What the user names with -d, -b and -p becomes modules and base documents, as OPA's loader does it.
//
//   a file         .rego is a module; .json, .yaml and .yml are data; a compiled policy is known by its first bytes;
//                  a file of any other name is data if it is JSON, else a module
//   a folder       everything below it in order of names; files of other kinds are passed over. Data of a file stands
//                  at the path of its folder: dir/a/b.json under data.a
//   prefix:path    data stands below data.<prefix>
//   a bundle       a folder in which only data.json, data.yaml and data.yml are data; `.manifest` may name roots, and
//                  what lies outside of them is an error
//
// Documents are merged member by member; two files that both give a value at one place are an error that names both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/api/engine.h"

namespace writ::cli {

struct LoadRequest {
  std::vector<std::string> paths;    // as with -d
  std::vector<std::string> bundles;  // as with -b
  std::vector<std::string> ignore;   // patterns for names of files and folders
  bool only_modules = false;         // pass over data
};

struct LoadedModule {
  std::string name;  // as the user would name it
  std::string path;  // below what the user named: the same wherever that lies; part of the policy digest
  std::string text;
};

struct Loaded {
  std::vector<LoadedModule> modules;
  std::shared_ptr<const DataSet> data;
  std::string program;  // bytes of a compiled policy; empty if there is none
  std::string program_name;

  struct Document {
    std::string name;  // a file
    std::vector<std::string> place;
  };
  std::vector<Document> documents;
  // The first document that gives a value at that path below `data`, or on the way there; empty if none does. Reads the
  // files again: for messages only.
  std::string document_at(const std::vector<std::string>& path) const;

  // For compiling: named as the user named them, or by their paths.
  std::vector<lang::Source> sources() const;
  std::vector<lang::Source> sources_by_path() const;
};

// Some files could not be loaded: one message each, with file and position.
class LoadFailure : public std::exception {
 public:
  explicit LoadFailure(std::vector<std::string> messages) : messages_(std::move(messages)) {}
  const std::vector<std::string>& messages() const { return messages_; }
  // "1 error occurred during loading: …".
  std::string text() const;
  const char* what() const noexcept override { return messages_.empty() ? "" : messages_[0].c_str(); }

 private:
  std::vector<std::string> messages_;
};

// Throws LoadFailure.
Loaded load(const LoadRequest& request);

}  // namespace writ::cli
