// SHA-256, HMAC-SHA-256, and digests as bytes and as text.
//
// A digest is 32 raw bytes and is compared as such. Its text form is "sha256:" and 64 lower-case hex digits; other
// spellings of it are not digests. A Sha256 keeps its context, and hashing allocates nothing.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace writ {

struct Digest {
  std::array<uint8_t, 32> bytes{};

  auto operator<=>(const Digest&) const = default;
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
};

// One hash after another: update … update finish, update … Not thread-safe; one per thread.
class Sha256 {
 public:
  // Throws std::bad_alloc.
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;

  // Forgets what was hashed so far.
  void restart();
  void update(std::string_view bytes) {
    if (filled_ < sizeof(buffer_) && bytes.size() <= sizeof(buffer_) - filled_) {
      if (!bytes.empty()) std::memcpy(buffer_ + filled_, bytes.data(), bytes.size());
      filled_ += bytes.size();
    } else {
      update_slow(bytes);
    }
  }
  // The digest of everything since construction or the last finish; the next update starts anew.
  Digest finish();

 private:
  void update_slow(std::string_view bytes);
  void flush(std::string_view bytes);

  // Digests are fed many parts of a few bytes; collecting them spares a call into the library for each.
  void* context_;
  bool started_ = false;
  size_t filled_ = 0;
  char buffer_[512];
};

Digest sha256(std::string_view bytes);
// RFC 2104 over the concatenation of the parts.
Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

// --- Text -----------------------------------------------------------------------------------------------------------

// Two lower-case digits a byte.
void append_hex(std::string& out, std::string_view bytes);
std::string to_hex(std::string_view bytes);
// Fills exactly `size` bytes from 2 × size lower-case digits; false (and unspecified bytes) for any other text.
bool read_hex(std::string_view text, uint8_t* bytes, size_t size);

// "sha256:" and 64 digits.
inline constexpr size_t kDigestTextSize = 71;
void append_digest(std::string& out, const Digest& digest);
std::string digest_text(const Digest& digest);
// Nothing if `text` is not exactly the text form.
std::optional<Digest> digest_from_text(std::string_view text);
// The same without the prefix.
std::optional<Digest> digest_from_hex(std::string_view hex);

}  // namespace writ
