// Non-deterministic values: everything an evaluation learned that is not policy, data or input, in the order it arrived.
//
// While deciding, HostCallLog collects one entry per call that reached the host, failed and undefined results included;
// nothing is dropped, shortened or merged. It is what a record holds as `writ.nd`, and what a replay reads.
//
// Arguments and values are kept in the faithful form rv1, which tells sets and odd object keys from arrays and objects.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/digest_function.h"
#include "engine/host/record_size.h"
#include "engine/value/value.h"

namespace writ {

// The faithful text of arguments, in place of what is in `out`. Arguments that no record could hold are a Failure, live
// and in replay alike: the host is not called. Throws E_RECORD_SIZE, E_DEPTH.
void write_arguments(std::string& out, std::span<const Value> args);

enum class HostCallResult : uint8_t { kValue, kUndefined, kError };
std::string_view host_call_result_name(HostCallResult kind);  // "value", "undefined", "error"

// One call. The texts point into the log (or record) they came from.
struct HostCallEntry {
  std::string_view function;
  std::string_view args;  // rv1 of the array of arguments
  HostCallResult kind = HostCallResult::kValue;
  std::string_view body;  // rv1 of the value; "" for undefined; name of the code for an error
};

// Stops: pseudo-functions for the end of an evaluation by something outside it. Each has a code of its own, takes no
// arguments, and is the last entry. The fuel used up to there is in the record alone: in the entry it would make the
// digest of the decision depend on what an evaluation costs [S-17.3].
struct StopRow {
  std::string_view function;
  ErrorCode code;
};
inline constexpr StopRow kStops[] = {{"$deadline", ErrorCode::E_DEADLINE},
                                     {"$cancel", ErrorCode::E_CANCEL},
                                     {"$memory", ErrorCode::E_MEMORY}};

// The memory that an evaluation pays for the texts of a call, which log, record and repeats each keep until its end. In
// replay it is the same: before the call for its arguments, and after it for its value. Throws Failure(E_MEMORY).
inline void hold_call(Arena& memory, size_t args_size) {
  constexpr uint64_t kCopies = 3;
  constexpr uint64_t kPerCall = 256;
  memory.take(kPerCall + kCopies * args_size);
}
inline void hold_value(Arena& memory, size_t body_size) {
  constexpr uint64_t kCopies = 2;
  memory.take(kCopies * body_size);
}

class HostCallLog {
 public:
  // Adds the next call. `args` and `body` as in HostCallEntry, in canonical form (append_rv1 writes it). The texts are
  // copied. Throws Failure(E_DEPTH) if a text is nested too deeply for a record to be read again.
  void append(Hasher& hasher, const HostCallEntry& entry);
  // `code` is one of kStops.
  void append_stop(Hasher& hasher, ErrorCode code);

  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  bool empty() const { return entries_.empty(); }
  // Valid until the next append or clear.
  HostCallEntry entry(uint32_t index) const;

  // The array of the record member `writ.nd`. Valid until the next append or clear.
  std::string_view record_text() const;
  // D("nd", …).
  Digest digest(Hasher& hasher) const;
  // D("nd-call", …) of one entry.
  Digest call_digest(Hasher& hasher, uint32_t index) const;
  bool jcs_exact() const { return jcs_exact_; }

  // Forgets all entries and keeps the memory.
  void clear();

  // Reads the text of `writ.nd`. Throws Failure(E_JSON_SYNTAX) if it is not an array of entries.
  static HostCallLog from_record_text(std::string_view text, Hasher& hasher);

 private:
  struct Place {  // of an entry's texts in text_
    uint64_t function, args, body;
    uint32_t function_size, args_size, body_size;
    HostCallResult kind;
  };
  void note_exactness(std::string_view json);

  std::string text_;     // the bytes of all entries
  std::string record_;   // "[" and the entries so far, with the closing bracket
  std::vector<Place> entries_;
  MerkleTree tree_;
  bool jcs_exact_ = true;
};

}  // namespace writ
