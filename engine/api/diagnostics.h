// What the codes of diagnostics mean, for whoever shows or explains them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace writ {

// Message and help of a code such as REGO0207, as text for people; nothing if there is no such code.
std::optional<std::string> describe_diagnostic(std::string_view code);
// All codes, in order.
std::vector<std::string> diagnostic_codes();

}  // namespace writ
