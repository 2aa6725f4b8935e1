// Any bytes as a text of keys, a header, a payload and a token. What must hold: an answer is the same, and costs the same,
// whether the keys were kept or are read again; a key that was read can be written, and reads as the same key; what a key
// signs verifies under it.
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/fuzz_bytes.h"
#include "engine/base/meter.h"
#include "engine/builtins/base64url.h"
#include "engine/builtins/call_support.h"
#include "engine/builtins/tokens/jwk.h"
#include "engine/builtins/tokens/quick_json.h"
#include "engine/value/text.h"

namespace {

using namespace writ;

constexpr uint64_t kFuel = 20'000'000;

// The answer and what it cost.
std::string call(test::Bench& bench, std::string_view name, const Value& args) {
  Meter meter;
  meter.begin(kFuel);
  Meter::Scope scope(&meter);
  bench.services.patterns().begin();
  std::string answer = bench.run(name, to_json(args));
  return answer + " " + std::to_string(meter.used());
}

Value texts(Arena& arena, std::initializer_list<std::string_view> parts) {
  std::vector<Value> values;
  for (std::string_view part : parts) values.push_back(make_string(arena, part));
  return make_array(arena, values);
}

void check_keys(std::string_view text, Arena& arena) {
  std::vector<Jwk> keys;
  std::string error;
  if (!read_jwks(text, &keys, &error)) return;
  for (const Jwk& jwk : keys) {
    TokenKey key;
    if (!make_token_key(jwk, &key, &error) || key.kind == TokenKey::Kind::kSecret) continue;
    std::vector<Jwk> again;
    TokenKey same;
    demand(read_jwks(to_json(write_jwk(arena, key.public_key)), &again, &error) && again.size() == 1);
    demand(make_token_key(again[0], &same, &error) && same.public_key == key.public_key);
  }
}

// `token` is what the first of the keys signed. An EC key may say a point that is not its own, and an Ed25519 key may have
// served as a secret, as OPA lets them.
void check_signature(std::string_view token, std::string_view header, std::string_view keys) {
  std::vector<Jwk> read;
  TokenKey key;
  std::string name, error, signature;
  demand(QuickJson(header).find_string("alg", &name, &error) && read_jwks(keys, &read, &error));
  demand(make_token_key(read[0], &key, &error));
  const TokenAlgorithm* algorithm = find_signing_algorithm(name);
  demand(algorithm != nullptr);
  bool is_okp_secret = algorithm->scheme == SignatureScheme::kHmac && read[0].type == JwkType::kOkp;
  if (read[0].type == JwkType::kEc || is_okp_secret) return;
  size_t end = token.rfind('.');
  demand(decode_base64url(token.substr(end + 1), &signature, &error));
  demand(verify_token(*algorithm, key, token.substr(0, end), signature, SignatureForm::kJws));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 8192) return 0;
  FuzzBytes bytes(data, size);
  constexpr std::string_view kVerify[] = {"io.jwt.verify_rs256", "io.jwt.verify_ps384", "io.jwt.verify_es256",
                                          "io.jwt.verify_es512", "io.jwt.verify_eddsa", "io.jwt.verify_hs256"};
  std::string_view name = kVerify[bytes.below(std::size(kVerify))];
  std::string keys(bytes.text());
  std::string header(bytes.text());
  std::string payload(bytes.text());
  test::Bench bench;
  try {
    Value verified = texts(bench.arena, {bytes.rest(), keys});
    demand(call(bench, name, verified) == call(bench, name, verified));
    demand(call(bench, "io.jwt.decode", texts(bench.arena, {verified.items()[0].text()})) != "");
    check_keys(keys, bench.arena);
    bench.services.answers["io.jwt.encode_sign_raw"] = "\"" + std::string(42, 'A') + "8=\"";  // 32 bytes
    std::string token = bench.run("io.jwt.encode_sign_raw", to_json(texts(bench.arena, {header, payload, keys})));
    if (token.starts_with('"')) check_signature(std::string_view(token).substr(1, token.size() - 2), header, keys);
  } catch (const Failure&) {
  }
  return 0;
}
