// Two readers in one: SetReader takes a text apart into keys, KeyReader reads one of them. Both walk over JSON that has been
// checked, member by member and in order, because what a member means depends on how often and in which case it is written.
// Errors name the steps of the library on the way.
#include "engine/builtins/tokens/jwk.h"

#include <algorithm>
#include <span>

#include "engine/base/base64.h"
#include "engine/builtins/float64.h"
#include "engine/builtins/go_json.h"
#include "engine/builtins/support.h"
#include "engine/builtins/tokens/key_text.h"
#include "engine/builtins/tokens/quick_json.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr size_t kMostKeys = 1000;  // of a set
constexpr size_t kMostCertificates = 10;
constexpr size_t kMostCertificateBytes = 256 * 1024;

// What "alg" may say.
constexpr std::string_view kAlgorithms[] = {
    "A128CBC-HS256", "A128GCM", "A128GCMKW", "A128KW", "A192CBC-HS384", "A192GCM", "A192GCMKW", "A192KW",
    "A256CBC-HS512", "A256GCM", "A256GCMKW", "A256KW", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW",
    "ES256", "ES256K", "ES384", "ES512", "Ed25519", "EdDSA", "HS256", "HS384", "HS512", "PBES2-HS256+A128KW",
    "PBES2-HS384+A192KW", "PBES2-HS512+A256KW", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "RSA-OAEP",
    "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512", "RSA1_5", "dir", "none"};
