// io.jwt.encode_sign, io.jwt.encode_sign_raw: header and payload in base64url, and a signature by the first key.
//
// PSS and ECDSA want random bytes. The host draws them, a record has them, and the signature follows from them and the
// arguments, so a replay makes the same token. What is recorded is no secret: the salt of PSS is in the signature, and for
// ECDSA the bytes are only mixed into a nonce that nobody computes without the key. Other signatures ask the host nothing.
#include <string>
#include <string_view>

#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/builtins/go_json.h"
#include "engine/builtins/support.h"
#include "engine/builtins/tokens/key_text.h"
#include "engine/builtins/tokens/quick_json.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr Base64 kUrl{.url = true, .padded = false};
constexpr uint64_t kJsonBytesPerUnit = 4;

std::string draw(BuiltinCall& call, uint64_t size) {
  Value args[] = {Value::of(static_cast<int64_t>(size))};
  Value drawn = call.services.call_host(call.name, args);
  std::string bytes;
  size_t fault_at = 0;
  if (!drawn.is_string() || !base64_decode(drawn.text(), {}, &bytes, &fault_at) || bytes.size() != size) {
    throw Failure(ErrorCode::E_OUTSIDE,
                  std::string(call.name) + " was answered with something that is not " + std::to_string(size) + " bytes");
  }
  return bytes;
}

// What the library expects under a scheme, and with which words its errors begin.
struct ExpectedKey {
  JwkType type;
  std::string_view go_type;
  std::string_view converter;
};
constexpr ExpectedKey expected_key(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::kHmac: return {JwkType::kSecret, "[]byte", "keyconv: "};
    case SignatureScheme::kEcdsa: return {JwkType::kEc, "ecdsa.PrivateKey", "keyconv: "};
    case SignatureScheme::kEdDsa: return {JwkType::kOkp, "ed25519.PrivateKey", ""};
    default: return {JwkType::kRsa, "rsa.PrivateKey", ""};
  }
}

// An Ed25519 key also serves as a secret, as in OPA: 32 bytes of the public one, before which a private one has its seed.
bool is_byte_key(const Jwk& jwk) { return jwk.type == JwkType::kOkp && jwk.curve == "Ed25519"; }

// Why a key cannot sign; empty if it can.
std::string key_error(const ExpectedKey& expected, const Jwk& jwk, TokenKey* key) {
  bool fits = jwk.type == expected.type && (jwk.is_private || jwk.type == JwkType::kSecret);
  bool is_okp = jwk.type == JwkType::kOkp;
  std::string error;
  if (fits || is_okp) {
    if (!make_token_key(jwk, key, &error)) return error;
    if (is_byte_key(jwk) && (fits || expected.type == JwkType::kSecret)) return "";
    if (!is_okp) return "";
    std::string made = is_byte_key(jwk) ? "ed25519." : "*ecdh.";
    made += jwk.is_private ? "PrivateKey" : "PublicKey";
    return "jwk.Export: failed to assign key: argument to AssignIfCompatible() must be compatible with " + made +
           " (was *" + std::string(expected.go_type) + ")";
  }
  return "jwk.Export: no suitable exporter found for key type '*jwk." + std::string(jwk_type_name(jwk)) + "'";
}

// False, with the call faulted, if the key is none for that algorithm.
bool make_signing_key(BuiltinCall& call, const TokenAlgorithm& algorithm, const Jwk& jwk, TokenKey* key) {
  ExpectedKey expected = expected_key(algorithm.scheme);
  std::string error = key_error(expected, jwk, key);
  if (!error.empty()) {
    std::string type = "*jwk." + std::string(jwk_type_name(jwk));
    std::string go_type(expected.go_type);
    std::string_view star = expected.type == JwkType::kRsa || expected.type == JwkType::kEc ? "*" : "";
    call.fault("jwsbb.Sign: invalid key type " + type + ". " + std::string(star) + go_type + " is required: " +
               std::string(expected.converter) + "failed to produce " + go_type + " from " + type + ": " + error);
    return false;
  }
  if (expected.type == JwkType::kSecret && jwk.type == JwkType::kOkp) {
    key->secret = (jwk.is_private ? *jwk.d : "") + *jwk.x;
  }
  return true;
}

// The algorithm that a header names; null, with the call faulted, if it names none.
const TokenAlgorithm* read_algorithm(BuiltinCall& call, std::string_view header, std::string_view payload) {
  QuickJson json(header);
  std::string name;
  std::string type;
  std::string error;
  if (!json.find_string("alg", &name, &error)) {
    call.fault("missing or invalid 'alg' header: " + error);
    return nullptr;
  }
  const TokenAlgorithm* algorithm = find_signing_algorithm(name);
  if (algorithm == nullptr) {
    call.fault("unknown JWS algorithm: " + name);
    return nullptr;
  }
  bool wants_json = !json.find_string("typ", &type, &error) || type == "JWT";
  if (wants_json && !is_go_json(payload)) {
    call.fault("type is JWT but payload is not JSON");
    return nullptr;
  }
  return algorithm;
}

Value encode_sign(BuiltinCall& call, std::string_view header, std::string_view payload, std::string_view key_text) {
  charge_elements(call, (header.size() + payload.size()) / kJsonBytesPerUnit);
  // What the header says, the token and its parts, and the name that the key is kept under.
  Lease memory(call.arena, 4 * (header.size() + payload.size()) + key_text.size());
  std::string error;
  const SigningKey* signing = read_signing_key(call, key_text, &error);
  if (signing == nullptr) return call.fault(std::move(error));
  const TokenAlgorithm* algorithm = read_algorithm(call, header, payload);
  TokenKey key;
  if (algorithm == nullptr || !make_signing_key(call, *algorithm, signing->jwk(), &key)) return Value::undefined();
  std::string token = base64_encode(header, kUrl) + '.' + base64_encode(payload, kUrl);
  uint64_t random_size = random_bytes_of(*algorithm);
  std::string random = random_size == 0 ? "" : draw(call, random_size);
  std::string signature;
  if (!sign_token(*algorithm, key, token, random, &signature, &error)) return call.fault(std::move(error));
  return make_string(call.arena, token + '.' + base64_encode(signature, kUrl));
}

}  // namespace

Value builtin_io_jwt_encode_sign(BuiltinCall& call) {
  std::string texts[3];
  Lease memory(call.arena);
  for (size_t i = 0; i < 3; i++) {
    charge_value(call, call[i]);
    texts[i] = to_json(call[i]);
    memory.grow(texts[i].capacity());
  }
  return encode_sign(call, texts[0], texts[1], texts[2]);
}

Value builtin_io_jwt_encode_sign_raw(BuiltinCall& call) {
  return encode_sign(call, call[0].text(), call[1].text(), call[2].text());
}

}  // namespace writ
