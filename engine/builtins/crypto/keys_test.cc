// Private keys in PEM: the expected answers are those of OPA v1.22.4.
#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/builtins/crypto/certificate_maker.h"
#include "engine/builtins/test_support.h"

namespace writ::test {
namespace {

// Private number 1 of P-256, in SEC 1.
constexpr char kEc[] =
    R"~(["LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1ERUNBUUVFSUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU)~"
    R"~(FBQUFBQUFBQUJvQW9HQ0NxR1NNNDkKQXdFSAotLS0tLUVORCBFQyBQUklWQVRFIEtFWS0tLS0tCg=="])~";
// Seed of ones, in PKCS #8.
constexpr char kEd25519[] =
    R"~(["LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DNENBUUF3QlFZREsyVndCQ0lFSUFFQkFRRUJBUUVCQVFFQkFRRUJBUUVCQV)~"
    R"~(FFQkFRRUJBUUVCQVFFQkFRRUIKLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo="])~";
// Seed of ones, in PKCS #8.
constexpr char kX25519[] =
    R"~(["LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DNENBUUF3QlFZREsyVnVCQ0lFSUFFQkFRRUJBUUVCQVFFQkFRRUJBUUVCQV)~"
    R"~(FFQkFRRUJBUUVCQVFFQkFRRUIKLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo="])~";
// 256 bits.
constexpr char kRsa[] =
    R"~(["LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUdxQWdFQUFpRUF1UE9acmxHTlc3Qi9QbmFTVVNGRktzQzNqNlA3eG)~"
    R"~(5IV3kxQVlBT2Y1SEpVQ0F3RUFBUUlnCkxncmV1RW12RWlOWEdmcTBwQ1BQTHRBZzRESHgwbmxqalpKeURST0ZkQVVDRVFEYnlQdT)~"
    R"~(h2ZVhBbVVGazJEbWYKZG54M0FoRUExMjFETVBGRWErcXd3Ui9leTVIT1V3SVFVUC9rVHU0SmM0N0h1L3U0V04yWkJ3SVFkTmNNLz)~"
    R"~(BtTQpHNS9obUExS0VFMFhnd0lSQUxDdndHei9sUHJIa1U0SEpiOW8yZ0k9Ci0tLS0tRU5EIFJTQSBQUklWQVRFIEtFWS0tLS0tCg)~"
    R"~(=="])~";
// The same with one number wrong.
constexpr char kWrongExponent[] =
    R"~(["LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUdxQWdFQUFpRUF1UE9acmxHTlc3Qi9QbmFTVVNGRktzQzNqNlA3eG)~"
    R"~(5IV3kxQVlBT2Y1SEpVQ0F3RUFBUUlnCkxncmV1RW12RWlOWEdmcTBwQ1BQTHRBZzRESHgwbmxqalpKeURST0ZkQVlDRVFEYnlQdT)~"
    R"~(h2ZVhBbVVGazJEbWYKZG54M0FoRUExMjFETVBGRWErcXd3Ui9leTVIT1V3SVFVUC9rVHU0SmM0N0h1L3U0V04yWkJ3SVFkTmNNLz)~"
    R"~(BtTQpHNS9obUExS0VFMFhnd0lSQUxDdndHei9sUHJIa1U0SEpiOW8yZ0k9Ci0tLS0tRU5EIFJTQSBQUklWQVRFIEtFWS0tLS0tCg)~"
    R"~(=="])~";
// The same with one number wrong.
constexpr char kWrongModulus[] =
    R"~(["LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUdxQWdFQUFpRUF1UE9acmxHTlc3Qi9QbmFTVVNGRktzQzNqNlA3eG)~"
    R"~(5IV3kxQVlBT2Y1SEpjQ0F3RUFBUUlnCkxncmV1RW12RWlOWEdmcTBwQ1BQTHRBZzRESHgwbmxqalpKeURST0ZkQVVDRVFEYnlQdT)~"
    R"~(h2ZVhBbVVGazJEbWYKZG54M0FoRUExMjFETVBGRWErcXd3Ui9leTVIT1V3SVFVUC9rVHU0SmM0N0h1L3U0V04yWkJ3SVFkTmNNLz)~"
    R"~(BtTQpHNS9obUExS0VFMFhnd0lSQUxDdndHei9sUHJIa1U0SEpiOW8yZ0k9Ci0tLS0tRU5EIFJTQSBQUklWQVRFIEtFWS0tLS0tCg)~"
    R"~(=="])~";
