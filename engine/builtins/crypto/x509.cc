// crypto.x509.* and crypto.parse_private_keys: certificates, requests and keys in PEM or in base 64, as OPA and Go's
// crypto/x509 read them. What is between the text of an argument and its DER is here; the rest is in the files that are
// included.
#include "engine/builtins/crypto/certificate_list.h"
#include "engine/builtins/crypto/certificate_request.h"
#include "engine/builtins/crypto/certificate_value.h"
#include "engine/builtins/crypto/keys.h"
#include "engine/builtins/crypto/pem.h"
#include "engine/builtins/support.h"
#include "engine/builtins/tokens/jwk.h"
#include "engine/value/build.h"

namespace writ {

namespace {

// --- Private keys ----------------------------------------------------------------------------------------------------

using KeyParser = std::optional<PrivateKey> (*)(std::string_view, std::string*);

struct KeyBlock {
  std::string_view type;
  KeyParser parse;
};
constexpr KeyBlock kKeyBlocks[] = {
    {"RSA PRIVATE KEY", parse_pkcs1_private_key},
    {"PRIVATE KEY", parse_pkcs8_private_key},
    {"EC PRIVATE KEY", parse_ec_private_key},
};

// The private keys in the blocks of a text, which may be base 64 once more; other blocks are skipped.
bool read_private_keys(std::string_view text, std::vector<PrivateKey>* keys, std::string* fault) {
  std::string decoded;
  std::string ignored;
  if (decode_certificate_base64(text, &decoded, &ignored)) text = decoded;
  while (!text.empty()) {
    std::optional<PemBlock> block = decode_pem(text, &text);
    if (!block) return true;
    for (const KeyBlock& row : kKeyBlocks) {
      if (row.type != block->type) continue;
      std::optional<PrivateKey> key = row.parse(block->bytes, fault);
      if (!key) return false;
      keys->push_back(std::move(*key));
    }
  }
  return true;
}

// Why a key has no form as a JWK, in the words of OPA's library.
std::string no_jwk_fault(const PrivateKey& key) {
  if (key.public_key.kind == KeyKind::kRsa) {
    return "failed to initialize *jwk.rsaPrivateKey from *rsa.PrivateKey: invalid number of primes in rsa.PrivateKey: "
           "need 0 to 2, but got " + std::to_string(key.primes.size());
  }
  return "failed to initialize *jwk.ecdsaPrivateKey from *ecdsa.PrivateKey: jwk: failed to get algorithm for converting "
         "ECDSA private key to JWK: unknown elliptic curve: " + std::string(key.public_key.curve->name);
}

// As the TLS library of Go reads a key: whichever form fits.
std::optional<PrivateKey> parse_tls_key(std::string_view der, std::string* fault) {
  std::string ignored;
  if (auto key = parse_pkcs1_private_key(der, &ignored)) return key;
  if (auto key = parse_pkcs8_private_key(der, &ignored)) {
    if (key->public_key.kind != KeyKind::kX25519) return key;
    *fault = "tls: found unknown private key type in PKCS#8 wrapping";
    return std::nullopt;
  }
  if (auto key = parse_ec_private_key(der, &ignored)) return key;
  *fault = "tls: failed to parse private key";
  return std::nullopt;
}

// A certificate chain and the key of its first certificate, as tls.X509KeyPair reads them.
class KeyPair {
 public:
  explicit KeyPair(BuiltinCall& call) : call_(call) {}

  bool read(std::string_view certificate_text, std::string_view key_text) {
    return unwrap(certificate_text, &certificate_pem_) && unwrap(key_text, &key_pem_) && read_certificates() &&
           find_key() && parse_certificate(call_.arena.copy(chain_[0]), call_.arena, &leaf_, &fault_) && match();
  }

  const std::vector<std::string>& chain() const { return chain_; }
  const Certificate& leaf() const { return leaf_; }
  const PrivateKey& key() const { return *key_; }
  const std::string& fault() const { return fault_; }

 private:
  struct Side {
    std::string text;
    bool is_pem = true;
  };

  bool fail(std::string why) {
    fault_ = std::move(why);
    return false;
  }

  // PEM, or base 64 of PEM or DER.
  bool unwrap(std::string_view text, Side* side) {
    if (text.starts_with("-----BEGIN ")) {
      side->text = text;
      return true;
    }
    if (!decode_certificate_base64(text, &side->text, &fault_)) return false;
    side->is_pem = side->text.starts_with("-----BEGIN");
    return true;
  }

  static std::string types_text(const std::vector<std::string>& types) {
    std::string out = "[";
    for (const std::string& type : types) out.append(out.size() > 1 ? " " : "").append(type);
    return out + "]";
  }

  bool read_certificates() {
    // DER that only begins like PEM is PEM to OPA's check of the key, and none to that of the certificate.
    if (!certificate_pem_.text.starts_with("-----BEGIN ")) {
      chain_.push_back(certificate_pem_.text);
      return true;
    }
    std::vector<std::string> skipped;
    std::string_view rest = certificate_pem_.text;
    while (std::optional<PemBlock> block = decode_pem(rest, &rest)) {
      (block->type == "CERTIFICATE" ? chain_ : skipped)
          .push_back(block->type == "CERTIFICATE" ? std::move(block->bytes) : std::move(block->type));
    }
    if (!chain_.empty()) return true;
    if (skipped.empty()) return fail("tls: failed to find any PEM data in certificate input");
    if (skipped.size() == 1 && skipped[0].ends_with("PRIVATE KEY")) {
      return fail(
          "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may "
          "have been switched");
    }
    return fail(
        "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks of the following "
        "types: " + types_text(skipped));
  }

