// Commitments to the single fields of an input, so that a record can be shown in part and still be checked [S-16.9].
//
// A field is a scalar or an empty container; its path is the canonical text of the steps that lead to it, keys as
// strings and indexes as numbers: ["user","name"], ["tags",0]. Each field has a leaf of its own under salts derived
// from one key, and the tree over the leaves, in byte order of the paths, is what the ledger keeps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/host/call_log.h"
#include "engine/record/record.h"
#include "engine/record/record_digests.h"
#include "engine/value/value.h"

namespace writ {

struct InputField {
  std::string path;   // ["user","name"]
  std::string value;  // canonical text
};

// Every field of the input in ascending byte order of the paths. An input that is itself a scalar has the path [].
std::vector<InputField> list_input_fields(const Value& input);

enum class FieldSalt : char { kPath = 'p', kValue = 'v', kCall = 'n' };
// The first sixteen bytes of HMAC-SHA-256(key, c ‖ u64(index)).
Salt field_salt(const FieldKey& key, uint64_t index, FieldSalt use);

Digest field_pointer_digest(Hasher& hasher, const Salt& salt, std::string_view path);
Digest field_value_digest(Hasher& hasher, const Salt& salt, std::string_view value);
Digest field_leaf(Hasher& hasher, const Digest& pointer, const Digest& value);

// D("fields", n, tree over the leaves), and the commitment over it.
Digest fields_digest(Hasher& hasher, const std::vector<Digest>& leaves);
Digest fields_commitment(Hasher& hasher, const Digest& fields);
// Both from the whole input.
Digest commit_input_fields(Hasher& hasher, const FieldKey& key, const Value& input);
// D("commit", "nd-fields", "", …) over a commitment per call.
Digest commit_nd_fields(Hasher& hasher, const FieldKey& key, const HostCallLog& log);

// What `writ.fields` of a redacted record holds, read and checked for form: paths in strict ascent where all are shown.
struct DisclosedField {
  enum class Form { kShown, kValueWithheld, kWithheld };
  Form form;
  std::string path;   // empty for kWithheld
  std::string value;  // kShown only
  Digest leaf;
};
// Throws Failure(E_JSON_SYNTAX) if the text is not of that form.
std::vector<DisclosedField> read_disclosed_fields(Hasher& hasher, std::string_view fields_json);

}  // namespace writ
