#include "engine/program/words.h"

namespace writ {

namespace {

constexpr uint8_t kInV1 = 1, kInV0 = 2, kInBoth = 3;

constexpr WordRow row(std::string_view name, bool is_keyword, uint8_t versions, std::string_view first,
                      std::string_view last) {
  return {name, is_keyword, (versions & kInV1) != 0, (versions & kInV0) != 0, first, last};
}

constexpr WordRow kWords[] = {
#define KEYWORD(identifier, name, versions, first, last) row(name, true, versions, first, last),
#define FEATURE(identifier, name, versions, first, last) row(name, false, versions, first, last),
#include "engine/program/words.def"
#undef KEYWORD
#undef FEATURE
};
static_assert(std::size(kWords) <= 32, "a WordSet has a bit for each");

}  // namespace

std::span<const WordRow> words() { return kWords; }

const WordRow* find_word(std::string_view name, bool is_keyword) {
  for (const WordRow& row : kWords) {
    if (row.is_keyword == is_keyword && row.name == name) return &row;
  }
  return nullptr;
}

WordSet default_words(bool v0) {
  WordSet set = 0;
  for (const WordRow& row : kWords) {
    if (v0 ? row.in_v0 : row.in_v1) set |= bit_of(row);
  }
  return set;
}

}  // namespace writ
