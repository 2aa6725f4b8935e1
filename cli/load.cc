#include "cli/load.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "cli/failure.h"
#include "cli/files.h"
#include "engine/base/error.h"
#include "engine/builtins/yaml.h"
#include "engine/value/json.h"

namespace writ::cli {

namespace fs = std::filesystem;

namespace {

constexpr uint32_t kMaxFolderDepth = 100;  // deeper is a loop of links
constexpr std::string_view kProgramMagic = "WRITPRG1";
constexpr JsonLimits kDataLimits{kMaxFile, 512};

using Place = std::vector<std::string>;

struct LoadedDocument {
  std::string name;
  Place place;
  Value value;
};

class Loader {
 public:
  explicit Loader(const LoadRequest& request) : request_(request) {}

  Loaded run() {
    for (const std::string& path : request_.paths) load_path(path);
    for (const std::string& bundle : request_.bundles) load_bundle(bundle);
    if (!messages_.empty()) throw LoadFailure(std::move(messages_));
    loaded_.data = merger_.finish();
    return std::move(loaded_);
  }

 private:
  // What is true of all files of one argument.
  struct Argument {
    bool is_bundle = false;
    std::vector<Place> roots;  // of a bundle; empty = all
    fs::path base;
  };

  void load_path(const std::string& text);
  void load_bundle(const std::string& text);
  void read_manifest(Argument& argument);
  void walk(const fs::path& path, const Argument& argument, const Place& place, uint32_t depth);
  void load_file(const fs::path& path, const Argument& argument, const Place& place, uint32_t depth);
  void load_unknown(const fs::path& path, const std::string& module_path, const Place& place, std::string text);
  void add_module(const fs::path& path, const std::string& module_path, std::string text);
  void add_program(const fs::path& path, std::string text);
  void add_json(const fs::path& path, const Place& place, std::string_view text);
  void add_yaml(const fs::path& path, const Place& place, std::string_view text);
  void add_document(const fs::path& path, const Place& place, const Value& value);
  std::string find_conflict(const LoadedDocument& document) const;
  bool is_ignored(const std::string& name) const;
  void complain(std::string message) { messages_.push_back(std::move(message)); }

  const LoadRequest& request_;
  Loaded loaded_;
  Arena arena_;
  DataMerger merger_;
  std::vector<LoadedDocument> documents_;
  std::map<std::string, std::string> module_names_;  // by path
  std::vector<std::string> messages_;
};

// "a.b:file.json" is a place and a path; "file://…" and "file.json" are paths.
std::pair<Place, std::string> split_prefix(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || text.find("://") == colon) return {{}, std::string(text)};
  Place place;
  std::string_view prefix = text.substr(0, colon);
  for (size_t begin = 0; begin <= prefix.size();) {
    size_t end = std::min(prefix.find('.', begin), prefix.size());
    place.emplace_back(prefix.substr(begin, end - begin));
    begin = end + 1;
  }
  return {std::move(place), std::string(text.substr(colon + 1))};
}

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

std::string as_given(const fs::path& path) {
  return path.lexically_normal().generic_string();
}

void Loader::load_path(const std::string& text) {
  auto [place, path] = split_prefix(text);
  walk(clean_path(path), {.base = clean_path(path)}, place, 0);
}

void Loader::load_bundle(const std::string& text) {
  Argument argument{.is_bundle = true, .base = clean_path(text)};
  std::error_code code;
  if (fs::exists(argument.base, code) && !fs::is_directory(argument.base, code)) {
    complain("bundle " + text + ": only folders can be loaded as bundles; unpack the archive and name its folder");
    return;
  }
  try {
    read_manifest(argument);
  } catch (const CommandFailure& failure) {
    complain(failure.message());
    return;
  } catch (const Failure& failure) {
    complain("bundle " + text + ": " + describe(failure.error(), ".manifest"));
    return;
  }
  walk(argument.base, argument, {}, 0);
}

void Loader::read_manifest(Argument& argument) {
  fs::path manifest = argument.base / ".manifest";
  std::error_code code;
  if (!fs::exists(manifest, code)) return;
  Value value = read_json(arena_.copy(read_whole_file(manifest.string())), arena_, kDataLimits);
  const Value* roots = value.is_object() ? object_find(value, "roots") : nullptr;
  if (roots == nullptr) return;
  for (const Value& root : roots->is_array() ? roots->items() : std::span<const Value>()) {
    if (!root.is_string()) continue;
    Place place;
    for (const fs::path& part : fs::path(std::string(root.text()))) {
      if (!part.empty() && part != "/") place.push_back(part.string());
    }
    argument.roots.push_back(std::move(place));
  }
}

bool Loader::is_ignored(const std::string& name) const {
  return std::any_of(request_.ignore.begin(), request_.ignore.end(),
                     [&](const std::string& pattern) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; });
}

