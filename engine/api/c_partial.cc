#include "engine/api/c_handles.h"
#include "engine/api/partial.h"

using namespace writ;
using namespace writ::c;

namespace {

writ_status evaluate(const writ_program& program, const writ_data* data, const writ_host* callbacks,
                     const PartialRequest& request, char** answer, size_t* answer_size, writ_error* error) {
  CallbackHost host(callbacks == nullptr ? writ_host{} : copy_in(callbacks));
  PartialAnswer made = evaluate_partially(program.policy, data == nullptr ? nullptr : data->data, host, request);
  if (!made.residue.diagnostics.empty()) {
    report_diagnostics(error, made.residue.diagnostics, made.residue.sources);
    return WRIT_ERROR_POLICY;
  }
  if (made.residue.error) throw Failure(made.residue.error);
  std::string text = partial_answer_json(made);
  *answer = copy_out(text);
  *answer_size = text.size();
  return WRIT_OK;
}

}  // namespace

extern "C" {

writ_status writ_partial(const writ_program* program, const writ_data* data, const writ_host* host, const char* request,
                         size_t request_size, char** answer, size_t* answer_size, writ_error* error) noexcept {
  clear_output(answer);
  clear_output(answer_size);
  PartialRequest read;
  // A request that is no JSON is a document that is refused; what it asks for may be refused like a policy.
  writ_status status = guarded(error, Phase::kReading, [&] {
    require(program != nullptr && request != nullptr && answer != nullptr && answer_size != nullptr, "a pointer is NULL");
    read = read_partial_request(text_of(request, request_size));
  });
  if (status != WRIT_OK) return status;
  return guarded(error, Phase::kDeciding, [&] { return evaluate(*program, data, host, read, answer, answer_size, error); });
}

}  // extern "C"
