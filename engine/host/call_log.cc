#include "engine/host/call_log.h"

#include <algorithm>

#include "engine/base/json_writer.h"
#include "engine/value/build.h"
#include "engine/value/json.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kKindNames[] = {"value", "undefined", "error"};
constexpr std::string_view kNoArguments = "[]";

[[noreturn]] void fail_log(std::string detail) {
  throw Failure(ErrorCode::E_JSON_SYNTAX, "outside values: " + std::move(detail));
}

void check_depth(std::string_view json) {
  if (nesting_of(json) > kMaxHostCallDepth) {
    throw Failure(ErrorCode::E_DEPTH, "an outside value is nested too deeply to be recorded");
  }
}

}  // namespace

std::string_view host_call_result_name(HostCallResult kind) { return kKindNames[static_cast<size_t>(kind)]; }

// --- The log --------------------------------------------------------------------------------------------------------

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
  if (entry.function.size() + entry.args.size() + entry.body.size() > kMaxRecordLine) {
    throw Failure(ErrorCode::E_RECORD_SIZE, "an outside value is too large to be recorded");
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
  record_ += "{\"args\":";
  record_ += entry.args;
  if (entry.kind == HostCallResult::kError) {
    record_ += ",\"error\":";
    append_cj1_string(record_, entry.body);
  }
  record_ += ",\"fn\":";
  append_cj1_string(record_, entry.function);
  if (entry.kind == HostCallResult::kUndefined) record_ += ",\"undefined\":true";
  if (entry.kind == HostCallResult::kValue) {
    record_ += ",\"value\":";
    record_ += entry.body;
  }
  record_ += "}]";

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

std::optional<uint32_t> HostCallLog::find(std::string_view function, std::string_view args) {
  ByCall by_call{this};
  for (; indexed_ < size(); ++indexed_) {
    index_.insert(std::upper_bound(index_.begin(), index_.end(), indexed_, by_call), indexed_);
  }
  HostCallEntry wanted{function, args, HostCallResult::kValue, {}};
  auto found = std::lower_bound(index_.begin(), index_.end(), wanted, by_call);
  if (found == index_.end() || by_call(wanted, *found)) return std::nullopt;
  return *found;
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
  jcs_exact_ = is_jcs_exact(read_json(json, arena, {kMaxRecordLine, kMaxRecordDepth}));
}

void HostCallLog::clear() {
  text_.clear();
  record_.clear();
  entries_.clear();
  tree_.clear();
  index_.clear();
  indexed_ = 0;
  jcs_exact_ = true;
}

HostCallLog HostCallLog::from_record_text(std::string_view text, Hasher& hasher) {
  Arena arena;
  Value array = read_json(text, arena, {kMaxRecordLine, kMaxRecordDepth});
  if (!array.is_array()) fail_log("not an array");
  HostCallLog log;
  std::string args, body;
  for (const Value& item : array.items()) {
    if (!item.is_object() || item.size != 3) fail_log("an entry has not exactly three members");
    const Value* function = object_find(item, "fn");
    const Value* arguments = object_find(item, "args");
    const Value* value = object_find(item, "value");
    const Value* undefined = object_find(item, "undefined");
    const Value* error = object_find(item, "error");
    if (!function || !function->is_string()) fail_log("an entry without \"fn\"");
    if (!arguments || !arguments->is_array()) fail_log("an entry without \"args\"");
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
      fail_log("an entry without \"value\", \"undefined\" or \"error\"");
    }
    log.append(hasher, entry);
  }
  return log;
}

// --- Replay ---------------------------------------------------------------------------------------------------------

namespace {

std::string call_text(uint32_t index, std::string_view function) {
  std::string text = "entry ";
  append_decimal(text, index);
  text += " (";
  text += function;
  return text + ")";
}

}  // namespace

std::optional<HostCallEntry> HostCallReplay::answer(std::string_view function, std::string_view args) {
  if (fault_ != HostCallMismatch::kNone) return std::nullopt;
  if (next_ < log_->size()) {
    HostCallEntry entry = log_->entry(next_);
    if (entry.function == function && entry.args == args) {
      ++next_;
      return entry;
    }
    for (uint32_t i = next_ + 1; i < log_->size(); ++i) {
      HostCallEntry later = log_->entry(i);
      if (later.function != function || later.args != args) continue;
      fail(HostCallMismatch::kExtra, call_text(next_, entry.function) + " was not asked for; the evaluation asked " +
                                call_text(i, function) + " instead");
      return std::nullopt;
    }
    if (entry.function == function) {
      fail(HostCallMismatch::kArgument, call_text(next_, function) + " was recorded with other arguments");
      return std::nullopt;
    }
  }
  fail(HostCallMismatch::kMissing, "the record holds no answer to call " + call_text(next_, function).substr(6));
  return std::nullopt;
}

