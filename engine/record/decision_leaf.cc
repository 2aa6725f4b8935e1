#include "engine/record/decision_leaf.h"

#include "engine/base/error.h"
#include "engine/base/uuid.h"

namespace writ {

namespace {

constexpr uint8_t kLeafVersion = 1;
constexpr uint8_t kDecisionLeaf = 1;
constexpr uint32_t kBodySize = 280;

// Bits of `flags`.
constexpr uint16_t kSync = 1 << 0;
constexpr uint16_t kBatched = 1 << 1;
constexpr uint16_t kSalted = 1 << 2;
constexpr uint16_t kByField = 1 << 3;
constexpr uint16_t kHostCalls = 1 << 4;
constexpr uint16_t kTraceparent = 1 << 5;
constexpr uint16_t kNotEnforced = 1 << 7;

template <typename Number>
void append_number(std::string& out, Number number) {
  for (size_t i = sizeof(Number); i-- > 0;) out += static_cast<char>(static_cast<uint64_t>(number) >> (8 * i));
}

uint16_t flags_of(const DecisionRecord& record, LeafLevel level) {
  uint16_t flags = level == LeafLevel::kSync ? kSync : kBatched;
  if (record.salt_digest) flags |= kSalted;
  if (record.field_key) flags |= kByField;
  if (!record.nd.text.empty()) flags |= kHostCalls;
  if (record.traceparent) flags |= kTraceparent;
  if (record.enforced.has_value() && !*record.enforced) flags |= kNotEnforced;
  return flags;
}

}  // namespace

std::optional<std::string> decision_leaf(const DecisionRecord& record, const Digest& entry,
                                         const Commitments& commitments, uint64_t seq, LeafLevel level) {
  std::optional<Id128> decision_id = uuid_from_text(*record.decision_id);
  Id128 trace_id;
  std::array<uint8_t, 8> span_id;
  if (!decision_id || !read_hex(*record.trace_id, trace_id.data(), trace_id.size()) ||
      !read_hex(*record.span_id, span_id.data(), span_id.size())) {
    return std::nullopt;
  }
  std::string leaf;
  append_number(leaf, kLeafVersion);
  append_number(leaf, kDecisionLeaf);
  append_number(leaf, flags_of(record, level));
  append_number(leaf, kBodySize);
  append_number(leaf, seq);
  append_number(leaf, *record.time_ns);
  leaf += view_of(*decision_id);
  leaf += view_of(trace_id);
  leaf.append(reinterpret_cast<const char*>(span_id.data()), span_id.size());
  for (const Digest* digest : {&*record.policy_digest, &entry, &commitments.input, &commitments.nd,
                               &commitments.outcome, &commitments.meta}) {
    leaf += digest->view();
  }
  leaf += record.action ? record.action->view() : Digest().view();
  append_number(leaf, *record.fuel);
  append_number(leaf, static_cast<uint8_t>(*record.verdict));
  append_number(leaf, static_cast<uint8_t>(*record.status));
  append_number(leaf, static_cast<uint16_t>(record.error_code ? error_code_from_name(*record.error_code) : ErrorCode::kNone));
  append_number(leaf, static_cast<uint16_t>(*record.fuel_model));
  append_number(leaf, uint16_t{0});
  return leaf;
}

}  // namespace writ
