// crypto.md5 … crypto.hmac.*: digests by OpenSSL.
#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "engine/builtins/crypto/openssl.h"
#include "engine/builtins/hex.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"

namespace writ {

namespace {

// One unit for every 64 bytes that are digested: the block of most of these functions.
constexpr uint64_t kBytesPerUnit = 64;

Value digest(BuiltinCall& call, HashKind kind) {
  std::string_view text = call[0].text();
  call.services.charge(text.size() / kBytesPerUnit);
  return make_string(call.arena, hex_encode(hash_bytes(kind, text)));
}

Value keyed_digest(BuiltinCall& call, HashKind kind) {
  std::string_view text = call[0].text();
  std::string_view key = call[1].text();
  call.services.charge((text.size() + key.size()) / kBytesPerUnit);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  // An empty key must still be a pointer: null would mean "the key of before".
  const char* key_bytes = key.empty() ? "" : key.data();
  if (HMAC(openssl_hash(kind), key_bytes, static_cast<int>(key.size()), openssl_bytes(text), text.size(), out, &size) ==
      nullptr) {
    openssl_failed(call.name);
  }
  return make_string(call.arena, hex_encode({reinterpret_cast<const char*>(out), size}));
}

}  // namespace

Value builtin_crypto_md5(BuiltinCall& call) { return digest(call, HashKind::kMd5); }
Value builtin_crypto_sha1(BuiltinCall& call) { return digest(call, HashKind::kSha1); }
Value builtin_crypto_sha256(BuiltinCall& call) { return digest(call, HashKind::kSha256); }

Value builtin_crypto_hmac_md5(BuiltinCall& call) { return keyed_digest(call, HashKind::kMd5); }
Value builtin_crypto_hmac_sha1(BuiltinCall& call) { return keyed_digest(call, HashKind::kSha1); }
Value builtin_crypto_hmac_sha256(BuiltinCall& call) { return keyed_digest(call, HashKind::kSha256); }
Value builtin_crypto_hmac_sha512(BuiltinCall& call) { return keyed_digest(call, HashKind::kSha512); }

// Takes the same time wherever two codes of equal length differ.
Value builtin_crypto_hmac_equal(BuiltinCall& call) {
  std::string_view a = call[0].text();
  std::string_view b = call[1].text();
  return Value::of(a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace writ
