#include <arpa/inet.h>
#include <netinet/in.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <string>

#include "engine/base/error.h"
#include "engine/host/request_key.h"
#include "engine/http/client.h"
#include "engine/http/freshness.h"
#include "engine/http/private_address.h"
#include "engine/http/response_cache.h"
#include "engine/value/json.h"
#include "engine/value/text.h"

namespace writ::http {
namespace {

bool is_public(const char* text) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
    storage.ss_family = AF_INET;
  } else {
    REQUIRE(inet_pton(AF_INET6, text, &v6->sin6_addr) == 1);
    storage.ss_family = AF_INET6;
  }
  return is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

TEST_CASE("public addresses are told from all others") {
  for (const char* text : {"1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "223.255.255.255", "2606:4700::1",
                           "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"}) {
    INFO(text);
    CHECK(is_public(text));
  }
  for (const char* text : {"0.0.0.0", "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                           "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::",
                           "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1",
                           "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::1", "::7f00:1"}) {
    INFO(text);
    CHECK_FALSE(is_public(text));
  }
  sockaddr other{};
  other.sa_family = AF_UNIX;
  CHECK_FALSE(is_public_address(other));
}

TEST_CASE("dates of HTTP") {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == 784111777);
  CHECK(parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT") == 1709164800);
  for (std::string_view text : {"", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT", "0", "Sun, 06 Nov",
                                "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "}) {
    INFO(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("how long a response is fresh") {
  const std::pair<std::string, std::string> date{"date", "Sun, 06 Nov 1994 08:49:37 GMT"};
  CHECK(expiry({date, {"cache-control", "private, max-age=10"}}) == 784111787);
  CHECK(expiry({date, {"cache-control", "max-age=99999999999999999999"}}) == int64_t{784111777} + INT32_MAX);
  CHECK_FALSE(expiry({{"cache-control", "max-age=10"}}));
  CHECK_FALSE(expiry({date, {"cache-control", "max-age=x"}}));
  CHECK(expiry({date, {"expires", "Sun, 06 Nov 1994 08:49:38 GMT"}}) == 784111778);
  CHECK(expiry({date, {"expires", "0"}}) == INT64_MIN);
  CHECK(expiry({}) == INT64_MIN);
  CHECK(may_store({{"cache-control", "max-age=1, no-cache"}}));
  CHECK_FALSE(may_store({{"cache-control", "max-age=1,no-store"}}));
  CHECK(is_cacheable_status(404));
  CHECK_FALSE(is_cacheable_status(500));
}

TEST_CASE("the cache keeps what fits, and drops what came first") {
  ResponseCache cache(4000);
  auto response = [](size_t size) { return CachedResponse{{"200 OK", 200, {}, std::string(size, 'x')}, 1}; };
  cache.insert("a", response(1000));
  cache.insert("b", response(1000));
  CHECK(cache.find("a")->response.body.size() == 1000);
  cache.insert("a", response(2000));  // again: now the newest
  cache.insert("c", response(1000));
  CHECK_FALSE(cache.find("b"));
  CHECK(cache.find("a"));
  CHECK(cache.find("c"));
  CHECK(cache.bytes() <= 4000);
  cache.insert("a", response(5000));
  CHECK_FALSE(cache.find("a"));
  cache.remove("c");
  CHECK(cache.bytes() == 0);
}

TEST_CASE("calls are compared without the headers that are ignored") {
  Arena arena;
  Value a = read_json(R"([{"cache_ignored_headers": ["A"], "headers": {"A": "1", "B": "2"}, "url": "x"}])", arena);
  Value b = read_json(R"([{"cache_ignored_headers": ["A", "C"], "headers": {"A": "7", "B": "2"}, "url": "x"}])", arena);
  Value c = read_json(R"([{"cache_ignored_headers": ["A"], "headers": {"A": "7", "B": "3"}, "url": "x"}])", arena);
  CHECK(has_request_key("http.send", a.items()));
  CHECK_FALSE(has_request_key("acme.f", a.items()));
  CHECK(request_key("http.send", a.items()) == R"([{"headers":{"B":"2"},"url":"x"}])");
  CHECK(request_key("http.send", a.items()) == request_key("http.send", b.items()));
  CHECK(request_key("http.send", a.items()) != request_key("http.send", c.items()));
}

std::string failure_of(Client& client, std::string_view function, std::string_view args) {
  Arena arena;
  try {
    return to_json(client.call(function, read_json(args, arena).items(), arena));
  } catch (const Failure& failure) {
    CHECK(failure.error().code == ErrorCode::E_OUTSIDE);
    return failure.error().detail;
  }
}

TEST_CASE("what the options deny fails the decision") {
  ClientOptions options;
  options.deny_private = true;
  options.deny_local = true;
  Client client(options);
  CHECK(failure_of(client, "http.send", R"([{"method": "GET", "url": "http://127.0.0.1:1/"}])") ==
        "http.send: the address 127.0.0.1:1 is not of the public internet, and the host denies others");
  CHECK(failure_of(client, "http.send", R"([{"method": "GET", "url": "http://2130706433:1/"}])") ==
        "http.send: the address 127.0.0.1:1 is not of the public internet, and the host denies others");
  CHECK(failure_of(client, "http.send", R"([{"method": "GET", "url": "unix://localhost/?socket=%2Fs"}])") ==
        "http.send: Unix sockets are denied by the host");
  CHECK(failure_of(client, "http.send", R"([{"method": "GET", "url": "http://x", "tls_ca_cert_file": "/etc/passwd"}])") ==
        "http.send: the file \"/etc/passwd\" is denied by the host");
  CHECK(failure_of(client, "http.send", R"([{"method": "GET", "url": "http://x", "tls_ca_cert_env_variable": "HOME"}])") ==
        "http.send: the environment variable \"HOME\" is denied by the host");
  ClientOptions listed;
  listed.allowed_hosts = {"a.example"};
  Client held(listed);
  CHECK(failure_of(held, "http.send", R"([{"method": "GET", "url": "http://127.0.0.1:1/"}])") ==
        "http.send: the host \"127.0.0.1\" is denied");
  CHECK(failure_of(held, "net.lookup_ip_addr", R"(["b.example"])") == "net.lookup_ip_addr: the host b.example is denied");
  CHECK(failure_of(held, "acme.f", "[]") == "the host does not provide `acme.f`");
}

TEST_CASE("the host looks at the list of capabilities, too") {
  Client client;
  CHECK(failure_of(client, "http.send", R"([{"method": "GET", "url": "http://b/"}, {"allow_net": ["a"]}])") ==
        R"({"error":{"code":"eval_http_send_network_error","message":"Get \"http://b/\": disallowed host: b"},"status_code":0})");
}

}  // namespace
}  // namespace writ::http
