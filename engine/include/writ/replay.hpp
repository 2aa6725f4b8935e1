// writ for C++17: the policy store and replay, over writ/store.h and writ/replay.h. Header only.
//
//   writ::Store store("/var/lib/app/policies");
//   store.put(program, data);                                   before its records leave the process
//
//   writ::Replayer replayer(store);
//   writ::ReplayResult result = replayer.replay(line);          a record, with or without its line feed
//   if (!result.reproduced()) std::cerr << result.name() << '\n' << result.details();
//
// Errors, views, threads and costs are those of writ.hpp and of the two headers.
#ifndef WRIT_REPLAY_HPP
#define WRIT_REPLAY_HPP

#include "writ/replay.h"
#include "writ/writ.hpp"

namespace writ {
inline namespace abi0 {

using PolicyDigest = std::array<uint8_t, 32>;

// A directory that keeps policies under their digests. Copies are cheap and share it.
class Store {
 public:
  explicit Store(std::string_view directory) {
    auto error = detail::new_error();
    writ_store* store = nullptr;
    detail::check(writ_store_open(directory.data(), directory.size(), &store, error.get()), error.get());
    handle_.reset(store, writ_store_close);
  }
  // Keeps a policy, and returns its digest once all of it is on disk.
  PolicyDigest put(const Program& program) { return put(program.get(), nullptr); }
  PolicyDigest put(const Program& program, const Data& data) { return put(program.get(), data.get()); }
  // What decided under that digest.
  std::pair<Program, Data> load(const PolicyDigest& digest) const {
    auto error = detail::new_error();
    writ_program* program = nullptr;
    writ_data* data = nullptr;
    detail::check(writ_store_load(get(), digest.data(), &program, &data, error.get()), error.get());
    return {Program::adopt(program), Data::adopt(data)};
  }
  writ_store* get() const noexcept { return handle_.get(); }

 private:
  PolicyDigest put(const writ_program* program, const writ_data* data) {
    auto error = detail::new_error();
    PolicyDigest digest{};
    detail::check(writ_store_put(get(), program, data, digest.data(), error.get()), error.get());
    return digest;
  }
  std::shared_ptr<writ_store> handle_;
};

// A view of what a replayer said last, valid until it replays the next record.
class ReplayResult {
 public:
  explicit ReplayResult(const writ_replay_result* result) noexcept : result_(result) {}

  bool reproduced() const noexcept { return writ_replay_result_reproduced(result_) != 0; }
  std::string_view name() const noexcept { return detail::view(writ_replay_result_name(result_)); }
  int exit_status() const noexcept { return writ_replay_result_exit_status(result_); }
  std::string_view details() const noexcept { return detail::view(writ_replay_result_details(result_)); }
  std::string_view json() const noexcept { return detail::view(writ_replay_result_json(result_)); }

 private:
  const writ_replay_result* result_;
};

// Judges records, one after another; create one per thread.
class Replayer {
 public:
  explicit Replayer(const Store& store) {
    auto error = detail::new_error();
    writ_replayer* replayer = nullptr;
    detail::check(writ_replayer_create(store.get(), &replayer, error.get()), error.get());
    handle_.reset(replayer);
  }
  ReplayResult replay(std::string_view line) {
    auto error = detail::new_error();
    const writ_replay_result* result = nullptr;
    const char* text = line.data() == nullptr ? "" : line.data();
    detail::check(writ_replay(handle_.get(), text, line.size(), &result, error.get()), error.get());
    return ReplayResult(result);
  }

 private:
  struct Free {
    void operator()(writ_replayer* replayer) const noexcept { writ_replayer_free(replayer); }
  };
  std::unique_ptr<writ_replayer, Free> handle_;
};

}  // namespace abi0
}  // namespace writ

#endif
