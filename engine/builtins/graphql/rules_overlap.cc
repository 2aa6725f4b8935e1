// The rule that fields of one response name can be merged.
//
// A selection set collects the fields it asks for, also those of inline fragments, by the name that they will have in
// the response, and the fragments it spreads. Two fields of one name conflict if one object could have both and they
// are different fields, have different arguments, are of different types, or select fields that conflict. Each
// selection set is compared within itself, with the fragments it spreads, and these with each other; what is compared
// is remembered, by set and name or by two names, so that fragments that spread one another come to an end.
//
// All of this is the library's algorithm step by step, since which conflicts are reported, and how they are nested,
// depends on it. It takes time that grows much faster than the document: each comparison is charged.
#include <algorithm>
#include <map>
#include <utility>

#include "engine/builtins/graphql/rules.h"

namespace writ::graphql {

namespace {

// What a selection set asks for.
struct Collected {
  struct SameName {
    std::string_view name;
    std::vector<const Field*> fields;
  };
  std::vector<SameName> names;  // in the order in which they come first
  std::map<std::string_view, size_t> index;
  std::vector<const FragmentSpread*> spreads;

  void add(const Field* field) {
    auto [place, is_new] = index.emplace(field->response_name(), names.size());
    if (is_new) names.push_back({field->response_name(), {}});
    names[place->second].fields.push_back(field);
  }
  const SameName* find(std::string_view name) const {
    auto found = index.find(name);
    return found == index.end() ? nullptr : &names[found->second];
  }
};

struct Conflict {
  std::string_view response_name;
  std::string message;  // unless there are conflicts inside
  std::vector<Conflict> inside;
  Position position;
};
using Conflicts = std::vector<Conflict>;

// Pairs that have been compared, and whether as parts of different objects. One that was compared as part of the same
// object need not be compared otherwise.
template <typename A, typename B>
class ComparedPairs {
 public:
  bool contains(const A& a, const B& b, bool are_exclusive) const {
    auto found = pairs_.find({a, b});
    return found != pairs_.end() && (are_exclusive || !found->second);
  }
  void add(Walk& walk, const A& a, const B& b, bool are_exclusive) {
    constexpr uint64_t kBytesOfPair = 96;
    auto [place, is_new] = pairs_.emplace(std::pair(a, b), are_exclusive);
    if (is_new) walk.take_memory(kBytesOfPair);
    place->second = are_exclusive;
  }

 private:
  std::map<std::pair<A, B>, bool> pairs_;
};

class OverlappingFieldsCanBeMerged : public Rule {
 public:
  void on_operation(Walk& walk, OperationDefinition& operation) override { check(walk, operation.selection_set); }
  void on_field(Walk& walk, Field& field) override {
    if (walk.operation() != nullptr) check(walk, field.selection_set);
  }
  void on_inline_fragment(Walk& walk, InlineFragment& fragment) override { check(walk, fragment.selection_set); }
  void on_fragment(Walk& walk, FragmentDefinition& fragment) override { check(walk, fragment.selection_set); }

 private:
  void check(Walk& walk, const List<Selection*>& selections);
  void report(Walk& walk, const Conflict& conflict);
  static void append_reason(Walk& walk, std::string& text, const Conflict& conflict);

  const Collected& collected(Walk& walk, const List<Selection*>& selections);
  static void collect(Walk& walk, const List<Selection*>& selections, Collected& into);

  void compare_within(Walk& walk, Conflicts& conflicts, const Collected& set);
  void compare_sets(Walk& walk, Conflicts& conflicts, bool are_exclusive, const Collected& a, const Collected& b);
  void compare_with_fragment(Walk& walk, Conflicts& conflicts, bool are_exclusive, const Collected& set,
                             const FragmentSpread& spread);
  void compare_fragments(Walk& walk, Conflicts& conflicts, bool are_exclusive, const FragmentSpread& a,
                         const FragmentSpread& b);
  void compare_subselections(Walk& walk, Conflicts& conflicts, bool are_exclusive, const List<Selection*>& a,
                             const List<Selection*>& b);
  void compare_fields(Walk& walk, Conflicts& conflicts, bool are_exclusive, const Field& a, const Field& b);
  static void add(Walk& walk, Conflicts& conflicts, Conflict conflict);

