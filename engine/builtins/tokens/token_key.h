// Keys of tokens, and the two things done with them: checking a signature and making one.
//
// Everything is paid for before it is done, by the kind and size of the key.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/builtins/crypto/keys.h"
#include "engine/builtins/tokens/algorithms.h"

namespace writ {

struct TokenKey {
  enum class Kind : uint8_t { kPublic, kPrivate, kSecret };

  Kind kind = Kind::kPublic;
  PublicKey public_key;  // of a private one, too
  std::shared_ptr<KeptKey> kept;  // of `public_key`, for keys that verify more than once; else null
  // Only what the key itself says: the numbers of an RSA key are checked when it signs, and the private number of an EC
  // key need not be that of the public point.
  PrivateKey private_key;
  std::string secret;
  // What a key of a set says of itself; empty if it does not.
  std::string algorithm;
  std::string id;
};

enum class SignatureForm : uint8_t {
  kJws,    // of RFC 7518: a salt as long as the hash, two numbers of the size of the curve
  kLoose,  // of any salt, of two numbers of any size
};
// False also where the key is of another kind than the algorithm wants.
bool verify_token(const TokenAlgorithm& algorithm, const TokenKey& key, std::string_view message,
                  std::string_view signature, SignatureForm form);

// Random bytes that a signature of this algorithm wants: a salt (PSS) or what is mixed into the nonce (ECDSA); else 0.
uint64_t random_bytes_of(const TokenAlgorithm& algorithm);

// The signature in the form of RFC 7518. It depends on its arguments alone: equal random bytes make equal signatures. Who
// knows them and the signature knows nothing of the key. The key is private or a secret, and of the kind that the algorithm
// wants. False and `*error` set, in Go's words, if Go would not sign with it.
bool sign_token(const TokenAlgorithm& algorithm, const TokenKey& key, std::string_view message, std::string_view random,
                std::string* signature, std::string* error);

}  // namespace writ
