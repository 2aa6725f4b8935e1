// Checking and making signatures. RSA with PKCS #1 v1.5, Ed25519 and all checking is OpenSSL's. Where a signature needs
// randomness (the salt of PSS, the nonce of ECDSA) it comes in as an argument, since a decision must have the same answer
// when it is repeated; OpenSSL would draw it itself. So the encoding of PSS and the arithmetic of ECDSA are here.
//
// The nonce of ECDSA is that of RFC 6979, section 3.6: derived from the key, the digest and the random bytes. Whoever reads
// the random bytes in a record can therefore not compute the nonce, which would be to compute the key.
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/builtins/crypto/signatures.h"
#include "engine/builtins/tokens/token_key.h"

namespace writ {

namespace {

constexpr uint64_t kMessageBytesPerUnit = 32;
constexpr uint64_t kEd25519Units = 10'000;
constexpr uint64_t kLeastRsaBits = 1024;

void require(bool done) {
  if (!done) openssl_failed("to sign");
}

// --- Hashes ----------------------------------------------------------------------------------------------------------

std::string hmac(HashKind hash, std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  // An empty key must still be a pointer: null would mean "the key of before".
  const char* key_bytes = key.empty() ? "" : key.data();
  if (HMAC(openssl_hash(hash), key_bytes, static_cast<int>(key.size()), openssl_bytes(message), message.size(), out,
           &size) == nullptr) {
    openssl_failed("a code");
  }
  return std::string(reinterpret_cast<const char*>(out), size);
}

size_t size_of(HashKind hash) { return static_cast<size_t>(EVP_MD_get_size(openssl_hash(hash))); }

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// --- Checking --------------------------------------------------------------------------------------------------------

// Two halves of a signature of any size, as two numbers of the size of the curve; empty if they are larger.
std::string in_two_numbers(std::string_view signature, size_t size) {
  std::string_view halves[] = {signature.substr(0, signature.size() / 2), signature.substr(signature.size() / 2)};
  std::string numbers;
  for (std::string_view half : halves) {
    half.remove_prefix(std::min(half.find_first_not_of('\0'), half.size()));
    if (half.size() > size) return "";
    numbers.append(size - half.size(), '\0').append(half);
  }
  return numbers;
}

KeyKind kind_for(SignatureScheme scheme) {
  if (scheme == SignatureScheme::kEcdsa) return KeyKind::kEc;
  return scheme == SignatureScheme::kEdDsa ? KeyKind::kEd25519 : KeyKind::kRsa;
}

bool verify_public(const TokenAlgorithm& algorithm, const TokenKey& token_key, std::string_view message,
                   std::string_view signature, SignatureForm form) {
  const PublicKey& key = token_key.public_key;
  KeptKey* kept = token_key.kept.get();
  if (key.kind != kind_for(algorithm.scheme)) return false;
  if (algorithm.scheme == SignatureScheme::kEdDsa) return verify_ed25519(key, message, signature, kept);
  std::string digest = hash_bytes(algorithm.hash, message);
  bool is_jws = form == SignatureForm::kJws;
  switch (algorithm.scheme) {
    case SignatureScheme::kRsaPkcs1: return verify_rsa(key, RsaPadding::kPkcs1, algorithm.hash, digest, signature, kept);
    case SignatureScheme::kRsaPss:
      return verify_rsa(key, is_jws ? RsaPadding::kPssHashSalt : RsaPadding::kPss, algorithm.hash, digest, signature, kept);
    default:
      if (is_jws) return verify_ecdsa_raw(key, digest, signature, kept);
      return verify_ecdsa_raw(key, digest, in_two_numbers(signature, key.curve->bytes), kept);
  }
}

// --- Making ----------------------------------------------------------------------------------------------------------

std::string sign_rsa(EVP_PKEY* key, int padding, const EVP_MD* hash, std::string_view input) {
  EvpKeyContext context(EVP_PKEY_CTX_new_from_pkey(openssl_context(), key, nullptr));
  require(context != nullptr && EVP_PKEY_sign_init(context.get()) == 1 &&
          EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) == 1 &&
          (hash == nullptr || EVP_PKEY_CTX_set_signature_md(context.get(), hash) == 1));
  std::string signature(static_cast<size_t>(EVP_PKEY_get_size(key)), '\0');
  size_t size = signature.size();
  // The numbers fit each other, so what can still be wrong is a prime that is none.
  bool signs = EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                             openssl_bytes(input), input.size()) == 1;
  return signs ? signature : "";
}

