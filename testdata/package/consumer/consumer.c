/* A program outside the tree: compiled as C99, as C11 and as C++, linked against the installed library. */
#include <stdio.h>
#include <string.h>
#include <writ/writ.h>

static int failures = 0;
static void check(int condition, const char* what) {
  if (condition) return;
  printf("failed: %s\n", what);
  ++failures;
}

static int fixed_clock(void* user, uint64_t* time_ns) {
  *time_ns = *(uint64_t*)user;
  return 0;
}

static void call(void* user, const char* function, size_t function_size, const writ_value* args, size_t count,
                 writ_reply* reply) {
  int64_t number = 0;
  (void)user;
  if (function_size == 9 && memcmp(function, "acme.even", 9) == 0 && count == 1) {
    int known = writ_value_int64(args[0], &number);
    if (known) writ_reply_json(reply, number % 2 == 0 ? "true" : "false", WRIT_NUL);
  }
}

int main(void) {
  const char* policy = "package p\nallow if acme.even(input.n)\nnow := time.now_ns()\n";
  writ_source source = {"p.rego", 0, NULL, 0};
  writ_error* error = writ_error_create();
  writ_options* options = writ_options_create();
  writ_program* program = NULL;
  writ_program* other = NULL;
  writ_context* context = NULL;
  const writ_result* result = NULL;
  writ_decide_options decide_options;
  writ_host host;
  uint64_t now = 1767225600123456789u;
  int64_t seen = 0;
  writ_status status;

  source.name_size = WRIT_NUL;
  source.text = policy;
  source.text_size = strlen(policy);
  memset(&host, 0, sizeof host);
  host.struct_size = sizeof host;
  host.user = &now;
  host.now_ns = fixed_clock;
  host.call = call;
  memset(&decide_options, 0, sizeof decide_options);
  decide_options.struct_size = sizeof decide_options;
  decide_options.flags = WRIT_RECORD;

  check(strcmp(writ_version(), WRIT_VERSION) == 0, "version");
  check(writ_abi_version() == WRIT_ABI_VERSION, "ABI version");
  check(writ_options_add_function(options, "acme.even", WRIT_NUL, 1, WRIT_CALL_ONCE) == WRIT_OK, "function");
  check(writ_program_compile(&source, 1, options, &program, error) == WRIT_OK, "compile");
  check(writ_context_create(program, NULL, &host, &context, error) == WRIT_OK, "context");
  check(writ_decide_verdict(context, "p/allow", WRIT_NUL, "{\"n\":2}", WRIT_NUL) == WRIT_VERDICT_ALLOW, "allow");
  check(writ_decide_verdict(context, "p/allow", WRIT_NUL, "{\"n\":3}", WRIT_NUL) == WRIT_VERDICT_UNDEFINED, "odd");
  check(writ_decide_verdict(context, "p/allow", WRIT_NUL, "{\"n\":\"x\"}", WRIT_NUL) == WRIT_VERDICT_ERROR, "text");
  status = writ_decide(context, "p/now", WRIT_NUL, NULL, 0, &decide_options, &result, error);
  check(status == WRIT_ERROR_EVALUATION, "shape");
  check(writ_result_verdict(result) == WRIT_VERDICT_ERROR, "verdict");
  check(writ_result_record(result).size > 0, "record");
  check(writ_value_int64(writ_result_value(result), &seen) == 0, "a failed decision has no value");
  check(writ_program_compile(NULL, 1, options, &other, error) == WRIT_ERROR_ARGUMENT, "argument");
  check(other == NULL, "no program");

  writ_context_free(context);
  writ_program_free(program);
  writ_options_free(options);
  writ_error_free(error);
  return failures;
}
