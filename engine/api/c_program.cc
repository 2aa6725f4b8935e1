// Options, programs and data of the C library.
//
// Each function checks its arguments, calls the C++ engine and wraps what it gives in a handle. Setters of options all go
// through change(), compilers through return_program(), so the two shapes of failure, an argument and a policy with
// diagnostics, are written once. Options are copied by whoever takes them, and a program shares its policy with the
// contexts that use it.
#include <algorithm>
#include <iterator>

#include "engine/api/c_handles.h"
#include "engine/api/policy_config.h"

using namespace writ;
using namespace writ::c;

namespace {

#define LIMIT(number, name, type, usual, most, c_name, ...) static_assert(WRIT_LIMIT_##c_name == number);
#include "engine/vm/limits.def"
#undef LIMIT
#define VERDICT_MODE(number, id, name, c_name, text) static_assert(WRIT_MODE_##c_name == number);
#include "engine/record/verdicts.def"

const EngineOptions& engine_options(const writ_options* options) {
  static const EngineOptions kUsual;
  return options == nullptr ? kUsual : options->engine;
}

// Gives the caller a program if compiling made one, and the diagnostics if it did not.
writ_status return_program(writ_program compiled, const std::vector<Diagnostic>& diagnostics, const SourceMap& sources,
                           writ_program** program, writ_error* error) {
  if (compiled.policy == nullptr) {
    report_diagnostics(error, diagnostics, sources);
    return WRIT_ERROR_POLICY;
  }
  *program = new writ_program(std::move(compiled));
  return WRIT_OK;
}

template <typename Change>
writ_status change(writ_options* options, Change body) noexcept {
  return guarded(nullptr, Phase::kLoading, [&] {
    require(options != nullptr, "options are NULL");
    body(options->engine);
  });
}

}  // namespace

