// What the file `.manifest` of a bundle says: which parts of `data` the bundle owns, and as which version of Rego its
// modules are read.
//
//   "roots"               paths below data, without overlaps; all that the bundle gives is below one of them. Without the
//                         member everything is its own, and no other bundle can be loaded beside it
//   "rego_version"        0, 1 or 2: of all its modules
//   "file_rego_versions"  the same for the modules whose path ("/a/b.rego") a glob matches; the first in sorted order counts
//
// Other members (revision, metadata, …) are not looked at. The words of errors are OPA's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bundle/data_merger.h"
#include "engine/value/value.h"

namespace writ {

class Manifest {
 public:
  // What holds for a bundle without the file.
  Manifest() : roots_{{}}, root_texts_{""} {}

  // Throws Failure(E_POLICY) or the JSON reader's, with a detail.
  static Manifest read(std::string_view text);

  const std::vector<DataPath>& roots() const { return roots_; }

  // Whether a package, or data at that path, is the bundle's own.
  bool permits(const DataPath& path) const;
  // What is wrong with a document at a place; empty if all of it is below a root.
  std::string complaint_about_data(const DataPath& place, const Value& document) const;
  // What is wrong with a module of that package; empty if it is below a root.
  std::string complaint_about_package(const DataPath& package, std::string_view module) const;

  // The version of the module at a path ("/a/b.rego"); nothing if the manifest says none. Throws Failure(E_POLICY) if it
  // names one that there is not, or holds a glob that is none.
  std::optional<int> version_of(std::string_view path) const;
  // What is wrong with the manifest by itself; empty if nothing is: roots that overlap, versions that there are not.
  std::string complaint() const;

 private:
  struct FileVersion {
    std::string pattern;
    int64_t version;
  };

  void read_roots(const Value& roots);
  void read_file_versions(const Value& versions);
  std::string root_list() const;

  std::vector<DataPath> roots_;
  std::vector<std::string> root_texts_;  // without "/" at the ends
  std::optional<int64_t> version_;
  std::vector<FileVersion> file_versions_;  // by pattern
};

// Why two bundles cannot be loaded together; empty if they can. Each is a name and its manifest.
struct NamedManifest {
  std::string name;
  Manifest manifest;
};
std::string complaint_about_bundles(const std::vector<NamedManifest>& bundles);

}  // namespace writ
