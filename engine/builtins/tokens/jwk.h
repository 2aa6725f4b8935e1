// JSON Web Keys (RFC 7517), read and written as the library of OPA does it.
//
// A text is one key, or a set of them as the member "keys" of an object. The first value of the text counts, and what
// follows it does not. Names of members are compared exactly, save that "kty" and "d" also say what a key is in upper case.
// Of a member that comes twice each is checked and the last counts; of "keys" all count. A set is read if all of its keys
// are: of a known type, with the members that the type demands, points on their curves, certificates in "x5c" that parse.
// "use" and "key_ops" are read and mean nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/builtins/crypto/keys.h"
#include "engine/builtins/tokens/token_key.h"
#include "engine/value/value.h"

namespace writ {

enum class JwkType : uint8_t { kRsa, kEc, kOkp, kSecret };

// What a key says; texts in base 64 are decoded.
struct Jwk {
  JwkType type = JwkType::kSecret;
  bool is_private = false;
  std::string algorithm, id;  // empty if it has none
  std::string curve;
  // Absent where the key does not have them.
  std::optional<std::string> d, dp, dq, e, k, n, p, q, qi, x, y;
};

// Units of fuel that reading keys costs, and bytes that they take at most, known from the text.
uint64_t jwks_units(std::string_view text);
uint64_t jwks_memory(std::string_view text);

// The keys of a text, in order. False and `*error` set, in the library's words ("jwk.Parse: …"), if it cannot be read.
bool read_jwks(std::string_view text, std::vector<Jwk>* keys, std::string* error);

// The numbers of a key. False and `*error` set ("jwk.Export: …") if they are not what signatures are made or checked with,
// as where an RSA key does not say its primes.
bool make_token_key(const Jwk& jwk, TokenKey* key, std::string* error);

// The library's name of the type of a key, which its errors show: "rsaPrivateKey".
std::string_view jwk_type_name(const Jwk& jwk);

// A key as the object that a policy sees: {"e": "AQAB", "kty": "RSA", "n": "…"}. Undefined for one that has no such form
// (DSA, an RSA key of more than two primes).
Value write_jwk(Arena& arena, const PublicKey& key);
Value write_jwk(Arena& arena, const PrivateKey& key);

}  // namespace writ
