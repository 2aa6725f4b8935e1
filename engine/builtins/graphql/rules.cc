// The list of rules, and what their messages suggest.
#include "engine/builtins/graphql/rules.h"

#include <algorithm>
#include <utility>

#include "engine/builtins/support.h"

namespace writ::graphql {

std::vector<std::unique_ptr<Rule>> make_rules() {
  std::vector<std::unique_ptr<Rule>> rules;
#define RULE(name) rules.push_back(make_##name());
#include "engine/builtins/graphql/rules.def"
#undef RULE
  return rules;
}

std::string or_list(const std::vector<std::string_view>& items, bool with_quotes) {
  constexpr size_t kMostItems = 5;
  size_t count = std::min(items.size(), kMostItems);
  std::string text;
  for (size_t i = 0; i < count; i++) {
    if (i > 0) text += count == 2 ? " or " : i + 1 == count ? ", or " : ", ";
    if (with_quotes) text += '"';
    text += items[i];
    if (with_quotes) text += '"';
  }
  return text;
}

namespace {

std::u32string runes(std::string_view text) {
  std::u32string result;
  for (size_t at = 0; at < text.size();) {
    Rune rune = decode_rune(text.substr(at));
    result += rune.code;
    at += rune.bytes;
  }
  return result;
}

// The fewest characters to insert, delete or replace (swaps of neighbours are two).
size_t edits(const std::u32string& a, const std::u32string& b) {
  std::vector<size_t> row(a.size() + 1);
  for (size_t j = 0; j <= a.size(); j++) row[j] = j;
  for (char32_t code : b) {
    size_t diagonal = row[0];
    row[0]++;
    for (size_t j = 1; j <= a.size(); j++) {
      size_t above = row[j];
      row[j] = code == a[j - 1] ? diagonal : 1 + std::min({diagonal, above, row[j - 1]});
      diagonal = above;
    }
  }
  return row[a.size()];
}

// The distance of two names in which upper and lower case together count as one edit; more than `most` if it is more.
size_t distance(Walk& walk, std::string_view a, std::string_view b, size_t most) {
  walk.charge((a.size() + b.size()) / 8 + 1);
  if (a == b) return 0;
  std::u32string x = runes(to_lower(a));
  std::u32string y = runes(to_lower(b));
  if (x == y) return 1;
  if (std::max(x.size(), y.size()) - std::min(x.size(), y.size()) > most) return most + 1;
  walk.charge(x.size() * y.size() / 4);
  return edits(x, y);
}

}  // namespace

std::string suggestion(Walk& walk, std::string_view start, std::string_view typed,
                       const std::vector<std::string_view>& options, bool with_quotes) {
  if (!walk.wants_texts()) return {};
  size_t most = typed.size() * 2 / 5 + 1;
  std::vector<std::pair<size_t, std::string_view>> near;
  for (std::string_view option : options) {
    size_t far = distance(walk, typed, option, most);
    if (far <= most) near.emplace_back(far, option);
  }
  if (near.empty()) return {};
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string_view> items;
  for (const auto& [far, option] : near) items.push_back(option);
  return std::string(start) + or_list(items, with_quotes) + "?";
}

}  // namespace writ::graphql
