// A chain of three certificates with some bytes changed, or any bytes, as the argument of each function of certificates and keys.
// What must hold: an answer is the same, and costs the same, a second time; a chain that is accepted is also read; nothing that is
// signed was changed in one that is accepted.
#include <array>
#include <string>
#include <string_view>

#include "engine/base/fuzz_bytes.h"
#include "engine/base/meter.h"
#include "engine/builtins/call_support.h"
#include "engine/builtins/crypto/certificate_maker.h"

namespace {

using namespace writ;

constexpr uint64_t kFuel = 20'000'000;
constexpr std::string_view kVerify = "crypto.x509.parse_and_verify_certificates";
constexpr std::string_view kParse = "crypto.x509.parse_certificates";
constexpr std::array kNames = {kVerify, kParse, std::string_view("crypto.x509.parse_certificate_request"),
                               std::string_view("crypto.x509.parse_rsa_private_key"),
                               std::string_view("crypto.parse_private_keys")};
constexpr std::string_view kNow = "1700000000000000000";

// The answer and what it cost.
std::string call(test::Bench& bench, std::string_view name, std::string_view text) {
  Meter meter;
  meter.begin(kFuel);
  Meter::Scope scope(&meter);
  bench.services.patterns().begin();
  bench.services.answers["time.now_ns"] = kNow;
  std::string answer = bench.run(name, "[\"" + std::string(text) + "\"]");
  return answer + " " + std::to_string(meter.used());
}

struct Chain {
  std::string root;  // trusted for its place: nobody looks at its signature
  std::string rest;  // intermediate and leaf
};

Chain make_chain() {
  test::SigningKey root(1), middle(2), leaf(3);
  test::Template top{"root", "root", root.info, test::authority()};
  test::Template between{"middle", "root", middle.info, test::authority(0) + test::constraints("example.com", "x.example.com")};
  test::Template end{"leaf", "middle", leaf.info, test::dns_names({"a.example.com"})};
  return {test::make(top, root), test::make(between, root) + test::make(end, middle)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Chain kChain = make_chain();
  if (size > 8192) return 0;
  FuzzBytes bytes(data, size);
  std::string_view name = kNames[bytes.below(kNames.size())];
  std::string der;
  if (bytes.byte() % 4 == 0) {
    der = bytes.rest();
  } else {
    der = kChain.root + kChain.rest;
    while (!bytes.empty()) {
      char& byte = der[bytes.below(der.size())];
      byte = static_cast<char>(byte ^ static_cast<char>(bytes.byte()));
    }
  }
  test::Bench bench;
  std::string text = base64_encode(der);
  std::string answer = call(bench, name, text);
  demand(call(bench, name, text) == answer);
  if (name != kVerify || !answer.starts_with("[true")) return 0;
  demand(call(bench, kParse, text).starts_with("["));
  bool is_made = der.size() == kChain.root.size() + kChain.rest.size();
  demand(!is_made || der.ends_with(kChain.rest));
  return 0;
}
