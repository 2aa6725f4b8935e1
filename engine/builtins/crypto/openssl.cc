#include "engine/builtins/crypto/openssl.h"

#include <openssl/err.h>
#include <openssl/provider.h>

#include <array>

#include "engine/base/error.h"

namespace writ {

namespace {

struct HashRow {
  HashKind kind;
  const char* name;  // OpenSSL's
};
constexpr HashRow kHashes[] = {{HashKind::kMd5, "MD5"},       {HashKind::kSha1, "SHA1"},
                               {HashKind::kSha224, "SHA224"}, {HashKind::kSha256, "SHA256"},
                               {HashKind::kSha384, "SHA384"}, {HashKind::kSha512, "SHA512"}};

OSSL_LIB_CTX* make_context() {
  OSSL_LIB_CTX* context = OSSL_LIB_CTX_new();
  // Named, so that no other provider can take the place of OpenSSL's own.
  if (context == nullptr || OSSL_PROVIDER_load(context, "default") == nullptr) openssl_failed("a library context");
  return context;
}

std::array<const EVP_MD*, std::size(kHashes)> fetch_hashes() {
  std::array<const EVP_MD*, std::size(kHashes)> hashes{};
  for (const HashRow& row : kHashes) {
    const EVP_MD* hash = EVP_MD_fetch(openssl_context(), row.name, nullptr);
    if (hash == nullptr) openssl_failed(row.name);
    hashes[static_cast<size_t>(row.kind)] = hash;
  }
  return hashes;
}

}  // namespace

OpensslScope::~OpensslScope() { ERR_clear_error(); }

void openssl_failed(std::string_view what) {
  ERR_clear_error();
  throw Failure(ErrorCode::E_INTERNAL, "the cryptographic library refuses " + std::string(what));
}

OSSL_LIB_CTX* openssl_context() {
  static OSSL_LIB_CTX* context = make_context();
  return context;
}

const EVP_MD* openssl_hash(HashKind kind) {
  static const std::array<const EVP_MD*, std::size(kHashes)> hashes = fetch_hashes();
  return hashes[static_cast<size_t>(kind)];
}

std::string hash_bytes(HashKind kind, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, openssl_hash(kind), nullptr) != 1) {
    openssl_failed("a digest");
  }
  return {reinterpret_cast<const char*>(digest), size};
}

BigNumber big_number(std::string_view magnitude) {
  BigNumber number(BN_bin2bn(openssl_bytes(magnitude), static_cast<int>(magnitude.size()), nullptr));
  if (number == nullptr) openssl_failed("a number");
  return number;
}

std::string big_number_bytes(const BIGNUM* number) {
  std::string bytes(static_cast<size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

}  // namespace writ
