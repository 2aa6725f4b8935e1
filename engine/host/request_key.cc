#include "engine/host/request_key.h"

#include <algorithm>
#include <vector>

#include "engine/base/arena.h"
#include "engine/host/call_log.h"
#include "engine/value/build.h"
#include "engine/value/order.h"

namespace writ {

namespace {

constexpr std::string_view kIgnored = "cache_ignored_headers";

// The names of headers that are not compared; null if there are none.
const Value* ignored_headers(std::string_view function, std::span<const Value> args) {
  if (function != "http.send" || args.empty() || !args[0].is_object()) return nullptr;
  const Value* ignored = object_find(args[0], kIgnored);
  return ignored != nullptr && ignored->is_array() ? ignored : nullptr;
}

// The built-in has sorted them.
bool is_ignored(const Value& name, const Value& ignored) {
  auto before = [](const Value& a, const Value& b) { return compare(a, b) < 0; };
  return std::binary_search(ignored.items().begin(), ignored.items().end(), name, before);
}

}  // namespace

bool has_request_key(std::string_view function, std::span<const Value> args) {
  return ignored_headers(function, args) != nullptr;
}

std::string request_key(std::string_view function, std::span<const Value> args) {
  Arena arena;
  std::vector<Value> compared(args.begin(), args.end());
  if (const Value* ignored = ignored_headers(function, args)) {
    ObjectBuilder request(arena);
    for (const Entry& member : args[0].members()) {
      if (equal(member.key, Value::string(kIgnored))) continue;
      Value value = member.value;
      if (equal(member.key, Value::string("headers")) && value.is_object()) {
        ObjectBuilder headers(arena);
        for (const Entry& header : value.members()) {
          if (!is_ignored(header.key, *ignored)) headers.insert(header.key, header.value);
        }
        value = headers.finish();
      }
      request.insert(member.key, value);
    }
    compared[0] = request.finish();
  }
  std::string text;
  write_arguments(text, compared);
  return text;
}

}  // namespace writ
