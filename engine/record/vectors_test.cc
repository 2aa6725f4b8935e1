// Walks testdata/evidence/vectors.json: what of it can be computed here is computed here; for the rest a table says which
// test does, or why nothing can yet. A figure that is in neither is a failure, and so is a row without a figure.
#include <catch2/catch.hpp>

#include <algorithm>

#include "engine/host/call_log.h"
#include "engine/record/decision_leaf.h"
#include "engine/record/record_digests.h"
#include "engine/value/faithful.h"
#include "engine/value/text.h"
#include "engine/record/worked_example.h"

namespace writ {
namespace {

using evidence::bytes_of_hex;
using evidence::vector_at;
using evidence::vector_bytes;
using evidence::vector_digest;
using evidence::vector_text;

std::string hex(const Digest& digest) { return to_hex(digest.view()); }

std::string canonical(const Value& value) {
  std::string text;
  append_cj1(text, value);
  return text;
}

ErrorCode reader_code(std::string_view text) {
  Arena arena;
  try {
    read_json(text, arena);
  } catch (const Failure& failure) {
    return failure.error().code;
  }
  return ErrorCode::kNone;
}

// --- What is checked where --------------------------------------------------------------------------------------------

struct Place {
  std::string_view prefix;  // of the path of a figure
  std::string_view where;   // the test, or the reason why there is none
};

constexpr Place kChecked[] = {
    {"D", "here"},
    {"D_preimage_of_first", "here"},
    {"about", "is no figure"},
    {"arithmetic", "engine/api/vectors_test.cc"},
    {"bad_numbers", "here"},
    {"beyond_range", "engine/api/vectors_test.cc"},
    {"checkpoint/inclusion_paths_of_size_3", "here"},
    {"commitments", "writer_test.cc"},
    {"contradictions", "replay/vectors_test.cc"},
    {"digests", "writer_test.cc and here"},
    {"document", "here"},
    {"edits", "replay/vectors_test.cc"},
    {"event", "here"},
    {"fields", "field_commitment_test.cc"},
    {"gate", "here"},
    {"ids", "here and identifiers_test.cc"},
    {"ledger/chains", "here"},
    {"ledger/genesis_body", "here"},
    {"ledger/id", "here"},
    {"ledger/leaf_hashes", "here"},
    {"ledger/leaves", "here"},
    {"ledger/policy_body", "here"},
    {"ledger/roots", "here"},
    {"numbers", "here"},
    {"policy", "policy_test.cc"},
    {"receipt", "here"},
    {"record", "writer_test.cc and record_test.cc"},
    {"records", "replay/vectors_test.cc"},
    {"rejected/bytes", "writer_test.cc"},
    {"rejected/leaf", "here"},
    {"rejected/line", "writer_test.cc"},
    {"rejected/meta_digest", "writer_test.cc"},
    {"rejected/sha256", "writer_test.cc"},
    {"rejected/size", "here"},
    {"rejected_documents", "here"},
    {"rv1", "here"},
    {"tree", "here"},
};

// When something here can be computed, its row moves up.
constexpr Place kNotYet[] = {
    {"checkpoint/consistency_paths_to_size_3", "there are no consistency proofs yet"},
    {"checkpoint/key_id", "there are no signed notes yet"},
    {"checkpoint/note", "there are no signed notes yet"},
    {"checkpoint/proof", "there are no signed notes yet"},
    {"checkpoint/public_key", "there are no signed notes yet"},
    {"checkpoint/signature", "there are no signed notes yet"},
    {"checkpoint/verifier_key", "there are no signed notes yet"},
    {"ledger/crc32c_of_123456789", "there is no CRC-32C yet"},
    {"ledger/frame_0_header", "there are no frames yet"},
    {"ledger/frame_0_size", "there are no frames yet"},
    {"ledger/frame_1_header", "there are no frames yet"},
    {"ledger/frame_1_size", "there are no frames yet"},
    {"ledger/segment", "there are no segments yet"},
    {"ledger/segment_header", "there are no segments yet"},
    {"ledger/segment_sha256", "there are no segments yet"},
    {"ledger/segment_size", "there are no segments yet"},
};

bool is_of(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

void list_figures(const Value& value, const std::string& path, std::vector<std::string>& paths) {
  if (value.is_object() && value.size > 0) {
    for (const Entry& entry : value.members()) {
      list_figures(entry.value, path + (path.empty() ? "" : "/") + std::string(entry.key.text()), paths);
    }
    return;
  }
  paths.push_back(path);
}

TEST_CASE("every figure of the vectors is checked, or said not to be") {
  std::vector<std::string> paths;
  list_figures(evidence::vectors(), "", paths);
  std::vector<std::string_view> used;
  for (const std::string& path : paths) {
    CAPTURE(path);
    int found = 0;
    for (std::span<const Place> places : {std::span<const Place>(kChecked), std::span<const Place>(kNotYet)}) {
      for (const Place& place : places) {
        if (!is_of(path, place.prefix)) continue;
        ++found;
        used.push_back(place.prefix);
      }
    }
    CHECK(found == 1);
  }
  for (std::span<const Place> places : {std::span<const Place>(kChecked), std::span<const Place>(kNotYet)}) {
    for (const Place& place : places) {
      CAPTURE(place.prefix);
      CHECK(std::find(used.begin(), used.end(), place.prefix) != used.end());
    }
  }
  std::string not_yet;
  for (const Place& place : kNotYet) not_yet += std::string(place.prefix) + ": " + std::string(place.where) + "\n";
  WARN("vectors that nothing computes yet\n" << not_yet);
}

// --- The digest function and the tree ---------------------------------------------------------------------------------

TEST_CASE("vectors: D") {
  Hasher h;
  for (const Value& row : vector_at("D").items()) {
    REQUIRE(vector_text(row, "tag") == "probe");
    const Value& parts = vector_at(row, "parts");
    h.begin(DigestTag::kProbe, static_cast<uint8_t>(parts.size));
    for (const Value& part : parts.items()) h.part(part.text());
    CHECK(hex(h.finish()) == vector_text(row, "digest"));
  }
  CHECK(hex(sha256(vector_bytes("D_preimage_of_first"))) == vector_text(vector_at("D").elements[0], "digest"));
}

TEST_CASE("vectors: tree") {
  Hasher h;
  for (const Value& row : vector_at("tree").items()) {
    MerkleTree tree;
    for (char i = 0; i < vector_at(row, "leaves").integer; ++i) tree.add(h, {&i, 1});
    CHECK(hex(tree.root(h)) == vector_text(row, "root"));
  }
}

// --- Canonical text ---------------------------------------------------------------------------------------------------

TEST_CASE("vectors: numbers") {
  Arena arena;
  for (const Value& row : vector_at("numbers").items()) {
    std::string_view literal = vector_text(row, "literal");
    CAPTURE(literal);
    Value number = read_json(literal, arena);
    CHECK(canonical(number) == vector_text(row, "cj1"));
    bool exact = vector_at(row, "jcs_exact").is_true();
    CHECK(is_jcs_exact(number) == exact);
    const Value& other = vector_at(row, "rfc8785");
    CHECK((other.is_string() && other.text() == vector_text(row, "cj1")) == exact);
  }
  for (const Value& row : vector_at("bad_numbers").items()) {
    CAPTURE(vector_text(row, "literal"));
    CHECK(error_code_name(reader_code(vector_text(row, "literal"))) == vector_text(row, "error"));
  }
}

TEST_CASE("vectors: documents") {
  Arena arena;
  Value document = read_json(vector_text("document/source"), arena);
  CHECK(canonical(document) == vector_bytes("document/cj1"));
  CHECK(hex(sha256(canonical(document))) == vector_text("document/sha256"));
  CHECK(is_jcs_exact(document) == vector_at("document/jcs_exact").is_true());
  for (const Value& row : vector_at("rejected_documents").items()) {
    CAPTURE(vector_text(row, "bytes"));
    CHECK(error_code_name(reader_code(bytes_of_hex(vector_text(row, "bytes")))) == vector_text(row, "error"));
  }
}

TEST_CASE("vectors: faithful form") {
  Arena arena;
  for (const Entry& entry : vector_at("rv1").members()) {
    Value value = read_rv1(entry.value.text(), arena);
    std::string again, rego = to_rego(value);
    append_rv1(again, value);
    CHECK(again == entry.value.text());
    rego.erase(std::remove(rego.begin(), rego.end(), ' '), rego.end());
    CHECK(rego == entry.key.text());
  }
}

// --- Identifiers and what the gate names ------------------------------------------------------------------------------

TEST_CASE("vectors: the source of the trace id") {
  Hasher h;
  std::optional<Id128> id = uuid_from_text(vector_text("ids/decision_id"));
  REQUIRE(id);
  Digest t = h.digest(DigestTag::kTrace, view_of(*id), vector_digest("policy/policy_digest"),
                      vector_digest("digests/entry"), vector_digest("commitments/input"));
  CHECK(hex(t) == vector_text("ids/t"));
  CHECK(to_hex(view_of(*id)).substr(0, 12) == vector_text("ids/milliseconds"));
}

TEST_CASE("vectors: principals and requirement") {
  Hasher h;
  CHECK(hex(h.digest(DigestTag::kPrincipals, vector_text("gate/principals"))) == vector_text("digests/principals"));
  CHECK(hex(h.digest(DigestTag::kRequirement, vector_text("gate/requirement"))) == vector_text("digests/requirement"));
}

// --- Lines --------------------------------------------------------------------------------------------------------------

TEST_CASE("vectors: records are read, written back, and have the digests they name") {
  Hasher h;
  for (const Value& row : vector_at("records").items()) {
    CAPTURE(vector_text(row, "name"));
    Arena arena;
    DecisionRecord record = decode_record(vector_text(row, "line"), arena);
    CHECK(encode_record(record) == vector_text(row, "line"));
    CHECK(meta_digest(h, record) == record.meta_digest);
    CHECK(salt_digest(h, record) == record.salt_digest);
  }
}

TEST_CASE("vectors: a line whose shape contradicts itself is refused, and no other") {
  for (const Value& row : vector_at("contradictions").items()) {
    CAPTURE(vector_text(row, "row"), vector_text(row, "what"));
    bool refused = false;
    for (const Value& line : vector_at(row, "lines").items()) {
      Arena arena;
      try {
        decode_record(line.text(), arena);
      } catch (const Failure&) {
        refused = true;
      }
    }
    CHECK(refused == (vector_text(row, "step") == "1"));
  }
}

// --- Leaves: their hashes, chain and tree -----------------------------------------------------------------------------

Digest chained(Hasher& h, const Digest& before, uint64_t index, const Digest& leaf_hash) {
  return h.digest(DigestTag::kChain, before, DigestU64(index), leaf_hash);
}

TEST_CASE("vectors: leaf hashes, chain and roots of the ledger") {
  Hasher h;
  MerkleTree tree;
  Digest chain = h.digest(DigestTag::kGenesis, vector_bytes("ledger/id"), DigestU8(1));
  const Value& leaves = vector_at("ledger/leaves");
  for (uint32_t i = 0;; ++i) {
    CHECK(hex(chain) == vector_at("ledger/chains").elements[i].text());
    CHECK(hex(tree.root(h)) == vector_at("ledger/roots").elements[i].text());
    if (i == leaves.size) break;
    std::string leaf = bytes_of_hex(leaves.elements[i].text());
    Digest leaf_hash = h.leaf(leaf);
    CHECK(hex(leaf_hash) == vector_at("ledger/leaf_hashes").elements[i].text());
    chain = chained(h, chain, i, leaf_hash);
    tree.add_hash(h, leaf_hash);
  }
  CHECK(bytes_of_hex(leaves.elements[0].text()).ends_with(vector_text("ledger/genesis_body")));
  CHECK(bytes_of_hex(leaves.elements[1].text()).ends_with(vector_text("ledger/policy_body")));
  // The leaf of the worked example names its ids, digests and commitments.
  std::string leaf = bytes_of_hex(leaves.elements[2].text());
  CHECK(leaf.size() == 304);
  size_t at = 56 + 8;
  for (std::string_view path : {"policy/policy_digest", "digests/entry", "commitments/input", "commitments/nd",
                                "commitments/outcome", "commitments/meta"}) {
    CHECK(to_hex(std::string_view(leaf).substr(at, 32)) == vector_text(path));
    at += 32;
  }
  CHECK(to_hex(std::string_view(leaf).substr(40, 24)) ==
        std::string(vector_text("ids/trace_id")) + std::string(vector_text("ids/span_id")));
}

TEST_CASE("vectors: the leaf of a decision, of an input that the reader rejected") {
  Hasher h;
  Arena arena;
  DecisionRecord record = decode_record(vector_text("rejected/line"), arena);
  auto commit = [&](std::string_view kind, const record_field::SaltField& salt, const std::optional<Digest>& digest) {
    return commitment(h, kind, commitment_salt(record, salt).value(), digest.value());
  };
  Commitments commitments{commit("input", record.input_salt, record.input_digest),
                          commit("nd", record.nd_salt, record.nd_digest),
                          commit("outcome", record.outcome_salt, record.outcome_digest),
                          commit("meta", record.meta_salt, record.meta_digest)};
  auto leaf = decision_leaf(record, vector_digest("digests/entry"), commitments, 2, LeafLevel::kSync);
  REQUIRE(leaf);
  CHECK(to_hex(*leaf) == vector_text("rejected/leaf"));
}

TEST_CASE("vectors: inclusion paths") {
  Hasher h;
  auto hash = [](const Value& from, uint32_t i) { return digest_from_hex(from.elements[i].text()).value(); };
  const Value& paths = vector_at("checkpoint/inclusion_paths_of_size_3");
  const Value& leaves = vector_at("ledger/leaf_hashes");
  Digest root = hash(vector_at("ledger/roots"), 3);
  CHECK(h.node(h.node(hash(leaves, 0), hash(paths.elements[0], 0)), hash(paths.elements[0], 1)) == root);
  CHECK(h.node(h.node(hash(paths.elements[1], 0), hash(leaves, 1)), hash(paths.elements[1], 1)) == root);
  CHECK(h.node(hash(paths.elements[2], 0), hash(leaves, 2)) == root);
}

TEST_CASE("vectors: the leaf and text of an event") {
  Hasher h;
  Arena arena;
  Value line = read_json(vector_text("event/line"), arena);
  std::string text = canonical(line) + "\n";
  CHECK(text == vector_text("event/line"));
  std::string salt_member = ",\"salt\":\"" + std::string(vector_text("event/salt")) + "\"";
  REQUIRE(text.find(salt_member) != std::string::npos);
  text.erase(text.find(salt_member), salt_member.size());
  text.pop_back();
  Digest digest = h.digest(DigestTag::kEvent, text);
  CHECK(hex(digest) == vector_text("event/text_digest"));
  CHECK(hex(commitment(h, "event", vector_bytes("event/salt"), digest)) == vector_text("event/commit"));
  CHECK(vector_text("event/body").find(vector_text("event/commit")) != std::string_view::npos);
  std::string leaf = vector_bytes("event/leaf");
  CHECK(leaf.ends_with(vector_text("event/body")));
  Digest leaf_hash = h.leaf(leaf);
  CHECK(hex(leaf_hash) == vector_text("event/leaf_hash"));
  CHECK(hex(chained(h, digest_from_hex(vector_at("ledger/chains").elements[3].text()).value(), 3, leaf_hash)) ==
        vector_text("event/chain_after"));
  MerkleTree tree;
  for (const Value& hash : vector_at("ledger/leaf_hashes").items()) {
    tree.add_hash(h, digest_from_hex(hash.text()).value());
  }
  tree.add_hash(h, leaf_hash);
  CHECK(hex(tree.root(h)) == vector_text("event/root_of_size_4"));
}

TEST_CASE("vectors: the receipt names leaf and chain") {
  auto last = [](std::string_view path, uint32_t i) { return "sha256:" + std::string(vector_at(path).elements[i].text()); };
  CHECK(vector_text("receipt/leaf") == last("ledger/leaf_hashes", 2));
  CHECK(vector_text("receipt/chain") == last("ledger/chains", 3));
  CHECK(vector_text("receipt/ledger") == vector_text("ledger/id"));
  CHECK(vector_at("rejected/size").integer == static_cast<int64_t>(vector_text("rejected/line").size()));
}

}  // namespace
}  // namespace writ
