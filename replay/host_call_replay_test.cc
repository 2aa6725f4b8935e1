#include "replay/host_call_replay.h"

#include <catch2/catch.hpp>

namespace writ {
namespace {

struct Log {
  Hasher hasher;
  HostCallLog log;
  Log& value(std::string_view function, std::string_view args, std::string_view value) {
    log.append(hasher, {function, args, HostCallResult::kValue, value});
    return *this;
  }
};

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
  auto mismatch_of = [&](std::vector<std::pair<std::string_view, std::string_view>> calls) {
    HostCallReplay replay(l.log);
    for (auto& [function, args] : calls) replay.answer(function, args);
    HostCallMismatch mismatch = replay.finish();
    CHECK(replay.detail().empty() == (mismatch == HostCallMismatch::kNone));
    return mismatch;
  };
  CHECK(mismatch_of({{"a", "[]"}, {"b", "[1]"}, {"c", "[]"}}) == HostCallMismatch::kNone);
  CHECK(mismatch_of({}) == HostCallMismatch::kExtra);
  CHECK(mismatch_of({{"a", "[]"}, {"b", "[1]"}}) == HostCallMismatch::kExtra);
  CHECK(mismatch_of({{"b", "[1]"}, {"c", "[]"}}) == HostCallMismatch::kExtra);             // a was inserted
  CHECK(mismatch_of({{"a", "[]"}, {"b", "[2]"}, {"c", "[]"}}) == HostCallMismatch::kArgument);
  CHECK(mismatch_of({{"a", "[]"}, {"x", "[]"}, {"b", "[1]"}}) == HostCallMismatch::kMissing);
  CHECK(mismatch_of({{"a", "[]"}, {"b", "[1]"}, {"c", "[]"}, {"d", "[]"}}) == HostCallMismatch::kMissing);
  CHECK(mismatch_of({{"a", "[]"}, {"x", "[]"}, {"b", "[2]"}}) == HostCallMismatch::kMissing);  // the first mismatch stays
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

}  // namespace
}  // namespace writ