// MGF1 of RFC 8017, B.2.1, added to `data`.
void mask(HashKind hash, std::string_view seed, std::string& data) {
  uint32_t counter = 0;
  for (size_t at = 0; at < data.size(); counter++) {
    std::string input(seed);
    for (int shift = 24; shift >= 0; shift -= 8) input += static_cast<char>(counter >> shift & 0xFF);
    for (char c : hash_bytes(hash, input)) {
      if (at < data.size()) data[at++] ^= c;
    }
  }
}

// EMSA-PSS of RFC 8017, 9.1.1, as long as the modulus; empty if that has no room for it.
std::string pss_encoding(HashKind hash, std::string_view message, std::string_view salt, size_t bits) {
  size_t encoded_bits = bits - 1;
  size_t size = (encoded_bits + 7) / 8;
  size_t hash_size = size_of(hash);
  if (size < hash_size + salt.size() + 2) return "";
  std::string digest = hash_bytes(hash, std::string(8, '\0') + hash_bytes(hash, message) + std::string(salt));
  std::string data(size - hash_size - salt.size() - 2, '\0');
  data += '\x01';
  data += salt;
  mask(hash, digest, data);
  data[0] = static_cast<char>(static_cast<unsigned char>(data[0]) & 0xFF >> (8 * size - encoded_bits));
  std::string padding((bits + 7) / 8 - size, '\0');
  return padding + data + digest + '\xBC';
}

bool sign_with_rsa(const TokenAlgorithm& algorithm, PrivateKey key, std::string_view message, std::string_view salt,
                   std::string* signature, std::string* error) {
  uint64_t bits = key.public_key.modulus_bits();
  if (bits < kLeastRsaBits) {
    *error = "crypto/rsa: " + std::to_string(bits) +
             "-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)";
    return false;
  }
  if (!complete_rsa_private_key(&key, error)) return false;
  charge_modular(bits, bits);
  OpensslScope scope;
  EvpKey openssl_key = openssl_private_key(key);
  require(openssl_key != nullptr);
  if (algorithm.scheme == SignatureScheme::kRsaPkcs1) {
    std::string digest = hash_bytes(algorithm.hash, message);
    *signature = sign_rsa(openssl_key.get(), RSA_PKCS1_PADDING, openssl_hash(algorithm.hash), digest);
  } else {
    std::string encoding = pss_encoding(algorithm.hash, message, salt, bits);
    if (encoding.empty()) *error = "crypto/rsa: message too long for RSA key size";
    else *signature = sign_rsa(openssl_key.get(), RSA_NO_PADDING, nullptr, encoding);
  }
  if (error->empty() && signature->empty()) *error = "crypto/rsa: decryption error";
  return error->empty();
}

BigNumber new_secret() {
  BigNumber number(BN_secure_new());
  if (number == nullptr) openssl_failed("a number");
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  return number;
}

std::string fixed_bytes(const BIGNUM* number, size_t size) {
  std::string bytes(size, '\0');
  require(BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) >= 0);
  return bytes;
}

// ECDSA over one group with one key, which is in [1, order - 1].
class EcdsaSigner {
 public:
  EcdsaSigner(const EC_GROUP* group, const BIGNUM* key)
      : group_(group),
        order_(EC_GROUP_get0_order(group)),
        bits_(BN_num_bits(order_)),
        size_(static_cast<size_t>(bits_ + 7) / 8),
        key_(key),
        context_(BN_CTX_secure_new_ex(openssl_context())) {
    require(context_ != nullptr);
  }

