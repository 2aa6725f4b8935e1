// The texts of what a validator found.
#include <algorithm>

#include "engine/builtins/schema/number_text.h"
#include "engine/builtins/schema/validator.h"
#include "engine/value/build.h"

namespace writ {

namespace {

struct ErrorRow {
  std::string_view type;
  std::string_view description;
};

constexpr ErrorRow kErrors[] = {
#define SCHEMA_ERROR(name, type, description) {type, description},
#include "engine/builtins/schema/errors.def"
#undef SCHEMA_ERROR
};

std::string filled(std::string_view description, const std::pair<std::string, std::string>& details) {
  std::string out;
  for (size_t i = 0; i < description.size(); i++) {
    if (description[i] != '%') out += description[i];
    else out.append(description[++i] == '1' ? details.first : details.second);
  }
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out.append(out.empty() ? "" : ", ").append(text);
  return out;
}

}  // namespace

// "a.0.b"; the root itself is "(Root)", which is left out in front of anything else.
std::string SchemaValidator::place_text(const Place* place) {
  if (place->outer == nullptr) return std::string(place->name);
  std::vector<std::string_view> names;
  size_t size = 0;
  for (; place->outer != nullptr; place = place->outer) {
    charge_elements(call_, 1 + place->name.size() / 16);
    names.push_back(place->name);
    size += place->name.size() + 1;
  }
  std::string out;
  out.reserve(size);
  for (size_t i = names.size(); i-- > 0;) out.append(names[i]).append(i > 0 ? "." : "");
  return out;
}

std::string SchemaValidator::number_text(const Value& number) {
  // Decimal digits of the binary expansion for each of the number are 6; three such expansions are written and compared,
  // each in time that grows with the square.
  constexpr uint64_t kDigitsOfBits = 16;
  charge_arithmetic(call_, expanded_digits(number) * kDigitsOfBits);
  return schema_number_text(number);
}

std::pair<std::string, std::string> SchemaValidator::details(const Complaint& complaint, const std::string& field) {
  const SubSchema& schema = *complaint.schema;
  auto count = [](const std::optional<int64_t>& bound) { return std::pair(std::to_string(*bound), std::string()); };
  auto number = [&](const Value& bound) { return std::pair(number_text(bound), std::string()); };
  switch (complaint.error) {
    case SchemaError::kInvalidType: return {schema.types.text(), std::string(complaint.detail)};
    case SchemaError::kConst: charge_bytes(call_, schema.constant->size()); return {field, *schema.constant};
    case SchemaError::kEnum:
      for (const std::string& text : *schema.enumeration) charge_elements(call_, 1 + text.size() / 16);
      return {field, joined(*schema.enumeration)};
    case SchemaError::kUnique: return {std::to_string(complaint.first), std::to_string(complaint.second)};
    case SchemaError::kMinItems: return count(schema.min_items);
    case SchemaError::kMaxItems: return count(schema.max_items);
    case SchemaError::kMinProperties: return count(schema.min_properties);
    case SchemaError::kMaxProperties: return count(schema.max_properties);
    case SchemaError::kMinLength: return count(schema.min_length);
    case SchemaError::kMaxLength: return count(schema.max_length);
    case SchemaError::kPattern: return {std::string(schema.pattern->text), ""};
    case SchemaError::kFormat: return {std::string(schema.format_name), ""};
    case SchemaError::kMultipleOf: return number(schema.multiple_of);
    case SchemaError::kMinimum: return number(schema.minimum);
    case SchemaError::kExclusiveMinimum: return number(schema.exclusive_minimum);
    case SchemaError::kMaximum: return number(schema.maximum);
    case SchemaError::kExclusiveMaximum: return number(schema.exclusive_maximum);
    default: return {std::string(complaint.detail), ""};
  }
}

Value SchemaValidator::error_object(const Complaint& complaint) {
  // Three texts are built and copied, which is dear even where they are short.
  charge_elements(call_, 12);
  const ErrorRow& row = kErrors[static_cast<size_t>(complaint.error)];
  std::string field = place_text(complaint.place);
  std::string description = filled(row.description, details(complaint, field));
  std::string error = field + ": " + description;
  charge_bytes(call_, field.size() + description.size() + error.size());
  auto* members = call_.arena.allocate_array<Entry>(4);
  members[0] = {Value::string("desc"), text_value(call_, description)};
  members[1] = {Value::string("error"), text_value(call_, error)};
  members[2] = {Value::string("field"), text_value(call_, field)};
  members[3] = {Value::string("type"), Value::string(row.type)};
  return Value::sorted_object(members, 4);
}

}  // namespace writ
