// UCAST: a condition on a field is {"type": "field", "operator": …, "field": …, "value": …}, where another field is
// {"field": …}; others are {"type": "compound", "operator": "and", "value": […]}. Members are in order of their names, as OPA's
// encoder writes them. Numbers are written as they are, to the last digit.
#include "engine/base/json_writer.h"
#include "lang/partial/filters/conditions.h"

namespace writ::lang {
namespace {

class UcastWriter {
 public:
  explicit UcastWriter(std::string& out) : json_(out, {JsonEscape::kText}) {}

  void write(const Condition& condition) {
    json_.begin_object();
    if (condition.is_field()) json_.member("field", condition.field);
    json_.member("operator", condition.op).member("type", condition.is_field() ? "field" : "compound").key("value");
    if (condition.is_field()) {
      operand(condition);
    } else {
      json_.begin_array();
      for (const Condition& part : condition.parts) write(part);
      json_.end_array();
    }
    json_.end_object();
  }

  std::string fault;

 private:
  void operand(const Condition& condition) {
    if (fault.empty()) fault = operand_fault(condition);
    if (const FieldOperand* field = std::get_if<FieldOperand>(&condition.operand)) {
      json_.begin_object().member("field", field->field).end_object();
    } else if (const Term* const* constant = std::get_if<const Term*>(&condition.operand)) {
      append_constant(json_.raw(), **constant);
    } else {
      json_.null();
    }
  }

  JsonWriter json_;
};

}  // namespace

WrittenFilter write_ucast(const Condition& condition) {
  WrittenFilter made;
  UcastWriter writer(made.text);
  writer.write(condition);
  made.error = writer.fault;
  return made;
}

}  // namespace writ::lang
