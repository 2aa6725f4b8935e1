// providers.aws.sign_req: an HTTP request with the headers that Signature Version 4 of AWS demands.
//
// The signature is an HMAC over the canonical text of the request: method, path, query, headers by name in lower case and
// the hash of the body. The time is an argument, so nothing here reads a clock, and version 4 draws no randomness.
#include <openssl/hmac.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "engine/builtins/crypto/openssl.h"
#include "engine/builtins/hex.h"
#include "engine/builtins/http_members.h"
#include "engine/builtins/support.h"
#include "engine/builtins/time_layout.h"
#include "engine/builtins/url.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

using Headers = std::map<std::string, std::string>;

constexpr std::string_view kRequiredOptions[] = {"aws_access_key", "aws_region", "aws_secret_access_key", "aws_service"};
constexpr std::string_view kUnsignedHeaders[] = {"authorization", "user-agent", "x-amzn-trace-id"};
constexpr std::string_view kBodyHash = "x-amz-content-sha256";

// The text of a member; empty if it is not there or no string.
std::string_view text_of(const Value& object, std::string_view name) {
  const Value* member = object_find(object, name);
  return member != nullptr && member->is_string() ? member->text() : std::string_view();
}

std::string authentication_code(std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const char* key_bytes = key.empty() ? "" : key.data();  // null would mean "the key of before"
  if (HMAC(openssl_hash(HashKind::kSha256), key_bytes, static_cast<int>(key.size()), openssl_bytes(message),
           message.size(), out, &size) == nullptr) {
    openssl_failed("HMAC");
  }
  return {reinterpret_cast<const char*>(out), size};
}

// --- Arguments -------------------------------------------------------------------------------------------------------

// Faults the call with the names that `is_wrong` holds of, if there are any.
template <typename IsWrong>
bool check_members(BuiltinCall& call, size_t n, std::string_view complaint, std::span<const std::string_view> names,
                   IsWrong is_wrong) {
  SetBuilder wrong(call.arena);
  for (std::string_view name : names) {
    if (is_wrong(object_find(call[n - 1], name))) wrong.add(Value::string(name));
  }
  Value set = wrong.finish();
  if (set.size == 0) return true;
  call.fault_argument(n, std::string(complaint) + to_rego(set));
  return false;
}

bool is_missing(const Value* member) { return member == nullptr; }
bool is_no_string(const Value* member) { return member != nullptr && !member->is_string(); }

// OPA numbers all three arguments as the first where their kinds are wrong.
bool check_kind(BuiltinCall& call, const Value& argument, Kind kind) {
  if (argument.kind == kind) return true;
  std::string words = "must be ";
  words.append(kind_name(kind)).append(" but got ").append(kind_name(argument.kind));
  call.fault_argument(1, std::move(words));
  return false;
}

bool check_arguments(BuiltinCall& call, int64_t* nanoseconds) {
  static constexpr std::string_view kStrings[] = {"method", "url"};
  if (!check_kind(call, call[0], Kind::kObject) || !check_kind(call, call[1], Kind::kObject) ||
      !check_members(call, 2, "missing required AWS config parameters(s): ", kRequiredOptions, is_missing) ||
      !check_members(call, 2, "invalid values for required AWS config parameters(s): ", kRequiredOptions, is_no_string) ||
      !check_kind(call, call[2], Kind::kNumber)) {
    return false;
  }
  std::optional<int64_t> time = machine_integer(call[2]);
  if (!time) {
    call.fault_argument(3, "could not convert time_ns value into a unix timestamp");
    return false;
  }
  *nanoseconds = *time;
  if (!check_http_members(call, call[0])) return false;
  const Value* headers = object_find(call[0], "headers");
  if (headers != nullptr && !headers->is_object()) {
    call.fault_argument(0, "must be object but got " + std::string(kind_name(headers->kind)));
    return false;
  }
  return check_members(call, 1, "invalid values for required request parameters(s): ", kStrings, is_no_string);
}

// --- The signature ---------------------------------------------------------------------------------------------------

struct Signer {
  std::string_view access_key;
  std::string_view secret_key;
  std::string_view region;
  std::string_view service;
  std::string date;  // 20060102
  std::string time;  // 20060102T150405Z

  std::string scope() const {
    std::string out = date + "/";
    return out.append(region).append("/").append(service).append("/aws4_request");
  }

  std::string key() const {
    std::string key = authentication_code("AWS4" + std::string(secret_key), date);
    for (std::string_view step : {region, service, std::string_view("aws4_request")}) {
      key = authentication_code(key, step);
    }
    return key;
  }

