// A request from end to end: whether the targets exist and the residue is a filter for all of them, then one text for each.
//
// What the targets can say are rows of dialects.def; FilterConstraints asks all that are given, and a line of an error names each
// that cannot. Mappings are chosen for a target in OPA's order: its dialect's, the target's, those for all. They are checked only
// where they are used: a residue that allows nothing has no names.
#include "lang/partial/filters/filters.h"

#include <algorithm>
#include <string_view>

#include "lang/partial/filters/conditions.h"
#include "lang/partial/filters/constraints.h"
#include "lang/partial/filters/fragment.h"

namespace writ::lang {
namespace {

constexpr Dialect kDialects[] = {
#define DIALECT(target, name, shown, operators, features) {target, name, shown, operators, features},
#include "lang/partial/filters/dialects.def"
#undef DIALECT
};

constexpr std::string_view kComparisons = " eq neq lt lte gt gte ";
constexpr std::string_view kFeatures[] = {"not", "field-ref", "existence-ref"};

bool lists(std::string_view words, std::string_view word) {
  return words.find(" " + std::string(word) + " ") != std::string_view::npos;
}

// --- mappings --------------------------------------------------------------------------------------------------------

std::string_view go_type(const Value& value) {
  switch (value.kind) {
    case Kind::kNull: return "<nil>";
    case Kind::kBoolean: return "bool";
    case Kind::kNumber: return "json.Number";
    case Kind::kObject: return "map[string]interface {}";
    default: return "[]interface {}";
  }
}

// What is wrong with names of tables and columns.
std::string tables_fault(const Value& tables) {
  for (const Entry& table : tables.members()) {
    if (!table.value.is_object()) continue;
    for (const Entry& name : table.value.members()) {
      bool own = name.key.text() == "$self" || name.key.text() == "$table";
      if (name.value.is_string() || (name.value.is_object() && !own)) continue;
      return ": " + std::string(table.key.text()) + "." + std::string(name.key.text()) + ": expected string, got " +
             std::string(go_type(name.value));
    }
  }
  return "";
}

// The names for a target: of its dialect, else of the target, else the mappings are themselves names.
const Value* tables_of(const Value& mappings, const FilterTarget& target, std::string& fault) {
  static const Value kNone = Value::undefined();
  if (!mappings.is_object()) return &kNone;
  const Value* tables = &mappings;
  std::string where;
  for (auto [name, kind] : {std::pair{&target.dialect, " for dialect "}, {&target.target, " for target "}}) {
    const Value* found = object_find(mappings, *name);
    if (found == nullptr || found->kind == Kind::kNull) continue;
    if (!found->is_object()) {
      fault = "mappings: invalid mappings" + (kind + *name);
      return &kNone;
    }
    tables = found;
    break;
  }
  if (std::string wrong = tables_fault(*tables); !wrong.empty()) fault = "mappings: invalid mappings" + wrong;
  return tables;
}

Filter filter_for(const Residue& residue, const FilterTarget& target, const Value& mappings, Filters& made) {
  Filter filter;
  if (residue.queries.empty()) return filter;
  const Value* tables = tables_of(mappings, target, made.fault);
  if (!made.fault.empty()) return filter;
  bool sql = target.target == "sql";
  ConditionTree tree = make_conditions(residue.queries, FieldNames(*tables));
  if (!tree.fault.empty()) made.errors.push_back(fragment_error(tree.place, tree.fault));
  if (!made.errors.empty()) return filter;
  if (tree.everything) {
    filter.kind = Filter::Kind::kEverything;
    filter.text = sql ? "" : "{}";
    return filter;
  }
  WrittenFilter written = sql ? write_sql(tree.root, target.dialect) : write_ucast(tree.root);
  if (!written.error.empty()) made.errors.push_back(fragment_error(Span::nowhere(), written.error));
  filter.kind = Filter::Kind::kCondition;
  filter.text = std::move(written.text);
  return filter;
}

}  // namespace

const Dialect* find_dialect(const FilterTarget& target) {
  for (const Dialect& dialect : kDialects) {
    if (dialect.target == target.target && dialect.name == target.dialect) return &dialect;
  }
  return nullptr;
}

std::string target_fault(const FilterTarget& target) {
  if (find_dialect(target) != nullptr) return "";
  bool known = std::any_of(std::begin(kDialects), std::end(kDialects),
                           [&](const Dialect& dialect) { return dialect.target == target.target; });
  if (!known) return "unknown target/dialect combination: " + target.target + "/" + target.dialect;
  return "unsupported variant for " + target.target + ": " + target.dialect;
}

FilterConstraints::FilterConstraints(const std::vector<FilterTarget>& targets) {
  for (const FilterTarget& target : targets) dialects_.push_back(find_dialect(target));
}

std::string FilterConstraints::missing_builtin(std::string_view name) const {
  std::string lines;
  for (const Dialect* dialect : dialects_) {
    if (lists(kComparisons, name) || lists(dialect->operators, name)) continue;
    if (!lines.empty()) lines += '\n';
    lines.append("unsupported for ").append(dialect->shown);
  }
  return lines;
}

std::string FilterConstraints::missing_feature(FilterFeature feature) const {
  std::string_view name = kFeatures[static_cast<size_t>(feature)];
  std::string lines;
  for (const Dialect* dialect : dialects_) {
    if (lists(dialect->features, name)) continue;
    if (!lines.empty()) lines += '\n';
    lines.append("unsupported feature \"").append(name).append("\" for ").append(dialect->shown);
  }
  return lines;
}

Filters make_filters(const Residue& residue, const FilterRequest& request) {
  Filters made;
  for (const FilterTarget& target : request.targets) {
    made.fault = target_fault(target);
    if (!made.fault.empty()) return made;
  }
  FilterConstraints constraints(request.targets);
  made.errors = check_fragment(residue, constraints, short_names(request.mappings));
  for (const FilterTarget& target : request.targets) {
    if (!made.errors.empty() || !made.fault.empty()) break;
    made.filters.push_back(filter_for(residue, target, request.mappings, made));
  }
  if (!made.errors.empty() || !made.fault.empty()) made.filters.clear();
  return made;
}

}  // namespace writ::lang
