// Where two results differ, for people.
#pragma once

#include <string>
#include <string_view>

namespace writ {

// "result/user/0 is 2 and was 1": the first place, in the order of the recorded text, at which `made` departs from
// `recorded`, with both values, cut to a readable length. Both are JSON; `name` begins the path.
std::string first_difference(std::string_view name, std::string_view recorded, std::string_view made);
// A text cut to a readable length, with its size if it was cut.
std::string excerpt(std::string_view text);

}  // namespace writ
