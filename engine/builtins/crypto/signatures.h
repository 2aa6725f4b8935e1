// Checking signatures: Go's demands on the key first, then OpenSSL's arithmetic. Where `kept` is not null it is the key's, and
// OpenSSL's object of the key is not made anew.
#pragma once

#include <string_view>

#include "engine/builtins/crypto/keys.h"

namespace writ {

enum class RsaPadding : uint8_t {
  kPkcs1,
  kPss,          // any length of salt
  kPssHashSalt,  // a salt as long as the digest
};

// Whether `signature` is one of the digest by that RSA key. False for keys that Go does not check signatures with: of
// less than 1,024 bits, an even modulus, an exponent that is even, below 2 or not below 2^31. Throws
// Failure(E_NUM_RANGE) for a modulus beyond kMaxModulusBits.
bool verify_rsa(const PublicKey& key, RsaPadding padding, HashKind hash, std::string_view digest,
                std::string_view signature, KeptKey* kept = nullptr);

// `signature` is the DER of two positive integers, as certificates have it, and nothing else.
bool verify_ecdsa(const PublicKey& key, std::string_view digest, std::string_view signature, KeptKey* kept = nullptr);
// The two numbers one after another, each of curve.bytes bytes, as tokens have it.
bool verify_ecdsa_raw(const PublicKey& key, std::string_view digest, std::string_view signature,
                      KeptKey* kept = nullptr);

bool verify_ed25519(const PublicKey& key, std::string_view message, std::string_view signature,
                    KeptKey* kept = nullptr);

}  // namespace writ
