// The forge: every form of a record, made by the engine itself or, for what only redaction and ledgers make, from such a
// record by the rules of evidence. Its test is that replay says of each, untouched, what it should.
#include "replay/forge.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "engine/api/test_policy.h"
#include "engine/base/base64.h"
#include "engine/base/json_writer.h"
#include "engine/record/decision_leaf.h"
#include "engine/record/field_commitment.h"
#include "engine/record/identifiers.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "replay/evidence_check.h"

namespace writ {

namespace {

constexpr JsonLimits kPartLimits{kMaxRecordLine, kMaxRecordDepth};

constexpr const char* kPolicy = R"(package p

default allow := false

allow if {
	input.user.role == "admin"
	time.now_ns() > 0
	rand.intn("coin", 1000) >= 0
	acme.each(1) == acme.each(1)
	acme.once(1) == acme.once(1)
}

maybe if input.user.role == "nobody"

clash := x if some x in [1, input.amount]

late if {
	some i in numbers.range(1, 200)
	i == 200
	time.now_ns() > 0
	acme.each("later") == 1
}

slow if {
	some i in numbers.range(1, 500)
	i == input.never
}

constant := true

echo := input

verdict := {"verdict": "escalate", "why": [input.amount]}
)";

constexpr const char* kAdmin = R"({"amount":1.5,"user":{"name":"ann","role":"admin"}})";
constexpr const char* kGuest = R"({"amount":1.5,"user":{"name":"ann","role":"guest"}})";

}  // namespace

Forge::Forge() {
  host_.on_call = [](std::string_view, std::span<const Value>, Arena&) { return Value::of(int64_t{1}); };
  boolean_ = policy_of(VerdictMode::kBoolean);
  object_ = policy_of(VerdictMode::kObject);
  none_ = policy_of(VerdictMode::kNone);
  make_kinds();
  add_variants();
}

std::shared_ptr<const BoundPolicy> Forge::policy_of(VerdictMode mode) {
  EngineOptions options;
  options.verdict = mode;
  options.limits.fuel = 1'000'000;
  options.limits.output_bytes = 4096;
  options.limits.input_bytes = 64u << 10;
  options.language.functions = {{"acme.each", 1, false}, {"acme.once", 1, true}};
  auto policy = bound_policy_of(kPolicy, options);
  store_.put(*policy);
  return policy;
}

void Forge::make_kinds() {
  DecideOptions keep, open;
  keep.keep_rejected = 1000;
  open.open_commitments = true;
  open.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  add("allow", boolean_, "p/allow", kAdmin);
  add("deny", boolean_, "p/allow", kGuest);
  add("undefined", boolean_, "p/maybe", kGuest);
  add("conflict", boolean_, "p/clash", kGuest);
  add("no verdict", boolean_, "p/verdict", kGuest);
  add("input absent", boolean_, "p/allow", std::nullopt);
  add("input null", boolean_, "p/allow", "null");
  add("open, with a trace", boolean_, "p/allow", kAdmin, open);
  add("value", none_, "p/echo", kAdmin);
  add("escalate", object_, "p/verdict", kAdmin);
  add("constant", boolean_, "p/constant", kAdmin);
  add("no entry", boolean_, "p/nothing", kAdmin);
  add("rejected, bytes kept", boolean_, "p/allow", R"({"a":1,"a":2})", keep);
  add("rejected", none_, "p/allow", "not json");
  add("rejected, no entry", boolean_, "p/nothing", "not json", keep);
  DecideOptions little;
  little.fuel = 100;
  add("out of fuel", boolean_, "p/slow", R"({"never":0})", little);
  add_query();
}

void Forge::add(const std::string& name, const std::shared_ptr<const BoundPolicy>& policy, std::string_view entry,
                std::optional<std::string_view> input, DecideOptions options) {
  Context context;
  context.bind(policy, host_);
  options.record = true;
  take(name, context.decide(entry, input, options));
}

void Forge::add_query() {
  QueryOptions query{"x := data.p.allow; time.now_ns() > 0", "p", {"data.p.constant"}, true};
  CompiledQuery compiled = Query::compile(none_->shared_policy(), query);
  if (compiled.query == nullptr) throw Failure(ErrorCode::E_POLICY, "the query of the forge");
  Context context;
  context.bind(BoundPolicy::make(compiled.query, none_->shared_data()), host_);
  DecideOptions options;
  options.record = true;
  options.fuel = 50'000;
  take("query", context.query(kAdmin, options));
}