constexpr std::string_view kCurves[] = {"Ed25519", "Ed448", "P-256", "P-384", "P-521", "X25519", "X448"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// --- Walking over JSON -----------------------------------------------------------------------------------------------

bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The members of an object or the elements of an array, as they are written, of a text that is JSON.
class JsonWalk {
 public:
  JsonWalk(std::string_view container, Arena& arena) : rest_(container), arena_(arena) {
    skip_space();
    is_object_ = rest_[0] == '{';
    rest_.remove_prefix(1);
  }

  // The next member or, with an empty key, element; false behind the last.
  bool next(std::string_view* key, std::string_view* value) {
    skip_space();
    if (rest_[0] == ',') rest_.remove_prefix(1);
    skip_space();
    if (rest_[0] == '}' || rest_[0] == ']') return false;
    *key = {};
    if (is_object_) {
      *key = read_text(take());
      skip_space();
      rest_.remove_prefix(1);
      skip_space();
    }
    *value = take();
    return true;
  }

  // The text that a string of JSON stands for.
  std::string_view read_text(std::string_view written) {
    GoJsonPrefix read;
    read_go_json_prefix(written, &arena_, &read);
    return read.value.text();
  }

 private:
  void skip_space() {
    while (is_json_space(rest_[0])) rest_.remove_prefix(1);
  }
  std::string_view take() {
    GoJsonPrefix read;
    read_go_json_prefix(rest_, nullptr, &read);
    std::string_view value = rest_.substr(0, read.end);
    rest_.remove_prefix(read.end);
    return value;
  }

  std::string_view rest_;
  Arena& arena_;
  bool is_object_ = false;
};

// Go's word for what a value is, from how it is written.
std::string json_kind(std::string_view written) {
  switch (written[0]) {
    case '"': return "string";
    case '{': return "object";
    case '[': return "array";
    case 't':
    case 'f': return "bool";
    case 'n': return "null";
    default: return "number";
  }
}

std::string cannot_unmarshal(std::string_view written, std::string_view type) {
  return "json: cannot unmarshal " + json_kind(written) + " into Go value of type " + std::string(type);
}

// The first number of a JSON text that is beyond a float64; empty if there is none.
std::string_view find_overflow(std::string_view json) {
  bool in_string = false;
  for (size_t i = 0; i < json.size(); i++) {
    char c = json[i];
    if (in_string && c == '\\') i++;
    if (c == '"') in_string = !in_string;
    if (in_string || (c != '-' && (c < '0' || c > '9'))) continue;
    size_t end = std::min(json.find_first_not_of("0123456789+-.eE", i), json.size());
    std::string_view number = json.substr(i, end - i);
    BinaryNumber nearest;
    // Short of 300 characters, only an exponent can take a number that far.
    bool can_be_large = number.size() >= 300 || number.find_first_of("eE") != std::string_view::npos;
    if (can_be_large && !nearest_float64(number, &nearest)) return number;
    i = end - 1;
  }
  return {};
}

std::string float_overflow(std::string_view number) {
  return "json: cannot unmarshal number " + std::string(number) + " into Go value of type float64";
}

// --- One key ---------------------------------------------------------------------------------------------------------

struct ByteMember {
  std::string_view name;
  std::optional<std::string> Jwk::*bytes;
  bool is_required;
};
constexpr ByteMember kRsaPublic[] = {{"e", &Jwk::e, true}, {"n", &Jwk::n, true}};
constexpr ByteMember kRsaPrivate[] = {{"d", &Jwk::d, true},   {"dp", &Jwk::dp, false}, {"dq", &Jwk::dq, false},
                                      {"e", &Jwk::e, true},   {"n", &Jwk::n, true},    {"p", &Jwk::p, false},
                                      {"q", &Jwk::q, false},  {"qi", &Jwk::qi, false}};
constexpr ByteMember kEcPublic[] = {{"x", &Jwk::x, true}, {"y", &Jwk::y, true}};
constexpr ByteMember kEcPrivate[] = {{"d", &Jwk::d, true}, {"x", &Jwk::x, true}, {"y", &Jwk::y, true}};
constexpr ByteMember kOkpPublic[] = {{"x", &Jwk::x, true}};
constexpr ByteMember kOkpPrivate[] = {{"d", &Jwk::d, true}, {"x", &Jwk::x, true}};
constexpr ByteMember kSecret[] = {{"k", &Jwk::k, true}};

struct KeyForm {
  std::string_view kty;
  JwkType type;
  bool is_private;
  std::string_view name;        // of the library's type
  std::string_view exported;    // as it is called when it is checked
  std::span<const ByteMember> members;
};
constexpr KeyForm kForms[] = {
    {"RSA", JwkType::kRsa, false, "rsaPublicKey", "RSAPublicKey", kRsaPublic},
    {"RSA", JwkType::kRsa, true, "rsaPrivateKey", "RSAPrivateKey", kRsaPrivate},
    {"EC", JwkType::kEc, false, "ecdsaPublicKey", "ECDSAPublicKey", kEcPublic},
    {"EC", JwkType::kEc, true, "ecdsaPrivateKey", "ECDSAPrivateKey", kEcPrivate},
    {"OKP", JwkType::kOkp, false, "okpPublicKey", "OKPPublicKey", kOkpPublic},
    {"OKP", JwkType::kOkp, true, "okpPrivateKey", "OKPPrivateKey", kOkpPrivate},
    {"oct", JwkType::kSecret, false, "symmetricKey", "SymmetricKey", kSecret},
    {"oct", JwkType::kSecret, true, "symmetricKey", "SymmetricKey", kSecret},
};

std::string_view without_zeros(std::string_view bytes) {
  bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size()));
  return bytes;
}

size_t bits_of(std::string_view magnitude) {
  magnitude = without_zeros(magnitude);
  if (magnitude.empty()) return 0;
  size_t bits = magnitude.size() * 8;
  for (int bit = 7; (static_cast<unsigned char>(magnitude[0]) >> bit & 1) == 0; bit--) bits--;
  return bits;
}

// Base 64 in whichever of its alphabets the text is.
bool decode_any_base64(std::string_view text, std::string* bytes) {
  Base64 form;
  form.url = text.find_first_of("+/") == std::string_view::npos;
  form.padded = text.ends_with('=');
  size_t fault_at = 0;
  return base64_decode(text, form, bytes, &fault_at);
}

// Of a curve that keys of that type have.
size_t okp_size(std::string_view curve) { return curve == "Ed25519" || curve == "X25519" ? 32 : 0; }

class KeyReader {
 public:
  KeyReader(Arena& arena, Jwk* key) : arena_(arena), key_(*key) {}

  // `text` begins with JSON.
  bool read(std::string_view text, std::string* error) {
    bool is_read = (probe(text) && read_members(text) && check_required()) && validate();
    if (!is_read) *error = "jwk.ParseKey: " + error_;
    return is_read;
  }

 private:
  bool fail(std::string text) {
    error_ = std::move(text);
    return false;
  }

