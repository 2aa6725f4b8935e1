// Terms in and out: made from values when documents are read, turned into values for built-ins, and looked up by keys. Every
// term that is made is paid for and its height is bounded, for walks over terms recurse; what was found to be ground is
// remembered, so that documents are not walked again and again.
#include "lang/partial/terms.h"

#include <algorithm>

#include "engine/base/meter.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ::lang {

std::string variant_name(std::string_view text, std::string_view mark) {
  bool is_temporary = text.starts_with("__") && text.ends_with("__") && text.size() > 4;
  if (!is_temporary) return std::string(text) += mark;
  return (std::string(text.substr(0, text.size() - 2)) += '_').append(mark).append("__");
}

bool begins_with(const TermList& ref, const TermList& prefix) {
  if (prefix.size() > ref.size()) return false;
  for (size_t i = 0; i < prefix.size(); ++i) {
    if (!same(*ref[i], *prefix[i])) return false;
  }
  return true;
}

size_t constant_prefix(const TermList& ref) {
  size_t count = 1;
  while (count < ref.size() && is_constant(*ref[count])) ++count;
  return count;
}

Term* Terms::var(std::string_view name) {
  Term* term = make(TermKind::kVar);
  term->text = ast_.keep(name);
  return term;
}

Term* Terms::string(std::string_view text) {
  Term* term = make(TermKind::kString);
  term->text = ast_.keep(text);
  return term;
}

Term* Terms::boolean(bool truth) {
  Term* term = make(TermKind::kBoolean);
  term->boolean = truth;
  return term;
}

Term* Terms::number(size_t number) {
  Term* term = make(TermKind::kNumber);
  term->text = ast_.keep(std::to_string(number));
  return term;
}

namespace {

// Walks recurse.
constexpr uint32_t kMostLevels = 1000;

uint16_t checked_height(uint32_t below) {
  if (below >= kMostLevels) throw Failure(ErrorCode::E_DEPTH, "partial evaluation makes terms that are nested too deeply");
  return static_cast<uint16_t>(below + 1);
}

uint32_t highest(const TermList& items) {
  uint32_t height = 0;
  for (const Term* item : items) height = std::max<uint32_t>(height, item->height);
  return height;
}

}  // namespace

Term* Terms::composite(TermKind kind, TermList items, Span span) {
  charge_work(items.size() / 4);
  Term* term = make(kind, span);
  term->height = checked_height(highest(items));
  term->items = std::move(items);
  return term;
}

Term* Terms::call(std::string_view name, TermList operands) {
  TermList path;
  for (size_t begin = 0; begin <= name.size();) {
    size_t end = std::min(name.find('.', begin), name.size());
    std::string_view part = name.substr(begin, end - begin);
    path.push_back(path.empty() ? var(part) : string(part));
    begin = end + 1;
  }
  operands.insert(operands.begin(), ref(std::move(path)));
  return composite(TermKind::kCall, std::move(operands));
}

Term* Terms::with_items(const Term& term, TermList items) { return with_body(term, std::move(items), term.body); }

Term* Terms::with_body(const Term& term, TermList items, Body* body) {
  charge_work(items.size() / 4);
  Term* result = make(term.kind, term.span);
  result->boolean = term.boolean;
  result->infix = term.infix;
  result->raw = term.raw;
  result->text = term.text;
  result->height = checked_height(std::max<uint32_t>(highest(items), body == nullptr ? 0 : body->height));
  result->items = std::move(items);
  result->body = body;
  return result;
}

Expr* Terms::statement(Term* term) {
  charge_work(1);
  Expr* expr = ast_.expr(ExprKind::kTerm, term->span);
  expr->term = term;
  expr->generated = true;
  return expr;
}

Expr* Terms::copy(const Expr& expr) {
  charge_work(1);
  Expr* result = ast_.expr(expr.kind, expr.span);
  *result = expr;
  return result;
}

Body* Terms::body(ExprList exprs, Span span) {
  charge_work(1);
  Body* result = ast_.body(span);
  uint32_t height = 0;
  for (Expr* expr : exprs) {
    uint32_t own = 0;
    for (const Term* term : {expr->term, expr->key, expr->value, expr->domain}) {
      if (term != nullptr) own = std::max<uint32_t>(own, term->height);
    }
    if (expr->body != nullptr) own = std::max<uint32_t>(own, expr->body->height);
    for (const Expr* operand : expr->operands) {
      own = std::max<uint32_t>(own, operand->body != nullptr ? operand->body->height + 1u : operand->height);
    }
    for (const With& with : expr->withs) own = std::max<uint32_t>(own, with.value->height);
    expr->height = checked_height(own);
    height = std::max<uint32_t>(height, expr->height);
  }
  result->height = checked_height(height);
  result->exprs = std::move(exprs);
  return result;
}

