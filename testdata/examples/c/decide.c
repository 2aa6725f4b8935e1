/* One page of C: load a policy, decide, read the answer, keep the record.
 *
 *   cc decide.c $(pkg-config --cflags --libs writ) -o decide && ./decide policy.rego
 */
#include <stdio.h>
#include <stdlib.h>
#include <writ/writ.h>

static char* read_text(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) return NULL;
  char* text = calloc(1, 65536);
  if (text != NULL && fread(text, 1, 65535, file) == 0) text[0] = '\0';
  fclose(file);
  return text;
}

static int complain(const char* what, const writ_error* error) {
  writ_text message = writ_error_message(error);
  fprintf(stderr, "%s: %.*s\n", what, (int)message.size, message.data);
  return 1;
}

int main(int argc, char** argv) {
  char* policy = read_text(argc > 1 ? argv[1] : "policy.rego");
  writ_error* error = writ_error_create();
  writ_program* program = NULL;
  writ_data* data = NULL;
  writ_context* context = NULL;
  if (policy == NULL || error == NULL) return 1;

  /* Once: compile, read data, make a context per thread. */
  writ_source source = {"policy.rego", WRIT_NUL, policy, WRIT_NUL};
  if (writ_program_compile(&source, 1, NULL, &program, error) != WRIT_OK) return complain("policy", error);
  const char* admins = "{\"admins\": [\"root\"]}";
  if (writ_data_from_json(admins, WRIT_NUL, &data, error) != WRIT_OK) return complain("data", error);
  if (writ_context_create(program, data, NULL, &context, error) != WRIT_OK) return complain("context", error);

  /* A million times: only the verdict. */
  const char* ours = "{\"user\": \"ann\", \"action\": \"read\", \"path\": \"/home/ann/notes\"}";
  const char* theirs = "{\"user\": \"ann\", \"action\": \"read\", \"path\": \"/home/bob/notes\"}";
  int first = writ_decide_verdict(context, "authz/allow", WRIT_NUL, ours, WRIT_NUL) == WRIT_VERDICT_ALLOW;
  int second = writ_decide_verdict(context, "authz/allow", WRIT_NUL, theirs, WRIT_NUL) == WRIT_VERDICT_ALLOW;
  printf("ours: %s\ntheirs: %s\n", first ? "allow" : "no", second ? "allow" : "no");

  /* With evidence: the record of the decision. */
  writ_decide_options options = {0};
  options.struct_size = sizeof options;
  options.flags = WRIT_RECORD;
  const writ_result* result = NULL;
  if (writ_decide(context, "authz/allow", WRIT_NUL, ours, WRIT_NUL, &options, &result, error) != WRIT_OK) {
    return complain("decision", error);
  }
  writ_text json;
  if (writ_result_json(result, &json, error) != WRIT_OK) return complain("result", error);
  writ_text record = writ_result_record(result);
  printf("result: %.*s\nrecord: %s\n", (int)json.size, json.data, record.size > 0 ? "kept" : "none");

  writ_context_free(context);
  writ_data_free(data);
  writ_program_free(program);
  writ_error_free(error);
  free(policy);
  return first && !second && record.size > 0 ? 0 : 1;
}
