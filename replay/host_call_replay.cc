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

std::optional<HostCallEntry> HostCallReplay::answer(std::string_view function, std::string_view args) {
  if (mismatch_ != HostCallMismatch::kNone) return std::nullopt;
  if (next_ < log_->size()) {
    HostCallEntry entry = log_->entry(next_);
    if (entry.function == function && entry.args == args) {
      ++next_;
      return entry;
    }
    for (uint32_t i = next_ + 1; i < log_->size(); ++i) {
      HostCallEntry later = log_->entry(i);
      if (later.function != function || later.args != args) continue;
      fail(HostCallMismatch::kExtra, call_text(next_, entry.function) + " was not called; the evaluation called " +
                                call_text(i, function) + " instead");
      return std::nullopt;
    }
    if (entry.function == function) {
      fail(HostCallMismatch::kArgument, call_text(next_, function) + " was recorded with other arguments");
      return std::nullopt;
    }
  }
  fail(HostCallMismatch::kMissing, "the record holds no result of call " + call_text(next_, function).substr(6));
  return std::nullopt;
}

std::optional<ErrorCode> HostCallReplay::stop() const {
  if (log_->empty()) return std::nullopt;
  HostCallEntry last = log_->entry(log_->size() - 1);
  if (last.kind != HostCallResult::kError || last.args != "[]") return std::nullopt;
  for (const StopRow& stop : kStops) {
    if (last.function == stop.function && last.body == error_code_name(stop.code)) return stop.code;
  }
  return std::nullopt;
}

void HostCallReplay::reached_stop() {
  HostCallEntry last = log_->empty() ? HostCallEntry{} : log_->entry(log_->size() - 1);
  answer(last.function, last.args);
}

HostCallMismatch HostCallReplay::finish() {
  if (mismatch_ == HostCallMismatch::kNone && next_ < log_->size()) {
    fail(HostCallMismatch::kExtra, call_text(next_, log_->entry(next_).function) + " was not called");
  }
  return mismatch_;
}

void HostCallReplay::fail(HostCallMismatch mismatch, std::string detail) {
  mismatch_ = mismatch;
  detail_ = std::move(detail);
}

}  // namespace writ
