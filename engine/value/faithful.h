// The faithful form `rv1` of arguments and results of host calls; append_rv1 (text.h) writes it.
#pragma once

#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

// The value of such a text. Throws Failure with the JSON code if the text is not rv1: a set or $obj with equal members
// is not, nor an ordinary object that should have been $obj, nor anything in another order than append_rv1 writes.
Value read_rv1(std::string_view text, Arena& arena);

}  // namespace writ
