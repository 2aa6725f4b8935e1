// Any text as a schema over any text as a document: reading and checking end, and do the same when the schema has been
// compiled before.
#include <string>

#include "engine/base/fuzz_bytes.h"
#include "engine/base/json_writer.h"
#include "engine/builtins/call_support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace writ;
  constexpr uint64_t kFuel = 100'000;
  if (size > 4096) return 0;
  FuzzBytes bytes(data, size);
  std::string_view schema = bytes.text();
  std::string arguments;
  JsonWriter json(arguments, {JsonEscape::kText});
  json.begin_array().string(bytes.rest()).string(schema).end_array();
  test::Bench bench;
  bench.services.fuel = kFuel;
  std::string first = bench.run("json.match_schema", arguments);
  bench.services.used = 0;
  bench.services.patterns().begin();
  demand(bench.run("json.match_schema", arguments) == first);
  return 0;
}
