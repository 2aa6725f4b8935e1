// The digests and commitments of one decision, each a line of the tag registry (tags.def).
#pragma once

#include <optional>
#include <string_view>

#include "engine/base/digest_function.h"
#include "engine/record/record.h"
#include "engine/record/verdict.h"

namespace writ {

Digest entry_digest(Hasher& hasher, EntryKind kind, std::string_view text, std::string_view call);
// Nothing for an absent input, which differs from null and from {}.
Digest input_digest(Hasher& hasher, std::optional<std::string_view> canonical_input);
// Of an input the reader rejected, by size and SHA-256 of the bytes received.
Digest raw_input_digest(Hasher& hasher, uint64_t size, const Digest& received);
// `body` is the canonical result, or "", or the name of the code.
Digest outcome_digest(Hasher& hasher, Status status, std::string_view body);
Digest decision_digest(Hasher& hasher, const Digest& policy, const Digest& entry, const Digest& input, const Digest& nd,
                       const Digest& outcome, Verdict verdict);
Digest meta_digest(Hasher& hasher, const DecisionRecord& record);
// Nothing under open commitments, where there is no salt.
std::optional<Digest> salt_digest(Hasher& hasher, const DecisionRecord& record);
// The salt of a commitment that can be recomputed from a line: its own, or the empty one of a line without any salt,
// which is one of open commitments. Nothing where the salt is withheld.
std::optional<std::string_view> commitment_salt(const DecisionRecord& record, const record_field::SaltField& salt);
// Digest of the bytes the executor will act on.
Digest action_digest(Hasher& hasher, std::string_view action);

// What the leaf of a ledger holds in place of open digests [S-16.7].
struct Commitments {
  Digest input;
  Digest nd;
  Digest outcome;
  Digest meta;
  bool operator==(const Commitments&) const = default;
};
// `kind` is "input", "nd", "outcome" or "meta" (or one of field_commitment.h); an empty salt makes it open.
Digest commitment(Hasher& hasher, std::string_view kind, std::string_view salt, const Digest& digest);

}  // namespace writ
