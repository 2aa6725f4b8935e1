// Rules about fragments and the types they are of.
//
// Fragments may spread one another in any way, so what follows them either passes each once or remembers what it found,
// and counts how deep it is.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/builtins/graphql/rules.h"

namespace writ::graphql {

namespace {

class FragmentsOnCompositeTypes : public Rule {
 public:
  void on_inline_fragment(Walk& walk, InlineFragment& fragment) override {
    const TypeInfo* type = walk.schema().type(fragment.type_condition);
    if (type == nullptr || type->is_composite()) return;
    walk.report(fragment.position,
                walk.join("Fragment cannot condition on non composite type \"", fragment.type_condition, "\"."));
  }
  void on_fragment(Walk& walk, FragmentDefinition& fragment) override {
    if (fragment.declared == nullptr || fragment.type_condition.empty() || fragment.declared->is_composite()) return;
    walk.report(fragment.position,
                walk.join("Fragment \"", fragment.name, "\" cannot condition on non composite type \"",
                          fragment.type_condition, "\"."));
  }
};

class KnownFragmentNames : public Rule {
 public:
  void on_fragment_spread(Walk& walk, FragmentSpread& spread) override {
    if (spread.fragment != nullptr) return;
    walk.report(spread.position, walk.join("Unknown fragment \"", spread.name, "\"."));
  }
};

class KnownTypeNames : public Rule {
 public:
  void on_variable(Walk& walk, VariableDefinition& variable) override {
    if (variable.declared != nullptr) return;
    walk.report(variable.position, walk.join("Unknown type \"", variable.type->name(), "\"."));
  }
  void on_inline_fragment(Walk& walk, InlineFragment& fragment) override {
    if (fragment.type_condition.empty() || walk.schema().type(fragment.type_condition) != nullptr) return;
    walk.report(fragment.position, walk.join("Unknown type \"", fragment.type_condition, "\"."));
  }
  void on_fragment(Walk& walk, FragmentDefinition& fragment) override {
    if (fragment.declared != nullptr) return;
    std::string message = walk.join("Unknown type \"", fragment.type_condition, "\".");
    if (walk.wants_texts()) {
      std::vector<std::string_view> names;
      for (const TypeInfo* type : walk.schema().types_in_order()) names.push_back(type->name);
      message += suggestion(walk, " Did you mean ", fragment.type_condition, names);
    }
    walk.report(fragment.position, message);
  }
};

class UniqueFragmentNames : public Rule {
 public:
  void on_fragment(Walk& walk, FragmentDefinition& fragment) override {
    if (seen_.insert(fragment.name).second) return;
    walk.report(fragment.position, walk.join("There can be only one fragment named \"", fragment.name, "\"."));
  }

 private:
  std::set<std::string_view> seen_;
};

// What only fragments spread that nothing spreads does not count as used: operations are walked first.
class NoUnusedFragments : public Rule {
 public:
  void on_fragment_spread(Walk&, FragmentSpread& spread) override {
    if (!are_operations_done_) used_.insert(spread.name);
  }
  void on_fragment(Walk& walk, FragmentDefinition& fragment) override {
    are_operations_done_ = true;
    if (used_.contains(fragment.name)) return;
    walk.report(fragment.position, walk.join("Fragment \"", fragment.name, "\" is never used."));
  }

 private:
  bool are_operations_done_ = false;
  std::set<std::string_view> used_;
};

class NoFragmentCycles : public Rule {
 public:
  void on_fragment(Walk& walk, FragmentDefinition& fragment) override {
    path_.clear();
    index_in_path_.clear();
    search(walk, fragment);
  }

 private:
  void search(Walk& walk, const FragmentDefinition& fragment) {
    if (!visited_.insert(fragment.name).second) return;
    std::vector<const FragmentSpread*> spreads = spreads_in(walk, fragment.selection_set);
    if (spreads.empty()) return;
    Level level(walk.depth());
    index_in_path_[fragment.name] = path_.size();
    for (const FragmentSpread* spread : spreads) {
      auto cycle = index_in_path_.find(spread->name);
      path_.push_back(spread);
      if (cycle != index_in_path_.end()) {
        report(walk, cycle->second, *spread);
      } else if (const FragmentDefinition* next = walk.fragment(spread->name)) {
        search(walk, *next);
      }
      path_.pop_back();
    }
    index_in_path_.erase(fragment.name);
  }

  void report(Walk& walk, size_t first, const FragmentSpread& spread) {
    std::string via;
    for (size_t i = first; walk.wants_texts() && i + 1 < path_.size(); i++) {
      via.append(via.empty() ? " via \"" : ", \"").append(path_[i]->name).append("\"");
    }
    walk.report(spread.position,
                walk.join("Cannot spread fragment \"", spread.name, "\" within itself", via, "."));
  }

