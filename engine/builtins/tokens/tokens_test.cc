// The expected answers are those of OPA v1.22.4, except where a comment says so.
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/meter.h"
#include "engine/builtins/support.h"
#include "engine/builtins/test_support.h"
#include "engine/builtins/tokens/jwk.h"
#include "engine/builtins/tokens/quick_json.h"

namespace writ {
namespace {

// --- Keys and tokens -------------------------------------------------------------------------------------------------

constexpr std::string_view kRsa = R"~({"kty":"RSA",
"n":"xd-CYojONes-VSzvSbOtC-BSPy_Sl2aO5m4RnPCA045-nRMWv9Usv4flfmCOVsH1PnTKO1X5PNxTTGBidilKgG-XlB6pqfH7lATVluojlau9hNuTrmkLXaLvv1biV1SS0-IJJ2F7TDX1i4-mW4Ni4TLiawaCKtXHSwmk3sZAkyQ2JS__B4w4i-OxfK5oTaZa34E8huDprcIjO6-xwoHT74DkI3gTrRb3WeqNWSh-LgvkmTUFoKySb4t_7NGHuNSdhKvK2TGRXOrSXZdnvrOXSQC0u3R-HEjohRSXxdk4yODGdFx6xu4yG8KSQq3AbQSKdd82BHKZ036Da51SN0sKCw",
"e":"AQAB",
"d":"SDxZSAlzZmGzxrp5vKk4Ui6ZN_IIajcJkfu6uFVgYlsRw9v1ISD8jgtZb3JmZCu4kQ1nypOPQnWYfzhsmYBnb03Nw0gSXjU1x4qgQtDFHt2seTUDy9cTTCKwbWSVipYYZ_uLpfHDZkYIluNhMuVbEqVV3QZqPKMAd1dU9fLgHhakxWnxuOqaKpfJsU74R628cKvdTylwlcQqOS01fEi6VKByQlC4SV6GwmyGcDPUObxKdHM5f5YN5j9BQKuWQzOB39LoUiQCgXP9W-0PKfxeQVHBO-M-H67fLK0fl77F-SQk3GhudgtIB_uDMHPUAkVkZ4KkciPa7wps9qIyMz9wwQ",
"p":"5XY1OdTDGNbiBv2lxp3GtoLmctoWyff_MfzgDdPdQS_6wD0F5rg_TzJQv9bza8SiiTqrLc6H5LsaOzsWWuWTzlqbfEutTcc5xRONCrJ6uk0HXreCVnXr3BigZF6RqpOY4VQWKMp7i5NgOjmktu6tRVaH5vqvks18nWt_QqwQY2E",
"q":"3MIKHOBkMFq1dPDwn_1MpIoOMEnm4LShRO1eM5NpV3HCDSTDfW5SnEG3ecMGk0yXNG8zsnKK6a-42MCd4QGsNJOMM6m1OIQQMETNvFem9DpuLNseswT-yDncUhUAo2Jx2aDVVBxAVnuBkKDm1alBNbncWrQdboxPsCrnyqQh0Os",
"dp":"WwhadWcDP4eAhGV8rx9JBn9IDaiYAehxRdOcz9-Nl58BS-LpxG60Lyc3AeS1Dbwk_2xXHQUixIu2DGmUpNsPmH450UX0qzaupJDtE6FbLy4ADoOfIc4GlHrwpuEdyR5lOH-zittJyEXflznnLuvhsfByWiB6JzN-jLVo93prxgE",
"dq":"P-Osd5T9if0GnRSKH1N4lfoahyEsP4YnUkJ8S-LyzsruhU1JgoimQfDG_-dQhNrau-MfDBsYVu9zSM_eIVuRkhnNrroD55pY8Q9Il6Sqfe5XKoY0CU19y0brm5nWeHKqTni8pL4UZLMT2V6nz9hPNhRXUKzmA7N58JtKQBxmaQc",
"qi":"2_klbmYFBXSHqi4KERzdLHlKDUSzq1TfJ3v_TbP-1lI978z0lPDlGPTBml03_sQ4M6vfOZT0POCUbm-cKvOYNw-guBMtYZ-1bFpV8mL2C2fCl85Ab_-GTkkIPlb8E4VAGj6XyNnJ1KtfzZ-7Hj1NQG5XZJX4w_4oZWJhwBjeRk4"})~";
constexpr std::string_view kP256 = R"~({"kty":"EC",
"crv":"P-256",
"x":"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y",
"y":"eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk",
"d":"ya-p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE"})~";
constexpr std::string_view kP384 = R"~({"kty":"EC",
"crv":"P-384",
"x":"7DpOQVtOGaRWhhgCn0J_pdqai8SukuAuBqrlKGswDGTe-PDqkFWGYGSiVFFUgLwT",
"y":"gBXZty19VyROqO-awMYhiWcIpZNn-d-59UyoSz8cnbEoiyMcOuDU_nNE_SUzJkcg",
"d":"a509rS4bjBwFsZh1tmWfTeI8O2Z78pe6mqR3QHhxN9iW1XJOTHCoJfhyyepg0u31"})~";
constexpr std::string_view kP521 = R"~({"kty":"EC",
"crv":"P-521",
"x":"AYlFUNB4WTLgDqojtpTyE_jDEh-G3JegTlpxZ9tOW803ESPUbkXba11TcKfyD7YzFV04_6FtK9dh3KxHS5ovUCOk",
"y":"AEkxAclizU0v3feCKF5kWEE5wvkbR_h_-CNU1mMPdGoooNsldBtbNKgoAIsirMI_kk-q-9TTP4HqZpVt_qor_fz1",
"d":"APrQbapiujsl0vtAEz2nVyBd5n9bsAGP7oyG4baMfnXKqJbrMvH0fHCFWDam0W_MFGb22PvsZ9uJ7AwIsOmWuDU4"})~";
constexpr std::string_view kEd25519 = R"~({"kty":"OKP",
"crv":"Ed25519",
"x":"6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw",
"d":"BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc"})~";
constexpr std::string_view kOct = R"~({"kty":"oct","k":"c2VjcmV0"})~";  // "secret"

