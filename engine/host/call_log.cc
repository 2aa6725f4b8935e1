// The log of host calls: kept in three forms, because each is needed at another moment.
//
// append() is called while an evaluation runs. It copies the texts of the call (for entry()), adds the call to the JSON
// array that will be in the record (record_text()), and hashes it into the tree whose root the decision digest covers
// (digest()), so nothing is left to do when the decision ends. from_record_text() is the way back: it appends what a
// record says, and whoever compares digests then knows whether that is what was logged.
#include "engine/host/call_log.h"

#include <algorithm>

#include "engine/base/json_writer.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kKindNames[] = {"value", "undefined", "error"};
constexpr std::string_view kNoArguments = "[]";

[[noreturn]] void fail_log(std::string detail) {
  throw Failure(ErrorCode::E_JSON_SYNTAX, "non-deterministic values: " + std::move(detail));
}

void check_depth(std::string_view json) {
  if (nesting_of(json) > kMaxHostCallDepth) {
    throw Failure(ErrorCode::E_DEPTH, "a non-deterministic value is nested too deeply to be recorded");
  }
}

}  // namespace

std::string_view host_call_result_name(HostCallResult kind) { return kKindNames[static_cast<size_t>(kind)]; }

// --- The log --------------------------------------------------------------------------------------------------------

void write_arguments(std::string& out, std::span<const Value> args) {
  out.clear();
  try {
    append_rv1(out, Value::array(args.data(), static_cast<uint32_t>(args.size())), kMaxHostCallBytes);
  } catch (const Failure& failure) {
    if (failure.error().code != ErrorCode::E_OUTPUT) throw;
    throw Failure(ErrorCode::E_RECORD_SIZE, "the arguments of a host call are too large");
  }
  if (nesting_of(out) > kMaxHostCallDepth) {
    throw Failure(ErrorCode::E_DEPTH, "the arguments of a host call are nested too deeply");
  }
}

void HostCallLog::append(Hasher& hasher, const HostCallEntry& entry) {
  check_depth(entry.args);
  if (entry.kind == HostCallResult::kValue) check_depth(entry.body);

  Place place;
  place.kind = entry.kind;
  auto keep = [this](std::string_view text, uint64_t& at, uint32_t& size) {
    at = text_.size();
    size = static_cast<uint32_t>(text.size());
    text_ += text;
  };
  // Two texts of the largest size pass: then the record is too large, and no call is missing from one that is made.
  if (entry.args.size() + entry.body.size() > 2 * kMaxHostCallBytes) {
    throw Failure(ErrorCode::E_RECORD_SIZE, "a non-deterministic value is too large to be recorded");
  }
  keep(entry.function, place.function, place.function_size);
  keep(entry.args, place.args, place.args_size);
  keep(entry.body, place.body, place.body_size);
  entries_.push_back(place);

  if (record_.empty()) {
    record_ = "[";
  } else {
    record_.back() = ',';
  }
  JsonWriter json(record_);
  json.begin_object().key("args").raw(entry.args);
  if (entry.kind == HostCallResult::kError) json.member("error", entry.body);
  json.member("fn", entry.function);
  if (entry.kind == HostCallResult::kUndefined) json.key("undefined").boolean(true);
  if (entry.kind == HostCallResult::kValue) json.key("value").raw(entry.body);
  json.end_object();
  record_ += ']';

  tree_.add(hasher, call_digest(hasher, size() - 1).view());
  note_exactness(entry.args);
  if (entry.kind == HostCallResult::kValue) note_exactness(entry.body);
}

void HostCallLog::append_stop(Hasher& hasher, ErrorCode code) {
  auto row = std::find_if(std::begin(kStops), std::end(kStops), [code](const StopRow& stop) { return stop.code == code; });
  append(hasher, {row->function, kNoArguments, HostCallResult::kError, error_code_name(code)});
}

HostCallEntry HostCallLog::entry(uint32_t index) const {
  const Place& place = entries_[index];
  std::string_view text = text_;
  return {text.substr(place.function, place.function_size), text.substr(place.args, place.args_size), place.kind,
          text.substr(place.body, place.body_size)};
}

std::string_view HostCallLog::record_text() const { return record_; }

Digest HostCallLog::digest(Hasher& hasher) const {
  Digest root = tree_.root(hasher);
  return hasher.digest(DigestTag::kNd, DigestU64(tree_.count()), root);
}

Digest HostCallLog::call_digest(Hasher& hasher, uint32_t index) const {
  HostCallEntry e = entry(index);
  return hasher.digest(DigestTag::kNdCall, DigestU64(index), e.function, e.args, host_call_result_name(e.kind), e.body);
}

void HostCallLog::note_exactness(std::string_view json) {
  // Plain digits of fewer than sixteen places are exact, and most texts hold nothing else.
  size_t run = 0;
  bool plain = true;
  for (char c : json) {
    bool digit = c >= '0' && c <= '9';
    run = digit ? run + 1 : 0;
    if (run > 15 || c == '.' || c == 'e') plain = false;
  }
  if (plain || !jcs_exact_) return;
  Arena arena;
  jcs_exact_ = is_jcs_exact(read_json(json, arena, {kMostRecordLine, kMaxRecordDepth}));
}

void HostCallLog::clear() {
  text_.clear();
  record_.clear();
  entries_.clear();
  tree_.clear();
  jcs_exact_ = true;
}

HostCallLog HostCallLog::from_record_text(std::string_view text, Hasher& hasher) {
  Arena arena;
  Value array = read_json(text, arena, {kMostRecordLine, kMaxRecordDepth});
  if (!array.is_array()) fail_log("not an array");
  HostCallLog log;
  std::string args, body;
  for (const Value& item : array.items()) {
    if (!item.is_object() || item.size != 3) fail_log("an entry must have exactly three members");
    const Value* function = object_find(item, "fn");
    const Value* arguments = object_find(item, "args");
    const Value* value = object_find(item, "value");
    const Value* undefined = object_find(item, "undefined");
    const Value* error = object_find(item, "error");
    if (!function || !function->is_string()) fail_log("an entry without `fn`");
    if (!arguments || !arguments->is_array()) fail_log("an entry without `args`");
    args.clear();
    append_cj1(args, *arguments);
    body.clear();
    HostCallEntry entry{function->text(), args, HostCallResult::kValue, {}};
    if (value) {
      append_cj1(body, *value);
      entry.body = body;
    } else if (undefined && undefined->is_true()) {
      entry.kind = HostCallResult::kUndefined;
    } else if (error && error->is_string()) {
      entry.kind = HostCallResult::kError;
      entry.body = error->text();
    } else {
      fail_log("an entry without `value`, `undefined` or `error`");
    }
    log.append(hasher, entry);
  }
  return log;
}

}  // namespace writ
