#include "engine/record/record.h"

#include <algorithm>
#include <type_traits>

#include "engine/base/json_writer.h"
#include "engine/host/call_log.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr RecordFieldRow kFields[] = {
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text) \
  {RecordObject::where, name, #type, FieldRole::role, FieldMeta::meta, FieldPresence::presence, text},
#include "engine/record/fields.def"
#undef RECORD_FIELD
};

constexpr std::string_view kEntryKinds[] = {"path", "query"};

const RecordObjectRow& row_of(RecordObject object) { return kRecordObjects[static_cast<size_t>(object)]; }

// How deep an object stands: 0 for the record itself.
constexpr int depth_of(RecordObject object) {
  if (object == RecordObject::kTop) return 0;
  return kRecordObjects[static_cast<size_t>(object)].parent == RecordObject::kTop ? 1 : 2;
}

}  // namespace

std::span<const RecordFieldRow> record_fields() { return kFields; }

std::string_view entry_kind_name(EntryKind kind) { return kEntryKinds[static_cast<size_t>(kind)]; }

// --- Writing --------------------------------------------------------------------------------------------------------

namespace {

using namespace record_field;

template <Kind kind>
bool present(const Json<kind>& field) { return !field.text.empty(); }
template <typename T>
bool present(const std::optional<T>& field) { return field.has_value(); }

template <Kind kind>
void write(std::string& out, const Json<kind>& field) { out += field.text; }
void write(std::string& out, const Text& field) { append_cj1_string(out, *field); }
void write(std::string& out, const U64& field) {
  out += '"';
  append_decimal(out, *field);
  out += '"';
}
void write(std::string& out, const Count& field) { append_decimal(out, *field); }
void write(std::string& out, const Flag& field) { out += *field ? "true" : "false"; }
void write_hex(std::string& out, std::string_view bytes) {
  out += '"';
  append_hex(out, bytes);
  out += '"';
}
void write(std::string& out, const DigestField& field) {
  out += '"';
  append_digest(out, *field);
  out += '"';
}
void write(std::string& out, const SaltField& field) { write_hex(out, field->view()); }
void write(std::string& out, const FieldKeyField& field) {
  write_hex(out, {reinterpret_cast<const char*>(field->data()), field->size()});
}
void write_name(std::string& out, std::string_view name) {
  out += '"';
  out += name;
  out += '"';
}
void write(std::string& out, const StatusField& field) { write_name(out, status_name(*field)); }
void write(std::string& out, const VerdictField& field) { write_name(out, verdict_name(*field)); }
void write(std::string& out, const EntryKindField& field) { write_name(out, entry_kind_name(*field)); }

// The names that lead to a member, for comparing places in canonical order.
struct MemberPath {
  std::string_view names[3];
  int size = 0;

  MemberPath(RecordObject where, std::string_view name) {
    size = depth_of(where) + 1;
    names[size - 1] = name;
    for (int i = size - 2; i >= 0; --i) {
      names[i] = row_of(where).name;
      where = row_of(where).parent;
    }
  }
};

bool before(const MemberPath& a, const MemberPath& b) {
  for (int i = 0; i < std::min(a.size, b.size); ++i) {
    int order = compare_utf16(a.names[i], b.names[i]);
    if (order != 0) return order < 0;
  }
  return a.size < b.size;
}

// A member is outside meta if its row says so; an unknown one if it stands in an object that is outside as a whole.
bool unknown_is_in_meta(const UnknownMember& member) {
  return member.where != RecordObject::kDigest && member.where != RecordObject::kSalt;
}

// Writes members in the order of the table, opening and closing the objects around them, unknown ones in between.
class Encoder {
 public:
  Encoder(std::string& out, const DecisionRecord& record, bool meta_only) : out_(out), meta_only_(meta_only) {
    out_ += '{';
    if (record.unknown.empty()) return;
    for (const UnknownMember& member : record.unknown) {
      if (!meta_only || unknown_is_in_meta(member)) unknown_.push_back(&member);
    }
    std::sort(unknown_.begin(), unknown_.end(), [](const UnknownMember* a, const UnknownMember* b) {
      return before(MemberPath(a->where, a->name), MemberPath(b->where, b->name));
    });
  }

  template <typename T>
  void field(RecordObject where, std::string_view name, FieldMeta meta, const T& value) {
    if (!present(value) || (meta_only_ && meta == FieldMeta::kOutside)) return;
    if (next_unknown_ < unknown_.size()) write_unknown_before(MemberPath(where, name));
    enter(where);
    out_ += '"';
    out_ += name;
    out_ += "\":";
    write(out_, value);
  }

