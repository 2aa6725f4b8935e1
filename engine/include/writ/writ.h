/* writ: Rego policies, evaluated in process, with decisions that can be proven later.
 *
 *   writ_program   a compiled policy                       immutable; any number of threads may share it
 *   writ_data      base documents                          immutable; any number of threads may share it
 *   writ_context   makes decisions, one after another      one thread at a time; create one per thread
 *   writ_result    the last decision of a context          owned by the context; valid until a call that changes it
 *   writ_options   how a policy is compiled and evaluated  one thread at a time; copied by the functions that take it
 *   writ_error     why a call failed                       owned by the caller; may be reused for any number of calls
 *
 *   writ_source source = {"authz.rego", WRIT_NUL, text, WRIT_NUL};
 *   writ_program* program = NULL;
 *   if (writ_program_compile(&source, 1, NULL, &program, error) != WRIT_OK) ...
 *   writ_context* context = NULL;
 *   if (writ_context_create(program, NULL, NULL, &context, error) != WRIT_OK) ...
 *   if (writ_decide_verdict(context, "authz/allow", WRIT_NUL, input, input_size) == WRIT_VERDICT_ALLOW) ...
 *   writ_context_free(context);
 *   writ_program_free(program);
 *
 * Rules for all functions:
 *
 * Errors. A function that can fail returns a writ_status and takes a writ_error*, which may be NULL. No exception
 *   leaves the library, and the library never aborts, exits, prints or changes global state. Running out of memory is
 *   WRIT_ERROR_MEMORY and leaves all handles usable.
 * Outputs. Before anything else a function sets its output parameters to NULL, 0 or the empty text, so that a call that
 *   fails leaves nothing there of the call before it; to replace a handle, receive the new one in another variable. In
 *   the same way a context forgets its last result before it looks at the arguments of a new decision: whatever is
 *   wrong with them, the verdict is WRIT_VERDICT_ERROR and there is no value.
 * Permission. Only WRIT_VERDICT_ALLOW is a permission. Zero is not, nor is any value that this header does not name.
 * Text. Text is passed as a pointer and a size in bytes, or WRIT_NUL if it is zero-terminated. It is returned as a
 *   writ_text: a view, not zero-terminated, that is valid as long as the handle it comes from (of a result: until its
 *   context next decides or is changed). Documents are JSON in UTF-8; duplicate keys and invalid UTF-8 are errors.
 * NULL. A null handle is WRIT_ERROR_ARGUMENT, or an empty result from a function that returns no status, unless NULL
 *   is documented to mean something. Functions that free do nothing if given NULL.
 * Lifetime. Handles keep alive what they need: a program or data may be freed while contexts use it.
 * Threads. A context serves one call at a time. A call that finds it at work (a second thread, or a callback that
 *   reaches for the context it is called from) is WRIT_ERROR_ARGUMENT, or an empty result from a function that returns
 *   no status, and changes nothing; this goes for the functions of its result too. A view that was taken from a result
 *   is not protected: another thread's decision overwrites what it points to.
 * Structs with a `struct_size` grow at their end. Set it to the sizeof of the struct, and all members that are not used
 *   to zero. An older, shorter one is completed with zeros; in a newer one, members that this library does not know
 *   must be zero.
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
#define WRIT_INT : int /* so that C++ may hold a number that is not an enumerator, as C may */
extern "C" {
#else
#define WRIT_NOEXCEPT
#define WRIT_INT
#endif

/* --- Versions ---------------------------------------------------------------------------------------------------- */

#define WRIT_VERSION "0.1.0"
/* Incremented when programs built against an older header can no longer run with the library. */
#define WRIT_ABI_VERSION 0

/* The version of the library that is loaded, zero-terminated, in static storage. */
WRIT_API const char* writ_version(void) WRIT_NOEXCEPT;
/* Its WRIT_ABI_VERSION; compare it with that of the header. */
WRIT_API uint32_t writ_abi_version(void) WRIT_NOEXCEPT;

/* --- Basic types -------------------------------------------------------------------------------------------------- */

/* Passed as a size: the text is zero-terminated. */
#define WRIT_NUL ((size_t)-1)
/* Returned as the index of an entry point: there is none. */
#define WRIT_NOT_FOUND ((uint32_t)-1)

typedef struct writ_text {
  const char* data; /* not zero-terminated; never NULL, even if empty */
  size_t size;
} writ_text;

typedef enum writ_status WRIT_INT {
  WRIT_OK = 0,
  WRIT_ERROR_ARGUMENT = 1,   /* invalid argument: a null handle, an illegal name, a context that is at work */
  WRIT_ERROR_MEMORY = 2,     /* out of memory, or the memory limit was reached */
  WRIT_ERROR_POLICY = 3,     /* the policy does not compile, cannot be loaded or does not fit its data */
  WRIT_ERROR_DOCUMENT = 4,   /* input, data, labels or a text of the options is not acceptable JSON or UTF-8 */
  WRIT_ERROR_ENTRY = 5,      /* there is no such entry point */
  WRIT_ERROR_LIMIT = 6,      /* the limit for fuel, depth or output was reached, the deadline passed, or
                                writ_context_cancel ended the decision */
  WRIT_ERROR_EVALUATION = 7, /* conflicting rules, a built-in that failed, a result that is not a verdict */
  WRIT_ERROR_OUTSIDE = 8,    /* a host call failed: the clock, randomness or a function of the host */
  WRIT_ERROR_RECORD = 9,     /* the decision could not be recorded */
  WRIT_ERROR_INTERNAL = 10,  /* internal error: a bug in the library */
  WRIT_ERROR_STORE = 11      /* a file of the policy store cannot be read or written (writ/store.h) */
} writ_status;

typedef enum writ_verdict WRIT_INT {
  WRIT_VERDICT_NONE = 0,      /* nothing was decided; never a permission */
  WRIT_VERDICT_ALLOW = 1,     /* the only permission */
  WRIT_VERDICT_DENY = 2,
  WRIT_VERDICT_UNDEFINED = 3, /* the entry point is undefined */
  WRIT_VERDICT_ERROR = 4,     /* no decision was reached; see writ_result_code */
  WRIT_VERDICT_VALUE = 5,     /* a value: in WRIT_MODE_NONE, and of queries */
  WRIT_VERDICT_ESCALATE = 6,  /* held until someone approves or rejects it */
  WRIT_VERDICT_TRANSFORM = 7, /* only the action that the result describes may run */
  WRIT_VERDICT_DEFER = 8      /* not decided here */
} writ_verdict;

/* How a result becomes a verdict. */
typedef enum writ_mode WRIT_INT {
  WRIT_MODE_NONE = 0,    /* it does not: the verdict is VALUE, UNDEFINED or ERROR */
  WRIT_MODE_BOOLEAN = 1, /* true is ALLOW, false is DENY, any other value is an error */
  WRIT_MODE_OBJECT = 2   /* the member "verdict" is "allow", "deny", "escalate", "transform" or "defer"; any other value
                            is an error */
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

/* Frees memory returned by writ_program_save, writ_value_to_json or writ_partial. */
WRIT_API void writ_free(void* memory) WRIT_NOEXCEPT;

/* --- Errors ------------------------------------------------------------------------------------------------------ */

/* Creates an error to pass to other functions. Returns NULL if out of memory. */
WRIT_API writ_error* writ_error_create(void) WRIT_NOEXCEPT;
WRIT_API void writ_error_free(writ_error* error) WRIT_NOEXCEPT;
/* The status of the last call that took this error. Views of an error are valid until the next call that takes it. */
WRIT_API writ_status writ_error_status(const writ_error* error) WRIT_NOEXCEPT;
/* The number and name of the error code, such as 16 and "E_FUEL"; 0 and "" if there is none. Codes never change. */
WRIT_API uint16_t writ_error_code(const writ_error* error) WRIT_NOEXCEPT;
WRIT_API writ_text writ_error_code_name(const writ_error* error) WRIT_NOEXCEPT;
/* A message for people; its wording may change. For a policy that does not compile: all errors, one per line, as OPA
 * words them. */
WRIT_API writ_text writ_error_message(const writ_error* error) WRIT_NOEXCEPT;
/* The location of the (first) error: name of the module, row and column from 1, empty and 0 if there is none. The end of a
 * text is where its last character is, as in OPA and in the JSON: behind a line feed that is column 0. */
WRIT_API writ_text writ_error_file(const writ_error* error) WRIT_NOEXCEPT;
WRIT_API uint32_t writ_error_row(const writ_error* error) WRIT_NOEXCEPT;
WRIT_API uint32_t writ_error_column(const writ_error* error) WRIT_NOEXCEPT;
/* The offset in bytes of the error in a rejected document; 0 otherwise. */
WRIT_API uint64_t writ_error_offset(const writ_error* error) WRIT_NOEXCEPT;
/* All of the above as JSON: {"errors":[{"code","location":{"file","row","col"},"message"}, ...]}. */
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
  WRIT_CALL_ONCE = 1  /* calls with equal arguments reach the host once per decision */
} writ_call_class;

/* Creates options with the defaults: Rego v1, WRIT_MODE_BOOLEAN, strict built-in errors, print calls removed, all entry
 * points exposed. Returns NULL if out of memory. */
WRIT_API writ_options* writ_options_create(void) WRIT_NOEXCEPT;
WRIT_API void writ_options_free(writ_options* options) WRIT_NOEXCEPT;
/* Selects Rego v0 (0), v1 (1, the default) or v2 (2). */
WRIT_API writ_status writ_options_set_rego_version(writ_options* options, uint32_t version) WRIT_NOEXCEPT;
/* If nonzero, unused variables, imports and arguments are compile errors. Default 0. */
WRIT_API writ_status writ_options_set_strict(writ_options* options, int strict) WRIT_NOEXCEPT;
/* If nonzero (the default), a built-in that fails ends the decision with an error. If 0, the call is undefined, which
 * is the default of OPA. */
WRIT_API writ_status writ_options_set_strict_builtin_errors(writ_options* options, int strict) WRIT_NOEXCEPT;
/* If nonzero, calls of print reach the note function of the host. Default 0: they are removed. */
WRIT_API writ_status writ_options_set_print(writ_options* options, int keep) WRIT_NOEXCEPT;
WRIT_API writ_status writ_options_set_mode(writ_options* options, writ_mode mode) WRIT_NOEXCEPT;
/* `value` must be nonzero. Reaching a limit ends the decision with an error that the policy cannot catch. */
WRIT_API writ_status writ_options_set_limit(writ_options* options, writ_limit limit, uint64_t value) WRIT_NOEXCEPT;
/* Exposes an entry point such as "authz/allow". Once one is added, only those added can be decided. */
WRIT_API writ_status writ_options_add_entrypoint(writ_options* options, const char* path,
                                                 size_t path_size) WRIT_NOEXCEPT;
/* Declares a function that the host offers to policies, such as "acme.limit", with at most six arguments. */
WRIT_API writ_status writ_options_add_function(writ_options* options, const char* name, size_t name_size,
                                               uint32_t arity, writ_call_class call_class) WRIT_NOEXCEPT;

/* --- Programs ---------------------------------------------------------------------------------------------------- */

typedef struct writ_source {
  const char* name; /* path of the module, "authz.rego"; must be relative if decisions are recorded */
  size_t name_size;
  const char* text;
  size_t text_size;
} writ_source;

/* Compiles modules. `options` may be NULL. On WRIT_ERROR_POLICY, `error` holds all errors. O(size of the texts). */
WRIT_API writ_status writ_program_compile(const writ_source* sources, size_t count, const writ_options* options,
                                          writ_program** program, writ_error* error) WRIT_NOEXCEPT;
/* Loads the bytes of writ_program_save. They are verified, so untrusted bytes are safe to load. `options` may be
 * NULL. */
WRIT_API writ_status writ_program_load(const void* bytes, size_t size, const writ_options* options,
                                       writ_program** program, writ_error* error) WRIT_NOEXCEPT;
/* Returns the program as bytes, its modules included. Free them with writ_free. */
WRIT_API writ_status writ_program_save(const writ_program* program, void** bytes, size_t* size,
                                       writ_error* error) WRIT_NOEXCEPT;
/* Creates a program that adds a query to a policy, such as "x := data.authz.allow", for writ_query. Compiles the
 * modules again. */
WRIT_API writ_status writ_program_query(const writ_program* program, const char* query, size_t query_size,
                                        writ_program** result, writ_error* error) WRIT_NOEXCEPT;
WRIT_API void writ_program_free(writ_program* program) WRIT_NOEXCEPT;

/* The entry points, sorted by path: every rule and package, or those added to the options. */
WRIT_API size_t writ_program_entrypoint_count(const writ_program* program) WRIT_NOEXCEPT;
WRIT_API writ_text writ_program_entrypoint(const writ_program* program, size_t index) WRIT_NOEXCEPT;
/* Returns the index of an entry point, for writ_decide_verdict_at, or WRIT_NOT_FOUND. O(log n). */
WRIT_API uint32_t writ_program_find(const writ_program* program, const char* path, size_t path_size) WRIT_NOEXCEPT;
/* The configuration as canonical JSON: what the policy digest covers besides modules and data. */
WRIT_API writ_text writ_program_config(const writ_program* program) WRIT_NOEXCEPT;

/* --- Data -------------------------------------------------------------------------------------------------------- */

/* Reads base documents from one JSON object. O(size). */
WRIT_API writ_status writ_data_from_json(const char* text, size_t text_size, writ_data** data,
                                         writ_error* error) WRIT_NOEXCEPT;
WRIT_API void writ_data_free(writ_data* data) WRIT_NOEXCEPT;

/* --- Values ------------------------------------------------------------------------------------------------------ */

/* A view of a value, valid as long as the result (or the host call) it comes from. All zero is undefined. */
typedef struct writ_value {
  uint64_t opaque[2];
} writ_value;

WRIT_API writ_kind writ_value_kind(writ_value value) WRIT_NOEXCEPT;
/* Returns 1 for true, 0 for false and for any value that is not a boolean. */
WRIT_API int writ_value_boolean(writ_value value) WRIT_NOEXCEPT;
/* Stores the number and returns 1 if it is an integer that fits; otherwise stores 0 and returns 0. */
WRIT_API int writ_value_int64(writ_value value, int64_t* number) WRIT_NOEXCEPT;
/* Writes at most `capacity` bytes of the exact decimal text of a number, not zero-terminated, and returns the size of
 * the whole text; 0 if the value is not a number. */
WRIT_API size_t writ_value_number(writ_value value, char* buffer, size_t capacity) WRIT_NOEXCEPT;
/* The bytes of a string; empty if the value is not a string. */
WRIT_API writ_text writ_value_string(writ_value value) WRIT_NOEXCEPT;
/* The number of elements of an array or set, or of members of an object; 0 otherwise. */
WRIT_API size_t writ_value_size(writ_value value) WRIT_NOEXCEPT;
/* The element of an array or set (sorted), or the value of a member of an object (sorted by key), by index from 0.
 * Undefined if there is none. O(1). */
WRIT_API writ_value writ_value_item(writ_value value, size_t index) WRIT_NOEXCEPT;
/* The key of that member; undefined if the value is not an object. Keys need not be strings. */
WRIT_API writ_value writ_value_key(writ_value value, size_t index) WRIT_NOEXCEPT;
/* The value of the member of that name; undefined if there is none. O(log n). */
WRIT_API writ_value writ_value_member(writ_value value, const char* name, size_t name_size) WRIT_NOEXCEPT;
/* Returns canonical JSON, in which sets are arrays. Free it with writ_free. */
WRIT_API writ_status writ_value_to_json(writ_value value, char** text, size_t* size, writ_error* error) WRIT_NOEXCEPT;

/* --- The host ---------------------------------------------------------------------------------------------------- */

/* The host calls: everything a decision can learn besides policy, data and input. The functions are called on the
 * thread that decides, during writ_decide and similar functions. They must not use the context that calls them, which
 * refuses, and must not throw or longjmp. A call that the host does not answer ends the decision with E_OUTSIDE (34),
 * also where built-in errors are not strict: a policy cannot take it for undefined. */
typedef struct writ_host {
  size_t struct_size; /* sizeof(writ_host) */
  void* user;         /* passed to each function */
  /* Stores the nanoseconds since 1970 UTC and returns 0 on success. Called at most once per decision. NULL: the clock
   * of the system. */
  int (*now_ns)(void* user, uint64_t* time_ns);
  /* Fills all bytes with cryptographic randomness and returns 0 on success. NULL: that of the system. */
  int (*entropy)(void* user, uint8_t* bytes, size_t size);
  /* Calls a function declared in the options, or one of
   *   opa.runtime         answered with an object that describes the host, such as {"env":{},"config":{}}
   *   http.send           with an object that describes the response
   *   net.lookup_ip_addr  with an array of addresses as strings, which becomes a set
   * and sets the result with `reply`. If none is set, or one of another kind, the call and with it the decision fails.
   * NULL: every such call fails. `arguments` and `reply` are valid during the call. */
  void (*call)(void* user, const char* function, size_t function_size, const writ_value* arguments, size_t count,
               writ_reply* reply);
  /* Receives the output of print (kind "print") and trace ("trace"). NULL: it is dropped. */
  void (*note)(void* user, const char* kind, size_t kind_size, const char* text, size_t text_size);
} writ_host;

/* Set the result of a host call. The last one counts, also if it is refused: text that is not acceptable JSON fails the
 * call, and nothing that was set before it is left. The text is copied. */
WRIT_API writ_status writ_reply_json(writ_reply* reply, const char* text, size_t text_size) WRIT_NOEXCEPT;
WRIT_API writ_status writ_reply_undefined(writ_reply* reply) WRIT_NOEXCEPT;
WRIT_API writ_status writ_reply_error(writ_reply* reply, const char* message, size_t message_size) WRIT_NOEXCEPT;

/* --- Deciding ---------------------------------------------------------------------------------------------------- */

/* Creates a context. `data` may be NULL: no base documents. `host` may be NULL: clock and randomness of the system, and
 * every other host call fails; otherwise it is copied, and what `user` points to must outlive the context.
 * WRIT_ERROR_POLICY if data conflicts with a rule. */
WRIT_API writ_status writ_context_create(const writ_program* program, const writ_data* data, const writ_host* host,
                                         writ_context** context, writ_error* error) WRIT_NOEXCEPT;
/* Does nothing if the context is at work. */
WRIT_API void writ_context_free(writ_context* context) WRIT_NOEXCEPT;
/* Replaces program and data from the next decision on. On failure both stay as they were. Either way there is no result
 * until the next decision. */
WRIT_API writ_status writ_context_set_program(writ_context* context, const writ_program* program, const writ_data* data,
                                              writ_error* error) WRIT_NOEXCEPT;
/* Sets the member `labels` of every record to a JSON object of strings that says who decides, such as
 * {"app":"billing"}. On failure they stay as they were. Either way there is no result until the next decision. */
WRIT_API writ_status writ_context_set_labels(writ_context* context, const char* json, size_t json_size,
                                             writ_error* error) WRIT_NOEXCEPT;
/* Stores the 32-byte digest of modules, data and configuration. WRIT_ERROR_POLICY if the path of a module is not
 * valid in one (see writ_source). */
WRIT_API writ_status writ_context_policy_digest(const writ_context* context, uint8_t digest[32],
                                                writ_error* error) WRIT_NOEXCEPT;

typedef enum writ_decide_flags WRIT_INT {
  WRIT_RECORD = 1,           /* return a record; if that fails, the verdict is never ALLOW */
  WRIT_OPEN_COMMITMENTS = 2, /* no salts: anyone who guesses an input can confirm the guess */
  WRIT_NOT_ENFORCED = 4      /* the verdict is only observed: the record says "enforced": false */
} writ_decide_flags;

/* All members but struct_size may be zero. Texts must stay valid until the call returns. What goes into the record is
 * checked with and without one: a text that is not UTF-8, or a `custom` that is not a JSON object, is
 * WRIT_ERROR_DOCUMENT, and nothing is evaluated or recorded. */
typedef struct writ_decide_options {
  size_t struct_size; /* sizeof(writ_decide_options) */
  uint32_t flags;     /* a combination of writ_decide_flags */
  uint64_t fuel;      /* a lower limit for this call; 0: the limit of the policy */
  const char* traceparent; /* W3C header as received; NULL: none */
  size_t traceparent_size;
  const char* tracestate;
  size_t tracestate_size;
  const char* requested_by; /* who requested the decision; NULL: unknown */
  size_t requested_by_size;
  const uint8_t* action_digest; /* 32 bytes: digest of the action to be executed; NULL: none */
  const char* batch_decision_id; /* what the decisions of one request have in common; NULL: none */
  size_t batch_decision_id_size;
  const char* custom; /* a JSON object of the host's own fields, at most 4 MiB and 512 levels; NULL: none */
  size_t custom_size;
  size_t keep_rejected; /* the record of an input that is not acceptable JSON holds its bytes if there are no more than
                           this, at most 1 MiB; 0: only their number and digest */
  size_t max_record_bytes; /* a larger record is an error; 0: 16 MiB, which every verifier takes. At most 1 GiB; `writ
                              replay --max-record-bytes` must then be given as much */
  uint64_t deadline_ns; /* nanoseconds that this call may take, on the monotonic clock of the system; 0: no deadline */
} writ_decide_options;

/* Evaluates an entry point ("authz/allow" or "data.authz.allow"). `input` may be NULL: no input, which differs from the
 * JSON text null. `options` may be NULL. Returns WRIT_OK if the result is a value or undefined, otherwise why the
 * decision failed. In both cases *result, unless `result` is NULL, is the result of the context, with verdict, code and
 * record; its verdict is ALLOW only with WRIT_OK. It is NULL if there is no context, or it is at work. */
WRIT_API writ_status writ_decide(writ_context* context, const char* entry, size_t entry_size, const char* input,
                                 size_t input_size, const writ_decide_options* options, const writ_result** result,
                                 writ_error* error) WRIT_NOEXCEPT;
/* Evaluates the query of a program from writ_program_query. The value is an array of objects {variable: value}, one per
 * solution. */
WRIT_API writ_status writ_query(writ_context* context, const char* input, size_t input_size,
                                const writ_decide_options* options, const writ_result** result,
                                writ_error* error) WRIT_NOEXCEPT;
/* Returns only the verdict, without a record or JSON; WRIT_VERDICT_ERROR for any error, also of the arguments. In
 * steady state it allocates nothing. */
WRIT_API writ_verdict writ_decide_verdict(writ_context* context, const char* entry, size_t entry_size,
                                          const char* input, size_t input_size) WRIT_NOEXCEPT;
/* The same by the index of the entry point in the context's program, which saves the search. */
WRIT_API writ_verdict writ_decide_verdict_at(writ_context* context, uint32_t entry, const char* input,
                                             size_t input_size) WRIT_NOEXCEPT;

/* Ends the decision or query that is running in the context: soon, with WRIT_ERROR_LIMIT, verdict ERROR and code E_CANCEL.
 * The only function that may be called from any thread, while the context lives. Without effect if nothing is running. A host
 * call is not interrupted; the decision ends after it. */
WRIT_API void writ_context_cancel(writ_context* context) WRIT_NOEXCEPT;

/* --- Results ----------------------------------------------------------------------------------------------------- */

/* The last decision of a context; NULL while the context is at work. */
WRIT_API const writ_result* writ_context_result(const writ_context* context) WRIT_NOEXCEPT;
/* The verdict, that of the record if there is one. NONE before the first decision, ERROR after a call that failed. */
WRIT_API writ_verdict writ_result_verdict(const writ_result* result) WRIT_NOEXCEPT;
/* The number of the error code; 0 if there was no error, or none but an invalid argument. */
WRIT_API uint16_t writ_result_code(const writ_result* result) WRIT_NOEXCEPT;
/* The value; undefined if the result is undefined or the decision failed. */
WRIT_API writ_value writ_result_value(const writ_result* result) WRIT_NOEXCEPT;
/* The value as canonical JSON, written on the first call; empty if it is undefined. */
WRIT_API writ_status writ_result_json(const writ_result* result, writ_text* text, writ_error* error) WRIT_NOEXCEPT;
/* The fuel used: the same number on every machine. */
WRIT_API uint64_t writ_result_fuel(const writ_result* result) WRIT_NOEXCEPT;
/* The record: one line of JSON with its line feed; empty if it was not requested or could not be created. */
WRIT_API writ_text writ_result_record(const writ_result* result) WRIT_NOEXCEPT;
/* The id (a UUID) and the digest ("sha256:...") of a recorded decision; empty otherwise. */
WRIT_API writ_text writ_result_decision_id(const writ_result* result) WRIT_NOEXCEPT;
WRIT_API writ_text writ_result_decision_digest(const writ_result* result) WRIT_NOEXCEPT;
/* The W3C traceparent of a recorded decision, to be passed on; empty otherwise. */
WRIT_API writ_text writ_result_traceparent(const writ_result* result) WRIT_NOEXCEPT;

/* --- Partial evaluation ------------------------------------------------------------------------------------------- */

/* Evaluates a query as far as it goes while some documents are unknown, and returns what is left of it, or data filters. It is
 * no decision: there is no verdict and no record. The limits for fuel, memory and input are those of the program.
 *
 * `request` is that of OPA's Compile API; only `query` is required:
 *   {"query": "data.authz.allow == true", "input": {...}, "unknowns": ["input.user"],
 *    "options": {"disableInlining": ["data.authz.roles"], "shallowInlining": false, "nondeterministicBuiltins": false,
 *                "targetDialects": ["sql+postgresql"], "targetSQLTableMappings": {...}, "maskRule": "data.authz.masks"}}
 * `input` holds what is known; `unknowns` are references, of names only, and ["input"] if there are none.
 *
 * Without `targetDialects` *answer is {"result": {"queries": [...], "support": [...]}}: syntax as OPA's JSON, without members that
 * would be empty. The query holds if one of `queries` does; with no queries it cannot hold, and an empty one always does.
 *
 * With `targetDialects` the query is a rule, such as "data.filters.include", and *answer is {"result": {"postgresql": {"query":
 * "WHERE ...", "masks": {...}}}}. Members are "postgresql", "mysql", "sqlserver" and "sqlite", whose query is SQL, and "ucast",
 * whose query is an object. A target that is missing in the answer allows no row; one whose query is "" or {} allows each row.
 * Targets are "sql+postgresql", "sql+mysql", "sql+sqlserver", "sql+sqlite", "ucast+all", "ucast+minimal", "ucast+prisma" and
 * "ucast+linq". `unknowns` and `maskRule`, unless given, are those of the rule's METADATA (`compile`). Built-ins that are not
 * deterministic are then called.
 *
 * `data` and `host` may be NULL, as for writ_context_create; the host is not kept. Free *answer, which is not zero-terminated,
 * with writ_free. WRIT_ERROR_DOCUMENT: `request` is not acceptable JSON of at most 4 MiB; WRIT_ERROR_POLICY: the query does not
 * compile, a member of the request is not what it must be, or (code "pe_fragment_error" in the JSON of the error) the policy is
 * no filter for all of the targets; WRIT_ERROR_LIMIT and others: as for a decision. Any number of threads may call it. It needs up
 * to half a megabyte of stack. */
WRIT_API writ_status writ_partial(const writ_program* program, const writ_data* data, const writ_host* host,
                                  const char* request, size_t request_size, char** answer, size_t* answer_size,
                                  writ_error* error) WRIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
