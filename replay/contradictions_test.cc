// Every contradiction that a record can have, generated: each row changes every form of a record that it can stand in,
// everything that follows is made anew, and replay must name the class of the row.
//
// A row says what it changes and answers whether the record could carry it. What follows from the change is made anew
// by the forge before (kBefore: the row is about a digest or an id itself) or after it (kAfter), or the row replaces text
// that no record can hold (kText).
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/json_writer.h"
#include "engine/record/identifiers.h"
#include "engine/value/json.h"
#include "engine/value/text.h"
#include "replay/evidence_check.h"
#include "replay/forge.h"

namespace writ {
namespace {

enum class Made : uint8_t { kAfter, kBefore };

struct Row {
  std::string id;
  std::string wanted;
  std::function<bool(Forge&, DecisionRecord&)> change;
  Made made = Made::kAfter;
};

// A row that replaces text in a line.
struct TextRow {
  std::string id;
  std::string wanted;
  std::vector<std::pair<std::string, std::string>> edits;  // each by itself
};

using R = DecisionRecord;

bool defined(const R& r) { return r.status == Status::kDefined; }
bool failed(const R& r) { return r.status == Status::kError; }
bool shows_result(const R& r) { return !r.result.text.empty(); }
bool present(const R& r) { return !r.input.text.empty(); }
bool rejected(const R& r) { return r.raw_sha256.has_value(); }
bool whole(const R& r) { return r.decision_digest.has_value(); }
bool salted(const R& r) { return r.salt_digest.has_value(); }
bool erases(const R& r, std::string_view part) { return r.erased.text.find(part) != std::string_view::npos; }
bool shows_calls(const R& r) { return !erases(r, "/writ/nd"); }
bool is_path(const R& r) { return r.entry_kind == EntryKind::kPath; }
// What an execution would reproduce untouched.
bool executes(const R& r) { return whole(r) && !rejected(r); }
bool same_model(const R& r) { return *r.fuel_model == kFuelModel; }
bool stopped(const R& r) { return r.nd.text.find("$deadline") != std::string_view::npos; }

// --- Shape ---------------------------------------------------------------------------------------------------------------

void add_outcome_rows(std::vector<Row>& rows) {
  rows.push_back({"KS1", "FORMAT", [](Forge&, R& r) { return shows_result(r) && (r.result.text = {}, true); }});
  rows.push_back({"KS2", "FORMAT", [](Forge& f, R& r) { return shows_result(r) && (f.erase(r, "/result"), true); }});
  rows.push_back({"KS3", "FORMAT", [](Forge&, R& r) { return defined(r) && (r.error_code = "E_FUEL", true); }});
  rows.push_back({"KS4", "FORMAT", [](Forge&, R& r) {
    return r.status == Status::kUndefined && (r.result.text = "true", true);
  }});
  rows.push_back({"KS4", "FORMAT", [](Forge&, R& r) {
    return r.status == Status::kUndefined && (r.error_code = "E_FUEL", true);
  }});
  rows.push_back({"KS5", "FORMAT", [](Forge& f, R& r) { return !defined(r) && (f.erase(r, "/result"), true); }});
  rows.push_back({"KS6", "FORMAT", [](Forge&, R& r) {
    if (!failed(r)) return false;
    r.error_code.reset();
    r.error_message.reset();
    return true;
  }});
  rows.push_back({"KS6", "FORMAT", [](Forge&, R& r) { return failed(r) && (r.result.text = "1", true); }});
  for (const char* code : {"E_NOPE", "", "E_REDACTED_READ", "E_POLICY", "E_ROLLBACK", "E_LEDGER", "E_LEDGER_BUSY", "E_CLOCK"}) {
    rows.push_back({"KS7", "FORMAT", [code](Forge&, R& r) { return failed(r) && (r.error_code = code, true); }});
  }
  for (Verdict verdict : {Verdict::kAllow, Verdict::kDeny, Verdict::kValue, Verdict::kNone, Verdict::kEscalate}) {
    rows.push_back({"KS8", "FORMAT", [verdict](Forge&, R& r) { return !defined(r) && (r.verdict = verdict, true); }});
  }
  for (Verdict verdict : {Verdict::kUndefined, Verdict::kError, Verdict::kNone}) {
    rows.push_back({"KS8", "FORMAT", [verdict](Forge&, R& r) { return defined(r) && (r.verdict = verdict, true); }});
  }
}

void add_input_rows(std::vector<Row>& rows) {
  const std::string fields = "[[\"" + std::string(64, 'a') + "\"]]";
  rows.push_back({"KS9", "FORMAT", [](Forge&, R& r) { return rejected(r) && (r.input.text = "1", true); }});
  rows.push_back({"KS9", "FORMAT", [fields](Forge& f, R& r) {
    return (present(r) || rejected(r)) && (r.fields.text = f.text(fields), true);
  }});
  rows.push_back({"KS9", "FORMAT", [](Forge& f, R& r) {
    return (present(r) || rejected(r) || !r.fields.text.empty()) && (f.erase(r, "/input"), true);
  }});
  rows.push_back({"KS10", "FORMAT", [](Forge& f, R& r) {
    return rejected(r) && (f.set_outcome(r, Status::kDefined, Verdict::kAllow, "true"), true);
  }});
  rows.push_back({"KS10", "FORMAT", [](Forge& f, R& r) {
    return rejected(r) && (f.set_outcome(r, Status::kUndefined, Verdict::kUndefined, ""), true);
  }});
  rows.push_back({"KS11", "FORMAT", [](Forge& f, R& r) {
    return rejected(r) && (f.set_calls(r, {R"({"args":[],"fn":"f","value":1})"}), true);
  }});
  for (std::string text : {std::string("eyJhIjoxLCJhIjoyfQ"), std::string("eyJhIjoxLCJhIjoyfR=="), std::string("!"),
                           std::string(1398108, 'A')}) {
    rows.push_back({"KS12", "FORMAT", [text](Forge& f, R& r) { return rejected(r) && (r.raw_text = f.text(text), true); }});
  }
}

void add_withholding_rows(std::vector<Row>& rows) {
  auto set = [&](const std::string& id, bool (*applies)(const R&), void (*change)(R&), Made made = Made::kBefore) {
    rows.push_back({id, "FORMAT", [applies, change](Forge&, R& r) { return applies(r) && (change(r), true); }, made});
  };
  set("KS13", [](const R& r) { return erases(r, "/input"); }, [](R& r) { r.input_digest.emplace(); });
  set("KS13", [](const R& r) { return erases(r, "/input"); }, [](R& r) { r.input_salt.emplace(); }, Made::kAfter);
  set("KS13", [](const R& r) { return erases(r, "/result"); }, [](R& r) { r.outcome_digest.emplace(); });
  set("KS13", [](const R& r) { return erases(r, "/result"); }, [](R& r) { r.outcome_salt.emplace(); }, Made::kAfter);
  set("KS13", [](const R& r) { return erases(r, "/writ/nd"); }, [](R& r) { r.nd_digest.emplace(); });
  set("KS13", [](const R& r) { return erases(r, "/writ/nd"); }, [](R& r) { r.nd_salt.emplace(); }, Made::kAfter);
  set("KS13", [](const R& r) { return r.input_digest.has_value(); }, [](R& r) { r.input_digest.reset(); });
  set("KS13", [](const R& r) { return r.nd_digest.has_value(); }, [](R& r) { r.nd_digest.reset(); });
  set("KS13", [](const R& r) { return r.outcome_digest.has_value(); }, [](R& r) { r.outcome_digest.reset(); });
  set("KS14", [](const R& r) { return !whole(r); }, [](R& r) { r.decision_digest.emplace(); });
  set("KS14", [](const R& r) { return !whole(r); }, [](R& r) { r.jcs = true; });
  set("KS14", [](const R& r) { return whole(r); }, [](R& r) { r.decision_digest.reset(); });
  set("KS14", [](const R& r) { return whole(r); }, [](R& r) { r.jcs.reset(); });
  set("KS15", [](const R&) { return true; }, [](R& r) { r.meta_digest.reset(); });
  set("KS16", [](const R& r) { return r.input_salt.has_value(); }, [](R& r) { r.input_salt.reset(); }, Made::kAfter);
  // Without it a record whose whole input is withheld, and that has no host calls, is one of commitments by field.
  set("KS16", [](const R& r) { return r.nd_salt && !(erases(r, "/input") && r.nd.text.empty()); },
      [](R& r) { r.nd_salt.reset(); }, Made::kAfter);
  set("KS16", [](const R& r) { return r.outcome_salt.has_value(); }, [](R& r) { r.outcome_salt.reset(); }, Made::kAfter);
  set("KS16", [](const R& r) { return r.meta_salt.has_value(); }, [](R& r) { r.meta_salt.reset(); }, Made::kAfter);
  set("KS16", [](const R& r) { return r.nd_salt.has_value(); }, [](R& r) { r.field_key.emplace(); }, Made::kAfter);
  set("KS17", [](const R& r) { return !salted(r); }, [](R& r) { r.salt_digest.emplace(); });
  set("KS17", [](const R& r) { return salted(r); }, [](R& r) { r.salt_digest.reset(); });
  set("KS18", [](const R& r) { return r.nd.text.empty() && !rejected(r); }, [](R& r) { r.nd.text = "[]"; }, Made::kAfter);
  set("KS18", [](const R& r) { return r.erased.text.empty(); }, [](R& r) { r.erased.text = "[]"; });
  set("KS18", [](const R& r) { return r.fields.text.empty(); }, [](R& r) { r.fields.text = "[]"; });
  set("KS18", [](const R& r) { return erases(r, "/input"); }, [](R& r) { r.erased.text = R"(["/input","/input"])"; });
  set("KS18", [](const R& r) { return erases(r, "/result"); }, [](R& r) { r.erased.text = R"(["/writ/nd","/result"])"; });
  set("KS18", [](const R& r) { return erases(r, "/result"); }, [](R& r) { r.erased.text = R"(["/result","/labels"])"; });
  set("KS18", [](const R& r) { return !r.nd.text.empty(); }, [](R& r) { r.erased.text = R"(["/writ/nd"])"; });
  set("KS19", [](const R& r) { return !r.call_salts.text.empty(); }, [](R& r) { r.call_salts.text = "[]"; }, Made::kAfter);
  set("KS19", [](const R& r) { return !r.call_salts.text.empty(); }, [](R& r) { r.call_salts.text = "[null]"; }, Made::kAfter);
  set("KS29", [](const R&) { return true; }, [](R& r) { r.enforced = true; }, Made::kAfter);
  set("KS29", [](const R&) { return true; }, [](R& r) { r.bad_trace = false; }, Made::kAfter);
  set("KS30", [](const R&) { return true; }, [](R& r) { r.erased.text = R"([""])"; });
}

void add_call_rows(std::vector<Row>& rows) {
  for (const char* entry :
       {R"({"args":[],"fn":"acme.each","undefined":true,"value":1})", R"({"args":[],"fn":"acme.each"})",
        R"({"args":[],"fn":"acme.each","undefined":false})", R"({"args":{},"fn":"acme.each","value":1})",
        R"({"args":[],"fn":"acme.each","value":1,"x":1})", R"({"args":[],"fn":1,"value":1})", "7",
        R"({"args":[],"error":5,"fn":"acme.each"})"}) {
    rows.push_back({"KS19", "FORMAT", [entry](Forge& f, R& r) {
      if (rejected(r) || !shows_calls(r)) return false;
      std::vector<std::string> calls = f.calls(r);
      calls.insert(calls.begin(), entry);
      return f.set_calls(r, calls), true;
    }});
  }
  for (const char* value : {R"({"$set":[2,1]})", R"({"$set":[1,1]})", R"({"$obj":[["a",1]]})", R"({"$obj":[[2,1],[1,1]]})"}) {
    rows.push_back({"KS20", "FORMAT", [value](Forge& f, R& r) {
      if (rejected(r) || !shows_calls(r)) return false;
      std::vector<std::string> calls = f.calls(r);
      calls.insert(calls.begin(), R"({"args":[1],"fn":"acme.each","value":)" + std::string(value) + "}");
      return f.set_calls(r, calls), true;
    }});
  }
}

void add_entry_rows(std::vector<Row>& rows) {
  rows.push_back({"KS21", "FORMAT", [](Forge&, R& r) {
    (is_path(r) ? r.query : r.path) = r.entry_text;
    return true;
  }});
  rows.push_back({"KS21", "FORMAT", [](Forge&, R& r) {
    r.path.reset();
    r.query.reset();
    return true;
  }});
  rows.push_back({"KS21", "FORMAT", [](Forge&, R& r) {
    r.entry_kind = is_path(r) ? EntryKind::kQuery : EntryKind::kPath;
    return true;
  }});
  auto call = [&](const std::string& id, const std::string& wanted, std::string text, int kind = 0) {
    rows.push_back({id, wanted, [text, kind](Forge& f, R& r) {
      if ((kind == 1 && !is_path(r)) || (kind == 2 && is_path(r))) return false;
      r.entry_call.text = f.text(text);
      return true;
    }});
  };
  for (const char* text : {R"({"limits":{}})", R"({"deadline":5})", R"({"Fuel":5})", R"({"":1})"}) call("KS22", "FORMAT", text);
  for (const char* text : {R"({"fuel":-5})", R"({"fuel":1.5})", R"({"fuel":"5"})", R"({"fuel":null})"}) call("KS23", "FORMAT", text);
  for (const char* text : {R"({"capture":true})", R"({"imports":["a"]})", R"({"package":"p"})"}) call("KS24", "FORMAT", text, 1);
  for (const char* text : {R"({"capture":false})", R"({"imports":[]})", R"({"package":""})", R"({"imports":[1]})"}) {
    call("KS24", "FORMAT", text);
  }
  call("KP6", "FORMAT", R"({"fuel":1000000})");
  call("KP6", "FORMAT", R"({"fuel":1000001})");
  call("KP6", "FORMAT", R"({"fuel":1000000000000})");
}

void add_member_rows(std::vector<Row>& rows) {
  auto unknown = [&](const std::string& id, RecordObject where, std::string_view name, std::string_view json,
                     bool (*applies)(const R&) = [](const R&) { return true; }) {
    rows.push_back({id, "FORMAT", [=](Forge&, R& r) {
      if (!applies(r)) return false;
      r.unknown.push_back({where, name, json});
      return true;
    }});
  };
  unknown("KS25", RecordObject::kTop, "masked", "[]");
  unknown("KS25", RecordObject::kTop, "nd_builtin_cache", "{}");
  unknown("KS25", RecordObject::kWrit, "import", "{}");
  unknown("KS27", RecordObject::kDigest, "x", "1");
  unknown("KS27", RecordObject::kSalt, "x", "1", salted);
  unknown("KS27", RecordObject::kRaw, "x", "1", rejected);
  unknown("KS27", RecordObject::kEntry, "x", "1");
  unknown("KS27", RecordObject::kPolicy, "x", "1");
  unknown("KS27", RecordObject::kError, "x", "1", failed);
  unknown("KS27", RecordObject::kSeal, "x", "1", [](const R& r) { return r.seal_leaf.has_value(); });
  for (const char* labels : {R"({"a":1})", R"({"a":null})", R"({"a":["x"]})"}) {
    rows.push_back({"KS26", "FORMAT", [labels](Forge&, R& r) { return r.labels.text = labels, true; }});
  }
}

// --- Ids, policy, input and the rest -------------------------------------------------------------------------------------

void add_id_rows(std::vector<Row>& rows) {
  auto sealed = [](const R& r) { return r.seal_leaf.has_value(); };
  rows.push_back({"KI2", "RECEIPT_MISMATCH", [=](Forge&, R& r) { return sealed(r) && (r.seal_leaf.emplace(), true); }, Made::kBefore});
  rows.push_back({"KI2", "RECEIPT_MISMATCH", [=](Forge&, R& r) { return sealed(r) && (r.seal_seq.emplace(3), true); }, Made::kBefore});
  rows.push_back({"KI2", "RECEIPT_MISMATCH", [=](Forge&, R& r) { return sealed(r) && (r.seal_level = "sync", true); }, Made::kBefore});
  rows.push_back({"KI2", "RECEIPT_MISMATCH", [=](Forge&, R& r) { return sealed(r) && (r.seal_size.emplace(4), true); }, Made::kBefore});
  auto id = [&](const std::string& name, size_t at, char digit) {
    rows.push_back({name, "TRACE_MISMATCH", [=](Forge& f, R& r) {
      if (sealed(r)) return false;  // the leaf is at fault first, or none follows
      std::string changed(*r.decision_id);
      changed[at] = changed[at] == digit ? '5' : digit;
      r.decision_id = f.text(changed);
      return true;
    }});
  };
  id("KI3", 14, '4');   // version
  id("KI3", 19, 'c');   // variant
  id("KI4", 12, '0');   // the last digit of the millisecond
  id("KI4", 0, 'f');
  rows.push_back({"KI5", "TRACE_MISMATCH", [](Forge& f, R& r) {
    return !r.seal_leaf && (r.input_digest || !r.fields.text.empty()) && (r.trace_id = f.text(std::string(32, 'a')), f.remake_bindings(r), true);
  }, Made::kBefore});
  rows.push_back({"KI5", "TRACE_MISMATCH", [](Forge& f, R& r) {
    return !r.seal_leaf && (r.input_digest || !r.fields.text.empty()) && (r.span_id = f.text(std::string(16, 'a')), f.remake_bindings(r), true);
  }, Made::kBefore});
  rows.push_back({"KI5", "TRACE_MISMATCH", [](Forge& f, R& r) {  // those of another salt
    return !r.seal_leaf && r.input_salt && (r.input_salt->bytes[0] ^= 1, f.remake_bindings(r), true);
  }, Made::kBefore});
  rows.push_back({"KI6", "TRACE_MISMATCH", [](Forge& f, R& r) {
    if (!whole(r)) return false;
    R other = r;
    other.verdict = r.verdict == Verdict::kDeny ? Verdict::kAllow : Verdict::kDeny;
    f.remake_ids(other);
    r.decision_digest = other.decision_digest;
    return true;
  }, Made::kBefore});
  for (record_field::DigestField DecisionRecord::*part :
       {&DecisionRecord::policy_modules, &DecisionRecord::policy_data, &DecisionRecord::policy_config}) {
    rows.push_back({"KP1", "POLICY_MISMATCH", [part](Forge&, R& r) { return ((r.*part)->bytes[3] ^= 1, true); }});
  }
  rows.push_back({"KP3", "POLICY_MISSING", [](Forge& f, R& r) {
    r.policy_data->bytes[3] ^= 1;
    r.policy_digest = policy_digest(f.hasher(), *r.policy_modules, *r.policy_data, *r.policy_config);
    return true;
  }});
}

void add_cause_rows(std::vector<Row>& rows) {
  rows.push_back({"KM1", "INPUT_MISSING", [](Forge& f, R& r) {
    if (present(r) || rejected(r) || !r.input_digest) return false;
    r.input_digest = input_digest(f.hasher(), "{}");
    return f.remake_ids(r), f.remake_bindings(r), true;
  }, Made::kBefore});
  rows.push_back({"KM2", "INPUT_MISMATCH", [](Forge&, R& r) {
    return r.raw_text && (r.raw_size.emplace(*r.raw_size + 1), true);
  }});
  rows.push_back({"KM2", "INPUT_MISMATCH", [](Forge&, R& r) { return r.raw_text && (r.raw_sha256->bytes[0] ^= 1, true); }});
  rows.push_back({"KM3", "INPUT_MISMATCH", [](Forge& f, R& r) {
    if (r.fields.text.empty()) return false;
    Arena arena;
    Value fields = read_json(r.fields.text, arena, {kMaxRecordLine, kMaxRecordDepth});
    std::string text = "[";
    for (uint32_t i = fields.size; i-- > 0;) append_cj1(text, fields.elements[i]), text += i > 0 ? "," : "]";
    return fields.size > 1 && (r.fields.text = f.text(text), true);
  }});
  rows.push_back({"KM3", "INPUT_MISMATCH", [](Forge& f, R& r) {
    if (r.fields.text.empty()) return false;
    Arena arena;
    Value fields = read_json(r.fields.text, arena, {kMaxRecordLine, kMaxRecordDepth});
    std::string first;
    append_cj1(first, fields.elements[0]);
    return r.fields.text = f.text("[" + first + "," + std::string(r.fields.text.substr(1))), true;
  }});
  rows.push_back({"KM4", "META_MISMATCH", [](Forge&, R& r) { return r.jcs && (r.jcs = !*r.jcs, true); }, Made::kBefore});
  rows.push_back({"KM5", "META_MISMATCH", [](Forge&, R& r) { return r.timestamp = "2026-01-01T00:00:00.123456788Z", true; }});
  rows.push_back({"KM6", "META_MISMATCH", [](Forge&, R& r) { return (is_path(r) ? r.path : r.query) = "p/other", true; }});
  rows.push_back({"KM7", "META_MISMATCH", [](Forge&, R& r) {
    r.traceparent = r.tracestate = "x";
    return r.bad_trace = true, true;
  }});
  rows.push_back({"KM7", "META_MISMATCH", [](Forge& f, R& r) { return r.tracestate = f.text(std::string(8193, 'x')), true; }});
}

// --- Host calls ----------------------------------------------------------------------------------------------------------

using Change = std::function<void(std::vector<std::string>&)>;

void add_log_rows(std::vector<Row>& rows) {
  const std::string clock = R"({"args":[],"fn":"time.now_ns","value":1767225600123456789})";
  auto log = [&](const std::string& id, const Change& change, const std::string& wanted = "ND_MISMATCH") {
    rows.push_back({id, wanted, [change](Forge& f, R& r) {
      if (rejected(r) || !shows_calls(r) || stopped(r)) return false;
      std::vector<std::string> calls = f.calls(r);
      size_t before = calls.size();
      change(calls);
      if (calls.empty() && before == 0) return false;
      if (!r.call_salts.text.empty() || (!r.fields.text.empty() && r.nd.text.empty())) {  // a salt for each entry
        std::string salts = "[";
        for (size_t i = 0; i < calls.size(); ++i) salts += (i > 0 ? ",\"" : "\"") + std::string(32, 'a') + "\"";
        r.call_salts.text = f.text(salts + "]");
      }
      return f.set_calls(r, calls), true;
    }});
  };
  auto last = [](const std::string& entry) { return [=](auto& calls) { calls.push_back(entry); }; };
  auto only = [](std::vector<std::string> entries) { return [=](auto& calls) { calls = entries; }; };
  log("KN1", only({R"({"args":[],"fn":"time.now_ns","value":1767225600123456788})"}));
  log("KN1", last(R"({"args":[],"fn":"time.now_ns","value":1})"));
  log("KN2", only({R"({"args":[],"fn":"time.now_ns","undefined":true})"}));
  log("KN2", only({R"({"args":[],"error":"E_OUTSIDE","fn":"time.now_ns"})"}));
  log("KN2", only({R"({"args":[1],"fn":"time.now_ns","value":1767225600123456789})"}));
  log("KN2", only({clock, clock}));
  log("KN3", only({R"({"args":["a",2],"fn":"rand.intn","value":1})", R"({"args":["a",2],"fn":"rand.intn","value":0})"}));
  log("KN3", only({R"({"args":[2],"fn":"acme.once","value":1})", R"({"args":[2],"fn":"acme.once","value":1})"}));
  const std::string deadline = R"({"args":[],"error":"E_DEADLINE","fn":"$deadline"})";
  log("KN4", only({deadline, deadline}));
  log("KN5", [=](auto& calls) { calls.insert(calls.begin(), {deadline, clock}); });
  log("KN5", only({R"({"args":[],"error":"E_MEMORY","fn":"$memory"})", R"({"args":[1],"fn":"acme.each","value":1})"}));
  log("KN6", last(R"({"args":[],"error":"E_CANCEL","fn":"$deadline"})"));
  log("KN6", last(R"({"args":["9"],"error":"E_DEADLINE","fn":"$deadline"})"));
  log("KN6", last(R"({"args":[],"fn":"$deadline","value":1})"));
  log("KN7", last(deadline));  // beside whatever the record says
  log("KN7", last(R"({"args":[],"error":"E_MEMORY","fn":"$memory"})"));
  for (const char* code : {"E_FUEL", "E_DEADLINE", "E_CANCEL", "E_MEMORY", "E_POLICY", "E_CONFLICT", "E_NOPE", "E_KEY_COLLISION"}) {
    log("KN9", only({R"({"args":[1],"error":")" + std::string(code) + R"(","fn":"acme.each"})"}));
  }
  log("KN10", only({R"({"args":[],"fn":"$other","value":1})"}));
  for (const char* code : {"E_DEADLINE", "E_CANCEL"}) {
    rows.push_back({"KN8", "ND_MISMATCH", [code](Forge& f, R& r) {
      bool applies = shows_calls(r) && shows_result(r) && !stopped(r);
      return applies && (f.set_outcome(r, Status::kError, Verdict::kError, code), true);
    }});
  }
}

void add_replay_rows(std::vector<Row>& rows) {
  auto calls = [&](const std::string& id, const std::string& wanted, size_t least, const Change& change) {
    rows.push_back({id, wanted, [=](Forge& f, R& r) {
      std::vector<std::string> entries = f.calls(r);
      // Of a limit that another fuel model met nobody knows what would have come after it.
      bool other_limit = r.error_code == "E_FUEL" && !same_model(r);
      if (!executes(r) || stopped(r) || other_limit || entries.size() < least) return false;
      change(entries);
      return f.set_calls(r, entries), true;
    }});
  };
  calls("KN11", "ND_MISSING", 1, [](auto& entries) { entries.pop_back(); });
  calls("KN12", "ND_EXTRA", 0, [](auto& e) { e.push_back(R"({"args":[9],"fn":"acme.each","value":1})"); });
  calls("KN12", "ND_EXTRA", 5, [](auto& e) { std::swap(e[0], e[1]); });
  calls("KN13", "ND_ARGUMENT", 5, [](auto& e) { e[1] = R"({"args":["coin",999],"fn":"rand.intn","value":1})"; });
  rows.push_back({"KN14", "ND_EXTRA", [](Forge& f, R& r) {
    if (!executes(r) || !same_model(r) || r.error_code == "E_ENTRY" || r.error_code == "E_FUEL") return false;
    std::vector<std::string> entries = f.calls(r);
    entries.push_back(R"({"args":[],"error":"E_CANCEL","fn":"$cancel"})");
    f.set_calls(r, entries);
    f.set_outcome(r, Status::kError, Verdict::kError, "E_CANCEL");
    r.fuel.emplace(*r.fuel + 1);
    return true;
  }});
  rows.push_back({"KN15", "INCOMPLETE", [](Forge& f, R& r) {
    if (!executes(r) || same_model(r) || stopped(r) || r.error_code == "E_ENTRY") return false;
    std::vector<std::string> entries = f.calls(r);
    entries.push_back(R"({"args":[],"error":"E_DEADLINE","fn":"$deadline"})");
    f.set_calls(r, entries);
    return f.set_outcome(r, Status::kError, Verdict::kError, "E_DEADLINE"), true;
  }});
  rows.push_back({"KN16", "ND_EXTRA", [](Forge& f, R& r) {
    if (!executes(r) || r.error_code != "E_ENTRY") return false;
    return f.set_calls(r, {R"({"args":[1],"fn":"acme.each","value":1})"}), true;
  }});
}

// --- Answer and cost -----------------------------------------------------------------------------------------------------

void add_answer_rows(std::vector<Row>& rows) {
  auto answer = [&](const std::string& id, const std::string& wanted, std::function<bool(Forge&, R&)> change) {
    rows.push_back({id, wanted, [=](Forge& f, R& r) { return executes(r) && !stopped(r) && change(f, r); }});
  };
  answer("KA1", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    if (!defined(r)) return false;
    bool allow = r.verdict == Verdict::kAllow;
    Verdict other = r.verdict == Verdict::kDeny ? Verdict::kAllow : allow ? Verdict::kDeny : *r.verdict;
    return f.set_outcome(r, Status::kDefined, other, r.result.text == "true" ? "false" : "true"), true;
  });
  answer("KA2", "OUTPUT_MISMATCH", [](Forge&, R& r) {
    return defined(r) && (r.verdict = r.verdict == Verdict::kAllow ? Verdict::kDeny : Verdict::kAllow, true);
  });
  answer("KA3", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    if (r.error_code) return false;
    if (defined(r)) return f.set_outcome(r, Status::kUndefined, Verdict::kUndefined, ""), true;
    return f.set_outcome(r, Status::kDefined, Verdict::kAllow, "true"), true;
  });
  for (const char* code : {"E_CONFLICT", "E_BUILTIN", "E_INTERNAL", "E_ENTROPY"}) {
    answer("KA4", "OUTPUT_MISMATCH", [code](Forge& f, R& r) {
      bool applies = r.error_code != code && (r.error_code != "E_FUEL" || same_model(r));
      return applies && (f.set_outcome(r, Status::kError, Verdict::kError, code), true);
    });
  }
  for (const char* code : {"E_MEMORY", "E_DEPTH"}) {
    answer("KA4", "OUTPUT_MISMATCH", [code](Forge& f, R& r) {
      return same_model(r) && (f.set_outcome(r, Status::kError, Verdict::kError, code), true);
    });
    answer("KA16", "ENGINE_DRIFT", [code](Forge& f, R& r) {
      return !same_model(r) && (f.set_outcome(r, Status::kError, Verdict::kError, code), true);
    });
  }
  answer("KA16", "ENGINE_DRIFT", [](Forge& f, R& r) {  // and the reverse
    return !same_model(r) && r.error_code == "E_FUEL" && (f.set_outcome(r, Status::kUndefined, Verdict::kUndefined, ""), true);
  });
  answer("KA5", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    if (!is_path(r) || !r.nd.text.empty() || r.error_code == "E_ENTRY" || r.error_code == "E_FUEL") return false;
    return r.path = r.entry_text = f.text("p/none"), true;
  });
  answer("KA5", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    return r.error_code == "E_ENTRY" && (r.path = r.entry_text = f.text("p/maybe"), true);
  });
  answer("KA11", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    if (!present(r) || !defined(r) || r.field_key || !r.nd.text.empty()) return false;
    return r.input.text = f.text(std::string(513, '[') + std::string(513, ']')), true;
  });
  answer("KA11", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    if (r.entry_text != "p/echo" || r.field_key) return false;
    r.input.text = r.result.text = f.text("\"" + std::string(5000, 'x') + "\"");
    return true;
  });
}

