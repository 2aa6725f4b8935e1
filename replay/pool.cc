#include "replay/pool.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace writ {

ReplayPool::ReplayPool(PolicyCache& policies, const ExecutorFactory& make_executor, const ReplayOptions& options,
                       uint32_t threads)
    : slots_(2 * std::max<size_t>(threads, 1)) {
  workers_.reserve(std::max<size_t>(threads, 1));
  for (uint32_t i = 0; i < std::max(threads, 1u); ++i) {
    Worker& worker = workers_.emplace_back();
    worker.executor = make_executor();
    worker.replayer = std::make_unique<Replayer>(policies, *worker.executor, options);
    if (threads <= 1) continue;
    try {
      worker.thread = std::thread([this, replayer = worker.replayer.get()] { work(*replayer); });
    } catch (const std::system_error&) {
      workers_.pop_back();  // the system has no more threads; those there are do it
      if (workers_.empty()) throw;
      break;
    }
  }
}

ReplayPool::~ReplayPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    over_ = true;
  }
  work_to_do_.notify_all();
  for (Worker& worker : workers_) {
    if (worker.thread.joinable()) worker.thread.join();
  }
}

ReplayPool::Slot* ReplayPool::room() {
  Slot& slot = slots_[given_ % slots_.size()];
  return given_ - taken_ < slots_.size() ? &slot : nullptr;
}

bool ReplayPool::give(std::string_view line, uint64_t number) {
  std::lock_guard<std::mutex> lock(mutex_);
  Slot* slot = room();
  if (slot == nullptr) return false;
  slot->line.assign(line);
  slot->number = number;
  slot->state = Slot::State::kWaiting;
  ++given_;
  work_to_do_.notify_one();
  return true;
}

bool ReplayPool::give(JudgedRecord fault) {
  std::lock_guard<std::mutex> lock(mutex_);
  Slot* slot = room();
  if (slot == nullptr) return false;
  slot->judged.emplace(std::move(fault));
  slot->state = Slot::State::kDone;
  ++given_;
  work_to_do_.notify_one();
  return true;
}

std::optional<JudgedRecord> ReplayPool::take() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (taken_ == given_) return std::nullopt;
  Slot& slot = slots_[taken_ % slots_.size()];
  if (!workers_[0].thread.joinable() && slot.state == Slot::State::kWaiting) {
    slot.judged.emplace(workers_[0].replayer->judge(slot.line, slot.number));
    slot.state = Slot::State::kDone;
  }
  work_done_.wait(lock, [&] { return slot.state == Slot::State::kDone; });
  std::optional<JudgedRecord> judged = std::move(slot.judged);
  slot.judged.reset();
  slot.state = Slot::State::kFree;
  ++taken_;
  return judged;
}

void ReplayPool::work(Replayer& replayer) {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    work_to_do_.wait(lock, [this] { return over_ || started_ < given_; });
    if (over_) return;
    Slot& slot = slots_[started_++ % slots_.size()];
    if (slot.state != Slot::State::kWaiting) continue;
    lock.unlock();
    JudgedRecord judged = replayer.judge(slot.line, slot.number);
    lock.lock();
    slot.judged.emplace(std::move(judged));
    slot.state = Slot::State::kDone;
    work_done_.notify_all();
  }
}

}  // namespace writ
