// The parts of the language that a policy can be denied: future keywords and features, as OPA's capabilities name them.
//
// words.def lists them. What is offered is a set of bits (WordSet), because parser and checks ask often.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace writ {

enum class Word : uint8_t {
#define KEYWORD(identifier, ...) identifier,
#define FEATURE(identifier, ...) identifier,
#include "engine/program/words.def"
#undef KEYWORD
#undef FEATURE
};

using WordSet = uint32_t;
constexpr WordSet word_bit(Word word) { return 1u << static_cast<uint32_t>(word); }

struct WordRow {
  std::string_view name;
  bool is_keyword;
  bool in_v1, in_v0;             // whether modules of that version have it by default
  std::string_view first, last;  // versions of OPA; `last` is "" if it is still there
};
// In the order of Word: keywords first, each sort by name.
std::span<const WordRow> words();
// The word of that sort and name; null if there is none.
const WordRow* find_word(std::string_view name, bool is_keyword);
inline WordSet bit_of(const WordRow& row) { return 1u << static_cast<uint32_t>(&row - words().data()); }
// What is offered where nobody said: to modules in Rego v0, or in any later version.
WordSet default_words(bool v0);

}  // namespace writ