void add_rejection_rows(std::vector<Row>& rows) {
  auto raw = [&](const std::string& id, const std::string& wanted, std::function<bool(Forge&, R&)> change) {
    rows.push_back({id, wanted, [=](Forge& f, R& r) { return rejected(r) && change(f, r); }});
  };
  auto keep = [](Forge& f, R& r, std::string bytes) {
    std::string text;
    append_base64(text, bytes);
    r.raw_sha256 = sha256(bytes);
    r.raw_size.emplace(bytes.size());
    r.raw_text = f.text(text);
    return true;
  };
  for (const char* code : {"E_FUEL", "E_KEY_COLLISION", "E_CONFLICT"}) {
    raw("KA6", "OUTPUT_MISMATCH", [code](Forge& f, R& r) {
      return r.entry_text != "p/nothing" && (f.set_outcome(r, Status::kError, Verdict::kError, code), true);
    });
  }
  raw("KA5", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    return r.error_code != "E_ENTRY" && (f.set_outcome(r, Status::kError, Verdict::kError, "E_ENTRY"), true);
  });
  raw("KA7", "OUTPUT_MISMATCH", [](Forge& f, R& r) { return r.error_code != "E_ENTRY" && (r.path = r.entry_text = f.text("p/none"), true); });
  raw("KA7", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    return r.error_code == "E_ENTRY" && (f.set_outcome(r, Status::kError, Verdict::kError, "E_DUP_KEY"), true);
  });
  raw("KA8", "OUTPUT_MISMATCH", [](Forge& f, R& r) {
    return r.error_code != "E_ENTRY" && (f.set_outcome(r, Status::kError, Verdict::kError, "E_SIZE"), true);
  });
  raw("KA8", "OUTPUT_MISMATCH", [](Forge&, R& r) {
    return r.error_code != "E_ENTRY" && !r.raw_text && (r.raw_size.emplace(65537), true);
  });
  raw("KA9", "OUTPUT_MISMATCH", [keep](Forge& f, R& r) { return r.error_code != "E_ENTRY" && keep(f, r, R"({"a":1})"); });
  raw("KA9", "OUTPUT_MISMATCH", [keep](Forge& f, R& r) { return r.error_code != "E_ENTRY" && keep(f, r, "\xEF\xBB\xBF{}"); });
  raw("KA10", "INCOMPLETE", [](Forge&, R& r) { return !r.raw_text && (r.raw_sha256->bytes[0] ^= 1, true); });
}

