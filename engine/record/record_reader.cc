// Reading a line: from JSON text to the members of a record, or to a Failure that says why it is none.
//
// The line goes through the one JSON reader. `Decoder` then looks up each row of fields.def in the object that should
// hold it, `FieldReader` turns the value into the type of the member, and what the table does not know is kept (in an
// open object) or refused (in a closed one). record_shape.cc says which members may occur together. In the end the
// record is written again and must give the same bytes: that one comparison finds every other spelling.
#include <algorithm>

#include "engine/base/json_writer.h"
#include "engine/host/call_log.h"
#include "engine/record/record.h"
#include "engine/record/record_shape.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

using namespace record_field;

[[noreturn]] void fail_record(std::string detail) { throw Failure(ErrorCode::E_JSON_SYNTAX, std::move(detail)); }

[[noreturn]] void fail_member(RecordObject where, std::string_view name, const std::string& what) {
  fail_record("member `" + record_member_name(where, name) + "` " + what);
}

std::string_view canonical_text(const Value& value, Arena& arena, std::string& scratch) {
  scratch.clear();
  append_cj1(scratch, value);
  return arena.copy(scratch);
}

// Each `read` fills a member from a value and answers false for a value of the wrong shape.
struct FieldReader {
  Arena& arena;
  std::string scratch{};

  template <Kind kind>
  bool read(const Value& value, Json<kind>& field) {
    if (kind != Kind::kUndefined && value.kind != kind) return false;
    field.text = canonical_text(value, arena, scratch);
    return true;
  }
  bool read(const Value& value, Text& field) {
    if (!value.is_string()) return false;
    field = value.text();
    return true;
  }
  bool read(const Value& value, U64& field) {
    if (!value.is_string()) return false;
    auto number = read_decimal(value.text());
    if (number) field.emplace(*number);
    return number.has_value();
  }
  bool read(const Value& value, Count& field) {
    if (!value.is_number()) return false;
    auto number = read_decimal(canonical_text(value, arena, scratch));
    if (number) field.emplace(*number);
    return number.has_value();
  }
  bool read(const Value& value, Flag& field) {
    if (value.kind != Kind::kBoolean) return false;
    field = value.is_true();
    return true;
  }
  bool read(const Value& value, DigestField& field) {
    if (value.is_string()) field = digest_from_text(value.text());
    return field.has_value();
  }
  bool read(const Value& value, SaltField& field) {
    if (!value.is_string()) return false;
    Salt salt;
    if (!read_hex(value.text(), salt.bytes.data(), salt.bytes.size())) return false;
    field = salt;
    return true;
  }
  bool read(const Value& value, FieldKeyField& field) {
    FieldKey key;
    if (!value.is_string() || !read_hex(value.text(), key.data(), key.size())) return false;
    field = key;
    return true;
  }
  bool read(const Value& value, Id128Field& field) {
    Id128 id;
    if (!value.is_string() || !read_hex(value.text(), id.data(), id.size())) return false;
    field = id;
    return true;
  }
  bool read(const Value& value, StatusField& field) {
    if (value.is_string()) field = status_from_name(value.text());
    return field.has_value();
  }
  bool read(const Value& value, VerdictField& field) {
    if (value.is_string()) field = verdict_from_name(value.text());
    return field.has_value();
  }
  bool read(const Value& value, EntryKindField& field) {
    if (value.is_string()) field = entry_kind_from_name(value.text());
    return field.has_value();
  }
};

// Whether `name` in `where` is a member of the table or one of the objects that hold such.
bool is_known(RecordObject where, std::string_view name) {
  for (const RecordFieldRow& row : record_fields()) {
    if (row.where == where && row.name == name) return true;
  }
  for (const RecordObjectRow& row : kRecordObjects) {
    if (!row.name.empty() && row.parent == where && row.name == name) return true;
  }
  return false;
}

bool is_foreign(RecordObject where, std::string_view name) {
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text)
#define FOREIGN_MEMBER(object, member, text) \
  if (where == RecordObject::object && name == member) return true;
#include "engine/record/fields.def"
#undef RECORD_FIELD
  return false;
}

class Decoder {
 public:
  Decoder(const Value& top, Arena& arena) : reader_{arena} {
    objects_[0] = &top;
    for (size_t i = 1; i < std::size(kRecordObjects); ++i) {
      const RecordObjectRow& row = kRecordObjects[i];
      const Value* parent = objects_[static_cast<size_t>(row.parent)];
      objects_[i] = parent ? object_find(*parent, row.name) : nullptr;
      if (!objects_[i] && row.presence == FieldPresence::kOptional) continue;
      if (!objects_[i]) fail_member(row.parent, row.name, "is missing");
      if (!objects_[i]->is_object()) fail_member(row.parent, row.name, "is not an object");
    }
  }

  template <typename T>
  void field(RecordObject where, std::string_view name, FieldPresence presence, T& member) {
    const Value* object = objects_[static_cast<size_t>(where)];
    const Value* value = object ? object_find(*object, name) : nullptr;
    if (!value) {
      if (object && presence == FieldPresence::kRequired) fail_member(where, name, "is missing");
      return;
    }
    if (!reader_.read(*value, member)) fail_member(where, name, "has the wrong form");
  }

  void unknown(DecisionRecord& record) {
    for (size_t i = 0; i < std::size(kRecordObjects); ++i) {
      if (!objects_[i]) continue;
      RecordObject where = static_cast<RecordObject>(i);
      for (const Entry& entry : objects_[i]->members()) {
        std::string_view name = entry.key.text();
        if (is_known(where, name)) continue;
        if (kRecordObjects[i].closed) fail_record("unknown member `" + record_member_name(where, name) + "`");
        if (is_foreign(where, name)) fail_member(where, name, "belongs to foreign records");
        record.unknown.push_back({where, name, canonical_text(entry.value, reader_.arena, reader_.scratch)});
      }
    }
  }

 private:
  FieldReader reader_;
  const Value* objects_[std::size(kRecordObjects)] = {};
};

const Value* find_path(const Value& top, std::initializer_list<std::string_view> names) {
  const Value* at = &top;
  for (std::string_view name : names) at = at && at->is_object() ? object_find(*at, name) : nullptr;
  return at;
}

void check_version(const Value& top) {
  const Value* version = find_path(top, {"writ", "v"});
  if (!version || !version->is_int64()) fail_record("not a record: no `writ.v`");
  if (version->integer != static_cast<int64_t>(kRecordVersion)) {
    fail_record("unknown version of the record");
  }
  const Value* digest = find_path(top, {"writ", "digest"});
  if (digest && digest->is_object() && !object_find(*digest, "meta")) {
    fail_record("record of an earlier edition (no `writ.digest.meta`): decide again or use the release that wrote it");
  }
}

}  // namespace

DecisionRecord decode_record(std::string_view line, Arena& arena, size_t most) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.size() >= most) fail_record_size(most);
  Value top = read_json(line, arena, {kMostRecordLine, kMaxRecordDepth});
  check_version(top);
  DecisionRecord record;
  Decoder decoder(top, arena);
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text) \
  decoder.field(RecordObject::where, name, FieldPresence::presence, record.member);
#include "engine/record/fields.def"
#undef RECORD_FIELD
  decoder.unknown(record);
  check_record_shape(record);
  // One comparison finds every departure from canonical form: spaces, order, spellings, empty objects.
  std::string again;
  again.reserve(line.size() + 1);
  append_record(again, record, most);
  again.pop_back();
  if (again != line) fail_record("the line is not in canonical form");
  return record;
}

}  // namespace writ
