// Literals of templates, which are Go's: quoted texts, characters and numbers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/builtins/templates/template.h"

namespace writ {

// Go's strconv.Unquote of a text between `"` or back quotes. Nothing if it is malformed.
std::optional<std::string> unquote_go(std::string_view literal);

// The number of a literal: a character between single quotes, a complex number (`is_complex`) or any other. Null and `*fault`
// set to Go's words if it is none.
std::unique_ptr<TemplateNumber> read_template_number(std::string_view literal, bool is_complex, std::string* fault);

}  // namespace writ
