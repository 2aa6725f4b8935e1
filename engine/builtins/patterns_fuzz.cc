// Any pattern over any text, as regular expression and as glob: compiling fails or matching ends, and the ways of asking
// agree: a match that is found matches, pieces of a split put together give the text back.
#include <string>
#include <vector>

#include "engine/base/fuzz_bytes.h"
#include "engine/builtins/pattern_size.h"
#include "engine/builtins/patterns.h"

namespace {

using namespace writ;

void try_regex(std::string_view pattern, std::string_view text) {
  std::string fault;
  auto regex = Regex::compile(pattern, estimate_pattern_size(pattern), &fault);
  demand((regex == nullptr) == !fault.empty());
  if (regex == nullptr) return;
  std::vector<Regex::Range> ranges(regex->group_count());
  bool found = regex->find(text, 0, ranges);
  demand(found == regex->matches(text));
  if (!found) return;
  demand(ranges[0].begin <= ranges[0].end && ranges[0].end <= text.size());
  for (const Regex::Range& range : ranges) {
    demand(range.begin == Regex::kNoGroup || (range.begin <= range.end && range.end <= text.size()));
  }
  size_t last = 0;
  regex->for_each_match(text, 100, true, [&](std::span<const Regex::Range> match) {
    demand(match[0].begin >= last && match[0].end <= text.size());
    last = match[0].end;
  });
}

void try_glob(std::string_view pattern, std::string_view text, size_t choice) {
  constexpr char32_t kDelimiters[] = {U'.', U'/', U':', U'é'};
  std::string fault;
  auto glob = Glob::compile(pattern, std::span(kDelimiters).first(choice % 5), &fault);
  demand((glob == nullptr) == !fault.empty());
  if (glob != nullptr) demand(glob->matches(text) == glob->matches(std::string(text)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 2048) return 0;
  FuzzBytes bytes(data, size);
  uint8_t choice = bytes.byte();
  std::string_view pattern = bytes.text();
  std::string_view text = bytes.rest();
  if (choice & 1) try_regex(pattern, text);
  if (choice & 2) try_glob(pattern, text, choice >> 2);
  return 0;
}
