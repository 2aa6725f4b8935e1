#include "engine/builtins/patterns.h"

#include "engine/builtins/support.h"

namespace writ {

const Regex* PatternCache::regex(std::string_view pattern, std::string* fault) {
  if (fixed_ != nullptr) {
    if (const Regex* found = fixed_->find_regex(pattern)) return found;
  }
  if (const Regex* found = regexes_.use(pattern)) return found;
  std::unique_ptr<const Regex> compiled = Regex::compile(pattern, fault);
  return compiled ? regexes_.put(pattern, std::move(compiled), capacity_) : nullptr;
}

const Glob* PatternCache::glob(std::string_view pattern, std::span<const char32_t> delimiters, std::string* fault) {
  std::string key = glob_key(pattern, delimiters);
  if (fixed_ != nullptr) {
    if (const Glob* found = fixed_->find_glob(key)) return found;
  }
  if (const Glob* found = globs_.use(key)) return found;
  std::unique_ptr<const Glob> compiled = Glob::compile(pattern, delimiters, fault);
  return compiled ? globs_.put(key, std::move(compiled), capacity_) : nullptr;
}

// The length in front keeps a pattern and its delimiters apart.
std::string PatternCache::glob_key(std::string_view pattern, std::span<const char32_t> delimiters) {
  std::string key = std::to_string(pattern.size());
  key.append(":").append(pattern);
  for (char32_t delimiter : delimiters) append_rune(key, delimiter);
  return key;
}

size_t first_rune_size(std::string_view text) { return decode_rune(text).bytes; }

}  // namespace writ
