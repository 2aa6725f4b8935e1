#include "engine/builtins/crypto/signatures.h"

#include <openssl/rsa.h>

#include <bit>

#include "engine/base/meter.h"

namespace writ {

namespace {

constexpr uint64_t kLeastModulusBits = 1024;
constexpr size_t kEd25519SignatureBytes = 64;
constexpr uint64_t kEd25519Fuel = 12'000;

bool is_fit(const PublicKey& key) {
  return key.kind == KeyKind::kRsa && key.modulus_bits() >= kLeastModulusBits && (key.modulus.back() & 1) != 0 &&
         key.exponent >= 2 && key.exponent % 2 == 1 && key.exponent <= INT32_MAX;
}

// The key as OpenSSL's object: the one that is kept, or one for this signature alone.
class BorrowedKey {
 public:
  BorrowedKey(const PublicKey& key, KeptKey* kept) {
    if (kept == nullptr) own_ = openssl_public_key(key);
    key_ = kept != nullptr ? kept->of(key) : own_.get();
  }
  // Null if OpenSSL refuses it.
  EVP_PKEY* get() const { return key_; }

 private:
  EvpKey own_;
  EVP_PKEY* key_ = nullptr;
};

EvpKeyContext verifying(EVP_PKEY* key) {
  EvpKeyContext context(EVP_PKEY_CTX_new_from_pkey(openssl_context(), key, nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1) openssl_failed("a signature");
  return context;
}

bool verify(const EvpKeyContext& context, std::string_view digest, std::string_view signature) {
  return EVP_PKEY_verify(context.get(), openssl_bytes(signature), signature.size(), openssl_bytes(digest),
                         digest.size()) == 1;
}

void append_length(std::string& out, size_t length) {
  if (length >= 0x80) out += '\x81';
  out += static_cast<char>(length);
}

// The DER of a positive integer.
std::string der_integer(std::string_view magnitude) {
  std::string body;
  if (magnitude.empty() || (magnitude[0] & 0x80) != 0) body += '\0';
  body += magnitude;
  std::string out(1, static_cast<char>(der::kInteger));
  append_length(out, body.size());
  return out + body;
}

}  // namespace

bool verify_rsa(const PublicKey& key, RsaPadding padding, HashKind hash, std::string_view digest,
                std::string_view signature, KeptKey* kept) {
  if (!is_fit(key) || signature.size() != key.modulus.size()) return false;
  charge_modular(key.modulus_bits(), std::bit_width(static_cast<uint64_t>(key.exponent)) * 2);
  OpensslScope scope;
  BorrowedKey evp(key, kept);
  if (evp.get() == nullptr) return false;
  EvpKeyContext context = verifying(evp.get());
  int mode = padding == RsaPadding::kPkcs1 ? RSA_PKCS1_PADDING : RSA_PKCS1_PSS_PADDING;
  if (EVP_PKEY_CTX_set_rsa_padding(context.get(), mode) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), openssl_hash(hash)) != 1) {
    openssl_failed("a signature");
  }
  if (padding != RsaPadding::kPkcs1) {
    int salt = padding == RsaPadding::kPss ? RSA_PSS_SALTLEN_AUTO : RSA_PSS_SALTLEN_DIGEST;
    if (EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), salt) != 1 ||
        EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), openssl_hash(hash)) != 1) {
      openssl_failed("a signature");
    }
  }
  return verify(context, digest, signature);
}

bool verify_ecdsa(const PublicKey& key, std::string_view digest, std::string_view signature, KeptKey* kept) {
  DerReader outer(signature);
  DerReader numbers({});
  std::string_view r;
  std::string_view s;
  if (key.kind != KeyKind::kEc || !outer.enter(der::kSequence, &numbers) || !outer.empty() ||
      !numbers.read_integer(&r) || !numbers.read_integer(&s) || !numbers.empty() || is_negative_integer(r) ||
      is_negative_integer(s)) {
    return false;
  }
  charge_work(key.curve->fuel);
  OpensslScope scope;
  BorrowedKey evp(key, kept);
  return evp.get() != nullptr && verify(verifying(evp.get()), digest, signature);
}

bool verify_ecdsa_raw(const PublicKey& key, std::string_view digest, std::string_view signature, KeptKey* kept) {
  if (key.kind != KeyKind::kEc || signature.size() != 2 * key.curve->bytes) return false;
  std::string body = der_integer(integer_magnitude(signature.substr(0, key.curve->bytes))) +
                     der_integer(integer_magnitude(signature.substr(key.curve->bytes)));
  std::string out(1, static_cast<char>(der::kSequence));
  append_length(out, body.size());
  return verify_ecdsa(key, digest, out + body, kept);
}

bool verify_ed25519(const PublicKey& key, std::string_view message, std::string_view signature, KeptKey* kept) {
  if (key.kind != KeyKind::kEd25519 || signature.size() != kEd25519SignatureBytes) return false;
  charge_work(kEd25519Fuel + message.size() / 64);
  OpensslScope scope;
  BorrowedKey evp(key, kept);
  EvpDigestContext context(EVP_MD_CTX_new());
  if (evp.get() == nullptr || context == nullptr) return false;
  if (EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, openssl_context(), nullptr, evp.get(), nullptr) != 1) {
    openssl_failed("a signature");
  }
  return EVP_DigestVerify(context.get(), openssl_bytes(signature), signature.size(), openssl_bytes(message),
                          message.size()) == 1;
}

}  // namespace writ