  // Which type of key this is.
  bool probe(std::string_view text) {
    std::string kty;
    bool has_d = false;
    std::string fault;
    if (text[0] == '{') {
      JsonWalk walk(text, arena_);
      for (std::string_view name, value; walk.next(&name, &value);) {
        if (equals_in_any_case(name, "d")) has_d = true;
        if (!equals_in_any_case(name, "kty") || value[0] == 'n') continue;
        if (value[0] == '"') kty = walk.read_text(value);
        else if (fault.empty()) fault = "json: cannot unmarshal " + json_kind(value) + " into Go struct field .kty of type string";
      }
    } else if (text[0] != 'n') {
      fault = cannot_unmarshal(text, R"(struct { Kty string "json:\"kty\""; D json.RawMessage "json:\"d,omitempty\"" })");
    }
    if (!fault.empty()) return fail("jwk.Parse: failed to probe data: probe: failed to unmarshal data: " + fault);
    for (const KeyForm& form : kForms) {
      if (form.kty == kty && form.is_private == has_d) form_ = &form;
    }
    if (form_ == nullptr) return fail("invalid key type from JSON (" + kty + ")");
    key_.type = form_->type;
    key_.is_private = form_->is_private && form_->type != JwkType::kSecret;
    return true;
  }

  // As Go compares the names of members with those of fields; the sign for kelvin is a K, too.
  static bool equals_in_any_case(std::string_view name, std::string_view lower_case) {
    std::string folded;
    for (size_t i = 0; i < name.size(); i++) {
      if (name.substr(i).starts_with("\xE2\x84\xAA")) {
        folded += 'k';
        i += 2;
      } else {
        folded += name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] + 32) : name[i];
      }
      if (folded.size() > lower_case.size()) return false;
    }
    return folded == lower_case;
  }

  bool fail_unmarshal(const std::string& text) {
    std::string step = "failed to unmarshal JSON into key (*jwk." + std::string(form_->name) + "): ";
    return fail(step + step + text);
  }
  bool fail_member(std::string_view name, const std::string& text) {
    return fail_unmarshal("failed to decode value for key " + std::string(name) + ": " + text);
  }

  bool read_members(std::string_view text) {
    JsonWalk walk(text, arena_);
    for (std::string_view name, value; walk.next(&name, &value);) {
      if (!read_member(walk, name, value)) return false;
    }
    return true;
  }

  bool read_member(JsonWalk& walk, std::string_view name, std::string_view value) {
    bool is_text = value[0] == '"';
    std::string_view text = is_text ? walk.read_text(value) : std::string_view();  // null reads as the empty text
    const std::string no_text = is_text || value[0] == 'n' ? "" : cannot_unmarshal(value, "string");
    if (name == "kty") {
      if (!no_text.empty()) return fail_unmarshal("error reading token: error reading next value: " + no_text);
      return text == form_->kty || fail_unmarshal("invalid kty value for RSAPublicKey (" + std::string(text) + ")");
    }
    if (name == "alg") return no_text.empty() ? read_algorithm(text) : fail_member(name, no_text);
    if (name == "kid" || name == "use" || name == "x5t" || name == "x5t#S256" || name == "x5u") {
      if (!no_text.empty()) return fail_member(name, "error reading next value: " + no_text);
      if (name == "kid") key_.id = text;
      return true;
    }
    if (name == "key_ops") return read_operations(value);
    if (name == "x5c") return read_chain(value);
    bool has_curve = form_->type == JwkType::kEc || form_->type == JwkType::kOkp;
    if (name == "crv" && has_curve) return read_curve(text, no_text);
    for (const ByteMember& member : form_->members) {
      if (member.name != name) continue;
      if (!no_text.empty()) return fail_member(name, "error reading next value: " + no_text);
      std::string bytes;
      if (!decode_any_base64(text, &bytes)) return fail_member(name, "expected base64 encoded []byte (string)");
      key_.*member.bytes = std::move(bytes);
      return true;
    }
    std::string_view overflow = find_overflow(value);
    if (overflow.empty()) return true;
    std::string field(name);
    return fail_unmarshal("could not decode field " + field + ": failed to decode field " + field + ": " +
                          float_overflow(overflow));
  }

  bool read_algorithm(std::string_view text) {
    if (!contains(kAlgorithms, text)) {
      std::string shown(text);
      if (count_runes(text) > 64) {
        size_t end = 0;
        for (int i = 0; i < 64; i++) end += decode_rune(text.substr(end)).bytes;
        shown = std::string(text.substr(0, end)) + "...";
      }
      std::string quoted;
      append_quoted_go(quoted, shown);
      return fail_member("alg", "invalid key value: " + quoted + ": invalid key algorithm");
    }
    key_.algorithm = text;
    return true;
  }

  bool read_curve(std::string_view text, const std::string& no_text) {
    if (!no_text.empty()) return fail_member("crv", "failed to unmarshal EllipticCurveAlgorithm: " + no_text);
    if (!contains(kCurves, text)) {
      std::string quoted;
      append_quoted_go(quoted, text);
      return fail_member("crv", "unknown EllipticCurveAlgorithm: " + quoted);
    }
    key_.curve = text;
    has_curve_ = true;
    return true;
  }

  bool read_operations(std::string_view value) {
    if (value[0] == 'n') return true;
    if (value[0] != '[') return fail_member("key_ops", cannot_unmarshal(value, "jwk.KeyOperationList"));
    JsonWalk walk(value, arena_);
    for (std::string_view none, element; walk.next(&none, &element);) {
      if (element[0] == '"' || element[0] == 'n') continue;
      return fail_member("key_ops", cannot_unmarshal(element, "jwk.KeyOperation"));
    }
    return true;
  }

  bool read_chain(std::string_view value) {
    if (value[0] != '[') {
      std::string_view overflow = value[0] == '{' ? std::string_view() : find_overflow(value);
      std::string why = overflow.empty() ? "expected JSON array" : float_overflow(overflow);
      return fail_member("x5c", "failed to unmarshal certificate chain: " + why);
    }
    JsonWalk walk(value, arena_);
    size_t count = 0;
    for (std::string_view none, element; walk.next(&none, &element); count++) {
      if (count == kMostCertificates) {
        return fail_member("x5c", "failed to unmarshal certificate chain: certificate chain length 11 exceeds maximum "
                                  "allowed length of 10");
      }
      std::string fault;
      bool is_text = element[0] == '"' || element[0] == 'n';
      if (!is_text) fault = cannot_unmarshal(element, "string");
      else fault = certificate_fault(element[0] == '"' ? walk.read_text(element) : "");
      if (!fault.empty()) {
        return fail_member("x5c", "failed to decode certificate at index " + std::to_string(count) + ": " + fault);
      }
    }
    return true;
  }

  // Why a text is not a certificate in base 64; empty if it is one.
  static std::string certificate_fault(std::string_view text) {
    std::string packed;
    for (char c : text) {
      if (c != ' ' && (c < '\t' || c > '\r')) packed += c;
    }
    size_t size = packed.size() / 4 * 3;
    if (packed.size() % 4 >= 2) size += packed.size() % 4 - 1;
    if (packed.size() % 4 == 0 && packed.ends_with('=')) size -= packed.ends_with("==") ? 2 : 1;
    if (size > kMostCertificateBytes) {
      return "certificate size " + std::to_string(size) + " exceeds maximum allowed size of 262144 bytes";
    }
    std::string der;
    size_t fault_at = 0;
    if (!base64_decode(packed, {}, &der, &fault_at)) {
      return "failed to base64 decode the certificate: illegal base64 data at input byte " + std::to_string(fault_at);
    }
    std::optional<PublicKey> key;
    std::string fault;
    return read_certificate_key(der, &key, &fault) ? "" : "failed to parse x509 certificate: " + fault;
  }

  bool check_required() {
    bool wants_curve = form_->type == JwkType::kEc || form_->type == JwkType::kOkp;
    if (wants_curve && !has_curve_) return fail_unmarshal("required field crv is missing");
    for (const ByteMember& member : form_->members) {
      if (!member.is_required || (key_.*member.bytes).has_value()) continue;
      return fail_unmarshal("required field " + std::string(member.name) + " is missing");
    }
    return true;
  }

  bool validate() {
    std::string fault;
    switch (form_->type) {
      case JwkType::kRsa: fault = rsa_fault(); break;
      case JwkType::kEc: fault = ec_fault(); break;
      case JwkType::kOkp: fault = okp_fault(); break;
      case JwkType::kSecret: fault = key_.k->empty() ? "missing \"k\" field" : ""; break;
    }
    if (fault.empty()) return true;
    return fail("jwk.Parse: key validation failed: key validation failed: jwk." + std::string(form_->exported) + ": " +
                fault);
  }

  std::string rsa_fault() const {
    if (without_zeros(*key_.n).empty()) return "missing \"n\" value";
    std::string_view e = without_zeros(*key_.e);
    if (e.empty()) return "missing \"e\" value";
    if ((e.back() & 1) == 0) return "invalid rsa public exponent: must be a positive odd integer";
    if (size_t bits = bits_of(e); bits >= 64) {
      return "rsa public exponent too large for this platform: " + std::to_string(bits) + " bits (max 63)";
    }
    return key_.is_private && key_.d->empty() ? "missing \"d\" value" : "";
  }

  std::string ec_fault() const {
    const Curve* curve = find_curve_named(key_.curve);
    if (curve == nullptr) {
      return "invalid curve algorithm \"" + key_.curve + "\": unknown elliptic curve algorithm: \"" + key_.curve + "\"";
    }
    std::string of_curve = " for curve \"" + key_.curve + "\"";
    auto wrong_size = [&](std::string_view name, const std::string& bytes) {
      return "invalid \"" + std::string(name) + "\" length (" + std::to_string(bytes.size()) + ")" + of_curve;
    };
    if (key_.x->size() != curve->bytes) return wrong_size("x", *key_.x);
    if (key_.y->size() != curve->bytes) return wrong_size("y", *key_.y);
    std::string fault = point_fault(*curve);
    if (!fault.empty()) return "invalid ECDSA public key: " + fault;
    return key_.is_private && key_.d->size() != curve->bytes ? wrong_size("d", *key_.d) : "";
  }

  std::string point_fault(const Curve& curve) const {
    if (bits_of(*key_.x) == 0 && bits_of(*key_.y) == 0) return "identity point is not a valid public key";
    size_t field_bits = curve.name == "P-521" ? 521 : size_t{curve.bytes} * 8;
    for (const auto& [name, bytes] : {std::pair{"x", &*key_.x}, std::pair{"y", &*key_.y}}) {
      if (bits_of(*bytes) <= field_bits) continue;
      return std::string(name) + " coordinate is " + std::to_string(bits_of(*bytes)) + " bits, exceeds curve \"" +
             key_.curve + "\" field size of " + std::to_string(field_bits) + " bits";
    }
    std::string fault;
    if (make_ec_public_key(curve, '\x04' + *key_.x + *key_.y, &fault).has_value()) return "";
    return "P" + key_.curve.substr(2) + " point not on curve";
  }

  std::string okp_fault() const {
    std::string curve = to_lower(key_.curve);
    size_t size = okp_size(key_.curve);
    if (key_.x->empty()) return "missing \"x\" field";
    if (size != 0 && key_.x->size() != size) return curve + ": wrong public key size";
    if (!key_.is_private) return "";
    if (key_.d->empty()) return "missing \"d\" field";
    return size != 0 && key_.d->size() != size ? curve + ": wrong private key size" : "";
  }

  Arena& arena_;
  Jwk& key_;
  const KeyForm* form_ = nullptr;
  bool has_curve_ = false;
  std::string error_;
};

