// How large a record can be. A decision whose record would be larger is an error, so whatever may enter one is bounded
// by these: host calls as they are logged, and the nesting of the input.
#pragma once

#include <cstddef>
#include <cstdint>

namespace writ {

// With its line feed: what every verifier takes. A writer and the verifiers of its records may agree on more, up to
// kMostRecordLine; parts of a record are read under that bound, because the line is bounded before.
inline constexpr size_t kMaxRecordLine = 16u << 20;
inline constexpr size_t kMostRecordLine = 1u << 30;

// Nesting of a line, outermost = 1: an input at its limit, and room for what surrounds it.
inline constexpr uint32_t kMaxRecordDepth = 600;
inline constexpr uint32_t kMaxHostCallDepth = kMaxRecordDepth - 8;
inline constexpr uint32_t kMaxInputDepth = kMaxHostCallDepth - 2;

// Bytes of the arguments of one host call, or of its result.
inline constexpr size_t kMaxHostCallBytes = 8u << 20;

}  // namespace writ
