// A walk over what the user named: each argument is a FileSet of engine/bundle, each file below it is read if the bundle
// rules want it and handed over with its path below the argument. What goes wrong is collected, and the walk goes on.
#include "store/folder.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "engine/api/module_package.h"
#include "store/file.h"

namespace writ {

namespace fs = std::filesystem;

namespace {

constexpr uint32_t kMaxFolderDepth = 100;  // deeper is a loop of links

// "a.b:file.json" is a place and a path; "file://…" and "file.json" are paths.
std::pair<DataPath, std::string> split_prefix(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || text.find("://") == colon) return {{}, std::string(text)};
  DataPath place;
  std::string_view prefix = text.substr(0, colon);
  for (size_t begin = 0; begin <= prefix.size();) {
    size_t end = std::min(prefix.find('.', begin), prefix.size());
    place.emplace_back(prefix.substr(begin, end - begin));
    begin = end + 1;
  }
  return {std::move(place), std::string(text.substr(colon + 1))};
}

// What says where the data of a file goes: the prefix, and the folders on the way to it.
DataPath place_of(const FileSet& set, const std::string& below) {
  DataPath place = set.prefix;
  place.push_back(below.substr(0, below.rfind('/') + 1));
  return place;
}

Error plain_error(std::string detail) {
  Error error;
  error.detail = std::move(detail);
  return error;
}

RegoVersion rego_version(int number) {
  switch (number) {
    case 0: return RegoVersion::kV0;
    case 2: return RegoVersion::kV2;
    default: return RegoVersion::kV1;
  }
}

// The versions of modules, each under the name that member holds.
void set_versions(const std::vector<BundleModule>& modules, std::string BundleModule::*name, EngineOptions& options) {
  std::vector<ModuleVersion>& versions = options.language.module_versions;
  for (const BundleModule& module : modules) {
    if (module.version) versions.push_back({module.*name, rego_version(*module.version)});
  }
  std::sort(versions.begin(), versions.end(),
            [](const ModuleVersion& a, const ModuleVersion& b) { return a.module < b.module; });
}

// The package of a module; nothing if it does not parse, as the version its manifest says or else as any.
std::optional<std::vector<std::string>> package_of(const BundleModule& module) {
  std::vector<RegoVersion> versions = {RegoVersion::kV1, RegoVersion::kV0};
  if (module.version) versions = {rego_version(*module.version)};
  for (RegoVersion version : versions) {
    Language language;
    language.version = version;
    if (auto package = module_package({module.name, module.text}, language)) return package;
  }
  return std::nullopt;
}

class Walk {
 public:
  explicit Walk(const LoadRequest& request) : request_(request), reader_(request.only_modules) {}

  BundleContents run() {
    for (const std::string& path : request_.paths) load_path(path);
    for (const std::string& bundle : request_.bundles) load_bundle(bundle);
    if (std::string why = complaint_about_bundles(bundles_); !why.empty()) report("bundle activation failed: " + why);
    BundleContents contents = reader_.finish();
    // Files that could not be read and files that could not be used, in the order in which they were met.
    contents.errors = std::move(errors_);
    return contents;
  }

 private:
  void load_path(const std::string& text);
  void load_bundle(const std::string& text);
  std::optional<std::string> local_path(const std::string& text);
  bool read_manifest(const std::string& text, const fs::path& folder, FileSet& set);
  void check_bundle(const std::string& text, const FileSet& set, size_t first_module);
  void report_bundle(const std::string& text, std::string detail);
  // `path` is the file or folder, `below` its path within the set: empty for what the user named.
  void visit(const fs::path& path, const FileSet& set, const std::string& below, uint32_t depth);
  void visit_folder(const fs::path& path, const FileSet& set, const std::string& below, uint32_t depth);
  void visit_file(const fs::path& path, const FileSet& set, const std::string& below, bool chosen);
  bool is_ignored(const std::string& name) const;
  void report(std::string detail) { errors_.push_back(plain_error(std::move(detail))); }

