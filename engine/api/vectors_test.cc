// The vectors that need an evaluation: arithmetic, and numbers that arise beyond the range.
#include <catch2/catch.hpp>

#include "engine/api/engine.h"
#include "engine/api/test_policy.h"
#include "engine/host/test_host.h"
#include "engine/value/text.h"
#include "engine/value/test_vectors.h"

namespace writ {
namespace {

using evidence::vector_at;
using evidence::vector_text;

// The canonical text of the value, or how the evaluation failed.
std::string answer_to(std::string_view expression) {
  EngineOptions options;
  options.verdict = VerdictMode::kNone;
  TestHost host;
  Context context;
  context.bind(BoundPolicy::make(compile_or_throw({{"v.rego", "package v\np := " + std::string(expression) + "\n"}}, options),
                                 DataSet::empty()),
               host);
  const Decision& decision = context.decide("v/p", std::nullopt);
  if (decision.code == ErrorCode::E_BUILTIN) return "builtin error";
  if (decision.status == Status::kError) return std::string(error_code_name(decision.code));
  std::string text;
  append_cj1(text, decision.value);
  return text;
}

TEST_CASE("vectors: arithmetic") {
  for (const Value& row : vector_at("arithmetic").items()) {
    std::string expression(vector_text(row, "expression"));
    CAPTURE(expression);
    CHECK(answer_to(expression) == vector_text(row, "bf64"));
  }
}

TEST_CASE("vectors: numbers beyond the range") {
  for (const Value& row : vector_at("beyond_range").items()) {
    std::string expression(vector_text(row, "expression"));
    CAPTURE(expression);
    CHECK(answer_to(expression) == vector_text(row, "result"));
  }
}

}  // namespace
}  // namespace writ
