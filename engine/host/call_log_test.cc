#include "engine/host/call_log.h"

#include <catch2/catch.hpp>

#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/text.h"
#include "engine/value/test_vectors.h"

namespace writ {
namespace {

using evidence::vector_text;

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

struct Log {
  Hasher hasher;
  HostCallLog log;
  Log& value(std::string_view function, std::string_view args, std::string_view value) {
    log.append(hasher, {function, args, HostCallResult::kValue, value});
    return *this;
  }
};

TEST_CASE("digests of outside values") {
  Log l;
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
  Log l;
  l.log.append_stop(l.hasher, ErrorCode::E_DEADLINE);
  CHECK(hex(l.log.call_digest(l.hasher, 0)) == vector_text("digests/nd_call_deadline"));
  CHECK(hex(l.log.digest(l.hasher)) == vector_text("digests/nd_deadline"));
}

TEST_CASE("all kinds of entries are written and read back") {
  Log l;
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
  Log ab, ba;
  ab.value("a", "[]", "1").value("b", "[]", "1");
  ba.value("b", "[]", "1").value("a", "[]", "1");
  CHECK(ab.log.digest(hasher) != ba.log.digest(hasher));
}

TEST_CASE("texts that are no log") {
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

TEST_CASE("an entry is found by function and arguments; of equals the first") {
  Log l;
  l.value("f", "[1]", "10").value("g", "[1]", "20").value("f", "[1]", "30");
  CHECK(l.log.find("f", "[1]") == 0u);
  CHECK_FALSE(l.log.find("f", "[2]"));
  l.value("f", "[2]", "40").value("a", "[]", "50");
  CHECK(l.log.find("f", "[2]") == 3u);
  CHECK(l.log.find("a", "[]") == 4u);
  CHECK(l.log.find("g", "[1]") == 1u);
  CHECK_FALSE(l.log.find("", ""));
}

TEST_CASE("replay answers the next call and no other") {
  Log l;
  l.value("a", "[]", "1").value("b", "[1]", "2").value("b", "[1]", "3");
  HostCallReplay replay(l.log);
  CHECK(replay.answer("a", "[]")->body == "1");
  CHECK(replay.answer("b", "[1]")->body == "2");
  CHECK(replay.answer("b", "[1]")->body == "3");
  CHECK(replay.finish() == HostCallMismatch::kNone);
  CHECK_FALSE(replay.answer("b", "[1]"));
  CHECK(replay.finish() == HostCallMismatch::kMissing);
}

TEST_CASE("what replay calls each departure from the log") {
  Log l;
  l.value("a", "[]", "1").value("b", "[1]", "2").value("c", "[]", "3");
  auto fault_of = [&](std::vector<std::pair<std::string_view, std::string_view>> calls) {
    HostCallReplay replay(l.log);
    for (auto& [function, args] : calls) replay.answer(function, args);
    HostCallMismatch fault = replay.finish();
    CHECK(replay.detail().empty() == (fault == HostCallMismatch::kNone));
    return fault;
  };
  CHECK(fault_of({{"a", "[]"}, {"b", "[1]"}, {"c", "[]"}}) == HostCallMismatch::kNone);
  CHECK(fault_of({}) == HostCallMismatch::kExtra);
  CHECK(fault_of({{"a", "[]"}, {"b", "[1]"}}) == HostCallMismatch::kExtra);
  CHECK(fault_of({{"b", "[1]"}, {"c", "[]"}}) == HostCallMismatch::kExtra);             // a was inserted
  CHECK(fault_of({{"a", "[]"}, {"b", "[2]"}, {"c", "[]"}}) == HostCallMismatch::kArgument);
  CHECK(fault_of({{"a", "[]"}, {"x", "[]"}, {"b", "[1]"}}) == HostCallMismatch::kMissing);
  CHECK(fault_of({{"a", "[]"}, {"b", "[1]"}, {"c", "[]"}, {"d", "[]"}}) == HostCallMismatch::kMissing);
  CHECK(fault_of({{"a", "[]"}, {"x", "[]"}, {"b", "[2]"}}) == HostCallMismatch::kMissing);  // the first fault stays
}

TEST_CASE("a recorded stop is reached in replay") {
  Log l;
  l.value("a", "[]", "1");
  CHECK_FALSE(HostCallReplay(l.log).stop());
  l.log.append_stop(l.hasher, ErrorCode::E_CANCEL);
  HostCallReplay replay(l.log);
  CHECK(replay.stop() == ErrorCode::E_CANCEL);
  replay.answer("a", "[]");
  replay.reached_stop();
  CHECK(replay.finish() == HostCallMismatch::kNone);
  HostCallReplay early(l.log);
  early.reached_stop();
  CHECK(early.finish() == HostCallMismatch::kExtra);
  for (const HostCallEntry& entry : {HostCallEntry{"$cancel", "[\"99\"]", HostCallResult::kError, "E_CANCEL"},
                                     HostCallEntry{"$cancel", "[]", HostCallResult::kError, "E_DEADLINE"},
                                     HostCallEntry{"$cancel", "[]", HostCallResult::kValue, "1"},
                                     HostCallEntry{"$other", "[]", HostCallResult::kError, "E_CANCEL"}}) {
    CAPTURE(entry.function);
    Log odd;
    odd.log.append(odd.hasher, entry);
    CHECK_FALSE(HostCallReplay(odd.log).stop());
  }
}

TEST_CASE("rv1 tells apart what JSON does not") {
  Arena arena;
  for (std::string_view text :
       {"null", "1", R"("a")", "[1,2]", R"({"$set":[1,2]})", R"({"$set":[]})", R"({"$obj":[[1,"a"]]})",
        R"({"a":{"$set":[[1],{"$obj":[[null,1],["x",2]]}]}})", R"({"$obj":[["$set",[]]]})", R"({"$a":1,"b":2})", "{}",
        R"({"$obj":[["$x",1]]})"}) {
    CAPTURE(text);
    std::string again;
    append_rv1(again, read_rv1(text, arena));
    CHECK(again == text);
  }
  CHECK(read_rv1(R"({"$set":[1,2]})", arena).is_set());
  Value object = read_rv1(R"({"$obj":[[1,"a"]]})", arena);
  REQUIRE(object.is_object());
  CHECK(equal(object.entries[0].key, Value::of(1)));
  CHECK(read_rv1(R"({"$a":1,"b":2})", arena).size == 2);
}

TEST_CASE("what is not rv1 is refused") {
  Arena arena;
  for (std::string_view text :
       {R"({"$set":1})", R"({"$set":[2,1]})", R"({"$set":[1,1]})", R"({"$obj":[]})", R"({"$obj":[["a",1]]})",
        R"({"$obj":[[1]]})", R"({"$obj":[[1,2],[1,3]]})", R"({"$obj":[[2,0],[1,0]]})", R"({"$x":1})", "[1, 2]", "1.0",
        R"({"$obj":{}})", R"({"$obj":[1]})"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(read_rv1(text, arena), Failure);
  }
  std::string deep;
  for (int i = 0; i < 250; ++i) deep += "{\"$set\":[";
  for (int i = 0; i < 250; ++i) deep += "]}";
  CHECK(read_rv1(deep, arena).is_set());
  Hasher hasher;
  HostCallLog log;
  std::string too_deep = std::string(593, '[') + std::string(593, ']');
  CHECK_THROWS_AS(log.append(hasher, {"f", "[]", HostCallResult::kValue, too_deep}), Failure);
  CHECK(log.empty());
}

}  // namespace
}  // namespace writ
