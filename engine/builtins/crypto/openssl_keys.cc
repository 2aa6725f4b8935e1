// Keys as objects of OpenSSL, made from their numbers.
#include <openssl/core_names.h>

#include <initializer_list>

#include "engine/builtins/crypto/keys.h"

namespace writ {

namespace {

// The parameters of a key; owns its numbers until the key is made.
class KeyParameters {
 public:
  KeyParameters() : builder_(OSSL_PARAM_BLD_new()) {
    if (builder_ == nullptr) openssl_failed("a key");
  }

  void add_number(const char* name, std::string_view magnitude) {
    numbers_.push_back(big_number(magnitude));
    check(OSSL_PARAM_BLD_push_BN(builder_.get(), name, numbers_.back().get()));
  }
  void add_text(const char* name, const char* text) {
    check(OSSL_PARAM_BLD_push_utf8_string(builder_.get(), name, text, 0));
  }
  void add_bytes(const char* name, std::string_view bytes) {
    check(OSSL_PARAM_BLD_push_octet_string(builder_.get(), name, bytes.data(), bytes.size()));
  }

  // Null if OpenSSL refuses the key.
  EvpKey make(const char* type, int selection) {
    Parameters parameters(OSSL_PARAM_BLD_to_param(builder_.get()));
    EvpKeyContext context(EVP_PKEY_CTX_new_from_name(openssl_context(), type, nullptr));
    if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1) openssl_failed(type);
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata(context.get(), &key, selection, parameters.get()) != 1) return nullptr;
    return EvpKey(key);
  }

 private:
  static void check(int answer) {
    if (answer != 1) openssl_failed("a key");
  }

  ParameterBuilder builder_;
  std::vector<BigNumber> numbers_;
};

std::string exponent_bytes(int64_t exponent) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(exponent >> shift & 0xFF);
  return bytes;
}

void add_public(KeyParameters& parameters, const PublicKey& key) {
  if (key.kind == KeyKind::kRsa) {
    parameters.add_number(OSSL_PKEY_PARAM_RSA_N, key.modulus);
    parameters.add_number(OSSL_PKEY_PARAM_RSA_E, exponent_bytes(key.exponent));
  } else {
    parameters.add_text(OSSL_PKEY_PARAM_GROUP_NAME, key.curve->openssl);
    parameters.add_bytes(OSSL_PKEY_PARAM_PUB_KEY, key.point);
  }
}

const char* raw_type(KeyKind kind) { return kind == KeyKind::kEd25519 ? "ED25519" : "X25519"; }

}  // namespace

EvpKey openssl_public_key(const PublicKey& key) {
  OpensslScope scope;
  switch (key.kind) {
    case KeyKind::kDsa: return nullptr;
    case KeyKind::kEd25519:
    case KeyKind::kX25519:
      return EvpKey(EVP_PKEY_new_raw_public_key_ex(openssl_context(), raw_type(key.kind), nullptr,
                                                   openssl_bytes(key.raw), key.raw.size()));
    case KeyKind::kRsa:
    case KeyKind::kEc: break;
  }
  KeyParameters parameters;
  add_public(parameters, key);
  return parameters.make(key.kind == KeyKind::kRsa ? "RSA" : "EC", EVP_PKEY_PUBLIC_KEY);
}

EVP_PKEY* KeptKey::of(const PublicKey& key) {
  EVP_PKEY* made = made_.load();
  if (made != nullptr) return made;
  EvpKey own = openssl_public_key(key);
  // Another thread may have been faster: then its object counts.
  return made_.compare_exchange_strong(made, own.get()) ? own.release() : made;
}

EvpKey openssl_private_key(const PrivateKey& key) {
  OpensslScope scope;
  KeyKind kind = key.public_key.kind;
  switch (kind) {
    case KeyKind::kDsa: return nullptr;
    case KeyKind::kEd25519:
    case KeyKind::kX25519:
      return EvpKey(EVP_PKEY_new_raw_private_key_ex(openssl_context(), raw_type(kind), nullptr,
                                                    openssl_bytes(key.secret), key.secret.size()));
    case KeyKind::kRsa:
    case KeyKind::kEc: break;
  }
  KeyParameters parameters;
  add_public(parameters, key.public_key);
  if (kind == KeyKind::kEc) {
    parameters.add_number(OSSL_PKEY_PARAM_PRIV_KEY, key.secret);
    return parameters.make("EC", EVP_PKEY_KEYPAIR);
  }
  parameters.add_number(OSSL_PKEY_PARAM_RSA_D, key.d);
  if (key.primes.size() == 2) {
    parameters.add_number(OSSL_PKEY_PARAM_RSA_FACTOR1, key.primes[0]);
    parameters.add_number(OSSL_PKEY_PARAM_RSA_FACTOR2, key.primes[1]);
    parameters.add_number(OSSL_PKEY_PARAM_RSA_EXPONENT1, key.dp);
    parameters.add_number(OSSL_PKEY_PARAM_RSA_EXPONENT2, key.dq);
    parameters.add_number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, key.qinv);
  }
  return parameters.make("RSA", EVP_PKEY_KEYPAIR);
}

}  // namespace writ
