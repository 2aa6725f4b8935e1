/* writ: the policy store, a directory that keeps every policy that decided, under its digest.
 *
 * A record names its policy by digest; only with the policy can the decision be repeated (writ/replay.h). So put each
 * policy into a store before its records leave the process:
 *
 *   writ_store* store = NULL;
 *   uint8_t digest[32];
 *   if (writ_store_open("/var/lib/app/policies", WRIT_NUL, &store, error) != WRIT_OK) ...
 *   if (writ_store_put(store, program, data, digest, error) != WRIT_OK) ...
 *   writ_store_close(store);
 *
 * The rules of writ.h hold here too. Any number of threads may share a store, and any number of processes a directory:
 * a file appears whole or not at all. Nothing that is read back is trusted: all hashes are computed again.
 *
 * A program that does not call these functions does not open a file; linked statically, it does not contain them.
 */
#ifndef WRIT_STORE_H
#define WRIT_STORE_H

#include "writ/writ.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct writ_store writ_store;

/* Names the directory of a store. Nothing is read or written; it need not exist, writ_store_put makes it. The path must
 * not be empty or hold a zero byte. */
WRIT_API writ_status writ_store_open(const char* directory, size_t directory_size, writ_store** store,
                                     writ_error* error) WRIT_NOEXCEPT;
WRIT_API void writ_store_close(writ_store* store) WRIT_NOEXCEPT;

/* Keeps modules, data and configuration of a policy; when it returns WRIT_OK, all of it is on disk. `data` may be NULL:
 * no base documents. Of a program from writ_program_query, its policy is kept. Stores the 32-byte policy digest, that
 * of writ_context_policy_digest, unless `digest` is NULL. What is there already is verified, and written again if it is
 * damaged. WRIT_ERROR_POLICY if data conflicts with a rule, or the path of a module is not valid in a digest (see
 * writ_source); WRIT_ERROR_STORE if the disk fails. O(size of the policy). */
WRIT_API writ_status writ_store_put(writ_store* store, const writ_program* program, const writ_data* data,
                                    uint8_t digest[32], writ_error* error) WRIT_NOEXCEPT;

/* Builds program and data of the policy with that digest, to decide with. They are what decided: a policy to which this
 * engine gives another digest, because it implements other semantics, is refused. `data` may be NULL if not wanted.
 * WRIT_ERROR_POLICY if the store does not hold the policy, holds something else under its name, or it does not compile;
 * WRIT_ERROR_STORE if a file is there and cannot be read. Free both. Compiles the modules. */
WRIT_API writ_status writ_store_load(const writ_store* store, const uint8_t digest[32], writ_program** program,
                                     writ_data** data, writ_error* error) WRIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
