#include "engine/record/field_commitment.h"

#include <catch2/catch.hpp>

#include "engine/base/json_writer.h"
#include "engine/record/worked_example.h"
#include "engine/value/json.h"

namespace writ {
namespace {

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

FieldKey example_key() {
  FieldKey key;
  REQUIRE(read_hex(evidence::vector_text("fields/field_key"), key.data(), key.size()));
  return key;
}

TEST_CASE("field-level commitments of the worked example") {
  Hasher h;
  Arena arena;
  FieldKey key = example_key();
  const Value& expected = evidence::vector_at("fields/fields");
  auto fields = list_input_fields(read_json(worked_example::kInput, arena));
  REQUIRE(fields.size() == expected.size);
  std::vector<Digest> leaves;
  for (uint32_t j = 0; j < expected.size; ++j) {
    const Value& row = expected.elements[j];
    CHECK(fields[j].path == evidence::vector_text(row, "path"));
    CHECK(fields[j].value == evidence::vector_text(row, "value"));
    Salt path_salt = field_salt(key, j, FieldSalt::kPath), value_salt = field_salt(key, j, FieldSalt::kValue);
    CHECK(to_hex(path_salt.view()) == evidence::vector_text(row, "salt_p"));
    CHECK(to_hex(value_salt.view()) == evidence::vector_text(row, "salt_v"));
    Digest pointer = field_pointer_digest(h, path_salt, fields[j].path);
    Digest value = field_value_digest(h, value_salt, fields[j].value);
    CHECK(hex(pointer) == evidence::vector_text(row, "ptr"));
    CHECK(hex(value) == evidence::vector_text(row, "val"));
    leaves.push_back(field_leaf(h, pointer, value));
    CHECK(hex(leaves.back()) == evidence::vector_text(row, "leaf"));
  }
  CHECK(to_hex(field_salt(key, 0, FieldSalt::kCall).view()) == evidence::vector_text("fields/salt_0_n"));
  CHECK(hex(fields_digest(h, leaves)) == evidence::vector_text("fields/fields_digest"));
  CHECK(hex(commit_input_fields(h, key, read_json(worked_example::kInput, arena))) ==
        evidence::vector_text("fields/input_commit"));
  HostCallLog log;
  log.append(h, {"time.now_ns", "[]", HostCallResult::kValue, "1767225600123456789"});
  CHECK(hex(commit_nd_fields(h, key, log)) == evidence::vector_text("fields/nd_commit"));
}

TEST_CASE("paths tell keys from indexes and ascend by their text") {
  Arena arena;
  auto paths = [&](std::string_view json) {
    std::string all;
    for (const InputField& field : list_input_fields(read_json(json, arena))) all += field.path + "=" + field.value + " ";
    return all;
  };
  CHECK(paths(R"({"0":1})") == R"(["0"]=1 )");
  CHECK(paths("[1]") == "[0]=1 ");
  CHECK(paths("7") == "[]=7 ");
  CHECK(paths("{}") == "[]={} ");
  CHECK(paths(R"([[],{},[null]])") == "[0]=[] [1]={} [2,0]=null ");
  CHECK(paths(R"({"a\"":[1],"a":{"b":2}})") == R"(["a","b"]=2 ["a\"",0]=1 )");
}

TEST_CASE("disclosed fields give the same leaves as the whole input, and are checked") {
  Hasher h;
  Arena arena;
  FieldKey key = example_key();
  auto fields = list_input_fields(read_json(worked_example::kInput, arena));
  std::string json = "[";
  for (size_t j = 0; j < fields.size(); ++j) {
    Salt path_salt = field_salt(key, j, FieldSalt::kPath), value_salt = field_salt(key, j, FieldSalt::kValue);
    Digest value = field_value_digest(h, value_salt, fields[j].value);
    Digest leaf = field_leaf(h, field_pointer_digest(h, path_salt, fields[j].path), value);
    if (j > 0) json += ',';
    if (j == 1) {
      json += "[\"" + hex(leaf) + "\"]";
    } else if (j == 3) {
      json += "[" + fields[j].path + ",\"" + to_hex(path_salt.view()) + "\",\"" + hex(value) + "\"]";
    } else {
      json += "[" + fields[j].path + ",\"" + to_hex(path_salt.view()) + "\",\"" + to_hex(value_salt.view()) + "\"," +
              fields[j].value + "]";
    }
  }
  json += "]";
  auto commitment_of = [&](std::string_view text) {
    std::vector<Digest> leaves;
    for (const DisclosedField& field : read_disclosed_fields(h, text)) leaves.push_back(field.leaf);
    return hex(fields_commitment(h, fields_digest(h, leaves)));
  };
  std::string expected(evidence::vector_text("fields/input_commit"));
  CHECK(commitment_of(json) == expected);
  auto forged = [&](std::string_view what, std::string_view with) {
    std::string text = json;
    size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
  };
  CHECK(commitment_of(forged("\"admin\"", "\"guest\"")) != expected);
  CHECK(commitment_of(forged("[\"tags\"]", "[\"taga\"]")) != expected);
  CHECK(commitment_of(forged("1.1", "1.2")) != expected);
  CHECK_THROWS_AS(commitment_of(forged("[\"tags\"]", "[\"zzz\"]")), Failure);   // order
  CHECK_THROWS_AS(commitment_of(forged("[\"tags\"]", "[\"tags\",-1]")), Failure);
  CHECK_THROWS_AS(commitment_of(forged("1.1", "[1]")), Failure);
  CHECK_THROWS_AS(commitment_of("{}"), Failure);
  CHECK_THROWS_AS(commitment_of("[[]]"), Failure);
  CHECK_THROWS_AS(commitment_of("[[\"x\"]]"), Failure);
}

}  // namespace
}  // namespace writ
