// regex.globs_match: whether two globs of characters, ".", "[a-c]" with the flags "+" and "*" have a text in common, as
// yashtewari/glob-intersection decides it. (Globs of glob.match are others: glob.cc.)
//
// The procedure compares token by token and takes flagged tokens greedily with one way back. It is kept as it is, gaps
// included, because its answers are part of the language; only that no pair of positions is tried twice is ours.
#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/support.h"

namespace writ {

namespace {

constexpr size_t kMaxDepth = 2000;

enum class Repeat : uint8_t { kOnce, kPlus, kStar };

struct Token {
  enum class Type : uint8_t { kCharacter, kDot, kSet };
  Type type = Type::kCharacter;
  Repeat repeat = Repeat::kOnce;
  std::u32string runes;  // one for a character; sorted, each once, for a set
};

using Tokens = std::span<const Token>;

// --- Reading ---------------------------------------------------------------------------------------------------------

class Tokenizer {
 public:
  Tokenizer(BuiltinCall& call, std::string_view text) : call_(call), text_(text) {
    for (size_t at = 0; at < text.size();) {
      Rune rune = decode_rune(text.substr(at));
      input_ += rune.code;
      at += rune.bytes;
    }
  }

  // False with the fault set if the text is not such a glob.
  bool run(std::vector<Token>* tokens) {
    while (at_ < input_.size()) {
      Token token;
      if (!read_token(&token) || !read_flag(&token)) return false;
      tokens->push_back(std::move(token));
    }
    return true;
  }
  const std::string& fault() const { return fault_; }

 private:
  struct Next {
    char32_t rune = 0;
    bool quoted = false;
  };

  bool fail(std::string_view why, size_t position) {
    fault_ = "input:";
    for (char32_t rune : input_) append_rune(fault_, rune);
    fault_ += ", pos:" + std::to_string(position) + ", ";
    fault_.append(why).append(": the input provided is invalid");
    return false;
  }

  // The next character, quoted if a backslash precedes it. Must not be called at the end.
  bool read_rune(Next* next) {
    if (input_[at_] != '\\') {
      *next = {input_[at_++], false};
      return true;
    }
    if (at_ + 1 == input_.size()) return fail("input ends with a \\ (escape) character", at_);
    *next = {input_[at_ + 1], true};
    at_ += 2;
    return true;
  }

  bool read_token(Token* token) {
    Next next;
    if (!read_rune(&next)) return false;
    token->runes = next.rune;
    if (next.quoted) return true;
    switch (next.rune) {
      case '.': token->type = Token::Type::kDot; return true;
      case '[': return read_set(token);
      case ']': return fail("set-close ']' with no preceding '['", at_);
      case '+':
      case '*':
        return fail(std::string("flag '") + static_cast<char>(next.rune) + "' must be preceded by a non-flag", at_);
      default: return true;
    }
  }

  bool read_set(Token* token) {
    token->type = Token::Type::kSet;
    token->runes.clear();
    constexpr char32_t kNone = UINT32_MAX;  // beyond Unicode
    char32_t previous = kNone;
    while (at_ < input_.size()) {
      Next next;
      if (!read_rune(&next)) return false;
      if (!next.quoted && next.rune == ']') {
        std::sort(token->runes.begin(), token->runes.end());
        token->runes.erase(std::unique(token->runes.begin(), token->runes.end()), token->runes.end());
        return true;
      }
      if (!next.quoted && next.rune == '-') {
        if (previous == kNone) return fail("range character '-' must be preceded by a Unicode character", at_);
        if (!read_interval(token, previous)) return false;
        previous = kNone;
      } else {
        token->runes += next.rune;
        previous = next.rune;
      }
    }
    return fail("found [ without matching ]", at_);
  }

  // Behind the "-"; the low end is among the runes already.
  bool read_interval(Token* token, char32_t low) {
    if (at_ + 1 >= input_.size()) return fail("range character '-' must be followed by a Unicode character", at_);
    Next high;
    if (!read_rune(&high)) return false;
    if (!high.quoted && (high.rune == ']' || high.rune == '-')) {
      return fail("range character '-' cannot be followed by a special symbol", at_);
    }
    if (high.rune < low) {
      std::string why = "range is out of order: '";
      append_rune(why, high.rune);
      why += "' comes before '";
      append_rune(why, low);
      return fail(why + "' in Unicode", at_);
    }
    charge_elements(call_, high.rune - low);
    for (char32_t rune = low; rune <= high.rune; rune++) token->runes += rune;
    return true;
  }

  bool read_flag(Token* token) {
    if (at_ == input_.size()) return true;
    // A backslash at the end is at fault here already.
    if (input_[at_] == '\\' && at_ + 1 == input_.size()) {
      return fail("input ends with a \\ (escape) character", at_);
    }
    if (input_[at_] != '+' && input_[at_] != '*') return true;
    token->repeat = input_[at_++] == '+' ? Repeat::kPlus : Repeat::kStar;
    return true;
  }

