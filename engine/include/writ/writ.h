/* writ: policies in Rego, decided in process, with evidence.
 *
 *   writ_program   a compiled policy                              immutable; any number of threads may share it
 *   writ_data      base documents                                 immutable; any number of threads may share it
 *   writ_context   decides: one question after another            one thread at a time; make one per thread
 *   writ_result    what the context decided last                  belongs to the context, valid until it decides again
 *   writ_options   how a policy is compiled and run               one thread at a time; copied by whoever takes it
 *   writ_error     what went wrong in one call                    belongs to the caller, used again and again
 *
 *   writ_source source = {"authz.rego", WRIT_NUL, text, WRIT_NUL};
 *   writ_program* program;
 *   if (writ_program_compile(&source, 1, NULL, &program, error) != WRIT_OK) ...
 *   writ_context* context;
 *   if (writ_context_create(program, NULL, NULL, &context, error) != WRIT_OK) ...
 *   if (writ_decide_verdict(context, "authz/allow", WRIT_NUL, input, input_size) == WRIT_VERDICT_ALLOW) ...
 *   writ_context_free(context);
 *   writ_program_free(program);
 *
 * Rules for all functions:
 *
 * Failure. A function that can fail returns a writ_status and takes a writ_error*, which may be NULL. Results are
 *   written through pointers only on WRIT_OK, unless it says otherwise. No exception leaves the library, it never
 *   aborts, prints, exits or changes anything global. Lack of memory is WRIT_ERROR_MEMORY, and everything is as usable
 *   as before.
 * Permission. Only WRIT_VERDICT_ALLOW is a permission. Zero is none, and so is every value this header does not name.
 * Text. Text goes in as a pointer and a number of bytes, or WRIT_NUL for text that ends in a zero byte. Text comes out
 *   as a writ_text: a view into the handle it was asked of, valid as long as that handle (a result: until the next
 *   decision), not terminated. Documents are JSON in UTF-8; duplicate keys, broken UTF-8 and the like are errors.
 * Null. A null handle is WRIT_ERROR_ARGUMENT (a view of nothing, zero) unless NULL is said to mean something. Functions
 *   that free do nothing for NULL.
 * Lifetime. Handles keep alive what they need: a program or data may be freed while contexts use it.
 */
#ifndef WRIT_WRIT_H
#define WRIT_WRIT_H

#include <stddef.h>
#include <stdint.h>

#ifndef WRIT_API
#if defined(_WIN32)
#define WRIT_API
#else
#define WRIT_API __attribute__((visibility("default")))
#endif
#endif

