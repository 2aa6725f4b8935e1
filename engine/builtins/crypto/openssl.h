// OpenSSL 3, wrapped once: owners of its objects, and the one library context that everything here is computed in.
//
// The context is ours: it has OpenSSL's own algorithms and reads no configuration file, so what the machine configures
// (a FIPS provider, default properties) cannot change the answer of a policy. Every object is held by one of the owners
// below, which free it. OpenSSL keeps messages about what failed in a queue of the thread; a function that may fill it
// holds an OpensslScope, which empties it, so that nothing is left for the caller.
#pragma once

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include <memory>
#include <string>
#include <string_view>

namespace writ {

template <auto kFree>
struct OpensslFree {
  template <typename Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};

using EvpKey = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;
using EvpDigestContext = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;
using BigNumber = std::unique_ptr<BIGNUM, OpensslFree<BN_clear_free>>;
using BigNumberContext = std::unique_ptr<BN_CTX, OpensslFree<BN_CTX_free>>;
using CurveGroup = std::unique_ptr<EC_GROUP, OpensslFree<EC_GROUP_free>>;
using CurvePoint = std::unique_ptr<EC_POINT, OpensslFree<EC_POINT_clear_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, OpensslFree<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, OpensslFree<OSSL_PARAM_free>>;

// Empties OpenSSL's queue of errors on this thread at its end.
class OpensslScope {
 public:
  OpensslScope() = default;
  ~OpensslScope();
  OpensslScope(const OpensslScope&) = delete;
  OpensslScope& operator=(const OpensslScope&) = delete;
};

// The library context of all of writ's built-ins; made at the first call and kept. Threads share it.
// Throws Failure(E_INTERNAL) if OpenSSL cannot make one.
OSSL_LIB_CTX* openssl_context();

enum class HashKind : uint8_t { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };
// Throws Failure(E_INTERNAL) if OpenSSL has no such function. Kept for all of the process.
const EVP_MD* openssl_hash(HashKind kind);
// The digest of `bytes`, in bytes. The caller has paid for reading them.
std::string hash_bytes(HashKind kind, std::string_view bytes);

// What OpenSSL did not do for want of memory or by an error of ours; never a judgement about somebody's key.
[[noreturn]] void openssl_failed(std::string_view what);

inline const unsigned char* openssl_bytes(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Big-endian magnitudes, without leading zeros; zero is the empty text.
BigNumber big_number(std::string_view magnitude);
std::string big_number_bytes(const BIGNUM* number);

}  // namespace writ
