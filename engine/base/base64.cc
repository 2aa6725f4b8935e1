// Encoding takes three bytes to four characters. Decoder reads as Go's encoding/base64 does, whose faults name a byte; the
// canonical reader decodes and then demands that the text is what encoding would give.
#include "engine/base/base64.h"

#include <cstdint>

namespace writ {

namespace {

constexpr char kStandardAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kUrlAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// The six bits a character stands for, -1 if it is not in the alphabet.
int sextet(char c, bool url) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == (url ? '-' : '+')) return 62;
  if (c == (url ? '_' : '/')) return 63;
  return -1;
}

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// Reads groups of four characters; kept as an object because the offset of a fault depends on where a group stops.
class Decoder {
 public:
  Decoder(std::string_view text, Base64 form, std::string* bytes) : text_(text), form_(form), bytes_(bytes) {}

  bool run(size_t* fault_at) {
    while (at_ < text_.size() && !finished_) {
      if (!read_group()) {
        *fault_at = fault_at_;
        return false;
      }
    }
    return true;
  }

 private:
  bool read_group() {
    uint32_t bits = 0;
    int count = 0;
    while (count < 4) {
      if (at_ == text_.size()) {
        finished_ = true;
        if (count == 0) return true;
        if (count == 1 || form_.padded) return fail(at_ - static_cast<size_t>(count));
        break;
      }
      char c = text_[at_++];
      int six = sextet(c, form_.url);
      if (six >= 0) {
        bits = bits << 6 | static_cast<uint32_t>(six);
        count++;
      } else if (is_line_end(c)) {
        continue;
      } else if (c == '=' && form_.padded) {
        if (!read_padding(count)) return false;
        finished_ = true;
        break;
      } else {
        return fail(at_ - 1);
      }
    }
    bits <<= 6 * (4 - count);
    for (int i = 0; i < count - 1; i++) bytes_->push_back(static_cast<char>(bits >> (16 - 8 * i)));
    return true;
  }

  // The first "=" has been read.
  bool read_padding(int count) {
    if (count < 2) return fail(at_ - 1);
    if (count == 2) {
      skip_line_ends();
      if (at_ == text_.size()) return fail(at_);
      if (text_[at_] != '=') return fail(at_ - 1);
      at_++;
    }
    skip_line_ends();
    return at_ == text_.size() || fail(at_);
  }

  void skip_line_ends() {
    while (at_ < text_.size() && is_line_end(text_[at_])) at_++;
  }

  bool fail(size_t at) {
    fault_at_ = at;
    return false;
  }

  std::string_view text_;
  Base64 form_;
  std::string* bytes_;
  size_t at_ = 0;
  size_t fault_at_ = 0;
  bool finished_ = false;
};

}  // namespace

std::string base64_encode(std::string_view bytes, Base64 form) {
  const char* alphabet = form.url ? kUrlAlphabet : kStandardAlphabet;
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t at = 0; at < bytes.size(); at += 3) {
    size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; i++) bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (size_t i = 0; i <= count; i++) out += alphabet[bits >> (18 - 6 * i) & 63];
    if (form.padded) out.append(3 - count, '=');
  }
  return out;
}

bool base64_decode(std::string_view text, Base64 form, std::string* bytes, size_t* fault_at) {
  bytes->clear();
  bytes->reserve(text.size() / 4 * 3 + 3);
  return Decoder(text, form, bytes).run(fault_at);
}

void append_base64(std::string& out, std::string_view bytes) { out += base64_encode(bytes); }

std::optional<std::string> read_base64(std::string_view text) {
  std::string bytes;
  size_t fault_at = 0;
  if (!base64_decode(text, {}, &bytes, &fault_at) || base64_encode(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace writ
