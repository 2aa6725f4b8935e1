// io.jwt.decode, io.jwt.verify_*.
#include <string>
#include <string_view>

#include "engine/builtins/hex.h"
#include "engine/builtins/support.h"
#include "engine/builtins/tokens/key_text.h"
#include "engine/builtins/tokens/token.h"
#include "engine/value/build.h"

namespace writ {

namespace {

const TokenAlgorithm& algorithm_named(std::string_view name) { return *find_signing_algorithm(name); }

// Whether a key of a set is meant for tokens with that header.
bool is_meant_for(const TokenKey& key, const TokenHeader& header) {
  return key.algorithm.empty() || key.algorithm == header.algorithm;
}

// What is verified with one text of keys. The algorithm is that of the built-in, whatever the header says.
Value verify(BuiltinCall& call, const TokenAlgorithm& algorithm) {
  CompactToken token;
  std::string error;
  std::string signature;
  Value decoded;
  TokenHeader header;
  if (!split_token(call, call[0].text(), &token)) return Value::undefined();
  const VerificationKeys* keys = read_verification_keys(call, call[1].text(), &error);
  if (keys == nullptr) return call.fault(std::move(error));
  if (!decode_signature(call, token, &signature) || !decode_header(call, token, &decoded) ||
      !read_header(call, decoded, &header)) {
    return Value::undefined();
  }
  // Private keys and secrets are no public keys, and so verify nothing here.
  auto verifies = [&](const TokenKey& key) {
    return key.kind == TokenKey::Kind::kPublic &&
           verify_token(algorithm, key, token.message(), signature, SignatureForm::kLoose);
  };
  if (const TokenKey* named = header.key_id.empty() ? nullptr : keys->find(header.key_id)) {
    return Value::of(verifies(*named));
  }
  for (const TokenKey& key : keys->all()) {
    if (is_meant_for(key, header) && verifies(key)) return Value::of(true);
  }
  return Value::of(false);
}

// With a secret; the header is not even looked at.
Value verify_secret(BuiltinCall& call, const TokenAlgorithm& algorithm) {
  CompactToken token;
  std::string signature;
  if (!split_token(call, call[0].text(), &token) || !decode_signature(call, token, &signature)) return Value::undefined();
  TokenKey key;
  key.kind = TokenKey::Kind::kSecret;
  key.secret = std::string(call[1].text());
  return Value::of(verify_token(algorithm, key, token.message(), signature, SignatureForm::kLoose));
}

}  // namespace

// A token inside a token is decoded instead of it, however deep: each level is a quarter shorter.
Value builtin_io_jwt_decode(BuiltinCall& call) {
  std::string_view text = call[0].text();
  for (;;) {
    CompactToken token;
    Value header;
    Value payload;
    std::string_view json;
    if (!split_token(call, text, &token) || !decode_header(call, token, &header) || !decode_payload(call, token, &json)) {
      return Value::undefined();
    }
    if (const Value* type = object_find(header, "cty")) {
      if (!type->is_string()) return call.fault("cty: must be a string");
      if (type->text() == "JWT") {
        // Quotes around it are not part of it.
        size_t begin = std::min(json.find_first_not_of("\"'"), json.size());
        size_t end = json.find_last_not_of("\"'");
        text = end == std::string_view::npos ? std::string_view() : json.substr(begin, end + 1 - begin);
        continue;
      }
    }
    std::string signature;
    if (!read_object(call, json, &payload) ||
        !decode_signature(call, token, &signature, "JWT signature had invalid encoding: ")) {
      return Value::undefined();
    }
    Value parts[] = {header, payload, make_string(call.arena, hex_encode(signature))};
    return make_array(call.arena, parts);
  }
}

Value builtin_io_jwt_verify_hs256(BuiltinCall& call) { return verify_secret(call, algorithm_named("HS256")); }
Value builtin_io_jwt_verify_hs384(BuiltinCall& call) { return verify_secret(call, algorithm_named("HS384")); }
Value builtin_io_jwt_verify_hs512(BuiltinCall& call) { return verify_secret(call, algorithm_named("HS512")); }
Value builtin_io_jwt_verify_rs256(BuiltinCall& call) { return verify(call, algorithm_named("RS256")); }
Value builtin_io_jwt_verify_rs384(BuiltinCall& call) { return verify(call, algorithm_named("RS384")); }
Value builtin_io_jwt_verify_rs512(BuiltinCall& call) { return verify(call, algorithm_named("RS512")); }
Value builtin_io_jwt_verify_ps256(BuiltinCall& call) { return verify(call, algorithm_named("PS256")); }
Value builtin_io_jwt_verify_ps384(BuiltinCall& call) { return verify(call, algorithm_named("PS384")); }
Value builtin_io_jwt_verify_ps512(BuiltinCall& call) { return verify(call, algorithm_named("PS512")); }
Value builtin_io_jwt_verify_es256(BuiltinCall& call) { return verify(call, algorithm_named("ES256")); }
Value builtin_io_jwt_verify_es384(BuiltinCall& call) { return verify(call, algorithm_named("ES384")); }
Value builtin_io_jwt_verify_es512(BuiltinCall& call) { return verify(call, algorithm_named("ES512")); }
Value builtin_io_jwt_verify_eddsa(BuiltinCall& call) { return verify(call, algorithm_named("EdDSA")); }

}  // namespace writ
