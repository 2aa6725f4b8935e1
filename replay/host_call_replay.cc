// The cursor over a recorded log, and what it calls each departure from it.
#include "replay/host_call_replay.h"

#include "engine/base/json_writer.h"

namespace writ {

namespace {

std::string call_text(uint32_t index, std::string_view function) {
  std::string text = "entry ";
  append_decimal(text, index);
  text += " (`";
  text += function;
  return text + "`)";
}

}  // namespace

std::optional<ErrorCode> RecordedCalls::stop() const {
  if (log.empty() || is_withheld(log.size() - 1)) return std::nullopt;
  HostCallEntry last = log.entry(log.size() - 1);
  if (last.kind != HostCallResult::kError || last.args != "[]") return std::nullopt;
  for (const StopRow& stop : kStops) {
    if (last.function == stop.function && last.body == error_code_name(stop.code)) return stop.code;
  }
  return std::nullopt;
}

HostCallReplay::HostCallReplay(const RecordedCalls& calls, Stop stop)
    : calls_(&calls), where_(stop), stop_(calls.stop()) {}

std::optional<HostCallEntry> HostCallReplay::answer(std::string_view function, std::string_view args) {
  if (mismatch_ != HostCallMismatch::kNone || stopped_) return std::nullopt;
  const HostCallLog& log = calls_->log;
  if (is_at_stop() && where_ == Stop::kAtPlace) {
    stopped_ = stop_;
    ++next_;
    return std::nullopt;
  }
  if (calls_->all_withheld || calls_->is_withheld(next_)) {
    fail(HostCallMismatch::kWithheld, "the evaluation asked for " + call_text(next_, function) + ", which is withheld");
    return std::nullopt;
  }
  if (next_ < log.size()) {
    HostCallEntry entry = log.entry(next_);
    if (entry.function == function && entry.args == args) {
      ++next_;
      return entry;
    }
    for (uint32_t i = next_ + 1; i < log.size(); ++i) {
      HostCallEntry later = log.entry(i);
      if (calls_->is_withheld(i) || later.function != function || later.args != args) continue;
      fail(HostCallMismatch::kExtra, call_text(next_, entry.function) + " was not called; the evaluation called " +
                                         call_text(i, function) + " instead");
      return std::nullopt;
    }
    if (entry.function == function) {
      fail(HostCallMismatch::kArgument, call_text(next_, function) + " has the arguments " + std::string(args) +
                                            " and was recorded with " + std::string(entry.args));
      return std::nullopt;
    }
  }
  fail(HostCallMismatch::kMissing, "the record holds no result of call " + call_text(next_, function).substr(6));
  return std::nullopt;
}

std::optional<ErrorCode> HostCallReplay::stop_at_count() const {
  return where_ == Stop::kAtCount ? stop_ : std::nullopt;
}

void HostCallReplay::reached_count() {
  if (mismatch_ != HostCallMismatch::kNone || stopped_ || !is_at_stop()) return;
  stopped_ = stop_;
  ++next_;
}

HostCallMismatch HostCallReplay::finish() {
  if (mismatch_ != HostCallMismatch::kNone || next_ >= calls_->log.size()) return mismatch_;
  if (is_at_stop() && where_ == Stop::kAtPlace) {
    stop_not_shown_ = true;
  } else if (is_at_stop()) {
    fail(HostCallMismatch::kExtra, "the evaluation did not reach the recorded stop, " +
                                       call_text(next_, calls_->log.entry(next_).function));
  } else {
    fail(HostCallMismatch::kExtra, calls_->is_withheld(next_)
                                       ? "entry " + std::to_string(next_) + ", which is withheld, was not called"
                                       : call_text(next_, calls_->log.entry(next_).function) + " was not called");
  }
  return mismatch_;
}

void HostCallReplay::fail(HostCallMismatch mismatch, std::string detail) {
  mismatch_ = mismatch;
  detail_ = std::move(detail);
}

}  // namespace writ
