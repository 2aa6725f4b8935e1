// The shape of a record: one check after another, each over a few members that depend on each other.
//
// `Shape` first learns from `erased`, `fields` and the entries of `nd` what the line withholds. The checks that follow
// read that: the members by status, the form of the input, the entries of host calls, the digests, the salts, and
// the overrides of the call. Every message names the members that do not go together. Texts inside a record (labels,
// nd, erased, the call) are read as JSON once more here; nobody waits for this on the way to a decision.
#include "engine/record/record_shape.h"

#include <algorithm>

#include "engine/base/base64.h"
#include "engine/base/json_writer.h"
#include "engine/host/call_log.h"
#include "engine/value/faithful.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr uint64_t kMaxFuelModel = 65535;

// The parts that may be withheld whole, in the order in which `erased` names them.
constexpr std::string_view kErasable[] = {"/input", "/result", "/writ/nd"};

// Codes that end no recorded decision: of replay, of policies that never decided, of records that could not be made.
constexpr ErrorCode kUnrecordable[] = {ErrorCode::E_REDACTED_READ, ErrorCode::E_POLICY, ErrorCode::E_ROLLBACK,
                                       ErrorCode::E_LEDGER, ErrorCode::E_LEDGER_BUSY, ErrorCode::E_CLOCK};

[[noreturn]] void fail_shape(std::string detail) { throw Failure(ErrorCode::E_JSON_SYNTAX, std::move(detail)); }

void require(bool holds, const char* detail) {
  if (!holds) fail_shape(detail);
}

class Shape {
 public:
  explicit Shape(const DecisionRecord& record) : record_(record) {}

  void check() {
    check_measures();
    read_erased();
    read_calls();
    check_status();
    check_input();
    check_digests();
    check_salts();
    check_entry();
    check_seal();
  }

 private:
  void check_measures();
  void read_erased();
  void read_calls();
  void read_call(const Value& entry);
  void check_status();
  void check_input();
  void check_raw_text();
  void check_digests();
  void check_salts();
  void check_call_salts();
  bool commits_by_field() const;
  void check_entry();
  void check_call_member(std::string_view name, const Value& value);
  void check_seal();

  Value read(std::string_view json) { return read_json(json, arena_, {kMostRecordLine, kMaxRecordDepth}); }
  static bool shows(std::string_view json) { return !json.empty(); }

  const DecisionRecord& record_;
  Arena arena_;
  WithheldParts withheld_;
  std::vector<bool> call_withheld_;  // by entry of `nd`
};

void Shape::check_measures() {
  require(*record_.fuel_model <= kMaxFuelModel, "`writ.fuel_model` is above 65535");
  require(*record_.time_ns <= INT64_MAX, "`writ.time_ns` is above 2^63 - 1");
  require(!record_.enforced.value_or(false), "`writ.enforced` must be absent or false");
  require(record_.bad_trace.value_or(true), "`writ.trace.bad_trace` must be absent or true");
  Value labels = read(record_.labels.text);
  for (const Entry& label : labels.members()) require(label.value.is_string(), "a label is not a string");
}

void Shape::read_erased() {
  withheld_.input = !record_.fields.text.empty() ? InputForm::kFields
                    : record_.raw_sha256         ? InputForm::kRejected
                    : shows(record_.input.text)  ? InputForm::kPresent
                                                 : InputForm::kAbsent;
  require(record_.fields.text != "[]", "`writ.fields` is empty");
  if (record_.erased.text.empty()) return;
  Value erased = read(record_.erased.text);
  require(erased.size > 0, "`erased` is empty");
  auto next = std::begin(kErasable);
  for (const Value& name : erased.items()) {
    require(name.is_string(), "`erased` has an element that is not a string");
    require(name.size > 0, "`erased` names all of meta, which only a record in a ledger may do");
    next = std::find(next, std::end(kErasable), name.text());
    require(next != std::end(kErasable), "`erased` names an unknown part, or is out of order");
    if (*next == "/input") {
      require(withheld_.input == InputForm::kAbsent, "`erased` names the input, but there is one");
      withheld_.input = InputForm::kWithheld;
    } else if (*next == "/result") {
      withheld_.result = true;
    } else {
      require(record_.nd.text.empty(), "`erased` names the non-deterministic values, but there are some");
      withheld_.nd = true;
    }
    ++next;
  }
}

// --- Non-deterministic values ---------------------------------------------------------------------------------------

