// The hosts and the options of decisions of c_test_model.h, as C callers make them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/api/c_test_model.h"
#include "writ/writ.h"

namespace writ::model {

// --- Hosts -----------------------------------------------------------------------------------------------------------

struct HostState {
  HostId id = kNone;
  writ_context* context = nullptr;  // which calls it
  int refused = 0;                  // calls of kReenters that were refused
  int admitted = 0;                 // and that were not
};

// What a callback must not do: reach for the context that calls it.
inline void reenter(HostState& host) {
  if (host.context == nullptr) return;
  auto expect = [&host](bool was_refused) { ++(was_refused ? host.refused : host.admitted); };
  const writ_result* result = nullptr;
  expect(writ_decide(host.context, "h/now", 5, "{}", 2, nullptr, &result, nullptr) == WRIT_ERROR_ARGUMENT);
  expect(result == nullptr && writ_context_result(host.context) == nullptr);
  expect(writ_decide_verdict(host.context, "h/now", 5, "{}", 2) == WRIT_VERDICT_ERROR);
  expect(writ_context_set_labels(host.context, "{}", 2, nullptr) == WRIT_ERROR_ARGUMENT);
  writ_context_free(host.context);
}

inline void call_host(void* user, const char* function, size_t size, const writ_value* arguments, size_t count,
                      writ_reply* reply) {
  HostState& host = *static_cast<HostState*>(user);
  if (std::string_view(function, size) != "acme.f" || count != 1) return;
  if (host.id == kUndefined) {
    writ_reply_json(reply, "1", 1);  // the last one counts
    writ_reply_undefined(reply);
    return;
  }
  if (host.id == kRefuses) {
    writ_reply_error(reply, "no", WRIT_NUL);
    return;
  }
  if (host.id == kReenters) reenter(host);
  if (host.id == kCancels) writ_context_cancel(host.context);
  int64_t number = 0;
  writ_value_int64(arguments[0], &number);
  std::string json = std::to_string(2 * number);
  writ_reply_json(reply, json.data(), json.size());
}

inline writ_host callbacks_of(HostState& state) {
  writ_host host{};
  host.struct_size = sizeof(host);
  host.user = &state;
  if (state.id != kNoCall) host.call = call_host;
  if (state.id == kNoClock) host.now_ns = [](void*, uint64_t*) { return 1; };
  if (state.id == kNoEntropy) host.entropy = [](void*, uint8_t*, size_t) { return 1; };
  return host;
}

// --- Options ---------------------------------------------------------------------------------------------------------

// One record of each option, and wrong ones; see the function that fills a struct.
inline constexpr CallRow kCalls[] = {{"none"},
                                     {"plain"},
                                     {"record", false, 0, true},
                                     {"everything", false, 0, true, 1'000'000},
                                     {"little fuel", false, 0, true, 100},
                                     {"little fuel, no record", false, 0, false, 100},
                                     {"much fuel", false, 0, false, UINT64_MAX},
                                     {"a deadline that has passed", false, 0, true, 0, true},
                                     {"the same without a record", false, 0, false, 0, true},
                                     {"a far deadline", false, 0, true},
                                     {"no struct_size", true},
                                     {"struct_size cut", true},
                                     {"unknown flag", true, 0, true},
                                     {"custom is an array", false, 1, true},
                                     {"custom is no JSON", false, 1},
                                     {"custom has a key twice", false, 5, true},
                                     {"batch is no UTF-8", false, 4, true},
                                     {"requested_by is no UTF-8", false, 4}};

inline constexpr uint8_t kAction[32] = {1, 2, 3};

// The struct for a row of kCalls; null for the first.
inline const writ_decide_options* fill(writ_decide_options& options, const CallRow& row) {
  std::string_view name = row.name;
  if (name == "none") return nullptr;
  options = writ_decide_options{};
  options.struct_size = sizeof(options);
  if (row.record) options.flags = WRIT_RECORD;
  options.fuel = row.fuel;
  if (row.deadline) options.deadline_ns = 1;
  if (name == "a far deadline") options.deadline_ns = UINT64_MAX;
  auto set = [](const char* value, const char*& member, size_t& size) {
    member = value;
    size = WRIT_NUL;
  };
  if (name == "everything") {
    options.flags |= WRIT_NOT_ENFORCED | WRIT_OPEN_COMMITMENTS;
    set("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", options.traceparent, options.traceparent_size);
    set("a=b", options.tracestate, options.tracestate_size);
    set("somebody", options.requested_by, options.requested_by_size);
    set("batch", options.batch_decision_id, options.batch_decision_id_size);
    set("{\"x\":[1,2]}", options.custom, options.custom_size);
    options.action_digest = kAction;
    options.keep_rejected = 1000;
  }
  if (name == "no struct_size") options.struct_size = 0;
  if (name == "struct_size cut") options.struct_size = sizeof(size_t) + 1;
  if (name == "unknown flag") options.flags |= 1u << 20;
  if (name == "custom is an array") set("[]", options.custom, options.custom_size);
  if (name == "custom is no JSON") set("{\"a\"", options.custom, options.custom_size);
  if (name == "custom has a key twice") set("{\"a\":1,\"a\":2}", options.custom, options.custom_size);
  if (name == "batch is no UTF-8") set("\xff", options.batch_decision_id, options.batch_decision_id_size);
  if (name == "requested_by is no UTF-8") set("a\xc0", options.requested_by, options.requested_by_size);
  return &options;
}

}  // namespace writ::model
