// The algorithms that tokens are signed with (RFC 7518, RFC 8037), in one table.
//
// A header names its algorithm by `name`. decode_verify also knows the names that the library of OPA has for the same
// algorithms, and Ed25519 (RFC 9864); what is not here verifies under no key.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/builtins/crypto/openssl.h"

namespace writ {

enum class SignatureScheme : uint8_t { kHmac, kRsaPkcs1, kRsaPss, kEcdsa, kEdDsa };

struct TokenAlgorithm {
  std::string_view name;
  std::string_view library_name;
  SignatureScheme scheme;
  HashKind hash;           // none is used by EdDSA
  bool can_sign = true;    // whether encode_sign takes it, and a key of a set may be meant for it
};

inline constexpr TokenAlgorithm kTokenAlgorithms[] = {
    {"HS256", "HMAC_WITH_SHA256", SignatureScheme::kHmac, HashKind::kSha256},
    {"HS384", "HMAC_WITH_SHA384", SignatureScheme::kHmac, HashKind::kSha384},
    {"HS512", "HMAC_WITH_SHA512", SignatureScheme::kHmac, HashKind::kSha512},
    {"RS256", "RSA_PKCS1v15_WITH_SHA256", SignatureScheme::kRsaPkcs1, HashKind::kSha256},
    {"RS384", "RSA_PKCS1v15_WITH_SHA384", SignatureScheme::kRsaPkcs1, HashKind::kSha384},
    {"RS512", "RSA_PKCS1v15_WITH_SHA512", SignatureScheme::kRsaPkcs1, HashKind::kSha512},
    {"PS256", "RSA_PSS_WITH_SHA256", SignatureScheme::kRsaPss, HashKind::kSha256},
    {"PS384", "RSA_PSS_WITH_SHA384", SignatureScheme::kRsaPss, HashKind::kSha384},
    {"PS512", "RSA_PSS_WITH_SHA512", SignatureScheme::kRsaPss, HashKind::kSha512},
    {"ES256", "ECDSA_WITH_P256_AND_SHA256", SignatureScheme::kEcdsa, HashKind::kSha256},
    {"ES384", "ECDSA_WITH_P384_AND_SHA384", SignatureScheme::kEcdsa, HashKind::kSha384},
    {"ES512", "ECDSA_WITH_P521_AND_SHA512", SignatureScheme::kEcdsa, HashKind::kSha512},
    {"EdDSA", "", SignatureScheme::kEdDsa, HashKind::kSha512},
    {"Ed25519", "", SignatureScheme::kEdDsa, HashKind::kSha512, false},
};

// By its name; null for one that encode_sign does not take.
constexpr const TokenAlgorithm* find_signing_algorithm(std::string_view name) {
  for (const TokenAlgorithm& algorithm : kTokenAlgorithms) {
    if (algorithm.can_sign && algorithm.name == name) return &algorithm;
  }
  return nullptr;
}

// By either name; null if there is none.
constexpr const TokenAlgorithm* find_verifying_algorithm(std::string_view name) {
  for (const TokenAlgorithm& algorithm : kTokenAlgorithms) {
    if (algorithm.name == name || (!algorithm.library_name.empty() && algorithm.library_name == name)) return &algorithm;
  }
  return nullptr;
}

}  // namespace writ
