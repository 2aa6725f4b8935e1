// Checks a document against a schema and tells every error, in OPA's order and words.
//
// Of the branches of "anyOf", "oneOf" and "contains" that all fail, the errors of the one that came closest are told. How
// close is a score that OPA counts up for every group of keywords that was looked at and down for every error; it is
// counted the same way here, since it decides what is told.
//
// What was found stays as a few words for each error (Complaint); texts are made at the end, of those that remain.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/builtin.h"
#include "engine/builtins/schema/schema.h"
#include "engine/builtins/support.h"

namespace writ {

enum class SchemaError : uint8_t {
#define SCHEMA_ERROR(name, type, description) name,
#include "engine/builtins/schema/errors.def"
#undef SCHEMA_ERROR
};

class SchemaValidator {
 public:
  explicit SchemaValidator(BuiltinCall& call) : call_(call), memory_(call.arena) {}

  // The array of error objects; empty if the document conforms. It must be plain JSON. Undefined, with the call faulted, if
  // a number is too large to be compared. Throws Failure(E_DEPTH), E_FUEL, E_MEMORY.
  Value run(const Schema& schema, const Value& document);

 private:
  // A place in the document: a list of names and indices from the inside outwards.
  struct Place {
    std::string_view name;
    const Place* outer;
  };
  struct Complaint {
    SchemaError error;
    const Place* place;
    const SubSchema* schema;   // whose keyword it is
    std::string_view detail;   // a name, or a kind of value
    size_t first = 0;          // positions of equal items
    size_t second = 0;
  };
  struct Outcome {
    std::vector<Complaint> complaints;
    int64_t score = 0;
    bool is_valid() const { return complaints.empty(); }
  };

  void check(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  void check_kind(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  bool check_type(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  Outcome check_apart(const SubSchema& schema, const Value& value, const Place* place);
  void check_and_merge(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);

  void check_combinations(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  void check_any_of(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  void check_one_of(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  void check_all_of(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  void check_dependencies(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  void check_condition(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);

  void check_any_value(const SubSchema& schema, const Value& value, const Place* place, Outcome& outcome);
  void check_number(const SubSchema& schema, const Value& number, const Place* place, Outcome& outcome);
  bool is_multiple(const Value& number, const Value& factor);
  void check_string(const SubSchema& schema, const Value& string, const Place* place, Outcome& outcome);
  bool matches(const SchemaPattern& pattern, std::string_view text);
  void check_array(const SubSchema& schema, const Value& array, const Place* place, Outcome& outcome);
  void check_items(const SubSchema& schema, const Value& array, const Place* place, Outcome& outcome);
  void check_unique(const SubSchema& schema, const Value& array, const Place* place, Outcome& outcome);
  void check_contains(const SubSchema& schema, const Value& array, const Place* place, Outcome& outcome);
  void check_object(const SubSchema& schema, const Value& object, const Place* place, Outcome& outcome);
  void check_member(const SubSchema& schema, const Entry& member, const Place* place, Outcome& outcome);
  void check_property_names(const SubSchema& schema, const Value& object, const Place* place, Outcome& outcome);
  void check_properties(const SubSchema& schema, const Value& object, const Place* place, Outcome& outcome);

  void complain(Outcome& outcome, SchemaError error, const SubSchema& schema, const Place* place,
                std::string_view detail = {}, size_t first = 0, size_t second = 0);
  void merge(Outcome& into, Outcome& from);
  const Place* inside(std::string_view name, const Place* outer);
  const Place* inside(size_t index, const Place* outer);
  // Nothing, with the fault kept, if a number in it is too large.
  std::optional<std::string> comparison_text(const Value& value);

  Value error_object(const Complaint& complaint);
  std::string place_text(const Place* place);
  std::pair<std::string, std::string> details(const Complaint& complaint, const std::string& field);
  std::string number_text(const Value& number);

  BuiltinCall& call_;
  Lease memory_;
  std::string fault_;
  uint32_t depth_ = 0;
};

}  // namespace writ
