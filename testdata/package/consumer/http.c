/* A program in C that lets policies use the network: http.c BASE, the URL of testdata/http/server.py. */
#include <stdio.h>
#include <string.h>

#include "writ/writ.h"
#include "writ/writ_http.h"

static int failures = 0;

static void check(int condition, const char* what) {
  if (!condition) {
    fprintf(stderr, "failed: %s\n", what);
    ++failures;
  }
}

/* The verdict of a policy that allows if `condition` holds, and the code of the error. */
static writ_verdict decide(const writ_http_options* options, const char* base, const char* condition, uint16_t* code) {
  char text[4096];
  writ_source source = {"p.rego", WRIT_NUL, text, WRIT_NUL};
  writ_program* program = NULL;
  writ_context* context = NULL;
  writ_host host = {sizeof(host), NULL, NULL, NULL, writ_http_call, NULL};
  writ_verdict verdict = WRIT_VERDICT_NONE;
  writ_error* error = writ_error_create();
  snprintf(text, sizeof(text), "package p\nbase := \"%s\"\nallow if %s\n", base, condition);
  host.user = writ_http_create(options);
  check(host.user != NULL, "writ_http_create");
  if (writ_program_compile(&source, 1, NULL, &program, error) == WRIT_OK &&
      writ_context_create(program, NULL, &host, &context, error) == WRIT_OK) {
    verdict = writ_decide_verdict(context, "p/allow", WRIT_NUL, NULL, 0);
    *code = writ_result_code(writ_context_result(context));
  } else {
    fprintf(stderr, "%.*s\n", (int)writ_error_message(error).size, writ_error_message(error).data);
  }
  writ_context_free(context);
  writ_program_free(program);
  writ_http_free((writ_http*)host.user);
  writ_error_free(error);
  return verdict;
}

int main(int argc, char** argv) {
  static const char* const hosts[] = {"127.0.0.1"};
  const char* base = argc > 1 ? argv[1] : "http://127.0.0.1:1";
  const char* sends = "http.send({\"method\": \"get\", \"url\": concat(\"\", [base, \"/yaml\"])}).body.a[1] == \"two\"";
  const char* catches =
      "not http.send({\"method\": \"get\", \"url\": \"http://127.0.0.1:1/\", \"raise_error\": false}).body";
  const char* redirects =
      "http.send({\"method\": \"get\", \"url\": concat(\"\", [base, \"/to/302?\", replace(base, \"127.0.0.1\", "
      "\"localhost\"), \"/yaml\"]), \"enable_redirect\": true, \"raise_error\": false})";
  writ_http_options options;
  uint16_t code = 0;
  memset(&options, 0, sizeof(options));
  options.struct_size = sizeof(options);
  if (argc > 1) {
    check(decide(NULL, base, sends, &code) == WRIT_VERDICT_ALLOW, "a request");
    options.allowed_hosts = hosts;
    options.allowed_host_count = 1;
    check(decide(&options, base, sends, &code) == WRIT_VERDICT_ALLOW, "a host that is allowed");
    check(decide(NULL, base, redirects, &code) != WRIT_VERDICT_NONE && code != 34, "a redirect");
    check(decide(&options, base, redirects, &code) == WRIT_VERDICT_ERROR && code == 34, "a redirect to a host that is not");
    options.allowed_hosts = NULL;
    options.max_body_bytes = 3;
    check(decide(&options, base, sends, &code) == WRIT_VERDICT_ERROR && code == 34, "a body that is too large");
    options.max_body_bytes = 0;
  }
  check(decide(NULL, base, catches, &code) == WRIT_VERDICT_ALLOW, "an error that is an answer");
  options.flags = WRIT_HTTP_DENY_PRIVATE;
  check(decide(&options, base, catches, &code) == WRIT_VERDICT_ERROR && code == 34, "a private address");
  options.flags = 1u << 31;
  check(writ_http_create(&options) == NULL, "a flag that is not known");
  writ_http_free(NULL);
  return failures == 0 ? 0 : 1;
}
