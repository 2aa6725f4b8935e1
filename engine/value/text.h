// The texts of values: Rego's own, JSON as OPA prints it, and the canonical form that digests cover.
//
// Values nested deeper than kMaxValueDepth have none: Failure(E_DEPTH). JSON has only strings as keys; a key that is an
// object with such keys in turn doubles its backslashes at each level, so beyond kMaxKeyNesting levels it is E_DEPTH.
// Bytes of a string that are not UTF-8 are U+FFFD in JSON, which is always well-formed.
//
// Values share their parts, so a value of a few hundred bytes can have a text of any size: whoever writes values that a
// policy made gives a limit.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/json_writer.h"
#include "engine/value/value.h"

namespace writ {

inline constexpr uint32_t kMaxKeyNesting = 10;

// Rego text [S-4.1]: {1, 2}, set(), {"a": 1}, [1, "x"]; strings quoted the way Go's strconv.Quote does.
// Throws Failure(E_MEMORY) beyond `limit` bytes.
void append_rego(std::string& out, const Value& value, uint64_t limit = UINT64_MAX);
std::string to_rego(const Value& value);
// A step of a reference in print: ".name", or ["any text"] where it is not a name.
void append_step(std::string& out, std::string_view step);
// A path below `data` in print: data.a["b.c"].p
std::string data_path_text(std::span<const std::string> segments);
// Whether the text is a name of letters, digits and underscores.
bool is_identifier(std::string_view text);
// Go's strconv.Quote.
void append_quoted_go(std::string& out, std::string_view text);

// How Go's encoder writes JSON, and so OPA: "<" as \u003c and so on.
inline constexpr JsonFormat kGoJson{JsonEscape::kHtml};
// JSON as OPA prints it: sets as sorted arrays, keys that are not strings as their JSON text, numbers with their text,
// object keys in byte order. Throws Failure(E_MEMORY) beyond `limit` bytes.
void append_json(std::string& out, const Value& value, const JsonFormat& format = kGoJson, uint64_t limit = UINT64_MAX);
std::string to_json(const Value& value, const JsonFormat& format = kGoJson);
// The same as one value of a text that `json` is writing, in its format.
void append_json(JsonWriter& json, const Value& value, uint64_t limit = UINT64_MAX);

// The canonical form `cj1` of a result [S-16.2]: sets become arrays, other keys become their cj1 text.
// Throws Failure(E_KEY_COLLISION) when two keys then coincide, Failure(E_OUTPUT) beyond `limit` bytes.
void append_cj1(std::string& out, const Value& value, uint64_t limit = UINT64_MAX);
// The faithful form `rv1` of arguments and values of host calls [S-17.3]: injective. Throws Failure(E_OUTPUT) beyond
// `limit` bytes.
void append_rv1(std::string& out, const Value& value, uint64_t limit = UINT64_MAX);
// Whether every number in the value is jcs_exact [S-16.1].
bool is_jcs_exact(const Value& value);
// Orders object keys as canonical JSON demands: by UTF-16 code units [S-16.1].
int compare_utf16(std::string_view a, std::string_view b);

}  // namespace writ
