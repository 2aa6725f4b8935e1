// The vectors of the evidence definition, for the tests of all layers: one file, read once, so that no figure of it is
// copied into a test.
//
//   vector_text("policy/config_digest")        the string there
//   vector_at("fields/fields").items()         any other value
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/base/digest.h"
#include "engine/base/test_source.h"
#include "engine/value/json.h"
#include "engine/value/value.h"

namespace writ::evidence {

inline const Value& vectors() {
  static Arena arena;
  static const Value root = [] {
    std::ifstream in(source_path("testdata/evidence/vectors.json"), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    return read_json(text, arena, {64u << 20, 512});
  }();
  return root;
}

[[noreturn]] inline void fail_vector(std::string_view path) {
  throw std::runtime_error("vectors.json: " + std::string(path));
}

// Names separated by "/". Throws if one is not there, or of another form.
inline const Value& vector_at(const Value& from, std::string_view path) {
  const Value* at = &from;
  while (!path.empty()) {
    size_t end = std::min(path.find('/'), path.size());
    at = at->is_object() ? object_find(*at, path.substr(0, end)) : nullptr;
    if (at == nullptr) fail_vector(path);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return *at;
}
inline const Value& vector_at(std::string_view path) { return vector_at(vectors(), path); }

inline std::string_view vector_text(const Value& from, std::string_view path) {
  const Value& value = vector_at(from, path);
  if (!value.is_string()) fail_vector(path);
  return value.text();
}
inline std::string_view vector_text(std::string_view path) { return vector_text(vectors(), path); }

inline Digest vector_digest(std::string_view path) { return digest_from_hex(vector_text(path)).value(); }

// The bytes of a text of hex digits.
inline std::string bytes_of_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  if (!read_hex(hex, reinterpret_cast<uint8_t*>(bytes.data()), bytes.size())) fail_vector(hex);
  return bytes;
}
inline std::string vector_bytes(std::string_view path) { return bytes_of_hex(vector_text(path)); }

}  // namespace writ::evidence
