#include "cli/policy_options.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/exit_status.h"
#include "cli/failure.h"
#include "cli/files.h"
#include "engine/api/capabilities.h"

namespace writ::cli {

void LimitFlags::declare(OptionSet& options, const Limits& defaults) {
  defaults_ = defaults;
  for (size_t i = 0; i < values_.size(); ++i) {
    const LimitRow& row = kLimits[i];
    std::string help = "limit the " + std::string(row.text) + " (default " + std::to_string(row.get(defaults)) + ")";
    options.number(std::string(row.flag), values_[i], std::string(row.unit), std::move(help));
  }
}

Limits LimitFlags::limits() const {
  Limits limits = defaults_;
  for (size_t i = 0; i < values_.size(); ++i) {
    const LimitRow& row = kLimits[i];
    if (!values_[i]) continue;
    if (!row.allows(*values_[i])) {
      throw CommandFailure(kExitInput, std::string(row.flag) + " must be from 1 to " + std::to_string(row.most));
    }
    row.set(limits, *values_[i]);
  }
  return limits;
}

void RecordSizeFlag::declare(OptionSet& options) {
  options.number("--max-record-bytes", bytes_, "BYTES",
                 "limit the size of a record; the same for who writes and who replays it (default " +
                     std::to_string(kMaxRecordLine) + ")");
}

size_t RecordSizeFlag::bytes() const {
  if (!bytes_) return kMaxRecordLine;
  if (*bytes_ == 0 || *bytes_ > kMostRecordLine)
    throw CommandFailure(kExitInput, "--max-record-bytes must be from 1 to " + std::to_string(kMostRecordLine));
  return static_cast<size_t>(*bytes_);
}

void DeadlineFlag::declare(OptionSet& options) {
  options.number("--deadline", milliseconds, "MS",
                 "end an evaluation that takes more than this many milliseconds (default none)");
}

void DeadlineFlag::apply(DecideOptions& options) const {
  constexpr uint64_t kNanoseconds = 1'000'000;
  if (milliseconds) options.deadline_ns = std::min(*milliseconds, UINT64_MAX / kNanoseconds) * kNanoseconds;
}

void declare_load_flags(OptionSet& options, LoadRequest& request) {
  options.texts("-d,--data", request.paths, "PATH", "load policies and data from a file or folder; repeatable");
  options.texts("-b,--bundle", request.bundles, "FOLDER", "load a folder as a bundle; repeatable");
  options.texts("--ignore", request.ignore, "PATTERN", "skip files and folders whose name matches; repeatable");
}

void LanguageFlags::declare(OptionSet& options, bool with_strict) {
  options.flag("--v0-compatible", v0, "parse modules as Rego v0");
  options.flag("--v1-compatible", v1, "parse modules as Rego v1 (default)");
  if (with_strict) options.flag("-S,--strict", strict, "treat unused variables, imports and arguments as errors");
}

void LanguageFlags::apply(EngineOptions& options) const {
  options.language.version = v0 ? RegoVersion::kV0 : RegoVersion::kV1;
  options.language.strict = strict;
  options.language.max_errors = ErrorLimitFlag::kDefault;
}

void CapabilitiesFlag::declare(OptionSet& options) {
  options.text("--capabilities", file_or_version, "FILE|VERSION",
               "allow only the functions and words of a capabilities file, or of a version of OPA (v1.4.0)");
}

// As in OPA, a file counts before a version of the same name.
void CapabilitiesFlag::apply(EngineOptions& options) const {
  if (file_or_version.empty()) return;
  std::shared_ptr<const Capabilities> capabilities;
  if (std::filesystem::is_regular_file(file_or_version)) {
    capabilities = load_capabilities(file_or_version);
  } else {
    capabilities = capabilities_of_version(file_or_version);
  }
  if (capabilities == nullptr) {
    throw CommandFailure(kOpaFailed, "invalid argument \"" + file_or_version +
                                         "\" for \"--capabilities\" flag: no such file or capabilities version found: " +
                                         file_or_version);
  }
  options.language.restrict_to(std::move(capabilities));
}

std::shared_ptr<const Capabilities> load_capabilities(const std::string& path) {
  try {
    return read_capabilities(read_whole_file(path));
  } catch (const Failure& failure) {
    throw CommandFailure(kOpaFailed, describe(failure.error(), path));
  }
}

void ErrorLimitFlag::declare(OptionSet& options) {
  options.number("-m,--max-errors", count, "N", "stop after N errors of the check (default: 10; 0 = report all)");
}

void ErrorLimitFlag::apply(EngineOptions& options) const {
  if (count) options.language.max_errors = static_cast<uint32_t>(std::min<uint64_t>(*count, UINT32_MAX));
}

}  // namespace writ::cli
