#include "engine/host/call_log.h"

#include <catch2/catch.hpp>

#include "engine/host/test_log.h"
#include "engine/value/test_vectors.h"

namespace writ {
namespace {

using evidence::vector_text;

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

TEST_CASE("digests of non-deterministic values") {
  TestLog l;
  CHECK(hex(l.log.digest(l.hasher)) == vector_text("digests/nd_none"));
  l.value("time.now_ns", "[]", "1767225600123456789");
  CHECK(hex(l.log.call_digest(l.hasher, 0)) == vector_text("digests/nd_call"));
  CHECK(hex(l.log.digest(l.hasher)) == vector_text("digests/nd"));
  CHECK(l.log.record_text() == R"([{"args":[],"fn":"time.now_ns","value":1767225600123456789}])");
  CHECK_FALSE(l.log.jcs_exact());
  l.log.clear();
  CHECK(l.log.jcs_exact());
  CHECK(hex(l.log.digest(l.hasher)) == vector_text("digests/nd_none"));
}

TEST_CASE("the digest of a stop") {
  TestLog l;
  l.log.append_stop(l.hasher, ErrorCode::E_DEADLINE);
  CHECK(hex(l.log.call_digest(l.hasher, 0)) == vector_text("digests/nd_call_deadline"));
  CHECK(hex(l.log.digest(l.hasher)) == vector_text("digests/nd_deadline"));
}

TEST_CASE("all kinds of entries are written and read back") {
  TestLog l;
  l.value("rand.intn", R"(["coin",2])", "1").value("net.lookup_ip_addr", R"(["a\"b"])", R"({"$set":["1.2.3.4"]})");
  l.log.append(l.hasher, {"http.send", R"([{"url":"x"}])", HostCallResult::kError, "E_OUTSIDE"});
  l.log.append(l.hasher, {"host.f", "[]", HostCallResult::kUndefined, ""});
  l.log.append_stop(l.hasher, ErrorCode::E_DEADLINE);
  std::string text(l.log.record_text());
  CHECK(text == R"([{"args":["coin",2],"fn":"rand.intn","value":1},)"
                R"({"args":["a\"b"],"fn":"net.lookup_ip_addr","value":{"$set":["1.2.3.4"]}},)"
                R"({"args":[{"url":"x"}],"error":"E_OUTSIDE","fn":"http.send"},)"
                R"({"args":[],"fn":"host.f","undefined":true},)"
                R"({"args":[],"error":"E_DEADLINE","fn":"$deadline"}])");
  HostCallLog read = HostCallLog::from_record_text(text, l.hasher);
  CHECK(read.record_text() == text);
  CHECK(read.size() == 5);
  CHECK(read.digest(l.hasher) == l.log.digest(l.hasher));
  CHECK(l.log.jcs_exact());
}

TEST_CASE("every part of an entry is in the digest") {
  Hasher hasher;
  auto digest = [&](HostCallEntry entry) {
    HostCallLog log;
    log.append(hasher, entry);
    return log.digest(hasher);
  };
  Digest base = digest({"f", "[1]", HostCallResult::kValue, "2"});
  CHECK(digest({"g", "[1]", HostCallResult::kValue, "2"}) != base);
  CHECK(digest({"f", "[2]", HostCallResult::kValue, "2"}) != base);
  CHECK(digest({"f", "[1]", HostCallResult::kValue, "3"}) != base);
  CHECK(digest({"f", "[1]", HostCallResult::kUndefined, ""}) != base);
  CHECK(digest({"f", "[1]", HostCallResult::kError, "2"}) != base);
  TestLog ab, ba;
  ab.value("a", "[]", "1").value("b", "[]", "1");
  ba.value("b", "[]", "1").value("a", "[]", "1");
  CHECK(ab.log.digest(hasher) != ba.log.digest(hasher));
}

TEST_CASE("texts that are not a log") {
  Hasher hasher;
  for (std::string_view text :
       {"{}", "[1]", "[{}]", R"([{"args":[],"fn":"f"}])", R"([{"args":{},"fn":"f","value":1}])",
        R"([{"args":[],"fn":1,"value":1}])", R"([{"args":[],"fn":"f","undefined":false}])",
        R"([{"args":[],"fn":"f","error":1}])", R"([{"args":[],"error":"E","fn":"f","value":1}])",
        R"([{"args":[],"fn":"f","other":1}])", "[", ""}) {
    CAPTURE(text);
    CHECK_THROWS_AS(HostCallLog::from_record_text(text, hasher), Failure);
  }
}

TEST_CASE("what a record could not hold is not logged") {
  Hasher hasher;
  HostCallLog log;
  std::string too_deep = std::string(593, '[') + std::string(593, ']');
  CHECK_THROWS_AS(log.append(hasher, {"f", "[]", HostCallResult::kValue, too_deep}), Failure);
  CHECK(log.empty());
}

}  // namespace
}  // namespace writ
