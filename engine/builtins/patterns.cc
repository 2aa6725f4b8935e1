#include "engine/builtins/patterns.h"

#include "engine/base/meter.h"
#include "engine/builtins/pattern_size.h"
#include "engine/builtins/support.h"

namespace writ {

namespace {

// What compiling takes: something for every pattern, and so much for each instruction of the compiled form.
constexpr uint64_t kUnitsPerPattern = 512;
constexpr uint64_t kUnitsPerInstruction = 32;

// Bytes of a compiled glob for each byte of its text.
constexpr uint64_t kGlobBytes = 64;

}  // namespace

void Bill::pay(uint64_t units, uint64_t bytes) {
  PatternCache::charge_argument(units, bytes);
  bytes_ += bytes;
  if (!pieces_.empty() && pieces_.back().units == units && pieces_.back().bytes == bytes) {
    ++pieces_.back().times;
  } else {
    pieces_.push_back({units, bytes, 1});
  }
}

void Bill::pay_again() const {
  for (const Piece& piece : pieces_) {
    for (uint64_t i = 0; i < piece.times; ++i) PatternCache::charge_argument(piece.units, piece.bytes);
  }
}

uint64_t PatternCache::pattern_units(uint64_t estimate) { return kUnitsPerPattern + estimate * kUnitsPerInstruction; }

void PatternCache::charge_pattern(uint64_t size, uint64_t memory) { charge_argument(pattern_units(size), memory); }

void PatternCache::charge_argument(uint64_t size, uint64_t memory) {
  charge_work(size);
  Meter* meter = Meter::current();
  if (meter != nullptr && meter->memory() != nullptr) meter->memory()->take(memory);
}

void PatternCache::give_back(uint64_t memory) noexcept {
  Meter* meter = Meter::current();
  if (meter != nullptr && meter->memory() != nullptr) meter->memory()->give_back(memory);
}

const Regex* PatternCache::regex(std::string_view pattern, std::string* fault) {
  if (fixed_ != nullptr) {
    if (const Regex* found = fixed_->find_regex(pattern)) return found;
  }
  auto* book = regexes_.use(pattern);
  if (book != nullptr && book->decision == decision_) return book->pattern.get();
  uint64_t size = book != nullptr ? book->size : estimate_pattern_size(pattern);
  charge_pattern(size, Regex::memory_of(size));
  if (book != nullptr) {
    book->decision = decision_;
    return book->pattern.get();
  }
  std::unique_ptr<const Regex> compiled = Regex::compile(pattern, size, fault);
  if (compiled == nullptr) {
    give_back(Regex::memory_of(size));
    return nullptr;
  }
  return regexes_.put({std::string(pattern), std::move(compiled), size, Regex::memory_of(size), decision_}, capacity_);
}

const Glob* PatternCache::glob(std::string_view pattern, std::span<const char32_t> delimiters, std::string* fault) {
  std::string key = glob_key(pattern, delimiters);
  if (fixed_ != nullptr) {
    if (const Glob* found = fixed_->find_glob(key)) return found;
  }
  auto* book = globs_.use(key);
  if (book != nullptr && book->decision == decision_) return book->pattern.get();
  uint64_t size = pattern.size() / kUnitsPerInstruction * 4;
  uint64_t memory = (pattern.size() + delimiters.size()) * kGlobBytes;
  charge_pattern(size, memory);
  if (book != nullptr) {
    book->decision = decision_;
    return book->pattern.get();
  }
  std::unique_ptr<const Glob> compiled = Glob::compile(pattern, delimiters, fault);
  if (compiled == nullptr) {
    give_back(memory);
    return nullptr;
  }
  return globs_.put({std::move(key), std::move(compiled), size, memory, decision_}, capacity_);
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
