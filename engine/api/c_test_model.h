// A plain model of the C library, for the driver of random calls: three policies whose answers can be written down, the
// inputs, data, hosts and options they are decided with, and what a decision then comes to.
//
// The model knows nothing of the engine. It says what writ.h says: which of several things that are wrong with a call
// is reported, which status and verdict that is, whether there is a record.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "writ/writ.h"

namespace writ::model {

// --- Policies --------------------------------------------------------------------------------------------------------

struct PolicyRow {
  const char* file;
  const char* text;
  std::vector<std::string_view> rules;
  bool needs_function;  // acme.f
  bool can_be_recorded;
};

// kArithmetic, kHost, kUnrecorded
const std::vector<PolicyRow>& policies();
enum PolicyId : size_t { kArithmetic, kHost, kUnrecorded };

struct DataRow {
  const char* text;          // null: no data
  std::optional<int> limit;  // data.limit
  int conflict = -1;         // the policy it conflicts with
};
inline constexpr DataRow kData[] = {{nullptr, {}},
                                    {"{}", {}},
                                    {"{\"limit\":3}", 3},
                                    {" { \"limit\" : 100, \"other\":[1,{}] } ", 100},
                                    {"{\"p\":{\"allow\":1}}", {}, kArithmetic},
                                    {"{\"h\":1}", {}, kHost}};

struct InputRow {
  const char* text;  // null: none
  size_t size;
  uint16_t code = 0;  // of the reader
  std::optional<int> n = {};
  const char* verdict = nullptr;  // input.v
  bool argument = false;          // the call is wrong
};
const std::vector<InputRow>& inputs();

enum HostId { kNone, kNoCall, kDoubles, kUndefined, kRefuses, kNoClock, kNoEntropy, kReenters, kCancels, kHosts };

// How an option set compiles and decides.
struct OptionsModel {
  uint32_t version = 1;
  bool strict_builtin_errors = true;
  bool function = false;  // acme.f is declared
  writ_mode mode = WRIT_MODE_BOOLEAN;
  uint64_t fuel = 100'000'000;
  std::vector<std::string> entrypoints;
};

struct ProgramModel {
  size_t policy = 0;
  OptionsModel options;
  bool query = false;

  bool exposes(std::string_view rule) const;  // "p/allow"
};

// WRIT_OK or WRIT_ERROR_POLICY.
writ_status compiles(size_t policy, const OptionsModel& options);

// --- Decisions -------------------------------------------------------------------------------------------------------

struct CallRow {
  const char* name;
  bool argument = false;  // the options are wrong
  uint16_t code = 0;      // a text of them is
  bool record = false;
  uint64_t fuel = 0;
  bool deadline = false;  // it has passed before anything is evaluated
};

struct Request {
  const ProgramModel* program;
  const DataRow* data;
  HostId host;
  const InputRow* input;
  const CallRow* call;
  std::string rule;       // "p/allow"; of a query ""
  bool no_entry = false;  // the entry point is NULL
};

struct Expected {
  writ_status status = WRIT_OK;
  writ_verdict verdict = WRIT_VERDICT_NONE;
  uint16_t code = 0;
  std::string json;  // canonical; empty if there is no value
  bool record = false;
};

Expected decide(const Request& request);
// Its name in records.
std::string_view verdict_name(writ_verdict verdict);

}  // namespace writ::model
