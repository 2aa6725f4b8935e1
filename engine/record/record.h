// The decision record as data: its members, its one line of text, and what the meta digest covers.
//
// A record is one line of canonical JSON. Its top level is OPA's decision-log event; everything of writ's own is in the
// member `writ`. fields.def lists all members; the struct, the encoder and the decoder below are made from it. Members
// this version does not know are kept where an object is open: they are part of the meta digest and are written back.
//
// Every byte of a line is bound in the line: by the digests of input, non-deterministic values and outcome, by the digest of the
// rest (meta), by the digest of the salts, or because only one spelling is accepted [S-17.2].
//
// encode_record(decode_record(line)) is the line itself, for every line that decode_record accepts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "engine/base/uuid.h"
#include "engine/host/record_size.h"
#include "engine/record/verdict.h"
#include "engine/value/value.h"

namespace writ {

inline constexpr uint64_t kRecordVersion = 1;
inline constexpr size_t kMaxKeptInput = 1u << 20;  // bytes of an input that the reader rejected

// --- Parts of fields.def ---------------------------------------------------------------------------------------------

enum class FieldRole : uint8_t { kIdentity, kCause, kEffect, kMeasure };
enum class FieldMeta : uint8_t { kInMeta, kOutside };
enum class FieldPresence : uint8_t { kRequired, kOptional };

// The objects that hold members, the member of which parent they are, and whether they must be there. A closed object
// holds the members of the table and no other; in an open one, others are kept.
enum class RecordObject : uint8_t {
  kTop, kError, kWrit, kDigest, kEngine, kEntry, kPolicy, kRaw, kSalt, kSeal, kTrace
};
struct RecordObjectRow {
  std::string_view name;
  RecordObject parent;
  FieldPresence presence;
  bool closed;
};
inline constexpr RecordObjectRow kRecordObjects[] = {
    {"", RecordObject::kTop, FieldPresence::kRequired, false},
    {"error", RecordObject::kTop, FieldPresence::kOptional, true},
    {"writ", RecordObject::kTop, FieldPresence::kRequired, false},
    {"digest", RecordObject::kWrit, FieldPresence::kRequired, true},
    {"engine", RecordObject::kWrit, FieldPresence::kOptional, false},
    {"entry", RecordObject::kWrit, FieldPresence::kRequired, true},
    {"policy", RecordObject::kWrit, FieldPresence::kRequired, true},
    {"raw", RecordObject::kWrit, FieldPresence::kOptional, true},
    {"salt", RecordObject::kWrit, FieldPresence::kOptional, true},
    {"seal", RecordObject::kWrit, FieldPresence::kOptional, true},
    {"trace", RecordObject::kWrit, FieldPresence::kOptional, false}};

struct RecordFieldRow {
  RecordObject where;
  std::string_view name;
  std::string_view type;
  FieldRole role;
  FieldMeta meta;
  FieldPresence presence;
  std::string_view text;
};
// All rows, in the order of canonical text. For documentation and checks.
std::span<const RecordFieldRow> record_fields();
// "writ.fuel", as messages and documents name a member.
std::string record_member_name(RecordObject where, std::string_view name);
// The table as a Markdown table, for the reference.
std::string describe_record_fields();

// --- Types of members ------------------------------------------------------------------------------------------------

struct Salt {
  std::array<uint8_t, 16> bytes{};
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  bool operator==(const Salt&) const = default;
};
using FieldKey = std::array<uint8_t, 32>;
enum class EntryKind : uint8_t { kPath, kQuery };
std::string_view entry_kind_name(EntryKind kind);
std::optional<EntryKind> entry_kind_from_name(std::string_view name);

namespace record_field {

// Canonical text of a JSON value; empty = absent. When encoding, that it is canonical and of its kind is the caller's
// duty.
template <Kind kind>
struct Json {
  std::string_view text;
  bool operator==(const Json&) const = default;
};
using JsonAny = Json<Kind::kUndefined>;
using JsonObject = Json<Kind::kObject>;
using JsonArray = Json<Kind::kArray>;
using JsonNumber = Json<Kind::kNumber>;

using Text = std::optional<std::string_view>;
struct U64 : std::optional<uint64_t> {
  using std::optional<uint64_t>::optional;
  friend bool operator==(const U64& a, const U64& b) { return a.has_value() == b.has_value() && (!a || *a == *b); }
};
struct Count : std::optional<uint64_t> {
  using std::optional<uint64_t>::optional;
  friend bool operator==(const Count& a, const Count& b) { return a.has_value() == b.has_value() && (!a || *a == *b); }
};
using Flag = std::optional<bool>;
using DigestField = std::optional<Digest>;
using SaltField = std::optional<Salt>;
using FieldKeyField = std::optional<FieldKey>;
using Id128Field = std::optional<Id128>;
using StatusField = std::optional<Status>;
using VerdictField = std::optional<Verdict>;
using EntryKindField = std::optional<EntryKind>;

}  // namespace record_field

// A member that fields.def does not list.
struct UnknownMember {
  RecordObject where = RecordObject::kTop;
  std::string_view name;
  std::string_view json;  // canonical text
  bool operator==(const UnknownMember&) const = default;
};

// --- The record -----------------------------------------------------------------------------------------------------

// Views point into whatever they were taken from: the caller's texts, or the arena of decode_record.
struct DecisionRecord {
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text) record_field::type member{};
#include "engine/record/fields.def"
#undef RECORD_FIELD
  std::vector<UnknownMember> unknown;  // in any order
};

// Throws Failure(E_RECORD_SIZE), which says what to do.
[[noreturn]] void fail_record_size(size_t most);

// Appends the line, with its line feed. Throws Failure(E_RECORD_SIZE) if it is longer than `most`; `out` is
// then as it was. One pass; allocates only if `out` must grow.
void append_record(std::string& out, const DecisionRecord& record, size_t most = kMaxRecordLine);
std::string encode_record(const DecisionRecord& record);

// Append the canonical texts that the meta digest and the salt digest cover: the record without the members outside
// meta, and `writ.salt` (nothing where there is none).
void append_record_meta(std::string& out, const DecisionRecord& record);
void append_record_salt(std::string& out, const DecisionRecord& record);

// Reads a line, with or without its line feed. Throws Failure (E_JSON_* of the reader; E_JSON_SYNTAX for everything
// that is JSON but no record of version 1 in canonical form and of exact shape). Texts are placed in `arena`. That the
// digests are those of their parts is not checked here.
DecisionRecord decode_record(std::string_view line, Arena& arena, size_t most = kMaxRecordLine);

// Names of members ("writ.fuel") that have the role and differ; unknown members have the role of measures.
std::vector<std::string> record_differences(const DecisionRecord& a, const DecisionRecord& b, FieldRole role);

}  // namespace writ
