// Groups of keywords are checked in OPA's order: types first, and nothing else if they do not fit; then the schemas that
// are combined; then what is particular to the kind of value; then "const", "enum" and "format". Members of objects come
// in the order of their names, which OPA leaves to chance.
//
// Depth is counted (kMaxSchemaDepth), since a schema may refer to itself without going further into the document.
#include "engine/builtins/schema/validator.h"

#include <algorithm>
#include <map>

#include "engine/base/error.h"
#include "engine/value/build.h"
#include "engine/value/integer.h"
#include "engine/value/number.h"

namespace writ {

namespace {

constexpr std::string_view kRoot = "(Root)";
constexpr uint64_t kComplaintBytes = 128;  // with room to grow, and what merging copies

[[noreturn]] void throw_too_deep() {
  throw Failure(ErrorCode::E_DEPTH, "checking a document against its JSON schema is nested too deeply");
}

SchemaType type_of(const Value& value) {
  switch (value.kind) {
    case Kind::kNull: return SchemaType::kNull;
    case Kind::kBoolean: return SchemaType::kBoolean;
    case Kind::kNumber: return number_is_integral(value) ? SchemaType::kInteger : SchemaType::kNumber;
    case Kind::kString: return SchemaType::kString;
    case Kind::kArray: return SchemaType::kArray;
    default: return SchemaType::kObject;
  }
}

}  // namespace

Value SchemaValidator::run(const Schema& schema, const Value& document) {
  Place root{kRoot, nullptr};
  Outcome outcome;
  check(schema.root(), document, &root, outcome);
  if (!fault_.empty()) return call_.fault(fault_);
  ArrayBuilder errors(call_.arena);
  for (const Complaint& complaint : outcome.complaints) errors.append(error_object(complaint));
  return errors.finish();
}

// --- One schema ------------------------------------------------------------------------------------------------------

void SchemaValidator::check(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome) {
  const SubSchema* meant = &schema;
  charge_elements(call_, 2);
  for (uint32_t steps = 0; meant->target != nullptr; steps++) {
    if (steps == kMaxSchemaDepth) throw_too_deep();
    meant = meant->target;
    charge_elements(call_, 1);
  }
  if (meant->pass) {
    if (!*meant->pass) complain(outcome, SchemaError::kFalse, *meant, place);
    return;
  }
  if (!check_type(*meant, value, place, outcome)) return;
  if (++depth_ > kMaxSchemaDepth) throw_too_deep();
  check_combinations(*meant, value, place, outcome);
  check_kind(*meant, value, place, outcome);
  outcome.score++;
  depth_--;
}

bool SchemaValidator::check_type(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome) {
  if (schema.types.is_empty()) return true;
  SchemaType type = type_of(value);
  if (schema.types.contains(type)) return true;
  if (type == SchemaType::kInteger && schema.types.contains(SchemaType::kNumber)) return true;
  complain(outcome, SchemaError::kInvalidType, schema, place, schema_type_name(type));
  return false;
}

void SchemaValidator::check_kind(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome) {
  switch (value.kind) {
    case Kind::kNumber:
      check_number(schema, value, place, outcome);
      return check_any_value(schema, value, place, outcome);
    case Kind::kString:
      check_any_value(schema, value, place, outcome);
      return check_string(schema, value, place, outcome);
    case Kind::kArray:
      check_array(schema, value, place, outcome);
      return check_any_value(schema, value, place, outcome);
    case Kind::kObject:
      check_object(schema, value, place, outcome);
      check_any_value(schema, value, place, outcome);
      return check_properties(schema, value, place, outcome);
    default:
      return check_any_value(schema, value, place, outcome);
  }
}

SchemaValidator::Outcome SchemaValidator::check_apart(const SubSchema& schema, const Value& value, const Place* place) {
  Outcome outcome;
  check(schema, value, place, outcome);
  return outcome;
}

void SchemaValidator::check_and_merge(const SubSchema& schema, const Value& value, const Place* place,
                                      Outcome& outcome) {
  Outcome own = check_apart(schema, value, place);
  merge(outcome, own);
}

// --- Combined schemas ------------------------------------------------------------------------------------------------

void SchemaValidator::check_combinations(const SubSchema& schema, const Value& value, const Place* place,
                                         Outcome& outcome) {
  if (!schema.any_of.empty()) check_any_of(schema, value, place, outcome);
  if (!schema.one_of.empty()) check_one_of(schema, value, place, outcome);
  if (!schema.all_of.empty()) check_all_of(schema, value, place, outcome);
  if (schema.negated != nullptr && check_apart(*schema.negated, value, place).is_valid()) {
    complain(outcome, SchemaError::kNot, schema, place);
  }
  if (!schema.dependencies.empty() && value.is_object()) check_dependencies(schema, value, place, outcome);
  if (schema.condition != nullptr) check_condition(schema, value, place, outcome);
  outcome.score++;
}

void SchemaValidator::check_any_of(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome) {
  Outcome closest;
  for (const SubSchema* branch : schema.any_of) {
    Outcome own = check_apart(*branch, value, place);
    if (own.is_valid()) return;
    if (closest.is_valid() || own.score > closest.score) closest = std::move(own);
  }
  complain(outcome, SchemaError::kAnyOf, schema, place);
  merge(outcome, closest);
}

void SchemaValidator::check_one_of(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome) {
  Outcome closest;
  size_t valid = 0;
  for (const SubSchema* branch : schema.one_of) {
    Outcome own = check_apart(*branch, value, place);
    if (own.is_valid()) {
      valid++;
    } else if (valid == 0 && (closest.is_valid() || own.score > closest.score)) {
      closest = std::move(own);
    }
  }
  if (valid == 1) return;
  complain(outcome, SchemaError::kOneOf, schema, place);
  if (valid == 0) merge(outcome, closest);
}

void SchemaValidator::check_all_of(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome) {
  bool all_valid = true;
  for (const SubSchema* branch : schema.all_of) {
    Outcome own = check_apart(*branch, value, place);
    all_valid = all_valid && own.is_valid();
    merge(outcome, own);
  }
  if (!all_valid) complain(outcome, SchemaError::kAllOf, schema, place);
}

void SchemaValidator::check_dependencies(const SubSchema& schema, const Value& value, const Place* place,
                                         Outcome& outcome) {
  for (const SchemaDependency& dependency : schema.dependencies) {
    charge_elements(call_, 1 + dependency.keys.size());
    if (object_find(value, dependency.key) == nullptr) continue;
    if (dependency.schema != nullptr) {
      check(*dependency.schema, value, place, outcome);
      continue;
    }
    for (std::string_view key : dependency.keys) {
      if (object_find(value, key) == nullptr) complain(outcome, SchemaError::kMissingDependency, schema, place, key);
    }
  }
}

void SchemaValidator::check_condition(const SubSchema& schema, const Value& value, const Place* place,
                                      Outcome& outcome) {
  bool holds = check_apart(*schema.condition, value, place).is_valid();
  const SubSchema* branch = holds ? schema.consequence : schema.alternative;
  if (branch == nullptr) return;
  Outcome own = check_apart(*branch, value, place);
  if (own.is_valid()) return;
  complain(outcome, holds ? SchemaError::kThen : SchemaError::kElse, schema, place);
  merge(outcome, own);
}

// --- Any value -------------------------------------------------------------------------------------------------------

void SchemaValidator::check_any_value(const SubSchema& schema, const Value& value, const Place* place,
                                      Outcome& outcome) {
  if (schema.constant || schema.enumeration) {
    std::optional<std::string> text = comparison_text(value);
    if (schema.constant && text != schema.constant) complain(outcome, SchemaError::kConst, schema, place);
    if (schema.enumeration) {
      const std::vector<std::string>& texts = *schema.enumeration;
      charge_elements(call_, 1 + schema.enumeration_order.size() / 64);
      bool is_listed = text && std::binary_search(schema.enumeration_order.begin(), schema.enumeration_order.end(), UINT32_MAX,
                                                  [&](uint32_t a, uint32_t b) {
                                                    return (a == UINT32_MAX ? *text : texts[a]) <
                                                           (b == UINT32_MAX ? *text : texts[b]);
                                                  });
      if (!is_listed) complain(outcome, SchemaError::kEnum, schema, place);
    }
  }
  if (schema.format != SchemaFormat::kNone && value.is_string() &&
      !has_schema_format(call_, schema.format, value.text())) {
    complain(outcome, SchemaError::kFormat, schema, place);
  }
  outcome.score++;
}

std::optional<std::string> SchemaValidator::comparison_text(const Value& value) {
  charge_value(call_, value);
  std::string fault;
  std::optional<std::string> text = schema_comparison_text(value, &fault);
  if (!text && fault_.empty()) fault_ = std::move(fault);
  return text;
}

// --- Numbers and strings ---------------------------------------------------------------------------------------------

void SchemaValidator::check_number(const SubSchema& schema, const Value& number, const Place* place,
                                   Outcome& outcome) {
  if (schema.multiple_of.is_defined() && !is_multiple(number, schema.multiple_of)) {
    complain(outcome, SchemaError::kMultipleOf, schema, place);
  }
  if (schema.maximum.is_defined() && number_compare(number, schema.maximum) > 0) {
    complain(outcome, SchemaError::kMaximum, schema, place);
  }
  if (schema.exclusive_maximum.is_defined() && number_compare(number, schema.exclusive_maximum) >= 0) {
    complain(outcome, SchemaError::kExclusiveMaximum, schema, place);
  }
  if (schema.minimum.is_defined() && number_compare(number, schema.minimum) < 0) {
    complain(outcome, SchemaError::kMinimum, schema, place);
  }
  if (schema.exclusive_minimum.is_defined() && number_compare(number, schema.exclusive_minimum) <= 0) {
    complain(outcome, SchemaError::kExclusiveMinimum, schema, place);
  }
  outcome.score++;
}

// Exactly. The factor is positive.
bool SchemaValidator::is_multiple(const Value& number, const Value& factor) {
  if (number.is_int64() && factor.is_int64()) return number.integer % factor.integer == 0;
  DecimalOperand dividend(number);
  DecimalOperand divisor(factor);
  if (dividend.is_zero()) return true;
  // In units of the factor's last digit. The number's own last digit is not zero, so it must not stand behind that.
  int32_t zeros = dividend.exponent() - divisor.exponent();
  if (zeros < 0) return false;
  charge_arithmetic(call_, uint64_t{dividend.count} + divisor.count + static_cast<uint64_t>(zeros));
  Decimal whole_dividend = dividend;
  Decimal whole_divisor = divisor;
  whole_dividend.adjusted = static_cast<int32_t>(dividend.count) - 1 + zeros;
  whole_divisor.adjusted = static_cast<int32_t>(divisor.count) - 1;
  return number_sign(integer_compute(call_.arena, IntegerOperation::kRemainder, whole_dividend, whole_divisor)) == 0;
}

void SchemaValidator::check_string(const SubSchema& schema, const Value& string, const Place* place,
                                   Outcome& outcome) {
  if (schema.min_length || schema.max_length) {
    charge_bytes(call_, string.size);
    int64_t length = static_cast<int64_t>(count_runes(string.text()));
    if (schema.min_length && length < *schema.min_length) complain(outcome, SchemaError::kMinLength, schema, place);
    if (schema.max_length && length > *schema.max_length) complain(outcome, SchemaError::kMaxLength, schema, place);
  }
  if (schema.pattern && !matches(*schema.pattern, string.text())) {
    complain(outcome, SchemaError::kPattern, schema, place);
  }
  outcome.score++;
}

// Paid for as regex.match is.
bool SchemaValidator::matches(const SchemaPattern& pattern, std::string_view text) {
  constexpr uint64_t kStepsPerUnit = 32;
  charge_elements(call_, 1 + uint64_t{text.size()} * pattern.regex->size() / kStepsPerUnit);
  return pattern.regex->matches(text);
}

// --- Arrays ----------------------------------------------------------------------------------------------------------

void SchemaValidator::check_array(const SubSchema& schema, const Value& array, const Place* place, Outcome& outcome) {
  check_items(schema, array, place, outcome);
  if (schema.min_items && array.size < *schema.min_items) complain(outcome, SchemaError::kMinItems, schema, place);
  if (schema.max_items && array.size > *schema.max_items) complain(outcome, SchemaError::kMaxItems, schema, place);
  if (schema.unique_items) check_unique(schema, array, place, outcome);
  if (schema.contains != nullptr) check_contains(schema, array, place, outcome);
  outcome.score++;
}

void SchemaValidator::check_items(const SubSchema& schema, const Value& array, const Place* place, Outcome& outcome) {
  if (schema.items.empty()) return;
  size_t listed = schema.items_is_single ? array.size : std::min<size_t>(array.size, schema.items.size());
  for (size_t i = 0; i < listed; i++) {
    const SubSchema* item = schema.items_is_single ? schema.items[0] : schema.items[i];
    check_and_merge(*item, array.elements[i], inside(i, place), outcome);
  }
  if (listed == array.size) return;
  if (schema.forbids_additional_items) complain(outcome, SchemaError::kAdditionalItems, schema, place);
  if (schema.additional_items == nullptr) return;
  for (size_t i = listed; i < array.size; i++) {
    check_and_merge(*schema.additional_items, array.elements[i], inside(i, place), outcome);
  }
}

// Each item is compared with the last one before it that is equal.
void SchemaValidator::check_unique(const SubSchema& schema, const Value& array, const Place* place, Outcome& outcome) {
  constexpr uint64_t kEntryBytes = 96;
  std::map<std::string, size_t, std::less<>> seen;
  Lease memory(call_.arena);
  for (size_t i = 0; i < array.size; i++) {
    std::optional<std::string> text = comparison_text(array.elements[i]);
    if (!text) return;
    charge_elements(call_, 4 + text->size() / 8);
    memory.grow(text->size() + kEntryBytes);
    auto [known, is_new] = seen.try_emplace(std::move(*text), i);
    if (!is_new) complain(outcome, SchemaError::kUnique, schema, place, {}, known->second, i);
    known->second = i;
  }
}

void SchemaValidator::check_contains(const SubSchema& schema, const Value& array, const Place* place,
                                     Outcome& outcome) {
  Outcome closest;
  for (size_t i = 0; i < array.size; i++) {
    Outcome own = check_apart(*schema.contains, array.elements[i], inside(i, place));
    if (own.is_valid()) return;
    if (closest.is_valid() || own.score > closest.score) closest = std::move(own);
  }
  complain(outcome, SchemaError::kContains, schema, place);
  merge(outcome, closest);
}

// --- Objects ---------------------------------------------------------------------------------------------------------

void SchemaValidator::check_object(const SubSchema& schema, const Value& object, const Place* place,
                                   Outcome& outcome) {
  if (schema.min_properties && object.size < *schema.min_properties) {
    complain(outcome, SchemaError::kMinProperties, schema, place);
  }
  if (schema.max_properties && object.size > *schema.max_properties) {
    complain(outcome, SchemaError::kMaxProperties, schema, place);
  }
  for (std::string_view name : schema.required) {
    charge_elements(call_, 1);
    if (object_find(object, name) != nullptr) outcome.score++;
    else complain(outcome, SchemaError::kRequired, schema, place, name);
  }
  for (const Entry& member : object.members()) check_member(schema, member, place, outcome);
  if (schema.property_names != nullptr) check_property_names(schema, object, place, outcome);
  outcome.score++;
}

// What "patternProperties" say of a member, and "additionalProperties" where nothing else does.
void SchemaValidator::check_member(const SubSchema& schema, const Entry& member, const Place* place,
                                   Outcome& outcome) {
  std::string_view name = member.key.text();
  charge_elements(call_, 1 + name.size() / 16);
  bool is_matched = false;
  for (const auto& [pattern, branch] : schema.pattern_properties) {
    if (!matches(pattern, name)) continue;
    is_matched = true;
    check_and_merge(*branch, member.value, inside(name, place), outcome);
  }
  if (is_matched) outcome.score++;
  if (is_matched || schema.property(name) != nullptr) return;
  if (schema.forbids_additional_properties) {
    complain(outcome, SchemaError::kAdditionalProperty, schema, place, name);
  } else if (schema.additional_properties != nullptr) {
    check_and_merge(*schema.additional_properties, member.value, inside(name, place), outcome);
  }
}

void SchemaValidator::check_property_names(const SubSchema& schema, const Value& object, const Place* place,
                                           Outcome& outcome) {
  for (const Entry& member : object.members()) {
    Outcome own = check_apart(*schema.property_names, member.key, place);
    if (own.is_valid()) continue;
    complain(outcome, SchemaError::kPropertyName, schema, place, member.key.text());
    merge(outcome, own);
  }
}

void SchemaValidator::check_properties(const SubSchema& schema, const Value& object, const Place* place,
                                       Outcome& outcome) {
  for (const auto& [name, property] : schema.properties) {
    charge_elements(call_, 1);
    const Value* value = object_find(object, name);
    if (value != nullptr) check(*property, *value, inside(name, place), outcome);
  }
}

// --- Complaints ------------------------------------------------------------------------------------------------------

void SchemaValidator::complain(Outcome& outcome, SchemaError error, const SubSchema& schema, const Place* place,
                               std::string_view detail, size_t first, size_t second) {
  charge_elements(call_, 8);
  memory_.grow(kComplaintBytes);
  outcome.complaints.push_back({error, place, &schema, detail, first, second});
  outcome.score -= 2;
}

void SchemaValidator::merge(Outcome& into, Outcome& from) {
  into.score += from.score;
  if (from.complaints.empty()) return;
  charge_elements(call_, from.complaints.size());
  if (into.complaints.empty()) {
    into.complaints = std::move(from.complaints);
  } else {
    into.complaints.insert(into.complaints.end(), from.complaints.begin(), from.complaints.end());
  }
}

const SchemaValidator::Place* SchemaValidator::inside(std::string_view name, const Place* outer) {
  auto* place = call_.arena.allocate_array<Place>(1);
  *place = {name, outer};
  return place;
}

const SchemaValidator::Place* SchemaValidator::inside(size_t index, const Place* outer) {
  return inside(call_.arena.copy(std::to_string(index)), outer);
}

}  // namespace writ