// --- A text ----------------------------------------------------------------------------------------------------------

class SetReader {
 public:
  explicit SetReader(std::vector<Jwk>* keys) : keys_(keys) {}

  bool read(std::string_view text, std::string* error) {
    bool is_set = QuickJson(text).has("keys");
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    GoJsonPrefix prefix;
    if (!read_go_json_prefix(text, nullptr, &prefix)) {
      error_ = is_set ? prefix.error
                      : "jwk.ParseKey: jwk.Parse: failed to probe data: probe: failed to unmarshal data: " + prefix.error;
    } else if (is_set) {
      read_set(text.substr(0, prefix.end));
    } else {
      read_key(text.substr(0, prefix.end), &error_);
    }
    if (error_.empty()) return true;
    *error = "jwk.Parse: failed to " + std::string(is_set ? "unmarshal JWK set: " : "parse sole key: ") + error_;
    return false;
  }

 private:
  bool fail(std::string text) {
    error_ = std::move(text);
    return false;
  }

  bool read_key(std::string_view text, std::string* error) {
    return KeyReader(arena_, &keys_->emplace_back()).read(text, error);
  }

  bool read_set(std::string_view text) {
    JsonWalk walk(text, arena_);
    for (std::string_view name, value; walk.next(&name, &value);) {
      if (name == "keys") {
        if (!read_keys(value)) return false;
        continue;
      }
      std::string_view overflow = find_overflow(value);
      if (overflow.empty()) continue;
      std::string quoted;
      append_quoted_go(quoted, name);
      return fail("failed to decode value for key " + quoted + ": " + float_overflow(overflow));
    }
    return true;
  }

