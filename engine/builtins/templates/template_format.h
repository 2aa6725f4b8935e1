// Go values printed by Go's fmt: print, println, printf, and what an action writes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/builtins/support.h"
#include "engine/builtins/templates/template_value.h"

namespace writ {

// fmt.Sprint: a blank between operands neither of which is a text.
void print_go(BuiltinCall& call, ChargedText& out, std::span<const GoValue> values);
// fmt.Sprintln.
void print_line_go(BuiltinCall& call, ChargedText& out, std::span<const GoValue> values);
// fmt.Sprintf.
void print_format_go(BuiltinCall& call, ChargedText& out, std::string_view format, std::span<const GoValue> values);

// %v and %s of one value, for messages.
std::string shown_go(BuiltinCall& call, const GoValue& value, char verb = 'v');

}  // namespace writ
