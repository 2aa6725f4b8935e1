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
  key.fill(0xf0);
  return key;
}

TEST_CASE("field-level commitments of the worked example") {
  Hasher h;
  Arena arena;
  FieldKey key = example_key();
  struct {
    const char *path, *value, *value_digest, *leaf;
  } expected[] = {
      {R"(["amount"])", "1.1", "2fb9ca18", "5b58467768f02e48b8cf0ac77b93af7155317ac7795ec9fb7c6a45450cbb901c"},
      {R"(["ref"])", "9007199254740993", "db5ecb71", "e944cc31f8418600b5fb75f7a9b57f5eee29ca2a61834beaa4f29178988edfb2"},
      {R"(["tags"])", "[]", "fb516e4a", "e13f66454cfce63360f89af837c3ea963030edce76e1871a52a8af8609f64ca4"},
      {R"(["user","name"])", R"("alice")", "427d8fd2", "45fb38853eaac98dde7508285a0d0d7e9cf97ed201d808dbe072b4bd05244a79"},
      {R"(["user","role"])", R"("admin")", "890ab383", "7eaf40e781e4430b192d64de2c42b45198d832dbfb2ad913ef80adb9a7dbf2a4"}};
  auto fields = list_input_fields(read_json(worked_example::kInput, arena));
  REQUIRE(fields.size() == 5);
  std::vector<Digest> leaves;
  for (size_t j = 0; j < 5; ++j) {
    CHECK(fields[j].path == expected[j].path);
    CHECK(fields[j].value == expected[j].value);
    Digest value = field_value_digest(h, field_salt(key, j, FieldSalt::kValue), fields[j].value);
    CHECK_THAT(hex(value), Catch::StartsWith(expected[j].value_digest));
    leaves.push_back(field_leaf(h, field_pointer_digest(h, field_salt(key, j, FieldSalt::kPath), fields[j].path), value));
    CHECK(hex(leaves.back()) == expected[j].leaf);
  }
  CHECK(to_hex(field_salt(key, 3, FieldSalt::kPath).view()) == "931c41e452fdef3ea0ddd18e36591f7a");
  CHECK(to_hex(field_salt(key, 3, FieldSalt::kValue).view()) == "13b0bcebb6b866a211d907cdc72dbb78");
  CHECK(to_hex(field_salt(key, 0, FieldSalt::kCall).view()) == "9ef3d69c6688e93e7247354db2c104c1");
  CHECK(hex(fields_digest(h, leaves)) == "de75bb1d2bb74178f75be4511ee97de21b5c426b537d0bddc61c7202ad71d679");
  CHECK(hex(commit_input_fields(h, key, read_json(worked_example::kInput, arena))) ==
        "cf7c6dd4946cc0814f6c46ce5dfab20ea3bd9b9ead03c0ef67cccf391beb8231");
  HostCallLog log;
  log.append(h, {"time.now_ns", "[]", HostCallResult::kValue, "1767225600123456789"});
  CHECK(hex(commit_nd_fields(h, key, log)) == "6fa55cb75b577c348eb79d0b91f46aa39429603c4fddb541ef052fc311148d45");
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
      json += "[\"" + digest_text(leaf) + "\"]";
    } else if (j == 3) {
      json += "[" + fields[j].path + ",\"" + to_hex(path_salt.view()) + "\",\"" + digest_text(value) + "\"]";
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
  const char* expected = "cf7c6dd4946cc0814f6c46ce5dfab20ea3bd9b9ead03c0ef67cccf391beb8231";
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
