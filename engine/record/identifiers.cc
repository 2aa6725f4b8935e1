#include "engine/record/identifiers.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/base/json_writer.h"
#include "engine/base/utf8.h"

namespace writ {

namespace {

constexpr uint64_t kNsPerMs = 1000000;
constexpr uint64_t kNsPerSecond = 1000000000;
constexpr uint64_t kSecondsPerDay = 86400;

template <size_t N>
bool all_zero(const std::array<uint8_t, N>& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

}  // namespace

Id128 make_decision_id(uint64_t time_ns, const std::array<uint8_t, 10>& random) {
  Id128 id;
  uint64_t milliseconds = time_ns / kNsPerMs;
  for (size_t i = 0; i < 6; ++i) id[i] = static_cast<uint8_t>(milliseconds >> (40 - 8 * i));
  std::copy(random.begin(), random.end(), id.begin() + 6);
  id[6] = static_cast<uint8_t>(0x70 | (id[6] & 0x0f));
  id[8] = static_cast<uint8_t>(0x80 | (id[8] & 0x3f));
  return id;
}

bool decision_id_fits(const Id128& id, uint64_t time_ns) {
  uint64_t milliseconds = 0;
  for (size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | id[i];
  return id[6] >> 4 == 7 && id[8] >> 6 == 2 && milliseconds == time_ns / kNsPerMs;
}

TraceIds derive_trace_ids(Hasher& hasher, const Id128& decision_id, const Digest& policy, const Digest& entry,
                          const Digest& input_commitment) {
  for (uint8_t counter = 0;; ++counter) {
    Digest t = counter == 0 ? hasher.digest(DigestTag::kTrace, view_of(decision_id), policy, entry, input_commitment)
                            : hasher.digest(DigestTag::kTrace, view_of(decision_id), policy, entry, input_commitment,
                                            DigestU8(counter));
    TraceIds ids;
    std::copy_n(t.bytes.begin(), 16, ids.trace_id.begin());
    std::copy_n(t.bytes.begin() + 16, 8, ids.span_id.begin());
    if (!all_zero(ids.trace_id) && !all_zero(ids.span_id)) return ids;
  }
}

void append_timestamp(std::string& out, uint64_t time_ns) {
  uint64_t seconds = time_ns / kNsPerSecond;
  uint64_t second_of_day = seconds % kSecondsPerDay;
  // Days since 0000-03-01, in eras of 400 years; a year counted from March has its leap day at the end.
  uint64_t days = seconds / kSecondsPerDay + 719468;
  uint64_t era = days / 146097;
  uint64_t day_of_era = days % 146097;
  uint64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  uint64_t month_from_march = (5 * day_of_year + 2) / 153;
  uint64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  uint64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  uint64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);

  append_decimal_padded(out, year, 4);
  out += '-';
  append_decimal_padded(out, month, 2);
  out += '-';
  append_decimal_padded(out, day, 2);
  out += 'T';
  append_decimal_padded(out, second_of_day / 3600, 2);
  out += ':';
  append_decimal_padded(out, second_of_day / 60 % 60, 2);
  out += ':';
  append_decimal_padded(out, second_of_day % 60, 2);
  out += '.';
  append_decimal_padded(out, time_ns % kNsPerSecond, 9);
  out += 'Z';
}

bool trace_header_can_be_kept(std::string_view header) {
  return header.size() <= kMaxTraceContextBytes && is_utf8(header);
}

std::optional<TraceParent> read_traceparent(std::string_view header) {
  // version "-" trace-id "-" parent-id "-" flags; a version above 00 may append "-" and more.
  if (header.size() < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  uint8_t version, flags;
  Id128 trace_id;
  Id64 parent_id;
  TraceParent parent{header.substr(3, 32), header.substr(36, 16), 0};
  if (!read_hex(header.substr(0, 2), &version, 1) || version == 0xff ||
      !read_hex(parent.trace_id, trace_id.data(), trace_id.size()) || all_zero(trace_id) ||
      !read_hex(parent.parent_id, parent_id.data(), parent_id.size()) || all_zero(parent_id) ||
      !read_hex(header.substr(53, 2), &flags, 1)) {
    return std::nullopt;
  }
  if (header.size() > 55 && (version == 0 || header[55] != '-')) return std::nullopt;
  parent.flags = flags;
  return parent;
}

std::string outgoing_traceparent(const std::optional<TraceParent>& parent, const TraceIds& ours, bool sampled) {
  std::string out = "00-";
  uint8_t flags;
  if (parent) {
    out += parent->trace_id;
    flags = parent->flags & (TraceParent::kSampled | TraceParent::kRandom);
  } else {
    append_hex(out, view_of(ours.trace_id));
    flags = static_cast<uint8_t>(TraceParent::kRandom | (sampled ? TraceParent::kSampled : 0));
  }
  out += '-';
  append_hex(out, view_of(ours.span_id));
  out += '-';
  append_hex(out, {reinterpret_cast<const char*>(&flags), 1});
  return out;
}

}  // namespace writ
