// A transfer: an easy handle of libcurl with callbacks that collect the response and keep it within its limits.
//
// Nothing is left to libcurl's defaults that a policy or an embedder must be able to rely on: redirects, cookies, .netrc and
// compression other than gzip are off, HTTP/1.1 is spoken, and the roots of trust are those of TlsSettings. The address is
// looked at when the socket is made, after names are resolved, so no name service can get around a denial.
#include "engine/http/transfer.h"

#include <openssl/x509_vfy.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "engine/base/error.h"
#include "engine/http/private_address.h"

namespace writ::http {

namespace {

constexpr int64_t kNsPerMs = 1'000'000;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

[[noreturn]] void fail(const std::string& why) { throw Failure(ErrorCode::E_OUTSIDE, "http.send: " + why); }

// HTTPS_PROXY and the like, as Go reads them; "" for none.
std::string proxy_for(const Url& url) {
  std::string host = url.host();
  if (host == "localhost" || host.starts_with("127.") || host == "[::1]") return {};
  bool is_https = url.scheme() == "https";
  if (!is_https && std::getenv("REQUEST_METHOD") != nullptr) return {};  // a CGI: the client sets HTTP_PROXY
  for (const char* name : {is_https ? "HTTPS_PROXY" : "HTTP_PROXY", is_https ? "https_proxy" : "http_proxy"}) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  }
  return {};
}

std::string no_proxy() {
  for (const char* name : {"NO_PROXY", "no_proxy"}) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  }
  return {};
}

