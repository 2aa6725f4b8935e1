#include "replay/host_call_replay.h"

#include <catch2/catch.hpp>

#include <string_view>
#include <utility>
#include <vector>

#include "engine/host/test_log.h"

namespace writ {
namespace {

// A log as a record holds it.
struct Calls {
  TestLog made;
  RecordedCalls recorded;
  Calls& value(std::string_view function, std::string_view args, std::string_view value) {
    made.value(function, args, value);
    recorded.log.append(made.hasher, {function, args, HostCallResult::kValue, value});
    return *this;
  }
  Calls& stop(ErrorCode code) {
    recorded.log.append_stop(made.hasher, code);
    return *this;
  }
};

TEST_CASE("replay answers the next call and no other") {
  Calls l;
  l.value("a", "[]", "1").value("b", "[1]", "2").value("b", "[1]", "3");
  HostCallReplay replay(l.recorded);
  CHECK(replay.answer("a", "[]")->body == "1");
  CHECK(replay.answer("b", "[1]")->body == "2");
  CHECK(replay.answer("b", "[1]")->body == "3");
  CHECK(replay.finish() == HostCallMismatch::kNone);
  CHECK_FALSE(replay.answer("b", "[1]"));
  CHECK(replay.finish() == HostCallMismatch::kMissing);
}

TEST_CASE("what replay calls each departure from the log") {
  Calls l;
  l.value("a", "[]", "1").value("b", "[1]", "2").value("c", "[]", "3");
  auto mismatch_of = [&](std::vector<std::pair<std::string_view, std::string_view>> calls) {
    HostCallReplay replay(l.recorded);
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

TEST_CASE("a recorded stop is reached at its count") {
  Calls l;
  l.value("a", "[]", "1");
  CHECK_FALSE(HostCallReplay(l.recorded).stop_at_count());
  l.stop(ErrorCode::E_CANCEL);
  HostCallReplay replay(l.recorded);
  CHECK(replay.stop_at_count() == ErrorCode::E_CANCEL);
  replay.answer("a", "[]");
  replay.reached_count();
  CHECK(replay.stopped() == ErrorCode::E_CANCEL);
  CHECK(replay.finish() == HostCallMismatch::kNone);
  HostCallReplay early(l.recorded);
  early.reached_count();
  CHECK_FALSE(early.stopped());
  CHECK(early.finish() == HostCallMismatch::kExtra);
  HostCallReplay never(l.recorded);
  never.answer("a", "[]");
  CHECK(never.finish() == HostCallMismatch::kExtra);
  HostCallReplay more(l.recorded);
  more.answer("a", "[]");
  CHECK_FALSE(more.answer("b", "[]"));
  CHECK(more.finish() == HostCallMismatch::kMissing);
}

TEST_CASE("under another fuel model a stop is shown by one more call, and by nothing else") {
  Calls l;
  l.value("a", "[]", "1").stop(ErrorCode::E_DEADLINE);
  auto place = HostCallReplay::Stop::kAtPlace;
  HostCallReplay running(l.recorded, place);
  CHECK_FALSE(running.stop_at_count());
  CHECK(running.answer("a", "[]"));
  CHECK_FALSE(running.answer("b", "[]"));
  CHECK(running.stopped() == ErrorCode::E_DEADLINE);
  CHECK_FALSE(running.answer("c", "[]"));
  CHECK(running.finish() == HostCallMismatch::kNone);
  CHECK_FALSE(running.stop_not_shown());
  HostCallReplay ended(l.recorded, place);
  ended.answer("a", "[]");
  CHECK(ended.finish() == HostCallMismatch::kNone);
  CHECK(ended.stop_not_shown());
  HostCallReplay without(l.recorded, place);
  CHECK(without.finish() == HostCallMismatch::kExtra);
}

TEST_CASE("what is no stop of its code is none") {
  for (const HostCallEntry& entry : {HostCallEntry{"$cancel", "[\"99\"]", HostCallResult::kError, "E_CANCEL"},
                                     HostCallEntry{"$cancel", "[]", HostCallResult::kError, "E_DEADLINE"},
                                     HostCallEntry{"$cancel", "[]", HostCallResult::kValue, "1"},
                                     HostCallEntry{"$other", "[]", HostCallResult::kError, "E_CANCEL"}}) {
    CAPTURE(entry.function);
    RecordedCalls odd;
    Hasher hasher;
    odd.log.append(hasher, entry);
    CHECK_FALSE(odd.stop());
  }
}

TEST_CASE("withheld entries keep their places, and asking for one says so") {
  Calls l;
  l.value("a", "[]", "1").value("", "[]", "null").value("c", "[]", "3");
  l.recorded.withheld = {false, true, false};
  HostCallReplay asks(l.recorded);
  CHECK(asks.answer("a", "[]"));
  CHECK_FALSE(asks.answer("b", "[]"));
  CHECK(asks.finish() == HostCallMismatch::kWithheld);
  HostCallReplay leaves(l.recorded);
  leaves.answer("a", "[]");
  CHECK(leaves.finish() == HostCallMismatch::kExtra);
  RecordedCalls nothing;
  nothing.all_withheld = true;
  HostCallReplay any(nothing);
  CHECK_FALSE(any.answer("a", "[]"));
  CHECK(any.finish() == HostCallMismatch::kWithheld);
}

}  // namespace
}  // namespace writ
