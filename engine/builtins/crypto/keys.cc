// Reading keys as Go's crypto/x509 reads them. Each form is a structure of a few fields; where one does not fit, Go
// tries the other forms only to say which of its functions would have taken it. Points are checked by OpenSSL's
// arithmetic, with Go's faults.
#include "engine/builtins/crypto/keys.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

#include <algorithm>

#include "engine/base/error.h"
#include "engine/base/meter.h"

namespace writ {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kRsaOid = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01"sv;
constexpr std::string_view kDsaOid = "\x2A\x86\x48\xCE\x38\x04\x01"sv;
constexpr std::string_view kEcOid = "\x2A\x86\x48\xCE\x3D\x02\x01"sv;
constexpr std::string_view kX25519Oid = "\x2B\x65\x6E"sv;
constexpr std::string_view kEd25519Oid = "\x2B\x65\x70"sv;
constexpr std::string_view kNull = "\x05\x00"sv;
constexpr size_t kRawKeyBytes = 32;
// Units for multiplying a point of curve 25519.
constexpr uint64_t kRawKeyFuel = 4'000;

constexpr Curve kCurves[] = {
    {"P-224", "\x2B\x81\x04\x00\x21"sv, "P-224", NID_secp224r1, 28, 20'000},
    {"P-256", "\x2A\x86\x48\xCE\x3D\x03\x01\x07"sv, "P-256", NID_X9_62_prime256v1, 32, 10'000},
    {"P-384", "\x2B\x81\x04\x00\x22"sv, "P-384", NID_secp384r1, 48, 60'000},
    {"P-521", "\x2B\x81\x04\x00\x23"sv, "P-521", NID_secp521r1, 66, 80'000},
};

// The group of a curve, made at its first use and kept.
const EC_GROUP* group_of(const Curve& curve) {
  static const std::vector<CurveGroup> groups = [] {
    std::vector<CurveGroup> made;
    for (const Curve& row : kCurves) {
      made.emplace_back(EC_GROUP_new_by_curve_name_ex(openssl_context(), nullptr, row.nid));
      if (made.back() == nullptr) openssl_failed(row.name);
    }
    return made;
  }();
  return groups[static_cast<size_t>(&curve - kCurves)].get();
}

std::nullopt_t refuse(std::string* fault, std::string_view why) {
  if (fault->empty()) *fault = why;
  return std::nullopt;
}

// "P256": the name as Go's faults about points have it.
std::string short_name(const Curve& curve) { return "P" + std::string(curve.name.substr(2)); }

std::string magnitude(std::string_view integer) { return std::string(integer_magnitude(integer)); }
bool is_positive(std::string_view integer) {
  return !is_negative_integer(integer) && !integer_magnitude(integer).empty();
}

// --- Public keys -----------------------------------------------------------------------------------------------------

std::optional<PublicKey> parse_rsa_bits(const AlgorithmIdentifier& algorithm, std::string_view data,
                                        std::string* fault) {
  if (algorithm.parameters != kNull) return refuse(fault, "x509: RSA key missing NULL parameters");
  PublicKey key;
  DerReader outer(data);
  DerReader fields({});
  std::string_view modulus;
  if (!outer.enter(der::kSequence, &fields)) return refuse(fault, "x509: invalid RSA public key");
  if (!fields.read_integer(&modulus)) return refuse(fault, "x509: invalid RSA modulus");
  if (!fields.read_int64(&key.exponent)) return refuse(fault, "x509: invalid RSA public exponent");
  if (!is_positive(modulus)) return refuse(fault, "x509: RSA modulus is not a positive number");
  if (key.exponent <= 0) return refuse(fault, "x509: RSA public exponent is not a positive number");
  key.modulus = magnitude(modulus);
  return key;
}

std::optional<PublicKey> parse_dsa_bits(const AlgorithmIdentifier& algorithm, std::string_view data,
                                        std::string* fault) {
  std::string_view numbers[4];
  DerReader outer(data);
  if (!outer.read_integer(&numbers[3])) return refuse(fault, "x509: invalid DSA public key");
  DerReader parameters(algorithm.parameters);
  DerReader fields({});
  if (!parameters.enter(der::kSequence, &fields) || !fields.read_integer(&numbers[0]) ||
      !fields.read_integer(&numbers[1]) || !fields.read_integer(&numbers[2])) {
    return refuse(fault, "x509: invalid DSA parameters");
  }
  if (!std::all_of(std::begin(numbers), std::end(numbers), is_positive)) {
    return refuse(fault, "x509: zero or negative DSA parameter");
  }
  PublicKey key{.kind = KeyKind::kDsa};
  key.p = magnitude(numbers[0]);
  key.q = magnitude(numbers[1]);
  key.g = magnitude(numbers[2]);
  key.y = magnitude(numbers[3]);
  return key;
}

std::optional<PublicKey> parse_ec_bits(const AlgorithmIdentifier& algorithm, std::string_view data,
                                       std::string* fault) {
  DerReader parameters(algorithm.parameters);
  std::string_view oid;
  if (!parameters.read_oid(&oid)) return refuse(fault, "x509: invalid ECDSA parameters");
  const Curve* curve = find_curve(oid);
  if (curve == nullptr) return refuse(fault, "x509: unsupported elliptic curve");
  return make_ec_public_key(*curve, data, fault);
}

PublicKey raw_public_key(KeyKind kind, std::string_view data) {
  PublicKey key{.kind = kind};
  key.raw = data;
  return key;
}

// --- Structures of private keys --------------------------------------------------------------------------------------

struct Pkcs1 {
  int64_t version = 0;
  int64_t exponent = 0;
  std::string_view modulus, d, p, q, dp, dq, qinv;
  std::vector<std::string_view> primes;
};

bool read_extra_primes(Asn1Fields& fields, Pkcs1* key) {
  Asn1Element element;
  Asn1Fields list({}, fields.fault());
  if (!fields.sequence(&list, {.is_optional = true}, &element) || !element.is_present) return fields.fault()->empty();
  if (!list.is_list_of(der::kSequence & 0x1F, true)) return false;
  while (!list.empty()) {
    Asn1Fields prime({}, fields.fault());
    std::string_view number, exponent, coefficient;
    if (!list.sequence(&prime, {.type = "pkcs1AdditionalRSAPrime"}) || !prime.big_integer(&number) ||
        !prime.big_integer(&exponent) || !prime.big_integer(&coefficient)) {
      return false;
    }
    key->primes.push_back(number);
  }
  return true;
}

// `*rest` is what follows the structure.
bool read_pkcs1(std::string_view der, Pkcs1* key, std::string* fault, std::string_view* rest) {
  Asn1Fields outer(der, fault);
  Asn1Fields fields({}, fault);
  if (!outer.sequence(&fields, {.type = "pkcs1PrivateKey"}) || !fields.integer(&key->version) ||
      !fields.big_integer(&key->modulus) || !fields.integer(&key->exponent)) {
    return false;
  }
  for (std::string_view* number : {&key->d, &key->p, &key->q}) {
    if (!fields.big_integer(number)) return false;
  }
  for (std::string_view* number : {&key->dp, &key->dq, &key->qinv}) {
    if (!fields.big_integer(number, {.is_optional = true})) return false;
  }
  *rest = outer.rest();
  return read_extra_primes(fields, key);
}

struct Pkcs8 {
  int64_t version = 0;
  AlgorithmIdentifier algorithm;
  std::string_view key;
};

bool read_pkcs8(std::string_view der, Pkcs8* key, std::string* fault) {
  Asn1Fields outer(der, fault);
  Asn1Fields fields({}, fault);
  return outer.sequence(&fields, {.type = "pkcs8"}) && fields.integer(&key->version) &&
         read_algorithm(fields, &key->algorithm) && fields.octets(&key->key);
}

struct Sec1 {
  int64_t version = 0;
  std::string_view secret;
  std::string_view curve;
  BitString point;
};

bool read_sec1(std::string_view der, Sec1* key, std::string* fault) {
  Asn1Fields outer(der, fault);
  Asn1Fields fields({}, fault);
  return outer.sequence(&fields, {.type = "ecPrivateKey"}) && fields.integer(&key->version) &&
         fields.octets(&key->secret) &&
         fields.oid(&key->curve, {.type = "ObjectIdentifier", .is_optional = true, .is_explicit = true, .tag = 0}) &&
         fields.bits(&key->point, {.type = "BitString", .is_optional = true, .is_explicit = true, .tag = 1});
}

bool fits_pkcs1(std::string_view der) {
  Pkcs1 key;
  std::string fault;
  std::string_view rest;
  return read_pkcs1(der, &key, &fault, &rest);
}
bool fits_pkcs8(std::string_view der) {
  Pkcs8 key;
  std::string fault;
  return read_pkcs8(der, &key, &fault);
}
bool fits_sec1(std::string_view der) {
  Sec1 key;
  std::string fault;
  return read_sec1(der, &key, &fault);
}

std::string use_instead(std::string_view function) {
  return "x509: failed to parse private key (use " + std::string(function) + " instead for this key format)";
}

// `curve_oid` is that of the PKCS #8 structure around; null: there is none, and the key names its own.
std::optional<PrivateKey> parse_sec1(std::string_view der, const std::string_view* curve_oid, std::string* fault) {
  Sec1 parsed;
  std::string why;
  if (!read_sec1(der, &parsed, &why)) {
    if (fits_pkcs8(der)) return refuse(fault, use_instead("ParsePKCS8PrivateKey"));
    if (fits_pkcs1(der)) return refuse(fault, use_instead("ParsePKCS1PrivateKey"));
    return refuse(fault, "x509: failed to parse EC private key: " + why);
  }
  if (parsed.version != 1) {
    return refuse(fault, "x509: unknown EC private key version " + std::to_string(parsed.version));
  }
  const Curve* curve = find_curve(curve_oid != nullptr ? *curve_oid : parsed.curve);
  if (curve == nullptr) return refuse(fault, "x509: unknown elliptic curve");
  std::string_view secret = parsed.secret;
  while (secret.size() > curve->bytes) {
    if (secret[0] != 0) return refuse(fault, "x509: invalid private key length");
    secret.remove_prefix(1);
  }
  return make_ec_private_key(*curve, std::string(curve->bytes - secret.size(), '\0').append(secret), fault);
}

std::optional<PrivateKey> parse_pkcs8_ec(const Pkcs8& parsed, std::string* fault) {
  std::string ignored;
  std::string_view oid;
  bool has_curve = Asn1Fields(parsed.algorithm.parameters, &ignored).oid(&oid);
  std::string why;
  auto key = parse_sec1(parsed.key, has_curve ? &oid : nullptr, &why);
  return key ? key : refuse(fault, "x509: failed to parse EC private key embedded in PKCS#8: " + why);
}

std::optional<PrivateKey> parse_pkcs8_raw(const Pkcs8& parsed, KeyKind kind, std::string* fault) {
  std::string name = kind == KeyKind::kEd25519 ? "Ed25519" : "X25519";
  if (!parsed.algorithm.parameters.empty()) return refuse(fault, "x509: invalid " + name + " private key parameters");
  std::string why;
  std::string_view seed;
  if (!Asn1Fields(parsed.key, &why).octets(&seed)) {
    return refuse(fault, "x509: invalid " + name + " private key: " + why);
  }
  if (seed.size() == kRawKeyBytes) return make_raw_private_key(kind, seed);
  if (kind == KeyKind::kX25519) return refuse(fault, "crypto/ecdh: invalid private key size");
  return refuse(fault, "x509: invalid Ed25519 private key length: " + std::to_string(seed.size()));
}

}  // namespace

const Curve* find_curve(std::string_view oid) {
  auto found = std::find_if(std::begin(kCurves), std::end(kCurves), [&](const Curve& c) { return c.oid == oid; });
  return found == std::end(kCurves) ? nullptr : found;
}

const Curve* find_curve_named(std::string_view name) {
  auto found = std::find_if(std::begin(kCurves), std::end(kCurves), [&](const Curve& c) { return c.name == name; });
  return found == std::end(kCurves) ? nullptr : found;
}

uint64_t PublicKey::modulus_bits() const {
  if (modulus.empty()) return 0;
  uint64_t bits = modulus.size() * 8;
  for (auto top = static_cast<uint8_t>(modulus[0]); (top & 0x80) == 0; top = static_cast<uint8_t>(top << 1)) bits--;
  return bits;
}

void charge_modular(uint64_t bits, uint64_t multiplications) {
  if (bits > kMaxModulusBits) {
    throw Failure(ErrorCode::E_NUM_RANGE,
                  "a number of a key has more than " + std::to_string(kMaxModulusBits) + " bits");
  }
  uint64_t words = bits / 64 + 1;
  charge_work(words * words * multiplications / 8 + 1);
}

// --- Parsing ---------------------------------------------------------------------------------------------------------

std::optional<PublicKey> parse_public_key(const AlgorithmIdentifier& algorithm, const BitString& bits,
                                          std::string* fault) {
  std::string data = bits.right_aligned();
  if (algorithm.oid == kRsaOid) return parse_rsa_bits(algorithm, data, fault);
  if (algorithm.oid == kEcOid) return parse_ec_bits(algorithm, data, fault);
  if (algorithm.oid == kDsaOid) return parse_dsa_bits(algorithm, data, fault);
  if (algorithm.oid == kEd25519Oid) {
    if (!algorithm.parameters.empty()) return refuse(fault, "x509: Ed25519 key encoded with illegal parameters");
    if (data.size() != kRawKeyBytes) return refuse(fault, "x509: wrong Ed25519 public key size");
    return raw_public_key(KeyKind::kEd25519, data);
  }
  if (algorithm.oid == kX25519Oid) {
    if (!algorithm.parameters.empty()) return refuse(fault, "x509: X25519 key encoded with illegal parameters");
    if (data.size() != kRawKeyBytes) return refuse(fault, "crypto/ecdh: invalid public key");
    return raw_public_key(KeyKind::kX25519, data);
  }
  return refuse(fault, "x509: unknown public key algorithm");
}

std::optional<PublicKey> parse_public_key_info(std::string_view der, std::string* fault) {
  std::string why;
  Asn1Fields outer(der, &why);
  Asn1Fields fields({}, &why);
  AlgorithmIdentifier algorithm;
  BitString bits;
  if (!outer.sequence(&fields, {.type = "publicKeyInfo"}) || !read_algorithm(fields, &algorithm) ||
      !fields.bits(&bits)) {
    std::string ignored;
    Asn1Fields other(der, &ignored);
    Asn1Fields numbers({}, &ignored);
    std::string_view modulus;
    int64_t exponent = 0;
    if (other.sequence(&numbers, {}) && numbers.big_integer(&modulus) && numbers.integer(&exponent)) {
      return refuse(fault,
                    "x509: failed to parse public key (use ParsePKCS1PublicKey instead for this key format)");
    }
    return refuse(fault, why);
  }
  if (!outer.empty()) return refuse(fault, "x509: trailing data after ASN.1 of public-key");
  return parse_public_key(algorithm, bits, fault);
}

std::optional<PublicKey> parse_pkcs1_public_key(std::string_view der, std::string* fault) {
  std::string why;
  Asn1Fields outer(der, &why);
  Asn1Fields fields({}, &why);
  std::string_view modulus;
  PublicKey key;
  if (!outer.sequence(&fields, {.type = "pkcs1PublicKey"}) || !fields.big_integer(&modulus) ||
      !fields.integer(&key.exponent)) {
    std::string ignored;
    Asn1Fields other(der, &ignored);
    Asn1Fields parts({}, &ignored);
    AlgorithmIdentifier algorithm;
    BitString bits;
    if (other.sequence(&parts, {}) && read_algorithm(parts, &algorithm) && parts.bits(&bits)) {
      return refuse(fault, "x509: failed to parse public key (use ParsePKIXPublicKey instead for this key format)");
    }
    return refuse(fault, why);
  }
  if (!outer.empty()) return refuse(fault, "asn1: syntax error: trailing data");
  if (!is_positive(modulus) || key.exponent <= 0) {
    return refuse(fault, "x509: public key contains zero or negative value");
  }
  if (key.exponent > INT32_MAX) return refuse(fault, "x509: public key contains large public exponent");
  key.modulus = magnitude(modulus);
  return key;
}

std::optional<PrivateKey> parse_pkcs1_private_key(std::string_view der, std::string* fault) {
  Pkcs1 parsed;
  std::string why;
  std::string_view rest;
  bool is_read = read_pkcs1(der, &parsed, &why, &rest);
  if (is_read && !rest.empty()) return refuse(fault, "asn1: syntax error: trailing data");
  if (!is_read) {
    if (fits_sec1(der)) return refuse(fault, use_instead("ParseECPrivateKey"));
    if (fits_pkcs8(der)) return refuse(fault, use_instead("ParsePKCS8PrivateKey"));
    return refuse(fault, why);
  }
  if (parsed.version > 1) return refuse(fault, "x509: unsupported private key version");
  for (std::string_view number : {parsed.modulus, parsed.d, parsed.p, parsed.q}) {
    if (!is_positive(number)) return refuse(fault, "x509: private key contains zero or negative value");
  }
  for (std::string_view number : {parsed.dp, parsed.dq, parsed.qinv}) {
    // Empty: it was left out.
    if (!number.empty() && !is_positive(number)) {
      return refuse(fault, "x509: private key contains zero or negative value");
    }
  }
  PrivateKey key;
  key.public_key.modulus = magnitude(parsed.modulus);
  key.public_key.exponent = parsed.exponent;
  key.d = magnitude(parsed.d);
  key.primes = {magnitude(parsed.p), magnitude(parsed.q)};
  key.dp = magnitude(parsed.dp);
  key.dq = magnitude(parsed.dq);
  key.qinv = magnitude(parsed.qinv);
  for (std::string_view prime : parsed.primes) {
    if (!is_positive(prime)) return refuse(fault, "x509: private key contains zero or negative prime");
    key.primes.push_back(magnitude(prime));
  }
  if (!complete_rsa_private_key(&key, fault)) return std::nullopt;
  return key;
}

std::optional<PrivateKey> parse_ec_private_key(std::string_view der, std::string* fault) {
  return parse_sec1(der, nullptr, fault);
}

std::optional<PrivateKey> parse_pkcs8_private_key(std::string_view der, std::string* fault) {
  Pkcs8 parsed;
  std::string why;
  if (!read_pkcs8(der, &parsed, &why)) {
    if (fits_sec1(der)) return refuse(fault, use_instead("ParseECPrivateKey"));
    if (fits_pkcs1(der)) return refuse(fault, use_instead("ParsePKCS1PrivateKey"));
    return refuse(fault, why);
  }
  std::string_view oid = parsed.algorithm.oid;
  if (oid == kRsaOid) {
    auto key = parse_pkcs1_private_key(parsed.key, &why);
    return key ? key : refuse(fault, "x509: failed to parse RSA private key embedded in PKCS#8: " + why);
  }
  if (oid == kEcOid) return parse_pkcs8_ec(parsed, fault);
  if (oid == kEd25519Oid) return parse_pkcs8_raw(parsed, KeyKind::kEd25519, fault);
  if (oid == kX25519Oid) return parse_pkcs8_raw(parsed, KeyKind::kX25519, fault);
  return refuse(fault, "x509: PKCS#8 wrapping contained private key with unknown algorithm: " + oid_text(oid));
}

// --- Making ----------------------------------------------------------------------------------------------------------

std::optional<PublicKey> make_ec_public_key(const Curve& curve, std::string_view point, std::string* fault) {
  if (point.empty() || point[0] != 4) return refuse(fault, "ecdsa: invalid uncompressed public key");
  if (point.size() != 1 + 2 * curve.bytes) return refuse(fault, "invalid " + short_name(curve) + " point encoding");
  charge_work(curve.fuel / 16);
  OpensslScope scope;
  const EC_GROUP* group = group_of(curve);
  PublicKey key{.kind = KeyKind::kEc};
  key.curve = &curve;
  key.point = point;
  BigNumber prime = big_number({});
  if (EC_GROUP_get_curve(group, prime.get(), nullptr, nullptr, nullptr) != 1) openssl_failed(curve.name);
  for (std::string_view coordinate : {key.x_coordinate(), key.y_coordinate()}) {
    if (BN_cmp(big_number(coordinate).get(), prime.get()) >= 0) {
      // Go has P-256 in another form than the others, with words of its own.
      std::string_view element = curve.nid == NID_X9_62_prime256v1 ? " element" : "Element";
      return refuse(fault, "invalid " + short_name(curve) + std::string(element) + " encoding");
    }
  }
  CurvePoint on_curve(EC_POINT_new(group));
  if (on_curve == nullptr) openssl_failed(curve.name);
  if (EC_POINT_oct2point(group, on_curve.get(), openssl_bytes(point), point.size(), nullptr) != 1) {
    return refuse(fault, short_name(curve) + " point not on curve");
  }
  return key;
}

std::optional<PrivateKey> make_ec_private_key(const Curve& curve, std::string_view secret, std::string* fault) {
  charge_work(curve.fuel);
  OpensslScope scope;
  const EC_GROUP* group = group_of(curve);
  BigNumber number = big_number(secret);
  const BIGNUM* order = EC_GROUP_get0_order(group);
  // Either multiplies to the point at infinity.
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), order) == 0) {
    return refuse(fault, "ecdsa: invalid public key encoding");
  }
  if (BN_cmp(number.get(), order) > 0) return refuse(fault, "input overflows the modulus");
  CurvePoint point(EC_POINT_new(group));
  std::string bytes(1 + 2 * curve.bytes, '\0');
  if (point == nullptr || EC_POINT_mul(group, point.get(), number.get(), nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED,
                         reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), nullptr) != bytes.size()) {
    openssl_failed(curve.name);
  }
  PrivateKey key;
  key.public_key.kind = KeyKind::kEc;
  key.public_key.curve = &curve;
  key.public_key.point = std::move(bytes);
  key.secret = secret;
  return key;
}

PrivateKey make_raw_private_key(KeyKind kind, std::string_view seed) {
  charge_work(kRawKeyFuel);
  OpensslScope scope;
  PrivateKey key;
  key.public_key.kind = kind;
  key.secret = seed;
  EvpKey pair = openssl_private_key(key);
  key.public_key.raw.resize(kRawKeyBytes);
  auto* raw = reinterpret_cast<unsigned char*>(key.public_key.raw.data());
  size_t size = kRawKeyBytes;
  if (pair == nullptr || EVP_PKEY_get_raw_public_key(pair.get(), raw, &size) != 1) {
    openssl_failed("a key");
  }
  return key;
}

}  // namespace writ
