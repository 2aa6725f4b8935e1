// The names of one decision: its id, its trace and span ids, its time, and the trace context of the caller.
//
// `decision_id` names the event and has a random part. `trace_id` and `span_id` are derived from it and from
// commitments that exist before evaluation, so they can be sent along with calls made during it, and re-derived
// afterwards without the text of the record [S-16.8]. Nothing here reads a clock or draws randomness: both are
// arguments.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/digest_function.h"
#include "engine/base/uuid.h"

namespace writ {

using Id64 = std::array<uint8_t, 8>;

// --- Decision id ----------------------------------------------------------------------------------------------------

// UUID version 7: milliseconds of `time_ns`, then random octets of which six bits are overwritten.
Id128 make_decision_id(uint64_t time_ns, const std::array<uint8_t, 10>& random);
// Whether version, variant and milliseconds are those of a decision made at `time_ns`.
bool decision_id_fits(const Id128& id, uint64_t time_ns);

// --- Trace and span id ----------------------------------------------------------------------------------------------

struct TraceIds {
  Id128 trace_id{};
  Id64 span_id{};
  bool operator==(const TraceIds&) const = default;
};
// From causes known before evaluation [S-16.8]. Never all zero.
TraceIds derive_trace_ids(Hasher& hasher, const Id128& decision_id, const Digest& policy, const Digest& entry,
                          const Digest& input_commitment);

// --- Time -----------------------------------------------------------------------------------------------------------

// RFC 3339 in UTC with nine fraction digits: "2026-01-01T00:00:00.123456789Z". For every u64, to the year 2554.
inline constexpr size_t kTimestampSize = 30;
void append_timestamp(std::string& out, uint64_t time_ns);

// --- Trace context of the caller ------------------------------------------------------------------------------------

inline constexpr size_t kMaxTraceContextBytes = 8192;
// Whether a received header may be kept as it is: at most 8 KiB of UTF-8.
bool trace_header_can_be_kept(std::string_view header);

// A valid W3C traceparent, by its parts.
struct TraceParent {
  static constexpr uint8_t kSampled = 1;
  static constexpr uint8_t kRandom = 2;
  std::string_view trace_id;   // 32 hex digits, inside the text that was read
  std::string_view parent_id;  // 16 hex digits
  uint8_t flags = 0;
};
// Nothing for an invalid header, which is then ignored as a whole.
std::optional<TraceParent> read_traceparent(std::string_view header);
// What to send onwards: the parent's trace with our span, or our own trace. `sampled` counts without a parent
// only.
std::string outgoing_traceparent(const std::optional<TraceParent>& parent, const TraceIds& ours, bool sampled);

}  // namespace writ
