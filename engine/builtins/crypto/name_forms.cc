// The forms of names in certificates: domains, and mail addresses as RFC 2821 writes them.
#include <algorithm>

#include "engine/builtins/crypto/certificate.h"

namespace writ {

namespace {

bool is_visible(char c) { return c >= 33 && c <= 126; }
bool is_in(unsigned char c, unsigned char first, unsigned char last) { return c >= first && c <= last; }

// After a backslash in a quoted local part.
bool may_be_quoted(unsigned char c) { return c == 11 || c == 12 || is_in(c, 1, 9) || is_in(c, 14, 127); }
// In a quoted local part; the blank is not of the standard, but in use.
bool is_quoted_text(unsigned char c) {
  return c == 11 || c == 12 || c == 32 || c == 33 || c == 127 || is_in(c, 1, 8) || is_in(c, 14, 31) ||
         is_in(c, 35, 91) || is_in(c, 93, 126);
}
bool is_atom(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos);
}

// Takes a quoted local part off the front, whose opening quote is gone already.
bool take_quoted(std::string_view& text, std::string* local) {
  while (!text.empty()) {
    char c = text[0];
    text.remove_prefix(1);
    if (c == '"') return true;
    if (c == '\\') {
      if (text.empty() || !may_be_quoted(static_cast<unsigned char>(text[0]))) return false;
      *local += text[0];
      text.remove_prefix(1);
    } else if (is_quoted_text(static_cast<unsigned char>(c))) {
      *local += c;
    } else {
      return false;
    }
  }
  return false;
}

bool take_atoms(std::string_view& text, std::string* local) {
  while (!text.empty() && (text[0] == '\\' || is_atom(text[0]))) {
    // Examples of RFC 3696 have escaped characters outside of quotes.
    if (text[0] == '\\') text.remove_prefix(1);
    if (text.empty()) return false;
    *local += text[0];
    text.remove_prefix(1);
  }
  return !local->empty() && local->front() != '.' && local->back() != '.' && local->find("..") == std::string::npos;
}

// Labels of visible characters, none of them empty.
bool has_labels(std::string_view domain) {
  if (domain.empty()) return true;
  if (domain.front() == '.' || domain.back() == '.' || domain.find("..") != domain.npos) return false;
  return std::all_of(domain.begin(), domain.end(), is_visible);
}

}  // namespace

bool is_domain_valid(std::string_view name, bool is_constraint) {
  if (name.empty()) return true;
  if (name.back() == '.') return false;
  if (is_constraint && name[0] == '.') name.remove_prefix(1);
  return has_labels(name) && !name.empty();
}

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  Mailbox mailbox;
  if (text.empty()) return std::nullopt;
  bool is_quoted = text[0] == '"';
  if (is_quoted) text.remove_prefix(1);
  if (!(is_quoted ? take_quoted(text, &mailbox.local) : take_atoms(text, &mailbox.local))) return std::nullopt;
  if (text.empty() || text[0] != '@') return std::nullopt;
  text.remove_prefix(1);
  if (!has_labels(text)) return std::nullopt;
  mailbox.domain = text;
  return mailbox;
}

}  // namespace writ
