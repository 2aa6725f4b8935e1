#include "engine/builtins/tokens/key_text.h"

#include <utility>

#include "engine/base/arena.h"
#include "engine/base/meter.h"
#include "engine/builtins/crypto/certificate.h"
#include "engine/builtins/crypto/pem.h"

namespace writ {

namespace {

bool read_pem(const PemBlock& block, std::string_view rest, std::vector<TokenKey>* keys, std::string* error) {
  std::string fault;
  std::optional<PublicKey> key;
  if (!rest.empty()) {
    *error = "extra data after a PEM certificate block";
    return false;
  }
  if (block.type == "CERTIFICATE") {
    if (!read_certificate_key(block.bytes, &key, &fault)) {
      *error = "failed to parse a PEM certificate: " + fault;
      return false;
    }
  } else if (block.type == "PUBLIC KEY") {
    key = parse_public_key_info(block.bytes, &fault);
    if (!key.has_value()) {
      *error = "failed to parse a PEM public key: " + fault;
      return false;
    }
  } else {
    *error = "failed to extract a Key from the PEM certificate";
    return false;
  }
  // A key of no kind that we know is good for no signature, but it is one.
  TokenKey& made = keys->emplace_back();
  made.public_key.kind = KeyKind::kX25519;
  if (key.has_value()) made.public_key = std::move(*key);
  return true;
}

bool read_keys(std::string_view text, std::vector<TokenKey>* keys, std::string* error) {
  std::string_view rest;
  if (std::optional<PemBlock> block = decode_pem(text, &rest)) return read_pem(*block, rest, keys, error);
  std::vector<Jwk> jwks;
  if (!read_jwks(text, &jwks, error)) {
    error->insert(0, "failed to parse a JWK key (set): jwk.ParseString: failed to parse string: ");
    return false;
  }
  for (const Jwk& jwk : jwks) {
    TokenKey key;
    if (!make_token_key(jwk, &key, error)) return false;
    // A key for something else than signatures.
    if (!key.algorithm.empty() && find_signing_algorithm(key.algorithm) == nullptr) continue;
    keys->push_back(std::move(key));
  }
  return true;
}

}  // namespace

const TokenKey* VerificationKeys::find(std::string_view id) const {
  for (const TokenKey& key : keys_) {
    if (key.id == id) return &key;
  }
  return nullptr;
}

const VerificationKeys* read_verification_keys(BuiltinCall& call, std::string_view text, std::string* error) {
  auto compile = [&]() -> std::unique_ptr<const CompiledArgument> {
    Meter::Scope unmetered(nullptr);  // paid for, whether it is kept already or not
    std::vector<TokenKey> keys;
    if (!read_keys(text, &keys, error)) return nullptr;
    for (TokenKey& key : keys) key.kept = std::make_shared<KeptKey>();
    return std::make_unique<VerificationKeys>(std::move(keys));
  };
  std::string key = "jwt.verify:" + std::string(text);
  return static_cast<const VerificationKeys*>(
      call.services.patterns().compiled(key, jwks_units(text), jwks_memory(text), compile));
}

const SigningKey* read_signing_key(BuiltinCall& call, std::string_view text, std::string* error) {
  auto compile = [&]() -> std::unique_ptr<const CompiledArgument> {
    Meter::Scope unmetered(nullptr);  // paid for, whether it is kept already or not
    std::vector<Jwk> keys;
    if (!read_jwks(text, &keys, error)) return nullptr;
    if (keys.empty()) {
      *error = "no keys found in JWK set";
      return nullptr;
    }
    return std::make_unique<SigningKey>(std::move(keys[0]));
  };
  std::string key = "jwt.sign:" + std::string(text);
  return static_cast<const SigningKey*>(
      call.services.patterns().compiled(key, jwks_units(text), jwks_memory(text), compile));
}

bool read_certificate_key(std::string_view der, std::optional<PublicKey>* key, std::string* fault) {
  Arena arena;
  Certificate certificate;
  if (!parse_certificate(der, arena, &certificate, fault)) return false;
  *key = std::move(certificate.public_key);
  return true;
}

}  // namespace writ