void Shape::read_calls() {
  if (record_.nd.text.empty()) return;
  Value calls = read(record_.nd.text);
  require(calls.size > 0, "`writ.nd` is empty");
  for (const Value& entry : calls.items()) read_call(entry);
}

void Shape::read_call(const Value& entry) {
  require(entry.is_object(), "an entry of `writ.nd` is not an object");
  const Value* commit = object_find(entry, "commit");
  call_withheld_.push_back(commit != nullptr);
  if (commit != nullptr) {
    withheld_.nd = true;
    require(entry.size == 1 && commit->is_string() && digest_from_hex(commit->text()),
            "a withheld entry of `writ.nd` must hold its commitment and nothing else");
    return;
  }
  const Value* function = object_find(entry, "fn");
  const Value* args = object_find(entry, "args");
  const Value* value = object_find(entry, "value");
  const Value* undefined = object_find(entry, "undefined");
  const Value* error = object_find(entry, "error");
  require(entry.size == 3 && function && function->is_string() && args && args->is_array(),
          "an entry of `writ.nd` must have a function, arguments and one result");
  require(value || (undefined && undefined->is_true()) || (error && error->is_string()),
          "an entry of `writ.nd` has no result");
  std::string text;
  for (const Value* rv1 : {args, value}) {
    if (rv1 == nullptr) continue;
    text.clear();
    append_cj1(text, *rv1);
    try {
      read_rv1(text, arena_);
    } catch (const Failure& failure) {
      fail_shape("an entry of `writ.nd`: " + failure.error().detail);
    }
  }
}

// --- Status and input -----------------------------------------------------------------------------------------------

void Shape::check_status() {
  bool result = shows(record_.result.text);
  bool error = record_.error_code.has_value();
  switch (*record_.status) {
    case Status::kDefined:
      require(result != withheld_.result, "a record with status defined must hold its result or name it in `erased`");
      require(!error, "a record with status defined must not hold an error");
      break;
    case Status::kUndefined:
      require(!result && !withheld_.result && !error, "a record with status undefined must not hold a result or an error");
      break;
    case Status::kError:
      require(!result && !withheld_.result && error, "a record with status error must hold its code and no result");
      break;
  }
  Verdict verdict = *record_.verdict;
  bool fits = *record_.status == Status::kUndefined ? verdict == Verdict::kUndefined
              : *record_.status == Status::kError   ? verdict == Verdict::kError
                                                    : verdict != Verdict::kUndefined && verdict != Verdict::kError &&
                                                        verdict != Verdict::kNone;
  require(fits, "the verdict does not agree with the status");
  if (!error) return;
  ErrorCode code = error_code_from_name(*record_.error_code);
  require(code != ErrorCode::kNone, "`error.code` is unknown");
  require(std::find(std::begin(kUnrecordable), std::end(kUnrecordable), code) == std::end(kUnrecordable),
          "`error.code` cannot occur in a record");
}

void Shape::check_input() {
  int forms = shows(record_.input.text) + record_.raw_sha256.has_value() + !record_.fields.text.empty();
  require(forms <= 1, "the input must be only one of present, rejected, and disclosed by fields");
  if (!record_.raw_sha256) return;
  require(*record_.status == Status::kError, "a record with a rejected input must have status error");
  require(record_.nd.text.empty() && !withheld_.nd,
          "a record with a rejected input must not have non-deterministic values");
  check_raw_text();
}

void Shape::check_raw_text() {
  if (!record_.raw_text) return;
  std::optional<std::string> bytes = read_base64(*record_.raw_text);
  require(bytes.has_value(), "`writ.raw.text` is not canonical base64");
  require(bytes->size() <= kMaxKeptInput, "`writ.raw.text` is larger than 1 MiB");
}

// --- Digests and salts ----------------------------------------------------------------------------------------------

void Shape::check_digests() {
  require(record_.input_digest.has_value() != withheld_.withholds_input(),
          "`writ.digest.input` must be present if and only if the input is not withheld");
  require(record_.nd_digest.has_value() != withheld_.nd,
          "`writ.digest.nd` must be present if and only if no non-deterministic value is withheld");
  require(record_.outcome_digest.has_value() != withheld_.result,
          "`writ.digest.outcome` must be present if and only if the result is not withheld");
  bool whole = !withheld_.withholds_input() && !withheld_.nd && !withheld_.result;
  require(record_.decision_digest.has_value() == whole && record_.jcs.has_value() == whole,
          "`writ.digest.decision` and `writ.digest.jcs` must be present if and only if nothing is withheld");
}