  // r and s, each of the size of the order.
  std::string sign(HashKind hash, std::string_view digest, std::string_view random) {
    BigNumber z = leading_bits(digest);
    begin(hash, fixed_bytes(key_, size_) + fixed_bytes(reduced(z).get(), size_) + std::string(random));
    for (;;) {
      BigNumber nonce = next_number();
      BigNumber blind = next_number();
      BigNumber r = first_coordinate(nonce);
      if (BN_is_zero(r.get()) == 1) continue;
      BigNumber s = second_number(nonce, blind, z, r);
      if (BN_is_zero(s.get()) == 1) continue;
      return fixed_bytes(r.get(), size_) + fixed_bytes(s.get(), size_);
    }
  }

 private:
  // The generator of RFC 6979, 3.2; `seed` is what follows the first octet in steps d and f.
  void begin(HashKind hash, const std::string& seed) {
    hash_ = hash;
    key_text_.assign(size_of(hash), '\0');
    value_.assign(size_of(hash), '\x01');
    for (char octet : {'\0', '\x01'}) {
      key_text_ = hmac(hash_, key_text_, value_ + octet + seed);
      value_ = hmac(hash_, key_text_, value_);
    }
  }
  // In [1, order - 1].
  BigNumber next_number() {
    for (;;) {
      std::string bytes;
      while (bytes.size() < size_) bytes += value_ = hmac(hash_, key_text_, value_);
      BigNumber number = leading_bits(std::string_view(bytes).substr(0, size_));
      key_text_ = hmac(hash_, key_text_, value_ + '\0');
      value_ = hmac(hash_, key_text_, value_);
      if (BN_is_zero(number.get()) == 0 && BN_cmp(number.get(), order_) < 0) return number;
    }
  }

  // The leftmost bits of a text, as many as the order has.
  BigNumber leading_bits(std::string_view bytes) const {
    BigNumber number = new_secret();
    require(BN_bin2bn(openssl_bytes(bytes), static_cast<int>(bytes.size()), number.get()) != nullptr);
    int excess = static_cast<int>(bytes.size()) * 8 - bits_;
    if (excess > 0) require(BN_rshift(number.get(), number.get(), excess) == 1);
    return number;
  }
  BigNumber reduced(const BigNumber& number) {
    BigNumber result = new_secret();
    require(BN_nnmod(result.get(), number.get(), order_, context_.get()) == 1);
    return result;
  }
  BigNumber product(const BIGNUM* a, const BIGNUM* b) {
    BigNumber result = new_secret();
    require(BN_mod_mul(result.get(), a, b, order_, context_.get()) == 1);
    return result;
  }

  BigNumber first_coordinate(const BigNumber& nonce) {
    CurvePoint point(EC_POINT_new(group_));
    BigNumber x = new_secret();
    require(point != nullptr && EC_POINT_mul(group_, point.get(), nonce.get(), nullptr, nullptr, context_.get()) == 1 &&
            EC_POINT_get_affine_coordinates(group_, point.get(), x.get(), nullptr, context_.get()) == 1);
    return reduced(x);
  }
  // (z + r × key) / nonce, with numerator and denominator multiplied by `blind`. The order is prime, so its Fermat power
  // inverts.
  BigNumber second_number(const BigNumber& nonce, const BigNumber& blind, const BigNumber& z, const BigNumber& r) {
    BigNumber numerator = product(product(r.get(), key_).get(), blind.get());
    BigNumber blinded_z = product(reduced(z).get(), blind.get());
    require(BN_mod_add(numerator.get(), numerator.get(), blinded_z.get(), order_, context_.get()) == 1);
    BigNumber denominator = product(nonce.get(), blind.get());
    BigNumber power = new_secret();
    require(BN_copy(power.get(), order_) != nullptr && BN_sub_word(power.get(), 2) == 1);
    BigNumber inverse = new_secret();
    require(BN_mod_exp_mont_consttime(inverse.get(), denominator.get(), power.get(), order_, context_.get(), nullptr) == 1);
    return product(numerator.get(), inverse.get());
  }

