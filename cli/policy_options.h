// The flags that several commands share, and what they come to.
#pragma once

#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "engine/api/capabilities.h"
#include "engine/api/decision.h"
#include "engine/api/engine.h"
#include "store/folder.h"

namespace writ::cli {

// Limits of a decision.
class LimitFlags {
 public:
  // `defaults` are those of the command: `--help` states them, and limits() begins with them.
  void declare(OptionSet& options, const Limits& defaults = {});
  // Throws CommandFailure(kExitInput) for a limit that is out of range.
  Limits limits() const;

 private:
  std::array<std::optional<uint64_t>, std::size(kLimits)> values_;  // in the order of limits.def
  Limits defaults_;
};

// --max-record-bytes, of the commands that write records or read them.
class RecordSizeFlag {
 public:
  void declare(OptionSet& options);
  // Throws CommandFailure(kExitInput) for a size that is out of range.
  size_t bytes() const;

 private:
  std::optional<uint64_t> bytes_;
};

// --data, --bundle, --ignore.
// --deadline, of the commands that evaluate one thing at a time.
struct DeadlineFlag {
  std::optional<uint64_t> milliseconds;

  void declare(OptionSet& options);
  void apply(DecideOptions& options) const;
};

void declare_load_flags(OptionSet& options, LoadRequest& request);

struct LanguageFlags {
  bool v0 = false;
  bool v1 = false;
  bool strict = false;
  void declare(OptionSet& options, bool with_strict);
  void apply(EngineOptions& options) const;
};

// --capabilities FILE|VERSION. It applies to what LanguageFlags left.
struct CapabilitiesFlag {
  std::string file_or_version;
  void declare(OptionSet& options);
  // Throws CommandFailure(kOpaFailed) if there is no such file or version, or the file is not one of capabilities.
  void apply(EngineOptions& options) const;
};

// Those of a file. Throws CommandFailure(kOpaFailed) with what is wrong with it.
std::shared_ptr<const Capabilities> load_capabilities(const std::string& path);

// After how many errors of policies a command stops, as OPA's commands do. It applies to what LanguageFlags left.
struct ErrorLimitFlag {
  static constexpr uint32_t kDefault = 10;
  std::optional<uint64_t> count;
  void declare(OptionSet& options);
  void apply(EngineOptions& options) const;
};

}  // namespace writ::cli