// Those of kP256 and kRsa.
constexpr std::string_view kP256Pem = R"~(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7
Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
-----END PUBLIC KEY-----
)~";
constexpr std::string_view kP256Certificate = R"~(-----BEGIN CERTIFICATE-----
MIIBAzCBq6ADAgECAgFNMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAXQwHhcNMjAw
MTAxMDAwMDAwWhcNNDAwMTAxMDAwMDAwWjAMMQowCAYDVQQDDAF0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDy
n7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimTAKBggqhkjOPQQDAgNH
ADBEAiASR3X1oUwEpuXCYe6WnaxH+r0U2HfySAXldDr6tjPNJwIgOVJuM/v+UOdp
7Hw58XKF7Sdi5msvIY5oA1jUdNcAEEo=
-----END CERTIFICATE-----
)~";
constexpr std::string_view kRsaPem = R"~(-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxd+CYojONes+VSzvSbOt
C+BSPy/Sl2aO5m4RnPCA045+nRMWv9Usv4flfmCOVsH1PnTKO1X5PNxTTGBidilK
gG+XlB6pqfH7lATVluojlau9hNuTrmkLXaLvv1biV1SS0+IJJ2F7TDX1i4+mW4Ni
4TLiawaCKtXHSwmk3sZAkyQ2JS//B4w4i+OxfK5oTaZa34E8huDprcIjO6+xwoHT
74DkI3gTrRb3WeqNWSh+LgvkmTUFoKySb4t/7NGHuNSdhKvK2TGRXOrSXZdnvrOX
SQC0u3R+HEjohRSXxdk4yODGdFx6xu4yG8KSQq3AbQSKdd82BHKZ036Da51SN0sK
CwIDAQAB
-----END PUBLIC KEY-----
)~";

constexpr std::string_view kHeader = R"({"alg":"ES256"})";
constexpr std::string_view kPayload = R"({"sub":"bob"})";
const std::string kFalse = "[false, {}, {}]";

TokenKey first_key(std::string_view jwks) {
  std::vector<Jwk> keys;
  TokenKey key;
  std::string error;
  REQUIRE(read_jwks(jwks, &keys, &error));
  REQUIRE(make_token_key(keys[0], &key, &error));
  return key;
}

std::string public_part(std::string_view jwk) {
  Arena arena;
  return to_json(write_jwk(arena, first_key(jwk).public_key));
}

std::string encode(std::string_view bytes) { return base64_encode(bytes, {.url = true, .padded = false}); }

// Signed under `algorithm`, whatever the header says; without an algorithm, not at all.
std::string token(std::string_view algorithm, std::string_view key, std::string_view header,
                  std::string_view payload = kPayload) {
  std::string message = encode(header) + "." + encode(payload);
  std::string signature;
  std::string error;
  const TokenAlgorithm* found = find_signing_algorithm(algorithm);
  std::string random = found == nullptr ? "" : std::string(random_bytes_of(*found), 'r');
  if (found != nullptr) REQUIRE(sign_token(*found, first_key(key), message, random, &signature, &error));
  return message + "." + encode(signature);
}
std::string token_of(std::string_view key, std::string_view header, std::string_view payload = kPayload) {
  std::string algorithm;
  std::string error;
  QuickJson(header).find_string("alg", &algorithm, &error);
  return token(algorithm, key, header, payload);
}

// The bytes of a signature replaced.
std::string with_signature(const std::string& token, std::string_view bytes) {
  return token.substr(0, token.rfind('.') + 1) + encode(bytes);
}
std::string signature_of(const std::string& token) {
  std::string bytes;
  size_t fault_at = 0;
  REQUIRE(base64_decode(token.substr(token.rfind('.') + 1), {.url = true, .padded = false}, &bytes, &fault_at));
  return bytes;
}

std::string json_text(std::string_view text) { return to_json(Value::string(text)); }

std::string call(std::string_view name, std::initializer_list<std::string> texts, uint64_t fuel = test::kFuel) {
  std::string args;
  for (const std::string& text : texts) args += (args.empty() ? "[" : ", ") + json_text(text);
  return test::run("io.jwt." + std::string(name), args + "]", fuel);
}
std::string verify(std::string_view algorithm, const std::string& token, std::string_view key) {
  return call("verify_" + std::string(algorithm), {token, std::string(key)});
}
// `constraints` are members of an object.
std::string decode_verify(const std::string& token, const std::string& constraints) {
  return test::run("io.jwt.decode_verify", "[" + json_text(token) + ", {" + constraints + "}]");
}
std::string with_cert(const std::string& token, std::string_view key) {
  return decode_verify(token, "\"cert\": " + json_text(key));
}
std::string verified(std::string_view header, std::string_view payload = R"({"sub": "bob"})") {
  return "[true, " + std::string(header) + ", " + std::string(payload) + "]";
}
std::string fault(std::string_view name, std::string_view text) {
  return "eval_builtin_error: io.jwt." + std::string(name) + ": " + std::string(text);
}

// --- Signatures ------------------------------------------------------------------------------------------------------

struct Scheme {
  std::string_view name;
  std::string_view key;
};
constexpr Scheme kSchemes[] = {{"RS256", kRsa}, {"RS384", kRsa}, {"RS512", kRsa}, {"PS256", kRsa},  {"PS384", kRsa},
                               {"PS512", kRsa}, {"ES256", kP256}, {"ES384", kP384}, {"ES512", kP521}, {"EdDSA", kEd25519}};

TEST_CASE("a token verifies under its algorithm and its key", "[jwt]") {
  for (const Scheme& scheme : kSchemes) {
    INFO(scheme.name);
    std::string header = R"({"alg":")" + std::string(scheme.name) + R"("})";
    std::string shown = R"({"alg": ")" + std::string(scheme.name) + R"("})";
    std::string made = token_of(scheme.key, header);
    std::string key = public_part(scheme.key);
    std::string set = R"({"keys": [)" + std::string(kOct) + ", " + public_part(kP384) + ", " + key + "]}";
    std::string name = to_lower(scheme.name);
    CHECK(verify(name, made, key) == "true");
    CHECK(verify(name, made, set) == "true");
    CHECK(verify(name, made + "!", key).starts_with("eval_builtin_error"));
    CHECK(with_cert(made, key) == verified(shown));
    CHECK(with_cert(made, set) == verified(shown));
    CHECK(with_cert(made, scheme.key) == verified(shown));  // a private key is good to verify with here
    CHECK(verify(name, made, scheme.key) == "false");       // and is not there
    std::string signature = signature_of(made);
    signature[0] = static_cast<char>(signature[0] ^ 1);
    CHECK(verify(name, with_signature(made, signature), key) == "false");
    CHECK(with_cert(with_signature(made, signature), key) == kFalse);
    CHECK(with_cert(with_signature(made, ""), key) == kFalse);
    CHECK(with_cert(with_signature(made, std::string(signature.size(), '\0')), key) == kFalse);
    CHECK(with_cert(with_signature(made, std::string(signature.size(), '\xFF')), key) == kFalse);
    CHECK(with_cert(with_signature(made, signature + '\0'), key) == kFalse);
    CHECK(with_cert(token_of(scheme.key, header, "{}"), scheme.name == "ES384" ? public_part(kP256) : public_part(kP384)) ==
          kFalse);
  }
}