  void finish() {
    while (next_unknown_ < unknown_.size()) write_next_unknown();
    close_down_to(0);
    out_ += '}';
  }

 private:
  void write_unknown_before(const MemberPath& place) {
    while (next_unknown_ < unknown_.size()) {
      const UnknownMember& member = *unknown_[next_unknown_];
      if (!before(MemberPath(member.where, member.name), place)) return;
      write_next_unknown();
    }
  }

  void write_next_unknown() {
    const UnknownMember& member = *unknown_[next_unknown_++];
    enter(member.where);
    append_cj1_string(out_, member.name);
    out_ += ':';
    out_ += member.json;
  }

  // Makes `where` the innermost open object and separates what follows from what is there.
  void enter(RecordObject where) {
    RecordObject chain[3] = {RecordObject::kTop, RecordObject::kTop, RecordObject::kTop};
    RecordObject at = where;
    for (int i = depth_of(where); i > 0; --i, at = row_of(at).parent) chain[i] = at;
    int common = 0;
    while (common < std::min(depth_, depth_of(where)) && open_[common + 1] == chain[common + 1]) ++common;
    close_down_to(common);
    separate();
    while (depth_ < depth_of(where)) {
      ++depth_;
      open_[depth_] = chain[depth_];
      out_ += '"';
      out_ += row_of(open_[depth_]).name;
      out_ += "\":{";
    }
  }

  void close_down_to(int depth) {
    for (; depth_ > depth; --depth_) out_ += '}';
  }

  void separate() {
    if (out_.back() != '{') out_ += ',';
  }

  std::string& out_;
  bool meta_only_;
  RecordObject open_[3] = {RecordObject::kTop, RecordObject::kTop, RecordObject::kTop};
  int depth_ = 0;
  std::vector<const UnknownMember*> unknown_;
  size_t next_unknown_ = 0;
};

void encode(std::string& out, const DecisionRecord& record, bool meta_only) {
  Encoder encoder(out, record, meta_only);
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text) \
  encoder.field(RecordObject::where, name, FieldMeta::meta, record.member);
#include "engine/record/fields.def"
#undef RECORD_FIELD
  encoder.finish();
}

}  // namespace

void append_record(std::string& out, const DecisionRecord& record) {
  size_t begin = out.size();
  encode(out, record, false);
  out += '\n';
  if (out.size() - begin > kMaxRecordLine) {
    out.resize(begin);
    throw Failure(ErrorCode::E_RECORD_SIZE, "the record is larger than 16 MiB");
  }
}

std::string encode_record(const DecisionRecord& record) {
  std::string out;
  append_record(out, record);
  return out;
}

void append_record_meta(std::string& out, const DecisionRecord& record) { encode(out, record, true); }

// --- Reading --------------------------------------------------------------------------------------------------------

namespace {

[[noreturn]] void fail_record(std::string detail) { throw Failure(ErrorCode::E_JSON_SYNTAX, std::move(detail)); }

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
    salt.size = static_cast<uint8_t>(value.size == 0 ? 0 : salt.bytes.size());
    if (!read_hex(value.text(), salt.bytes.data(), salt.size)) return false;
    field = salt;
    return true;
  }
  bool read(const Value& value, FieldKeyField& field) {
    FieldKey key;
    if (!value.is_string() || !read_hex(value.text(), key.data(), key.size())) return false;
    field = key;
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
    if (!value.is_string()) return false;
    auto found = std::find(std::begin(kEntryKinds), std::end(kEntryKinds), value.text());
    if (found == std::end(kEntryKinds)) return false;
    field = static_cast<EntryKind>(found - std::begin(kEntryKinds));
    return true;
  }
};

std::string dotted(RecordObject where, std::string_view name) {
  MemberPath path(where, name);
  std::string text;
  for (int i = 0; i < path.size; ++i) {
    if (i > 0) text += '.';
    text += path.names[i];
  }
  return text;
}

// Whether `name` in `where` is a member of the table or one of the objects that hold such.
bool is_known(RecordObject where, std::string_view name) {
  for (const RecordFieldRow& row : kFields) {
    if (row.where == where && row.name == name) return true;
  }
  for (const RecordObjectRow& row : kRecordObjects) {
    if (!row.name.empty() && row.parent == where && row.name == name) return true;
  }
  return false;
}

class Decoder {
 public:
  Decoder(const Value& top, Arena& arena) : reader_{arena} {
    if (!top.is_object()) fail_record("a record is an object");
    objects_[0] = &top;
    for (size_t i = 1; i < std::size(kRecordObjects); ++i) {
      const Value* parent = objects_[static_cast<size_t>(kRecordObjects[i].parent)];
      objects_[i] = parent ? object_find(*parent, kRecordObjects[i].name) : nullptr;
      if (objects_[i] && !objects_[i]->is_object()) {
        fail_record("member " + std::string(kRecordObjects[i].name) + " is not an object");
      }
    }
  }

