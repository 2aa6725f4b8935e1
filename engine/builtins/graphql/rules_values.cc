// Rules about values.
//
// What a value should be, the walk has set: `expected_type`, and `type`, what the schema says of the name in it. The
// library makes Go values of literals on the way, and a literal of which it cannot make one (an integer beyond 64 bits,
// a float that is infinite) is wrong for that reason too, and so is every list and object around it.
#include <algorithm>
#include <charconv>
#include <set>

#include "engine/builtins/float64.h"
#include "engine/builtins/graphql/rules.h"

namespace writ::graphql {

namespace {

class UniqueInputFieldNames : public Rule {
 public:
  void on_value(Walk& walk, Literal& value) override {
    if (value.kind != Literal::kObject || value.children.size() < 2) return;
    walk.charge(value.children.size());
    std::set<std::string_view> seen;
    for (const ChildValue* field : value.children) {
      if (seen.insert(field->name).second) continue;
      walk.report(field->position, walk.join("There can be only one input field named \"", field->name, "\"."));
    }
  }
};

// --- Scalars as Go reads them ----------------------------------------------------------------------------------------

enum class Reading : uint8_t { kFine, kSyntax, kRange };

template <typename Integer>
Reading read_integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Integer integer = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (end != text.data() + text.size() || text.empty()) return Reading::kSyntax;
  return code == std::errc() ? Reading::kFine : Reading::kRange;
}

// A decimal number as a document writes it: its digits, without leading zeros, and the power of ten in front of which
// they stand.
struct Decimal {
  std::string digits;
  int64_t point = 0;
};

size_t digits_at(std::string_view text) {
  size_t end = text.find_first_not_of("0123456789");
  return end == text.npos ? text.size() : end;
}

bool read_decimal(std::string_view text, Decimal* decimal) {
  constexpr int64_t kFar = 1'000'000'000;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  size_t whole = digits_at(text);
  decimal->digits = text.substr(0, whole);
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    size_t fraction = digits_at(text.substr(1));
    decimal->digits += text.substr(1, fraction);
    text.remove_prefix(1 + fraction);
  }
  if (decimal->digits.empty()) return false;
  decimal->point = static_cast<int64_t>(whole);
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    size_t size = digits_at(text);
    if (size == 0) return false;
    int64_t exponent = 0;
    for (char digit : text.substr(0, size)) exponent = std::min(exponent * 10 + (digit - '0'), kFar);
    decimal->point += is_negative ? -exponent : exponent;
    text.remove_prefix(size);
  }
  size_t zeros = std::min(decimal->digits.find_first_not_of('0'), decimal->digits.size());
  decimal->digits.erase(0, zeros);
  decimal->point -= static_cast<int64_t>(zeros);
  return text.empty();
}

// Whether it is a number that a double can be near.
bool is_float(std::string_view text) {
  constexpr int64_t kLargest = 309;  // digits in front of the point
  constexpr size_t kEnough = 400;    // digits that can matter, but for whether there are more
  Decimal decimal;
  if (!read_decimal(text, &decimal)) return false;
  if (decimal.digits.empty() || decimal.point < kLargest) return true;
  if (decimal.point > kLargest) return false;
  std::string digits = decimal.digits.substr(0, kEnough);
  bool has_more = decimal.digits.find_first_not_of('0', digits.size()) != std::string::npos;
  if (has_more) digits += '1';
  BinaryNumber nearest;
  return nearest_float64("0." + digits + "e" + std::to_string(kLargest), &nearest);
}

bool is_go_boolean(std::string_view text) {
  constexpr std::string_view kBooleans[] = {"1", "t", "T", "true",  "TRUE",  "True",
                                            "0", "f", "F", "false", "FALSE", "False"};
  return std::find(std::begin(kBooleans), std::end(kBooleans), text) != std::end(kBooleans);
}

// --- Types -----------------------------------------------------------------------------------------------------------