  bool find_key() {
    if (!key_pem_.is_pem) {
      key_der_ = key_pem_.text;
      return true;
    }
    std::vector<std::string> skipped;
    std::string_view rest = key_pem_.text;
    while (std::optional<PemBlock> block = decode_pem(rest, &rest)) {
      if (block->type == "PRIVATE KEY" || block->type.ends_with(" PRIVATE KEY")) {
        key_der_ = std::move(block->bytes);
        return true;
      }
      skipped.push_back(std::move(block->type));
    }
    if (skipped.empty()) return fail("tls: failed to find any PEM data in key input");
    if (skipped.size() == 1 && skipped[0] == "CERTIFICATE") {
      return fail("tls: found a certificate rather than a key in the PEM for the private key");
    }
    return fail(
        "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping PEM blocks of "
        "the following types: " + types_text(skipped));
  }

  bool match() {
    key_ = parse_tls_key(key_der_, &fault_);
    if (!key_) return false;
    const std::optional<PublicKey>& half = leaf_.public_key;
    if (!half || half->kind == KeyKind::kDsa) return fail("tls: unknown public key algorithm");
    if (half->kind != key_->public_key.kind) return fail("tls: private key type does not match public key type");
    return *half == key_->public_key || fail("tls: private key does not match public key");
  }

  BuiltinCall& call_;
  Side certificate_pem_, key_pem_;
  std::vector<std::string> chain_;
  std::string key_der_;
  Certificate leaf_;
  std::optional<PrivateKey> key_;
  std::string fault_;
};

}  // namespace

Value builtin_crypto_x509_parse_certificates(BuiltinCall& call) {
  charge_certificate_text(call, call[0]);
  CertificateList list(call);
  if (!list.read(call[0].text())) return call.fault(list.fault());
  CertificateWriter writer(call);
  Value value = writer.certificates(list.pointers(), true);
  return value.is_defined() ? value : call.fault(writer.fault());
}

Value builtin_crypto_x509_parse_certificate_request(BuiltinCall& call) {
  charge_certificate_text(call, call[0]);
  Lease memory(call.arena, decoded_memory(call[0]));
  std::string_view text = call[0].text();
  std::string bytes;
  std::string fault;
  if (text.starts_with("-----BEGIN CERTIFICATE REQUEST-----")) {
    bytes = text;
  } else if (!decode_certificate_base64(text, &bytes, &fault)) {
    return call.fault(fault);
  }
  std::string_view rest;
  if (std::optional<PemBlock> block = decode_pem(bytes, &rest)) {
    if (block->type != "CERTIFICATE REQUEST") return call.fault("invalid PEM-encoded certificate signing request");
    bytes = std::move(block->bytes);
  }
  CertificateRequest request;
  if (!parse_certificate_request(call.arena.copy(bytes), call.arena, &request, &fault)) return call.fault(fault);
  if (request.has_bad_time) return call.fault(std::string(kTimeFault));
  return CertificateWriter(call).request(request);
}

Value builtin_crypto_parse_private_keys(BuiltinCall& call) {
  charge_certificate_text(call, call[0]);
  Lease memory(call.arena, decoded_memory(call[0]));
  if (call[0].size == 0) return Value::null();
  std::vector<PrivateKey> keys;
  std::string fault;
  if (!read_private_keys(call[0].text(), &keys, &fault)) return call.fault(fault);
  CertificateWriter writer(call);
  ArrayBuilder array(call.arena);
  for (const PrivateKey& key : keys) array.append(writer.private_key(key));
  return array.finish();
}

// Whatever kind the first key is of; the name is older than the others.
Value builtin_crypto_x509_parse_rsa_private_key(BuiltinCall& call) {
  charge_certificate_text(call, call[0]);
  Lease memory(call.arena, decoded_memory(call[0]));
  std::string_view text = call[0].text();
  if (text.empty()) return call.fault("input PEM data was empty");
  std::string decoded;
  std::string fault;
  if (!text.starts_with(kPemStart)) {
    if (!decode_certificate_base64(text, &decoded, &fault)) return call.fault(fault);
    text = decoded;
  }
  std::vector<PrivateKey> keys;
  if (!read_private_keys(text, &keys, &fault)) return call.fault(fault);
  if (keys.empty()) return Value::null();
  Value jwk = write_jwk(call.arena, keys[0]);
  return jwk.is_defined() ? jwk : call.fault(no_jwk_fault(keys[0]));
}

Value builtin_crypto_x509_parse_keypair(BuiltinCall& call) {
  charge_certificate_text(call, call[0]);
  charge_certificate_text(call, call[1]);
  Lease memory(call.arena, decoded_memory(call[0]) + decoded_memory(call[1]));
  KeyPair pair(call);
  if (!pair.read(call[0].text(), call[1].text())) return call.fault(pair.fault());
  CertificateWriter writer(call);
  ArrayBuilder chain(call.arena);
  for (const std::string& der : pair.chain()) chain.append(writer.bytes(der));
  Value leaf = writer.certificate(pair.leaf(), false);
  if (!leaf.is_defined()) return call.fault(writer.fault());
  ObjectBuilder object(call.arena);
  object.insert("Certificate", chain.finish());
  object.insert("PrivateKey", writer.private_key(pair.key()));
  object.insert("SupportedSignatureAlgorithms", Value::null());
  object.insert("OCSPStaple", Value::null());
  object.insert("SignedCertificateTimestamps", Value::null());
  object.insert("Leaf", leaf);
  return object.finish();
}

}  // namespace writ
