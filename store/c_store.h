// The C handle of a policy store.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/api/c_handles.h"
#include "store/policy_store.h"
#include "writ/store.h"

struct writ_store {
  // Shared with the replayers that take policies from it.
  std::shared_ptr<writ::PolicyStore> store;
};
