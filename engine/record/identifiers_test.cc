#include "engine/record/identifiers.h"

#include <catch2/catch.hpp>

#include "engine/value/test_vectors.h"

namespace writ {
namespace {

using evidence::vector_digest;
using evidence::vector_text;

constexpr uint64_t kTime = 1767225600123456789u;
constexpr std::array<uint8_t, 10> kRandom = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23};

std::string timestamp(uint64_t time_ns) {
  std::string out;
  append_timestamp(out, time_ns);
  return out;
}

std::string uuid(const Id128& id) {
  std::string out;
  append_uuid(out, id);
  return out;
}

TEST_CASE("the decision id of the worked example") {
  Id128 id = make_decision_id(kTime, kRandom);
  CHECK(uuid(id) == vector_text("ids/decision_id"));
  CHECK(uuid_from_text(vector_text("ids/decision_id")) == id);
  CHECK(decision_id_fits(id, kTime));
  CHECK(decision_id_fits(id, kTime / 1000000 * 1000000 + 999999));
  CHECK_FALSE(decision_id_fits(id, kTime + 1000000));
  Id128 wrong = id;
  wrong[6] ^= 0x10;
  CHECK_FALSE(decision_id_fits(wrong, kTime));
  wrong = id;
  wrong[8] ^= 0x40;
  CHECK_FALSE(decision_id_fits(wrong, kTime));
}

TEST_CASE("a UUID has one spelling") {
  for (std::string_view text : {"", "019B76da-a87b-7123-8567-89abcdef0123", "019b76daa87b7123856789abcdef0123",
                                "019b76da-a87b-7123-8567-89abcdef012", "019b76da-a87b-7123-8567-89abcdef01234",
                                "019b76daa-87b-7123-8567-89abcdef0123", "{19b76da-a87b-7123-8567-89abcdef0123"}) {
    CAPTURE(text);
    CHECK_FALSE(uuid_from_text(text));
  }
}

TEST_CASE("trace and span id of the worked example") {
  Hasher hasher;
  TraceIds ids = derive_trace_ids(hasher, make_decision_id(kTime, kRandom),
                                  vector_digest("policy/policy_digest"), vector_digest("digests/entry"),
                                  vector_digest("commitments/input"));
  std::string trace_id(vector_text("ids/trace_id")), span_id(vector_text("ids/span_id"));
  CHECK(to_hex(view_of(ids.trace_id)) == trace_id);
  CHECK(outgoing_traceparent({}, ids, false) == "00-" + trace_id + "-" + span_id + "-02");
  CHECK(outgoing_traceparent({}, ids, true) == "00-" + trace_id + "-" + span_id + "-03");
  auto parent = read_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fd");
  REQUIRE(parent);
  CHECK(outgoing_traceparent(parent, ids, true) == "00-4bf92f3577b34da6a3ce929d0e0e4736-" + span_id + "-01");
}

TEST_CASE("timestamps") {
  CHECK(timestamp(kTime) == "2026-01-01T00:00:00.123456789Z");
  CHECK(timestamp(0) == "1970-01-01T00:00:00.000000000Z");
  CHECK(timestamp(951782399999999999u) == "2000-02-28T23:59:59.999999999Z");
  CHECK(timestamp(951782400000000000u) == "2000-02-29T00:00:00.000000000Z");
  CHECK(timestamp(951868800000000001u) == "2000-03-01T00:00:00.000000001Z");
  CHECK(timestamp(4107542399000000000u) == "2100-02-28T23:59:59.000000000Z");
  CHECK(timestamp(4107542400000000000u) == "2100-03-01T00:00:00.000000000Z");
  CHECK(timestamp(UINT64_MAX) == "2554-07-21T23:34:33.709551615Z");
  CHECK(timestamp(kTime).size() == kTimestampSize);
}

TEST_CASE("traceparent, cases of the W3C test suite") {
  const std::string ok = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  auto parent = read_traceparent(ok);
  REQUIRE(parent);
  CHECK(parent->trace_id == "4bf92f3577b34da6a3ce929d0e0e4736");
  CHECK(parent->parent_id == "00f067aa0ba902b7");
  CHECK(parent->flags == 1);
  CHECK(read_traceparent("cc" + ok.substr(2)));
  CHECK(read_traceparent("cc" + ok.substr(2) + "-what-the-future-will-be-like"));

  CHECK_FALSE(read_traceparent(""));
  CHECK_FALSE(read_traceparent(ok + "-extra"));                    // version 00 has nothing more
  CHECK_FALSE(read_traceparent("cc" + ok.substr(2) + ".what"));
  CHECK_FALSE(read_traceparent("ff" + ok.substr(2)));
  CHECK_FALSE(read_traceparent("0x" + ok.substr(2)));
  CHECK_FALSE(read_traceparent(ok.substr(0, 54)));
  CHECK_FALSE(read_traceparent(ok.substr(1)));
  CHECK_FALSE(read_traceparent("00-00000000000000000000000000000000-00f067aa0ba902b7-01"));
  CHECK_FALSE(read_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"));
  CHECK_FALSE(read_traceparent("00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  CHECK_FALSE(read_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g"));
  CHECK_FALSE(read_traceparent("00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
}

TEST_CASE("a header is kept if it is UTF-8 of at most 8 KiB") {
  CHECK(trace_header_can_be_kept(std::string(kMaxTraceContextBytes, 'a')));
  CHECK_FALSE(trace_header_can_be_kept(std::string(kMaxTraceContextBytes + 1, 'a')));
  CHECK(trace_header_can_be_kept("r\xc3\xa4t"));
  CHECK_FALSE(trace_header_can_be_kept("r\xe4t"));
}

}  // namespace
}  // namespace writ
