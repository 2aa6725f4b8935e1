// JSON inside of texts that a policy handles, as Go's encoding/json reads it: the argument of json.unmarshal, the header
// and payload of a token, a key. Of equal members the last one wins, broken characters become U+FFFD, and errors are in
// Go's words. What enters an evaluation as a document is read by engine/value/json.h instead, which is strict.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

// What stands at the front of a text.
struct GoJsonPrefix {
  Value value;        // undefined where nothing is made; its strings may point into the text
  size_t end = 0;     // the bytes that were read
  bool is_out_of_range = false;  // a number in it is beyond the range [S-2.8], and its text stands in its place
  std::string_view refusal;      // what OPA says of such a number if it refuses it, too
  std::string error;  // "unexpected EOF", "invalid character 'x' looking for beginning of value"
};
// Reads the first value of a text, whatever follows it, as a Decoder of Go does. Without an arena it only checks. False
// and `prefix->error` set if there is none. Takes time linear in what is read, for which the caller has paid.
bool read_go_json_prefix(std::string_view text, Arena* arena, GoJsonPrefix* prefix);

// The value of a whole text, as json.unmarshal answers; false and `*error` set if it has none. Its strings may point into
// the text. Throws Failure(E_DEPTH), and E_NUM_RANGE for a number that OPA has and we have not.
bool unmarshal_go_json(std::string_view text, Arena& arena, Value* value, std::string* error);

// The value of a text that is one JSON value and nothing else; false if it is none. Numbers that OPA refuses elsewhere are
// numbers here. Throws as above.
bool read_go_json(std::string_view text, Arena& arena, Value* value);

// Whether a text is one JSON value and nothing else.
bool is_go_json(std::string_view text);

}  // namespace writ