TEST_CASE("HMAC", "[jwt]") {
  for (std::string name : {"HS256", "HS384", "HS512"}) {
    std::string made = token_of(kOct, R"({"alg":")" + name + R"("})");
    CHECK(verify(to_lower(name), made, "secret") == "true");
    CHECK(verify(to_lower(name), made, "Secret") == "false");
    CHECK(verify(to_lower(name), made, "") == "false");
    CHECK(decode_verify(made, R"("secret": "secret")") == verified(R"({"alg": ")" + name + R"("})"));
    CHECK(decode_verify(made, R"("secret": "Secret")") == kFalse);
    CHECK(with_cert(made, kOct) == verified(R"({"alg": ")" + name + R"("})"));
  }
  // Of the header nothing is read.
  CHECK(verify("hs256", token("HS256", kOct, "no JSON"), "secret") == "true");
}

TEST_CASE("the nonce of ECDSA is that of RFC 6979, appendix A.2, if there are no random bytes", "[jwt]") {
  struct Vector {
    std::string_view algorithm, key, signature;
  };
  constexpr Vector kVectors[] = {
      {"ES256", kP256, "79SLKqy2qP0RQN2c1F6B1p0sh3tWqvmRw00OqE6vNxb3yxyULWV8QdQ2x6G24p9l8-kA27mv9AZNxKsvhDrNqA"},
      {"ES384", kP384, "lO27kqXsuKrUc25WxpGRaz-IFAZmzp-nPWTE6pWtEzyBpkgVLkSs-W423R6A-r5Gme9K6xXxeM6h_kDbJgMTjxMOdAoZYkUmIDtjUdCjqU-jKcFFeG5nnnuCxxo4YorI"},
      {"ES512", kP521,
       "AMMo-vy9ed13hQNwxGMl2YfLUlVp-2PF07xTlQ5tTF8XTiWh7pAXtdRQYGrdFStTSTHX1OhFXMkfmxW_Bew243f6AGF8znz1BkgGxGf2eNO0CA1vHMUK8myiCUFzCCgbaK8oJiPqpj5bXAcj2LjDf_B3exog-Myx3MxDmX8e4ORNpKZ6"},
      {"ES512", kP256, "hJamC16bR8glSIgn4ElbDj-hCexFaP0_jRCXZ465fwAjYqsa2-K4rfnLntq3QOpgScAoEU8kYPllVPYfrjMC_g"},
      {"ES256", kP521,
       "AVEbtNZ1EU_iZvxDcrh2grrswB08xizyMDySs1JgEmWdFoduJcfB5XZI8jtzVk1n9hxvFNUn1UlygQQh59h1ieGnAEoXEUOoMWPW30YKr2FSJpXyB6WLlcBkTYflKqGjR5FuT3pykwsbwG2-Is4_WCZK_SNwTLtjspuTH33mydlJp-z8"},
  };
  for (const Vector& vector : kVectors) {
    std::string signature;
    std::string error;
    REQUIRE(sign_token(*find_signing_algorithm(vector.algorithm), first_key(vector.key), "sample", "", &signature, &error));
    CHECK(encode(signature) == vector.signature);
  }
}

// --- What must be refused --------------------------------------------------------------------------------------------

TEST_CASE("a key that is kept verifies what it verified before, and nothing else", "[jwt]") {
  struct Row {
    std::string_view algorithm, jwk;
  };
  for (const Row& row : {Row{"RS256", kRsa}, {"PS256", kRsa}, {"ES256", kP256}, {"ES512", kP521}, {"EdDSA", kEd25519}}) {
    INFO(row.algorithm);
    const TokenAlgorithm& algorithm = *find_signing_algorithm(row.algorithm);
    std::vector<Jwk> jwks;
    TokenKey key;
    std::string error, signature;
    REQUIRE(read_jwks(row.jwk, &jwks, &error));
    REQUIRE(make_token_key(jwks[0], &key, &error));
    REQUIRE(sign_token(algorithm, key, "message", std::string(32, 'r'), &signature, &error));
    std::string other = signature;
    other[other.size() / 3] ^= 1;
    key.kept = std::make_shared<KeptKey>();
    EVP_PKEY* made = nullptr;
    for (int i = 0; i < 3; ++i) {
      CHECK(verify_token(algorithm, key, "message", signature, SignatureForm::kJws));
      CHECK_FALSE(verify_token(algorithm, key, "another message", signature, SignatureForm::kJws));
      CHECK_FALSE(verify_token(algorithm, key, "message", other, SignatureForm::kJws));
      EVP_PKEY* now = key.kept->of(key.public_key);
      CHECK((i == 0 || now == made));
      made = now;
    }
  }
}

TEST_CASE("a public key is no secret", "[jwt]") {
  // Signed with the text of the public key, or its bytes, as an HMAC: the oldest trick.
  for (std::string_view text : {kP256Pem, kRsaPem, kP256Certificate}) {
    std::string secret = R"({"kty":"oct","k":")" + encode(text) + R"("})";
    std::string made = token("HS256", secret, R"({"alg":"HS256"})");
    CHECK(with_cert(made, text) == kFalse);
    CHECK(verify("rs256", made, text) == "false");
    CHECK(verify("es256", made, text) == "false");
  }
  std::string point = signature_of("." + encode(first_key(kEd25519).public_key.raw));
  std::string secret = R"({"kty":"oct","k":")" + encode(point) + R"("})";
  CHECK(with_cert(token("HS256", secret, R"({"alg":"HS256"})"), public_part(kEd25519)) == kFalse);
  // And the other way round.
  CHECK(decode_verify(token_of(kP256, kHeader), R"("secret": "secret")") == kFalse);
  CHECK(verify("es256", token_of(kP256, kHeader), kOct) == "false");
  CHECK(verify("eddsa", token_of(kP256, kHeader), public_part(kP256)) == "false");
  CHECK(verify("rs256", token("PS256", kRsa, R"({"alg":"RS256"})"), kRsaPem) == "false");
}

TEST_CASE("algorithms that are none", "[jwt]") {
  for (std::string name : {"none", "None", "", "hs256", "EDDSA", "ES256K", "HS1"}) {
    INFO(name);
    std::string made = token("", "", R"({"alg":")" + name + R"("})");
    CHECK(with_cert(made, kP256Pem) == kFalse);
    CHECK(decode_verify(made, R"("secret": "s")") == kFalse);
    CHECK(verify("es256", made, kP256Pem) == "false");
    CHECK(verify("hs256", made, "s") == "false");
  }
  CHECK(with_cert(token("ES256", kP256, "{}"), kP256Pem) == kFalse);
  CHECK(with_cert(token("ES256", kP256, R"({"alg":1})"), kP256Pem) == fault("decode_verify", "alg: must be a string"));
  // Names that OPA's library has for the same.
  CHECK(with_cert(token("ES256", kP256, R"({"alg":"ECDSA_WITH_P256_AND_SHA256"})"), kP256Pem) ==
        verified(R"({"alg": "ECDSA_WITH_P256_AND_SHA256"})"));
  CHECK(with_cert(token("EdDSA", kEd25519, R"({"alg":"Ed25519"})"), public_part(kEd25519)) ==
        verified(R"({"alg": "Ed25519"})"));
}

