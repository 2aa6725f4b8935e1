// The contradictions that stand in no line by itself: between two records, in the store, in what a run is given, and what
// meets the limits of the verifier.
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/json_writer.h"
#include "engine/record/policy_identity.h"
#include "replay/forge.h"
#include "store/test_directory.h"

namespace writ {
namespace {

const RecordKind& kind_of(const Forge& forge, std::string_view name) {
  for (const RecordKind& kind : forge.kinds()) {
    if (kind.name == name) return kind;
  }
  throw Failure(ErrorCode::E_INTERNAL, "no kind " + std::string(name));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The record of a kind under another policy, which is put into the store.
std::string under(Forge& forge, const RecordKind& kind, const std::vector<PolicyModule>& modules, const std::string& config) {
  PolicyIdentity identity = forge.store().put(modules, {}, config);
  DecisionRecord record = forge.record(kind);
  record.policy_digest = identity.policy;
  record.policy_modules = identity.modules;
  record.policy_data = identity.data;
  record.policy_config = identity.config;
  return forge.remade(record);
}

TEST_CASE("KI1: no two records of a run have one decision id or one trace id") {
  Forge forge;
  for (const RecordKind& kind : forge.kinds()) {
    CAPTURE(kind.name);
    DecisionRecord other = forge.record(kind);
    other.requested_by = "somebody else";
    DecisionRecord same_trace = forge.record(kind);
    same_trace.decision_id = "019b76da-a87b-7123-8567-89abcdef0123";
    forge.remake_bindings(same_trace);
    std::string line = encode_record(same_trace);
    line.pop_back();
    for (const std::string& second : {kind.line, forge.remade(other), line}) {
      PolicyCache policies(forge.store());
      EngineExecutor executor;
      Replayer replayer(policies, executor);
      DuplicateCheck duplicates;
      duplicates.conclude(replayer.judge(kind.line, 1));
      CHECK(replay_class_row(duplicates.conclude(replayer.judge(second, 2)).replay_class).code == "DUPLICATE_ID");
    }
    if (kind.name == "query") break;  // the forms that the engine itself makes
  }
}

TEST_CASE("KP2, KV2: objects and manifests that are not what their names say, or no files") {
  Forge forge;
  const RecordKind& allow = kind_of(forge, "allow");
  DecisionRecord record = forge.record(allow);
  std::string root = forge.store().root(), policy = to_hex(record.policy_digest->view());
  auto object_of = [&](const Digest& content) {
    std::string hex = to_hex(content.view());
    return root + "/" + hex.substr(0, 2) + "/" + hex;
  };
  std::string module = object_of(sha256(forge.modules()[0].source)), manifest = root + "/policy/" + policy;
  // The objects of another policy stand in for "a manifest that lists other content".
  std::string other = root + "/policy/" + to_hex(forge.record(kind_of(forge, "value")).policy_digest->view());
  auto judged = [&] { return std::string(replay_class_row(replay_record(allow.line, forge.store()).replay_class).code); };
  CHECK(judged() == "UNSEALED");
  for (const std::string& file : {module, manifest}) {
    CAPTURE(file);
    std::string bytes = bytes_of(file);
    set_bytes(file, bytes + " ");
    CHECK(judged() == "POLICY_MISMATCH");
    set_bytes(file, "");
    CHECK(judged() == "POLICY_MISMATCH");
    std::filesystem::remove(file);
    CHECK(judged() == "POLICY_MISSING");
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    CHECK(judged() == "UNREADABLE");
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    CHECK(judged() == "UNREADABLE");
    std::filesystem::remove(file);
    set_bytes(root + "/elsewhere", bytes);
    std::filesystem::create_symlink(root + "/elsewhere", file);
    CHECK(judged() == "UNREADABLE");
    std::filesystem::remove(file);
    std::filesystem::create_symlink("/dev/zero", file);
    CHECK(judged() == "UNREADABLE");
    std::filesystem::remove(file);
    set_bytes(file, "");
    std::filesystem::resize_file(file, PolicyStore::kMaxObject + 1);
    CHECK(judged() == "UNREADABLE");
    set_bytes(file, bytes);
    CHECK(judged() == "UNSEALED");
  }
  std::filesystem::copy_file(other, manifest, std::filesystem::copy_options::overwrite_existing);
  CHECK(judged() == "POLICY_MISMATCH");
}

TEST_CASE("KP4, KP5, KP7: configurations and policies that this engine cannot have decided by") {
  Forge forge;
  std::string config = forge.config().text();
  std::vector<PolicyModule> modules = forge.modules();
  auto classes = [&](const std::vector<PolicyModule>& sources, const std::string& text) {
    std::string seen;
    for (const char* name : {"allow", "deny", "undefined", "input absent", "rejected", "no entry", "query"}) {
      std::string code = forge.class_of(under(forge, kind_of(forge, name), sources, text));
      if (seen.find(code) == std::string::npos) seen += (seen.empty() ? "" : " ") + code;
    }
    return seen;
  };
  for (auto [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"\"language\"", "\"fuel_model\":1,\"language\""},
           {"\"call_depth\":4096", "\"call_depth\":0"},
           {"\"call_depth\":4096", "\"call_depth\":4294967296"},
           {"\"call_depth\":4096", "\"call_depth\":4096,\"deadline\":5"},
           {"\"fuel\":1000000", "\"fuel\":0"},
           {"\"input_depth\":512", "\"input_depth\":100000"},
           {"\"strict_builtin_errors\":true", "\"strict_builtin_errors\":1"},
           {"\"verdict\":\"boolean\"", "\"verdict\":\"maybe\""}}) {
    CAPTURE(to);
    CHECK(classes(modules, replaced(config, from, to)) == "POLICY_MISMATCH");
  }
  for (const char* source : {"package p\nallow if {", "package p\nallow if unsafe == 1", "package p\nallow if nothing.known(1)", ""}) {
    CAPTURE(source);
    CHECK(classes({{"policy.rego", source}}, config) == "POLICY_MISMATCH");
    CHECK(classes({{"policy.rego", source}}, replaced(config, "\"semantics\":\"writ/", "\"semantics\":\"writ/9")) ==
          "ENGINE_DRIFT");
  }
  for (auto [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"\"semantics\":\"writ/", "\"semantics\":\"writ/9"},
           {"\"numbers\":\"bf64/", "\"numbers\":\"bf64/9"},
           {"\"rand.intn\":1", "\"rand.intn\":99"},
           {"\"rand.intn\":1", "\"rand.intn\":1,\"teleport\":1"},
           {"\"semantics\"", "\"regex\":\"re2/of another world\",\"semantics\""},
           {"\"language\":\"rego.v1", "\"language\":\"rego.v99"}}) {
    CAPTURE(to);
    CHECK(classes(modules, replaced(config, from, to)) == "ENGINE_DRIFT");
  }
}

TEST_CASE("KV3: what the verifier has no room for is incomplete, whatever the record says") {
  Forge forge;
  VerifierLimits little;
  little.fuel = 3;
  for (const char* name : {"out of fuel", "out of fuel, another fuel model", "out of fuel, sealed"}) {
    ReplayReport report = forge.judge(kind_of(forge, name).line, little);
    CAPTURE(name, report.details);
    CHECK(report.replay_class == ReplayClass::kIncomplete);
    CHECK(report.reasons[static_cast<size_t>(IncompleteReason::kVerifierLimit)]);
    CHECK(report.step(ReplayStep::kOutcome) == StepResult::kNotRun);
  }
}

}  // namespace
}  // namespace writ
