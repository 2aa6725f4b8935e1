#include "engine/record/record_digests.h"

namespace writ {

Digest entry_digest(Hasher& hasher, EntryKind kind, std::string_view text, std::string_view call) {
  return hasher.digest(DigestTag::kEntry, entry_kind_name(kind), text, call);
}

Digest input_digest(Hasher& hasher, std::optional<std::string_view> canonical_input) {
  if (!canonical_input) return hasher.digest(DigestTag::kInput);
  return hasher.digest(DigestTag::kInput, *canonical_input);
}

Digest raw_input_digest(Hasher& hasher, uint64_t size, const Digest& received) {
  return hasher.digest(DigestTag::kInputRaw, DigestU64(size), received);
}

Digest outcome_digest(Hasher& hasher, Status status, std::string_view body) {
  return hasher.digest(DigestTag::kOutcome, status_name(status), body);
}

Digest decision_digest(Hasher& hasher, const Digest& policy, const Digest& entry, const Digest& input, const Digest& nd,
                       const Digest& outcome, Verdict verdict) {
  return hasher.digest(DigestTag::kDecision, policy, entry, input, nd, outcome,
                       DigestU8(static_cast<uint8_t>(verdict)));
}

Digest meta_digest(Hasher& hasher, const DecisionRecord& record) {
  std::string meta;
  append_record_meta(meta, record);
  return hasher.digest(DigestTag::kMeta, meta);
}

std::optional<Digest> salt_digest(Hasher& hasher, const DecisionRecord& record) {
  std::string salt;
  append_record_salt(salt, record);
  if (salt.empty()) return std::nullopt;
  return hasher.digest(DigestTag::kSalt, salt);
}

std::optional<std::string_view> commitment_salt(const DecisionRecord& record, const record_field::SaltField& salt) {
  if (salt) return salt->view();
  if (record.salt_digest) return std::nullopt;
  return std::string_view();
}

Digest action_digest(Hasher& hasher, std::string_view action) { return hasher.digest(DigestTag::kAction, action); }

Digest commitment(Hasher& hasher, std::string_view kind, std::string_view salt, const Digest& digest) {
  return hasher.digest(DigestTag::kCommit, kind, salt, digest);
}

}  // namespace writ
