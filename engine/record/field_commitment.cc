// Fields of an input, their leaves and commitments, and what a redacted record shows of them.
//
// `FieldLister` walks the input and writes the path of each scalar and each empty container; sorted by path, the fields
// become leaves, each of two digests under salts of its own, and the tree over the leaves becomes the commitment. The
// second half reads `writ.fields` of a redacted record back into the same leaves: what is shown is hashed again, what is
// withheld is replaced by its digest.
#include "engine/record/field_commitment.h"

#include <algorithm>

#include "engine/base/json_writer.h"
#include "engine/value/json.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

class FieldLister {
 public:
  std::vector<InputField> fields;

  void list(const Value& value, uint32_t depth) {
    if (depth > kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "the input is nested too deeply");
    bool branches = value.is_collection() && value.size > 0;
    if (!branches) {
      InputField field{path_ + "]", {}};
      append_cj1(field.value, value);
      fields.push_back(std::move(field));
      return;
    }
    for (uint32_t i = 0; i < value.size; ++i) {
      size_t before = path_.size();
      if (depth > 0) path_ += ',';
      if (value.is_object()) {
        append_cj1_string(path_, value.entries[i].key.text());
        list(value.entries[i].value, depth + 1);
      } else {
        append_decimal(path_, i);
        list(value.elements[i], depth + 1);
      }
      path_.resize(before);
    }
  }

 private:
  std::string path_ = "[";
};

}  // namespace

std::vector<InputField> list_input_fields(const Value& input) {
  FieldLister lister;
  lister.list(input, 0);
  std::sort(lister.fields.begin(), lister.fields.end(),
            [](const InputField& a, const InputField& b) { return a.path < b.path; });
  return std::move(lister.fields);
}

Salt field_salt(const FieldKey& key, uint64_t index, FieldSalt use) {
  char c = static_cast<char>(use);
  DigestU64 number(index);
  Digest mac = hmac_sha256({reinterpret_cast<const char*>(key.data()), key.size()},
                           {{&c, 1}, {number.bytes.data(), number.bytes.size()}});
  Salt salt;
  std::copy_n(mac.bytes.begin(), salt.bytes.size(), salt.bytes.begin());
  return salt;
}

Digest field_pointer_digest(Hasher& hasher, const Salt& salt, std::string_view path) {
  return hasher.digest(DigestTag::kFieldPointer, salt.view(), path);
}

Digest field_value_digest(Hasher& hasher, const Salt& salt, std::string_view value) {
  return hasher.digest(DigestTag::kFieldValue, salt.view(), value);
}

Digest field_leaf(Hasher& hasher, const Digest& pointer, const Digest& value) {
  return hasher.digest(DigestTag::kField, pointer, value);
}

Digest fields_digest(Hasher& hasher, const std::vector<Digest>& leaves) {
  MerkleTree tree;
  for (const Digest& leaf : leaves) tree.add(hasher, leaf.view());
  Digest root = tree.root(hasher);
  return hasher.digest(DigestTag::kFields, DigestU64(tree.count()), root);
}

Digest fields_commitment(Hasher& hasher, const Digest& fields) {
  return commitment(hasher, "input-fields", "", fields);
}

Digest commit_input_fields(Hasher& hasher, const FieldKey& key, const Value& input) {
  std::vector<Digest> leaves;
  uint64_t index = 0;
  for (const InputField& field : list_input_fields(input)) {
    Digest pointer = field_pointer_digest(hasher, field_salt(key, index, FieldSalt::kPath), field.path);
    Digest value = field_value_digest(hasher, field_salt(key, index, FieldSalt::kValue), field.value);
    leaves.push_back(field_leaf(hasher, pointer, value));
    ++index;
  }
  return fields_commitment(hasher, fields_digest(hasher, leaves));
}

Digest commit_nd_fields(Hasher& hasher, const FieldKey& key, const HostCallLog& log) {
  MerkleTree tree;
  for (uint32_t i = 0; i < log.size(); ++i) {
    Digest call = log.call_digest(hasher, i);
    Digest commit = commitment(hasher, "nd-call", field_salt(key, i, FieldSalt::kCall).view(), call);
    tree.add(hasher, commit.view());
  }
  Digest root = tree.root(hasher);
  Digest calls = hasher.digest(DigestTag::kNdFields, DigestU64(tree.count()), root);
  return commitment(hasher, "nd-fields", "", calls);
}

// --- Disclosure -----------------------------------------------------------------------------------------------------

namespace {

[[noreturn]] void fail_fields(std::string_view what) {
  throw Failure(ErrorCode::E_JSON_SYNTAX, "writ.fields: " + std::string(what));
}

std::string read_path(const Value& path) {
  if (!path.is_array()) fail_fields("a path is not an array");
  for (const Value& step : path.items()) {
    if (!step.is_string() && !(step.is_int64() && step.integer >= 0)) fail_fields("a step is neither key nor index");
  }
  std::string text;
  append_cj1(text, path);
  return text;
}

Salt read_salt(const Value& value) {
  Salt salt;
  if (!value.is_string() || !read_hex(value.text(), salt.bytes.data(), salt.bytes.size())) fail_fields("a salt is malformed");
  return salt;
}

Digest read_digest(const Value& value) {
  auto digest = value.is_string() ? digest_from_hex(value.text()) : std::nullopt;
  if (!digest) fail_fields("a digest is malformed");
  return *digest;
}

DisclosedField read_disclosed_field(Hasher& hasher, const Value& item) {
  if (!item.is_array()) fail_fields("an element is not an array");
  DisclosedField field{};
  if (item.size == 1) {
    field.form = DisclosedField::Form::kWithheld;
    field.leaf = read_digest(item.elements[0]);
    return field;
  }
  if (item.size != 3 && item.size != 4) fail_fields("an element has neither one, three nor four members");
  field.path = read_path(item.elements[0]);
  Digest pointer = field_pointer_digest(hasher, read_salt(item.elements[1]), field.path);
  Digest value;
  if (item.size == 3) {
    field.form = DisclosedField::Form::kValueWithheld;
    value = read_digest(item.elements[2]);
  } else {
    field.form = DisclosedField::Form::kShown;
    if (item.elements[3].is_collection() && item.elements[3].size > 0) fail_fields("a value is not a single field");
    append_cj1(field.value, item.elements[3]);
    value = field_value_digest(hasher, read_salt(item.elements[2]), field.value);
  }
  field.leaf = field_leaf(hasher, pointer, value);
  return field;
}

}  // namespace

std::vector<DisclosedField> read_disclosed_fields(Hasher& hasher, std::string_view fields_json) {
  Arena arena;
  Value array = read_json(fields_json, arena, {kMostRecordLine, kMaxRecordDepth});
  if (!array.is_array()) fail_fields("not an array");
  std::vector<DisclosedField> fields;
  const std::string* last_path = nullptr;
  fields.reserve(array.size);
  for (const Value& item : array.items()) {
    fields.push_back(read_disclosed_field(hasher, item));
    if (fields.back().form == DisclosedField::Form::kWithheld) continue;
    if (last_path && *last_path >= fields.back().path) fail_fields("paths do not ascend");
    last_path = &fields.back().path;
  }
  return fields;
}

}  // namespace writ
