// A decision as the line of JSON that `writ decide` prints.
//
//   {"verdict":"allow","status":"defined","result":true,"fuel":"12"}
//   {"verdict":"error","status":"error","error":{"code":"E_JSON_SYNTAX","message":…,"line":3,"row":1,…},"fuel":"0"}
//
// `fuel` is text, as in records: it may not fit into a double. With a record, the ids and digests follow.
#pragma once

#include <cstdint>
#include <string>

#include "engine/api/engine.h"

namespace writ::cli {

// Appends the line with its line feed. `line` is the number of the input in a stream, 0 = not from a stream; it is
// shown with errors.
void append_decision_line(std::string& out, const Decision& decision, uint64_t line);

// The line for an input that came to no decision, or whose decision must not count: never allowed.
void append_error_line(std::string& out, const Error& error, uint64_t line);

}  // namespace writ::cli
