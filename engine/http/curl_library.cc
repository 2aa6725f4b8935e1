#include "engine/http/curl_library.h"

#include <dlfcn.h>

#include <string>

#include "engine/base/error.h"

namespace writ::http {

namespace {

constexpr const char* kFile = "libcurl.so.4";

[[noreturn]] void fail(const std::string& why) {
  throw Failure(ErrorCode::E_OUTSIDE, std::string("http.send needs ") + kFile + ": " + why);
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) fail(std::string("it has no ") + name);
}

bool uses_openssl(void* library) {
  decltype(&curl_version_info) version_info = nullptr;
  find(library, "curl_version_info", version_info);
  const char* backend = version_info(CURLVERSION_NOW)->ssl_version;
  return backend != nullptr && std::string_view(backend).starts_with("OpenSSL/3");
}

CurlLibrary load() {
  void* library = dlopen(kFile, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) fail("it cannot be loaded");
  if (!uses_openssl(library)) fail("it is not built on OpenSSL 3");
  CurlLibrary functions;
#define CURL_FUNCTION(name) find(library, "curl_" #name, functions.name);
#include "engine/http/curl_functions.def"
#undef CURL_FUNCTION
  if (functions.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) fail("it cannot be initialised");
  return functions;
}

}  // namespace

const CurlLibrary& curl() {
  static const CurlLibrary library = load();  // once; again if it failed
  return library;
}

}  // namespace writ::http
