// Any bytes as a line of a record: decoding fails or gives a record, never crashes; what it accepts is written back as
// it was. The non-deterministic values and disclosed fields in it, and rv1 by itself, likewise.
#include <cstdlib>

#include "engine/record/field_commitment.h"
#include "engine/record/record.h"
#include "engine/value/faithful.h"
#include "engine/value/text.h"

namespace {

using namespace writ;

void expect(bool condition) {
  if (!condition) std::abort();
}

void try_record(std::string_view bytes) {
  Arena arena;
  DecisionRecord record = decode_record(bytes, arena);
  std::string line(bytes);
  if (!line.ends_with('\n')) line += '\n';
  expect(encode_record(record) == line);
  Hasher hasher;
  try {
    if (!record.nd.text.empty()) {
      HostCallLog log = HostCallLog::from_record_text(record.nd.text, hasher);
      expect(log.empty() ? record.nd.text == "[]" : log.record_text() == record.nd.text);
    }
    if (!record.fields.text.empty()) read_disclosed_fields(hasher, record.fields.text);
  } catch (const Failure&) {
  }
}

void try_rv1(std::string_view bytes) {
  Arena arena;
  Value value = read_rv1(bytes, arena);
  std::string again;
  append_rv1(again, value);
  expect(again == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (auto attempt : {try_record, try_rv1}) {
    try {
      attempt(bytes);
    } catch (const writ::Failure&) {
    }
  }
  return 0;
}
