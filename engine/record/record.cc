// Writing, comparing and describing records, all of it from the table fields.def.
//
// `Encoder` walks the rows in the order of canonical text and opens and closes the objects around them as it goes; the
// same walk, without the rows outside meta, gives the text of the meta digest. Members the table does not know are put in
// between, in their order.
#include "engine/record/record.h"

#include <algorithm>

#include "engine/base/json_writer.h"
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

// The depth of an object: 0 for the record itself.
constexpr int depth_of(RecordObject object) {
  if (object == RecordObject::kTop) return 0;
  return kRecordObjects[static_cast<size_t>(object)].parent == RecordObject::kTop ? 1 : 2;
}

}  // namespace

std::span<const RecordFieldRow> record_fields() { return kFields; }

std::string_view entry_kind_name(EntryKind kind) { return kEntryKinds[static_cast<size_t>(kind)]; }

std::optional<EntryKind> entry_kind_from_name(std::string_view name) {
  auto found = std::find(std::begin(kEntryKinds), std::end(kEntryKinds), name);
  if (found == std::end(kEntryKinds)) return std::nullopt;
  return static_cast<EntryKind>(found - std::begin(kEntryKinds));
}

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
void write(std::string& out, const Id128Field& field) { write_hex(out, view_of(*field)); }
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

// Writes members in the order of the table, opening and closing the objects around them, unknown ones in between.
class Encoder {
 public:
  Encoder(std::string& out, const DecisionRecord& record, bool meta_only) : out_(out), meta_only_(meta_only) {
    out_ += '{';
    if (record.unknown.empty()) return;
    for (const UnknownMember& member : record.unknown) unknown_.push_back(&member);
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

void fail_record_size(size_t most) {
  throw Failure(ErrorCode::E_RECORD_SIZE,
                "the record is larger than " + std::to_string(most) +
                    " bytes; the limit can be raised for who records and who replays (--max-record-bytes)");
}

void append_record(std::string& out, const DecisionRecord& record, size_t most) {
  size_t begin = out.size();
  encode(out, record, false);
  out += '\n';
  if (out.size() - begin > most) {
    out.resize(begin);
    fail_record_size(most);
  }
}

std::string encode_record(const DecisionRecord& record) {
  std::string out;
  append_record(out, record);
  return out;
}

void append_record_meta(std::string& out, const DecisionRecord& record) { encode(out, record, true); }

void append_record_salt(std::string& out, const DecisionRecord& record) {
  char before = '{';
  auto field = [&](RecordObject where, std::string_view name, const auto& value) {
    if (where != RecordObject::kSalt || !present(value)) return;
    out += before;
    before = ',';
    write_name(out, name);
    out += ':';
    write(out, value);
  };
#define RECORD_FIELD(where, name, member, type, role, meta, presence, text) \
  field(RecordObject::where, name, record.member);
#include "engine/record/fields.def"
#undef RECORD_FIELD
  if (before == ',') out += '}';
}

// --- Comparing and describing ---------------------------------------------------------------------------------------

std::vector<std::string> record_differences(const DecisionRecord& a, const DecisionRecord& b, FieldRole role) {
  std::vector<std::string> names;
#define RECORD_FIELD(where, name, member, type, member_role, meta, presence, text) \
  if (FieldRole::member_role == role && !(a.member == b.member)) names.push_back(record_member_name(RecordObject::where, name));
#include "engine/record/fields.def"
#undef RECORD_FIELD
  if (role != FieldRole::kMeasure) return names;
  auto missing_in = [&](const DecisionRecord& from, const DecisionRecord& other) {
    for (const UnknownMember& member : from.unknown) {
      if (std::find(other.unknown.begin(), other.unknown.end(), member) != other.unknown.end()) continue;
      std::string name = record_member_name(member.where, member.name);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
  };
  missing_in(a, b);
  missing_in(b, a);
  return names;
}

std::string record_member_name(RecordObject where, std::string_view name) {
  MemberPath path(where, name);
  std::string text;
  for (int i = 0; i < path.size; ++i) {
    if (i > 0) text += '.';
    text += path.names[i];
  }
  return text;
}

std::string describe_record_fields() {
  static constexpr std::string_view kRoles[] = {"identity", "cause", "effect", "measure"};
  std::string out = "| member | type | role | in meta | always | meaning |\n|---|---|---|---|---|---|\n";
  for (const RecordFieldRow& row : kFields) {
    out += "| `" + record_member_name(row.where, row.name) + "` | ";
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
