#include "engine/builtins/crypto/pem.h"

#include "engine/base/base64.h"

namespace writ {

namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "\n-----END ";
constexpr std::string_view kDashes = "-----";

struct Line {
  std::string_view text;  // without its end and the blanks before it
  size_t size = 0;        // with them
};

Line first_line(std::string_view text) {
  size_t end = text.find('\n');
  Line line{text.substr(0, end), end == text.npos ? text.size() : end + 1};
  if (end != text.npos && line.text.ends_with('\r')) line.text.remove_suffix(1);
  while (line.text.ends_with(' ') || line.text.ends_with('\t')) line.text.remove_suffix(1);
  return line;
}

// "TYPE-----" and nothing but blanks behind it on the line.
bool ends_block(std::string_view text, std::string_view type) {
  if (!text.starts_with(type)) return false;
  text.remove_prefix(type.size());
  return text.starts_with(kDashes) && first_line(text.substr(kDashes.size())).text.empty();
}

bool decode_body(std::string_view body, std::string* bytes) {
  std::string text;
  text.reserve(body.size());
  for (char c : body) {
    if (c != ' ' && c != '\t') text += c;
  }
  size_t fault_at = 0;
  return base64_decode(text, {}, bytes, &fault_at);
}

enum class Try : uint8_t { kFound, kNext, kNone };

// Reads the block that begins at `*text`, directly behind BEGIN, and whose END line begins `to_end` bytes further on.
// Afterwards `*text` is where to look on, and `*skip` how many bytes of that have been seen.
Try read_block(std::string_view* text, int64_t to_end, int64_t* skip, PemBlock* block) {
  Line line = first_line(*text);
  text->remove_prefix(line.size);
  to_end -= static_cast<int64_t>(line.size);
  *skip = to_end + static_cast<int64_t>(kEnd.size());
  if (!line.text.ends_with(kDashes)) return Try::kNext;
  std::string_view type = line.text.substr(0, line.text.size() - kDashes.size());
  block->has_headers = false;
  for (;;) {
    if (text->empty()) return Try::kNone;
    Line header = first_line(*text);
    if (header.text.find(':') == header.text.npos) break;
    block->has_headers = true;
    text->remove_prefix(header.size);
    to_end -= static_cast<int64_t>(header.size);
    *skip -= static_cast<int64_t>(header.size);
  }
  if (block->has_headers && to_end < 0) return Try::kNext;
  if (!ends_block(text->substr(static_cast<size_t>(*skip)), type)) return Try::kNext;
  block->bytes.clear();
  if (to_end > 0 && !decode_body(text->substr(0, static_cast<size_t>(to_end)), &block->bytes)) return Try::kNext;
  block->type = type;
  // One byte back: an empty block's END line has no line end of its own before it.
  text->remove_prefix(static_cast<size_t>(to_end + static_cast<int64_t>(kEnd.size()) - 1));
  text->remove_prefix(first_line(*text).size);
  return Try::kFound;
}

}  // namespace

std::optional<PemBlock> decode_pem(std::string_view text, std::string_view* rest) {
  *rest = text;
  std::string_view at = text;
  PemBlock block;
  for (int64_t skip = 0;;) {
    if (skip < 0 || static_cast<uint64_t>(skip) > at.size()) return std::nullopt;
    at.remove_prefix(static_cast<size_t>(skip));
    size_t end = at.find(kEnd);
    if (end == at.npos) return std::nullopt;
    skip = static_cast<int64_t>(end + kEnd.size());
    // The last BEGIN before it: those before that have no END.
    size_t begin = at.substr(0, end).rfind(kBegin);
    if (begin == at.npos || (begin > 0 && at[begin - 1] != '\n')) continue;
    size_t body = begin + kBegin.size();
    at.remove_prefix(body);
    switch (read_block(&at, static_cast<int64_t>(end) - static_cast<int64_t>(body), &skip, &block)) {
      case Try::kNone: return std::nullopt;
      case Try::kNext: continue;
      case Try::kFound: *rest = at; return block;
    }
  }
}

}  // namespace writ