Expr* Terms::block(Body* body) {
  Expr* result = ast_.expr(ExprKind::kBlock, body->span);
  result->body = body;
  return result;
}

Term* Terms::from_value(const Value& value) {
  switch (value.kind) {
    case Kind::kNull: return make(TermKind::kNull);
    case Kind::kBoolean: return boolean(value.is_true());
    case Kind::kNumber: {
      Term* term = make(TermKind::kNumber);
      std::string text;
      append_number(text, value);
      term->text = ast_.keep(text);
      return term;
    }
    case Kind::kString:
      charge_work(value.size / 16);
      return string(std::string(value.text()));
    case Kind::kArray:
    case Kind::kSet:
    case Kind::kObject: break;
    default: throw Failure(ErrorCode::E_INTERNAL, "no term for an undefined value");
  }
  Term* term = make(value.is_array() ? TermKind::kArray : value.is_set() ? TermKind::kSet : TermKind::kObject);
  if (value.is_object()) {
    for (const Entry& entry : value.members()) {
      term->items.push_back(from_value(entry.key));
      term->items.push_back(from_value(entry.value));
    }
  } else {
    for (const Value& item : value.items()) term->items.push_back(from_value(item));
  }
  term->height = checked_height(highest(term->items));
  term->sorted = !value.is_array();
  ground_.insert(term);
  return term;
}

Value Terms::to_value(const Term& term) {
  Value value;
  charge_work(1 + term.items.size() + term.text.size() / 16);
  return constant_value(arena_, term, &value) ? value : Value::undefined();
}

bool Terms::is_ground(const Term& term) {
  charge_work(1);
  switch (term.kind) {
    case TermKind::kVar: return false;
    case TermKind::kRef:
      return std::all_of(term.items.begin() + 1, term.items.end(), [&](const Term* t) { return is_ground(*t); });
    case TermKind::kArray:
    case TermKind::kSet:
    case TermKind::kObject:
      if (ground_.count(&term) > 0) return true;
      if (!std::all_of(term.items.begin(), term.items.end(), [&](const Term* t) { return is_ground(*t); })) return false;
      ground_.insert(&term);
      return true;
    case TermKind::kCall:
      return std::all_of(term.items.begin(), term.items.end(), [&](const Term* t) { return is_ground(*t); });
    case TermKind::kArrayComprehension:
    case TermKind::kSetComprehension:
    case TermKind::kObjectComprehension: return vars_of(&term, {.skip_ref_head = true, .skip_call_head = true}).empty();
    default: return true;
  }
}

Term* Terms::find(const Term& collection, const Term& key) {
  charge_work(1);
  if (collection.kind == TermKind::kArray) {
    if (key.kind != TermKind::kNumber || collection.items.empty()) return nullptr;
    Value index = to_value(key);
    if (!number_is_integral(index)) return nullptr;
    std::optional<int64_t> at = number_to_int64(index);
    bool inside = at && *at >= 0 && static_cast<uint64_t>(*at) < collection.items.size();
    return inside ? collection.items[static_cast<size_t>(*at)] : nullptr;
  }
  size_t step = collection.kind == TermKind::kObject ? 2 : 1;
  if (collection.kind != TermKind::kObject && collection.kind != TermKind::kSet) return nullptr;
  TermList own;
  const TermList* items = &collection.items;
  if (!collection.sorted) {
    charge_work(collection.items.size());
    own = sorted_items(collection);
    items = &own;
  }
  size_t low = 0, high = items->size() / step;
  Term* found = nullptr;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = compare_terms(*(*items)[middle * step], key);
    if (order == 0) found = (*items)[middle * step + step - 1];
    // Of equal keys the last one counts.
    (order <= 0 ? low : high) = order <= 0 ? middle + 1 : middle;
  }
  return found;
}

Term* Terms::sorted(Term* term) {
  if (term->sorted || (term->kind != TermKind::kSet && term->kind != TermKind::kObject)) return term;
  charge_work(term->items.size());
  TermList items = sorted_items(*term);
  if (term->kind == TermKind::kObject) {
    TermList once;
    for (size_t i = 0; i < items.size(); i += 2) {
      bool repeated = i + 2 < items.size() && same(*items[i], *items[i + 2]);
      if (!repeated) once.insert(once.end(), {items[i], items[i + 1]});
    }
    items = std::move(once);
  }
  Term* result = with_items(*term, std::move(items));
  result->sorted = true;
  return result;
}

}  // namespace writ::lang