template <typename... Names>
bool is_one_of(const TypeInfo& type, const Names&... names) {
  return ((type.name == names) || ...);
}

class ValuesOfCorrectType : public Rule {
 public:
  void on_value(Walk& walk, Literal& value) override {
    if (value.type == nullptr || value.expected_type == nullptr) return;
    const TypeInfo& type = *value.type;
    if (value.kind == Literal::kNull && value.expected_type->non_null) {
      walk.report(value.position, expected_message(walk, value));
    }
    // Scalars of the schema's own take anything.
    if (type.is(kinds::kScalar) && !is_one_of(type, "Int", "Float", "String", "Boolean", "ID")) return;
    if (!has_go_value(walk, value)) report_unexpected(walk, value);
    check_kind(walk, value);
  }

 private:
  static void check_kind(Walk& walk, const Literal& value) {
    const TypeInfo& type = *value.type;
    bool is_right = true;
    switch (value.kind) {
      case Literal::kVariable:
      case Literal::kNull: return;
      case Literal::kList: is_right = value.expected_type->elem != nullptr; break;
      case Literal::kInt: is_right = is_one_of(type, "Int", "Float", "ID"); break;
      case Literal::kFloat: is_right = is_one_of(type, "Float"); break;
      case Literal::kBoolean: is_right = is_one_of(type, "Boolean"); break;
      case Literal::kString:
      case Literal::kBlock:
        if (type.is(kinds::kEnum)) return report_string_for_enum(walk, value);
        is_right = is_one_of(type, "String", "ID");
        break;
      case Literal::kEnum: return check_enum(walk, value);
      case Literal::kObject: return check_object(walk, value);
      default: return;
    }
    if (!is_right) report_unexpected(walk, value);
  }

  static void check_enum(Walk& walk, const Literal& value) {
    if (!value.type->is(kinds::kEnum)) {
      report_unexpected(walk, value);
    } else if (value.type->values_by_name.find(value.raw) == nullptr) {
      std::string message = walk.join("Value \"", value.raw, "\" does not exist in \"", value.expected_type->text(),
                                      "\" enum.");
      walk.report(value.position, message + enum_suggestion(walk, value));
    }
  }
  static void report_string_for_enum(Walk& walk, const Literal& value) {
    std::string message = wants(walk, value) ? enum_message(walk, value) + enum_suggestion(walk, value) : "";
    walk.report(value.position, message);
  }

  // --- Objects
  static void check_object(Walk& walk, const Literal& value) {
    const TypeInfo& type = *value.type;
    walk.charge((type.fields.size() + value.children.size()) / 4);
    NameIndex<const ChildValue> given(value.children);
    for (const FieldDefinition* field : type.fields) {
      if (!field->type->non_null || field->default_value != nullptr || given.find(field->name) != nullptr) continue;
      walk.report(value.position, walk.join("Field \"", type.name, ".", field->name, "\" of required type \"",
                                            field->type->text(), "\" was not provided."));
    }
    for (const Directive* directive : type.directives) {
      if (directive->name == "oneOf") check_one_of(walk, value);
    }
    for (const ChildValue* field : value.children) {
      if (type.fields_by_name.find(field->name) != nullptr) continue;
      std::string message = walk.join("Field \"", field->name, "\" is not defined by type \"", type.name, "\".");
      std::vector<std::string_view> names;
      for (const FieldDefinition* defined : type.fields) names.push_back(defined->name);
      walk.report(field->position, message + suggestion(walk, " Did you mean ", field->name, names));
    }
  }
  static void check_one_of(Walk& walk, const Literal& value) {
    const TypeInfo& type = *value.type;
    if (value.children.size() != 1) {
      walk.report(value.position, walk.join("OneOf Input Object \"", type.name, "\" must specify exactly one key."));
      return;
    }
    const Literal& only = *value.children[0]->value;
    if (only.kind != Literal::kNull || type.fields.empty()) return;
    // The library names the first field of the type, whichever is given.
    walk.report(only.position, walk.join("Field \"", type.name, ".", type.fields[0]->name, "\" must be non-null."));
  }

