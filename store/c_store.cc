// The C functions of the policy store. Objects of their own in the static library, so that a program which only decides
// contains nothing that opens files.
#include "store/c_store.h"

#include <cstring>

#include "engine/api/policy_config.h"
#include "engine/base/digest.h"
#include "engine/record/policy_config_text.h"

using namespace writ;
using namespace writ::c;

namespace {

// A disk that fails is one thing, a store without the policy another.
template <typename Body>
writ_status guarded_store(writ_error* error, Body body) noexcept {
  return guarded(error, Phase::kStoring, [&] {
    try {
      return body();
    } catch (const StoreError& store_error) {
      StoreError::Reason reason = store_error.reason();
      bool of_policy = reason == StoreError::Reason::kMissing || reason == StoreError::Reason::kMismatch;
      throw Failure(of_policy ? ErrorCode::E_POLICY : ErrorCode::E_LEDGER, store_error.what());
    }
  });
}

std::shared_ptr<const BoundPolicy> bind(std::shared_ptr<const Policy> policy, std::shared_ptr<const DataSet> data) {
  return BoundPolicy::make(std::move(policy), std::move(data), BoundPolicy::Digests::kRequired);
}

// The compiler's diagnostics are those of modules that compiled once: by another engine, or in another language.
CompileResult compile(const StoredPolicy& stored) {
  EngineOptions options = options_from_config(PolicyConfig::from_text(stored.config));
  return Policy::compile(stored.sources(), options);
}

}  // namespace

extern "C" {

writ_status writ_store_open(const char* directory, size_t directory_size, writ_store** store,
                            writ_error* error) noexcept {
  clear_output(store);
  return guarded(error, Phase::kStoring, [&] {
    require(store != nullptr && directory != nullptr, "a pointer is NULL");
    std::string_view path = text_of(directory, directory_size);
    require(!path.empty() && path.find('\0') == std::string_view::npos,
            "the directory has no name, or one with a zero");
    auto made = std::make_unique<writ_store>();
    made->store = std::make_shared<PolicyStore>(std::string(path));
    *store = made.release();
  });
}

void writ_store_close(writ_store* store) noexcept {
  delete store;
}

writ_status writ_store_put(writ_store* store, const writ_program* program, const writ_data* data, uint8_t digest[32],
                           writ_error* error) noexcept {
  if (digest != nullptr) std::memset(digest, 0, 32);
  return guarded_store(error, [&] {
    require(store != nullptr && program != nullptr, "a pointer is NULL");
    PolicyIdentity identity = store->store->put(*bind(program->policy, data == nullptr ? nullptr : data->data));
    if (digest != nullptr) std::memcpy(digest, identity.policy.bytes.data(), 32);
    return WRIT_OK;
  });
}

writ_status writ_store_load(const writ_store* store, const uint8_t digest[32], writ_program** program, writ_data** data,
                            writ_error* error) noexcept {
  clear_output(program);
  clear_output(data);
  return guarded_store(error, [&] {
    require(store != nullptr && digest != nullptr && program != nullptr, "a pointer is NULL");
    Digest wanted;
    std::memcpy(wanted.bytes.data(), digest, 32);
    StoredPolicy stored = store->store->load(wanted);
    CompileResult compiled = compile(stored);
    if (compiled.policy == nullptr) {
      report_diagnostics(error, compiled.diagnostics, compiled.sources);
      return WRIT_ERROR_POLICY;
    }
    std::shared_ptr<const DataSet> documents = DataSet::from_json(stored.data_text());
    if (bind(compiled.policy, documents)->identity()->policy != wanted) {
      throw Failure(ErrorCode::E_POLICY, "this engine gives the policy another digest: it has other semantics");
    }
    auto made_program = std::make_unique<writ_program>(writ_program{compiled.policy, nullptr});
    auto made_data = std::make_unique<writ_data>(writ_data{documents});
    *program = made_program.release();
    if (data != nullptr) *data = made_data.release();
    return WRIT_OK;
  });
}

}  // extern "C"
