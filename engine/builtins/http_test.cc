// The expected texts are those of OPA v1.22.4.
#include <catch2/catch.hpp>

#include "engine/builtins/call_support.h"
#include "engine/builtins/http_media.h"

namespace writ {
namespace {

using test::Bench;

struct Case {
  std::string_view request, answer;
};

std::string send(Bench& bench, std::string_view request) {
  return bench.run("http.send", "[" + std::string(request) + "]");
}

TEST_CASE("wrong requests reach no host", "[http]") {
  constexpr Case kCases[] = {
      {R"({"method": "get"})", R"(eval_type_error: http.send: operand 1 missing required request parameters(s): {"url"})"},
      {R"({"method": "get", "urlx": "x"})", R"(eval_type_error: http.send: operand 1 invalid request parameters(s): {"urlx"})"},
      {R"({"method": "get", "url": 3})", R"(eval_builtin_error: http.send: "url" must be a string)"},
      {R"({"method": "get", "url": "http://x", "raise_error": 3})", "eval_builtin_error: http.send: invalid value for raise_error field"},
      {R"({"method": "g t", "url": "http://x"})", R"(eval_builtin_error: http.send: net/http: invalid method "G T")"},
      {R"({"method": "get", "url": "http://a b/"})",
       R"(eval_builtin_error: http.send: parse "http://a b/": invalid character " " in host name)"},
      {R"({"method": "get", "url": "foo"})", R"(eval_builtin_error: http.send: Get "foo": unsupported protocol scheme "")"},
      {R"({"method": "post", "url": "http://"})", R"(eval_builtin_error: http.send: Post "http://": http: no Host in request URL)"},
      {R"({"method": "get", "url": "unix://localhost/x"})",
       R"(eval_builtin_error: http.send: Get "unix://localhost/x": unsupported protocol scheme "unix")"},
      {R"({"method": "get", "url": "http://x", "max_retry_attempts": -1})",
       R"(eval_builtin_error: http.send: invalid value -1 for field "max_retry_attempts")"},
      {R"({"method": "get", "url": "http://x", "timeout": "5 s"})",
       R"(eval_builtin_error: http.send: invalid timeout value "5 s": time: unknown unit " s" in duration "5 s")"},
      {R"({"method": "get", "url": "http://x", "timeout": 0.5})",
       "eval_builtin_error: http.send: invalid timeout number value 0.5, must be int64"},
      {R"({"method": "get", "url": "http://x", "timeout": []})",
       "eval_type_error: http.send: operand 1 'timeout' must be one of {string, number} but got array"},
      {R"({"method": "get", "url": "http://x", "enable_redirect": "true"})",
       R"(eval_builtin_error: http.send: strconv.ParseBool: parsing "\"true\"": invalid syntax)"},
      {R"({"method": "get", "url": "http://x", "cache": 1})", R"(eval_builtin_error: http.send: invalid value for "cache" field)"},
      {R"({"method": "get", "url": "http://x", "force_cache": true})",
       "eval_builtin_error: http.send: 'force_cache' set but 'force_cache_duration_seconds' parameter is missing"},
      {R"({"method": "get", "url": "http://x", "force_cache": true, "force_cache_duration_seconds": 3000000000})",
       R"(eval_builtin_error: http.send: strconv.ParseInt: parsing "3000000000": value out of range)"},
      {R"({"method": "get", "url": "http://x", "headers": {"a": 1}})",
       R"(eval_builtin_error: http.send: invalid type for headers value "1")"},
      {R"({"method": "get", "url": "http://x", "headers": {"a b": "c"}})",
       R"(eval_builtin_error: http.send: Get "http://x": net/http: invalid header field name "a b")"},
      {R"({"method": "get", "url": "http://x", "headers": {"a": "b\r\nc: d"}})",
       R"(eval_builtin_error: http.send: Get "http://x": net/http: invalid header field value for "A")"},
      {R"({"method": "get", "url": "http://x", "headers": [], "cache": true})",
       "eval_builtin_error: http.send: invalid type for headers key"},
      {R"({"method": "get", "url": "http://x", "headers": {}, "cache_ignored_headers": [1]})",
       "eval_builtin_error: http.send: cache_ignored_headers must be an array of strings"},
      {R"({"method": "get", "url": 3, "raise_error": false})",
       R"({"error": {"code": "eval_http_send_internal_error", "message": "eval_builtin_error: http.send: \"url\" must be a string"}, "status_code": 0})"},
      {R"({"method": "get", "url": "http://x", "max_retry_attempts": -1, "raise_error": false})",
       R"({"error": {"code": "eval_http_send_internal_error", "message": "invalid value -1 for field \"max_retry_attempts\""}, "status_code": 0})"},
      {R"({"method": "get", "url": "foo", "raise_error": false})",
       R"({"error": {"code": "eval_http_send_network_error", "message": "Get \"foo\": unsupported protocol scheme \"\""}, "status_code": 0})"},
  };
  for (const Case& row : kCases) {
    Bench bench;
    INFO(row.request);
    CHECK(send(bench, row.request) == row.answer);
    CHECK(bench.services.host_calls.empty());
  }
}

TEST_CASE("what the host is asked", "[http]") {
  constexpr Case kCases[] = {
      {R"({"method": "post", "url": "\"http://x\"", "body": {"b": [1], "a": "<"}, "timeout": "1.5s"})",
       R"({"method": "POST", "raw_body": "{\"a\":\"\\u003c\",\"b\":[1]}", "timeout": 1500000000, "url": "http://x"})"},
      {R"({"method": "", "url": "http://x", "body": 1, "raw_body": "\"as is\"", "timeout": "7"})",
       R"({"method": "GET", "raw_body": "as is", "timeout": 7, "url": "http://x"})"},
      {R"({"method": "GET", "url": "http://x", "headers": {"x-a": "1", "h{": "2"}, "enable_redirect": 1})", ""},
      {R"({"method": "GET", "url": "http://x", "headers": {"x-aB": "1", "b": "2"}, "cache_ignored_headers": ["x-aB", "c"]})",
       R"({"cache_ignored_headers": ["X-Ab"], "headers": {"B": "2", "X-Ab": "1"}, "method": "GET", "url": "http://x"})"},
  };
  for (const Case& row : kCases) {
    Bench bench;
    INFO(row.request);
    send(bench, row.request);
    if (row.answer.empty()) {
      CHECK(bench.services.host_calls.empty());
    } else {
      CHECK(bench.services.host_calls == std::vector<std::string>{"http.send [" + std::string(row.answer) + "]"});
    }
  }
}

TEST_CASE("what is read from a response", "[http]") {
  constexpr std::string_view kRequest = R"({"method": "get", "url": "http://x"})";
  constexpr std::string_view kForced = R"({"method": "get", "url": "http://x", "force_json_decode": true})";
  constexpr std::string_view kForcedYaml = R"({"method": "get", "url": "http://x", "force_yaml_decode": true})";
  struct Row {
    std::string_view request, response, body;
  };
  constexpr Row kRows[] = {
      {kRequest, R"({"headers": {"content-type": ["application/json; charset=utf-8"]}, "raw_body": "{\"a\": 1}"})", R"({"a": 1})"},
      {kRequest, R"({"headers": {"content-type": ["text/plain"]}, "raw_body": "{\"a\": 1}"})", "null"},
      {kForced, R"({"headers": {}, "raw_body": "[1] and more"})", "[1]"},
      {kForced, R"({"headers": {}, "raw_body": "no"})", "null"},
      {kForced, R"({"headers": {}, "raw_body_base64": "Iv8i"})", "\"\uFFFD\""},
      {kForcedYaml, R"({"headers": {}, "raw_body": "a: [1]\n"})", R"({"a": [1]})"},
      {kRequest, R"({"headers": {"content-type": ["application/yaml"]}, "raw_body": "\"a\""})", "\"a\""},
      {kRequest, R"({"raw_body": "x", "body": 7})", "7"},
  };
  for (const Row& row : kRows) {
    Bench bench;
    bench.services.answers["http.send"] = row.response;
    std::string answer = send(bench, row.request);
    INFO(row.response << answer);
    CHECK(answer.find("\"body\": " + std::string(row.body)) != std::string::npos);
    CHECK(answer.find("base64") == std::string::npos);
  }
  Bench bench;
  bench.services.answers["http.send"] = R"({"raw_body": "x"})";
  CHECK(send(bench, R"({"method": "get", "url": "http://x", "force_json_decode": 1})") ==
        R"(eval_builtin_error: http.send: invalid value for "force_json_decode" field)");
  bench.services.answers["http.send"] = R"({"raw_body_base64": "x"})";
  CHECK(send(bench, kRequest) == "E_OUTSIDE");
  std::string deep(100'000, '[');
  bench.services.answers["http.send"] = R"({"raw_body": ")" + deep + "\"}";
  CHECK(send(bench, kForced) == "E_DEPTH");
  bench.services.fuel = bench.services.used + 20'000;
  CHECK(send(bench, kForced) == "E_FUEL");
}

TEST_CASE("errors that the host reports", "[http]") {
  Bench bench;
  bench.services.answers["http.send"] =
      R"({"status_code": 0, "error": {"code": "eval_http_send_network_error", "message": "Get \"http://x\": EOF"}})";
  CHECK(send(bench, R"({"method": "get", "url": "http://x"})") == R"(eval_builtin_error: http.send: Get "http://x": EOF)");
  CHECK(send(bench, R"({"method": "get", "url": "http://x", "raise_error": false})") ==
        R"({"error": {"code": "eval_http_send_network_error", "message": "Get \"http://x\": EOF"}, "status_code": 0})");
  bench.services.answers["http.send"] = R"({"status_code": 0, "error": "x"})";
  CHECK(send(bench, R"({"method": "get", "url": "http://x"})") == "E_OUTSIDE");
}

TEST_CASE("requests go to hosts that capabilities list, and the host is told the list", "[http]") {
  Bench bench;
  bench.services.hosts = {"a.example", "["};
  bench.services.answers["http.send"] = R"({"status_code": 200})";
  auto get = [&](const std::string& url, const std::string& more) {
    return send(bench, R"({"method": "get", "url": ")" + url + "\"" + more + "}");
  };
  CHECK(get("http://b.example@a.example:81/", "") == R"({"status_code": 200})");
  CHECK(bench.services.host_calls.back() == R"(http.send [{"method": "GET", "url": "http://b.example@a.example:81/"}, )"
                                            R"({"allow_net": ["a.example", "["]}])");
  CHECK(get("http://[::1]/", "") == R"({"status_code": 200})");
  constexpr std::pair<std::string_view, std::string_view> kRefused[] = {
      {"http://A.example/", "A.example"},          {"http://a.example./", "a.example."},
      {"http://a.example@b.example/", "b.example"}, {"http://a.example.b/", "a.example.b"},
      {"ftp://b/", "b"},                           {"unix://b/?socket=a.example", "b"},
      {"unix:/a.example?socket=x", ""},            {"//a.examples", "a.examples"},
      {"a.example", ""}};
  for (const auto& [url, host] : kRefused) {
    CHECK(get(std::string(url), "") == "eval_builtin_error: http.send: disallowed host: " + std::string(host));
  }
  CHECK(get("http://%zz/", "") == R"(eval_builtin_error: http.send: parse "http://%zz/": invalid URL escape "%zz")");
  CHECK(get("http://b/", R"(, "timeout": "x")").starts_with("eval_builtin_error: http.send: invalid timeout value"));
  CHECK(get("http://b/", R"(, "max_retry_attempts": -1)") == "eval_builtin_error: http.send: disallowed host: b");
  CHECK(get("http://b/", R"(, "raise_error": false)") ==
        R"({"error": {"code": "eval_http_send_internal_error", "message": "eval_builtin_error: http.send: disallowed host: b"}, )"
        R"("status_code": 0})");
  CHECK(bench.services.host_calls.size() == 2);
}

TEST_CASE("a name without addresses is a fault", "[http]") {
  Bench bench;
  bench.services.answers["net.lookup_ip_addr"] = R"({"error": {"message": "lookup x: no such host"}})";
  CHECK(bench.run("net.lookup_ip_addr", R"(["x"])") == "eval_builtin_error: net.lookup_ip_addr: lookup x: no such host");
}

TEST_CASE("types of media as Go reads them", "[http]") {
  CHECK(http_media("application/json") == HttpMedia::kJson);
  CHECK(http_media(" Application/Problem+JSON ;a=b; c=\"d\\\"\" ;") == HttpMedia::kJson);
  CHECK(http_media("application/json;a=b;A=b") == HttpMedia::kJson);
  for (std::string_view other : {"", "application/json;", "text/json", "application/json x", "application/json;a", "application",
                                 "application/json/x", "application/json;a=b;a=c", "application/json;a=\"b"}) {
    INFO(other);
    CHECK(http_media(other) == (other == "application/json;" ? HttpMedia::kJson : HttpMedia::kOther));
  }
  CHECK(http_media("text/x; application/yaml") == HttpMedia::kYaml);
  CHECK(http_media("application/x-yaml") == HttpMedia::kYaml);
}

}  // namespace
}  // namespace writ
