// BundleReader sorts files by kind and keeps what they give: modules under their paths, one compiled policy, documents
// merged into `data`. Read `add` first: it applies the rules of the header in their order and hands the file to one of
// add_module, add_document and add_chosen.
//
// Documents are kept beside the merged data until the reader goes, because the merger knows only that a document does
// not fit and not which earlier one it clashes with; find_conflict tries the pairs, once, when there is an error to
// explain.
#include "engine/bundle/bundle.h"

#include <algorithm>

#include "engine/base/magic.h"
#include "engine/builtins/yaml.h"
#include "engine/value/json.h"

namespace writ {

namespace {

std::string_view last_segment(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Segments of "a/b"; what is empty is left out.
DataPath split(std::string_view path) {
  DataPath segments;
  for (size_t begin = 0; begin < path.size();) {
    size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) segments.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

// Where the data of a file goes: to the path of its folder.
DataPath place_of(const FileSet& set, std::string_view path) {
  DataPath place = set.prefix;
  DataPath folders = split(path.substr(0, path.size() - last_segment(path).size()));
  place.insert(place.end(), folders.begin(), folders.end());
  return place;
}

bool is_data_of_bundle(std::string_view path) {
  std::string_view name = last_segment(path);
  return name == "data.json" || name == "data.yaml" || name == "data.yml";
}

// Whether one of the paths leads to the other.
bool overlap(const DataPath& a, const DataPath& b) {
  size_t common = std::min(a.size(), b.size());
  return std::equal(a.begin(), a.begin() + static_cast<ptrdiff_t>(common), b.begin());
}

// What is wrong with a document for the bundle it is in; empty if nothing is.
std::string complaint_about(const FileSet& set, const DataPath& place, const Value& document) {
  return set.is_bundle ? set.manifest.complaint_about_data(place, document) : std::string();
}

bool begins_like_json(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

// The first word after comments is the one that begins a module: what is wrong with it is then said as of a module.
bool begins_like_module(std::string_view text) {
  constexpr std::string_view kWord = "package";
  for (size_t at = 0; at < text.size();) {
    at = std::min(text.find_first_not_of(" \t\r\n", at), text.size());
    if (!text.substr(at).starts_with('#')) {
      std::string_view rest = text.substr(at);
      return rest.starts_with(kWord) && rest.size() > kWord.size() && (rest[kWord.size()] == ' ' || rest[kWord.size()] == '\t');
    }
    at = std::min(text.find('\n', at), text.size());
  }
  return false;
}

// Undefined and `error` set if YAML does not parse; throws Failure if JSON does not.
Value read_document(FileKind kind, std::string_view text, Arena& arena, std::string* error) {
  if (kind == FileKind::kYaml) return yaml_parse(text, arena, error, YamlDuplicates::kRefused);
  return read_json(text, arena, kDataLimits);
}

}  // namespace

FileKind file_kind(std::string_view path) {
  std::string_view name = last_segment(path);
  // A name that is nothing but an extension has none, as for a file system.
  size_t dot = name.rfind('.');
  std::string_view extension = dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
  if (extension == ".rego") return FileKind::kModule;
  if (extension == ".json") return FileKind::kJson;
  if (extension == ".yaml" || extension == ".yml") return FileKind::kYaml;
  return name.ends_with(".tar.gz") ? FileKind::kArchive : FileKind::kUnknown;
}

bool BundleReader::wants(const FileSet& set, std::string_view path, bool chosen) const {
  FileKind kind = file_kind(path);
  if (is_data(kind)) return !only_modules_ && (!set.is_bundle || is_data_of_bundle(path));
  return kind == FileKind::kModule || (chosen && kind == FileKind::kUnknown);
}

void BundleReader::add(const FileSet& set, BundleFile file) {
  if (!wants(set, file.path, file.chosen)) return;
  const std::string name = file.name;
  FileKind kind = file_kind(file.path);
  DataPath place = place_of(set, file.path);
  try {
    if (kind == FileKind::kModule) {
      add_module(set, std::move(file));
    } else if (is_data(kind)) {
      add_document(set, place, file, kind);
    } else {
      add_chosen(set, place, std::move(file));
    }
  } catch (const Failure& failure) {
    Error error = failure.error();
    if (error.file.empty()) error.file = name;
    contents_.errors.push_back(std::move(error));
  }
}

void BundleReader::add_chosen(const FileSet& set, const DataPath& place, BundleFile file) {
  if (file.bytes.starts_with(kProgramMagic)) {
    add_program(std::move(file));
  } else if (begins_like_json(file.bytes)) {
    add_document(set, place, file, FileKind::kJson);
  } else if (only_modules_ || begins_like_module(file.bytes)) {
    add_module(set, std::move(file));
  } else {
    add_document(set, place, file, FileKind::kYaml);
  }
}

void BundleReader::add_module(const FileSet& set, BundleFile file) {
  std::optional<int> version = set.is_bundle ? set.manifest.version_of("/" + file.path) : std::nullopt;
  auto [at, is_new] = module_names_.emplace(file.path, file.name);
  std::vector<BundleModule>& modules = contents_.modules;
  if (is_new) {
    modules.push_back({std::move(file.name), std::move(file.path), std::move(file.bytes), version});
    return;
  }
  if (at->second == file.name) return;  // named twice
  if (std::any_of(modules.begin(), modules.end(), [&](const auto& module) { return module.name == file.name; })) return;
  // Two folders hold a module of the same path: both keep their whole names, as far as those can be module paths.
  for (BundleModule& module : modules) {
    if (module.path == file.path) module.path = module.name;
  }
  std::string path = file.name;
  modules.push_back({std::move(file.name), std::move(path), std::move(file.bytes), version});
}

void BundleReader::add_program(BundleFile file) {
  if (!contents_.program.empty()) {
    report(file.name, "a compiled policy was loaded already: `" + contents_.program_name + "`");
    return;
  }
  contents_.program = std::move(file.bytes);
  contents_.program_name = std::move(file.name);
}

void BundleReader::add_document(const FileSet& set, const DataPath& place, const BundleFile& file, FileKind kind) {
  std::string error;
  Value value = read_document(kind, arena_.copy(file.bytes), arena_, &error);
  if (!value.is_defined()) {
    report(file.name, "error converting YAML to JSON: " + error);
  } else if (place.empty() && !value.is_object()) {
    report(file.name, "document must be of type object");
  } else if (std::string why = complaint_about(set, place, value); !why.empty()) {
    report(file.name, std::move(why));
  } else {
    merge({file.name, place, value});
  }
}

void BundleReader::merge(KeptDocument document) {
  try {
    contents_.data.add(document.place, document.value, document.name);
  } catch (const Failure& failure) {
    std::string other = find_conflict(document);
    report(document.name, failure.error().detail + (other.empty() ? ", data from multiple files must not overlap"
                                                                  : ", also defined in " + other));
    return;
  }
  contents_.documents.push_back({document.name, document.place});
  documents_.push_back(std::move(document));
}

// The earlier document that does not go together with this one.
std::string BundleReader::find_conflict(const KeptDocument& document) const {
  for (const KeptDocument& earlier : documents_) {
    try {
      DataMerger pair;
      pair.add(earlier.place, earlier.value, earlier.name);
      pair.add(document.place, document.value, document.name);
    } catch (const Failure&) {
      return earlier.name;
    }
  }
  return {};
}

void BundleReader::report(const std::string& file, std::string detail) {
  Error error;
  error.file = file;
  error.detail = std::move(detail);
  contents_.errors.push_back(std::move(error));
}

bool document_reaches(FileKind kind, std::string_view text, const DataPath& place, const DataPath& path) {
  if (!overlap(place, path)) return false;
  if (place.size() > path.size()) return true;
  Arena arena;
  std::string error;
  Value value;
  try {
    value = read_document(kind, arena.copy(text), arena, &error);
  } catch (const Failure&) {
    return false;
  }
  if (!value.is_defined()) return false;
  const Value* at = &value;
  for (size_t i = place.size(); i < path.size(); ++i) {
    if (!at->is_object()) return true;
    at = object_find(*at, path[i]);
    if (at == nullptr) return false;
  }
  return true;
}

}  // namespace writ