// The same with one number wrong.
constexpr char kEvenExponent[] =
    R"~(["LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUdxQWdFQUFpRUF1UE9acmxHTlc3Qi9QbmFTVVNGRktzQzNqNlA3eG)~"
    R"~(5IV3kxQVlBT2Y1SEpVQ0F3RUFBQUlnCkxncmV1RW12RWlOWEdmcTBwQ1BQTHRBZzRESHgwbmxqalpKeURST0ZkQVVDRVFEYnlQdT)~"
    R"~(h2ZVhBbVVGazJEbWYKZG54M0FoRUExMjFETVBGRWErcXd3Ui9leTVIT1V3SVFVUC9rVHU0SmM0N0h1L3U0V04yWkJ3SVFkTmNNLz)~"
    R"~(BtTQpHNS9obUExS0VFMFhnd0lSQUxDdndHei9sUHJIa1U0SEpiOW8yZ0k9Ci0tLS0tRU5EIFJTQSBQUklWQVRFIEtFWS0tLS0tCg)~"
    R"~(=="])~";
// The same with one number wrong.
constexpr char kWrongInverse[] =
    R"~(["LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUdhQWdFQUFpRUF1UE9acmxHTlc3Qi9QbmFTVVNGRktzQzNqNlA3eG)~"
    R"~(5IV3kxQVlBT2Y1SEpVQ0F3RUFBUUlnCkxncmV1RW12RWlOWEdmcTBwQ1BQTHRBZzRESHgwbmxqalpKeURST0ZkQVVDRVFEYnlQdT)~"
    R"~(h2ZVhBbVVGazJEbWYKZG54M0FoRUExMjFETVBGRWErcXd3Ui9leTVIT1V3SVFVUC9rVHU0SmM0N0h1L3U0V04yWkJ3SVFkTmNNLz)~"
    R"~(BtTQpHNS9obUExS0VFMFhnd0lCQlE9PQotLS0tLUVORCBSU0EgUFJJVkFURSBLRVktLS0tLQo="])~";
// The same with one number wrong.
constexpr char kWrongReduced[] =
    R"~(["LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUdiQWdFQUFpRUF1UE9acmxHTlc3Qi9QbmFTVVNGRktzQzNqNlA3eG)~"
    R"~(5IV3kxQVlBT2Y1SEpVQ0F3RUFBUUlnCkxncmV1RW12RWlOWEdmcTBwQ1BQTHRBZzRESHgwbmxqalpKeURST0ZkQVVDRVFEYnlQdT)~"
    R"~(h2ZVhBbVVGazJEbWYKZG54M0FoRUExMjFETVBGRWErcXd3Ui9leTVIT1V3SUJCUUlRZE5jTS8wbU1HNS9obUExS0VFMFhnd0lSQU)~"
    R"~(xDdgp3R3ovbFBySGtVNEhKYjlvMmdJPQotLS0tLUVORCBSU0EgUFJJVkFURSBLRVktLS0tLQo="])~";
// The same with one number wrong.
constexpr char kNegativePrime[] =
    R"~(["LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUdhQWdFQUFpRUF1UE9acmxHTlc3Qi9QbmFTVVNGRktzQzNqNlA3eG)~"
    R"~(5IV3kxQVlBT2Y1SEpVQ0F3RUFBUUlnCkxncmV1RW12RWlOWEdmcTBwQ1BQTHRBZzRESHgwbmxqalpKeURST0ZkQVVDQWZzQ0VRRF)~"
    R"~(hiVU13OFVScjZyREIKSDk3TGtjNVRBaEJRLytSTzdnbHpqc2U3KzdoWTNaa0hBaEIwMXd6L1NZd2JuK0dZRFVvUVRSZURBaEVBc0)~"
    R"~(svQQpiUCtVK3NlUlRnY2x2MmphQWc9PQotLS0tLUVORCBSU0EgUFJJVkFURSBLRVktLS0tLQo="])~";

