// Reads of documents at known keys, and the keyed documents that they name: see keyed_documents.h.
#include "lang/plan/lower_internal.h"

namespace writ::lang {

namespace {

// A key that can be computed before the document is read, and for nothing.
bool is_plain(const Term& key) {
  switch (key.kind) {
    case TermKind::kVar: return true;
    case TermKind::kArray:
    case TermKind::kSet:
    case TermKind::kObject:
      return std::all_of(key.items.begin(), key.items.end(), [](const Term* item) { return is_plain(*item); });
    default: return is_scalar_term(key);
  }
}

}  // namespace

// All definitions of a place are complete ones, or none is.
bool Lowering::is_keyed(const RuleNode& node) {
  if (node.rules.empty()) return false;
  HeadKind kind = node.rules.front()->head.kind;
  return kind == HeadKind::kPartialSet || kind == HeadKind::kPartialObject;
}

// The longest way that its heads name.
size_t Lowering::key_count(const RuleNode& node) {
  auto [known, added] = key_counts_.emplace(&node, 0);
  if (!added) return known->second;
  size_t count = 0;
  for (const Rule* rule : node.rules) {
    bool is_set = rule->head.kind == HeadKind::kPartialSet;
    count = std::max(count, rule->head.ref->items.size() - (node.path.size() + 1) + (is_set ? 1 : 0));
  }
  for (const auto& [key, child] : node.children) count = std::max(count, key_count(*child) + 1);
  return key_counts_[&node] = count;
}

FunctionLowering::KnownKeys FunctionLowering::known_keys(const Term& t, size_t next) {
  KnownKeys keys;
  for (size_t i = next; i < t.items.size(); ++i) {
    bool is_known = all_bound(*t.items[i]) && is_plain(*t.items[i]);
    // A reader that goes over all keys sees the whole.
    if (i == next && !is_known) break;
    if (is_known) keys.emplace(static_cast<uint32_t>(i - next), term(*t.items[i]));
  }
  return keys;
}

// In front of what reads the document.
void FunctionLowering::emit_keys(uint32_t whole, const RuleNode& node, const Selection* selection, const KnownKeys& keys) {
  std::vector<uint32_t> positions;
  std::vector<Operand> values;
  size_t count = lowering_.key_count(node);
  for (const auto& [position, value] : keys) {
    if (position >= count || positions.size() == KeyedRead::kMaxKeys) break;
    positions.push_back(position);
    values.push_back(value);
  }
  if (positions.empty()) return;
  uint32_t number = lowering_.keyed_documents().ask({whole, &node, selection, std::move(positions)});
  Stmt& stmt = emit(PlanOp::kKeys);
  stmt.list = std::move(values);
  stmt.set_number(number);
}

// The document of that function, and on by the steps behind it.
Operand FunctionLowering::read_at_keys(uint32_t whole, const RuleNode& node, const Selection* selection, const Term& t, size_t next) {
  KnownKeys keys = known_keys(t, next);
  emit_keys(whole, node, selection, keys);
  Operand value = emit_value(PlanOp::kCallRule, {}, {}, whole);
  for (size_t i = next; i < t.items.size(); ++i) {
    auto known = keys.find(static_cast<uint32_t>(i - next));
    value = known != keys.end() ? emit_value(PlanOp::kGet, value, known->second) : step(value, *t.items[i], nullptr);
  }
  return value;
}

// What a document has at keys that are arguments.
void FunctionLowering::keyed(const KeyedDocument& document) {
  next_register_ = function_.register_count = function_.argument_count;
  key_positions_ = document.positions;
  if (document.selection != nullptr) {
    selection(*document.selection);
  } else if (document.node->has_extent()) {
    extent(*document.node);
  } else {
    partial_rule(*document.node);
  }
}

// The steps of the head that are behind the document's place; what is computed is known only when the body is evaluated.
void FunctionLowering::match_keys(const std::vector<const Term*>& steps, const std::vector<std::string>& prefix) {
  for (uint32_t i = 0; i < key_positions_.size(); ++i) {
    uint32_t position = key_positions_[i];
    Operand key = Operand::reg(i);
    if (position < prefix.size()) {
      emit_guard(CompareKind::kEqual, key, constant(key_of_segment(prefix[position])));
    } else if (position - prefix.size() < steps.size()) {
      const Term& step = *steps[position - prefix.size()];
      if (is_plain(step) && (step.kind != TermKind::kSet || all_bound(step))) match(step, key);
    }
  }
}

}  // namespace writ::lang
