// crypto.md5 … crypto.hmac.*: digests by OpenSSL.
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "engine/base/error.h"
#include "engine/builtins/hex.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"

namespace writ {

namespace {

// One unit for every 64 bytes that are digested: the block of most of these functions.
constexpr uint64_t kBytesPerUnit = 64;

// A machine that forbids a digest (MD5 under FIPS) cannot answer; undefined would be a wrong answer.
[[noreturn]] void refuse(std::string_view name) {
  throw Failure(ErrorCode::E_INTERNAL, "the cryptographic library refuses " + std::string(name));
}

Value digest(BuiltinCall& call, const EVP_MD* kind) {
  std::string_view text = call[0].text();
  call.services.charge(text.size() / kBytesPerUnit);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), out, &size, kind, nullptr) != 1) refuse(call.name);
  return make_string(call.arena, hex_encode({reinterpret_cast<const char*>(out), size}));
}

Value keyed_digest(BuiltinCall& call, const EVP_MD* kind) {
  std::string_view text = call[0].text();
  std::string_view key = call[1].text();
  call.services.charge((text.size() + key.size()) / kBytesPerUnit);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  // An empty key must still be a pointer: null would mean "the key of before".
  const char* key_bytes = key.empty() ? "" : key.data();
  if (HMAC(kind, key_bytes, static_cast<int>(key.size()), bytes, text.size(), out, &size) == nullptr) refuse(call.name);
  return make_string(call.arena, hex_encode({reinterpret_cast<const char*>(out), size}));
}

}  // namespace

Value builtin_crypto_md5(BuiltinCall& call) { return digest(call, EVP_md5()); }
Value builtin_crypto_sha1(BuiltinCall& call) { return digest(call, EVP_sha1()); }
Value builtin_crypto_sha256(BuiltinCall& call) { return digest(call, EVP_sha256()); }

Value builtin_crypto_hmac_md5(BuiltinCall& call) { return keyed_digest(call, EVP_md5()); }
Value builtin_crypto_hmac_sha1(BuiltinCall& call) { return keyed_digest(call, EVP_sha1()); }
Value builtin_crypto_hmac_sha256(BuiltinCall& call) { return keyed_digest(call, EVP_sha256()); }
Value builtin_crypto_hmac_sha512(BuiltinCall& call) { return keyed_digest(call, EVP_sha512()); }

// Takes the same time wherever two codes of equal length differ.
Value builtin_crypto_hmac_equal(BuiltinCall& call) {
  std::string_view a = call[0].text();
  std::string_view b = call[1].text();
  return Value::of(a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace writ