void add_cost_rows(std::vector<Row>& rows) {
  rows.push_back({"KA12", "COST_MISMATCH", [](Forge&, R& r) {
    bool applies = executes(r) && same_model(r) && r.error_code != "E_FUEL" && r.error_code != "E_ENTRY";
    return applies && (r.fuel.emplace(*r.fuel + 1), true);
  }});
  rows.push_back({"KA13", "COST_MISMATCH", [](Forge&, R& r) {
    bool applies = executes(r) && !stopped(r);
    return applies && (r.fuel.emplace(1'000'001), true);
  }});
  rows.push_back({"KA14", "COST_MISMATCH", [](Forge&, R& r) {
    return executes(r) && r.error_code == "E_FUEL" && (r.fuel.emplace(*r.fuel - 1), true);
  }});
  rows.push_back({"KA15", "COST_MISMATCH", [](Forge&, R& r) {
    return (rejected(r) || r.error_code == "E_ENTRY") && whole(r) && (r.fuel.emplace(1), true);
  }});
}

void add_withheld_rows(std::vector<Row>& rows) {
  auto untouched = [&](const std::string& id, const std::string& wanted, std::function<bool(const R&)> applies) {
    rows.push_back({id, wanted, [=](Forge&, R& r) { return applies(r); }});
  };
  untouched("KW1", "REDACTED", [](const R& r) { return erases(r, "/input") && r.entry_text == "p/allow"; });
  untouched("KW2", "INCOMPLETE", [](const R& r) { return erases(r, "/input") && r.entry_text == "p/constant"; });
  untouched("KW3", "REDACTED", [](const R& r) { return erases(r, "/result"); });
  untouched("KW4", "REDACTED", [](const R& r) { return erases(r, "/writ/nd"); });
  rows.push_back({"KW4", "REDACTED", [](Forge& f, R& r) {  // one entry alone
    std::vector<std::string> calls = f.calls(r);
    if (r.fields.text.empty() || calls.size() < 2) return false;
    calls[1] = "{\"commit\":\"" + std::string(64, 'a') + "\"}";
    std::string salts(r.call_salts.text);
    size_t comma = salts.find(',');
    salts.replace(comma + 1, salts.find_first_of(",]", comma + 1) - comma - 1, "null");
    r.call_salts.text = f.text(salts);
    r.nd_digest.reset();
    return f.set_calls(r, calls), true;
  }});
}