  // Those of a selection set and of all sets in it; inner sets come last first.
  static std::vector<const FragmentSpread*> spreads_in(Walk& walk, const List<Selection*>& selections) {
    std::vector<const FragmentSpread*> spreads;
    std::vector<List<Selection*>> sets{selections};
    while (!sets.empty()) {
      List<Selection*> set = sets.back();
      sets.pop_back();
      walk.charge(1 + set.size() / 4);
      for (Selection* selection : set) {
        if (selection->what == Selection::What::kFragmentSpread) {
          spreads.push_back(static_cast<FragmentSpread*>(selection));
        } else if (selection->what == Selection::What::kField) {
          sets.push_back(static_cast<Field*>(selection)->selection_set);
        } else {
          sets.push_back(static_cast<InlineFragment*>(selection)->selection_set);
        }
      }
    }
    return spreads;
  }

  std::set<std::string_view> visited_;
  std::vector<const FragmentSpread*> path_;
  std::map<std::string_view, size_t> index_in_path_;
};

class PossibleFragmentSpreads : public Rule {
 public:
  void on_inline_fragment(Walk& walk, InlineFragment& fragment) override {
    if (is_possible(walk, fragment.parent, fragment.type_condition)) return;
    walk.report(fragment.position,
                walk.join("Fragment cannot be spread here as objects of type \"", fragment.parent->name,
                          "\" can never be of type \"", fragment.type_condition, "\"."));
  }
  void on_fragment_spread(Walk& walk, FragmentSpread& spread) override {
    if (spread.fragment == nullptr || is_possible(walk, spread.parent, spread.fragment->type_condition)) return;
    walk.report(spread.position, walk.join("Fragment \"", spread.name, "\" cannot be spread here as objects of type \"",
                                           spread.parent->name, "\" can never be of type \"",
                                           spread.fragment->type_condition, "\"."));
  }

 private:
  // Whether some object is of both types; also if another rule reports one of them.
  static bool is_possible(Walk& walk, const TypeInfo* parent, std::string_view name) {
    if (parent == nullptr || !parent->is_composite()) return true;
    const TypeInfo* type = walk.schema().type(name);
    if (type == nullptr || !type->is_composite()) return true;
    for (const TypeInfo* possible : type->possible) {
      walk.charge(1);
      if (parent->is(kinds::kObject) ? possible == parent : parent->possible_by_name.find(possible->name) != nullptr) {
        return true;
      }
    }
    return false;
  }
};

// How deep lists of types, fields and so on are nested in introspection. A fragment that is entered again at the same
// depth has the same result; one that is entered again within itself nests without end if it got deeper on the way.
class MaxIntrospectionDepth : public Rule {
 public:
  void on_field(Walk& walk, Field& field) override {
    if (field.name != "__schema" && field.name != "__type") return;
    if (is_too_deep(walk, field, 0)) walk.report(field.position, "Maximum introspection depth exceeded");
  }

 private:
  static constexpr int kMostLists = 3;

  bool is_too_deep(Walk& walk, const Field& field, int depth) {
    if (field.name == "fields" || field.name == "interfaces" || field.name == "possibleTypes" ||
        field.name == "inputFields") {
      if (++depth >= kMostLists) return true;
    }
    return is_too_deep(walk, field.selection_set, depth);
  }
  bool is_too_deep(Walk& walk, const List<Selection*>& selections, int depth) {
    Level level(walk.depth());
    for (Selection* selection : selections) {
      walk.charge(1);
      bool is_deep = selection->what == Selection::What::kField
                         ? is_too_deep(walk, static_cast<Field&>(*selection), depth)
                     : selection->what == Selection::What::kFragmentSpread
                         ? is_too_deep(walk, static_cast<FragmentSpread&>(*selection), depth)
                         : is_too_deep(walk, static_cast<InlineFragment&>(*selection).selection_set, depth);
      if (is_deep) return true;
    }
    return false;
  }
  bool is_too_deep(Walk& walk, const FragmentSpread& spread, int depth) {
    auto open = open_.find(spread.name);
    if (open != open_.end()) return depth > open->second;
    if (spread.fragment == nullptr) return false;
    auto known = known_.find({spread.name, depth});
    if (known != known_.end()) return known->second;
    open_[spread.name] = depth;
    bool is_deep = is_too_deep(walk, spread.fragment->selection_set, depth);
    open_.erase(spread.name);
    known_[{spread.name, depth}] = is_deep;
    return is_deep;
  }

  std::map<std::string_view, int> open_;
  std::map<std::pair<std::string_view, int>, bool> known_;
};

}  // namespace

std::unique_ptr<Rule> make_fragments_on_composite_types() { return std::make_unique<FragmentsOnCompositeTypes>(); }
std::unique_ptr<Rule> make_known_fragment_names() { return std::make_unique<KnownFragmentNames>(); }
std::unique_ptr<Rule> make_known_type_names() { return std::make_unique<KnownTypeNames>(); }
std::unique_ptr<Rule> make_unique_fragment_names() { return std::make_unique<UniqueFragmentNames>(); }
std::unique_ptr<Rule> make_no_unused_fragments() { return std::make_unique<NoUnusedFragments>(); }
std::unique_ptr<Rule> make_no_fragment_cycles() { return std::make_unique<NoFragmentCycles>(); }
std::unique_ptr<Rule> make_possible_fragment_spreads() { return std::make_unique<PossibleFragmentSpreads>(); }
std::unique_ptr<Rule> make_max_introspection_depth() { return std::make_unique<MaxIntrospectionDepth>(); }

}  // namespace writ::graphql
