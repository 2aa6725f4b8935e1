// The parts the JSON reader is made of, for json*.cc only.
//
//   structure   simdjson's first stage: where every value, bracket, comma and colon starts; UTF-8 well-formed
//   build       JsonBuilder: values, slots and whether the text is canonical, in one pass over the structure
//   explain     when either says no: reads the text again, slowly and strictly, and throws what is wrong and where
//
// Only the last one knows about error codes and positions, so the code of a rejected document never depends on the CPU
// or on the order in which the fast stages notice something: it is that of the first fault in the text.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/json.h"
#include "engine/value/value.h"

namespace writ {

// At least so many bytes after the text can be read: the first is a space, the others are quotes, so that no scan for
// the end of a number or a string can leave them.
inline constexpr size_t kJsonPadding = 64;

// Positions are 32-bit numbers; no limit can allow more.
inline constexpr uint64_t kLargestJson = UINT32_MAX - 2 * kJsonPadding;

struct JsonStructure {
  const char* text;          // padded
  uint32_t size;             // without padding
  const uint32_t* indexes;   // ascending; one more than `count`, the last being `size`
  uint32_t count;
};

class JsonBuilder {
 public:
  JsonBuilder();
  // False if the text is not acceptable JSON. Failures other than of the text (memory) are thrown.
  bool build(const JsonStructure& structure, Arena& arena, const JsonLimits& limits, NumberText numbers,
             const PathTrie* trie, Value* slots, JsonDocument* document);

 private:
  // A container that is open: where its members start on the stack, and its place among the paths, if any.
  struct Frame {
    uint32_t start;
    bool is_object;
    const PathTrie::Node* node;
  };
  // A key as a number that sorts like its first eight bytes.
  struct SortKey {
    uint64_t prefix;
    uint32_t member;  // the position of the key among the members
  };
  struct Cursor;

  bool run(Cursor cursor, const uint32_t* end);
  bool read_key(Cursor& cursor);
  Value read_scalar(Cursor& cursor, uint32_t at, char first);
  Value read_string(Cursor& cursor, uint32_t at);
  Value read_number(Cursor& cursor, uint32_t at);
  Value read_escaped_string(const char* begin, const char* escape, const char* limit, const char** end);
  const char* read_unicode_escape(const char* at, char** to);
  Value read_long_number(const char* begin, const char** end);
  void push(Cursor& cursor, const Value& value);
  void grow_stack();
  void open(Cursor& cursor, bool is_object);
  Value close(Cursor& cursor);
  Value make_object(const Value* members, uint32_t count);
  bool sort_keys(const Value* members, SortKey* keys, uint32_t count);
  bool is_canonical_order(const Value* members, uint32_t count) const;

  Arena* arena_ = nullptr;
  const PathTrie* trie_ = nullptr;
  Value* slots_ = nullptr;
  uint32_t depth_limit_ = 0;
  bool keep_numbers_ = false;
  bool plain_ = true;  // strings, numbers and the order of keys are canonical so far
  std::vector<Value> stack_;
  std::vector<Frame> frames_;
  std::vector<SortKey> sort_keys_;
};

// Throws Failure with the first fault of the text, or E_INTERNAL if it has none.
[[noreturn]] void explain_json(std::string_view text, const JsonLimits& limits);

// The first eight bytes of a key, as a number that sorts like them, zeros after the key's end. Eight bytes must be
// readable: keys stand in a padded text or at the start of an arena allocation, whose sizes are multiples of 16.
inline uint64_t key_prefix(const char* key, size_t size) {
  uint64_t bytes;
  std::memcpy(&bytes, key, 8);
  if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) bytes = __builtin_bswap64(bytes);
  return size >= 8 ? bytes : bytes & ~(UINT64_MAX >> (8 * size));
}

// The child of `node` under that name, null if there is none. The name is a key as key_prefix() demands.
inline const PathTrie::Node* find_child(const std::vector<PathTrie::Node>& nodes, const PathTrie::Node& node,
                                        const char* key, uint32_t size) {
  constexpr size_t kScanLimit = 8;  // up to so many children a scan beats a bisection
  const PathTrie::Branch* next = node.branches.data();
  const PathTrie::Branch* end = next + node.branches.size();
  if (next == end) return nullptr;
  uint64_t prefix = key_prefix(key, size);
  if (node.branches.size() > kScanLimit) {
    next = std::partition_point(next, end, [&](const PathTrie::Branch& branch) {
      return branch.size != size ? branch.size < size : branch.prefix < prefix;
    });
  }
  for (; next != end; ++next) {
    if (next->prefix != prefix || next->size != size) continue;
    const PathTrie::Node& child = nodes[next->child];
    if (size <= 8 || std::memcmp(child.key.data() + 8, key + 8, size - 8) == 0) return &child;
  }
  return nullptr;
}

}  // namespace writ