std::vector<Row> all_rows() {
  std::vector<Row> rows;
  for (auto add : {add_outcome_rows, add_input_rows, add_withholding_rows, add_call_rows, add_entry_rows, add_member_rows,
                   add_id_rows, add_cause_rows, add_log_rows, add_replay_rows, add_answer_rows, add_rejection_rows,
                   add_cost_rows, add_withheld_rows}) {
    add(rows);
  }
  return rows;
}

const std::vector<TextRow>& text_rows() {
  static const std::vector<TextRow> rows = {
      {"KS16", "FORMAT", {{"\"outcome\":\"\\h", "\"outcome\":\""}, {"\"meta\":\"\\h", "\"meta\":\""}}},
      {"KS28", "FORMAT", {{"\"fuel\":\"", "\"fuel\":\"0"}, {"\"fuel\":\"", "\"fuel\":\"99999999999999999999"},
                          {"\"fuel_model\":", "\"fuel_model\":65536"}, {"\"fuel_model\":", "\"fuel_model\":1.5"},
                          {"\"time_ns\":\"", "\"time_ns\":\"9"}}},
  };
  return rows;
}

// Those that stand in no line by itself: they are of a run, a store or the verifier.
// replay/run_contradictions_test.cc shows them.
constexpr std::string_view kElsewhere[] = {"KI1", "KP2", "KP4", "KP5", "KP7", "KV1", "KV2", "KV3"};
// Those that need a ledger: the text of a ledger must not hold a receipt, and a file of records is no such text.
constexpr std::string_view kLedgerOnly[] = {"KS31"};

