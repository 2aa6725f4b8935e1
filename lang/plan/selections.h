// References that read a part of a document with dynamic heads.
//
// A rule with a variable in its head may read what other definitions of its own document make: `p[x].b if p[x].a`. The whole
// document cannot be read for that, since this rule is part of it. Such a reference reads a *selection*: the document that only those definitions make which
// the reference can name. The check has made sure that no definition needs itself that way. Every other reference reads the
// whole document, which has one value for all. [S-11.3]
#pragma once

#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lang/check/check.h"

namespace writ::lang {

struct Selection {
  const RuleNode* whole;                // where the document is
  std::set<const Rule*> definitions;    // of it, at that place or below
};

class Selections {
 public:
  explicit Selections(const RuleNode& root);

  const std::vector<Selection>& all() const { return all_; }
  // Which of them the reference reads; nothing if it reads whole documents.
  std::optional<size_t> of(const Term& ref) const {
    auto found = by_reference_.find(&ref);
    return found != by_reference_.end() ? std::optional(found->second) : std::nullopt;
  }

 private:
  void add(const Term& ref, const RuleNode& whole, std::set<const Rule*> definitions);

  std::vector<Selection> all_;
  std::map<std::pair<const RuleNode*, std::set<const Rule*>>, size_t> numbers_;
  std::unordered_map<const Term*, size_t> by_reference_;
};

}  // namespace writ::lang