std::optional<ErrorCode> HostCallReplay::stop() const {
  if (log_->empty()) return std::nullopt;
  HostCallEntry last = log_->entry(log_->size() - 1);
  if (last.kind != HostCallResult::kError || last.args != kNoArguments) return std::nullopt;
  for (const StopRow& stop : kStops) {
    if (last.function == stop.function && last.body == error_code_name(stop.code)) return stop.code;
  }
  return std::nullopt;
}

void HostCallReplay::reached_stop() {
  HostCallEntry last = log_->empty() ? HostCallEntry{} : log_->entry(log_->size() - 1);
  answer(last.function, last.args);
}

HostCallMismatch HostCallReplay::finish() {
  if (fault_ == HostCallMismatch::kNone && next_ < log_->size()) {
    fail(HostCallMismatch::kExtra, call_text(next_, log_->entry(next_).function) + " was not asked for");
  }
  return fault_;
}

void HostCallReplay::fail(HostCallMismatch fault, std::string detail) {
  fault_ = fault;
  detail_ = std::move(detail);
}

// --- rv1 ------------------------------------------------------------------------------------------------------------

namespace {

[[noreturn]] void fail_rv1(std::string_view what) {
  throw Failure(ErrorCode::E_JSON_SYNTAX, "not the faithful form of a value: " + std::string(what));
}

Value decode_rv1(const Value& json, Arena& arena, uint32_t depth);

Value decode_set(const Value& items, Arena& arena, uint32_t depth) {
  if (!items.is_array()) fail_rv1("$set without an array");
  SetBuilder set(arena);
  for (const Value& item : items.items()) set.add(decode_rv1(item, arena, depth + 1));
  Value result = set.finish();
  if (result.size != items.size) fail_rv1("$set with equal elements");
  return result;
}

Value decode_object(const Value& pairs, Arena& arena, uint32_t depth) {
  if (!pairs.is_array()) fail_rv1("$obj without an array");
  ObjectBuilder object(arena);
  bool plain_keys = true;
  for (const Value& pair : pairs.items()) {
    if (!pair.is_array() || pair.size != 2) fail_rv1("$obj with something else than pairs");
    Value key = decode_rv1(pair.elements[0], arena, depth + 1);
    plain_keys = plain_keys && key.is_string();
    object.insert(key, decode_rv1(pair.elements[1], arena, depth + 1));
  }
  Value result = object.finish();
  if (result.size != pairs.size) fail_rv1("$obj with equal keys");
  bool needed = !plain_keys || (result.size == 1 && result.entries[0].key.text().starts_with("$"));
  if (!needed) fail_rv1("$obj where a plain object would do");
  return result;
}

Value decode_rv1(const Value& json, Arena& arena, uint32_t depth) {
  if (depth > kMaxRecordDepth) throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply");
  if (json.is_array()) {
    ArrayBuilder array(arena);
    for (const Value& item : json.items()) array.append(decode_rv1(item, arena, depth + 1));
    return array.finish();
  }
  if (!json.is_object()) return json;
  if (json.size == 1 && json.entries[0].key.text().starts_with("$")) {
    std::string_view form = json.entries[0].key.text();
    if (form == "$set") return decode_set(json.entries[0].value, arena, depth);
    if (form == "$obj") return decode_object(json.entries[0].value, arena, depth);
    fail_rv1("unknown form " + std::string(form));
  }
  ObjectBuilder object(arena);
  for (const Entry& entry : json.members()) object.insert(entry.key, decode_rv1(entry.value, arena, depth + 1));
  return object.finish();
}

}  // namespace

Value read_rv1(std::string_view text, Arena& arena) {
  Value json = read_json(text, arena, {kMaxRecordLine, kMaxRecordDepth});
  Value value = decode_rv1(json, arena, 1);
  // Sets and pairs in another order decode alike; only one order is the faithful form.
  std::string again;
  append_rv1(again, value);
  if (again != text) fail_rv1("not written canonically");
  return value;
}

}  // namespace writ
