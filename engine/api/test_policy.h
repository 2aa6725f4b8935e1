// Policies compiled in one line, for tests.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/api/engine.h"
#include "engine/base/error.h"

namespace writ {

// Compiles or throws Failure(E_POLICY) with the diagnostics.
inline std::shared_ptr<const Policy> compile_or_throw(std::vector<lang::Source> sources,
                                                      const EngineOptions& options = {}) {
  CompileResult result = Policy::compile(std::move(sources), options);
  if (result.policy == nullptr) throw Failure(ErrorCode::E_POLICY, render_opa(result.diagnostics, result.sources));
  return result.policy;
}

inline std::shared_ptr<const BoundPolicy> bound_policy_of(std::string text, const EngineOptions& options = {},
                                                            std::string_view data = "{}") {
  return BoundPolicy::make(compile_or_throw({{"policy.rego", std::move(text)}}, options), DataSet::from_json(data));
}

}  // namespace writ