TEST_CASE("headers that must be understood", "[jwt]") {
  auto check = [](std::string_view header) { return with_cert(token("ES256", kP256, header), kP256Pem); };
  CHECK(check(R"({"alg":"ES256","crit":["x"],"x":1})") == kFalse);
  CHECK(check(R"({"alg":"ES256","b64":false,"crit":["b64"]})") == kFalse);
  CHECK(check(R"({"alg":"ES256","crit":["exp"]})") == verified(R"({"alg": "ES256", "crit": ["exp"]})"));
  CHECK(check(R"({"alg":"ES256","crit":["alg"]})") == verified(R"({"alg": "ES256", "crit": ["alg"]})"));
  CHECK(check(R"({"alg":"ES256","crit":[]})") == fault("decode_verify", "crit: must be a nonempty list"));
  CHECK(check(R"({"alg":"ES256","crit":[1,"x"],"x":1})") == fault("decode_verify", "crit: must be a nonempty list"));
  CHECK(check(R"({"alg":"ES256","crit":"x"})") == fault("decode_verify", "crit: must be a list"));
  CHECK(check(R"({"alg":"ES256","kid":1})") == fault("decode_verify", "kid: must be a string"));
  CHECK(check(R"({"alg":"ES256","typ":null})") == fault("decode_verify", "typ: must be a string"));
  CHECK(check(R"({"alg":"ES256","enc":"A128GCM"})") ==
        fault("decode_verify", "JWT is a JWE object, which is not supported"));
  // Neither is looked at where nothing says that it must be understood: the payload is what is signed.
  CHECK(check(R"({"alg":"ES256","b64":false})") == verified(R"({"alg": "ES256", "b64": false})"));
  CHECK(check(R"({"alg":"ES256","zip":"DEF"})") == verified(R"({"alg": "ES256", "zip": "DEF"})"));
  CHECK(with_cert(token("ES256", kP256, R"({"alg":"ES256","zip":"DEF"})", "\x78\x9C\x01"), kP256Pem) ==
        fault("decode_verify", "invalid JSON: invalid character 'x' looking for beginning of value"));
  // verify_* looks at no more than the types of what it reads.
  CHECK(verify("es256", token("ES256", kP256, R"({"alg":"ES256","crit":["x"],"x":1})"), kP256Pem) == "true");
  CHECK(verify("es256", token("ES256", kP256, R"({"crit":[]})"), kP256Pem) ==
        fault("verify_es256", "crit: must be a nonempty list"));
}

TEST_CASE("of members that come twice the last counts", "[jwt]") {
  CHECK(with_cert(token("ES256", kP256, R"({"alg":"none","alg":"ES256"})"), kP256Pem) == verified(R"({"alg": "ES256"})"));
  CHECK(with_cert(token("ES256", kP256, R"({"alg":"ES256","alg":"none"})"), kP256Pem) == kFalse);
  CHECK(with_cert(token("ES256", kP256, kHeader, R"({"sub":"eve","sub":"bob"})"), kP256Pem) ==
        verified(R"({"alg": "ES256"})"));
  CHECK(decode_verify(token_of(kP256, kHeader, R"({"iss":"eve","iss":"bob"})"),
                      R"("iss": "eve", "cert": )" + json_text(kP256Pem)) == kFalse);
}

TEST_CASE("empty keys", "[jwt]") {
  std::string made = token_of(kP256, kHeader);
  CHECK(decode_verify(made, "") == fault("decode_verify", "no key constraint"));
  CHECK(decode_verify(made, R"("secret": "")") == fault("decode_verify", "no key constraint"));
  CHECK(with_cert(made, R"({"keys":[]})") == kFalse);
  CHECK(verify("es256", made, R"({"keys":[]})") == "false");
  CHECK(with_cert(made, "").starts_with(fault("decode_verify", "failed to parse a JWK key (set)")));
  CHECK(with_cert(made, R"({"kty":"oct","k":""})").ends_with("jwk.SymmetricKey: missing \"k\" field"));
}

TEST_CASE("signatures of ECDSA in other forms", "[jwt]") {
  std::string made = token_of(kP256, kHeader);
  std::string numbers = signature_of(made);
  std::string der = "\x30\x44\x02\x20" + numbers.substr(0, 32) + "\x02\x20" + numbers.substr(32);
  CHECK(with_cert(with_signature(made, der), kP256Pem) == kFalse);
  CHECK(verify("es256", with_signature(made, der), kP256Pem) == "false");
  // verify_* takes two numbers of any size.
  std::string zeros(3, '\0');
  std::string wide = zeros + numbers.substr(0, 32) + zeros + numbers.substr(32);
  CHECK(verify("es256", with_signature(made, wide), kP256Pem) == "true");
  CHECK(with_cert(with_signature(made, wide), kP256Pem) == kFalse);
  CHECK(verify("es256", with_signature(made, zeros + numbers), kP256Pem) == "false");
  CHECK(verify("es256", with_signature(made, std::string(1000, 'x')), kP256Pem) == "false");
}

TEST_CASE("a curve of another size than the algorithm has, as OPA", "[jwt]") {
  std::string made = token_of(kP384, kHeader);
  CHECK(verify("es256", made, public_part(kP384)) == "true");
  CHECK(verify("es384", made, public_part(kP384)) == "false");
  CHECK(with_cert(made, public_part(kP384)) == verified(R"({"alg": "ES256"})"));
  CHECK(with_cert(made, kP256Pem) == kFalse);
}

TEST_CASE("salts of PSS", "[jwt]") {
  std::string message = encode(R"({"alg":"PS256"})") + "." + encode(kPayload);
  std::string signature;
  std::string error;
  REQUIRE(sign_token(*find_signing_algorithm("PS256"), first_key(kRsa), message, "salt", &signature, &error));
  std::string made = message + "." + encode(signature);
  CHECK(verify("ps256", made, kRsaPem) == "true");
  CHECK(with_cert(made, kRsaPem) == kFalse);
  CHECK(verify("ps384", made, kRsaPem) == "false");
}

