// Mail addresses (RFC 5322) as Go's net/mail reads them, with its limits and liberties: folding is not supported, phrases
// may be dot-atoms, characters beyond ASCII are letters, a group of one address is an address, and a name written as an
// encoded word (RFC 2047) of an unknown character set is an error while a broken one is just text.
//
// Only whether there is an address counts; what it is does not. Each step takes what it reads off the front of `rest_`
// and answers false where Go reports an error.
#include <algorithm>
#include <string>
#include <string_view>

#include "engine/base/base64.h"
#include "engine/builtins/ip.h"
#include "engine/builtins/schema/formats.h"
#include "engine/builtins/support.h"

namespace writ {

namespace {

bool is_visible(char32_t code) { return (code >= '!' && code <= '~') || code >= 0x80; }
bool is_blank(char32_t code) { return code == ' ' || code == '\t'; }
bool is_atom_character(char32_t code) {
  return is_visible(code) && (code >= 0x80 || std::string_view("()<>[]:;@\\,\"").find(static_cast<char>(code)) ==
                                                  std::string_view::npos);
}

bool is_broken(const Rune& rune) { return rune.bytes == 1 && rune.code == kRuneError; }

// --- Encoded words ---------------------------------------------------------------------------------------------------

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }

bool is_quoted_printable(std::string_view text) {
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (c == '=') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (!(c >= ' ' && c <= '~') && c != '\n' && c != '\r' && c != '\t') {
      return false;
    }
  }
  return true;
}

bool is_encoded_text(char encoding, std::string_view text) {
  if (encoding == 'Q' || encoding == 'q') return is_quoted_printable(text);
  if (encoding != 'B' && encoding != 'b') return false;
  std::string bytes;
  size_t fault_at = 0;
  return base64_decode(text, {}, &bytes, &fault_at);
}

enum class Word : uint8_t { kPlain, kEncoded, kOfUnknownSet };

// "=?utf-8?q?Andr=C3=A9?="
Word kind_of_word(std::string_view word) {
  if (word.size() < 8 || !word.starts_with("=?") || !word.ends_with("?=") ||
      std::count(word.begin(), word.end(), '?') != 4) {
    return Word::kPlain;
  }
  word = word.substr(2, word.size() - 4);
  size_t first = word.find('?');
  size_t second = word.find('?', first + 1);
  std::string_view set = word.substr(0, first);
  if (set.empty() || second != first + 2 || !is_encoded_text(word[first + 1], word.substr(second + 1))) {
    return Word::kPlain;
  }
  std::string name;
  for (size_t at = 0; at < set.size();) {  // U+017F folds to "s", as letters do
    Rune rune = decode_rune(set.substr(at));
    at += rune.bytes;
    append_rune(name, rune.code == 0x17F ? U's' : rune.code >= 'A' && rune.code <= 'Z' ? rune.code + 32 : rune.code);
  }
  return name == "utf-8" || name == "iso-8859-1" || name == "us-ascii" ? Word::kEncoded : Word::kOfUnknownSet;
}

// --- Addresses -------------------------------------------------------------------------------------------------------

class MailAddressReader {
 public:
  explicit MailAddressReader(std::string_view text) : rest_(text) {}

  bool run() {
    size_t addresses = 0;
    return read_address(true, &addresses) && skip_comments() && rest_.empty() && addresses == 1;
  }

 private:
  bool read_address(bool may_be_group, size_t* addresses) {
    skip_blanks();
    if (rest_.empty()) return false;
    if (read_spec()) {
      skip_blanks();
      ++*addresses;
      return rest_.empty() || rest_[0] != '(' || read_name_comment();
    }
    if (rest_[0] != '<' && !read_phrase()) return false;
    skip_blanks();
    if (may_be_group && take(':')) return read_group(addresses);
    if (!take('<') || !read_spec() || !take('>')) return false;
    ++*addresses;
    return true;
  }

  // A group in a group is none, so this nests no deeper.
  bool read_group(size_t* addresses) {
    skip_blanks();
    if (take(';')) return skip_comments();
    while (true) {
      skip_blanks();
      if (!read_address(false, addresses) || !skip_comments()) return false;
      if (take(';')) return skip_comments();
      if (!take(',')) return false;
    }
  }