TEST_CASE("each contradiction is named with its class, on every form of a record that can carry it") {
  Forge forge;
  std::map<std::string, size_t> generated;
  for (const Row& row : all_rows()) {
    for (const RecordKind& kind : forge.kinds()) {
      DecisionRecord record = forge.record(kind);
      if (!row.change(forge, record)) continue;
      std::string line;
      if (row.made == Made::kAfter) {
        line = forge.remade(record);
      } else {
        line = encode_record(record);
        line.pop_back();
      }
      ++generated[row.id];
      ReplayReport report = forge.judge(line);
      CAPTURE(row.id, kind.name, report.details);
      CHECK(replay_class_row(report.replay_class).code == row.wanted);
    }
  }
  for (const TextRow& row : text_rows()) {
    for (const RecordKind& kind : forge.kinds()) {
      for (auto [from, to] : row.edits) {
        std::string line = kind.line;
        if (from.ends_with("\\h")) from.resize(from.size() - 2);
        size_t at = line.rfind(from);
        if (at == std::string::npos) continue;
        // A salt loses a digit, a number gets more of them.
        line.replace(at, from.size() + (from == to ? 1 : to.ends_with("65536") || to.ends_with("1.5") ? 1 : 0), to);
        ++generated[row.id];
        CAPTURE(row.id, kind.name, to);
        CHECK(forge.class_of(line) == row.wanted);
      }
    }
  }
  size_t lines = 0, rows = 0;
  for (const auto& [id, count] : generated) lines += count;
  auto demand_rows = [&](const std::string& prefix, int count) {
    for (int i = 1; i <= count; ++i, ++rows) {
      std::string id = prefix + std::to_string(i);
      bool elsewhere = std::find(std::begin(kElsewhere), std::end(kElsewhere), id) != std::end(kElsewhere);
      bool ledger = std::find(std::begin(kLedgerOnly), std::end(kLedgerOnly), id) != std::end(kLedgerOnly);
      CAPTURE(id);
      CHECK(generated.contains(id) != (elsewhere || ledger));
    }
  };
  demand_rows("KS", 31);
  demand_rows("KI", 6);
  demand_rows("KP", 7);
  demand_rows("KM", 7);
  demand_rows("KN", 16);
  demand_rows("KA", 16);
  demand_rows("KW", 4);
  demand_rows("KV", 3);
  CHECK(rows == 90);
  CHECK(lines > 5000);
  WARN(lines << " lines of " << generated.size() << " contradictions, on " << forge.kinds().size() << " forms of a record");
}

}  // namespace
}  // namespace writ
