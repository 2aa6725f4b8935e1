/* writ: replay, which decides a recorded decision again and says whether the record holds.
 *
 *   writ_replayer* replayer = NULL;
 *   const writ_replay_result* result = NULL;
 *   if (writ_replayer_create(store, &replayer, error) != WRIT_OK) ...
 *   if (writ_replay(replayer, line, size, &result, error) != WRIT_OK) ...
 *   if (!writ_replay_result_reproduced(result)) puts the details ...
 *   writ_replayer_free(replayer);
 *
 * The rules of writ.h hold here too. A replayer serves one call at a time, as a context does; create one per thread. It
 * keeps the policies it has built, and so is faster than a new one for each record. Replay reaches no host: clock,
 * randomness and the replies of functions are those of the record. It is bounded, whatever record and store hold.
 *
 * A record is judged by itself: that an id comes twice in a file, or a record is missing from it, can only be seen by
 * who has the whole file (`writ replay`), and what was recorded at all only by who has a ledger.
 */
#ifndef WRIT_REPLAY_H
#define WRIT_REPLAY_H

#include "writ/store.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct writ_replayer writ_replayer;
/* What is said about one record. Owned by its replayer; valid until that replays the next. */
typedef struct writ_replay_result writ_replay_result;

/* Takes policies from the store, which may be closed before the replayer is freed. */
WRIT_API writ_status writ_replayer_create(const writ_store* store, writ_replayer** replayer,
                                          writ_error* error) WRIT_NOEXCEPT;
/* Does nothing if the replayer is at work. */
WRIT_API void writ_replayer_free(writ_replayer* replayer) WRIT_NOEXCEPT;

/* Judges one record: a line with or without its line feed. WRIT_OK means that it was judged, whatever the result; then
 * *result, unless `result` is NULL, says how. The decision is made twice, the second time on another thread. */
WRIT_API writ_status writ_replay(writ_replayer* replayer, const char* line, size_t line_size,
                                 const writ_replay_result** result, writ_error* error) WRIT_NOEXCEPT;

/* Returns 1 if every check that a record supports by itself ran and passed, otherwise 0. */
WRIT_API int writ_replay_result_reproduced(const writ_replay_result* result) WRIT_NOEXCEPT;
/* The replay result by name, such as "OUTPUT_MISMATCH"; SEMANTICS.md section 19 lists them. "INTERNAL" if there is
 * none. */
WRIT_API writ_text writ_replay_result_name(const writ_replay_result* result) WRIT_NOEXCEPT;
/* Its number, which is the exit status of `writ replay` for it. Numbers never change. */
WRIT_API int writ_replay_result_exit_status(const writ_replay_result* result) WRIT_NOEXCEPT;
/* For people: a sentence for each check that failed and for what could not be checked, a line each; the wording may
 * change. Empty if there is nothing to say. */
WRIT_API writ_text writ_replay_result_details(const writ_replay_result* result) WRIT_NOEXCEPT;
/* All of the above and the outcome of each check as canonical JSON, as `writ replay --format json` prints it. */
WRIT_API writ_text writ_replay_result_json(const writ_replay_result* result) WRIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
