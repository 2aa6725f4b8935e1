// Reading the request, and the files and environment variables that it names.
//
// The built-in has checked everything that can be checked without a machine, so members of a wrong kind are passed over here.
// Certificates are the exception: they are read in OPA's order, and an error in them is an answer, in Go's words where Go's
// are short. Files are read up to 4 MiB.
#include "engine/http/request.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "engine/base/error.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ::http {

namespace {

[[noreturn]] void deny(const std::string& what) {
  throw Failure(ErrorCode::E_OUTSIDE, "http.send: " + what + " is denied by the host");
}

std::string quoted(std::string_view text) {
  std::string out;
  append_quoted_go(out, text);
  return out;
}

RequestError internal_error(std::string message) { return {ErrorKind::kInternal, std::move(message), false, false}; }

constexpr uint32_t kMostHeaders = 10'000;

// Header fields that say how the message is framed are the client's business, as in Go.
bool is_own_header(std::string_view name) {
  return name == "Host" || name == "Content-Length" || name == "Transfer-Encoding" || name == "Trailer";
}

class Reader {
 public:
  Reader(const Value& object, const ClientOptions& options) : object_(object), options_(options) {}

  std::variant<Request, RequestError> read(std::span<const Value> args) {
    request_.method = text("method");
    request_.url = text("url");
    request_.body = text("raw_body");
    request_.follows_redirects = truth("enable_redirect");
    if (const Value* raise = object_find(object_, "raise_error")) request_.raises = raise->is_true();
    request_.timeout_ns = number("timeout", request_.timeout_ns);
    request_.retries = static_cast<uint64_t>(std::max<int64_t>(number("max_retry_attempts", 0), 0));
    request_.uses_cache = truth("cache") || truth("force_cache");
    if (truth("force_cache")) request_.forced_seconds = number("force_cache_duration_seconds", 0);
    read_headers();
    read_allowed(args);
    if (std::optional<RequestError> error = read_tls()) return *error;
    return std::move(request_);
  }

 private:
  std::string text(std::string_view name) const {
    const Value* value = object_find(object_, name);
    return value != nullptr && value->is_string() ? std::string(value->text()) : std::string();
  }
  bool truth(std::string_view name) const {
    const Value* value = object_find(object_, name);
    return value != nullptr && value->is_true();
  }
  int64_t number(std::string_view name, int64_t otherwise) const {
    const Value* value = object_find(object_, name);
    return value != nullptr && value->is_int64() ? value->integer : otherwise;
  }

  void read_headers() {
    const Value* headers = object_find(object_, "headers");
    if (headers == nullptr || !headers->is_object()) return;
    if (headers->size > kMostHeaders) deny("a request of more than " + std::to_string(kMostHeaders) + " headers");
    for (const Entry& header : headers->members()) {
      if (!header.key.is_string() || !header.value.is_string()) continue;
      if (header.key.text() == "Host") request_.host_header = header.value.text();
      if (!is_own_header(header.key.text())) request_.headers.emplace_back(header.key.text(), header.value.text());
    }
  }

  void read_allowed(std::span<const Value> args) {
    if (args.size() < 2) return;
    const Value* hosts = args[1].is_object() ? object_find(args[1], "allow_net") : nullptr;
    if (hosts == nullptr || !hosts->is_array()) throw Failure(ErrorCode::E_OUTSIDE, "http.send: no list of hosts");
    request_.allowed_hosts.emplace();
    for (const Value& host : hosts->items()) {
      if (host.is_string()) request_.allowed_hosts->emplace_back(host.text());
    }
  }

  // --- Certificates, in OPA's order ---

  std::optional<RequestError> read_tls() {
    request_.tls.skip_verify = truth("tls_insecure_skip_verify");
    request_.tls.use_system_roots = truth("tls_use_system_certs");
    request_.tls.server_name = text("tls_server_name");
    if (request_.tls.server_name.empty()) request_.tls.server_name = request_.host_header;
    if (std::optional<RequestError> error = read_clients()) return error;
    return read_roots();
  }

  std::optional<RequestError> read_clients() {
    std::string why;
    std::string certificate = text("tls_client_cert"), key = text("tls_client_key");
    if (!certificate.empty() && !key.empty()) why = request_.tls.add_client(certificate, key);
    if (!why.empty()) return internal_error(why);
    std::string certificate_file = text("tls_client_cert_file"), key_file = text("tls_client_key_file");
    if (!certificate_file.empty() && !key_file.empty()) {
      std::string certificate_text, key_text;
      why = read_file(certificate_file, certificate_text);
      if (why.empty()) why = read_file(key_file, key_text);
      if (why.empty()) why = request_.tls.add_client(certificate_text, key_text);
      if (!why.empty()) return internal_error(why);
    }
    std::string certificate_name = text("tls_client_cert_env_variable"), key_name = text("tls_client_key_env_variable");
    if (!certificate_name.empty() && !key_name.empty()) {
      why = request_.tls.add_client(variable(certificate_name), variable(key_name));
      if (!why.empty()) {
        return internal_error("cannot extract public/private key pair from envvars " + quoted(certificate_name) + ", " +
                              quoted(key_name) + ": " + why);
      }
    }
    return std::nullopt;
  }

  std::optional<RequestError> read_roots() {
    constexpr std::string_view kUnusable = "could not append certificates";
    if (std::string roots = text("tls_ca_cert"); !roots.empty()) {
      if (!request_.tls.add_roots(with_line_feeds(roots))) return internal_error(std::string(kUnusable));
    }
    if (std::string path = text("tls_ca_cert_file"); !path.empty()) {
      std::string roots;
      if (std::string why = read_file(path, roots); !why.empty()) return internal_error(why);
      if (!request_.tls.add_roots(roots)) {
        return internal_error("could not append CA certificates from " + quoted(path));
      }
    }
    if (std::string name = text("tls_ca_cert_env_variable"); !name.empty()) {
      if (!request_.tls.add_roots(variable(name))) {
        return internal_error("could not add CA certificates from envvar " + quoted(name) + ": " + std::string(kUnusable));
      }
    }
    return std::nullopt;
  }

  // "\n" written out stands for a line feed.
  static std::string with_line_feeds(std::string_view text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
      bool is_escape = text[i] == '\\' && i + 1 < text.size() && text[i + 1] == 'n';
      out += is_escape ? '\n' : text[i];
      if (is_escape) ++i;
    }
    return out;
  }

  // Not empty: why it cannot be read.
  std::string read_file(const std::string& path, std::string& text) const {
    constexpr size_t kMost = 4u << 20;
    if (options_.deny_local) deny("the file " + quoted(path));
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return "open " + path + ": " + (errno == ENOENT ? "no such file or directory" : "permission denied");
    text.resize(kMost + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(file.gcount()));
    return text.size() > kMost ? "read " + path + ": file too large" : std::string();
  }

  std::string variable(const std::string& name) const {
    if (options_.deny_local) deny("the environment variable " + quoted(name));
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::string() : value;
  }

  const Value& object_;
  const ClientOptions& options_;
  Request request_;
};

}  // namespace

std::variant<Request, RequestError> read_request(std::span<const Value> args, const ClientOptions& options) {
  if (args.empty() || !args[0].is_object()) throw Failure(ErrorCode::E_OUTSIDE, "http.send: the request is no object");
  return Reader(args[0], options).read(args);
}

}  // namespace writ::http
