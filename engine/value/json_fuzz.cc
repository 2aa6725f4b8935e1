// Any text: the reader and its slow oracle accept the same texts, read the same values from them, and find the same
// values at the paths a program may ask for.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "engine/value/json_oracle_test.h"

namespace {

writ::PathTrie some_paths() {
  writ::PathTrie trie;
  trie.add({});
  for (const char* first : {"a", "b", "c", "", "é", "\n", "aa", "ab", "long-enough", "longer-still"}) {
    trie.add({first});
    for (const char* second : {"a", "long-enough", "long-enougH"}) trie.add({first, second});
  }
  return trie;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static writ::JsonReader reader;
  static const writ::PathTrie trie = some_paths();
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  std::string complaint = writ::compare_readers(reader, text, {.bytes = 1 << 16, .depth = 24}, &trie);
  if (complaint.empty()) return 0;
  std::fprintf(stderr, "%s\n", complaint.c_str());
  std::abort();
}
