#include "engine/record/record.h"

#include <catch2/catch.hpp>

#include "engine/record/record_digests.h"
#include "engine/value/text.h"
#include "engine/record/worked_example.h"

namespace writ {
namespace {

using worked_example::record_line;

std::string changed(std::string_view what, std::string_view with) {
  std::string line(record_line());
  size_t at = line.find(what);
  REQUIRE(at != std::string::npos);
  return line.replace(at, what.size(), with);
}

ErrorCode decode_error(std::string_view line) {
  Arena arena;
  try {
    decode_record(line, arena);
  } catch (const Failure& failure) {
    return failure.error().code;
  }
  return ErrorCode::kNone;
}

std::string round_trip(std::string_view line) {
  Arena arena;
  return encode_record(decode_record(line, arena));
}

TEST_CASE("rows of the table are in the order of canonical text") {
  std::vector<std::vector<std::string_view>> paths;
  for (const RecordFieldRow& row : record_fields()) {
    std::vector<std::string_view> path = {row.name};
    for (RecordObject at = row.where; at != RecordObject::kTop; at = kRecordObjects[static_cast<size_t>(at)].parent) {
      path.insert(path.begin(), kRecordObjects[static_cast<size_t>(at)].name);
    }
    paths.push_back(path);
  }
  for (size_t i = 1; i < paths.size(); ++i) {
    CAPTURE(paths[i].back());
    size_t k = 0;
    while (k < paths[i].size() && k < paths[i - 1].size() && paths[i][k] == paths[i - 1][k]) ++k;
    REQUIRE(k < paths[i].size());
    REQUIRE(k < paths[i - 1].size());
    CHECK(compare_utf16(paths[i - 1][k], paths[i][k]) < 0);
  }
}

TEST_CASE("the worked example decodes into its members and back") {
  Arena arena;
  DecisionRecord record = decode_record(record_line(), arena);
  CHECK(record.decision_id == "019b76da-a87b-7123-8567-89abcdef0123");
  CHECK(record.input.text == worked_example::kInput);
  CHECK(record.result.text == "true");
  CHECK(record.verdict == Verdict::kAllow);
  CHECK(record.fuel == record_field::U64(57));
  CHECK(record.fuel_model == record_field::Count(1));
  CHECK(record.version == record_field::Count(1));
  CHECK(record.entry_kind == EntryKind::kPath);
  CHECK(record.input_salt->view() == std::string(16, '\xa0'));
  CHECK(record.unknown.empty());
  CHECK(encode_record(record) == std::string(record_line()) + "\n");
  CHECK(round_trip(std::string(record_line()) + "\n") == std::string(record_line()) + "\n");
}

TEST_CASE("unknown members are kept, written back in their place, and part of meta") {
  std::string line = changed("\"bundles\"", "\"a\":1,\"bundles\"");
  line.insert(line.size() - 1, ",\"z\":{\"deep\":[null]}");
  line.insert(line.find("\"name\":\"writ\""), "\"host\":\"\\u0001\",");
  line.insert(line.find("\"v\":1"), "\"tzz\":2,");
  CHECK(round_trip(line) == line + "\n");
  Arena arena;
  DecisionRecord record = decode_record(line, arena);
  CHECK(record.unknown.size() == 4);
  Hasher hasher;
  Digest meta = meta_digest(hasher, record);
  std::string other = line;
  other.replace(other.find("[null]"), 6, "[true]");
  Arena arena2;
  DecisionRecord changed_record = decode_record(other, arena2);
  CHECK(meta_digest(hasher, changed_record) != meta);
  CHECK(record_differences(record, changed_record, FieldRole::kMeasure) == std::vector<std::string>{"z"});
  CHECK(record_differences(record, changed_record, FieldRole::kEffect).empty());
}

TEST_CASE("meta covers every member but those with a commitment of their own") {
  Arena arena;
  Hasher hasher;
  DecisionRecord record = decode_record(record_line(), arena);
  Digest meta = meta_digest(hasher, record);
  DecisionRecord other = record;
  other.input.text = "1";
  other.result.text = "2";
  other.erased.text = "[\"/input\"]";
  other.raw_sha256 = Digest{};
  other.raw_size.emplace(1);
  other.nd.text = "[]";
  other.input_digest.reset();
  other.input_salt.reset();
  other.meta_salt.reset();
  other.fields.text = "[]";
  other.seal_leaf = Digest{};
  CHECK(meta_digest(hasher, other) == meta);

  std::string all;
  append_record_meta(all, record);
  for (std::string_view name : {"\"input\"", "\"result\"", "\"nd\"", "\"salt\""}) {
    CAPTURE(name);
    CHECK(all.find(name) == std::string::npos);
  }
  other = record;
  other.labels.text = "{}";
  CHECK(meta_digest(hasher, other) != meta);
  other = record;
  other.fuel.emplace(58);
  CHECK(meta_digest(hasher, other) != meta);
  CHECK(record_differences(record, other, FieldRole::kMeasure) == std::vector<std::string>{"writ.fuel"});
  CHECK(record_differences(record, other, FieldRole::kEffect).empty());
}

TEST_CASE("lines that are not records") {
  using enum ErrorCode;
  CHECK(decode_error("") == E_JSON_SYNTAX);
  CHECK(decode_error("{}") == E_JSON_SYNTAX);
  CHECK(decode_error("[]") == E_JSON_SYNTAX);
  CHECK(decode_error("null") == E_JSON_SYNTAX);
  CHECK(decode_error("{\"writ\":{\"v\":1}}") == E_JSON_SYNTAX);
  CHECK(decode_error(" " + std::string(record_line())) == E_JSON_SYNTAX);
  CHECK(decode_error(std::string(record_line()) + " ") == E_JSON_SYNTAX);
  CHECK(decode_error(std::string(record_line()) + "\n\n") == E_JSON_SYNTAX);
  CHECK(decode_error(record_line().substr(0, record_line().size() - 1)) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"v\":1", "\"v\":2")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"v\":1", "\"v\":\"1\"")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed(",\"v\":1", "")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"fuel\":\"57\"", "\"fuel\":\"57\",\"fuel\":\"57\"")) == E_DUP_KEY);
  CHECK(decode_error(changed("alice", "al\xffice")) == E_UTF8);
  CHECK(decode_error(std::string(kMaxRecordLine, ' ')) == E_RECORD_SIZE);
  // Wrong shapes.
  CHECK(decode_error(changed("\"fuel\":\"57\"", "\"fuel\":57")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"fuel\":\"57\"", "\"fuel\":\"057\"")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"57\"", "\"18446744073709551616\"")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"57\"", "\"18446744073709551615\"")) == kNone);
  CHECK(decode_error(changed("\"status\":\"defined\"", "\"status\":\"fine\"")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"verdict\":\"allow\"", "\"verdict\":\"yes\"")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"kind\":\"path\"", "\"kind\":\"rule\"")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"kind\":\"path\"", "\"kind\":\"query\"")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"path\":\"authz/allow\",", "")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"path\":\"authz/allow\",", "\"path\":\"authz/allow\",\"query\":\"q\",")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("sha256:fe4c", "sha256:FE4C")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0", "a0a0")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0", "")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"labels\":{", "\"labels\":[{")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"jcs\":false", "\"jcs\":null")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"status\":\"defined\"", "\"status\":\"error\"")) == E_JSON_SYNTAX);
  // JSON that means the same in another spelling.
  CHECK(decode_error(changed("\"amount\":1.1", "\"amount\":1.10")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("alice", "\\u0061lice")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"v\":1", "\"v\": 1")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"v\":1", "\"v\":1.0")) == E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"app\":\"billing\",\"id\":\"node-7\"", "\"id\":\"node-7\",\"app\":\"billing\"")) ==
        E_JSON_SYNTAX);
  CHECK(decode_error(changed("\"trace\":{\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"}",
                             "\"trace\":{}")) == E_JSON_SYNTAX);
}

