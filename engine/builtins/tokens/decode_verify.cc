// io.jwt.decode_verify: a token is decoded and verified, and what it claims is compared with constraints.
//
// Whatever does not hold makes the answer [false, {}, {}]; what cannot be read is an error. Constraints say with which keys
// to verify ("cert": what verify_* take, or "secret"), with which algorithm, and which issuer, audience and moment a token
// must be for. The moment is that of the decision where none is given. Numbers of seconds are compared as OPA compares them:
// nanoseconds are rounded to a float64 before they are divided.
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/builtins/float64.h"
#include "engine/builtins/go_float.h"
#include "engine/builtins/support.h"
#include "engine/builtins/tokens/key_text.h"
#include "engine/builtins/tokens/token.h"
#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/text.h"

namespace writ {

namespace {

bool fail(BuiltinCall& call, std::string text) {
  call.fault(std::move(text));
  return false;
}

struct Constraints {
  const VerificationKeys* keys = nullptr;
  std::string_view secret, algorithm, issuer, audience;  // empty: not constrained; no audience
  Value time;                                            // nanoseconds
};

// A moment in seconds, as OPA has it to compare with; false, with the call faulted, if it is none.
bool seconds_of(BuiltinCall& call, const Value& nanoseconds, Value* seconds) {
  std::string text;
  append_number(text, nanoseconds);
  BinaryNumber number;
  if (!nearest_float64(text, &number)) return fail(call, "token time constraint: unvalid float64");
  if (number.negative && number.mantissa != 0) return fail(call, "token time constraint: must not be negative");
  constexpr uint64_t kNanosecondsPerSecond = 1'000'000'000;
  *seconds = number_from_text(call.arena, go_float_text(divide_float64(number, kNanosecondsPerSecond), 'g', -1));
  return true;
}

bool read_text(BuiltinCall& call, const Entry& member, std::string_view* text) {
  if (!member.value.is_string()) return fail(call, std::string(member.key.text()) + " constraint: must be a string");
  *text = member.value.text();
  return true;
}

bool read_constraint(BuiltinCall& call, const Entry& member, Constraints* read) {
  if (!member.key.is_string()) return fail(call, "unknown token validation constraint: " + to_rego(member.key));
  std::string_view name = member.key.text();
  if (name == "secret") return read_text(call, member, &read->secret);
  if (name == "alg") return read_text(call, member, &read->algorithm);
  if (name == "iss") return read_text(call, member, &read->issuer);
  if (name == "aud") return read_text(call, member, &read->audience);
  if (name == "time") {
    read->time = member.value;
    return member.value.is_number() ? seconds_of(call, member.value, &read->time)
                                    : fail(call, "token time constraint: must be a number");
  }
  if (name != "cert") return fail(call, "unknown token validation constraint: " + std::string(name));
  std::string_view text;
  std::string error;
  if (!read_text(call, member, &text)) return false;
  read->keys = read_verification_keys(call, text, &error);
  return read->keys != nullptr || fail(call, std::move(error));
}

bool read_constraints(BuiltinCall& call, Constraints* read) {
  for (const Entry& member : call[1].members()) {
    if (!read_constraint(call, member, read)) return false;
  }
  if (!read->time.is_defined()) {
    Value now = call.services.call_host("time.now_ns", {});
    if (!now.is_number()) throw Failure(ErrorCode::E_OUTSIDE, "time.now_ns was answered with something that is not a number");
    if (!seconds_of(call, now, &read->time)) return false;
  }
  if (read->keys != nullptr && !read->secret.empty()) return fail(call, "duplicate key constraints");
  return read->keys != nullptr || !read->secret.empty() || fail(call, "no key constraint");
}

// Whether a key of the constraints verifies the token under the algorithm that its header says.
bool verifies(const Constraints& constraints, const TokenHeader& header, const CompactToken& token,
              std::string_view signature) {
  const TokenAlgorithm* algorithm = find_verifying_algorithm(header.algorithm);
  if (algorithm == nullptr) return false;
  auto check = [&](const TokenKey& key) {
    return verify_token(*algorithm, key, token.message(), signature, SignatureForm::kJws);
  };
  if (constraints.keys == nullptr) {
    TokenKey key;
    key.kind = TokenKey::Kind::kSecret;
    key.secret = std::string(constraints.secret);
    return check(key);
  }
  const TokenKey* named = header.key_id.empty() ? nullptr : constraints.keys->find(header.key_id);
  if (named != nullptr) return check(*named);
  for (const TokenKey& key : constraints.keys->all()) {
    if ((key.algorithm.empty() || key.algorithm == header.algorithm) && check(key)) return true;
  }
  return false;
}

enum class Outcome { kVerified, kNotVerified, kFaulted };

// Unwraps tokens inside of tokens, each of which must verify. The payload is that of the innermost.
Outcome verify_nested(BuiltinCall& call, const Constraints& constraints, Value* header, std::string_view* payload) {
  std::string_view text = call[0].text();
  for (;;) {
    CompactToken token;
    TokenHeader read;
    std::string signature;
    if (!split_token(call, text, &token) || !decode_header(call, token, header) || !read_header(call, *header, &read)) {
      return Outcome::kFaulted;
    }
    if (!read.is_valid()) return Outcome::kNotVerified;
    if (!constraints.algorithm.empty() && constraints.algorithm != read.algorithm) return Outcome::kNotVerified;
    if (!decode_signature(call, token, &signature)) return Outcome::kFaulted;
    if (!verifies(constraints, read, token, signature)) return Outcome::kNotVerified;
    if (!decode_payload(call, token, payload)) return Outcome::kFaulted;
    if (to_lower(read.content_type) != "jwt") return Outcome::kVerified;
    text = *payload;
  }
}

bool is_audience(const Value& claim, std::string_view audience) {
  if (claim.is_string()) return claim.text() == audience;
  if (!claim.is_array()) return false;
  for (const Value& element : claim.items()) {
    if (element.is_string() && element.text() == audience) return true;
  }
  return false;
}

// The time claims: before "exp", not before "nbf".
Outcome check_times(BuiltinCall& call, const Value& payload, const Value& time) {
  if (const Value* end = object_find(payload, "exp")) {
    if (!end->is_number()) return call.fault("exp value must be a number"), Outcome::kFaulted;
    charge_arithmetic(call, expanded_digits(*end));
    if (number_compare(time, *end) >= 0) return Outcome::kNotVerified;
  }
  if (const Value* begin = object_find(payload, "nbf")) {
    if (!begin->is_number()) return call.fault("nbf value must be a number"), Outcome::kFaulted;
    charge_arithmetic(call, expanded_digits(*begin));
    if (number_compare(time, *begin) < 0) return Outcome::kNotVerified;
  }
  return Outcome::kVerified;
}

Outcome check_claims(BuiltinCall& call, const Value& payload, const Constraints& constraints) {
  if (!constraints.issuer.empty()) {
    const Value* issuer = object_find(payload, "iss");
    if (issuer == nullptr) return Outcome::kNotVerified;
    if (!issuer->is_string()) return call.fault("iss value must be a string"), Outcome::kFaulted;
    if (issuer->text() != constraints.issuer) return Outcome::kNotVerified;
  }
  if (const Value* audience = object_find(payload, "aud")) {
    if (!is_audience(*audience, constraints.audience)) return Outcome::kNotVerified;
  } else if (!constraints.audience.empty()) {
    return Outcome::kNotVerified;
  }
  return check_times(call, payload, constraints.time);
}

Outcome decode_and_verify(BuiltinCall& call, Value* header, Value* payload) {
  Constraints constraints;
  std::string_view json;
  if (!read_constraints(call, &constraints)) return Outcome::kFaulted;
  Outcome outcome = verify_nested(call, constraints, header, &json);
  if (outcome != Outcome::kVerified) return outcome;
  if (!read_object(call, json, payload)) return Outcome::kFaulted;
  return check_claims(call, *payload, constraints);
}

}  // namespace

Value builtin_io_jwt_decode_verify(BuiltinCall& call) {
  Value header;
  Value payload;
  Outcome outcome = decode_and_verify(call, &header, &payload);
  if (outcome == Outcome::kFaulted) return Value::undefined();
  bool verified = outcome == Outcome::kVerified;
  Value nothing = Value::sorted_object(nullptr, 0);
  Value answer[] = {Value::of(verified), verified ? header : nothing, verified ? payload : nothing};
  return make_array(call.arena, answer);
}

}  // namespace writ
