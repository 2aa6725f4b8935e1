#include "cli/policy_options.h"

#include <limits>

#include "cli/exit_codes.h"
#include "cli/failure.h"

namespace writ::cli {

void LimitFlags::declare(OptionSet& options) {
  options.number("--fuel", fuel, "STEPS", "steps a decision may take (100000000)");
  options.number("--max-input-bytes", input_bytes, "BYTES", "size of an input (4194304)");
  options.number("--max-input-depth", input_depth, "LEVELS", "nesting of an input (512)");
  options.number("--max-memory-bytes", memory_bytes, "BYTES", "memory a decision may hold at once (1073741824)");
  options.number("--max-output-bytes", output_bytes, "BYTES", "size of a result (16777216)");
  options.number("--max-call-depth", call_depth, "CALLS", "rules and functions within each other (4096)");
}

namespace {

template <typename T>
void apply_limit(T& limit, const std::optional<uint64_t>& flag, const char* name) {
  if (!flag) return;
  if (*flag == 0 || *flag > std::numeric_limits<T>::max()) {
    throw CommandFailure(kExitInput,
                         std::string(name) + " must be from 1 to " + std::to_string(std::numeric_limits<T>::max()));
  }
  limit = static_cast<T>(*flag);
}

}  // namespace

void LimitFlags::apply(Limits& limits) const {
  apply_limit(limits.fuel, fuel, "--fuel");
  apply_limit(limits.input_bytes, input_bytes, "--max-input-bytes");
  apply_limit(limits.input_depth, input_depth, "--max-input-depth");
  apply_limit(limits.memory_bytes, memory_bytes, "--max-memory-bytes");
  apply_limit(limits.output_bytes, output_bytes, "--max-output-bytes");
  apply_limit(limits.call_depth, call_depth, "--max-call-depth");
}

void declare_load_flags(OptionSet& options, LoadRequest& request) {
  options.texts("-d,--data", request.paths, "PATH", "load policies and data; a folder with all below it; repeatable");
  options.texts("-b,--bundle", request.bundles, "FOLDER", "load a folder by the rules of bundles; repeatable");
  options.texts("--ignore", request.ignore, "PATTERN", "pass over files and folders of such names; repeatable");
}

void LanguageFlags::declare(OptionSet& options, bool with_strict) {
  options.flag("--v0-compatible", v0, "read modules as Rego v0");
  options.flag("--v1-compatible", v1, "read modules as Rego v1; that is the default");
  if (with_strict) options.flag("-S,--strict", strict, "unused variables, imports and arguments are errors");
}

void LanguageFlags::apply(EngineOptions& options) const {
  options.version = v0 ? lang::RegoVersion::kV0 : lang::RegoVersion::kV1;
  options.strict_checks = strict;
}

}  // namespace writ::cli
