// How large a regular expression becomes when it is compiled, and how far a search for it may read, from its text alone.
//
// `[\p{L}]{300}` is twelve bytes and 358,000 instructions. A pattern is therefore paid for by the size of its compiled form
// before it is compiled: the estimate below multiplies repetitions out and takes the largest size for every class. It never
// falls short by much; that it may be too high for a rare class is fair enough.
#pragma once

#include <cstdint>
#include <string_view>

namespace writ {

// Instructions of the compiled form of a pattern in RE2's syntax; of a text that is not a pattern, of what there is of it.
// At most kLargestPatternSize.
inline constexpr uint64_t kLargestPatternSize = uint64_t{1} << 40;
uint64_t estimate_pattern_size(std::string_view pattern);

// Bytes that a search for the pattern may read beyond the end of the match that it finds; kUnboundedReach if it may read on to
// the end of the text, as one for `a.*b|a` does.
inline constexpr uint64_t kUnboundedReach = UINT64_MAX;
uint64_t search_reach(std::string_view pattern);

}  // namespace writ
