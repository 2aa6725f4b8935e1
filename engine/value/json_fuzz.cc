// Any text: the reader and its slow rival accept the same texts and read the same values from them.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "engine/value/json_slow.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static writ::JsonReader reader;
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  std::string complaint = writ::compare_readers(reader, text, {.bytes = 1 << 16, .depth = 24});
  if (complaint.empty()) return 0;
  std::fprintf(stderr, "%s\n", complaint.c_str());
  std::abort();
}