TEST_CASE("private keys are read, and refused, as Go does it", "[x509]") {
  constexpr Case kCases[] = {
      {"crypto.parse_private_keys", kEc,
       R"~([{"Curve": {}, "D": 1, "X": 484395612939064517590525852527979142027629495260417479958440807170824046)~"
       R"~(35286, "Y": 36134250956749795798585127919587881956611106672985015071877198253568414405109}])~"},
      {"crypto.x509.parse_rsa_private_key", kEc,
       R"~({"crv": "P-256", "d": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE", "kty": "EC", "x": "axfR8uEsQkf4)~"
       R"~(vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY", "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"})~"},
      {"crypto.parse_private_keys", kEd25519,
       R"~(["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQGKiOPddAnxlf1S2y08ul1yymcJvx2UEhvzdIgBtA9vXA=="])~"},
      {"crypto.x509.parse_rsa_private_key", kEd25519,
       R"~({"crv": "Ed25519", "d": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "kty": "OKP", "x": "iojj3XQJ8)~"
       R"~(ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w"})~"},
      {"crypto.parse_private_keys", kX25519,
       R"~([{}])~"},
      {"crypto.x509.parse_rsa_private_key", kX25519,
       R"~({"crv": "X25519", "d": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "kty": "OKP", "x": "pOCSkrZRwn)~"
       R"~(i5dyxWn1-puxPZBrRqtoyd-dwrRAn4ogk"})~"},
      {"crypto.parse_private_keys", kRsa,
       R"~([{"D": 20825596661557029232253833989219398751215510322943585356854516319334917567493, "E": 65537, "N)~"
       R"~(": 83655968642872388893301839911214939378967150452987602892585923735450960862357, "Precomputed": {"C)~"
       R"~(RTValues": [], "Dp": 107666906004574817946887053954502203655, "Dq": 15530705495049369993931419019237)~"
       R"~(8451843, "Qinv": 234856682066773023926071797206517078530}, "Primes": [292144496287079031332966374985)~"
       R"~(145154679, 286351342250401058177601183925669056083]}])~"},
      {"crypto.x509.parse_rsa_private_key", kRsa,
       R"~({"d": "LgreuEmvEiNXGfq0pCPPLtAg4DHx0nljjZJyDROFdAU", "dp": "UP_kTu4Jc47Hu_u4WN2ZBw", "dq": "dNcM_0mM)~"
       R"~(G5_hmA1KEE0Xgw", "e": "AQAB", "kty": "RSA", "n": "uPOZrlGNW7B_PnaSUSFFKsC3j6P7xnHWy1AYAOf5HJU", "p":)~"
       R"~( "28j7vL3lwJlBZNg5n3Z8dw", "q": "121DMPFEa-qwwR_ey5HOUw", "qi": "sK_AbP-U-seRTgclv2jaAg"})~"},
      {"crypto.parse_private_keys", kWrongExponent,
       R"~(eval_builtin_error: crypto.parse_private_keys: crypto/rsa: d does not match dP)~"},
      {"crypto.x509.parse_rsa_private_key", kWrongExponent,
       R"~(eval_builtin_error: crypto.x509.parse_rsa_private_key: crypto/rsa: d does not match dP)~"},
      {"crypto.parse_private_keys", kWrongModulus,
       R"~(eval_builtin_error: crypto.parse_private_keys: crypto/rsa: p * q != n)~"},
      {"crypto.x509.parse_rsa_private_key", kWrongModulus,
       R"~(eval_builtin_error: crypto.x509.parse_rsa_private_key: crypto/rsa: p * q != n)~"},
      {"crypto.parse_private_keys", kEvenExponent,
       R"~(eval_builtin_error: crypto.parse_private_keys: crypto/rsa: public exponent is even)~"},
      {"crypto.x509.parse_rsa_private_key", kEvenExponent,
       R"~(eval_builtin_error: crypto.x509.parse_rsa_private_key: crypto/rsa: public exponent is even)~"},
      {"crypto.parse_private_keys", kWrongInverse,
       R"~(eval_builtin_error: crypto.parse_private_keys: crypto/rsa: invalid CRT coefficient)~"},
      {"crypto.x509.parse_rsa_private_key", kWrongInverse,
       R"~(eval_builtin_error: crypto.x509.parse_rsa_private_key: crypto/rsa: invalid CRT coefficient)~"},
      {"crypto.parse_private_keys", kWrongReduced,
       R"~(eval_builtin_error: crypto.parse_private_keys: crypto/rsa: invalid CRT exponent)~"},
      {"crypto.x509.parse_rsa_private_key", kWrongReduced,
       R"~(eval_builtin_error: crypto.x509.parse_rsa_private_key: crypto/rsa: invalid CRT exponent)~"},
      {"crypto.parse_private_keys", kNegativePrime,
       R"~(eval_builtin_error: crypto.parse_private_keys: x509: private key contains zero or negative value)~"},
      {"crypto.x509.parse_rsa_private_key", kNegativePrime,
       R"~(eval_builtin_error: crypto.x509.parse_rsa_private_key: x509: private key contains zero or negative v)~"
       R"~(alue)~"},
      {"crypto.parse_private_keys", R"([""])", "null"},
      {"crypto.parse_private_keys", R"(["none"])", "[]"},
      {"crypto.x509.parse_rsa_private_key", R"([""])",
       "eval_builtin_error: crypto.x509.parse_rsa_private_key: input PEM data was empty"},
      {"crypto.x509.parse_rsa_private_key", R"(["Zm9v"])", "null"},
      {"crypto.x509.parse_rsa_private_key", R"(["invalid"])",
       "eval_builtin_error: crypto.x509.parse_rsa_private_key: illegal base64 data at input byte 4"},
  };
  check_cases(kCases);
}