  // --- Whether Go can make a value of it
  static bool has_go_value(Walk& walk, const Literal& value) {
    Level level(walk.depth());
    walk.charge(1 + value.raw.size() / 16);
    switch (value.kind) {
      case Literal::kInt: return read_integer<int64_t>(value.raw) == Reading::kFine;
      case Literal::kFloat: return is_float(value.raw);
      case Literal::kBoolean: return is_go_boolean(value.raw);
      case Literal::kVariable: {
        const VariableDefinition* variable = value.variable_definition;
        return variable == nullptr || variable->default_value == nullptr ||
               has_go_value(walk, *variable->default_value);
      }
      case Literal::kList:
      case Literal::kObject:
        return std::all_of(value.children.begin(), value.children.end(),
                           [&](const ChildValue* child) { return has_go_value(walk, *child->value); });
      default: return true;
    }
  }

  // --- Messages
  // Their texts contain that of the value, which is paid for here.
  static bool wants(Walk& walk, const Literal& value) {
    if (walk.wants_texts()) charge_text(walk, value);
    return walk.wants_texts();
  }
  static void charge_text(Walk& walk, const Literal& value) {
    Level level(walk.depth());
    walk.charge(1 + value.raw.size() / 8);
    for (const ChildValue* child : value.children) charge_text(walk, *child->value);
  }
  static std::string expected_message(Walk& walk, const Literal& value) {
    if (!wants(walk, value)) return {};
    return walk.join("Expected value of type \"", value.expected_type->text(), "\", found ", value.text(), ".");
  }
  static std::string enum_message(Walk& walk, const Literal& value) {
    return walk.join("Enum \"", value.expected_type->text(), "\" cannot represent non-enum value: ", value.text(), ".");
  }
  static std::string enum_suggestion(Walk& walk, const Literal& value) {
    std::vector<std::string_view> names;
    for (const EnumValueDefinition* defined : value.type->enum_values) names.push_back(defined->name);
    return suggestion(walk, " Did you mean the enum value ", value.raw, names);
  }
  static void report_unexpected(Walk& walk, const Literal& value) {
    walk.report(value.position, wants(walk, value) ? unexpected_message(walk, value) : "");
  }
  static std::string unexpected_message(Walk& walk, const Literal& value) {
    struct Known {
      std::string_view type;
      std::string_view message;
    };
    static constexpr std::string_view kString = "String cannot represent a non string value: ";
    static constexpr std::string_view kBoolean = "Boolean cannot represent a non boolean value: ";
    static constexpr std::string_view kFloat = "Float cannot represent non numeric value: ";
    static constexpr std::string_view kId = "ID cannot represent a non-string and non-integer value: ";
    static constexpr Known kMessages[] = {
        {"String", kString}, {"String!", kString}, {"[String]", kString}, {"Boolean", kBoolean}, {"Boolean!", kBoolean},
        {"Float", kFloat},   {"Float!", kFloat},   {"ID", kId},           {"ID!", kId},
    };
    std::string type = value.expected_type->text();
    if (type == "Int" || type == "Int!") {
      bool is_too_large = read_integer<int32_t>(value.raw) == Reading::kRange;
      return walk.join(is_too_large ? "Int cannot represent non 32-bit signed integer value: "
                                    : "Int cannot represent non-integer value: ",
                       value.text());
    }
    for (const Known& known : kMessages) {
      if (known.type == type) return walk.join(known.message, value.text());
    }
    return value.type->is(kinds::kEnum) ? enum_message(walk, value) : expected_message(walk, value);
  }
};

}  // namespace

std::unique_ptr<Rule> make_unique_input_field_names() { return std::make_unique<UniqueInputFieldNames>(); }
std::unique_ptr<Rule> make_values_of_correct_type() { return std::make_unique<ValuesOfCorrectType>(); }

}  // namespace writ::graphql
