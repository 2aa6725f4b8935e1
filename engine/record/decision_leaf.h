// The leaf of a decision: what a ledger hashes, chains and proves. It follows from the record, its commitments, its place
// in the ledger and how durable it was when its receipt was given, so a record that carries a receipt can be compared
// with it without the ledger [S-17.7].
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/record/record.h"
#include "engine/record/record_digests.h"

namespace writ {

enum class LeafLevel : uint8_t { kSync, kBatched };

// The 304 bytes of the leaf, big-endian. Nothing if an id of the record has not the form that a leaf holds.
std::optional<std::string> decision_leaf(const DecisionRecord& record, const Digest& entry,
                                         const Commitments& commitments, uint64_t seq, LeafLevel level);

}  // namespace writ