TEST_CASE("a record of an earlier edition is refused with that reason") {
  std::string line(record_line());
  size_t at = line.find("\"meta\":\"sha256:");
  REQUIRE(at != std::string::npos);
  line.erase(at, line.find(',', at) + 1 - at);
  Arena arena;
  try {
    decode_record(line, arena);
    FAIL("accepted");
  } catch (const Failure& failure) {
    CHECK(failure.error().detail ==
          "record of an earlier edition (no `writ.digest.meta`): decide again or use the release that wrote it");
  }
}

TEST_CASE("one changed byte never goes unnoticed") {
  // A flip either makes the line no record, or changes a member.
  Arena arena;
  DecisionRecord record = decode_record(record_line(), arena);
  int accepted = 0;
  for (size_t i = 0; i < record_line().size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string line(record_line());
      line[i] = static_cast<char>(line[i] ^ (1 << bit));
      Arena scratch;
      try {
        DecisionRecord other = decode_record(line, scratch);
        ++accepted;
        CHECK(encode_record(other) == line + "\n");
        size_t differences = 0;
        for (FieldRole role : {FieldRole::kIdentity, FieldRole::kCause, FieldRole::kEffect, FieldRole::kMeasure}) {
          differences += record_differences(record, other, role).size();
        }
        CHECK(differences > 0);
      } catch (const Failure&) {
      }
    }
  }
  CHECK(accepted > 1000);
}

TEST_CASE("a line may be nested as deeply as a record needs, and no deeper") {
  auto nested = [](size_t depth) {
    return changed(worked_example::kInput, std::string(depth, '[') + std::string(depth, ']'));
  };
  CHECK(decode_error(nested(512)) == ErrorCode::kNone);
  CHECK(decode_error(nested(599)) == ErrorCode::kNone);
  CHECK(decode_error(nested(600)) == ErrorCode::E_DEPTH);
  CHECK(decode_error(nested(100000)) == ErrorCode::E_DEPTH);
}

TEST_CASE("the table describes itself") {
  std::string text = describe_record_fields();
  CHECK(text.find("| `writ.policy.digest` | DigestField | cause | yes | yes | policy digest |\n") != std::string::npos);
  CHECK(text.find("| `input` | JsonAny | cause | no | no |") != std::string::npos);
}

}  // namespace
}  // namespace writ
