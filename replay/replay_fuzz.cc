// Any line as a record, beside a store that holds the policy of one real record: replay ends with a class and never calls
// a line reproduced that it cannot read. Lines are altered ones of that record, with the digests that anyone can make
// anew made anew, so that what is behind these checks is reached.
//
// The first byte says whether the rest is a line itself or alters the record: three bytes an alteration, place and new byte.
#include <cstdint>
#include <memory>
#include <string>

#include "engine/api/engine.h"
#include "engine/base/fuzz_bytes.h"
#include "engine/record/record.h"
#include "engine/record/record_digests.h"
#include "replay/replay.h"
#include "store/policy_store.h"
#include "store/test_directory.h"

namespace {

using namespace writ;

constexpr std::string_view kPolicy = R"(package a
default allow := false
allow if { input.user == data.owner; time.now_ns() > 0; not input.blocked })";

class FuzzHost : public Host {
 public:
  uint64_t now_ns() override { return 1767225600123456789u; }
  uint64_t monotonic_ns() override { return 0; }
  void entropy(std::span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = next_++;
  }

 private:
  uint8_t next_ = 1;
};

// The record of one decision, and the store its policy is in.
struct Evidence {
  TestDirectory directory;
  PolicyStore store{directory.file("store")};
  std::string line;

  Evidence() {
    EngineOptions options;
    auto policy = Policy::compile({{"a.rego", std::string(kPolicy)}}, options).policy;
    auto bound = BoundPolicy::make(policy, DataSet::from_json(R"({"owner":"u"})"));
    store.put(*bound);
    Context context;
    FuzzHost host;
    context.bind(bound, host);
    DecideOptions decide;
    decide.record = true;
    line = context.decide("a/allow", R"({"user":"u","list":[1,2.5,null]})", decide).record;
    demand(!line.empty());
    line.pop_back();
  }
};

std::string altered(std::string line, FuzzBytes bytes) {
  while (!bytes.empty()) {
    size_t place = bytes.below(line.size() < 257 ? 257 : line.size()) % line.size();
    line[place] = static_cast<char>(bytes.byte());
  }
  return line;
}

// As whoever forges a record can.
std::string with_new_digests(const std::string& line) {
  try {
    Arena arena;
    Hasher hasher;
    DecisionRecord record = decode_record(line, arena);
    record.meta_digest = meta_digest(hasher, record);
    record.salt_digest = salt_digest(hasher, record);
    std::string out = encode_record(record);
    out.pop_back();
    return out;
  } catch (const Failure&) {
    return line;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Evidence evidence;
  if (size > 4096) return 0;
  FuzzBytes bytes(data, size);
  std::string line = bytes.byte() & 1 ? std::string(bytes.rest()) : with_new_digests(altered(evidence.line, bytes));
  ReplayReport report = replay_record(line, evidence.store);
  demand(!report.json().empty());
  demand(report.replay_class != ReplayClass::kInternal);
  if (report.decision_id.empty()) demand(!report.reproduced());
  return 0;
}