  bool read_keys(std::string_view value) {
    if (value[0] != '[') {
      std::string token(value[0] == '{' ? value.substr(0, 1) : value);
      if (value[0] != '{' && !find_overflow(value).empty()) return fail("failed to decode \"keys\": " + float_overflow(value));
      if (value[0] == 'n') token = "<nil>";
      if (value[0] == '"') token = JsonWalk("[]", arena_).read_text(value);
      return fail("failed to decode \"keys\": expected '[' but got " + token);
    }
    JsonWalk walk(value, arena_);
    size_t count = 0;
    for (std::string_view none, element; walk.next(&none, &element); count++) {
      if (count == kMostKeys) return fail("too many keys in \"keys\" array: max 1000");
      std::string fault;
      if (read_key(element, &fault)) continue;
      return fail("failed to decode key #" + std::to_string(count) + " in \"keys\": " + fault);
    }
    return true;
  }

  std::vector<Jwk>* keys_;
  Arena arena_;  // of texts while they are read
  std::string error_;
};

// --- Numbers of a key ------------------------------------------------------------------------------------------------

std::string magnitude(const std::optional<std::string>& bytes) {
  return std::string(without_zeros(bytes.has_value() ? std::string_view(*bytes) : std::string_view()));
}

bool make_rsa(const Jwk& jwk, TokenKey* key, std::string* error) {
  key->public_key.kind = KeyKind::kRsa;
  key->public_key.modulus = magnitude(jwk.n);
  uint64_t exponent = 0;
  for (char c : magnitude(jwk.e)) exponent = exponent << 8 | static_cast<unsigned char>(c);
  key->public_key.exponent = static_cast<int64_t>(exponent);
  if (!jwk.is_private) return true;
  for (const auto& [name, bytes] : {std::pair{"q", &jwk.q}, std::pair{"p", &jwk.p}}) {
    if (bytes->has_value()) continue;
    *error = "missing \"" + std::string(name) + "\" value";
    return false;
  }
  PrivateKey& numbers = key->private_key;
  numbers.d = magnitude(jwk.d);
  numbers.primes = {magnitude(jwk.p), magnitude(jwk.q)};
  if (jwk.dp.has_value() && jwk.dq.has_value() && jwk.qi.has_value()) {
    // A zero that is said is not one that is missing: it is wrong.
    for (auto [number, bytes] : {std::pair{&numbers.dp, &jwk.dp}, {&numbers.dq, &jwk.dq}, {&numbers.qinv, &jwk.qi}}) {
      *number = magnitude(*bytes);
      if (number->empty()) number->assign(1, '\0');
    }
  }
  return true;
}

