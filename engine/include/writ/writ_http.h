/* The host of http.send and net.lookup_ip_addr, on libcurl: a library of its own, libwrit_http.
 *
 *   writ_http* http = writ_http_create(NULL);
 *   writ_host host = {sizeof(host), http, NULL, NULL, writ_http_call, NULL};
 *   writ_context_create(program, data, &host, &context, error);
 *   ...
 *   writ_context_free(context);
 *   writ_http_free(http);
 *
 * A host with functions of its own passes on what it does not know:
 *
 *   static void call(void* user, const char* function, size_t size, const writ_value* arguments, size_t count,
 *                    writ_reply* reply) {
 *     ...
 *     else writ_http_call(((struct my_host*)user)->http, function, size, arguments, count, reply);
 *   }
 *
 * A writ_http is immutable but for the responses it keeps from one decision to another ("cache" and "force_cache" of
 * http.send), and may be shared by any number of threads and contexts. libcurl.so.4, built on OpenSSL 3, is loaded when the
 * first request is sent; without it the request fails the decision.
 *
 * Errors of the network are answers, which a policy sees as OPA would show them. What is denied here, and what goes beyond a
 * limit, fails the decision (E_OUTSIDE): no policy can take it for undefined. */
#ifndef WRIT_WRIT_HTTP_H
#define WRIT_WRIT_HTTP_H

#include "writ/writ.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct writ_http writ_http;

typedef enum writ_http_flags WRIT_INT {
  /* No address that is not of the public internet, also after redirects, whatever the name service says; no Unix socket, and
   * no proxy, which would hide the address. */
  WRIT_HTTP_DENY_PRIVATE = 1,
  /* No file, environment variable or Unix socket that a request names (tls_ca_cert_file and the like). */
  WRIT_HTTP_DENY_LOCAL = 2,
  /* HTTP_PROXY, HTTPS_PROXY and NO_PROXY are not looked at. */
  WRIT_HTTP_NO_PROXY = 4
} writ_http_flags;

typedef struct writ_http_options {
  size_t struct_size; /* sizeof(writ_http_options) */
  uint32_t flags;     /* a combination of writ_http_flags */
  /* Zero-terminated names of the hosts that may be reached, as URLs and net.lookup_ip_addr name them; copied. NULL: any. */
  const char* const* allowed_hosts;
  size_t allowed_host_count;
  uint64_t max_body_bytes;   /* of a response, decompressed; 0: 6 MiB. A record holds no more than 8 MiB of text */
  uint64_t max_header_bytes; /* of all headers of a response; 0: 256 KiB, and no more than 300 */
  uint64_t max_call_ns;      /* of a call with its redirects and attempts, in nanoseconds; 0: ten minutes */
  uint64_t cache_bytes;      /* of the responses that are kept between decisions; 0: 64 MiB */
} writ_http_options;

/* `options` may be NULL: any host, and the limits above. Returns NULL if out of memory, or if `options` has a flag or a
 * member that this library does not know. */
WRIT_API writ_http* writ_http_create(const writ_http_options* options) WRIT_NOEXCEPT;
/* No call may be running. */
WRIT_API void writ_http_free(writ_http* http) WRIT_NOEXCEPT;
/* The member `call` of a writ_host, whose `user` is a writ_http. Functions other than http.send and net.lookup_ip_addr are
 * not answered. */
WRIT_API void writ_http_call(void* http, const char* function, size_t function_size, const writ_value* arguments,
                             size_t count, writ_reply* reply) WRIT_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
