// From statements to the tree of conditions, and what a condition may be given.
//
// A statement is a call of one of the built-ins in kOperators. Its field is the first operand that is a reference; where that
// is the second operand, the comparison is turned around. Names are those of the database: a reference `input.table.column` is
// looked up in the mappings step by step, never as one text, so that a dot in a step cannot name another table or column. A
// field that has no name is a fault of the whole tree, because a filter without it would be another one.
#include "lang/partial/filters/conditions.h"

#include <algorithm>

#include "engine/base/json_writer.h"
#include "lang/syntax/term_order.h"

namespace writ::lang {
namespace {

struct Operator {
  std::string_view builtin, op, mirrored;  // mirrored: the one that holds with the operands swapped
};

constexpr Operator kOperators[] = {
    {"eq", "eq", "eq"},     {"neq", "ne", "ne"},    {"lt", "lt", "gt"},
    {"lte", "lte", "gte"},  {"gt", "gt", "lt"},     {"gte", "gte", "lte"},
    {"startswith", "startswith", ""}, {"endswith", "endswith", ""}, {"contains", "contains", ""},
    {"internal.member_2", "in", ""},
};

const Operator& operator_of(const Term& call) {
  std::string name = to_text(*call.items[0]);
  return *std::find_if(std::begin(kOperators), std::end(kOperators), [&](const Operator& each) { return each.builtin == name; });
}

Condition field_condition(const Term& call, const FieldNames& names, ConditionTree& tree) {
  const Operator& found = operator_of(call);
  auto name = [&](const Term& field) {
    std::string made = names.field(field);
    if (made.empty() && tree.fault.empty()) {
      tree.fault = std::string(found.builtin) + ": invalid ref operand: " + to_text(field);
      tree.place = call.span;
    }
    return made;
  };
  bool flipped = call.items[1]->kind != TermKind::kRef;
  const Term& other = *call.items[flipped ? 1 : 2];
  Condition made;
  made.op = flipped ? found.mirrored : found.op;
  made.field = name(*call.items[flipped ? 2 : 1]);
  if (other.kind == TermKind::kVar) {
    made.op = "ne";  // any value: it is there
  } else if (other.kind == TermKind::kRef) {
    // Only comparisons are offered two fields; what is left is refused as OPA refuses it, as one with null.
    if (!found.mirrored.empty()) made.operand = FieldOperand{name(other)};
  } else if (other.kind != TermKind::kNull) {
    made.operand = &other;
  }
  return made;
}

Condition compound(std::string_view op, std::vector<Condition> parts) {
  if (parts.size() == 1 && op != "not") return std::move(parts[0]);
  Condition made;
  made.op = op;
  made.parts = std::move(parts);
  return made;
}

std::string go_type(const Term& term) {
  switch (term.kind) {
    case TermKind::kNumber: return std::string(term.text) + " json.Number";
    case TermKind::kBoolean: return std::string(term.boolean ? "true" : "false") + " bool";
    case TermKind::kObject: return "an object";
    default: return "a collection";
  }
}

bool is_list(const Term& term) { return term.kind == TermKind::kArray || term.kind == TermKind::kSet; }

}  // namespace

const Value* FieldNames::table(std::string_view name) const {
  const Value* found = tables_.is_object() ? object_find(tables_, name) : nullptr;
  return found != nullptr && found->is_object() ? found : nullptr;
}

std::string FieldNames::field(const Term& ref) const {
  auto name_in = [](const Value* table, std::string_view key) {
    const Value* found = table == nullptr ? nullptr : object_find(*table, key);
    return found != nullptr && found->is_string() ? found : nullptr;
  };
  for (size_t i = 1; i < ref.items.size(); ++i) {
    const Term& step = *ref.items[i];
    if (step.kind != TermKind::kString || step.text.empty() || step.text.find('\0') != std::string::npos) return "";
  }
  if (ref.items.size() != 2 && ref.items.size() != 3) return "";
  std::string table_name(ref.items[1]->text), column(ref.items.size() == 3 ? ref.items[2]->text : "");
  if (table_name.find('.') != std::string::npos) return "";
  if (const Value* moved = name_in(table(table_name), "$table")) {
    if (!column.empty()) return "";
    column = table_name;
    table_name = moved->text();
  }
  const Value* mapped = table(table_name);
  if (const Value* name = name_in(mapped, "$self")) table_name = name->text();
  if (column.empty()) return table_name;
  if (const Value* name = name_in(mapped, column)) {
    column = name->text();
  } else if (column.find('.') != std::string::npos) {
    return "";
  }
  return table_name + "." + column;
}

ConditionTree make_conditions(const std::vector<Body*>& queries, const FieldNames& names) {
  ConditionTree tree;
  tree.everything = std::any_of(queries.begin(), queries.end(), [](const Body* query) { return query->exprs.empty(); });
  if (tree.everything) return tree;
  std::vector<Condition> alternatives;
  for (const Body* query : queries) {
    std::vector<Condition> parts;
    for (const Expr* expr : query->exprs) {
      Condition made = field_condition(*expr->term, names, tree);
      if (expr->negated) {
        std::vector<Condition> negated;
        negated.push_back(std::move(made));
        made = compound("not", std::move(negated));
      }
      parts.push_back(std::move(made));
    }
    alternatives.push_back(compound("and", std::move(parts)));
  }
  tree.root = compound("or", std::move(alternatives));
  return tree;
}

void append_constant(std::string& out, const Term& term) {
  switch (term.kind) {
    case TermKind::kNull: out += "null"; return;
    case TermKind::kBoolean: out += term.boolean ? "true" : "false"; return;
    case TermKind::kNumber: out += term.text; return;
    case TermKind::kString: append_json_string(out, term.text, JsonEscape::kText); return;
    default: break;
  }
  bool object = term.kind == TermKind::kObject;
  TermList items = term.kind == TermKind::kArray ? term.items : sorted_items(term);
  out += object ? '{' : '[';
  std::string_view separator;
  for (size_t i = 0; i < items.size(); i += object ? 2 : 1) {
    // Of equal keys the last one counts.
    if (object && i + 2 < items.size() && compare_terms(*items[i], *items[i + 2]) == 0) continue;
    out += separator;
    separator = ",";
    if (object) {
      std::string key;
      append_constant(key, *items[i]);
      if (items[i]->kind == TermKind::kString) {
        out += key;
      } else {
        append_json_string(out, key, JsonEscape::kText);
      }
      out += ':';
    }
    append_constant(out, *items[object ? i + 1 : i]);
  }
  out += object ? '}' : ']';
}

std::string operand_fault(const Condition& condition) {
  bool equality = condition.op == "eq" || condition.op == "ne";
  if (std::holds_alternative<NullOperand>(condition.operand)) {
    return equality ? "" : "null value can only be used with 'eq' or 'ne' operators";
  }
  const Term* const* constant = std::get_if<const Term*>(&condition.operand);
  if (constant == nullptr) return "";
  const Term& term = **constant;
  if (condition.op == "in") return is_list(term) ? "" : "field operator 'in' requires collection argument";
  bool pattern = condition.op == "startswith" || condition.op == "endswith" || condition.op == "contains";
  if (!pattern || term.kind == TermKind::kString) return "";
  return "'" + std::string(condition.op) + "' pattern requires string argument, got " + go_type(term);
}

}  // namespace writ::lang
