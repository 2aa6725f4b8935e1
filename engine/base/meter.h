// Fuel: the work of an evaluation, counted before it is done.
//
// Whatever a policy, an input or a reply can make large is paid for by the node, byte, digit or step before it is
// touched [S-14.2]. The machine pays for instructions, built-ins for what grows with their arguments, and comparing,
// hashing and sorting for the values they visit. Those happen inside everything else, so they find the meter of the
// evaluation that runs on this thread by themselves (Meter::current): a parameter that somebody forgets would be work
// that nobody pays for. Where no evaluation runs (loading, writing records) there is no meter, and nothing is charged.
//
// A meter also has checkpoints: at most kInterval units apart it asks its Checkpoint whether something outside the
// evaluation ends it (a deadline, a cancellation). That costs an instruction nothing, because the check is the one for
// the end of the fuel: `left_` is the fuel up to the next checkpoint, and the rest is kept behind it.
#pragma once

#include <cstdint>

#include "engine/base/arena.h"
#include "engine/base/error.h"

namespace writ {

// Asked at the checkpoints of a meter. reached() throws a Failure to end the work there.
class Checkpoint {
 public:
  virtual ~Checkpoint() = default;
  virtual void reached() = 0;
};

// Not thread-safe: one meter belongs to one evaluation.
class Meter {
 public:
  // Units between two checkpoints, unless a single charge is larger.
  static constexpr uint64_t kInterval = 4096;

  // Starts with that much fuel, unwatched.
  void begin(uint64_t fuel) {
    limit_ = left_ = fuel;
    reserve_ = 0;
    checkpoint_ = nullptr;
    stop_at_ = UINT64_MAX;
    is_stopped_ = false;
  }
  // `checkpoint` is asked every kInterval units from now on, and with `at_once` at the next charge.
  void watch(Checkpoint& checkpoint, bool at_once);
  // The evaluation ends with `code` at the first charge that goes beyond `used` units: where a recorded one was stopped.
  void stop_at(uint64_t used, ErrorCode code);

  // Pays. Throws Failure(E_FUEL) if there is not enough left, or what the checkpoint throws.
  void charge(uint64_t units) {
    if (units > left_) reach(units);
    left_ -= units;
  }
  // Whether that has happened.
  bool is_stopped() const { return is_stopped_; }
  // Units paid so far; the limit, if that ended the evaluation.
  uint64_t used() const { return limit_ - reserve_ - left_; }
  // Asks the checkpoint now, if there is one.
  void look() {
    if (checkpoint_ != nullptr) checkpoint_->reached();
  }
  // Where the evaluation's memory is counted; null: nowhere.
  void set_memory(Arena* memory) { memory_ = memory; }
  Arena* memory() const { return memory_; }
  bool is_watched() const { return checkpoint_ != nullptr; }

  // The meter of the evaluation that runs on this thread; null if none runs.
  static Meter* current() { return current_; }

  // Makes a meter the current one, or none with null, and the one before it again at the end.
  class Scope {
   public:
    explicit Scope(Meter* meter) : outer_(current_) { current_ = meter; }
    ~Scope() { current_ = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    Meter* outer() const { return outer_; }

   private:
    Meter* outer_;
  };

 private:
  void reach(uint64_t units);
  uint64_t slice(uint64_t units) const;

  uint64_t limit_ = 0;
  uint64_t left_ = 0;     // up to the next checkpoint
  uint64_t reserve_ = 0;  // behind it
  uint64_t stop_at_ = UINT64_MAX;
  ErrorCode stop_code_ = ErrorCode::kNone;
  bool is_stopped_ = false;
  Checkpoint* checkpoint_ = nullptr;
  Arena* memory_ = nullptr;

  [[gnu::tls_model("initial-exec")]] static constinit thread_local Meter* current_;
};

// Pays for work of the evaluation that runs on this thread, if one does.
inline void charge_work(uint64_t units) {
  if (Meter* meter = Meter::current()) meter->charge(units);
}

// Bytes that the evaluation on this thread may still use; any number if none runs.
inline uint64_t memory_room() {
  Meter* meter = Meter::current();
  return meter != nullptr && meter->memory() != nullptr ? meter->memory()->room() : UINT64_MAX;
}

}  // namespace writ