// While it lives, a write to a server that has hung up is an error for this thread and not the end of the program: OpenSSL
// writes in a way that raises SIGPIPE, and what a program does with that signal is not ours to change.
class WithoutSigpipe {
 public:
  WithoutSigpipe() {
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~WithoutSigpipe() {
    constexpr timespec kNow{};
    while (!was_pending_ && sigtimedwait(&pipe_, nullptr, &kNow) == -1 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  sigset_t pipe_, before_;
  bool was_pending_;
};

class HeaderList {
 public:
  ~HeaderList() { curl().slist_free_all(list_); }
  void add(const std::string& line) {
    curl_slist* longer = curl().slist_append(list_, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list_ = longer;
  }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

// Collects the response from what libcurl hands over.
class Receiver {
 public:
  explicit Receiver(const ClientOptions& options) : options_(options) {}

  // Both are false if the limit is reached.
  bool take_header(std::string_view line) {
    header_bytes_ += line.size();
    if (header_bytes_ > options_.max_header_bytes) return exceed("the headers of the response are", options_.max_header_bytes);
    if (line.starts_with("HTTP/") && response_.body.empty()) {
      begin(trimmed(line));
    } else if (trimmed(line).empty()) {
      is_complete_ = response_.status_code >= 200;
    } else if (!is_complete_) {  // what comes later is a trailer
      add(line);
    }
    return true;
  }
  bool take_body(std::string_view bytes) {
    if (response_.body.size() + bytes.size() > options_.max_body_bytes) {
      return exceed("the body of the response is", options_.max_body_bytes);
    }
    response_.body.append(bytes);
    return true;
  }

  bool has_headers() const { return is_complete_; }
  const std::string& exceeded() const { return exceeded_; }
  Response& response() { return response_; }

 private:
  bool exceed(const std::string& what, uint64_t limit) {
    exceeded_ = what + " larger than " + std::to_string(limit) + " bytes";
    return false;
  }
  void begin(std::string_view line) {
    response_ = Response();
    is_complete_ = false;
    std::string_view status = line.substr(std::min(line.find(' ') + 1, line.size()));
    response_.status = trimmed(status);
    response_.status_code = std::strtol(response_.status.c_str(), nullptr, 10);
  }
  void add(std::string_view line) {
    bool is_continued = line[0] == ' ' || line[0] == '\t';
    if (is_continued && !response_.headers.empty()) {
      response_.headers.back().second.append(" ").append(trimmed(line));
      return;
    }
    size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    response_.headers.emplace_back(lower(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
  }

  const ClientOptions& options_;
  Response response_;
  uint64_t header_bytes_ = 0;
  bool is_complete_ = false;
  std::string exceeded_;
};

class Transfer {
 public:
  Transfer(const TransferRequest& request, const ClientOptions& options)
      : request_(request), options_(options), receiver_(options), easy_(curl().easy_init()) {
    if (easy_ == nullptr) throw std::bad_alloc();
  }
  ~Transfer() { curl().easy_cleanup(easy_); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  std::variant<Response, RequestError> run() {
    if (!set_destination()) return RequestError{ErrorKind::kNetwork, "invalid server name"};
    set_limits();
    set_method();
    set_headers();
    set_callbacks();
    CURLcode code = perform();
    if (!receiver_.exceeded().empty()) fail(receiver_.exceeded());
    if (code != CURLE_OK) return error(code);
    return finish();
  }

 private:
  template <typename Parameter>
  void set(CURLoption option, Parameter parameter) {
    if (curl().easy_setopt(easy_, option, parameter) != CURLE_OK) {
      fail("libcurl does not know the option " + std::to_string(static_cast<int>(option)));
    }
  }

  // --- Settings ---

  // Where to connect to is said apart from the name of the server, where these differ.
  bool set_destination() {
    const Url& url = *request_.url;
    server_name_ = url.host();
    if (server_name_.starts_with('[')) server_name_ = server_name_.substr(1, server_name_.size() - 2);
    std::string host_header = request_.host_header;
    if (url.scheme() == "https" && !request_.tls->server_name.empty() && request_.tls->server_name != server_name_) {
      server_name_ = request_.tls->server_name;
      if (host_header.empty()) host_header = url.authority();
      connect_to_.add("::" + url.host() + ":" + url.port());
      set(CURLOPT_CONNECT_TO, connect_to_.get());
      if (!renamed_.parse(url.text()) || !renamed_.set(CURLUPART_HOST, server_name_)) return false;
      set(CURLOPT_CURLU, renamed_.handle());
    } else {
      set(CURLOPT_CURLU, url.handle());
    }
    if (!host_header.empty()) headers_.add("Host: " + host_header);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    if (!request_.socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, request_.socket.c_str());
    bool is_direct = options_.no_proxy || options_.deny_private || !request_.socket.empty();
    set(CURLOPT_PROXY, is_direct ? "" : proxy_for(url).c_str());
    set(CURLOPT_NOPROXY, is_direct ? "*" : no_proxy().c_str());
    return true;
  }

  void set_limits() {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    bool own_limit = request_.timeout_ns > 0 && request_.timeout_ns < request_.most_ns;
    int64_t ns = own_limit ? request_.timeout_ns : request_.most_ns;
    is_most_ = !own_limit;
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::clamp<int64_t>((ns + kNsPerMs - 1) / kNsPerMs, 1, INT32_MAX)));
    set(CURLOPT_ERRORBUFFER, text_);
  }

  void set_method() {
    const std::string& method = request_.method;
    bool sends_body = !request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
    if (sends_body) {
      set(CURLOPT_POSTFIELDS, request_.body.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    } else if (method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    }
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
  }

  void set_headers() {
    bool has_agent = false, has_type = false, has_accept = false, may_compress = request_.method != "HEAD";
    for (const auto& [name, value] : request_.headers) {
      has_agent = has_agent || name == "User-Agent";
      has_type = has_type || name == "Content-Type";
      has_accept = has_accept || name == "Accept";
      if (name == "Accept-Encoding" || name == "Range") may_compress = false;
      if (name == "User-Agent" && value.empty()) continue;  // none, as in Go
      std::string written(trimmed(value));
      headers_.add(written.empty() ? name + ";" : name + ": " + written);
    }
    if (!has_agent) set(CURLOPT_USERAGENT, "writ");
    if (!has_type) headers_.add("Content-Type:");
    if (!has_accept) headers_.add("Accept:");
    headers_.add("Expect:");
    if (may_compress) {
      set(CURLOPT_ACCEPT_ENCODING, "gzip");
    } else {
      set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    }
    asked_for_gzip_ = may_compress;
    set(CURLOPT_HTTPHEADER, headers_.get());
  }

  void set_callbacks() {
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, request_.tls->skip_verify ? 0L : 1L);
    set(CURLOPT_SSL_VERIFYHOST, request_.tls->skip_verify ? 0L : 2L);
    set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    set(CURLOPT_SSL_CTX_FUNCTION, &Transfer::on_tls);
    set(CURLOPT_SSL_CTX_DATA, this);
  }

  // --- What libcurl calls: no exception may pass through it ---

  static size_t on_header(char* data, size_t size, size_t count, void* self) noexcept {
    return static_cast<Transfer*>(self)->take(&Receiver::take_header, {data, size * count});
  }
  static size_t on_body(char* data, size_t size, size_t count, void* self) noexcept {
    return static_cast<Transfer*>(self)->take(&Receiver::take_body, {data, size * count});
  }
  // The number of bytes taken; any other number ends the transfer.
  size_t take(bool (Receiver::*part)(std::string_view), std::string_view bytes) noexcept {
    try {
      return (receiver_.*part)(bytes) ? bytes.size() : bytes.size() + 1;
    } catch (...) {
      out_of_memory_ = true;
      return bytes.size() + 1;
    }
  }
  static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    auto* transfer = static_cast<Transfer*>(self);
    if (address->family != AF_UNIX) transfer->address_ = address_text(address->addr);
    if (transfer->options_.deny_private && !is_public_address(address->addr)) {
      transfer->denied_ = transfer->address_;
      return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }
  static CURLcode on_tls(CURL*, void* context, void* self) noexcept {
    auto* transfer = static_cast<Transfer*>(self);
    bool applied = transfer->request_.tls->apply(static_cast<SSL_CTX*>(context), transfer->server_name_);
    return applied ? CURLE_OK : CURLE_ABORTED_BY_CALLBACK;
  }

  CURLcode perform() {
    WithoutSigpipe guard;
    return curl().easy_perform(easy_);
  }

  // --- The outcome ---

  Response finish() {
    long code = 0;
    curl().easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
    Response& response = receiver_.response();
    if (code != response.status_code) fail("the response has two status lines");
    bool was_compressed = asked_for_gzip_ && lower(first_header(response.headers, "content-encoding")) == "gzip";
    std::erase_if(response.headers, [&](const auto& header) {
      bool is_framing = header.first == "transfer-encoding" || header.first == "trailer";
      return is_framing || (was_compressed && (header.first == "content-encoding" || header.first == "content-length"));
    });
    bool no_cache = first_header(response.headers, "pragma") == "no-cache" &&
                    first_header(response.headers, "cache-control").empty();
    if (no_cache) response.headers.emplace_back("cache-control", "no-cache");
    return std::move(response);
  }

  RequestError error(CURLcode code) {
    if (!denied_.empty()) fail("the address " + denied_ + " is not of the public internet, and the host denies others");
    if (code == CURLE_OUT_OF_MEMORY || out_of_memory_) throw std::bad_alloc();
    bool timed_out = code == CURLE_OPERATION_TIMEDOUT;
    if (timed_out && is_most_) fail("the call took longer than the host lets it");
    if (receiver_.has_headers()) {
      std::string why = timed_out ? "context deadline exceeded (Client.Timeout or context cancellation while reading body)"
                                  : "unexpected EOF";
      return {ErrorKind::kInternal, why, false, false};
    }
    return {ErrorKind::kNetwork, timed_out ? timeout_text() : text_of(code), timed_out};
  }

  static std::string timeout_text() {
    return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
  }

  // In Go's words where there are any.
  std::string text_of(CURLcode code) {
    switch (code) {
      case CURLE_COULDNT_RESOLVE_HOST: return "dial tcp: lookup " + request_.url->host() + ": no such host";
      case CURLE_COULDNT_CONNECT: return connection_text();
      case CURLE_GOT_NOTHING: return "EOF";
      case CURLE_PEER_FAILED_VERIFICATION: return "tls: failed to verify certificate: x509: " + certificate_text();
      default: return text_[0] != '\0' ? text_ : curl().easy_strerror(code);
    }
  }

  std::string connection_text() {
    long number = 0;
    curl().easy_getinfo(easy_, CURLINFO_OS_ERRNO, &number);
    std::string why = "connection failed";
    if (number == ECONNREFUSED) why = "connection refused";
    if (number == ENETUNREACH) why = "network is unreachable";
    if (number == EHOSTUNREACH) why = "no route to host";
    if (number == ENOENT) why = "no such file or directory";
    if (number == EACCES) why = "permission denied";
    if (!request_.socket.empty()) return "dial unix " + request_.socket + ": connect: " + why;
    return "dial tcp " + address_ + ": connect: " + why;
  }

  std::string certificate_text() {
    long result = 0;
    curl().easy_getinfo(easy_, CURLINFO_SSL_VERIFYRESULT, &result);
    switch (result) {
      case X509_V_ERR_CERT_HAS_EXPIRED:
      case X509_V_ERR_CERT_NOT_YET_VALID: return "certificate has expired or is not yet valid";
      case X509_V_OK:
      case X509_V_ERR_HOSTNAME_MISMATCH:
      case X509_V_ERR_IP_ADDRESS_MISMATCH: return "certificate is not valid for " + server_name_;
      case X509_V_ERR_INVALID_PURPOSE: return "certificate specifies an incompatible key usage";
      default: return "certificate signed by unknown authority";
    }
  }

  const TransferRequest& request_;
  const ClientOptions& options_;
  Receiver receiver_;
  CURL* easy_;
  HeaderList headers_, connect_to_;
  Url renamed_;
  std::string server_name_;
  std::string address_, denied_;
  bool is_most_ = false, asked_for_gzip_ = false, out_of_memory_ = false;
  char text_[CURL_ERROR_SIZE] = "";
};

}  // namespace

std::variant<Response, RequestError> transfer(const TransferRequest& request, const ClientOptions& options) {
  return Transfer(request, options).run();
}

}  // namespace writ::http
