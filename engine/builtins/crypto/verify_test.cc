// Chains that verify and chains that do not. Whether each does has been asked of OPA v1.22.4.
#include <catch2/catch.hpp>

#include "engine/base/meter.h"
#include "engine/builtins/crypto/certificate_maker.h"
#include "engine/builtins/test_support.h"

namespace writ::test {
namespace {

using namespace std::string_literals;

struct Pki {
  SigningKey root_key{1}, middle_key{2}, leaf_key{3};
  Template root{"root", "root", root_key.info, authority()};
  Template middle{"middle", "root", middle_key.info, authority()};
  Template leaf{"leaf", "middle", leaf_key.info, dns_names({"www.example.com"})};

  std::string root_der() const { return make(root, root_key); }
  std::string middle_der() const { return make(middle, root_key); }
  std::string leaf_der() const { return make(leaf, middle_key); }
  std::string chain() const { return argument({root_der(), middle_der(), leaf_der()}); }
};

bool verifies(const std::string& certificates, const std::string& options = "{}") {
  std::string answer = run("crypto.x509.parse_and_verify_certificates_with_options",
                           "[" + certificates + ", " + options + "]");
  CHECK((answer == "[false, []]" || answer.starts_with("[true, [{")));
  return answer.starts_with("[true");
}

TEST_CASE("a chain verifies whatever the order of what is between", "[x509]") {
  Pki pki;
  CHECK(verifies(pki.chain()));
  CHECK(run("crypto.x509.parse_and_verify_certificates", "[" + pki.chain() + "]").starts_with("[true, [{"));
  SigningKey other(4);
  std::string decoy = make({"middle", "root", other.info, authority()}, pki.root_key);
  std::string self_signed = make({"middle", "middle", pki.middle_key.info, authority()}, pki.middle_key);
  CHECK(verifies(argument({pki.root_der(), decoy, self_signed, pki.middle_der(), pki.middle_der(), pki.leaf_der()})));
  // The root is a leaf of its own.
  std::string root = pki.root_der();
  CHECK(verifies(argument({root, root})));
}

TEST_CASE("a chain that lacks a link, or has a wrong one, does not verify", "[x509]") {
  Pki pki;
  CHECK_FALSE(verifies(argument({pki.root_der(), pki.leaf_der()})));
  CHECK_FALSE(verifies(argument({pki.leaf_der(), pki.middle_der(), pki.root_der()})));
  CHECK_FALSE(verifies(argument({pki.middle_der(), pki.root_der(), pki.leaf_der() + "x"})));
  CHECK_FALSE(verifies(argument({pki.root_der()})));
  CHECK_FALSE(verifies("\"\""));
  // Signed by another key; named after another issuer.
  CHECK_FALSE(verifies(argument({pki.root_der(), pki.middle_der(), make(pki.leaf, pki.leaf_key)})));
  Pki renamed;
  renamed.leaf.issuer = "Middle";
  CHECK_FALSE(verifies(renamed.chain()));
  std::string broken = pki.leaf_der();
  broken.back() = static_cast<char>(broken.back() ^ 1);
  CHECK_FALSE(verifies(argument({pki.root_der(), pki.middle_der(), broken})));
}

TEST_CASE("who may issue certificates is asked of each issuer", "[x509]") {
  auto with = [](auto change) {
    Pki pki;
    change(pki);
    return verifies(pki.chain());
  };
  std::string no_authority = extension("\x55\x1D\x13", sequence(""), true);
  std::string signs_no_certificates = extension("\x55\x1D\x0F", element(der::kBitString, "\x07\x80"), true);
  std::string signs_certificates = extension("\x55\x1D\x0F", element(der::kBitString, "\x02\x04"), true);
  CHECK_FALSE(with([&](Pki& p) { p.middle.extensions = no_authority; }));
  CHECK_FALSE(with([&](Pki& p) { p.middle.extensions = dns_names({"x"}); }));
  CHECK_FALSE(with([&](Pki& p) { p.root.extensions = no_authority; }));
  CHECK_FALSE(with([&](Pki& p) { p.middle.extensions += signs_no_certificates; }));
  CHECK(with([&](Pki& p) { p.middle.extensions += signs_certificates; }));
  // A root of version 1 has no extensions that could forbid it; what is between must have them.
  CHECK(with([&](Pki& p) { p.root.version = p.root.extensions = ""; }));
  CHECK_FALSE(with([&](Pki& p) { p.middle.version = p.middle.extensions = ""; }));
  CHECK_FALSE(with([&](Pki& p) { p.root.extensions = authority(0); }));
  CHECK(with([&](Pki& p) { p.root.extensions = authority(1); }));
  CHECK(with([&](Pki& p) { p.middle.extensions = authority(0); }));
  // A critical extension that nobody understands.
  CHECK_FALSE(with([&](Pki& p) { p.middle.extensions += extension("\x2A\x03\x04", "", true); }));
  CHECK(with([&](Pki& p) { p.middle.extensions += extension("\x2A\x03\x04", ""); }));
  CHECK_FALSE(with([&](Pki& p) { p.leaf.extensions += extension("\x2A\x03\x04", "", true); }));
}

TEST_CASE("weak signatures are refused", "[x509]") {
  Pki pki;
  pki.leaf.algorithm = kEcdsaSha1;
  std::string weak = make(pki.leaf, pki.middle_key, "SHA1");
  CHECK_FALSE(verifies(argument({pki.root_der(), pki.middle_der(), weak})));
  // The signature of the root itself is not looked at.
  Pki root_only;
  root_only.root.algorithm = kEcdsaSha1;
  CHECK(verifies(root_only.chain()));
}

TEST_CASE("times are compared with the decision's or the given one", "[x509]") {
  Pki pki;
  pki.leaf.not_before = element(der::kUtcTime, "230101000000Z");
  pki.leaf.not_after = element(der::kUtcTime, "240101000000Z");
  CHECK(verifies(pki.chain()));  // the clock of the tests: November 2023
  CHECK(verifies(pki.chain(), R"({"CurrentTime": 1672531200000000000})"));
  CHECK_FALSE(verifies(pki.chain(), R"({"CurrentTime": 1672531199999999999})"));
  CHECK(verifies(pki.chain(), R"({"CurrentTime": 1704067200000000000})"));
  CHECK_FALSE(verifies(pki.chain(), R"({"CurrentTime": 1704067200000000001})"));
  CHECK_FALSE(verifies(pki.chain(), R"({"CurrentTime": 0})"));
  Bench bench;
  bench.services.clock = 1704067200000000001;
  CHECK(bench.run("crypto.x509.parse_and_verify_certificates", "[" + pki.chain() + "]") == "[false, []]");
}

TEST_CASE("the leaf must be for the host that is asked for", "[x509]") {
  Pki pki;
  pki.leaf.extensions = dns_names({"www.example.com", "*.example.org", "a_b.example.com", "bad name"});
  auto is_for = [&](const std::string& host) { return verifies(pki.chain(), R"({"DNSName": ")" + host + "\"}"); };
  CHECK(is_for("www.example.com"));
  CHECK(is_for("WWW.Example.com."));
  CHECK(is_for(R"(\"www.example.com\")"));
  CHECK(is_for("x.example.org"));
  CHECK(is_for("a_b.example.com"));
  CHECK(is_for("bad name"));
  CHECK(is_for(""));
  for (const char* host :
       {"example.com", "x.www.example.com", "example.org", "x.y.example.org", "*", ".", "10.0.0.1"}) {
    INFO(host);
    CHECK_FALSE(is_for(host));
  }
}

TEST_CASE("name constraints hold for what is below", "[x509]") {
  auto with = [](const std::string& permitted, const std::string& excluded, const std::string& name) {
    Pki pki;
    pki.middle.extensions += constraints(permitted, excluded);
    pki.leaf.extensions = dns_names({name});
    return verifies(pki.chain());
  };
  CHECK(with("example.com", "", "www.example.com"));
  CHECK(with("example.com", "", "example.com"));
  CHECK(with(".example.com", "", "www.EXAMPLE.com"));
  CHECK_FALSE(with(".example.com", "", "example.com"));
  CHECK_FALSE(with("example.com", "", "www.example.org"));
  CHECK_FALSE(with("example.com", "", "badexample.com"));
  CHECK_FALSE(with("", "example.com", "www.example.com"));
  CHECK(with("", "example.com", "www.example.org"));
  CHECK_FALSE(with("", "www.example.com", "*.example.com"));
  CHECK_FALSE(with("example.com", "", "www.example.com."));
}

TEST_CASE("one of the key usages that are asked for has to be allowed by all", "[x509]") {
  auto usages = [](std::string_view last) {
    return extension("\x55\x1D\x25", sequence(element(der::kOid, "\x2B\x06\x01\x05\x05\x07\x03"s + std::string(last))));
  };
  Pki pki;
  pki.leaf.extensions += usages("\x02");
  CHECK_FALSE(verifies(pki.chain()));
  CHECK(verifies(pki.chain(), R"({"KeyUsages": ["KeyUsageClientAuth"]})"));
  CHECK(verifies(pki.chain(), R"({"KeyUsages": {"$set": ["KeyUsageServerAuth", "KeyUsageClientAuth"]}})"));
  CHECK(verifies(pki.chain(), R"({"KeyUsages": ["KeyUsageAny"]})"));
  CHECK_FALSE(verifies(pki.chain(), R"({"KeyUsages": []})"));
  pki.middle.extensions += usages("\x01");
  CHECK_FALSE(verifies(pki.chain(), R"({"KeyUsages": ["KeyUsageServerAuth", "KeyUsageClientAuth"]})"));
}

TEST_CASE("options that make no sense are faults, but only where there are certificates", "[x509]") {
  constexpr std::string_view kName = "crypto.x509.parse_and_verify_certificates_with_options";
  struct Row {
    std::string_view options, fault;
  };
  constexpr Row kRows[] = {
      {R"({"x": 1})", "invalid key option"},
      {R"({"DNSName": 1})", "'DNSName' should be a string"},
      {R"({"CurrentTime": "a"})", "'CurrentTime' should be a number"},
      {R"({"CurrentTime": 1.5})", "'CurrentTime' should be a valid int64 number"},
      {R"({"MaxConstraintComparisons": "a"})", "'MaxConstraintComparisons' should be a number"},
      {R"({"KeyUsages": "KeyUsageAny"})", "'KeyUsages' should be an Array or Set"},
      {R"({"KeyUsages": ["a", "KeyUsageAny", "b"]})", "invalid entries for 'KeyUsages' found: [a b]"},
  };
  Pki pki;
  for (const Row& row : kRows) {
    std::string answer = run(kName, "[" + pki.chain() + ", " + std::string(row.options) + "]");
    CHECK(answer == "eval_builtin_error: " + std::string(kName) + ": " + std::string(row.fault));
    CHECK(run(kName, "[\"no certificates\", " + std::string(row.options) + "]") == "[false, []]");
  }
}

TEST_CASE("certificates without end are paid for, and few signatures are checked", "[x509]") {
  Pki pki;
  std::vector<std::string> certificates{pki.root_der()};
  SigningKey other(4);
  // All have the name of the issuer that is looked for, and none its key.
  std::string decoy = make({"middle", "root", other.info, authority()}, pki.root_key);
  size_t serial = decoy.find("\xA0\x03\x02\x01\x02\x02\x01\x01"s) + 7;
  for (int i = 0; i < 10'000; i++) {
    std::string one = decoy;
    one[serial] = static_cast<char>(i % 100 + 1);
    one[one.size() - 1] = static_cast<char>(i / 100);
    certificates.push_back(one);
  }
  certificates.push_back(pki.middle_der());
  certificates.push_back(pki.leaf_der());
  std::string args = "[" + argument(certificates) + "]";
  auto used = [&](uint64_t fuel) {
    Bench bench;
    Meter meter;
    meter.begin(fuel);
    Meter::Scope scope(&meter);
    std::string answer = bench.run("crypto.x509.parse_and_verify_certificates", args);
    return std::pair(answer, meter.used());
  };
  auto [answer, units] = used(kPlentyOfFuel);
  CHECK(answer == "[false, []]");
  CHECK(units > 4'000'000);
  CHECK(used(1'000'000).first == "E_FUEL");
}

TEST_CASE("keys too large to compute with are a limit, not an answer", "[x509]") {
  Pki pki;
  auto with_bits = [&](size_t bits, uint64_t fuel) {
    std::string modulus(bits / 8, '\xFF');
    std::string numbers = sequence(element(der::kInteger, std::string(1, '\0') + modulus) + small(3));
    Template root = pki.root;
    root.key_info = sequence(sequence(element(der::kOid, "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01") +
                                      element(der::kNull, "")) + bit_string(numbers));
    Template leaf = pki.leaf;
    leaf.issuer = "root";
    leaf.algorithm = sequence(element(der::kOid, "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B") + element(der::kNull, ""));
    // A signature of the right length, made by nobody.
    std::string body = make(leaf, pki.root_key);
    std::string_view tbs;
    DerReader outer({});
    DerReader(body).enter(der::kSequence, &outer);
    outer.read_element(der::kSequence, &tbs);
    std::string forged = sequence(std::string(tbs) + leaf.algorithm + bit_string(std::string(bits / 8, '\1')));
    Bench bench;
    Meter meter;
    meter.begin(fuel);
    Meter::Scope scope(&meter);
    return bench.run("crypto.x509.parse_and_verify_certificates",
                     "[" + argument({make(root, pki.root_key), forged}) + "]");
  };
  CHECK(with_bits(2048, kPlentyOfFuel) == "[false, []]");
  CHECK(with_bits(16384, kPlentyOfFuel) == "[false, []]");
  CHECK(with_bits(16384, 20'000) == "E_FUEL");
  CHECK(with_bits(16392, kPlentyOfFuel) == "E_NUM_RANGE");
}

}  // namespace
}  // namespace writ::test
