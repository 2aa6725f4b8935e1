#include "cli/schema_files.h"

#include <algorithm>
#include <filesystem>

#include "cli/files.h"
#include "engine/api/data_set.h"
#include "engine/base/error.h"
#include "store/folder.h"

namespace writ::cli {
namespace {

namespace fs = std::filesystem;

// JSON, or YAML that means JSON.
std::string read_schema(const fs::path& path) {
  try {
    return json_from_yaml(read_file(path.string(), kMaxFileBytes));
  } catch (const FileFailure& failure) {
    throw LoadFailure(failure.error().detail);
  } catch (const Failure& failure) {
    throw LoadFailure(path.string() + ": " + failure.error().detail);
  }
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code code;
  fs::recursive_directory_iterator at(folder, code), end;
  for (; !code && at != end; at.increment(code)) {
    if (!at->is_directory()) files.push_back(at->path());
  }
  if (code) throw LoadFailure("open " + folder.string() + ": " + code.message());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> name_of(const fs::path& file, const fs::path& folder) {
  std::vector<std::string> name;
  for (const fs::path& step : file.lexically_relative(folder)) name.push_back(step.string());
  name.back() = file.stem().string();
  return name;
}

}  // namespace

void SchemaFlag::declare(OptionSet& options) {
  options.optional_text("-s,--schema", path, "PATH", "check types by the JSON schema in a file, or those in a folder");
}

void SchemaFlag::apply(EngineOptions& options) const {
  if (!path || path->empty()) return;
  fs::path root = local_path(*path);
  std::error_code code;
  fs::file_status status = fs::status(root, code);
  if (!fs::exists(status)) throw LoadFailure("stat " + root.string() + ": no such file or directory");
  if (!fs::is_directory(status)) {
    options.language.schemas.push_back({{}, read_schema(root)});
    return;
  }
  for (const fs::path& file : files_below(root)) {
    options.language.schemas.push_back({name_of(file, root), read_schema(file)});
  }
}

}  // namespace writ::cli
