/* A program outside the tree that keeps a policy, records a decision and repeats it from its record. */
#include <stdio.h>
#include <string.h>
#include <writ/replay.h>

static int failures = 0;
static void check(int condition, const char* what) {
  if (condition) return;
  printf("failed: %s\n", what);
  ++failures;
}

int main(int argc, char** argv) {
  const char* policy = "package p\nallow if input.n > 3\n";
  writ_source source = {"p.rego", WRIT_NUL, NULL, 0};
  writ_error* error = writ_error_create();
  writ_program* program = NULL;
  writ_program* again = NULL;
  writ_data* data = NULL;
  writ_context* context = NULL;
  writ_store* store = NULL;
  writ_replayer* replayer = NULL;
  const writ_result* result = NULL;
  const writ_replay_result* replayed = NULL;
  writ_decide_options options;
  writ_text record;
  uint8_t digest[32];

  source.text = policy;
  source.text_size = strlen(policy);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.flags = WRIT_RECORD | WRIT_NOT_ENFORCED;
  options.custom = "{\"team\":\"blue\"}";
  options.custom_size = WRIT_NUL;
  options.batch_decision_id = "batch-1";
  options.batch_decision_id_size = WRIT_NUL;

  check(argc == 2, "the directory of the store");
  check(writ_program_compile(&source, 1, NULL, &program, error) == WRIT_OK, "compile");
  check(writ_store_open(argc == 2 ? argv[1] : "", WRIT_NUL, &store, error) == WRIT_OK, "open");
  check(writ_store_put(store, program, NULL, digest, error) == WRIT_OK, "put");
  check(writ_store_load(store, digest, &again, &data, error) == WRIT_OK, "load");
  check(writ_context_create(again, data, NULL, &context, error) == WRIT_OK, "context");
  check(writ_decide(context, "p/allow", 7, "{\"n\":4}", WRIT_NUL, &options, &result, error) == WRIT_OK, "decide");
  check(writ_result_verdict(result) == WRIT_VERDICT_ALLOW, "allow");
  check(writ_replayer_create(store, &replayer, error) == WRIT_OK, "replayer");
  record = writ_result_record(result);
  check(writ_replay(replayer, record.data, record.size, &replayed, error) == WRIT_OK, "replay");
  check(writ_replay_result_reproduced(replayed) == 1, "reproduced");
  check(writ_replay(replayer, record.data, record.size / 2, &replayed, error) == WRIT_OK, "replay of half a record");
  check(writ_replay_result_reproduced(replayed) == 0, "half a record");
  check(writ_replay_result_exit_status(replayed) == 10, "exit status");

  writ_replayer_free(replayer);
  writ_context_free(context);
  writ_data_free(data);
  writ_program_free(again);
  writ_program_free(program);
  writ_store_close(store);
  writ_error_free(error);
  return failures;
}