void Forge::take(const std::string& name, const Decision& decision) {
  if (decision.record.empty()) throw Failure(ErrorCode::E_INTERNAL, "no record of " + name + ": " + decision.error.detail);
  std::string line(decision.record.substr(0, decision.record.size() - 1));
  kinds_.push_back({name, std::move(line), name == "rejected" ? "INCOMPLETE" : "UNSEALED"});
}

// --- What redaction, other engines and ledgers make ----------------------------------------------------------------------

void Forge::add_variants() {
  auto withhold_input = [this](DecisionRecord& r) {
    r.input.text = {};
    r.raw_sha256.reset();
    r.raw_size.reset();
    r.raw_text.reset();
    r.input_digest.reset();
    r.input_salt.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    erase(r, "/input");
  };
  auto withhold_result = [this](DecisionRecord& r) {
    r.result.text = {};
    r.outcome_digest.reset();
    r.outcome_salt.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    erase(r, "/result");
  };
  auto withhold_calls = [this](DecisionRecord& r) {
    r.nd.text = {};
    r.nd_digest.reset();
    r.nd_salt.reset();
    r.decision_digest.reset();
    r.jcs.reset();
    erase(r, "/writ/nd");
  };
  auto deadline = [this](DecisionRecord& r) {
    std::vector<std::string> entries = calls(r);
    entries.resize(2);  // the evaluation of `allow` goes on to ask for more
    entries.push_back(R"({"args":[],"error":"E_DEADLINE","fn":"$deadline"})");
    set_calls(r, entries);
    set_outcome(r, Status::kError, Verdict::kError, "E_DEADLINE");
    r.fuel_model.emplace(kNoFuelModel);
  };
  std::vector<RecordKind> made = kinds_;
  for (const RecordKind& kind : made) {
    DecisionRecord r = record(kind);
    bool defined = r.status == Status::kDefined;
    add_variant(kind, "another fuel model", kind.untouched, [](DecisionRecord& v) { v.fuel_model.emplace(kNoFuelModel); });
    add_variant(kind, "sealed", kind.untouched, [this](DecisionRecord& v) { seal(v); });
    if (kind.name.starts_with("rejected")) continue;
    bool reads = kind.name != "constant" && kind.name != "no entry" && kind.name != "input absent";
    if (!r.input.text.empty()) add_variant(kind, "input withheld", reads ? "REDACTED" : "INCOMPLETE", withhold_input);
    if (defined) add_variant(kind, "result withheld", "REDACTED", withhold_result);
    add_variant(kind, "host calls withheld", "REDACTED", withhold_calls);
    if (kind.name == "allow") add_variant(kind, "stopped", "UNSEALED", deadline);
    if (r.input.text.empty() || kind.name.starts_with("open")) continue;
    add_variant(kind, "by field", kind.untouched, [this](DecisionRecord& v) { by_field_key(v); });
    if (r.input.text == "null") continue;
    std::string hidden = kind.name == "out of fuel" ? "[\"never\"]" : "[\"user\",\"name\"]";
    bool reads_it = kind.name == "out of fuel" || kind.name == "value";
    add_variant(kind, "disclosed", reads_it ? "REDACTED" : "UNSEALED", [&](DecisionRecord& v) { disclose(v, hidden); });
  }
}

void Forge::add_variant(const RecordKind& of, const std::string& name, const std::string& untouched,
                        const std::function<void(DecisionRecord&)>& change) {
  DecisionRecord changed = record(of);
  change(changed);
  kinds_.push_back({of.name + ", " + name, remade(changed), untouched});
}

void Forge::by_field_key(DecisionRecord& record) {
  record.field_key.emplace();
  record.field_key->fill(7);
  record.input_salt.reset();
  record.nd_salt.reset();
}