bool make_ec(const Jwk& jwk, TokenKey* key) {
  key->public_key.kind = KeyKind::kEc;
  key->public_key.curve = find_curve_named(jwk.curve);
  key->public_key.point = '\x04' + *jwk.x + *jwk.y;
  if (jwk.is_private) key->private_key.secret = *jwk.d;
  return true;
}

bool make_okp(const Jwk& jwk, TokenKey* key, std::string* error) {
  bool is_ed25519 = jwk.curve == "Ed25519";
  std::string what = jwk.is_private ? "private" : "public";
  std::string step = std::string("jwk.OKP") + (jwk.is_private ? "Private" : "Public") + "Key: failed to build " + what + " key: ";
  if (!is_ed25519 && jwk.curve != "X25519") {
    *error = step + "invalid curve algorithm " + jwk.curve;
    return false;
  }
  key->public_key.kind = is_ed25519 ? KeyKind::kEd25519 : KeyKind::kX25519;
  key->public_key.raw = *jwk.x;
  if (!jwk.is_private) return true;
  key->private_key.secret = *jwk.d;
  if (is_ed25519 && make_raw_private_key(KeyKind::kEd25519, *jwk.d).public_key.raw != *jwk.x) {
    *error = step + "ed25519: invalid x value given d value";
    return false;
  }
  return true;
}

