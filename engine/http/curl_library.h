// libcurl, loaded when the first request is sent.
//
// It brings some thirty libraries with it, which take the loader several times as long as all else that starting `writ`
// takes; who sends no request does not load them. The functions are listed in curl_functions.def.
#pragma once

#include <curl/curl.h>

namespace writ::http {

struct CurlLibrary {
#define CURL_FUNCTION(name) decltype(&curl_##name) name = nullptr;
#include "engine/http/curl_functions.def"
#undef CURL_FUNCTION
};

// Loads and initialises it on the first call; any thread may. It is never unloaded. Throws Failure(E_OUTSIDE) if the
// library is not there, or is one without OpenSSL, whose certificates could not be checked as they must be.
const CurlLibrary& curl();

}  // namespace writ::http