  template <typename T>
  void field(RecordObject where, std::string_view name, FieldPresence presence, T& member) {
    const Value* object = objects_[static_cast<size_t>(where)];
    const Value* value = object ? object_find(*object, name) : nullptr;
    if (!value) {
      if (presence == FieldPresence::kRequired) fail_record("member " + dotted(where, name) + " is missing");
      return;
    }
    if (!reader_.read(*value, member)) fail_record("member " + dotted(where, name) + " has the wrong form");
  }

  void unknown(DecisionRecord& record) {
    for (size_t i = 0; i < std::size(kRecordObjects); ++i) {
      if (!objects_[i]) continue;
      RecordObject where = static_cast<RecordObject>(i);
      for (const Entry& entry : objects_[i]->members()) {
        if (is_known(where, entry.key.text())) continue;
        record.unknown.push_back(
            {where, entry.key.text(), canonical_text(entry.value, reader_.arena, reader_.scratch)});
      }
    }
  }

 private:
  FieldReader reader_;
  const Value* objects_[std::size(kRecordObjects)] = {};
};

void check_version(const Value& top) {
  const Value* writ = top.is_object() ? object_find(top, "writ") : nullptr;
  const Value* version = writ && writ->is_object() ? object_find(*writ, "v") : nullptr;
  if (!version || !version->is_int64()) fail_record("not a record: no writ.v");
  if (version->integer != static_cast<int64_t>(kRecordVersion)) {
    fail_record("the record has a version this program does not know");
  }
}

void check_shape(const DecisionRecord& record) {
  bool is_path = *record.entry_kind == EntryKind::kPath;
  if (record.path.has_value() == record.query.has_value() || record.path.has_value() != is_path) {
    fail_record("exactly one of path and query stands beside an entry of that kind");
  }
  if (record.error_code.has_value() != (*record.status == Status::kError)) {
    fail_record("an error has a code and nothing else has");
  }
}

}  // namespace

DecisionRecord decode_record(std::string_view line, Arena& arena) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.size() >= kMaxRecordLine) throw Failure(ErrorCode::E_RECORD_SIZE, "the record is larger than 16 MiB");
  Value top = read_json(line, arena, {kMaxRecordLine, kMaxRecordDepth});
  check_version(top);
  DecisionRecord record;
  Decoder decoder(top, arena);
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text) \
  decoder.field(RecordObject::where, name, FieldPresence::presence, record.member);
#include "engine/record/fields.def"
#undef RECORD_FIELD
  decoder.unknown(record);
  check_shape(record);
  // One comparison finds every departure from canonical form [R1]: spaces, order, spellings, empty objects.
  std::string again;
  again.reserve(line.size() + 1);
  append_record(again, record);
  again.pop_back();
  if (again != line) fail_record("the line is not in canonical form");
  return record;
}

// --- Comparing and describing ---------------------------------------------------------------------------------------

std::vector<std::string> record_differences(const DecisionRecord& a, const DecisionRecord& b, FieldRole role) {
  std::vector<std::string> names;
#define RECORD_FIELD(where, name, member, type, member_role, meta, presence, text) \
  if (FieldRole::member_role == role && !(a.member == b.member)) names.push_back(dotted(RecordObject::where, name));
#include "engine/record/fields.def"
#undef RECORD_FIELD
  if (role != FieldRole::kMeasure) return names;
  auto missing_in = [&](const DecisionRecord& from, const DecisionRecord& other) {
    for (const UnknownMember& member : from.unknown) {
      if (std::find(other.unknown.begin(), other.unknown.end(), member) != other.unknown.end()) continue;
      std::string name = dotted(member.where, member.name);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
  };
  missing_in(a, b);
  missing_in(b, a);
  return names;
}

std::string describe_record_fields() {
  static constexpr std::string_view kRoles[] = {"identity", "cause", "effect", "measure"};
  std::string out = "| member | type | role | in meta | always | meaning |\n|---|---|---|---|---|---|\n";
  for (const RecordFieldRow& row : kFields) {
    out += "| `" + dotted(row.where, row.name) + "` | ";
    out += row.type;
    out += " | ";
    out += kRoles[static_cast<size_t>(row.role)];
    out += row.meta == FieldMeta::kInMeta ? " | yes | " : " | no | ";
    out += row.presence == FieldPresence::kRequired ? "yes | " : "no | ";
    out += row.text;
    out += " |\n";
  }
  return out;
}

}  // namespace writ
