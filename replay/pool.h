// Several threads that judge records, and one order in which their reports come out.
//
// The calling thread reads lines and takes reports; the others judge. At most two lines per thread are in flight, so
// memory does not grow with the file. Reports come out in the order of the lines, and no report depends on which thread
// made it, so a run says the same whatever the number of threads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "replay/replay.h"

namespace writ {

// Makes the engine of one thread.
using ExecutorFactory = std::function<std::unique_ptr<Executor>()>;

class ReplayPool {
 public:
  // With one thread, the calling one judges. Cache and what `options` points to must outlive the pool.
  ReplayPool(PolicyCache& policies, const ExecutorFactory& make_executor, const ReplayOptions& options,
             uint32_t threads);
  ~ReplayPool();
  ReplayPool(const ReplayPool&) = delete;
  ReplayPool& operator=(const ReplayPool&) = delete;

  // The next line, which is copied. `fault`: judged already, because it cannot be read. When there is no room, a report
  // has to be taken first: then nothing happens and the answer is false.
  bool give(std::string_view line, uint64_t number);
  bool give(JudgedRecord fault);
  // The report of the line given longest ago; waits for it. Nothing if there is none.
  std::optional<JudgedRecord> take();

 private:
  struct Slot {
    enum class State : uint8_t { kFree, kWaiting, kDone };
    State state = State::kFree;
    std::string line;
    uint64_t number = 0;
    std::optional<JudgedRecord> judged;
  };
  struct Worker {
    std::unique_ptr<Executor> executor;
    std::unique_ptr<Replayer> replayer;
    std::thread thread;
  };

  void work(Replayer& replayer);
  Slot* room();

  std::vector<Slot> slots_;   // a ring
  uint64_t given_ = 0;        // lines, of which that many were …
  uint64_t started_ = 0;      // … taken up by a thread, and
  uint64_t taken_ = 0;        // … handed out as reports
  bool over_ = false;
  std::mutex mutex_;
  std::condition_variable work_to_do_, work_done_;
  std::vector<Worker> workers_;
};

}  // namespace writ