void Forge::disclose(DecisionRecord& record, std::string_view hidden) {
  Arena arena;
  FieldKey key;
  key.fill(7);
  std::string fields = "[", salts = "[";
  uint64_t index = 0;
  for (const InputField& field : list_input_fields(read_json(record.input.text, arena, kPartLimits))) {
    Salt path_salt = field_salt(key, index, FieldSalt::kPath);
    Salt value_salt = field_salt(key, index, FieldSalt::kValue);
    if (index++ > 0) fields += ',';
    fields += "[" + field.path + ",\"" + to_hex(path_salt.view()) + "\",\"";
    if (field.path == hidden) {
      fields += to_hex(field_value_digest(hasher_, value_salt, field.value).view()) + "\"]";
    } else {
      fields += to_hex(value_salt.view()) + "\"," + field.value + "]";
    }
  }
  for (size_t i = 0; i < calls(record).size(); ++i) {
    salts += (i > 0 ? ",\"" : "\"") + to_hex(field_salt(key, i, FieldSalt::kCall).view()) + "\"";
  }
  record.fields.text = text(fields + "]");
  if (salts.size() > 1) record.call_salts.text = text(salts + "]");
  record.input.text = {};
  record.input_digest.reset();
  record.input_salt.reset();
  record.nd_salt.reset();
  record.decision_digest.reset();
  record.jcs.reset();
}

void Forge::seal(DecisionRecord& record) {
  record.seal_chain.emplace();
  record.seal_leaf.emplace();
  record.seal_ledger.emplace();
  record.seal_level = "batched";
  record.seal_seq.emplace(4);
  record.seal_size.emplace(9);
  record.seal_version.emplace(1);
}

// --- Changing ------------------------------------------------------------------------------------------------------------

DecisionRecord Forge::record(const RecordKind& kind) { return decode_record(text(kind.line), arenas_.emplace_back()); }

std::string_view Forge::text(std::string text) { return texts_.emplace_back(std::move(text)); }

std::vector<std::string> Forge::calls(const DecisionRecord& record) {
  std::vector<std::string> entries;
  if (record.nd.text.empty()) return entries;
  Arena arena;
  Value array = read_json(record.nd.text, arena, kPartLimits);
  for (const Value& entry : array.items()) append_cj1(entries.emplace_back(), entry);
  return entries;
}

void Forge::set_calls(DecisionRecord& record, const std::vector<std::string>& entries) {
  std::string array;
  for (const std::string& entry : entries) array += (array.empty() ? "[" : ",") + entry;
  record.nd.text = array.empty() ? std::string_view() : text(array + "]");
}

void Forge::set_outcome(DecisionRecord& record, Status status, Verdict verdict, std::string result_or_code) {
  record.status = status;
  record.verdict = verdict;
  record.result.text = {};
  record.error_code.reset();
  record.error_message.reset();
  if (status == Status::kDefined) record.result.text = text(std::move(result_or_code));
  if (status == Status::kError) record.error_code = text(std::move(result_or_code));
}

void Forge::erase(DecisionRecord& record, std::string_view name) {
  std::string erased = "[";
  for (std::string_view part : {"/input", "/result", "/writ/nd"}) {
    std::string quoted = "\"" + std::string(part) + "\"";
    if (part != name && record.erased.text.find(quoted) == std::string_view::npos) continue;
    erased += (erased.size() > 1 ? "," : "") + quoted;
  }
  record.erased.text = text(erased + "]");
}

void Forge::remake_digests(DecisionRecord& record) {
  if (record.input_digest) {
    record.input_digest = !record.input.text.empty() ? input_digest(hasher_, record.input.text)
                          : record.raw_sha256 ? raw_input_digest(hasher_, *record.raw_size, *record.raw_sha256)
                                              : input_digest(hasher_, std::nullopt);
  }
  bool exact = true;
  Arena arena;
  for (std::string_view part : {record.input.text, record.result.text}) {
    if (!part.empty()) exact = exact && is_jcs_exact(read_json(part, arena, kPartLimits));
  }
  if (record.nd_digest) {
    try {
      HostCallLog log = HostCallLog::from_record_text(record.nd.text.empty() ? "[]" : record.nd.text, hasher_);
      record.nd_digest = log.digest(hasher_);
      exact = exact && log.jcs_exact();
    } catch (const Failure&) {  // no log; whatever the digest is, it is not of one
    }
  }
  if (record.jcs) record.jcs = exact;
  if (record.outcome_digest) {
    std::string_view body;
    if (record.status == Status::kDefined) body = record.result.text;
    if (record.status == Status::kError) body = record.error_code.value_or("");
    record.outcome_digest = outcome_digest(hasher_, *record.status, body);
  }
}