  // local@domain; reads nothing if it is none.
  bool read_spec() {
    std::string_view before = rest_;
    if (read_local_part() && take('@') && read_domain()) return true;
    rest_ = before;
    return false;
  }

  bool read_local_part() {
    skip_blanks();
    if (rest_.empty()) return false;
    if (rest_[0] != '"') return read_atom(false);
    return !rest_.starts_with("\"\"") && read_quoted_string();
  }

  bool read_domain() {
    skip_blanks();
    if (rest_.empty()) return false;
    return rest_[0] == '[' ? read_domain_literal() : read_atom(false);
  }

  // One word or more; after the first, an error ends the phrase. Encoded words that follow each other are one, and are
  // counted only when it ends: comments may stand behind a word that has been counted.
  bool read_phrase() {
    size_t words = 0;
    bool is_pending = false;
    while (true) {
      if (words > 0 && !skip_comments()) return false;
      skip_blanks();
      if (rest_.empty()) return true;
      bool is_encoded = false;
      bool is_empty = false;
      if (!read_word(&is_encoded, &is_empty)) return words > 0 || is_pending;
      if (is_encoded) {
        is_pending = is_pending || !is_empty;
      } else {
        words += is_pending ? 2 : 1;
        is_pending = false;
      }
    }
  }

  bool read_word(bool* is_encoded, bool* is_empty) {
    if (rest_[0] == '"') return read_quoted_string();
    std::string_view before = rest_;
    if (!read_atom(true)) return false;
    std::string_view word = before.substr(0, before.size() - rest_.size());
    Word kind = kind_of_word(word);
    *is_encoded = kind == Word::kEncoded;
    *is_empty = word.ends_with("?\?=");
    return kind != Word::kOfUnknownSet;
  }

  bool read_quoted_string() {
    bool escaped = false;
    for (size_t i = 1; i < rest_.size();) {
      Rune rune = decode_rune(rest_.substr(i));
      if (is_broken(rune)) return false;
      bool fits = is_visible(rune.code) || is_blank(rune.code);
      if (!fits) return false;
      if (!escaped && rune.code == '"') {
        rest_.remove_prefix(i + 1);
        return true;
      }
      escaped = !escaped && rune.code == '\\';
      i += rune.bytes;
    }
    return false;
  }

  // With dots; `freely`: at its ends and next to each other too.
  bool read_atom(bool freely) {
    size_t size = 0;
    while (size < rest_.size()) {
      Rune rune = decode_rune(rest_.substr(size));
      if (is_broken(rune)) return false;
      if (!is_atom_character(rune.code)) break;
      size += rune.bytes;
    }
    if (size == 0) return false;
    std::string_view atom = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return freely || (atom.front() != '.' && atom.back() != '.' && atom.find("..") == atom.npos);
  }

  bool read_domain_literal() {
    size_t end = rest_.find(']');
    if (end == rest_.npos) return false;
    std::string_view address = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return parse_ip(address).has_value();
  }

  // A name behind the address, in parentheses.
  bool read_name_comment() {
    rest_.remove_prefix(1);
    std::string comment;
    if (!read_comment(&comment)) return false;
    std::string_view left = comment;
    while (!left.empty()) {
      size_t end = std::min(left.find_first_of(" \t"), left.size());
      if (kind_of_word(left.substr(0, end)) == Word::kOfUnknownSet) return false;
      left.remove_prefix(std::min(end + 1, left.size()));
    }
    return true;
  }

  // Behind the opening parenthesis.
  bool read_comment(std::string* text) {
    size_t depth = 1;
    while (!rest_.empty() && depth > 0) {
      if (rest_[0] == '\\' && rest_.size() > 1) {
        rest_.remove_prefix(1);
      } else if (rest_[0] == '(') {
        depth++;
      } else if (rest_[0] == ')') {
        depth--;
      }
      if (depth > 0) *text += rest_[0];
      rest_.remove_prefix(1);
    }
    return depth == 0;
  }

  bool skip_comments() {
    skip_blanks();
    while (take('(')) {
      std::string ignored;
      if (!read_comment(&ignored)) return false;
      skip_blanks();
    }
    return true;
  }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size())); }

  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

bool is_mail_address(std::string_view text) { return MailAddressReader(text).run(); }

}  // namespace writ