TEST_CASE("RSA keys that are too small, and too large", "[jwt]") {
  auto with_modulus = [](size_t bytes, std::string_view e) {
    return R"({"kty":"RSA","e":")" + std::string(e) + R"(","n":")" + encode(std::string(bytes, '\xFF')) + R"("})";
  };
  std::string made = token("RS256", kRsa, R"({"alg":"RS256"})");
  auto with_size = [&](size_t bytes) { return with_signature(made, std::string(bytes, '\1')); };
  CHECK(verify("rs256", with_size(127), with_modulus(127, "AQAB")) == "false");
  CHECK(verify("rs256", with_size(256), with_modulus(256, "AQAB")) == "false");
  CHECK(verify("rs256", with_size(256), with_modulus(256, "AQ")) == "false");
  CHECK(verify("rs256", with_size(256), with_modulus(256, "_____w")) == "false");
  // Beyond 16,384 bits nobody computes; that is no answer.
  CHECK(verify("rs256", with_size(2049), with_modulus(2049, "AQAB")) == "E_NUM_RANGE");
  CHECK(with_cert(with_size(2049), with_modulus(2049, "AQAB")) == "E_NUM_RANGE");
}

// --- Tokens ----------------------------------------------------------------------------------------------------------

TEST_CASE("texts that are no tokens", "[jwt]") {
  CHECK(call("decode", {""}) == fault("decode", "encoded JWT had no period separators"));
  CHECK(call("decode", {"a.b"}) == fault("decode", "encoded JWT must have 3 sections, found 2"));
  CHECK(call("decode", {"a.b.c.d"}) == fault("decode", "encoded JWT must have 3 sections, found 4"));
  CHECK(call("decode", {"!!!.e30.AA"}) ==
        fault("decode", "JWT header had invalid encoding: illegal base64 data at input byte 0"));
  CHECK(call("decode", {"e.e30.AA"}) == fault("decode", "JWT header had invalid encoding: illegal base64url string: e"));
  CHECK(call("decode", {"W10.e30.AA"}) == fault("decode", "bad JWT header: decoded JSON type was not an Object"));
  CHECK(call("decode", {"e30.!!!.AA"}) ==
        fault("decode", "JWT payload had invalid encoding: illegal base64 data at input byte 0"));
  CHECK(call("decode", {"e30.W10.AA"}) == fault("decode", "decoded JSON type was not an Object"));
  CHECK(call("decode", {"e30.e30.A"}) ==
        fault("decode", "JWT signature had invalid encoding: illegal base64url string: A"));
  CHECK(call("verify_es256", {"e30.e30.A", std::string(kP256Pem)}) ==
        fault("verify_es256", "illegal base64url string: A"));
  CHECK(call("decode", {"e30.e30.AP8"}) == R"([{}, {}, "00ff"])");
  CHECK(call("decode", {"e30.e30."}) == R"([{}, {}, ""])");
}

TEST_CASE("a token inside a token", "[jwt]") {
  std::string inner = token_of(kOct, R"({"alg":"HS256"})");
  std::string nested = token_of(kOct, R"({"alg":"HS256","cty":"JWT"})", inner);
  std::string quoted = token_of(kOct, R"({"alg":"HS256","cty":"JWT"})", "\"" + inner + "\"");
  std::string deep = token_of(kOct, R"({"alg":"HS256","cty":"jwt"})", nested);
  std::string of_inner = verified(R"({"alg": "HS256"})");
  CHECK(call("decode", {nested}) == call("decode", {inner}));
  CHECK(call("decode", {quoted}) == call("decode", {inner}));
  CHECK(call("decode", {deep}).starts_with("eval_builtin_error: io.jwt.decode: invalid JSON"));  // not in lower case
  CHECK(decode_verify(nested, R"("secret": "secret")") == of_inner);
  CHECK(decode_verify(deep, R"("secret": "secret")") == of_inner);
  CHECK(decode_verify(quoted, R"("secret": "secret")").starts_with("eval_builtin_error"));
  // Each must verify.
  std::string forged = token("", "", R"({"alg":"HS256"})", R"({"sub":"eve"})");
  CHECK(decode_verify(token_of(kOct, R"({"alg":"HS256","cty":"JWT"})", forged), R"("secret": "secret")") == kFalse);
  CHECK(decode_verify(token("", "", R"({"alg":"HS256","cty":"JWT"})", inner), R"("secret": "secret")") == kFalse);
  // Here OPA ends with a panic.
  CHECK(call("decode", {token("", "", R"({"cty":1})")}) == fault("decode", "cty: must be a string"));
}

