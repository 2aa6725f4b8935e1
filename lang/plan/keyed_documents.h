// What documents with dynamic heads have at known keys.
//
// `data.a.p.x` reads the whole of `p`, which has one value for all readers, and looks the key up. But if making the whole fails,
// what failed may be at another key, of which this reader must see nothing. So such a reader also names a *keyed document*: a
// function that takes the keys, unifies them with the heads before the bodies, and makes what is left. Only a failure makes the
// machine call it. [S-11.11]
//
// Lowering a reference asks for a keyed document; when everything else is lowered, those are made whose whole can fail at all,
// once for each set of positions at which some reader knows the keys.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "lang/plan/plan.h"
#include "lang/plan/selections.h"

namespace writ::lang {

struct KeyedDocument {
  uint32_t whole;                   // the function that makes the whole of it
  const RuleNode* node;             // where it is
  const Selection* selection;       // the definitions that count; null: all
  std::vector<uint32_t> positions;  // of the keys, among the steps behind its place; ascending
};

class KeyedDocuments {
 public:
  // Its number, which a kKeys has until put_functions().
  uint32_t ask(KeyedDocument document);
  // In the order in which they were asked for; more may be asked for while one goes over them.
  const std::deque<KeyedDocument>& all() const { return all_; }
  // Puts functions in place of numbers, and drops what asked for one that has none (kNone32).
  void put_functions(Plan& plan, const std::vector<uint32_t>& functions) const;

 private:
  std::deque<KeyedDocument> all_;
  std::map<std::pair<uint32_t, std::vector<uint32_t>>, uint32_t> numbers_;
};

// Which functions may fail with anything but a limit: by a conflict, or by a built-in if errors are strict.
std::vector<bool> functions_that_may_fail(const Plan& plan);

}  // namespace writ::lang