// --- Writing ---------------------------------------------------------------------------------------------------------

class JwkWriter {
 public:
  explicit JwkWriter(Arena& arena) : arena_(arena), object_(arena) {}

  JwkWriter& text(std::string_view name, std::string_view value) {
    object_.insert(name, make_string(arena_, value));
    return *this;
  }
  JwkWriter& bytes(std::string_view name, std::string_view value) {
    return text(name, base64_encode(value, {.url = true, .padded = false}));
  }
  // Nothing if `value` is zero.
  JwkWriter& number(std::string_view name, std::string_view value) { return value.empty() ? *this : bytes(name, value); }

  // False if the key has no such form.
  bool public_part(const PublicKey& key) {
    switch (key.kind) {
      case KeyKind::kRsa: {
        std::string exponent;
        for (int shift = 56; shift >= 0; shift -= 8) exponent += static_cast<char>(key.exponent >> shift & 0xFF);
        text("kty", "RSA").bytes("n", key.modulus).bytes("e", without_zeros(exponent));
        return true;
      }
      case KeyKind::kEc:
        text("kty", "EC").text("crv", key.curve->name).bytes("x", key.x_coordinate()).bytes("y", key.y_coordinate());
        return true;
      case KeyKind::kEd25519:
      case KeyKind::kX25519:
        text("kty", "OKP").text("crv", key.kind == KeyKind::kEd25519 ? "Ed25519" : "X25519").bytes("x", key.raw);
        return true;
      default: return false;
    }
  }
  Value finish() { return object_.finish(); }

 private:
  Arena& arena_;
  ObjectBuilder object_;
};

}  // namespace

// Most of it is checking points: one of P-521 is written in two hundred bytes.
uint64_t jwks_units(std::string_view text) { return 100 + 16 * text.size(); }

uint64_t jwks_memory(std::string_view text) {
  return 4'096 + 4 * text.size() + std::min<uint64_t>(text.size() / 16, kMostKeys) * 1'024;
}

bool read_jwks(std::string_view text, std::vector<Jwk>* keys, std::string* error) {
  return SetReader(keys).read(text, error);
}

bool make_token_key(const Jwk& jwk, TokenKey* key, std::string* error) {
  key->kind = jwk.is_private ? TokenKey::Kind::kPrivate : TokenKey::Kind::kPublic;
  key->algorithm = jwk.algorithm;
  key->id = jwk.id;
  bool is_made = true;
  switch (jwk.type) {
    case JwkType::kRsa: is_made = make_rsa(jwk, key, error); break;
    case JwkType::kEc: is_made = make_ec(jwk, key); break;
    case JwkType::kOkp: is_made = make_okp(jwk, key, error); break;
    case JwkType::kSecret:
      key->kind = TokenKey::Kind::kSecret;
      key->secret = *jwk.k;
      break;
  }
  key->private_key.public_key = key->public_key;
  if (!is_made) error->insert(0, "jwk.Export: failed to export jwk.Key to raw format: ");
  return is_made;
}

std::string_view jwk_type_name(const Jwk& jwk) {
  for (const KeyForm& form : kForms) {
    if (form.type == jwk.type && form.is_private == jwk.is_private) return form.name;
  }
  return "";
}

Value write_jwk(Arena& arena, const PublicKey& key) {
  JwkWriter writer(arena);
  return writer.public_part(key) ? writer.finish() : Value::undefined();
}

Value write_jwk(Arena& arena, const PrivateKey& key) {
  JwkWriter writer(arena);
  if (key.primes.size() > 2 || !writer.public_part(key.public_key)) return Value::undefined();
  if (key.public_key.kind != KeyKind::kRsa) return writer.bytes("d", key.secret).finish();
  writer.bytes("d", key.d).number("dp", key.dp).number("dq", key.dq).number("qi", key.qinv);
  if (!key.primes.empty()) writer.bytes("p", key.primes[0]);
  if (key.primes.size() > 1) writer.bytes("q", key.primes[1]);
  return writer.finish();
}

}  // namespace writ