TEST_CASE("large tokens are paid for", "[jwt]") {
  std::string large = R"({"alg":"HS256","x":")" + std::string(1 << 20, 'x') + R"("})";
  std::string made = token_of(kOct, large);
  CHECK(call("verify_hs256", {made, "secret"}) == "true");
  CHECK(call("decode", {made}).starts_with(R"([{"alg": "HS256", "x": "xxx)"));
  CHECK(call("decode", {made}, 50'000) == "E_FUEL");
  CHECK(call("verify_hs256", {made, "secret"}, 50'000) == "E_FUEL");
  CHECK(call("verify_rs256", {made, std::string(kRsaPem)}, 50'000) == "E_FUEL");
  std::string small = token_of(kP256, kHeader);
  Meter meter;
  meter.begin(6'000);  // reading the key is cheaper than using it
  Meter::Scope scope(&meter);
  CHECK(verify("es256", small, kP256Pem) == "E_FUEL");
}

// --- Constraints -----------------------------------------------------------------------------------------------------

TEST_CASE("constraints", "[jwt]") {
  std::string secret = R"("secret": "secret")";
  std::string header = R"({"alg": "HS256"})";
  auto check = [&](std::string_view payload, const std::string& constraints) {
    std::string answer = decode_verify(token_of(kOct, R"({"alg":"HS256"})", payload), secret + constraints);
    return answer.starts_with("[true") ? "true" : answer == kFalse ? "false" : answer;
  };
  auto error = [](std::string_view text) { return fault("decode_verify", text); };
  CHECK(check("{}", R"(, "alg": "HS256")") == "true");
  CHECK(check("{}", R"(, "alg": "RS256")") == "false");
  CHECK(check("{}", R"(, "alg": "")") == "true");
  CHECK(check("{}", R"(, "alg": 1)") == error("alg constraint: must be a string"));
  CHECK(check("{}", R"(, "nope": 1)") == error("unknown token validation constraint: nope"));
  CHECK(check("{}", R"(, "cert": 1)") == error("cert constraint: must be a string"));
  CHECK(check("{}", ", \"cert\": " + json_text(kP256Pem)) == error("duplicate key constraints"));
  CHECK(check(R"({"iss":"me"})", R"(, "iss": "me")") == "true");
  CHECK(check(R"({"iss":"you"})", R"(, "iss": "me")") == "false");
  CHECK(check("{}", R"(, "iss": "me")") == "false");
  CHECK(check(R"({"iss":"you"})", "") == "true");
  CHECK(check(R"({"iss":1})", R"(, "iss": "me")") == error("iss value must be a string"));  // OPA panics
  CHECK(check(R"({"aud":"a"})", R"(, "aud": "a")") == "true");
  CHECK(check(R"({"aud":["b","a"]})", R"(, "aud": "a")") == "true");
  CHECK(check(R"({"aud":["b",1]})", R"(, "aud": "a")") == "false");
  CHECK(check(R"({"aud":{"a":"a"}})", R"(, "aud": "a")") == "false");
  CHECK(check("{}", R"(, "aud": "a")") == "false");
  CHECK(check(R"({"aud":"a"})", "") == "false");
  CHECK(check(R"({"aud":""})", "") == "true");
  CHECK(check(R"({"exp":1700000001})", R"(, "time": 1700000000000000000)") == "true");
  CHECK(check(R"({"exp":1700000000})", R"(, "time": 1700000000000000000)") == "false");
  CHECK(check(R"({"exp":1700000000.5})", R"(, "time": 1700000000000000000)") == "true");
  CHECK(check(R"({"nbf":1700000000})", R"(, "time": 1700000000000000000)") == "true");
  CHECK(check(R"({"nbf":1700000001})", R"(, "time": 1700000000000000000)") == "false");
  // A float64 has no nanosecond here.
  CHECK(check(R"({"exp":1700000000})", R"(, "time": 1699999999999999999)") == "false");
  CHECK(check(R"({"exp":"x"})", "") == error("exp value must be a number"));
  CHECK(check(R"({"nbf":"x"})", "") == error("nbf value must be a number"));
  CHECK(check("{}", R"(, "time": "x")") == error("token time constraint: must be a number"));
  CHECK(check("{}", R"(, "time": -1)") == error("token time constraint: must not be negative"));
  CHECK(check("{}", R"(, "time": 1e400)") == error("token time constraint: unvalid float64"));
  // The clock of the decision stands at 1,700,000,000 seconds.
  CHECK(check(R"({"exp":1700000001,"nbf":1700000000})", "") == "true");
  CHECK(check(R"({"exp":1700000000})", "") == "false");
}

TEST_CASE("keys of a set are chosen by name and algorithm", "[jwt]") {
  auto named = [](std::string_view key, std::string_view members) {
    return public_part(key).insert(1, std::string(members) + ",");
  };
  auto set = [](std::initializer_list<std::string> keys) {
    std::string text;
    for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
    return R"({"keys":[)" + text + "]}";
  };
  std::string made = token("ES256", kP256, R"({"alg":"ES256","kid":"a"})");
  std::string keys = set({named(kP384, R"("kid":"a")"), named(kP256, R"("kid":"b")")});
  CHECK(verify("es256", made, keys) == "false");  // the named one alone is tried
  CHECK(verify("es256", made, set({named(kP384, R"("kid":"b")"), named(kP256, R"("kid":"c")")})) == "true");
  CHECK(verify("es256", made, set({named(kP256, R"("alg":"ES384")")})) == "false");
  CHECK(verify("es256", made, set({named(kP256, R"("kid":"a","alg":"ES384")")})) == "true");  // by name: whatever for
  CHECK(verify("es256", made, set({named(kP256, R"("kid":"a","alg":"ECDH-ES")")})) == "false");
  CHECK(verify("es256", made, set({named(kP256, R"("use":"enc","key_ops":["sign"])")})) == "true");
}

// --- Keys ------------------------------------------------------------------------------------------------------------

TEST_CASE("texts of keys", "[jwt]") {
  struct Row {
    std::string text, error;
  };
  std::string sole = "failed to parse a JWK key (set): jwk.ParseString: failed to parse string: jwk.Parse: failed to parse "
                     "sole key: jwk.ParseKey: ";
  std::string set = "failed to parse a JWK key (set): jwk.ParseString: failed to parse string: jwk.Parse: failed to unmarshal "
                    "JWK set: ";
  std::string probe = sole + "jwk.Parse: failed to probe data: probe: failed to unmarshal data: ";
  std::string in_rsa = "failed to unmarshal JSON into key (*jwk.rsaPublicKey): ";
  std::string rsa = sole + in_rsa + in_rsa;
  std::string invalid = sole + "jwk.Parse: key validation failed: key validation failed: jwk.";
  std::string tail = R"(,"kty":"RSA","n":"AQ","e":"AQ"})";
  std::string p256 = R"({"kty":"EC","crv":"P-256","x":"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y","y":)";
  const Row kRows[] = {
      {R"~()~", probe + R"~(EOF)~"},
      {R"~( )~", probe + R"~(EOF)~"},
      {R"~({"kty":1})~", probe + R"~(json: cannot unmarshal number into Go struct field .kty of type string)~"},
      {R"~({})~", sole + R"~(invalid key type from JSON ())~"},
      {R"~(null)~", sole + R"~(invalid key type from JSON ())~"},
      {R"~({"kty":"RSA"})~", rsa + R"~(required field e is missing)~"},
      {R"~({"kty":"RSA","n":"","e":""})~", invalid + R"~(RSAPublicKey: missing "n" value)~"},
      {R"~({"kty":"RSA","n":"!!","e":""})~", rsa + R"~(failed to decode value for key n: expected base64 encoded []byte (string))~"},
      {R"~({"kty":"RSA","n":1,"e":""})~", rsa + R"~(failed to decode value for key n: error reading next value: json: cannot unmarshal number into Go value of type string)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"Ag"})~", invalid + R"~(RSAPublicKey: invalid rsa public exponent: must be a positive odd integer)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQABAQABAQAB"})~", invalid + R"~(RSAPublicKey: rsa public exponent too large for this platform: 65 bits (max 63))~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","x5c":1})~", rsa + R"~(failed to decode value for key x5c: failed to unmarshal certificate chain: expected JSON array)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","x5c":["!"]})~", rsa + R"~(failed to decode value for key x5c: failed to decode certificate at index 0: failed to base64 decode the certificate: illegal base64 data at input byte 0)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","alg":"foo"})~", rsa + R"~(failed to decode value for key alg: invalid key value: "foo": invalid key algorithm)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","alg":3})~", rsa + R"~(failed to decode value for key alg: json: cannot unmarshal number into Go value of type string)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","kid":3})~", rsa + R"~(failed to decode value for key kid: error reading next value: json: cannot unmarshal number into Go value of type string)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","key_ops":3})~", rsa + R"~(failed to decode value for key key_ops: json: cannot unmarshal number into Go value of type jwk.KeyOperationList)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","key_ops":[3]})~", rsa + R"~(failed to decode value for key key_ops: json: cannot unmarshal number into Go value of type jwk.KeyOperation)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","use":["sig"]})~", rsa + R"~(failed to decode value for key use: error reading next value: json: cannot unmarshal array into Go value of type string)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","foo":1e999})~", rsa + R"~(could not decode field foo: failed to decode field foo: json: cannot unmarshal number 1e999 into Go value of type float64)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","kty":"EC"})~", sole + R"~(failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): invalid kty value for RSAPublicKey (RSA))~"},
      {R"~({"kty":"EC","crv":"P-999","x":"AQ","y":"AQ"})~", sole + R"~(failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): failed to decode value for key crv: unknown EllipticCurveAlgorithm: "P-999")~"},
      {R"~({"kty":"EC","crv":"X25519","x":"AQ","y":"AQ"})~", invalid + R"~(ECDSAPublicKey: invalid curve algorithm "X25519": unknown elliptic curve algorithm: "X25519")~"},
      {R"~({"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"})~", invalid + R"~(ECDSAPublicKey: invalid "x" length (1) for curve "P-256")~"},
      {R"~({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"AQ"})~", invalid + R"~(ECDSAPublicKey: invalid "y" length (1) for curve "P-256")~"},
      {R"~({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1"})~", "false"},
      {R"~({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"AQ"})~", invalid + R"~(ECDSAPrivateKey: invalid "d" length (1) for curve "P-256")~"},
      {R"~({"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})~", invalid + R"~(ECDSAPublicKey: invalid ECDSA public key: identity point is not a valid public key)~"},
      {R"~({"kty":"OKP","crv":"Ed25519","x":"AQ"})~", invalid + R"~(OKPPublicKey: ed25519: wrong public key size)~"},
      {R"~({"kty":"OKP","crv":"Ed448","x":""})~", invalid + R"~(OKPPublicKey: missing "x" field)~"},
      {R"~({"kty":"OKP","crv":"X25519","x":"AQ"})~", invalid + R"~(OKPPublicKey: x25519: wrong public key size)~"},
      {R"~({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AQ"})~", invalid + R"~(OKPPrivateKey: ed25519: wrong private key size)~"},
      {R"~({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":""})~", invalid + R"~(OKPPrivateKey: missing "d" field)~"},
      {R"~({"kty":"oct","k":""})~", invalid + R"~(SymmetricKey: missing "k" field)~"},
      {R"~({"kty":"oct"})~", sole + R"~(failed to unmarshal JSON into key (*jwk.symmetricKey): failed to unmarshal JSON into key (*jwk.symmetricKey): required field k is missing)~"},
      {R"~({"kty":"foo"})~", sole + R"~(invalid key type from JSON (foo))~"},
      {R"~({"keys":[]})~", "false"},
      {R"~({"keys":{}})~", set + R"~(failed to decode "keys": expected '[' but got {)~"},
      {R"~({"keys":1})~", set + R"~(failed to decode "keys": expected '[' but got 1)~"},
      {R"~({"keys":null})~", set + R"~(failed to decode "keys": expected '[' but got <nil>)~"},
      {R"~({"keys":[{"kty":"oct"}]})~", set + R"~(failed to decode key #0 in "keys": jwk.ParseKey: failed to unmarshal JSON into key (*jwk.symmetricKey): failed to unmarshal JSON into key (*jwk.symmetricKey): required field k is missing)~"},
      {R"~({"keys":[],"foo":1e999})~", set + R"~(failed to decode value for key "foo": json: cannot unmarshal number 1e999 into Go value of type float64)~"},
      {R"~({"keys":[]} x)~", sole + R"~(invalid key type from JSON ())~"},
      {R"~({"kty":"oct","k":"AQ"} x)~", "false"},
      {R"~({"keys":[],})~", probe + R"~(invalid character '}' looking for beginning of object key string)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","d":null})~", invalid + R"~(RSAPrivateKey: missing "d" value)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","D":"AQ"})~", sole + R"~(failed to unmarshal JSON into key (*jwk.rsaPrivateKey): failed to unmarshal JSON into key (*jwk.rsaPrivateKey): required field d is missing)~"},
      {R"~({"KTY":"RSA","n":"AQ","e":"AQ"})~", "false"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","kid":null,"use":null})~", "false"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","alg":null})~", rsa + R"~(failed to decode value for key alg: invalid key value: "": invalid key algorithm)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","x5c":null})~", rsa + R"~(failed to decode value for key x5c: failed to unmarshal certificate chain: expected JSON array)~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","key_ops":null})~", "false"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ","crv":3})~", "false"},
      {R"~({"kty":null})~", sole + R"~(invalid key type from JSON ())~"},
      {R"~({"kty":"RSA","n":"AQ","e":"AQ")~", probe + R"~(unexpected EOF)~"},
      {R"~({"kty":"RSA","n":"AQ" "e")~", probe + R"~(invalid character '"' after object key:value pair)~"},
      {R"~({"kty":["RSA"]})~", probe + R"~(json: cannot unmarshal array into Go struct field .kty of type string)~"},
      {R"~({"kty":{"a":1}})~", probe + R"~(json: cannot unmarshal object into Go struct field .kty of type string)~"},
      {R"~({"kty":true})~", probe + R"~(json: cannot unmarshal bool into Go struct field .kty of type string)~"},
      {R"~({"kty":1.5})~", probe + R"~(json: cannot unmarshal number into Go struct field .kty of type string)~"},
      {R"~({"kty":"EC","crv":1,"x":"AQ","y":"AQ"})~", sole + R"~(failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): failed to decode value for key crv: failed to unmarshal EllipticCurveAlgorithm: json: cannot unmarshal number into Go value of type string)~"},
      {R"~({"kty":"EC","x":"AQ","y":"AQ"})~", sole + R"~(failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): failed to unmarshal JSON into key (*jwk.ecdsaPublicKey): required field crv is missing)~"},
  };
  for (const Row& row : kRows) {
    INFO(row.text);
    CHECK(verify("rs256", "e30.e30.AA", row.text) == (row.error == "false" ? "false" : fault("verify_rs256", row.error)));
  }
}

