// SHA-256 and HMAC over OpenSSL's plain functions, and digests as text. A Sha256 collects small pieces in its own buffer
// before it hands a block on, because digests here are made of many short parts.
#include "engine/base/digest.h"

// The plain functions of the library: its newer interface allocates memory for every hash.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <new>

#include "engine/base/error.h"

namespace writ {

namespace {

constexpr std::string_view kDigestPrefix = "sha256:";
constexpr size_t kBlock = 64;  // of SHA-256, for HMAC

[[noreturn]] void fail_hashing() { throw Failure(ErrorCode::E_INTERNAL, "the cryptographic library cannot do SHA-256"); }

SHA256_CTX* context_of(void* context) { return static_cast<SHA256_CTX*>(context); }

}  // namespace

Sha256::Sha256() : context_(new SHA256_CTX) {}

Sha256::~Sha256() { delete context_of(context_); }

Sha256::Sha256(Sha256&& other) noexcept : context_(other.context_), started_(other.started_), filled_(other.filled_) {
  std::memcpy(buffer_, other.buffer_, filled_);
  other.context_ = nullptr;
  other.filled_ = 0;
  other.started_ = false;
}

Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  std::swap(started_, other.started_);
  std::swap(filled_, other.filled_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

void Sha256::restart() {
  started_ = false;
  filled_ = 0;
}

void Sha256::update_slow(std::string_view bytes) {
  flush({buffer_, filled_});
  filled_ = 0;
  if (bytes.size() >= sizeof(buffer_)) {
    flush(bytes);
  } else {
    update(bytes);
  }
}

void Sha256::flush(std::string_view bytes) {
  if (!started_) {
    if (SHA256_Init(context_of(context_)) != 1) fail_hashing();
    started_ = true;
  }
  if (!bytes.empty() && SHA256_Update(context_of(context_), bytes.data(), bytes.size()) != 1) fail_hashing();
}

Digest Sha256::finish() {
  flush({buffer_, filled_});
  filled_ = 0;
  started_ = false;
  Digest digest;
  if (SHA256_Final(digest.bytes.data(), context_of(context_)) != 1) fail_hashing();
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  Sha256 hash;
  Digest short_key;
  if (key.size() > kBlock) {
    hash.update(key);
    short_key = hash.finish();
    key = short_key.view();
  }
  char inner[kBlock], outer[kBlock];
  for (size_t i = 0; i < kBlock; ++i) {
    char byte = i < key.size() ? key[i] : '\0';
    inner[i] = static_cast<char>(byte ^ 0x36);
    outer[i] = static_cast<char>(byte ^ 0x5c);
  }
  hash.update({inner, kBlock});
  for (std::string_view part : parts) hash.update(part);
  Digest first = hash.finish();
  hash.update({outer, kBlock});
  hash.update(first.view());
  return hash.finish();
}

void append_hex(std::string& out, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  size_t at = out.size();
  out.resize(at + 2 * bytes.size());
  for (char c : bytes) {
    uint8_t byte = static_cast<uint8_t>(c);
    out[at++] = kDigits[byte >> 4];
    out[at++] = kDigits[byte & 15];
  }
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  append_hex(out, bytes);
  return out;
}

bool read_hex(std::string_view text, uint8_t* bytes, size_t size) {
  if (text.size() != 2 * size) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return false;
    bytes[i / 2] = static_cast<uint8_t>(i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
  }
  return true;
}

void append_digest(std::string& out, const Digest& digest) {
  out += kDigestPrefix;
  append_hex(out, digest.view());
}

std::string digest_text(const Digest& digest) {
  std::string out;
  out.reserve(kDigestTextSize);
  append_digest(out, digest);
  return out;
}

std::optional<Digest> digest_from_text(std::string_view text) {
  if (!text.starts_with(kDigestPrefix)) return std::nullopt;
  return digest_from_hex(text.substr(kDigestPrefix.size()));
}

std::optional<Digest> digest_from_hex(std::string_view hex) {
  Digest digest;
  if (!read_hex(hex, digest.bytes.data(), digest.bytes.size())) return std::nullopt;
  return digest;
}

}  // namespace writ