// Whether the commitments are by field: then one key, or what is left of it, replaces two salts.
bool Shape::commits_by_field() const {
  if (record_.field_key || withheld_.input == InputForm::kFields || shows(record_.call_salts.text)) return true;
  return withheld_.input == InputForm::kWithheld && record_.nd.text.empty() && !withheld_.nd && !record_.nd_salt;
}

void Shape::check_salts() {
  bool any = record_.field_key || record_.input_salt || record_.nd_salt || record_.outcome_salt || record_.meta_salt ||
             shows(record_.call_salts.text);
  require(record_.salt_digest.has_value() == any, "`writ.digest.salt` must be present if and only if `writ.salt` is");
  if (!any) {
    require(withheld_.input != InputForm::kFields, "a record with disclosed fields must have salts");
    return;
  }
  require(record_.meta_salt.has_value(), "`writ.salt.meta` is missing");
  require(record_.outcome_salt.has_value() != withheld_.result,
          "`writ.salt.outcome` must be present if and only if the result is not withheld");
  if (!commits_by_field()) {
    require(record_.input_salt.has_value() != withheld_.withholds_input(),
            "`writ.salt.input` must be present if and only if the input is not withheld");
    require(record_.nd_salt.has_value() != withheld_.nd,
            "`writ.salt.nd` must be present if and only if the non-deterministic values are not withheld");
    return;
  }
  bool salted_input = withheld_.input == InputForm::kAbsent || withheld_.input == InputForm::kRejected;
  require(!record_.nd_salt && record_.input_salt.has_value() == salted_input,
          "`writ.salt.field_key` replaces the salts of input and non-deterministic values");
  require(!record_.field_key || (!withheld_.withholds_input() && !withheld_.nd),
          "`writ.salt.field_key` would disclose what is withheld");
  check_call_salts();
}

// Once the key is gone, the entries that are still shown have a salt each.
void Shape::check_call_salts() {
  bool wanted = !record_.field_key && !call_withheld_.empty();
  require(shows(record_.call_salts.text) == wanted,
          "`writ.salt.calls` must be present if and only if there are host calls and no field key");
  if (!wanted) return;
  Value salts = read(record_.call_salts.text);
  require(salts.size == call_withheld_.size(), "`writ.salt.calls` and `writ.nd` differ in length");
  for (uint32_t i = 0; i < salts.size; ++i) {
    const Value& salt = salts.elements[i];
    Salt bytes;
    bool fits = call_withheld_[i] ? salt.kind == Kind::kNull
                                  : salt.is_string() && read_hex(salt.text(), bytes.bytes.data(), bytes.bytes.size());
    require(fits, "`writ.salt.calls` must hold the salt of each entry that is shown, and null for the others");
  }
}

// --- Entry and seal -------------------------------------------------------------------------------------------------

void Shape::check_entry() {
  bool is_path = *record_.entry_kind == EntryKind::kPath;
  require(record_.path.has_value() == is_path && record_.query.has_value() == !is_path,
          "a record must have `path` or `query`, as `writ.entry.kind` says");
  Value call = read(record_.entry_call.text);
  for (const Entry& member : call.members()) check_call_member(member.key.text(), member.value);
}

// The overrides are a closed list: what a record may change of a policy must not grow by accident.
void Shape::check_call_member(std::string_view name, const Value& value) {
  bool is_query = *record_.entry_kind == EntryKind::kQuery;
  bool fits = false;
  if (name == "fuel") {
    std::string text;
    append_cj1(text, value);
    fits = value.is_number() && read_decimal(text).has_value();
  } else if (name == "capture") {
    fits = is_query && value.is_true();
  } else if (name == "package") {
    fits = is_query && value.is_string() && value.size > 0;
  } else if (name == "imports") {
    fits = is_query && value.is_array() && value.size > 0 &&
           std::all_of(value.items().begin(), value.items().end(), [](const Value& item) { return item.is_string(); });
  }
  if (!fits) fail_shape("`writ.entry.call`: member `" + std::string(name) + "` is not allowed or has an invalid value");
}

void Shape::check_seal() {
  if (!record_.seal_leaf) return;
  require(*record_.seal_version == 1, "`writ.seal` has an unknown version");
  require(*record_.seal_level == "sync" || *record_.seal_level == "batched", "`writ.seal.level` is unknown");
}

}  // namespace

void check_record_shape(const DecisionRecord& record) { Shape(record).check(); }

}  // namespace writ