  const LoadRequest& request_;
  BundleReader reader_;
  std::vector<Error> errors_;
  std::set<std::pair<DataPath, fs::path>> seen_;  // what was read, and for which place: once is enough
  std::vector<NamedManifest> bundles_;
};

void Walk::load_path(const std::string& text) {
  auto [prefix, path] = split_prefix(text);
  FileSet set;
  set.prefix = std::move(prefix);
  if (auto local = local_path(path)) visit(*local, set, {}, 0);
}

std::optional<std::string> Walk::local_path(const std::string& text) {
  try {
    return path_of_url(text);
  } catch (const FileFailure& failure) {
    report(failure.error().detail);
    return std::nullopt;
  }
}

void Walk::load_bundle(const std::string& text) {
  auto is_same = [&](const NamedManifest& bundle) { return bundle.name == text; };
  if (std::any_of(bundles_.begin(), bundles_.end(), is_same)) return;  // named twice
  auto local = local_path(text);
  if (!local) return;
  fs::path folder = *local;
  std::error_code code;
  if (fs::exists(folder, code) && !fs::is_directory(folder, code)) {
    return report("bundle " + text + ": only folders can be loaded as bundles; unpack the archive and name its folder");
  }
  FileSet set;
  set.is_bundle = true;
  if (!read_manifest(text, folder, set)) return;
  bundles_.push_back({text, set.manifest});
  size_t first_module = reader_.modules().size();
  size_t errors = errors_.size();
  visit(folder, set, {}, 0);
  if (errors_.size() == errors) check_bundle(text, set, first_module);
}

bool Walk::read_manifest(const std::string& text, const fs::path& folder, FileSet& set) {
  try {
    auto manifest = read_file_if_any((folder / kManifestName).string(), kMaxFileBytes);
    if (manifest) set.manifest = Manifest::read(*manifest);
    return true;
  } catch (const FileFailure& failure) {
    report(failure.error().detail);
  } catch (const Failure& failure) {
    Error error = failure.error();
    error.file = "bundle " + text + ": " + std::string(kManifestName);
    errors_.push_back(std::move(error));
  }
  return false;
}

// What can be said of a bundle once all of it was read: whether its manifest holds together, and its packages.
void Walk::check_bundle(const std::string& text, const FileSet& set, size_t first_module) {
  if (std::string why = set.manifest.complaint(); !why.empty()) return report_bundle(text, std::move(why));
  for (size_t i = first_module; i < reader_.modules().size(); i++) {
    const BundleModule& module = reader_.modules()[i];
    auto package = package_of(module);
    if (!package) continue;
    std::string why = set.manifest.complaint_about_package(*package, module.name);
    if (!why.empty()) return report_bundle(text, std::move(why));
  }
}

void Walk::report_bundle(const std::string& text, std::string detail) {
  Error error;
  error.file = "bundle " + text;
  error.detail = std::move(detail);
  errors_.push_back(std::move(error));
}

bool Walk::is_ignored(const std::string& name) const {
  return std::any_of(request_.ignore.begin(), request_.ignore.end(),
                     [&](const std::string& pattern) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; });
}

void Walk::visit(const fs::path& path, const FileSet& set, const std::string& below, uint32_t depth) {
  std::error_code code;
  fs::file_status status = fs::status(path, code);
  if (!fs::exists(status)) return report("stat " + path.string() + ": no such file or directory");
  std::string name = path.filename().string();
  if (depth > 0 && is_ignored(name)) return;
  std::string here = depth == 0 ? std::string() : below.empty() ? name : below + "/" + name;
  if (fs::is_directory(status)) {
    visit_folder(path, set, here, depth);
  } else {
    visit_file(path, set, depth == 0 ? name : here, depth == 0);
  }
}

void Walk::visit_folder(const fs::path& path, const FileSet& set, const std::string& below, uint32_t depth) {
  if (depth > kMaxFolderDepth) {
    return report(path.string() + ": folders are nested too deeply; is there a link that leads back?");
  }
  std::error_code code;
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(path, code), end; !code && at != end; at.increment(code))
    entries.push_back(at->path());
  if (code) report("open " + path.string() + ": " + code.message());
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) visit(entry, set, below, depth + 1);
}

void Walk::visit_file(const fs::path& path, const FileSet& set, const std::string& below, bool chosen) {
  if (chosen && file_kind(below) == FileKind::kArchive) {
    return report(path.string() + ": archives are not supported; unpack it and name its folder");
  }
  if (!reader_.wants(set, below, chosen)) return;
  if (!set.is_bundle && !seen_.emplace(place_of(set, below), path.lexically_normal()).second) return;
  try {
    std::string bytes = read_file(path.string(), kMaxFileBytes);
    reader_.add(set, {path.lexically_normal().generic_string(), below, chosen, std::move(bytes)});
  } catch (const FileFailure& failure) {
    report(failure.error().detail);
  }
  for (Error& error : reader_.take_errors()) errors_.push_back(std::move(error));
}

}  // namespace

LoadFailure::LoadFailure(std::string detail) : errors_{plain_error(std::move(detail))} {}

std::string LoadedFiles::document_at(const DataPath& path) const {
  for (const BundleDocument& document : documents) {
    try {
      std::string text = read_file(document.name, kMaxFileBytes);
      if (document_reaches(file_kind(document.name), text, document.place, path)) return document.name;
    } catch (const FileFailure&) {
      // It has gone since: then it is not the one to name.
    }
  }
  return {};
}

std::vector<lang::Source> LoadedFiles::sources() const {
  std::vector<lang::Source> sources;
  for (const BundleModule& module : modules) sources.push_back({module.name, module.text});
  return sources;
}

std::vector<lang::Source> LoadedFiles::sources_by_path() const {
  std::vector<lang::Source> sources;
  for (const BundleModule& module : modules) sources.push_back({module.path, module.text});
  return sources;
}

EngineOptions LoadedFiles::options_for_sources(EngineOptions options) const {
  set_versions(modules, &BundleModule::name, options);
  return options;
}

EngineOptions LoadedFiles::options_for_sources_by_path(EngineOptions options) const {
  set_versions(modules, &BundleModule::path, options);
  return options;
}

LoadedFiles load_files(const LoadRequest& request) {
  BundleContents contents = Walk(request).run();
  if (!contents.errors.empty()) throw LoadFailure(std::move(contents.errors));
  LoadedFiles loaded;
  loaded.data = DataSet::from_value(contents.data.root());
  loaded.modules = std::move(contents.modules);
  loaded.documents = std::move(contents.documents);
  loaded.program = std::move(contents.program);
  loaded.program_name = std::move(contents.program_name);
  return loaded;
}

}  // namespace writ