extern "C" {

// --- Options ---------------------------------------------------------------------------------------------------------

writ_options* writ_options_create(void) noexcept {
  try {
    return new writ_options();
  } catch (...) {
    return nullptr;
  }
}

void writ_options_free(writ_options* options) noexcept { delete options; }

writ_status writ_options_set_rego_version(writ_options* options, uint32_t version) noexcept {
  return change(options, [&](EngineOptions& engine) {
    constexpr RegoVersion kVersions[] = {RegoVersion::kV0, RegoVersion::kV1, RegoVersion::kV2};
    require(version < std::size(kVersions), "unknown version of Rego");
    engine.language.version = kVersions[version];
  });
}

writ_status writ_options_set_strict(writ_options* options, int strict) noexcept {
  return change(options, [&](EngineOptions& engine) { engine.language.strict = strict != 0; });
}

writ_status writ_options_set_strict_builtin_errors(writ_options* options, int strict) noexcept {
  return change(options, [&](EngineOptions& engine) { engine.strict_builtin_errors = strict != 0; });
}

writ_status writ_options_set_print(writ_options* options, int keep) noexcept {
  return change(options, [&](EngineOptions& engine) { engine.language.keep_print = keep != 0; });
}

writ_status writ_options_set_mode(writ_options* options, writ_mode mode) noexcept {
  return change(options, [&](EngineOptions& engine) {
    require(static_cast<size_t>(mode) < std::size(kVerdictModes), "unknown verdict mode");
    engine.verdict = static_cast<VerdictMode>(mode);
  });
}

writ_status writ_options_set_limit(writ_options* options, writ_limit limit, uint64_t value) noexcept {
  return change(options, [&](EngineOptions& engine) {
    auto row = std::find_if(std::begin(kLimits), std::end(kLimits),
                            [limit](const LimitRow& candidate) { return candidate.number == static_cast<uint32_t>(limit); });
    require(row != std::end(kLimits), "unknown limit");
    require(row->allows(value), "the limit is out of range");
    row->set(engine.limits, value);
  });
}

writ_status writ_options_add_entrypoint(writ_options* options, const char* path, size_t path_size) noexcept {
  return change(options,
                [&](EngineOptions& engine) { engine.entrypoints.push_back(entry_path(text_of(path, path_size))); });
}

writ_status writ_options_add_function(writ_options* options, const char* name, size_t name_size, uint32_t arity,
                                      writ_call_class call_class) noexcept {
  return change(options, [&](EngineOptions& engine) {
    HostFunction function{std::string(text_of(name, name_size)), arity, call_class == WRIT_CALL_ONCE};
    require(call_class == WRIT_CALL_EACH || call_class == WRIT_CALL_ONCE, "unknown call class");
    require(declaration_error(function).empty(), "invalid function name or number of arguments");
    engine.language.functions.push_back(std::move(function));
  });
}

// --- Programs --------------------------------------------------------------------------------------------------------

writ_status writ_program_compile(const writ_source* sources, size_t count, const writ_options* options,
                                 writ_program** program, writ_error* error) noexcept {
  clear_output(program);
  return guarded(error, Phase::kLoading, [&] {
    require(program != nullptr && (sources != nullptr || count == 0), "a pointer is NULL");
    std::vector<lang::Source> texts;
    for (size_t i = 0; i < count; ++i) {
      std::string_view name = text_of(sources[i].name, sources[i].name_size);
      require(!name.empty(), "a module has no name");
      texts.push_back({std::string(name), std::string(text_of(sources[i].text, sources[i].text_size))});
    }
    CompileResult compiled = Policy::compile(std::move(texts), engine_options(options));
    return return_program({compiled.policy, nullptr}, compiled.diagnostics, compiled.sources, program, error);
  });
}

writ_status writ_program_load(const void* bytes, size_t size, const writ_options* options, writ_program** program,
                              writ_error* error) noexcept {
  clear_output(program);
  return guarded(error, Phase::kLoading, [&] {
    require(program != nullptr && bytes != nullptr, "a pointer is NULL");
    auto loaded = std::make_unique<writ_program>();
    loaded->policy = Policy::load({static_cast<const char*>(bytes), size}, engine_options(options));
    *program = loaded.release();
  });
}

writ_status writ_program_save(const writ_program* program, void** bytes, size_t* size, writ_error* error) noexcept {
  clear_output(bytes);
  clear_output(size);
  return guarded(error, Phase::kLoading, [&] {
    require(program != nullptr && bytes != nullptr && size != nullptr, "a pointer is NULL");
    std::string text = program->policy->serialise();
    *bytes = copy_out(text);
    *size = text.size();
  });
}

writ_status writ_program_query(const writ_program* program, const char* query, size_t query_size, writ_program** result,
                               writ_error* error) noexcept {
  clear_output(result);
  return guarded(error, Phase::kLoading, [&] {
    require(program != nullptr && result != nullptr, "a pointer is NULL");
    QueryOptions options;
    options.text = text_of(query, query_size);
    require(!options.text.empty(), "the query is empty");
    CompiledQuery compiled = Query::compile(program->policy, options);
    std::shared_ptr<const Policy> policy = compiled.query != nullptr ? program->policy : nullptr;
    return return_program({policy, compiled.query}, compiled.diagnostics, compiled.sources, result, error);
  });
}

void writ_program_free(writ_program* program) noexcept { delete program; }

size_t writ_program_entrypoint_count(const writ_program* program) noexcept {
  return program == nullptr ? 0 : program->policy->entry_count();
}

writ_text writ_program_entrypoint(const writ_program* program, size_t index) noexcept {
  if (program == nullptr || index >= program->policy->entry_count()) return view_of({});
  return view_of(program->policy->entry(index));
}

uint32_t writ_program_find(const writ_program* program, const char* path, size_t path_size) noexcept {
  if (program == nullptr) return WRIT_NOT_FOUND;
  try {
    std::string_view text = text_of(path, path_size);
    uint32_t number = program->policy->entry_index(text);
    return number != kNone32 ? number : program->policy->entry_index(entry_path(text));
  } catch (...) {
    return WRIT_NOT_FOUND;
  }
}

writ_text writ_program_config(const writ_program* program) noexcept {
  return view_of(program == nullptr ? std::string_view() : std::string_view(program->policy->config_text()));
}

// --- Data ------------------------------------------------------------------------------------------------------------

writ_status writ_data_from_json(const char* text, size_t text_size, writ_data** data, writ_error* error) noexcept {
  clear_output(data);
  return guarded(error, Phase::kReading, [&] {
    require(data != nullptr && text != nullptr, "a pointer is NULL");
    std::string_view json = text_of(text, text_size);
    auto made = std::make_unique<writ_data>();
    made->data = DataSet::from_json(json.empty() ? " " : json);  // an empty text is not a document
    *data = made.release();
  });
}

void writ_data_free(writ_data* data) noexcept { delete data; }

}  // extern "C"