TEST_CASE("keys in PEM", "[jwt]") {
  std::string made = token_of(kP256, kHeader);
  CHECK(verify("es256", made, kP256Pem) == "true");
  CHECK(verify("es256", made, kP256Certificate) == "true");
  CHECK(verify("es256", made, kRsaPem) == "false");
  // A certificate is read whole, by Go's rules, though only its key counts.
  std::string broken(kP256Certificate);
  broken.replace(broken.find("MAwxCjAI"), 8, "MAwxCjAJ");
  CHECK(verify("es256", made, broken) == fault("verify_es256", "failed to parse a PEM certificate: x509: invalid RDNSequence: "
                                           "invalid attribute"));
  std::string chain(kP256Certificate.substr(28, kP256Certificate.rfind("\n-----END") - 28));
  auto with_chain = [&](const std::string& members) { return public_part(kP256).insert(1, "\"x5c\":[" + members + "],"); };
  CHECK(verify("es256", made, with_chain(json_text(chain))) == "true");
  CHECK(verify("es256", made, with_chain("\"AA==\"")).ends_with("failed to decode certificate at index 0: failed to parse "
                                                                "x509 certificate: x509: malformed certificate"));
  CHECK(verify("es256", made, std::string(kP256Pem) + "\n") ==
        fault("verify_es256", "extra data after a PEM certificate block"));
  CHECK(verify("es256", made, "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n") ==
        fault("verify_es256", "failed to extract a Key from the PEM certificate"));
}

