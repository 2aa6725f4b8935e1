// Compiled patterns: regular expressions in Go's syntax and globs as gobwas/glob reads them; and whatever else is compiled
// from an argument and worth keeping, such as a schema, a key or a template.
//
// A PatternCache keeps what was compiled, keyed by the text of the pattern. Each evaluation context owns one; it is
// bounded and drops what was not used for longest. What is known when a program is loaded goes into a cache of the
// program instead, which is immutable afterwards and which the caches of all contexts look into first.
//
// Whether a pattern was in a cache is never observable. A decision pays for the compiled form of a pattern, in fuel and in
// memory and before there is one, when it first uses the pattern, compiled already or not; and what it has used is dropped
// only for what it uses later, whatever was there before it: then it gets the memory back, and pays again if it comes back
// to the pattern [S-14.2].
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace writ {

// A regular expression in Go's syntax (RE2). Matching takes time linear in the text. Immutable; threads may share it.
class Regex {
 public:
  static constexpr size_t kNoGroup = SIZE_MAX;
  // Byte offsets of a match or of one of its groups; kNoGroup where the group did not take part.
  struct Range {
    size_t begin = kNoGroup;
    size_t end = kNoGroup;
  };

  ~Regex();
  // Null and `*fault` set ("error parsing regexp: …", as Go says it) if the text is not a pattern. `estimate` is that of
  // estimate_pattern_size(); it bounds the memory that is taken.
  static std::unique_ptr<const Regex> compile(std::string_view pattern, uint64_t estimate, std::string* fault);
  // Bytes that the compiled form takes at most, with what it learns while it is used.
  static uint64_t memory_of(uint64_t estimate);

  bool matches(std::string_view text) const;
  // The leftmost match that begins at or after `from`. Fills ranges[0] with the whole match, ranges[i] with group i.
  bool find(std::string_view text, size_t from, std::span<Range> ranges) const;
  // All matches of a text from left to right, at most `limit` (negative: all), as Go finds them: an empty match directly
  // behind another does not count. `visit` gets the ranges of the match and its groups.
  template <typename Visit>
  void for_each_match(std::string_view text, int64_t limit, bool with_groups, Visit visit) const;
  // Groups of the pattern plus one for the whole match.
  size_t group_count() const { return group_count_; }
  // Instructions of the compiled form.
  size_t size() const;
  // Bytes that find() may read beyond the end of a match; kUnboundedReach of pattern_size.h if it may read the whole text.
  uint64_t reach() const { return reach_; }
  // The number of the group of that name, kNoGroup if there is none.
  size_t group_number(std::string_view name) const;
  // Whether the pattern is the empty text.
  bool is_empty() const { return is_empty_; }

 private:
  struct Engine;
  Regex();
  std::unique_ptr<Engine> engine_;
  size_t group_count_ = 1;
  uint64_t reach_ = 0;
  bool is_empty_ = false;
};

// A glob: `*` and `?` stop at delimiters, `**` does not, `[a-c]`, `[!abc]`, `{a,b}`, `\` quotes. Matching takes time
// proportional to the product of the sizes of pattern and text. Immutable; threads may share it.
class Glob {
 public:
  // Null and `*fault` set if the text is not a glob.
  static std::unique_ptr<const Glob> compile(std::string_view pattern, std::span<const char32_t> delimiters,
                                             std::string* fault);
  bool matches(std::string_view text) const;

 private:
  friend class GlobCompiler;
  struct Step {
    enum class Op : uint8_t { kRune, kAny, kAnyBut, kOneOf, kNoneOf, kRange, kOutsideRange, kSplit, kJump, kAccept };
    Op op;
    uint32_t a = 0;  // the rune, the first of a range, the index of a set, or a target
    uint32_t b = 0;  // the last of a range, or the second target
  };
  bool accepts(const Step& step, char32_t code, bool is_well_formed) const;

  std::vector<Step> steps_;
  std::vector<std::u32string> sets_;  // sorted; the first holds the delimiters
};

// What a family of built-ins compiles from the text of an argument. Immutable.
class CompiledArgument {
 public:
  virtual ~CompiledArgument() = default;
};

// What compiling an argument costs where that shows only on the way. Each piece is paid for before it is made; a decision
// that finds the argument compiled pays the same pieces in the same order, so that it ends where it would have ended.
class Bill {
 public:
  // Units of fuel, then bytes of memory. Throws Failure(E_FUEL), E_MEMORY.
  void pay(uint64_t units, uint64_t bytes);
  void pay_again() const;
  uint64_t bytes() const { return bytes_; }

 private:
  struct Piece {
    uint64_t units;
    uint64_t bytes;
    uint64_t times;
  };
  std::vector<Piece> pieces_;
  uint64_t bytes_ = 0;
};

class PatternCache {
 public:
  static constexpr size_t kDefaultCapacity = 64;
  // Of all compiled patterns of a kind together.
  static constexpr uint64_t kMostMemory = 64 << 20;

  // `fixed` is looked into first and must outlive this cache; null if there is none.
  explicit PatternCache(const PatternCache* fixed = nullptr, size_t capacity = kDefaultCapacity)
      : fixed_(fixed), capacity_(capacity) {}

  // Starts a decision.
  void begin() { ++decision_; }

  // The compiled pattern, or null and `*fault` set. Throws Failure(E_FUEL), E_MEMORY. It stays valid until the next call on this cache.
  const Regex* regex(std::string_view pattern, std::string* fault);
  const Glob* glob(std::string_view pattern, std::span<const char32_t> delimiters, std::string* fault);
  // What `compile()` makes, a std::unique_ptr<const CompiledArgument>, kept under a key that begins with the name of its family:
  // "schema:{…}". Null, which is not kept, if it makes nothing. `size` is what compiling costs, in bytes read or steps, and
  // `memory` what the result takes at most, in bytes; both are known before, from the text alone.
  template <typename Compile>
  const CompiledArgument* compiled(std::string_view key, uint64_t size, uint64_t memory, Compile compile);
  // The same for what pays while it is compiled: `compile(bill)`.
  template <typename Compile>
  const CompiledArgument* compiled_on_bill(std::string_view key, Compile compile);
  // Units of fuel for compiling a pattern of that estimate_pattern_size().
  static uint64_t pattern_units(uint64_t estimate);
  // What is there already, without compiling: safe for threads that share an immutable cache.
  const Regex* find_regex(std::string_view pattern) const { return regexes_.find(pattern); }
  const Glob* find_glob(std::string_view key) const { return globs_.find(key); }

  // The key of a glob: the pattern and its delimiters.
  static std::string glob_key(std::string_view pattern, std::span<const char32_t> delimiters);

 private:
  friend class Bill;
  template <typename Pattern>
  class Shelf {
   public:
    struct Book {
      std::string key;
      std::unique_ptr<const Pattern> pattern;
      uint64_t size = 0;      // what it costs
      uint64_t memory = 0;    // bytes
      uint64_t decision = 0;  // the last one that paid for it
      Bill bill = {};         // what it costs, if it was compiled on a bill
    };

    const Pattern* find(std::string_view key) const {
      auto found = by_key_.find(key);
      return found == by_key_.end() ? nullptr : found->second->pattern.get();
    }
    // The book, marked as just used; null if there is none.
    Book* use(std::string_view key) {
      auto found = by_key_.find(key);
      if (found == by_key_.end()) return nullptr;
      books_.splice(books_.begin(), books_, found->second);
      return &*found->second;
    }
    // Makes room by dropping what was used least recently, and gives back what this decision paid for.
    const Pattern* put(Book book, size_t capacity) {
      memory_ += book.memory;
      while (!books_.empty() && (by_key_.size() >= capacity || memory_ > kMostMemory)) {
        const Book& last = books_.back();
        memory_ -= last.memory;
        if (last.decision == book.decision) give_back(last.memory);
        by_key_.erase(last.key);
        books_.pop_back();
      }
      books_.push_front(std::move(book));
      by_key_.emplace(books_.front().key, books_.begin());
      return books_.front().pattern.get();
    }

   private:
    uint64_t memory_ = 0;    // of all books
    std::list<Book> books_;  // the one used last in front
    std::unordered_map<std::string_view, typename std::list<Book>::iterator> by_key_;
  };

  // Pays for the compiled form of a pattern, or of one that turns out to be none.
  static void charge_pattern(uint64_t size, uint64_t memory);
  static void charge_argument(uint64_t size, uint64_t memory);
  // Bytes of a pattern that is no longer held.
  static void give_back(uint64_t memory) noexcept;

  const PatternCache* fixed_;
  uint64_t decision_ = 0;
  size_t capacity_;
  Shelf<Regex> regexes_;
  Shelf<Glob> globs_;
  Shelf<CompiledArgument> arguments_;
};

template <typename Compile>
const CompiledArgument* PatternCache::compiled(std::string_view key, uint64_t size, uint64_t memory, Compile compile) {
  auto* book = arguments_.use(key);
  if (book != nullptr && book->decision == decision_) return book->pattern.get();
  charge_argument(size, memory);
  if (book != nullptr) {
    book->decision = decision_;
    return book->pattern.get();
  }
  std::unique_ptr<const CompiledArgument> made = compile();
  if (made == nullptr) {
    give_back(memory);
    return nullptr;
  }
  return arguments_.put({std::string(key), std::move(made), size, memory, decision_}, capacity_);
}

template <typename Compile>
const CompiledArgument* PatternCache::compiled_on_bill(std::string_view key, Compile compile) {
  auto* book = arguments_.use(key);
  if (book != nullptr) {
    if (book->decision != decision_) book->bill.pay_again();
    book->decision = decision_;
    return book->pattern.get();
  }
  Bill bill;
  std::unique_ptr<const CompiledArgument> made = compile(bill);
  if (made == nullptr) {
    give_back(bill.bytes());
    return nullptr;
  }
  uint64_t memory = bill.bytes();
  return arguments_.put({std::string(key), std::move(made), 0, memory, decision_, std::move(bill)}, capacity_);
}

// The bytes of the first character of `text`, which is not empty; 1 where it is not well-formed.
size_t first_rune_size(std::string_view text);

template <typename Visit>
void Regex::for_each_match(std::string_view text, int64_t limit, bool with_groups, Visit visit) const {
  std::vector<Range> ranges(with_groups ? group_count_ : 1);
  size_t previous_end = kNoGroup;
  int64_t count = 0;
  for (size_t at = 0; at <= text.size() && (limit < 0 || count < limit);) {
    if (!find(text, at, ranges)) return;
    size_t end = ranges[0].end;
    bool counts = true;
    if (end == at) {
      counts = ranges[0].begin != previous_end;
      at += at < text.size() ? first_rune_size(text.substr(at)) : 1;
    } else {
      at = end;
    }
    previous_end = end;
    if (!counts) continue;
    visit(std::span<const Range>(ranges));
    count++;
  }
}

}  // namespace writ
