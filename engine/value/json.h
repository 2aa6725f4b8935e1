// The one reader of JSON: input, data, values of host calls, records.
//
// simdjson's first stage finds the structure and checks UTF-8 with the best instructions of this CPU; the second stage is
// this reader. It builds Values in an arena, strings without escapes pointing into the document itself, and on the way fills the
// path slots of the program, so that no lookup remains when parsing ends. It rejects what a gate must not accept:
// duplicate keys, bad UTF-8, lone surrogates, numbers out of range, nesting too deep, anything after the value [S-16.3].
// Nothing is repaired.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/value/value.h"

namespace writ {

struct JsonLimits {
  uint64_t bytes = 4ull << 20;  // whole document; 4 MiB, as for an input
  uint32_t depth = 512;         // nesting, outermost container = 1
};

// Which paths of a document a program reads: a trie over object keys. Node 0 is the document itself.
// Immutable after construction and shared by all threads.
class PathTrie {
 public:
  static constexpr uint32_t kNoSlot = UINT32_MAX;
  // A child as the reader looks for it: without touching the child's own memory.
  struct Branch {
    uint64_t prefix;  // the first eight bytes of its key as a big-endian number, zeros after its end
    uint32_t size;    // of its key
    uint32_t child;   // node number
  };
  struct Node {
    std::string key;                 // the member name that leads here from the parent
    uint32_t slot = kNoSlot;         // where the value found here is put
    std::vector<uint32_t> children;  // node numbers, by length and then bytes of their keys
    std::vector<Branch> branches;    // the same
  };

  PathTrie() : nodes_(1) {}
  // The slot of that path, made if new. The empty path is the whole document.
  uint32_t add(const std::vector<std::string>& path);
  uint32_t slot_count() const { return slot_count_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  // Fills slots[0 … slot_count) from a value that is already there; missing paths become undefined.
  void resolve(const Value& document, Value* slots) const;

 private:
  std::vector<Node> nodes_;
  uint32_t slot_count_ = 0;
};

// Whether numbers keep the text they were written with. Documents that cross the boundary lose it; json.unmarshal
// keeps it [S-2.2].
enum class NumberText { kCanonical, kKept };

struct JsonDocument {
  Value value;
  // The text is already its own canonical form, so it can be hashed in place.
  bool canonical = false;
};

// Reads documents one after another, reusing its memory. One per thread.
class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  // Reads one document. Throws Failure with the code, and in the error the offset, row and column, of what is wrong.
  // The result and `slots` (trie->slot_count() values, undefined where the path is absent) point into `arena` and into a
  // copy of the text that the reader keeps until its next read: both must live as long as the value is used.
  JsonDocument read(std::string_view text, Arena& arena, const JsonLimits& limits, const PathTrie* trie = nullptr,
                    Value* slots = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Reads one document into values that own nothing outside `arena`. For everything that is not on the hot path.
Value read_json(std::string_view text, Arena& arena, const JsonLimits& limits = {},
                NumberText numbers = NumberText::kCanonical);

}  // namespace writ