// --- Signing ---------------------------------------------------------------------------------------------------------

std::string sign_raw(test::Bench& bench, std::string_view header, std::string_view payload, std::string_view key) {
  return bench.run("io.jwt.encode_sign_raw",
                   "[" + json_text(header) + ", " + json_text(payload) + ", " + json_text(key) + "]");
}

TEST_CASE("signing asks the host for randomness where the algorithm has any, and only then", "[jwt]") {
  for (const Scheme& scheme : kSchemes) {
    INFO(scheme.name);
    test::Bench bench;
    uint64_t size = random_bytes_of(*find_signing_algorithm(scheme.name));
    bench.services.answers["io.jwt.encode_sign_raw"] = json_text(base64_encode(std::string(size, 'r')));
    std::string header = R"({"alg":")" + std::string(scheme.name) + R"("})";
    std::string made = sign_raw(bench, header, kPayload, scheme.key);
    CHECK(made == json_text(token_of(scheme.key, header)));
    bool draws = scheme.name.starts_with("PS") || scheme.name.starts_with("ES");
    REQUIRE(bench.services.host_calls.size() == (draws ? 1 : 0));
    if (!draws) continue;
    // Of the arguments nothing goes to the host but the number of bytes.
    CHECK(bench.services.host_calls[0] == "io.jwt.encode_sign_raw [" + std::to_string(size) + "]");
    bench.services.answers["io.jwt.encode_sign_raw"] = json_text(base64_encode(std::string(size, 's')));
    CHECK(sign_raw(bench, header, kPayload, scheme.key) != made);
    for (std::string answer : {"1", "\"\"", "\"!\"", "\"AAAA\""}) {
      bench.services.answers["io.jwt.encode_sign_raw"] = answer;
      CHECK(sign_raw(bench, header, kPayload, scheme.key) == "E_OUTSIDE");
    }
  }
}

TEST_CASE("what is signed is the text, or the JSON of Go", "[jwt]") {
  CHECK(call("encode_sign_raw", {R"({"alg":"HS256", "typ":"x"})", "no JSON", std::string(kOct)}) ==
        json_text(token("HS256", kOct, R"({"alg":"HS256", "typ":"x"})", "no JSON")));
  CHECK(test::run("io.jwt.encode_sign", R"([{"typ": "JWT", "alg": "HS256"}, {"b": "<&>", "a": [1, 1.50, 1e3]}, )" +
                                            std::string(kOct) + "]") ==
        json_text(token("HS256", kOct, R"({"alg":"HS256","typ":"JWT"})",
                        R"({"a":[1,1.50,1e3],"b":"\u003c\u0026\u003e"})")));
  // Any value is a payload; what is no header or no key has its own error.
  for (std::string payload : {"\"\"", "7", "[1]", "null"}) {
    CHECK(test::run("io.jwt.encode_sign", R"([{"alg": "HS256"}, )" + payload + ", " + std::string(kOct) + "]") ==
          json_text(token("HS256", kOct, R"({"alg":"HS256"})", payload)));
  }
  CHECK(test::run("io.jwt.encode_sign", R"([{"alg": "HS256"}, {}, 7])").find("failed to probe data") != std::string::npos);
}

TEST_CASE("what is not signed", "[jwt]") {
  std::string oct(kOct);
  auto error = [](std::string_view text) { return fault("encode_sign_raw", text); };
  auto sign = [](std::string header, std::string_view payload, std::string_view key) {
    return call("encode_sign_raw", {header, std::string(payload), std::string(key)});
  };
  CHECK(sign("", "{}", oct) ==
        error("missing or invalid 'alg' header: cannot parse JSON: cannot parse empty string; unparsed tail: \"\""));
  CHECK(sign("{", "{}", oct) == error("missing or invalid 'alg' header: cannot parse JSON: cannot parse object: missing '}'; "
                                      "unparsed tail: \"\""));
  CHECK(sign("{}", "{}", oct) == error("missing or invalid 'alg' header: jwsbb: header \"alg\" not found"));
  CHECK(sign("[]", "{}", oct) == error("missing or invalid 'alg' header: jwsbb: header \"alg\" not found"));
  CHECK(sign("{} x", "{}", oct) == error("missing or invalid 'alg' header: unexpected tail: \"x\""));
  CHECK(sign(R"({"alg":1})", "{}", oct) ==
        error("missing or invalid 'alg' header: value doesn't contain string; it contains number"));
  CHECK(sign(R"({"alg":"none"})", "{}", oct) == error("unknown JWS algorithm: none"));
  CHECK(sign(R"({"alg":"Ed25519"})", "{}", kEd25519) == error("unknown JWS algorithm: Ed25519"));
  CHECK(sign(R"({"alg":"HS256","alg":"none"})", "{}", oct).starts_with("\"ey"));  // the first counts
  CHECK(sign(R"({"alg":"HS256"})", "{", oct) == error("type is JWT but payload is not JSON"));
  CHECK(sign(R"({"alg":"HS256","typ":"JWT"})", "x", oct) == error("type is JWT but payload is not JSON"));
  CHECK(sign(R"({"alg":"HS256"})", "{}", R"({"keys":[]})") == error("no keys found in JWK set"));
  CHECK(sign(R"({"alg":"HS256"})", "{}", kRsa) ==
        error("jwsbb.Sign: invalid key type *jwk.rsaPrivateKey. []byte is required: keyconv: failed to produce []byte from "
              "*jwk.rsaPrivateKey: jwk.Export: no suitable exporter found for key type '*jwk.rsaPrivateKey'"));
  CHECK(sign(R"({"alg":"RS256"})", "{}", kEd25519) ==
        error("jwsbb.Sign: invalid key type *jwk.okpPrivateKey. *rsa.PrivateKey is required: failed to produce rsa.PrivateKey "
              "from *jwk.okpPrivateKey: jwk.Export: failed to assign key: argument to AssignIfCompatible() must be compatible "
              "with ed25519.PrivateKey (was *rsa.PrivateKey)"));
  CHECK(sign(R"({"alg":"ES256"})", "{}", public_part(kP256)) ==
        error("jwsbb.Sign: invalid key type *jwk.ecdsaPublicKey. *ecdsa.PrivateKey is required: keyconv: failed to produce "
              "ecdsa.PrivateKey from *jwk.ecdsaPublicKey: jwk.Export: no suitable exporter found for key type "
              "'*jwk.ecdsaPublicKey'"));
}

}  // namespace
}  // namespace writ