#ifdef __cplusplus
#define WRIT_NOEXCEPT noexcept
#define WRIT_INT : int /* so that C++, too, may be handed a number that is no enumerator */
extern "C" {
#else
#define WRIT_NOEXCEPT
#define WRIT_INT
#endif

/* --- Versions ---------------------------------------------------------------------------------------------------- */

#define WRIT_VERSION "0.1.0"
/* Grows when a program built against an older header could no longer run with the library. */
#define WRIT_ABI_VERSION 0

/* Of the library that is running, zero-terminated; lives for ever. */
WRIT_API const char* writ_version(void) WRIT_NOEXCEPT;
WRIT_API uint32_t writ_abi_version(void) WRIT_NOEXCEPT;

/* --- Words ------------------------------------------------------------------------------------------------------- */

/* In place of a size: the text ends in a zero byte. */
#define WRIT_NUL ((size_t)-1)
/* In place of the number of an entry point: there is none. */
#define WRIT_NOT_FOUND ((uint32_t)-1)

typedef struct writ_text {
  const char* data; /* not terminated; never NULL, even if empty */
  size_t size;
} writ_text;

typedef enum writ_status WRIT_INT {
  WRIT_OK = 0,
  WRIT_ERROR_ARGUMENT = 1,   /* the call makes no sense: a null handle, a name that is illegal, a context in use */
  WRIT_ERROR_MEMORY = 2,     /* no memory left, or the policy's memory limit was reached */
  WRIT_ERROR_POLICY = 3,     /* the policy does not compile or cannot be loaded, or does not fit its data */
  WRIT_ERROR_DOCUMENT = 4,   /* input or data is no acceptable JSON */
  WRIT_ERROR_ENTRY = 5,      /* there is no such entry point */
  WRIT_ERROR_LIMIT = 6,      /* fuel, depth or size of the output */
  WRIT_ERROR_EVALUATION = 7, /* conflicting rules, a failing built-in, a result that is no verdict */
  WRIT_ERROR_OUTSIDE = 8,    /* clock, randomness or a function of the host failed */
  WRIT_ERROR_RECORD = 9,     /* the decision could not be recorded */
  WRIT_ERROR_INTERNAL = 10   /* a mistake in the library */
} writ_status;

typedef enum writ_verdict WRIT_INT {
  WRIT_VERDICT_NONE = 0,      /* never a permission */
  WRIT_VERDICT_ALLOW = 1,     /* the only permission */
  WRIT_VERDICT_DENY = 2,
  WRIT_VERDICT_UNDEFINED = 3, /* the policy says nothing */
  WRIT_VERDICT_ERROR = 4,     /* see the result's code */
  WRIT_VERDICT_VALUE = 5,     /* a value, in the mode WRIT_MODE_NONE and of queries */
  WRIT_VERDICT_ESCALATE = 6,  /* held until someone answers */
  WRIT_VERDICT_TRANSFORM = 7, /* only the action that the result describes may run */
  WRIT_VERDICT_DEFER = 8      /* not decided here */
} writ_verdict;

/* How a result becomes a verdict. */
typedef enum writ_mode WRIT_INT {
  WRIT_MODE_NONE = 0,    /* not at all: WRIT_VERDICT_VALUE, UNDEFINED or ERROR */
  WRIT_MODE_BOOLEAN = 1, /* true allows, false denies, everything else is an error */
  WRIT_MODE_OBJECT = 2   /* the member "verdict" is "allow", "deny", "escalate", "transform" or "defer", everything
                            else is an error */
} writ_mode;

typedef enum writ_kind WRIT_INT {
  WRIT_KIND_UNDEFINED = 0,
  WRIT_KIND_NULL = 1,
  WRIT_KIND_BOOLEAN = 2,
  WRIT_KIND_NUMBER = 3,
  WRIT_KIND_STRING = 4,
  WRIT_KIND_ARRAY = 5,
  WRIT_KIND_OBJECT = 6,
  WRIT_KIND_SET = 7
} writ_kind;

typedef struct writ_options writ_options;
typedef struct writ_program writ_program;
typedef struct writ_data writ_data;
typedef struct writ_context writ_context;
typedef struct writ_result writ_result;
typedef struct writ_error writ_error;
typedef struct writ_reply writ_reply;

/* Frees what a function of this library handed over to be freed (writ_program_save, writ_value_to_json). */
WRIT_API void writ_free(void* memory) WRIT_NOEXCEPT;

/* --- Errors ------------------------------------------------------------------------------------------------------ */

/* NULL if there is no memory. */
WRIT_API writ_error* writ_error_create(void) WRIT_NOEXCEPT;
WRIT_API void writ_error_free(writ_error* error) WRIT_NOEXCEPT;
/* Of the last call that was given this error; WRIT_OK if it succeeded. Views live until the next call that is given
 * it. */
WRIT_API writ_status writ_error_status(const writ_error* error) WRIT_NOEXCEPT;
/* Number and name of the code, stable for ever: 16 and "E_FUEL"; 0 and "" if there is none. */
WRIT_API uint16_t writ_error_code(const writ_error* error) WRIT_NOEXCEPT;
WRIT_API writ_text writ_error_code_name(const writ_error* error) WRIT_NOEXCEPT;
/* For people; not stable. Of a policy that does not compile: all mistakes, one a line, as OPA words them. */
WRIT_API writ_text writ_error_message(const writ_error* error) WRIT_NOEXCEPT;
/* Where: name of the module, row and column from 1; empty and 0 if it is nowhere. Of several mistakes the first. */
WRIT_API writ_text writ_error_file(const writ_error* error) WRIT_NOEXCEPT;
WRIT_API uint32_t writ_error_row(const writ_error* error) WRIT_NOEXCEPT;
WRIT_API uint32_t writ_error_column(const writ_error* error) WRIT_NOEXCEPT;
/* Offset in bytes into a rejected document; 0 otherwise. */
WRIT_API uint64_t writ_error_offset(const writ_error* error) WRIT_NOEXCEPT;
/* Everything, as JSON: {"errors":[{"code","location":{"file","row","col"},"message"}, ...]}. */
WRIT_API writ_text writ_error_json(const writ_error* error) WRIT_NOEXCEPT;

/* --- Options ----------------------------------------------------------------------------------------------------- */

typedef enum writ_limit WRIT_INT {
  WRIT_LIMIT_INPUT_BYTES = 0,  /* of an input document; 4 MiB */
  WRIT_LIMIT_INPUT_DEPTH = 1,  /* its nesting; 512 */
  WRIT_LIMIT_FUEL = 2,         /* steps of an evaluation; 100,000,000 */
  WRIT_LIMIT_MEMORY_BYTES = 3, /* what an evaluation may hold at once; 1 GiB */
  WRIT_LIMIT_OUTPUT_BYTES = 4, /* canonical text of the result; 16 MiB */
  WRIT_LIMIT_CALL_DEPTH = 5    /* nested calls of rules and functions; 4,096 */
} writ_limit;

typedef enum writ_call_class WRIT_INT {
  WRIT_CALL_EACH = 0, /* every call reaches the host */
  WRIT_CALL_ONCE = 1  /* at most one call per decision for equal operands */
} writ_call_class;

/* NULL if there is no memory. At first: Rego v1, verdicts of booleans, failing built-ins are errors, print erased. */
WRIT_API writ_options* writ_options_create(void) WRIT_NOEXCEPT;
WRIT_API void writ_options_free(writ_options* options) WRIT_NOEXCEPT;
/* 0 or 1. */
WRIT_API writ_status writ_options_set_rego_version(writ_options* options, uint32_t version) WRIT_NOEXCEPT;
/* Not 0: unused variables, imports and arguments are mistakes. */
WRIT_API writ_status writ_options_set_strict(writ_options* options, int strict) WRIT_NOEXCEPT;
/* 0: a built-in that fails is undefined, as in OPA by default. */
WRIT_API writ_status writ_options_set_strict_builtin_errors(writ_options* options, int strict) WRIT_NOEXCEPT;
/* Not 0: print statements reach the host's note function. */
WRIT_API writ_status writ_options_set_print(writ_options* options, int keep) WRIT_NOEXCEPT;
WRIT_API writ_status writ_options_set_mode(writ_options* options, writ_mode mode) WRIT_NOEXCEPT;
/* Not 0. Reaching a limit is an error of the decision, which no policy can turn into an answer. */
WRIT_API writ_status writ_options_set_limit(writ_options* options, writ_limit limit, uint64_t value) WRIT_NOEXCEPT;
/* "authz/allow". If any are added, no others may be asked. */
WRIT_API writ_status writ_options_add_entrypoint(writ_options* options, const char* path,
                                                 size_t path_size) WRIT_NOEXCEPT;
/* A function that the host offers to policies: "acme.limit", at most six operands. */
WRIT_API writ_status writ_options_add_function(writ_options* options, const char* name, size_t name_size,
                                               uint32_t arity, writ_call_class call_class) WRIT_NOEXCEPT;

/* --- Programs ---------------------------------------------------------------------------------------------------- */

typedef struct writ_source {
  const char* name; /* the module's path, "authz.rego"; relative if decisions are to be recorded */
  size_t name_size;
  const char* text;
  size_t text_size;
} writ_source;

/* Compiles modules. `options` may be NULL. WRIT_ERROR_POLICY: the error holds all mistakes. O(size of the texts). */
WRIT_API writ_status writ_program_compile(const writ_source* sources, size_t count, const writ_options* options,
                                          writ_program** program, writ_error* error) WRIT_NOEXCEPT;
/* Loads what writ_program_save made; verifies all of it, so bytes from anywhere are safe to load. `options` may be
 * NULL. */
WRIT_API writ_status writ_program_load(const void* bytes, size_t size, const writ_options* options,
                                       writ_program** program, writ_error* error) WRIT_NOEXCEPT;
/* The program as bytes, its sources included; to be freed with writ_free. */
WRIT_API writ_status writ_program_save(const writ_program* program, void** bytes, size_t* size,
                                       writ_error* error) WRIT_NOEXCEPT;
/* The same policy with a query on top, for writ_query: "x := data.authz.allow". Compiles the modules again. */
WRIT_API writ_status writ_program_query(const writ_program* program, const char* query, size_t query_size,
                                        writ_program** result, writ_error* error) WRIT_NOEXCEPT;
WRIT_API void writ_program_free(writ_program* program) WRIT_NOEXCEPT;

/* The entry points that may be asked, sorted by path: every rule and package, unless the options say otherwise. */
WRIT_API size_t writ_program_entrypoint_count(const writ_program* program) WRIT_NOEXCEPT;
WRIT_API writ_text writ_program_entrypoint(const writ_program* program, size_t index) WRIT_NOEXCEPT;
/* The number of an entry point for writ_decide_verdict_at; WRIT_NOT_FOUND if it may not be asked. O(log n). */
WRIT_API uint32_t writ_program_find(const writ_program* program, const char* path, size_t path_size) WRIT_NOEXCEPT;
/* The configuration, canonical JSON: what besides modules and data makes the policy digest. */
WRIT_API writ_text writ_program_config(const writ_program* program) WRIT_NOEXCEPT;

/* --- Data -------------------------------------------------------------------------------------------------------- */

/* `text` is one JSON object. O(size). */
WRIT_API writ_status writ_data_from_json(const char* text, size_t text_size, writ_data** data,
                                         writ_error* error) WRIT_NOEXCEPT;
WRIT_API void writ_data_free(writ_data* data) WRIT_NOEXCEPT;

/* --- Values ------------------------------------------------------------------------------------------------------ */

/* A borrowed view of a value, valid as long as the result (or the call of the host) it came from. All zero:
 * undefined. */
typedef struct writ_value {
  uint64_t opaque[2];
} writ_value;

WRIT_API writ_kind writ_value_kind(writ_value value) WRIT_NOEXCEPT;
/* 1 for true, 0 for false and for everything else. */
WRIT_API int writ_value_boolean(writ_value value) WRIT_NOEXCEPT;
/* 1 and the number, if it is an integer that fits; else 0. */
WRIT_API int writ_value_int64(writ_value value, int64_t* number) WRIT_NOEXCEPT;
/* The decimal text of a number of any size, exact: writes at most `capacity` bytes, without a zero byte, and returns
 * how many there are. 0 if the value is no number. */
WRIT_API size_t writ_value_number(writ_value value, char* buffer, size_t capacity) WRIT_NOEXCEPT;
/* Bytes of a string; empty if the value is none. */
WRIT_API writ_text writ_value_string(writ_value value) WRIT_NOEXCEPT;
/* Elements of an array or set, members of an object; 0 otherwise. */
WRIT_API size_t writ_value_size(writ_value value) WRIT_NOEXCEPT;
/* The element of an array or set (sorted), or the value of the member of an object (sorted by key), at an index from 0.
 * Undefined beyond the end. O(1). */
WRIT_API writ_value writ_value_item(writ_value value, size_t index) WRIT_NOEXCEPT;
/* The key of that member; undefined if the value is no object. Keys need not be strings. */
WRIT_API writ_value writ_value_key(writ_value value, size_t index) WRIT_NOEXCEPT;
/* The member of that name; undefined if there is none. O(log n). */
WRIT_API writ_value writ_value_member(writ_value value, const char* name, size_t name_size) WRIT_NOEXCEPT;
/* Canonical JSON, to be freed with writ_free. Sets become arrays. */
WRIT_API writ_status writ_value_to_json(writ_value value, char** text, size_t* size, writ_error* error) WRIT_NOEXCEPT;

/* --- The host ---------------------------------------------------------------------------------------------------- */

/* Everything a decision can learn that is not policy, data or input. The functions are called on the thread that
 * decides, during writ_decide and its like, and must not use the context they are called for. They must not throw or
 * jump out. */
typedef struct writ_host {
  size_t struct_size; /* sizeof(writ_host) */
  void* user;         /* handed to each function */
  /* Nanoseconds since 1970 UTC; 0 on success. At most once per decision. NULL: the system's clock. */
  int (*now_ns)(void* user, uint64_t* time_ns);
  /* Fills all bytes with cryptographic randomness; 0 on success. NULL: the system's. */
  int (*entropy)(void* user, uint8_t* bytes, size_t size);
  /* A function of the options, or opa.runtime, http.send, net.lookup_ip_addr. Answers through `reply`; without an
   * answer the call has failed, and with it the decision. NULL: none can be called. */
  void (*call)(void* user, const char* function, size_t function_size, const writ_value* operands, size_t count,
               writ_reply* reply);
  /* Told by print ("print") and trace ("trace"). NULL: nobody hears them. */
  void (*note)(void* user, const char* kind, size_t kind_size, const char* text, size_t text_size);
} writ_host;

/* Answers, of which the last one counts. The text is copied. What is no JSON is an error and fails the call. */
WRIT_API writ_status writ_reply_json(writ_reply* reply, const char* text, size_t text_size) WRIT_NOEXCEPT;
WRIT_API writ_status writ_reply_undefined(writ_reply* reply) WRIT_NOEXCEPT;
WRIT_API writ_status writ_reply_error(writ_reply* reply, const char* message, size_t message_size) WRIT_NOEXCEPT;

/* --- Deciding ---------------------------------------------------------------------------------------------------- */

/* Makes a context. `data` NULL: no base documents. `host` NULL: the system's clock and randomness, no functions; else
 * it is copied, and what `user` points to must outlive the context. WRIT_ERROR_POLICY if a rule stands where data
 * is. */
WRIT_API writ_status writ_context_create(const writ_program* program, const writ_data* data, const writ_host* host,
                                         writ_context** context, writ_error* error) WRIT_NOEXCEPT;
WRIT_API void writ_context_free(writ_context* context) WRIT_NOEXCEPT;
/* From the next decision on. On failure all stays as it was. Invalidates the result. */
WRIT_API writ_status writ_context_set_program(writ_context* context, const writ_program* program, const writ_data* data,
                                              writ_error* error) WRIT_NOEXCEPT;
/* What stands in every record as `labels` ({"app":"billing"}), which say who decided. A JSON object. */
WRIT_API writ_status writ_context_set_labels(writ_context* context, const char* json, size_t json_size,
                                             writ_error* error) WRIT_NOEXCEPT;
/* The digest of modules, data and configuration, 32 bytes. WRIT_ERROR_POLICY if a module's path cannot be in it. */
WRIT_API writ_status writ_context_policy_digest(const writ_context* context, uint8_t digest[32],
                                                writ_error* error) WRIT_NOEXCEPT;

typedef enum writ_decide_flags WRIT_INT {
  WRIT_RECORD = 1,          /* make a record; without one the verdict is then never an allow */
  WRIT_OPEN_COMMITMENTS = 2 /* without salts: whoever can guess an input can confirm it */
} writ_decide_flags;

/* All zero but struct_size: nothing special. Texts live until the call returns. */
typedef struct writ_decide_options {
  size_t struct_size; /* sizeof(writ_decide_options) */
  uint32_t flags;     /* of writ_decide_flags */
  uint64_t fuel;      /* lower limit for this call; 0: that of the policy */
  const char* traceparent; /* header as received; NULL: none */
  size_t traceparent_size;
  const char* tracestate;
  size_t tracestate_size;
  const char* requested_by; /* who asked */
  size_t requested_by_size;
  const uint8_t* action_digest; /* 32 bytes: of what the executor will act on; NULL: none */
} writ_decide_options;

/* Asks an entry point ("authz/allow", "data.authz.allow"). `input` NULL: no input, which is not the same as null.
 * `options` may be NULL. Returns WRIT_OK if the decision ended with a value or undefined; else what it failed of. In
 * both cases *result, if not NULL, is the context's result, with its verdict, code and record. */
WRIT_API writ_status writ_decide(writ_context* context, const char* entry, size_t entry_size, const char* input,
                                 size_t input_size, const writ_decide_options* options, const writ_result** result,
                                 writ_error* error) WRIT_NOEXCEPT;
/* Asks the query of the program (writ_program_query). The value is an array of {variable: value}, one per solution. */
WRIT_API writ_status writ_query(writ_context* context, const char* input, size_t input_size,
                                const writ_decide_options* options, const writ_result** result,
                                writ_error* error) WRIT_NOEXCEPT;
/* Only the verdict, without a record and without JSON. WRIT_VERDICT_ERROR for everything that went wrong. In steady
 * state it allocates nothing. */
WRIT_API writ_verdict writ_decide_verdict(writ_context* context, const char* entry, size_t entry_size,
                                          const char* input, size_t input_size) WRIT_NOEXCEPT;
/* The same by the number of the entry point in the context's program, which spares the search. */
WRIT_API writ_verdict writ_decide_verdict_at(writ_context* context, uint32_t entry, const char* input,
                                             size_t input_size) WRIT_NOEXCEPT;

/* --- Results ----------------------------------------------------------------------------------------------------- */

/* Of the last decision of a context. */
WRIT_API const writ_result* writ_context_result(const writ_context* context) WRIT_NOEXCEPT;
WRIT_API writ_verdict writ_result_verdict(const writ_result* result) WRIT_NOEXCEPT;
/* 0, or the number of the code of what went wrong. */
WRIT_API uint16_t writ_result_code(const writ_result* result) WRIT_NOEXCEPT;
/* Undefined if the decision is, or failed. */
WRIT_API writ_value writ_result_value(const writ_result* result) WRIT_NOEXCEPT;
/* The value as canonical JSON, made when first asked for; empty if it is undefined. */
WRIT_API writ_status writ_result_json(const writ_result* result, writ_text* text, writ_error* error) WRIT_NOEXCEPT;
/* Steps taken: the same number on every machine. */
WRIT_API uint64_t writ_result_fuel(const writ_result* result) WRIT_NOEXCEPT;
/* The record: one line of JSON with its line feed; empty if none was asked for or none could be made. */
WRIT_API writ_text writ_result_record(const writ_result* result) WRIT_NOEXCEPT;
/* Of a recorded decision: its id (a UUID), and the digest of its content ("sha256:..."); empty otherwise. */
WRIT_API writ_text writ_result_decision_id(const writ_result* result) WRIT_NOEXCEPT;
WRIT_API writ_text writ_result_decision_digest(const writ_result* result) WRIT_NOEXCEPT;
/* Of a recorded decision: the W3C traceparent to send onwards; empty otherwise. */
WRIT_API writ_text writ_result_traceparent(const writ_result* result) WRIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
