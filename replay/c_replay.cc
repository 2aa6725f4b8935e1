// The C functions of replay: a replayer, with the policies it has built, and what it said about the last record.
#include <atomic>
#include <memory>
#include <string>

#include "replay/engine_executor.h"
#include "replay/policy_cache.h"
#include "replay/replay.h"
#include "replay/report.h"
#include "store/c_store.h"
#include "writ/replay.h"

using namespace writ;
using namespace writ::c;

struct writ_replay_result {
  mutable std::atomic<bool> in_use{false};
  bool judged = false;
  bool reproduced = false;
  const ReplayClassRow* row = &replay_class_row(ReplayClass::kInternal);  // its texts are static
  std::string details, json;
};

struct writ_replayer {
  explicit writ_replayer(std::shared_ptr<const PolicyStore> from)
      : store(std::move(from)), policies(*store), replayer(policies, executor) {}

  std::shared_ptr<const PolicyStore> store;
  PolicyCache policies;
  EngineExecutor executor;
  Replayer replayer;
  writ_replay_result result;
};

namespace {

void forget(writ_replay_result& result) {
  result.judged = result.reproduced = false;
  result.row = &replay_class_row(ReplayClass::kInternal);
  result.details.clear();
  result.json.clear();
}

void keep(writ_replay_result& result, const ReplayReport& report) {
  for (const std::string& detail : report.details) result.details += detail + "\n";
  result.json = report.json();
  result.row = &replay_class_row(report.replay_class);
  result.reproduced = report.reproduced();
  result.judged = true;
}

// What `read` finds in a result that a replayer has judged; `nothing` otherwise.
template <typename Answer, typename Read>
Answer read_result(const writ_replay_result* result, Answer nothing, Read read) noexcept {
  Claim claim(result == nullptr ? nullptr : &result->in_use);
  return claim && result->judged ? read(*result) : nothing;
}

}  // namespace

extern "C" {

writ_status writ_replayer_create(const writ_store* store, writ_replayer** replayer, writ_error* error) noexcept {
  clear_output(replayer);
  return guarded(error, Phase::kStoring, [&] {
    require(store != nullptr && replayer != nullptr, "a pointer is NULL");
    *replayer = new writ_replayer(store->store);
  });
}

void writ_replayer_free(writ_replayer* replayer) noexcept {
  if (replayer == nullptr) return;
  Claim claim(&replayer->result.in_use);
  if (!claim) return;
  claim.keep();
  delete replayer;
}

writ_status writ_replay(writ_replayer* replayer, const char* line, size_t line_size, const writ_replay_result** result,
                        writ_error* error) noexcept {
  clear_output(result);
  return guarded(error, Phase::kStoring, [&] {
    require(replayer != nullptr, "the replayer is NULL");
    Claim claim(&replayer->result.in_use);
    require(static_cast<bool>(claim), "the replayer is in use");
    forget(replayer->result);
    require(line != nullptr, "the line is NULL");
    std::string_view record = text_of(line, line_size);
    if (record.ends_with('\n')) record.remove_suffix(1);
    keep(replayer->result, replayer->replayer.judge(record, 1).findings.conclude());
    if (result != nullptr) *result = &replayer->result;
  });
}

int writ_replay_result_reproduced(const writ_replay_result* result) noexcept {
  return read_result(result, 0, [](const writ_replay_result& judged) { return judged.reproduced ? 1 : 0; });
}

writ_text writ_replay_result_name(const writ_replay_result* result) noexcept {
  const ReplayClassRow& internal = replay_class_row(ReplayClass::kInternal);
  return read_result(result, view_of(internal.code),
                     [](const writ_replay_result& judged) { return view_of(judged.row->code); });
}

int writ_replay_result_exit_status(const writ_replay_result* result) noexcept {
  const ReplayClassRow& internal = replay_class_row(ReplayClass::kInternal);
  return read_result(result, internal.exit_code,
                     [](const writ_replay_result& judged) { return judged.row->exit_code; });
}

writ_text writ_replay_result_details(const writ_replay_result* result) noexcept {
  return read_result(result, view_of({}), [](const writ_replay_result& judged) { return view_of(judged.details); });
}

writ_text writ_replay_result_json(const writ_replay_result* result) noexcept {
  return read_result(result, view_of({}), [](const writ_replay_result& judged) { return view_of(judged.json); });
}

}  // extern "C"
