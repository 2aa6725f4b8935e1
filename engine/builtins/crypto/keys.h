// Keys: what the bytes of a key say, in the five forms that Go's crypto/x509 reads, and the same as a key of OpenSSL.
//
// A key is parsed into plain numbers here, by Go's rules and with Go's faults, because OpenSSL takes encodings and
// values that Go refuses. Numbers are big-endian magnitudes without leading zeros; zero is the empty text. Nothing
// points into the bytes that were read. What is costly (points, private numbers) is charged before it is computed.
//
// A public key is as good as Go's parser demands and no better: a modulus may be of any size and even. Whether it is
// fit for a signature is asked when one is checked (signatures.h).
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/crypto/asn1_fields.h"
#include "engine/builtins/crypto/openssl.h"

namespace writ {

enum class KeyKind : uint8_t { kRsa, kDsa, kEc, kEd25519, kX25519 };

// A curve that Go knows.
struct Curve {
  std::string_view name;  // "P-256"
  std::string_view oid;   // encoded
  const char* openssl;    // OpenSSL's name
  int nid;
  uint32_t bytes;         // of a coordinate and of a private number
  uint32_t fuel;          // of multiplying a point
};
// Null if Go knows none of that identifier or name.
const Curve* find_curve(std::string_view oid);
const Curve* find_curve_named(std::string_view name);

struct PublicKey {
  KeyKind kind = KeyKind::kRsa;
  // RSA
  std::string modulus;
  int64_t exponent = 0;
  // EC: a point in uncompressed form, on the curve
  const Curve* curve = nullptr;
  std::string point;
  // Ed25519, X25519
  std::string raw;
  // DSA
  std::string p, q, g, y;

  uint64_t modulus_bits() const;
  std::string_view x_coordinate() const { return std::string_view(point).substr(1, curve->bytes); }
  std::string_view y_coordinate() const { return std::string_view(point).substr(1 + curve->bytes); }
  bool operator==(const PublicKey&) const = default;
};

// A public key as OpenSSL's object, made when it is first wanted and kept. It belongs to one key, which must not change
// meanwhile. Threads may share it.
class KeptKey {
 public:
  KeptKey() = default;
  ~KeptKey() { EVP_PKEY_free(made_.load()); }
  KeptKey(const KeptKey&) = delete;
  KeptKey& operator=(const KeptKey&) = delete;

  // Null if OpenSSL refuses the key. It lives as long as this.
  EVP_PKEY* of(const PublicKey& key);

 private:
  std::atomic<EVP_PKEY*> made_ = nullptr;
};

struct PrivateKey {
  // What RSA keeps of each prime after the second.
  struct ExtraPrime {
    std::string exponent, coefficient, product;
  };

  PublicKey public_key;
  // RSA
  std::string d;
  std::vector<std::string> primes;
  std::string dp, dq, qinv;
  std::vector<ExtraPrime> extra;
  // EC: as many bytes as the curve has. Ed25519, X25519: the 32 bytes of the seed.
  std::string secret;
};

// The fault, in Go's words, is set where nothing is returned.
// SubjectPublicKeyInfo: "PUBLIC KEY".
std::optional<PublicKey> parse_public_key_info(std::string_view der, std::string* fault);
// PKCS #1: "RSA PUBLIC KEY".
std::optional<PublicKey> parse_pkcs1_public_key(std::string_view der, std::string* fault);
// The two parts of a SubjectPublicKeyInfo.
std::optional<PublicKey> parse_public_key(const AlgorithmIdentifier& algorithm, const BitString& bits,
                                          std::string* fault);
// PKCS #1: "RSA PRIVATE KEY".
std::optional<PrivateKey> parse_pkcs1_private_key(std::string_view der, std::string* fault);
// PKCS #8: "PRIVATE KEY".
std::optional<PrivateKey> parse_pkcs8_private_key(std::string_view der, std::string* fault);
// SEC 1: "EC PRIVATE KEY".
std::optional<PrivateKey> parse_ec_private_key(std::string_view der, std::string* fault);

// From the numbers of a key that is not in ASN.1, such as a JWK.
// `point` in uncompressed form.
std::optional<PublicKey> make_ec_public_key(const Curve& curve, std::string_view point, std::string* fault);
// `secret` has curve.bytes bytes.
std::optional<PrivateKey> make_ec_private_key(const Curve& curve, std::string_view secret, std::string* fault);
// `kind` is kEd25519 or kX25519; `seed` has 32 bytes.
PrivateKey make_raw_private_key(KeyKind kind, std::string_view seed);
// Checks the numbers and computes those that are missing, as rsa.PrivateKey.Precompute and Validate do.
bool complete_rsa_private_key(PrivateKey* key, std::string* fault);

// As a key of OpenSSL; null if OpenSSL refuses it. DSA has none.
EvpKey openssl_public_key(const PublicKey& key);
EvpKey openssl_private_key(const PrivateKey& key);

// Moduli above are not computed with: Failure(E_NUM_RANGE), never a refusal. It is OpenSSL's own limit.
inline constexpr uint64_t kMaxModulusBits = 16384;
// Throws it, or pays for `multiplications` of numbers of that many bits modulo another.
void charge_modular(uint64_t bits, uint64_t multiplications);

}  // namespace writ
