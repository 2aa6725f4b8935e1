// Errors of the type check, with OPA's texts: a message, and lines that show what there is and what is wanted.
//
// References are shown as the author wrote them: variables by their written names, and in the place of a generated variable the
// term that it stands for. Reference: OPA v1/ast/check.go, from ArgErrDetail on.
#pragma once

#include <vector>

#include "lang/check/checker.h"
#include "lang/types/text.h"

namespace writ::lang {

struct TypeError {
  Diagnostic diagnostic;
  // Something unknown takes part, so that it may be no more than what follows from another error.
  bool from_unknown = false;
};

class TypeErrors {
 public:
  TypeErrors(Checker& checker, TypeStore& types) : checker_(checker), types_(types) {}

  // The function and what is wrong: "data.a.f", "too few arguments".
  TypeError arguments(Span span, const Term& function, std::string_view what, std::vector<TypeRef> have, TypeRef want,
                      bool with_result, Id id = Id::kArguments);
  TypeError match(Span span, TypeRef left, TypeRef right);
  TypeError undefined_function(Span span, const Term& function);
  // Step `at` of the reference goes into something that has no parts.
  TypeError unsupported(const Term& ref, size_t at, TypeRef have);
  // Step `at` is not one that the value has. `have` is its type, null for a constant; `want` the type of keys.
  TypeError invalid(const Term& ref, size_t at, TypeRef have, TypeRef want, std::vector<Value> one_of);

  // The constant keys that a type has.
  std::vector<Value> keys_of(TypeRef type);

 private:
  const Term* shown(const Term& ref);
  Term* substitute(const Term& term);
  void write_ref(JsonWriter& json, const Term& ref, size_t at);

  Checker& checker_;
  TypeStore& types_;
};

}  // namespace writ::lang