void Forge::remake_ids(DecisionRecord& record) {
  Digest entry = entry_digest_of(hasher_, record);
  if (record.decision_digest && record.input_digest && record.nd_digest && record.outcome_digest) {
    record.decision_digest = decision_digest(hasher_, *record.policy_digest, entry, *record.input_digest,
                                             *record.nd_digest, *record.outcome_digest, *record.verdict);
  }
  auto decision_id = uuid_from_text(*record.decision_id);
  auto commit = input_commitment(record);
  if (!decision_id || !commit) return;
  TraceIds ids = derive_trace_ids(hasher_, *decision_id, *record.policy_digest, entry, *commit);
  record.trace_id = text(to_hex(view_of(ids.trace_id)));
  record.span_id = text(to_hex(view_of(ids.span_id)));
}

std::optional<Digest> Forge::input_commitment(const DecisionRecord& record) {
  Arena arena;
  try {
    if (!record.fields.text.empty()) {
      std::vector<Digest> leaves;
      for (const DisclosedField& field : read_disclosed_fields(hasher_, record.fields.text)) leaves.push_back(field.leaf);
      return fields_commitment(hasher_, fields_digest(hasher_, leaves));
    }
    if (record.field_key && !record.input.text.empty()) {
      return commit_input_fields(hasher_, *record.field_key, read_json(record.input.text, arena, kPartLimits));
    }
  } catch (const Failure&) {
    return std::nullopt;
  }
  auto salt = commitment_salt(record, record.input_salt);
  if (!salt || !record.input_digest) return std::nullopt;
  return commitment(hasher_, "input", *salt, *record.input_digest);
}

void Forge::remake_bindings(DecisionRecord& record) {
  if (record.salt_digest) record.salt_digest = salt_digest(hasher_, record);
  if (record.meta_digest) record.meta_digest = meta_digest(hasher_, record);
  auto input = input_commitment(record);
  auto outcome_salt = commitment_salt(record, record.outcome_salt), meta_salt = commitment_salt(record, record.meta_salt),
       nd_salt = commitment_salt(record, record.nd_salt);
  if (!record.seal_leaf || !input || !outcome_salt || !meta_salt || !nd_salt || !record.meta_digest) return;
  Commitments commitments{*input, commitment(hasher_, "nd", *nd_salt, *record.nd_digest),
                          commitment(hasher_, "outcome", *outcome_salt, *record.outcome_digest),
                          commitment(hasher_, "meta", *meta_salt, *record.meta_digest)};
  auto leaf = decision_leaf(record, entry_digest_of(hasher_, record), commitments, *record.seal_seq,
                            record.seal_level == "sync" ? LeafLevel::kSync : LeafLevel::kBatched);
  if (leaf) record.seal_leaf = hasher_.leaf(*leaf);
}

std::string Forge::remade(DecisionRecord record) {
  remake_digests(record);
  remake_ids(record);
  remake_bindings(record);
  std::string line = encode_record(record);
  line.pop_back();
  return line;
}

ReplayReport Forge::judge(std::string_view line, VerifierLimits limits) {
  ReplayOptions options;
  options.execution.limits = limits;
  if (limits.fuel != VerifierLimits().fuel) return replay_record(line, store_, options);
  return Replayer(policies_, executor_, options).judge(line, 1).findings.conclude();
}

namespace {

TEST_CASE("every form of a record is judged as it should be, and making its digests anew changes none") {
  Forge forge;
  CHECK(forge.kinds().size() > 80);
  for (const RecordKind& kind : forge.kinds()) {
    CAPTURE(kind.name);
    ReplayReport report = forge.judge(kind.line);
    CAPTURE(report.details);
    CHECK(replay_class_row(report.replay_class).code == kind.untouched);
    CHECK(forge.remade(forge.record(kind)) == kind.line);
  }
}

}  // namespace
}  // namespace writ