  // The header "Authorization".
  std::string authorization(std::string_view canonical_request, std::string_view signed_names) const {
    std::string message = "AWS4-HMAC-SHA256\n" + time + "\n" + scope() + "\n";
    message.append(hex_encode(hash_bytes(HashKind::kSha256, canonical_request)));
    std::string out = "AWS4-HMAC-SHA256 Credential=";
    out.append(access_key).append("/").append(scope()).append(",SignedHeaders=").append(signed_names);
    return out.append(",Signature=").append(hex_encode(authentication_code(key(), message)));
  }
};

Signer signer_of(const Value& options, int64_t nanoseconds) {
  constexpr int64_t kSecond = 1'000'000'000;
  ZonedTime time;
  time.unix_seconds = floor_divide(nanoseconds, kSecond);
  return {text_of(options, "aws_access_key"), text_of(options, "aws_secret_access_key"), text_of(options, "aws_region"),
          text_of(options, "aws_service"), format_time(time, "20060102"), format_time(time, "20060102T150405Z")};
}

std::string body_of(const Value& request) {
  const Value* raw = object_find(request, "raw_body");
  if (raw != nullptr) return raw->is_string() ? std::string(raw->text()) : std::string();
  const Value* body = object_find(request, "body");
  return body != nullptr ? to_json(*body) : std::string();
}

// What is no string has no name, or no text.
Headers request_headers(const Value& request) {
  Headers headers;
  const Value* given = object_find(request, "headers");
  if (given == nullptr) return headers;
  auto text = [](const Value& value) { return value.is_string() ? std::string(value.text()) : std::string(); };
  for (const Entry& header : given->members()) headers[text(header.key)] = text(header.value);
  return headers;
}

Headers aws_headers(const Signer& signer, const Url& url, std::string_view body_hash, std::string_view token) {
  Headers headers{{"host", url.host}, {"x-amz-date", signer.time}};
  if (signer.service == "s3" || signer.service == "glacier") headers[std::string(kBodyHash)] = body_hash;
  if (!token.empty()) headers["x-amz-security-token"] = token;
  return headers;
}

// The request's own headers win over those of AWS here, though not in the answer.
Headers headers_to_sign(const Headers& given, const Headers& added) {
  Headers headers = added;
  for (const auto& [name, text] : given) {
    std::string lower = to_lower(name);
    if (std::find(std::begin(kUnsignedHeaders), std::end(kUnsignedHeaders), lower) == std::end(kUnsignedHeaders)) {
      headers[lower] = text;
    }
  }
  return headers;
}

std::string signed_authorization(const Signer& signer, std::string_view method, const Url& url,
                                 const Headers& headers, std::string_view body_hash) {
  std::string canonical(method);
  canonical.append("\n").append(url_escaped_path(url)).append("\n").append(url.raw_query).append("\n");
  std::string names;
  for (const auto& [name, text] : headers) {
    canonical.append(name).append(":").append(text).append("\n");
    names.append(name).append(";");
  }
  names.pop_back();  // "host" is always there
  canonical.append("\n").append(names).append("\n").append(body_hash);
  return signer.authorization(canonical, names);
}

Value headers_value(BuiltinCall& call, const Headers& headers) {
  ObjectBuilder object(call.arena);
  for (const auto& [name, text] : headers) object.insert(text_value(call, name), text_value(call, text));
  return object.finish();
}

}  // namespace

Value builtin_providers_aws_sign_req(BuiltinCall& call) {
  charge_value(call, call[0]);
  charge_value(call, call[1]);
  int64_t nanoseconds = 0;
  if (!check_arguments(call, &nanoseconds)) return Value::undefined();
  std::string fault;
  std::optional<Url> url = parse_url(text_of(call[0], "url"), &fault);
  if (!url) return call.fault(fault);
  const Value* unsigned_body = object_find(call[1], "disable_payload_signing");
  if (unsigned_body != nullptr && unsigned_body->kind != Kind::kBoolean) {
    return call.fault_argument(2, "invalid value for 'disable_payload_signing' in AWS config");
  }
  std::string body_hash = unsigned_body != nullptr && unsigned_body->is_true()
                              ? "UNSIGNED-PAYLOAD"
                              : hex_encode(hash_bytes(HashKind::kSha256, body_of(call[0])));
  Signer signer = signer_of(call[1], nanoseconds);
  Headers headers = request_headers(call[0]);
  Headers added = aws_headers(signer, *url, body_hash, text_of(call[1], "aws_session_token"));
  headers["Authorization"] = signed_authorization(signer, text_of(call[0], "method"), *url,
                                                  headers_to_sign(headers, added), body_hash);
  for (const auto& [name, text] : added) headers[name] = text;
  return object_with(call.arena, call[0], Value::string("headers"), headers_value(call, headers));
}

}  // namespace writ