void Loader::walk(const fs::path& path, const Argument& argument, const Place& place, uint32_t depth) {
  std::error_code code;
  fs::file_status status = fs::status(path, code);
  if (!fs::exists(status)) {
    complain("stat " + path.string() + ": no such file or directory");
    return;
  }
  if (depth > 0 && is_ignored(path.filename().string())) return;
  if (!fs::is_directory(status)) {
    try {
      load_file(path, argument, place, depth);
    } catch (const CommandFailure& failure) {
      complain(failure.message());
    } catch (const Failure& failure) {
      complain(describe(failure.error(), as_given(path)));
    }
    return;
  }
  if (depth > kMaxFolderDepth) {
    complain(path.string() + ": folders are nested too deeply; is there a link that leads back?");
    return;
  }
  Place below = place;
  if (depth > 0) below.push_back(path.filename().string());
  std::vector<fs::path> entries;
  for (fs::directory_iterator at(path, code), end; !code && at != end; at.increment(code))
    entries.push_back(at->path());
  if (code) complain("open " + path.string() + ": " + code.message());
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries) walk(entry, argument, below, depth + 1);
}

void Loader::load_file(const fs::path& path, const Argument& argument, const Place& place, uint32_t depth) {
  std::string name = path.filename().string();
  std::string module_path = depth == 0 ? name : path.lexically_relative(argument.base).generic_string();
  bool is_data = path.extension() == ".json" || is_yaml(path);
  if (argument.is_bundle && is_data && name != "data.json" && name != "data.yaml" && name != "data.yml") return;
  if (name.ends_with(".tar.gz")) {
    if (depth == 0) complain(path.string() + ": archives are not supported; unpack it and name its folder");
    return;
  }
  if (depth > 0 && !is_data && path.extension() != ".rego") return;
  if (request_.only_modules && is_data) return;
  if (argument.is_bundle && is_data && !argument.roots.empty()) {
    bool inside = std::any_of(argument.roots.begin(), argument.roots.end(), [&](const Place& root) {
      size_t common = std::min(root.size(), place.size());
      return std::equal(root.begin(), root.begin() + static_cast<ptrdiff_t>(common), place.begin());
    });
    if (!inside) complain(path.string() + ": the manifest of its bundle has no root that covers it");
  }
  std::string text = read_whole_file(path.string());
  if (path.extension() == ".rego") {
    add_module(path, module_path, std::move(text));
  } else if (is_yaml(path)) {
    add_yaml(path, place, text);
  } else if (is_data) {
    add_json(path, place, text);
  } else {
    load_unknown(path, module_path, place, std::move(text));
  }
}

void Loader::load_unknown(const fs::path& path, const std::string& module_path, const Place& place, std::string text) {
  if (text.starts_with(kProgramMagic)) {
    add_program(path, std::move(text));
    return;
  }
  size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (text[first] == '{' || text[first] == '[')) {
    add_json(path, place, text);
  } else {
    add_module(path, module_path, std::move(text));
  }
}

