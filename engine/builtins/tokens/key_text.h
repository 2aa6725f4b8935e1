// The texts that tokens are verified with: a certificate or a public key in PEM, one JWK, or a set of them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/builtin.h"
#include "engine/builtins/crypto/keys.h"
#include "engine/builtins/patterns.h"
#include "engine/builtins/tokens/jwk.h"
#include "engine/builtins/tokens/token_key.h"

namespace writ {

// Immutable; threads may share them.
class VerificationKeys : public CompiledArgument {
 public:
  explicit VerificationKeys(std::vector<TokenKey> keys) : keys_(std::move(keys)) {}

  const std::vector<TokenKey>& all() const { return keys_; }
  // The first key of that name; null if there is none.
  const TokenKey* find(std::string_view id) const;

 private:
  std::vector<TokenKey> keys_;
};

// What encode_sign signs with: the first key of a JWK or a set.
class SigningKey : public CompiledArgument {
 public:
  explicit SigningKey(Jwk jwk) : jwk_(std::move(jwk)) {}
  const Jwk& jwk() const { return jwk_; }

 private:
  Jwk jwk_;
};

// The keys of a text; null and `*error` set, in OPA's words, if it has none that can be read. They are kept between calls, paid
// for by each decision that uses them, and valid until the next call on the cache.
const VerificationKeys* read_verification_keys(BuiltinCall& call, std::string_view text, std::string* error);
const SigningKey* read_signing_key(BuiltinCall& call, std::string_view text, std::string* error);

// Whether the bytes are a certificate, and the key in it, if it is of a kind that we know. False and `*fault` set if not.
bool read_certificate_key(std::string_view der, std::optional<PublicKey>* key, std::string* fault);

}  // namespace writ
