// Outside values: everything an evaluation learned that is not policy, data or input, in the order it arrived.
//
// While deciding, HostCallLog collects one entry per call that reached the host, failed and undefined answers included;
// nothing is dropped, shortened or merged [S-17.3]. In replay, HostCallReplay hands the answers back: entry i to call i, and
// only if it is the same call. There is no way from a replay to the live host.
//
// Arguments and values are kept in the faithful form rv1, which tells sets and odd object keys from arrays and objects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/error.h"
#include "engine/base/digest_function.h"
#include "engine/host/record_size.h"
#include "engine/value/value.h"

namespace writ {

enum class HostCallResult : uint8_t { kValue, kUndefined, kError };
std::string_view host_call_result_name(HostCallResult kind);  // "value", "undefined", "error"

// One call. The texts point into the log (or record) they came from.
struct HostCallEntry {
  std::string_view function;
  std::string_view args;  // rv1 of the array of arguments
  HostCallResult kind = HostCallResult::kValue;
  std::string_view body;  // rv1 of the value; "" for undefined; name of the code for an error
};

// Stops: functions that stand for the end of an evaluation by something outside it. Each has a code of its own, takes no
// arguments, and is the last entry. The fuel used up to there is in the record alone: in the entry it would make the
// digest of the decision depend on what an evaluation costs [S-17.3].
struct StopRow {
  std::string_view function;
  ErrorCode code;
};
inline constexpr StopRow kStops[] = {{"$deadline", ErrorCode::E_DEADLINE},
                                     {"$cancel", ErrorCode::E_CANCEL},
                                     {"$memory", ErrorCode::E_MEMORY}};

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
  // The first entry of that function with equal arguments, for functions that are asked once per decision [S-17.3].
  // O(log n) comparisons.
  std::optional<uint32_t> find(std::string_view function, std::string_view args);

  // The array as it stands in the record under `writ.nd`. Valid until the next append or clear.
  std::string_view record_text() const;
  // D("nd", …).
  Digest digest(Hasher& hasher) const;
  // D("nd-call", …) of one entry.
  Digest call_digest(Hasher& hasher, uint32_t index) const;
  bool jcs_exact() const { return jcs_exact_; }

  // Forgets all entries and keeps the memory.
  void clear();

  // Reads the text of `writ.nd`. Throws Failure(E_JSON_SYNTAX) if it is not an array of entries as R12 says.
  static HostCallLog from_record_text(std::string_view text, Hasher& hasher);

 private:
  struct Place {  // of an entry's texts in text_
    uint64_t function, args, body;
    uint32_t function_size, args_size, body_size;
    HostCallResult kind;
  };
  struct ByCall {
    const HostCallLog* log;
    bool operator()(uint32_t a, uint32_t b) const { return compare(log->entry(a), log->entry(b)); }
    bool operator()(uint32_t a, const HostCallEntry& b) const { return compare(log->entry(a), b); }
    bool operator()(const HostCallEntry& a, uint32_t b) const { return compare(a, log->entry(b)); }
    static bool compare(const HostCallEntry& a, const HostCallEntry& b) {
      int order = a.function.compare(b.function);
      return order != 0 ? order < 0 : a.args < b.args;
    }
  };
  void note_exactness(std::string_view json);

  std::string text_;     // the bytes of all entries
  std::string record_;   // "[" and the entries so far, with the closing bracket
  std::vector<Place> entries_;
  MerkleTree tree_;
  std::vector<uint32_t> index_;  // entries sorted by (function, args), equals in order of arrival; up to `indexed_`
  uint32_t indexed_ = 0;
  bool jcs_exact_ = true;
};

// What went wrong in handing back recorded answers.
enum class HostCallMismatch : uint8_t {
  kNone,
  kMissing,   // the evaluation made a call the log does not hold at this place
  kExtra,     // the log holds entries the evaluation did not ask for
  kArgument,  // same function at this place, other arguments
};

// Hands recorded answers back. The first fault stays; after it every call is refused.
class HostCallReplay {
 public:
  // The log must outlive it and not change.
  explicit HostCallReplay(const HostCallLog& log) : log_(&log) {}

  // The recorded answer to the next call, nothing if it is another call (then fault() says what).
  // Where the wanted call stands further on, the entries before it are extra; where the entry at this place is of the
  // same function, the argument differs; otherwise the call is missing.
  std::optional<HostCallEntry> answer(std::string_view function, std::string_view args);
  // The code of the stop that the log ends with: the evaluation must stop with it at the recorded fuel count.
  std::optional<ErrorCode> stop() const;
  // The evaluation stopped there; it counts as the answer to the last entry.
  void reached_stop();
  // To be called when the evaluation has ended: entries nobody asked for are a fault.
  HostCallMismatch finish();

  HostCallMismatch fault() const { return fault_; }
  // For people: which entry, which call.
  const std::string& detail() const { return detail_; }

 private:
  void fail(HostCallMismatch fault, std::string detail);

  const HostCallLog* log_;
  uint32_t next_ = 0;
  HostCallMismatch fault_ = HostCallMismatch::kNone;
  std::string detail_;
};

// The value of an rv1 text: {"$set":[…]} is a set, {"$obj":[[k,v],…]} an object of any keys. Throws Failure with the
// JSON code if the text is not rv1; a set or $obj with equal members or an ordinary object that should have been $obj
// is not.
Value read_rv1(std::string_view text, Arena& arena);

}  // namespace writ