  BuiltinCall& call_;
  std::string_view text_;
  std::u32string input_;
  size_t at_ = 0;
  std::string fault_;
};

// Joins neighbours with flags on the same content: "+" beats "*".
std::vector<Token> simplify(std::vector<Token> tokens) {
  std::vector<Token> out;
  for (Token& token : tokens) {
    bool joins = !out.empty() && token.repeat != Repeat::kOnce && out.back().repeat != Repeat::kOnce &&
                 token.type == out.back().type && (token.type == Token::Type::kDot || token.runes == out.back().runes);
    if (!joins) {
      out.push_back(std::move(token));
    } else if (token.repeat == Repeat::kPlus) {
      out.back().repeat = Repeat::kPlus;
    }
  }
  return out;
}

// --- Comparing -------------------------------------------------------------------------------------------------------

// Whether some character fits both, flags aside.
bool fits(const Token& a, const Token& b) {
  if (a.type == Token::Type::kDot || b.type == Token::Type::kDot) return true;
  const std::u32string& few = a.runes.size() <= b.runes.size() ? a.runes : b.runes;
  const std::u32string& many = a.runes.size() <= b.runes.size() ? b.runes : a.runes;
  return std::any_of(few.begin(), few.end(),
                     [&](char32_t rune) { return std::binary_search(many.begin(), many.end(), rune); });
}

class Intersection {
 public:
  Intersection(BuiltinCall& call, Tokens a, Tokens b) : call_(call), whole_{a, b} {}
  bool run() { return trim() && normal({0, begin_, whole_[0]}, {1, begin_, whole_[1]}); }

 private:
  // What is left of one of the two globs.
  struct Rest {
    int which;
    size_t from;
    Tokens tokens;
    bool at_end() const { return from >= tokens.size(); }
    const Token& front() const { return tokens[from]; }
    bool flagged() const { return front().repeat != Repeat::kOnce; }
    Rest behind(size_t count) const { return {which, from + count, tokens}; }
  };

  // Cuts what both begin and end with, up to the first flag, but for one token on each side. False if they differ there.
  bool trim() {
    auto plain = [](const Token& token) { return token.repeat == Repeat::kOnce; };
    Tokens& a = whole_[0];
    Tokens& b = whole_[1];
    size_t left = 0;
    for (; left < a.size() && left < b.size() && plain(a[left]) && plain(b[left]); left++) {
      if (!fits(a[left], b[left])) return false;
    }
    if (left > 0) left--;
    size_t a_end = a.size();
    size_t b_end = b.size();
    for (; a_end > left && b_end > left && plain(a[a_end - 1]) && plain(b[b_end - 1]); a_end--, b_end--) {
      if (!fits(a[a_end - 1], b[b_end - 1])) return false;
    }
    if (a_end < a.size()) {
      a_end++;
      b_end++;
    }
    a = a.subspan(0, a_end);
    b = b.subspan(0, b_end);
    begin_ = left;
    return true;
  }

  bool normal(Rest a, Rest b) {
    if (depth_ >= kMaxDepth) throw Failure(ErrorCode::E_DEPTH, "regex.globs_match: the globs have too many flags");
    depth_++;
    bool answer = normal_here(a, b);
    depth_--;
    return answer;
  }

  bool normal_here(Rest a, Rest b) {
    for (; !a.at_end() && !b.at_end(); a = a.behind(1), b = b.behind(1)) {
      if (a.flagged() || b.flagged()) {
        if (!tried_.insert({a.which, a.from, b.from}).second) return false;
        return a.flagged() ? special(a, b) : special(b, a);
      }
      if (!fits(a.front(), b.front())) return false;
    }
    return a.at_end() && b.at_end();
  }

  bool special(Rest flagged, Rest other) {
    if (flagged.front().repeat == Repeat::kStar) return star(flagged, other);
    if (!fits(flagged.front(), other.front())) return false;
    if (star(flagged, other.behind(1))) return true;
    return other.flagged() && normal(flagged.behind(1), other);
  }

  // Lets the flagged token take one token after the other, until the rest behind it fits the rest of the other.
  bool star(Rest flagged, Rest other) {
    Rest next = flagged.behind(1);
    charge_elements(call_, 1 + other.tokens.size() - std::min(other.from, other.tokens.size()));
    for (; !other.at_end(); other = other.behind(1)) {
      if (!next.at_end() && fits(other.front(), next.front()) && normal(next, other)) return true;
      if (!fits(other.front(), flagged.front())) return false;
    }
    return next.at_end();
  }

  struct Tried {
    int which;
    size_t a;
    size_t b;
    auto operator<=>(const Tried&) const = default;
  };

  BuiltinCall& call_;
  Tokens whole_[2];
  size_t begin_ = 0;
  size_t depth_ = 0;
  std::set<Tried> tried_;  // pairs of positions that had no common text, or are being tried
};

}  // namespace

Value builtin_regex_globs_match(BuiltinCall& call) {
  std::vector<Token> globs[2];
  Lease tokens(call.arena);
  for (size_t i = 0; i < 2; i++) {
    charge_elements(call, call[i].size);
    tokens.grow(uint64_t{call[i].size} * sizeof(Token));
    Tokenizer tokenizer(call, call[i].text());
    if (!tokenizer.run(&globs[i])) return call.fault(tokenizer.fault());
    globs[i] = simplify(std::move(globs[i]));
  }
  return Value::of(Intersection(call, globs[0], globs[1]).run());
}

}  // namespace writ
