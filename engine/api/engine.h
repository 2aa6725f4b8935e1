// The engine as a C++ program uses it: policies, data, decisions, evidence.
//
//   Policy       policy.h        modules, compiled: a verified program, its sources, its configuration  immutable, shared
//   Query        query.h         an expression compiled on top of a policy                              immutable, shared
//   DataSet      data_set.h      base documents, frozen                                                 immutable, shared
//   BoundPolicy  bound_policy.h  a policy with its data, and the digests that name both                 immutable, shared
//   Context      context.h       decides, one decision after another; all working memory                one per thread
//   Decision     decision.h      what the context decided last, with its record                         the context's
//
//   CompileResult compiled = Policy::compile({{"authz.rego", text}}, options);
//   auto bound_policy = BoundPolicy::make(compiled.policy, DataSet::from_json("{}"));
//   SystemHost host;
//   Context context;
//   context.bind(bound_policy, host);
//   const Decision& decision = context.decide("authz/allow", input);
//   if (decision.verdict == Verdict::kAllow) …
//
// Shared things are reference-counted and never change, so threads need no locks. This header includes all of them; the
// world comes in through engine/host/host.h.
#pragma once

#include "engine/api/bound_policy.h"
#include "engine/api/context.h"
#include "engine/api/data_set.h"
#include "engine/api/decision.h"
#include "engine/api/policy.h"
#include "engine/api/query.h"