TEST_CASE("the key of a pair has to be that of its certificate", "[x509]") {
  auto pair = [](char certified, char held) {
    std::string certificate = make({"a", "a", SigningKey(certified).info}, SigningKey(1));
    std::string secret(31, '\0');
    std::string key = sequence(small(1) + element(der::kOctetString, secret + held) +
                               element(der::context_constructed(0),
                                       element(der::kOid, find_curve_named("P-256")->oid)));
    return run("crypto.x509.parse_keypair", "[" + argument({certificate}) + ", " + argument({key}) + "]");
  };
  std::string answer = pair(2, 2);
  CHECK(answer.starts_with(R"({"Certificate": [")"));
  CHECK(answer.find(R"("PrivateKey": {"Curve": {}, "D": 2, )") != std::string::npos);
  CHECK(answer.find(R"("CommonName": "a")") != std::string::npos);
  CHECK(pair(2, 3) ==
        "eval_builtin_error: crypto.x509.parse_keypair: tls: private key does not match public key");
  CHECK(run("crypto.x509.parse_keypair", R"(["Zm9v", "Zm9v"])") ==
        "eval_builtin_error: crypto.x509.parse_keypair: x509: malformed certificate");
}

TEST_CASE("numbers of a key are paid for before anything is computed with them", "[x509]") {
  // 2^16,000 is a prime of nothing; to find that out costs a square of its size.
  auto key_of = [](size_t bytes) {
    std::string number = element(der::kInteger, std::string(1, '\x7F') + std::string(bytes - 1, '\xFF'));
    return sequence(small(0) + number + small(3) + number + number + number);
  };
  auto parse = [](const std::string& key, uint64_t fuel) {
    Meter meter;
    meter.begin(fuel);
    Meter::Scope scope(&meter);
    std::string fault;
    try {
      return parse_pkcs1_private_key(key, &fault) ? "a key" : fault;
    } catch (const Failure& failure) {
      return std::string(error_code_name(failure.error().code));
    }
  };
  CHECK(parse(key_of(256), kPlentyOfFuel) == "input overflows the modulus");
  CHECK(parse(key_of(2'000), 100'000) == "E_FUEL");
  CHECK(parse(key_of(2'049), kPlentyOfFuel) == "E_NUM_RANGE");
}

}  // namespace
}  // namespace writ::test
