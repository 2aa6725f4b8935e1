#include "engine/value/json.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "engine/value/json_parts.h"

namespace writ {

namespace {

static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);

bool fits(std::string_view text, const JsonLimits& limits) {
  return text.size() <= limits.bytes && text.size() <= kLargestJson;
}

void copy_padded(std::string_view text, char* to) {
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  to[text.size()] = ' ';
  std::memset(to + text.size() + 1, '"', kJsonPadding - 1);
}

// simdjson's first stage; its memory grows with the texts and is kept.
class StructureFinder {
 public:
  // False if the text has no structure: it is empty, not UTF-8, or a string is broken. `text` is padded.
  bool find(const char* text, size_t size, JsonStructure* structure) {
    grow(size);
    auto bytes = reinterpret_cast<const uint8_t*>(text);
    if (stage_->stage1(bytes, size, simdjson::stage1_mode::regular) != simdjson::SUCCESS) return false;
    uint32_t count = stage_->n_structural_indexes;
    stage_->structural_indexes[count] = static_cast<uint32_t>(size);
    *structure = {text, static_cast<uint32_t>(size), stage_->structural_indexes.get(), count};
    return true;
  }

 private:
  void grow(size_t size) {
    if (stage_ != nullptr && size <= stage_->capacity()) return;
    constexpr size_t kFirstCapacity = 1024;
    size_t capacity = std::max(size, kFirstCapacity);
    if (stage_ != nullptr) capacity = std::max(capacity, std::min<size_t>(stage_->capacity() * 2, kLargestJson));
    auto error = stage_ == nullptr ? simdjson::get_active_implementation()->create_dom_parser_implementation(
                                         capacity, 1, stage_)
                                   : stage_->set_capacity(capacity);
    if (error == simdjson::SUCCESS) return;
    stage_.reset();
    throw std::bad_alloc();
  }

  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
};

// Both stages and, if they say no, the explanation.
struct Stages {
  StructureFinder finder;
  JsonBuilder builder;

  // `padded` has room for the text and its padding, and holds what the result points to.
  JsonDocument read(std::string_view text, char* padded, Arena& arena, const JsonLimits& limits, NumberText numbers,
                    const PathTrie* trie, Value* slots) {
    copy_padded(text, padded);
    JsonDocument document;
    JsonStructure structure;
    if (text.empty() || !finder.find(padded, text.size(), &structure) ||
        !builder.build(structure, arena, limits, numbers, trie, slots, &document)) {
      explain_json(text, limits);
    }
    return document;
  }
};

}  // namespace

struct JsonReader::State {
  Stages stages;
  std::unique_ptr<char[]> text;
  size_t text_capacity = 0;

  char* text_for(size_t size) {
    size_t needed = size + kJsonPadding;
    if (needed > text_capacity) {
      size_t capacity = std::max(needed, text_capacity * 2);
      text.reset(new char[capacity]);
      text_capacity = capacity;
    }
    return text.get();
  }
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {}
JsonReader::~JsonReader() = default;

JsonDocument JsonReader::read(std::string_view text, Arena& arena, const JsonLimits& limits, const PathTrie* trie,
                              Value* slots) {
  if (!fits(text, limits)) explain_json(text, limits);
  char* padded = state_->text_for(text.size());
  return state_->stages.read(text, padded, arena, limits, NumberText::kCanonical, trie, slots);
}

Value read_json(std::string_view text, Arena& arena, const JsonLimits& limits, NumberText numbers) {
  if (!fits(text, limits)) explain_json(text, limits);
  Stages stages;
  auto* padded = static_cast<char*>(arena.allocate(text.size() + kJsonPadding));
  return stages.read(text, padded, arena, limits, numbers, nullptr, nullptr).value;
}

}  // namespace writ
