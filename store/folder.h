// What a user names on a command line becomes modules and data: folders are walked and files read here, and
// engine/bundle says what each file is.
//
//   a file          counts whatever its name is
//   a folder        everything below it, in order of names
//   prefix:path     data goes below data.<prefix>
//   a bundle        a folder, by the rules of bundles
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "engine/base/error.h"
#include "engine/bundle/bundle.h"

namespace writ {

struct LoadRequest {
  std::vector<std::string> paths;    // files and folders, with or without a prefix or "file://"
  std::vector<std::string> bundles;  // folders
  std::vector<std::string> ignore;   // patterns for names of files and folders, as in a shell
  bool only_modules = false;         // pass over data
};

struct LoadedFiles {
  std::vector<BundleModule> modules;
  std::vector<BundleDocument> documents;
  std::shared_ptr<const DataSet> data;
  std::string program;  // bytes of a compiled policy; empty if there is none
  std::string program_name;

  // The first document that gives a value at that path below `data`, or on the way there; empty if none does. Reads the
  // files again: for messages only.
  std::string document_at(const DataPath& path) const;

  // For compiling: named as the user named them, or by their paths.
  std::vector<lang::Source> sources() const;
  std::vector<lang::Source> sources_by_path() const;
  // The options to compile these with: manifests say of some modules as which version of Rego they are read.
  EngineOptions options_for_sources(EngineOptions options) const;
  EngineOptions options_for_sources_by_path(EngineOptions options) const;
};

// Some files could not be loaded: one error each. An error without a code is said in full by its detail.
class LoadFailure : public std::exception {
 public:
  explicit LoadFailure(std::vector<Error> errors) : errors_(std::move(errors)) {}
  explicit LoadFailure(std::string detail);
  const std::vector<Error>& errors() const { return errors_; }
  const char* what() const noexcept override { return errors_.empty() ? "" : errors_[0].detail.c_str(); }

 private:
  std::vector<Error> errors_;
};

// Throws LoadFailure, which names everything that is wrong.
LoadedFiles load_files(const LoadRequest& request);

}  // namespace writ