  const EC_GROUP* group_;
  const BIGNUM* order_;
  int bits_;
  size_t size_;
  const BIGNUM* key_;
  BigNumberContext context_;
  HashKind hash_ = HashKind::kSha256;
  std::string key_text_, value_;
};

bool sign_with_ec(const TokenAlgorithm& algorithm, const PrivateKey& key, std::string_view message,
                  std::string_view random, std::string* signature, std::string* error) {
  const Curve& curve = *key.public_key.curve;
  charge_work(curve.fuel);
  OpensslScope scope;
  CurveGroup group(EC_GROUP_new_by_curve_name_ex(openssl_context(), nullptr, curve.nid));
  BigNumber scalar = new_secret();
  require(group != nullptr && BN_bin2bn(openssl_bytes(key.secret), static_cast<int>(key.secret.size()), scalar.get()));
  const BIGNUM* order = EC_GROUP_get0_order(group.get());
  std::string refusal;
  if (BN_num_bits(scalar.get()) > BN_num_bits(order)) refusal = "ecdsa: private key scalar too large";
  else if (BN_is_zero(scalar.get()) == 1) refusal = "ecdsa: private key scalar is zero or negative";
  else if (BN_cmp(scalar.get(), order) >= 0) refusal = "input overflows the modulus";
  if (!refusal.empty()) {
    *error = "failed to sign payload using ecdsa: " + refusal;
    return false;
  }
  *signature = EcdsaSigner(group.get(), scalar.get()).sign(algorithm.hash, hash_bytes(algorithm.hash, message), random);
  return true;
}

std::string sign_ed25519(const PrivateKey& key, std::string_view message) {
  charge_work(kEd25519Units);
  OpensslScope scope;
  EvpKey openssl_key = openssl_private_key(key);
  EvpDigestContext context(EVP_MD_CTX_new());
  unsigned char bytes[64];
  size_t size = sizeof bytes;
  require(openssl_key != nullptr && context != nullptr &&
          EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, openssl_context(), nullptr, openssl_key.get(), nullptr) ==
              1 &&
          EVP_DigestSign(context.get(), bytes, &size, openssl_bytes(message), message.size()) == 1);
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace

bool verify_token(const TokenAlgorithm& algorithm, const TokenKey& key, std::string_view message,
                  std::string_view signature, SignatureForm form) {
  charge_work(message.size() / kMessageBytesPerUnit);
  bool is_secret = key.kind == TokenKey::Kind::kSecret;
  if (is_secret != (algorithm.scheme == SignatureScheme::kHmac)) return false;
  if (is_secret) return equal_in_constant_time(hmac(algorithm.hash, key.secret, message), signature);
  return verify_public(algorithm, key, message, signature, form);
}

uint64_t random_bytes_of(const TokenAlgorithm& algorithm) {
  if (algorithm.scheme == SignatureScheme::kEcdsa) return 32;
  return algorithm.scheme == SignatureScheme::kRsaPss ? size_of(algorithm.hash) : 0;
}

bool sign_token(const TokenAlgorithm& algorithm, const TokenKey& key, std::string_view message, std::string_view random,
                std::string* signature, std::string* error) {
  charge_work(message.size() / kMessageBytesPerUnit);
  switch (algorithm.scheme) {
    case SignatureScheme::kHmac: *signature = hmac(algorithm.hash, key.secret, message); return true;
    case SignatureScheme::kEcdsa: return sign_with_ec(algorithm, key.private_key, message, random, signature, error);
    case SignatureScheme::kEdDsa: *signature = sign_ed25519(key.private_key, message); return true;
    default: return sign_with_rsa(algorithm, key.private_key, message, random, signature, error);
  }
}

}  // namespace writ