void Loader::add_module(const fs::path& path, const std::string& module_path, std::string text) {
  std::string name = as_given(path);
  auto [at, is_new] = module_names_.emplace(module_path, name);
  if (!is_new) {
    if (at->second == name) return;  // named twice
    bool wanted_apart = false;
    for (LoadedModule& module : loaded_.modules) wanted_apart |= module.name == name;
    if (wanted_apart) return;
    // Two folders hold a module of the same path: both keep their whole names, as far as those can be module paths.
    for (LoadedModule& module : loaded_.modules) {
      if (module.path == module_path) module.path = module.name;
    }
    loaded_.modules.push_back({name, name, std::move(text)});
    return;
  }
  loaded_.modules.push_back({std::move(name), module_path, std::move(text)});
}

void Loader::add_program(const fs::path& path, std::string text) {
  if (!loaded_.program.empty()) {
    complain(path.string() + ": there is a compiled policy already, " + loaded_.program_name);
    return;
  }
  loaded_.program = std::move(text);
  loaded_.program_name = path.string();
}

void Loader::add_json(const fs::path& path, const Place& place, std::string_view text) {
  add_document(path, place, read_json(arena_.copy(text), arena_, kDataLimits));
}

void Loader::add_yaml(const fs::path& path, const Place& place, std::string_view text) {
  std::string error;
  Value value = yaml_parse(arena_.copy(text), arena_, &error);
  if (!value.is_defined()) {
    complain(path.string() + ": error converting YAML to JSON: " + error);
    return;
  }
  add_document(path, place, value);
}

void Loader::add_document(const fs::path& path, const Place& place, const Value& value) {
  LoadedDocument document{as_given(path), place, value};
  if (place.empty() && !value.is_object()) {
    complain(document.name + ": document must be of type object");
    return;
  }
  try {
    merger_.add(place, value, document.name);
    loaded_.documents.push_back({path.string(), place});
    documents_.push_back(std::move(document));
  } catch (const Failure& failure) {
    std::string other = find_conflict(document);
    if (other.empty()) throw;
    complain(document.name + ": merge error: it gives a value where " + other + " gives one too");
  }
}

// The earlier document that does not go together with this one.
std::string Loader::find_conflict(const LoadedDocument& document) const {
  for (const LoadedDocument& earlier : documents_) {
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

}  // namespace

std::vector<lang::Source> Loaded::sources() const {
  std::vector<lang::Source> sources;
  for (const LoadedModule& module : modules) sources.push_back({module.name, module.text});
  return sources;
}

std::vector<lang::Source> Loaded::sources_by_path() const {
  std::vector<lang::Source> sources;
  for (const LoadedModule& module : modules) sources.push_back({module.path, module.text});
  return sources;
}

namespace {

// Whether the value at `place` has something at `path`, or is no object on the way there.
bool reaches(const Value& document, const Place& place, const Place& path) {
  if (place.size() > path.size()) return std::equal(path.begin(), path.end(), place.begin());
  if (!std::equal(place.begin(), place.end(), path.begin())) return false;
  const Value* at = &document;
  for (size_t i = place.size(); i < path.size(); ++i) {
    if (!at->is_object()) return true;
    at = object_find(*at, path[i]);
    if (at == nullptr) return false;
  }
  return true;
}

}  // namespace

std::string Loaded::document_at(const std::vector<std::string>& path) const {
  for (const Document& document : documents) {
    try {
      std::string text = read_whole_file(document.name);
      Arena arena;
      std::string error;
      Value value = is_yaml(document.name) ? yaml_parse(text, arena, &error) : read_json(text, arena, kDataLimits);
      if (reaches(value, document.place, path)) return document.name;
    } catch (const std::exception&) {
      // It has changed since: then it is not the one to name.
    }
  }
  return {};
}

std::string LoadFailure::text() const {
  if (messages_.size() == 1) return "1 error occurred during loading: " + messages_[0];
  std::string text = std::to_string(messages_.size()) + " errors occurred during loading:";
  for (const std::string& message : messages_) text += "\n" + message;
  return text;
}

Loaded load(const LoadRequest& request) {
  return Loader(request).run();
}

}  // namespace writ::cli
