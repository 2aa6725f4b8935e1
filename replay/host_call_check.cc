#include "replay/host_call_check.h"

#include <set>
#include <utility>

#include "engine/base/error.h"

namespace writ {

namespace {

class HostCallCheck {
 public:
  HostCallCheck(const DecisionRecord& record, const RecordedCalls& calls, const Executor& executor,
                const PolicyConfig* config)
      : record_(record), calls_(calls), executor_(executor), config_(config) {}

  std::string run() {
    for (uint32_t i = 0; i < calls_.log.size(); ++i) {
      if (calls_.is_withheld(i)) continue;
      std::string problem = check(i);
      if (!problem.empty()) return "entry " + std::to_string(i) + ": " + problem;
    }
    return check_code();
  }

 private:
  std::string check(uint32_t index) {
    HostCallEntry entry = calls_.log.entry(index);
    if (entry.function.starts_with('$')) return check_stop(entry, index + 1 == calls_.log.size());
    if (entry.function == "time.now_ns" && !is_clock(entry)) return "the clock is not `time_ns`";
    if (executor_.asks_once(entry.function, config_) && !once_.insert({entry.function, entry.args}).second) {
      return "`" + std::string(entry.function) + "` was called again with the same arguments";
    }
    if (entry.kind == HostCallResult::kError && !is_code_of_call(error_code_from_name(entry.body))) {
      return "a host call cannot fail with " + std::string(entry.body);
    }
    return {};
  }

  bool is_clock(const HostCallEntry& entry) const {
    return entry.args == "[]" && entry.kind == HostCallResult::kValue && entry.body == std::to_string(*record_.time_ns);
  }

  static std::string check_stop(const HostCallEntry& entry, bool last) {
    for (const StopRow& stop : kStops) {
      if (entry.function != stop.function) continue;
      if (!last) return "a stop is not the last entry";
      if (entry.args != "[]") return "a stop with arguments";
      bool fits = entry.kind == HostCallResult::kError && entry.body == error_code_name(stop.code);
      return fits ? "" : "a stop without its own code";
    }
    return "no function begins with `$`";
  }

  static bool is_code_of_call(ErrorCode code) {
    return code == ErrorCode::E_OUTSIDE || code == ErrorCode::E_BUILTIN || code == ErrorCode::E_ENTROPY ||
           (code >= ErrorCode::E_JSON_SYNTAX && code <= ErrorCode::E_NUM_RANGE);
  }

  std::string check_code() const {
    ErrorCode recorded = record_.error_code ? error_code_from_name(*record_.error_code) : ErrorCode::kNone;
    if (auto stop = calls_.stop()) {
      return *stop == recorded ? "" : "the log ends with a stop of another code than the record";
    }
    bool needs_stop = recorded == ErrorCode::E_DEADLINE || recorded == ErrorCode::E_CANCEL;
    if (!needs_stop || calls_.may_hide_stop()) return {};
    return std::string(error_code_name(recorded)) + " without a stop in the log";
  }

  const DecisionRecord& record_;
  const RecordedCalls& calls_;
  const Executor& executor_;
  const PolicyConfig* config_;
  std::set<std::pair<std::string_view, std::string_view>> once_;
};

}  // namespace

std::string host_call_contradiction(const DecisionRecord& record, const RecordedCalls& calls, const Executor& executor,
                                    const PolicyConfig* config) {
  return HostCallCheck(record, calls, executor, config).run();
}

}  // namespace writ