  static bool have_same_arguments(Walk& walk, const Field& a, const Field& b);
  static bool are_same(Walk& walk, const Literal& a, const Literal& b);
  static bool do_types_conflict(Walk& walk, const TypeReference& a, const TypeReference& b);

  // By where the selections of a set are; all empty sets are one.
  std::map<const Selection* const*, Collected> sets_;
  ComparedPairs<const Collected*, std::string_view> compared_with_fragment_;
  ComparedPairs<std::string_view, std::string_view> compared_fragments_;
};

void OverlappingFieldsCanBeMerged::check(Walk& walk, const List<Selection*>& selections) {
  if (selections.empty()) return;
  const Collected& set = collected(walk, selections);
  Conflicts conflicts;
  compare_within(walk, conflicts, set);
  for (size_t i = 0; i < set.spreads.size(); i++) {
    compare_with_fragment(walk, conflicts, false, set, *set.spreads[i]);
    for (size_t j = i + 1; j < set.spreads.size(); j++) {
      compare_fragments(walk, conflicts, false, *set.spreads[i], *set.spreads[j]);
    }
  }
  for (const Conflict& conflict : conflicts) report(walk, conflict);
}

void OverlappingFieldsCanBeMerged::report(Walk& walk, const Conflict& conflict) {
  std::string reason;
  if (walk.wants_texts()) append_reason(walk, reason, conflict);
  walk.report(conflict.position,
              walk.join("Fields \"", conflict.response_name, "\" conflict because ", reason,
                        ". Use different aliases on the fields to fetch both if this was intentional."));
}

void OverlappingFieldsCanBeMerged::append_reason(Walk& walk, std::string& text, const Conflict& conflict) {
  Level level(walk.depth());
  walk.charge(1 + (conflict.message.size() + conflict.response_name.size()) / 16);
  if (conflict.inside.empty()) {
    text += conflict.message;
    return;
  }
  for (const Conflict& inner : conflict.inside) {
    if (&inner != conflict.inside.data()) text += " and ";
    text.append("subfields \"").append(inner.response_name).append("\" conflict because ");
    append_reason(walk, text, inner);
  }
}

// --- Collecting ------------------------------------------------------------------------------------------------------

const Collected& OverlappingFieldsCanBeMerged::collected(Walk& walk, const List<Selection*>& selections) {
  auto [place, is_new] = sets_.try_emplace(selections.empty() ? nullptr : selections.begin());
  if (is_new) {
    walk.take_memory(sizeof(Collected) + 64);
    collect(walk, selections, place->second);
  }
  return place->second;
}

void OverlappingFieldsCanBeMerged::collect(Walk& walk, const List<Selection*>& selections, Collected& into) {
  constexpr uint64_t kBytesOfSelection = 160;
  Level level(walk.depth());
  walk.charge(selections.size());
  walk.take_memory(kBytesOfSelection * selections.size());
  for (const Selection* selection : selections) {
    switch (selection->what) {
      case Selection::What::kField: into.add(static_cast<const Field*>(selection)); break;
      case Selection::What::kFragmentSpread:
        into.spreads.push_back(static_cast<const FragmentSpread*>(selection));
        break;
      case Selection::What::kInlineFragment:
        collect(walk, static_cast<const InlineFragment*>(selection)->selection_set, into);
        break;
    }
  }
}

// --- Comparing sets --------------------------------------------------------------------------------------------------

void OverlappingFieldsCanBeMerged::compare_within(Walk& walk, Conflicts& conflicts, const Collected& set) {
  walk.charge(set.names.size() / 4);
  for (const Collected::SameName& same : set.names) {
    for (size_t i = 0; i < same.fields.size(); i++) {
      for (size_t j = i + 1; j < same.fields.size(); j++) {
        compare_fields(walk, conflicts, false, *same.fields[i], *same.fields[j]);
      }
    }
  }
}

void OverlappingFieldsCanBeMerged::compare_sets(Walk& walk, Conflicts& conflicts, bool are_exclusive,
                                                const Collected& a, const Collected& b) {
  walk.charge(1 + a.names.size());
  for (const Collected::SameName& same : a.names) {
    const Collected::SameName* others = b.find(same.name);
    if (others == nullptr) continue;
    for (const Field* field : same.fields) {
      for (const Field* other : others->fields) compare_fields(walk, conflicts, are_exclusive, *field, *other);
    }
  }
}

void OverlappingFieldsCanBeMerged::compare_with_fragment(Walk& walk, Conflicts& conflicts, bool are_exclusive,
                                                         const Collected& set, const FragmentSpread& spread) {
  walk.charge(2);
  if (compared_with_fragment_.contains(&set, spread.name, are_exclusive)) return;
  compared_with_fragment_.add(walk, &set, spread.name, are_exclusive);
  if (spread.fragment == nullptr) return;
  const Collected& other = collected(walk, spread.fragment->selection_set);
  if (&other == &set) return;
  Level level(walk.depth());
  compare_sets(walk, conflicts, are_exclusive, set, other);
  for (const FragmentSpread* inner : other.spreads) {
    compare_with_fragment(walk, conflicts, are_exclusive, set, *inner);
  }
}

void OverlappingFieldsCanBeMerged::compare_fragments(Walk& walk, Conflicts& conflicts, bool are_exclusive,
                                                     const FragmentSpread& a, const FragmentSpread& b) {
  walk.charge(2);
  if (a.name == b.name || compared_fragments_.contains(a.name, b.name, are_exclusive)) return;
  compared_fragments_.add(walk, a.name, b.name, are_exclusive);
  compared_fragments_.add(walk, b.name, a.name, are_exclusive);
  if (a.fragment == nullptr || b.fragment == nullptr) return;
  const Collected& set_a = collected(walk, a.fragment->selection_set);
  const Collected& set_b = collected(walk, b.fragment->selection_set);
  Level level(walk.depth());
  compare_sets(walk, conflicts, are_exclusive, set_a, set_b);
  for (const FragmentSpread* inner : set_b.spreads) compare_fragments(walk, conflicts, are_exclusive, a, *inner);
  for (const FragmentSpread* inner : set_a.spreads) compare_fragments(walk, conflicts, are_exclusive, *inner, b);
}

void OverlappingFieldsCanBeMerged::compare_subselections(Walk& walk, Conflicts& conflicts, bool are_exclusive,
                                                         const List<Selection*>& a, const List<Selection*>& b) {
  const Collected& set_a = collected(walk, a);
  const Collected& set_b = collected(walk, b);
  compare_sets(walk, conflicts, are_exclusive, set_a, set_b);
  for (const FragmentSpread* spread : set_b.spreads) {
    compare_with_fragment(walk, conflicts, are_exclusive, set_a, *spread);
  }
  for (const FragmentSpread* spread : set_a.spreads) {
    compare_with_fragment(walk, conflicts, are_exclusive, set_b, *spread);
  }
  for (const FragmentSpread* spread_a : set_a.spreads) {
    for (const FragmentSpread* spread_b : set_b.spreads) {
      compare_fragments(walk, conflicts, are_exclusive, *spread_a, *spread_b);
    }
  }
}

// --- Comparing fields ------------------------------------------------------------------------------------------------

void OverlappingFieldsCanBeMerged::add(Walk& walk, Conflicts& conflicts, Conflict conflict) {
  walk.take_memory(2 * sizeof(Conflict) + conflict.message.size());
  conflicts.push_back(std::move(conflict));
}

void OverlappingFieldsCanBeMerged::compare_fields(Walk& walk, Conflicts& conflicts, bool are_exclusive, const Field& a,
                                                  const Field& b) {
  constexpr uint64_t kUnits = 8;  // pairs are many: what is looked at for one is paid for
  walk.charge(kUnits);
  if (a.parent == nullptr || b.parent == nullptr) return;
  bool are_declared = a.declared != nullptr && b.declared != nullptr;
  are_exclusive = are_exclusive || (a.parent != b.parent && a.parent->is(kinds::kObject) &&
                                    b.parent->is(kinds::kObject) && are_declared);
  std::string_view name = a.response_name();
  if (!are_exclusive && a.name != b.name) {
    add(walk, conflicts,
        {name, walk.join("\"", a.name, "\" and \"", b.name, "\" are different fields"), {}, b.position});
    return;
  }
  if (!are_exclusive && !have_same_arguments(walk, a, b)) {
    add(walk, conflicts, {name, walk.join("they have differing arguments"), {}, b.position});
    return;
  }
  if (are_declared && do_types_conflict(walk, *a.declared->type, *b.declared->type)) {
    add(walk, conflicts,
        {name,
         walk.join("they return conflicting types \"", a.declared->type->text(), "\" and \"", b.declared->type->text(),
                   "\""),
         {},
         b.position});
    return;
  }
  Level level(walk.depth());
  Conflicts inside;
  compare_subselections(walk, inside, are_exclusive, a.selection_set, b.selection_set);
  if (!inside.empty()) add(walk, conflicts, {name, {}, std::move(inside), b.position});
}

bool OverlappingFieldsCanBeMerged::have_same_arguments(Walk& walk, const Field& a, const Field& b) {
  if (a.arguments.size() != b.arguments.size()) return false;
  for (const Argument* argument : a.arguments) {
    walk.charge(1 + b.arguments.size() / 8);
    bool is_found = std::any_of(b.arguments.begin(), b.arguments.end(), [&](const Argument* other) {
      return argument->name == other->name && are_same(walk, *argument->value, *other->value);
    });
    if (!is_found) return false;
  }
  return true;
}

// The order of an object's fields does not matter.
bool OverlappingFieldsCanBeMerged::are_same(Walk& walk, const Literal& a, const Literal& b) {
  walk.charge(1 + a.raw.size() / 16 + a.children.size());
  if (a.kind != b.kind || a.raw != b.raw || a.children.size() != b.children.size()) return false;
  Level level(walk.depth());
  std::vector<const ChildValue*> children_a(a.children.begin(), a.children.end());
  std::vector<const ChildValue*> children_b(b.children.begin(), b.children.end());
  if (a.kind == Literal::kObject) {
    auto by_name = [](const ChildValue* x, const ChildValue* y) { return x->name < y->name; };
    std::stable_sort(children_a.begin(), children_a.end(), by_name);
    std::stable_sort(children_b.begin(), children_b.end(), by_name);
  }
  return std::equal(children_a.begin(), children_a.end(), children_b.begin(),
                    [&](const ChildValue* x, const ChildValue* y) {
                      return x->name == y->name && are_same(walk, *x->value, *y->value);
                    });
}

// Composite types are compared by the fields that are selected.
bool OverlappingFieldsCanBeMerged::do_types_conflict(Walk& walk, const TypeReference& a, const TypeReference& b) {
  const TypeReference* x = &a;
  const TypeReference* y = &b;
  while (true) {
    if (x->non_null != y->non_null || (x->elem == nullptr) != (y->elem == nullptr)) return true;
    if (x->elem == nullptr) break;
    x = x->elem;
    y = y->elem;
  }
  const TypeInfo* type_a = walk.schema().type(x->named_type);
  const TypeInfo* type_b = walk.schema().type(y->named_type);
  if (type_a == nullptr || type_b == nullptr) return type_a != type_b;
  return (type_a->is_leaf() || type_b->is_leaf()) && type_a != type_b;
}

}  // namespace

std::unique_ptr<Rule> make_overlapping_fields_can_be_merged() {
  return std::make_unique<OverlappingFieldsCanBeMerged>();
}

}  // namespace writ::graphql
