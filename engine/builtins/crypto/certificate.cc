// The body of a certificate, in the order in which it is written, with the fault that Go has for each place. What the
// extensions say is read in certificate_extensions.cc.
#include "engine/builtins/crypto/certificate.h"

#include <algorithm>
#include <set>

#include "engine/base/meter.h"
#include "engine/builtins/crypto/asn1_text.h"
#include "engine/value/text.h"

namespace writ {

namespace {

using namespace std::string_view_literals;

// Beside the bytes: members that are made whatever the certificate holds.
constexpr uint64_t kFuelPerCertificate = 128;

struct AlgorithmRow {
  std::string_view oid;
  SignatureAlgorithm algorithm;
};
constexpr AlgorithmRow kSignatureAlgorithms[] = {
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x04"sv, SignatureAlgorithm::kMd5Rsa},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x05"sv, SignatureAlgorithm::kSha1Rsa},
    {"\x2B\x0E\x03\x02\x1D"sv, SignatureAlgorithm::kSha1Rsa},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B"sv, SignatureAlgorithm::kSha256Rsa},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0C"sv, SignatureAlgorithm::kSha384Rsa},
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0D"sv, SignatureAlgorithm::kSha512Rsa},
    {"\x2A\x86\x48\xCE\x38\x04\x03"sv, SignatureAlgorithm::kDsaSha1},
    {"\x60\x86\x48\x01\x65\x03\x04\x03\x02"sv, SignatureAlgorithm::kDsaSha256},
    {"\x2A\x86\x48\xCE\x3D\x04\x01"sv, SignatureAlgorithm::kEcdsaSha1},
    {"\x2A\x86\x48\xCE\x3D\x04\x03\x02"sv, SignatureAlgorithm::kEcdsaSha256},
    {"\x2A\x86\x48\xCE\x3D\x04\x03\x03"sv, SignatureAlgorithm::kEcdsaSha384},
    {"\x2A\x86\x48\xCE\x3D\x04\x03\x04"sv, SignatureAlgorithm::kEcdsaSha512},
    {"\x2B\x65\x70"sv, SignatureAlgorithm::kEd25519},
};
constexpr std::string_view kPssOid = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0A"sv;
constexpr std::string_view kMgf1Oid = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x08"sv;
constexpr std::string_view kNullParameters = "\x05\x00"sv;

struct PssRow {
  std::string_view hash;
  int64_t salt;
  SignatureAlgorithm algorithm;
};
constexpr PssRow kPssAlgorithms[] = {
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv, 32, SignatureAlgorithm::kSha256Pss},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv, 48, SignatureAlgorithm::kSha384Pss},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv, 64, SignatureAlgorithm::kSha512Pss},
};

struct KeyRow {
  std::string_view oid;
  PublicKeyAlgorithm algorithm;
};
constexpr KeyRow kKeyAlgorithms[] = {
    {"\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01"sv, PublicKeyAlgorithm::kRsa},
    {"\x2A\x86\x48\xCE\x38\x04\x01"sv, PublicKeyAlgorithm::kDsa},
    {"\x2A\x86\x48\xCE\x3D\x02\x01"sv, PublicKeyAlgorithm::kEcdsa},
    {"\x2B\x65\x70"sv, PublicKeyAlgorithm::kEd25519},
};

// PSS has parameters of its own; Go takes three combinations of them.
SignatureAlgorithm pss_algorithm(std::string_view parameters) {
  std::string ignored;
  Asn1Fields outer(parameters, &ignored);
  Asn1Fields fields({}, &ignored);
  AlgorithmIdentifier hash, mgf, mgf_hash;
  int64_t salt = 0;
  int64_t trailer = 1;
  auto explicit_tag = [](std::string_view type, int tag, bool is_optional = false) {
    return Asn1Field{.type = type, .is_optional = is_optional, .is_explicit = true, .tag = tag};
  };
  if (!outer.sequence(&fields, {}) || !read_algorithm(fields, &hash, explicit_tag("AlgorithmIdentifier", 0)) ||
      !read_algorithm(fields, &mgf, explicit_tag("AlgorithmIdentifier", 1)) ||
      !fields.integer(&salt, explicit_tag("int", 2)) || !fields.integer(&trailer, explicit_tag("int", 3, true))) {
    return SignatureAlgorithm::kUnknown;
  }
  Asn1Fields inner(mgf.parameters, &ignored);
  if (!read_algorithm(inner, &mgf_hash)) return SignatureAlgorithm::kUnknown;
  auto is_plain = [](const AlgorithmIdentifier& a) { return a.parameters.empty() || a.parameters == kNullParameters; };
  if (!is_plain(hash) || mgf.oid != kMgf1Oid || mgf_hash.oid != hash.oid || !is_plain(mgf_hash) || trailer != 1) {
    return SignatureAlgorithm::kUnknown;
  }
  for (const PssRow& row : kPssAlgorithms) {
    if (row.hash == hash.oid && row.salt == salt) return row.algorithm;
  }
  return SignatureAlgorithm::kUnknown;
}

class CertificateParser {
 public:
  CertificateParser(Arena& arena, Certificate& out, std::string* fault) : arena_(arena), out_(out), fault_(fault) {}

  // Reads the certificate at the front.
  bool run(std::string_view der) {
    charge_work(kFuelPerCertificate);
    DerReader all(der);
    DerReader outer({});
    if (!all.read_element(der::kSequence, &out_.raw) || !DerReader(out_.raw).enter(der::kSequence, &outer)) {
      return fail("x509: malformed certificate");
    }
    DerReader tbs({});
    if (!outer.read_element(der::kSequence, &out_.raw_tbs) || !DerReader(out_.raw_tbs).enter(der::kSequence, &tbs)) {
      return fail("x509: malformed tbs certificate");
    }
    if (!read_version(tbs) || !read_serial(tbs) || !read_algorithms(tbs, outer) ||
        !read_name(tbs, &out_.raw_issuer, &out_.issuer) || !read_validity(tbs) ||
        !read_name(tbs, &out_.raw_subject, &out_.subject) || !read_key(tbs) || !read_extensions(tbs)) {
      return false;
    }
    BitString signature;
    if (!outer.read_bit_string(&signature)) return fail("x509: malformed signature");
    out_.signature = signature.right_aligned();
    return true;
  }

 private:
  bool fail(std::string_view why) {
    if (fault_->empty()) *fault_ = why;
    return false;
  }

  bool read_version(DerReader& tbs) {
    std::string_view contents;
    bool is_present = false;
    int64_t version = 0;
    if (!tbs.read_optional(der::context_constructed(0), &contents, &is_present)) {
      return fail("x509: malformed version");
    }
    if (is_present) {
      DerReader inside(contents);
      if (!inside.read_int64(&version) || !inside.empty() || version < 0) return fail("x509: malformed version");
    }
    // Go's integer wraps around, and what is then negative is not above three.
    out_.version = static_cast<int64_t>(static_cast<uint64_t>(version) + 1);
    return out_.version <= 3 || fail("x509: invalid version");
  }

  bool read_serial(DerReader& tbs) {
    std::string_view serial;
    if (!tbs.read_integer(&serial)) return fail("x509: malformed serial number");
    if (is_negative_integer(serial)) return fail("x509: negative serial number");
    out_.serial_number = integer_magnitude(serial);
    return true;
  }

  bool read_algorithms(DerReader& tbs, DerReader& outer) {
    std::string_view inner_algorithm;
    std::string_view outer_algorithm;
    if (!tbs.read(der::kSequence, &inner_algorithm)) return fail("x509: malformed signature algorithm identifier");
    if (!outer.read(der::kSequence, &outer_algorithm)) return fail("x509: malformed algorithm identifier");
    if (outer_algorithm != inner_algorithm) {
      return fail("x509: inner and outer signature algorithm identifiers don't match");
    }
    AlgorithmIdentifier algorithm;
    if (!read_algorithm_parts(inner_algorithm, &algorithm)) return false;
    out_.signature_algorithm = signature_algorithm_of(algorithm);
    return true;
  }

  bool read_algorithm_parts(std::string_view der, AlgorithmIdentifier* algorithm) {
    DerReader fields(der);
    uint8_t tag = 0;
    if (!fields.read_oid(&algorithm->oid)) return fail("x509: malformed OID");
    return fields.empty() || fields.read_any_element(&algorithm->parameters, &tag) ||
           fail("x509: malformed parameters");
  }

  // Go calls the subject an issuer too.
  bool read_name(DerReader& tbs, std::string_view* raw, DistinguishedName* name) {
    if (!tbs.read_element(der::kSequence, raw)) return fail("x509: malformed issuer");
    DerReader parts({});
    if (!DerReader(*raw).enter(der::kSequence, &parts)) return fail("x509: invalid RDNSequence");
    while (!parts.empty()) {
      DerReader set({});
      if (!parts.enter(der::kSet, &set)) return fail("x509: invalid RDNSequence");
      while (!set.empty()) {
        if (!read_attribute(set, name)) return false;
      }
    }
    return true;
  }

  bool read_attribute(DerReader& set, DistinguishedName* name) {
    DerReader fields({});
    NameAttribute attribute;
    uint8_t tag = 0;
    std::string_view contents;
    if (!set.enter(der::kSequence, &fields)) return fail("x509: invalid RDNSequence: invalid attribute");
    if (!fields.read_oid(&attribute.type)) return fail("x509: invalid RDNSequence: invalid attribute type");
    if (!fields.read_any(&contents, &tag)) return fail("x509: invalid RDNSequence: invalid attribute value");
    auto text = decode_asn1_text(tag, contents, arena_);
    if (!text) {
      std::string why = is_asn1_text(tag) ? "invalid " + std::string(asn1_text_name(tag))
                                          : "unsupported string type: " + std::to_string(tag);
      return fail("x509: invalid RDNSequence: invalid attribute value: " + why);
    }
    attribute.value = Value::string(*text);
    name->push_back(attribute);
    return true;
  }

  bool read_validity(DerReader& tbs) {
    DerReader times({});
    if (!tbs.enter(der::kSequence, &times)) return fail("x509: malformed validity");
    for (DerTime* time : {&out_.not_before, &out_.not_after}) {
      bool is_utc = times.peek(der::kUtcTime);
      if (!is_utc && !times.peek(der::kGeneralizedTime)) return fail("x509: unsupported time format");
      if (!times.read_time(time)) return fail(is_utc ? "x509: malformed UTCTime" : "x509: malformed GeneralizedTime");
    }
    return true;
  }

  bool read_key(DerReader& tbs) {
    DerReader info({});
    std::string_view algorithm_bytes;
    if (!tbs.read_element(der::kSequence, &out_.raw_public_key_info) ||
        !DerReader(out_.raw_public_key_info).enter(der::kSequence, &info)) {
      return fail("x509: malformed spki");
    }
    if (!info.read(der::kSequence, &algorithm_bytes)) {
      return fail("x509: malformed public key algorithm identifier");
    }
    AlgorithmIdentifier algorithm;
    if (!read_algorithm_parts(algorithm_bytes, &algorithm)) return false;
    out_.public_key_algorithm = public_key_algorithm_of(algorithm.oid);
    BitString bits;
    if (!info.read_bit_string(&bits)) return fail("x509: malformed subjectPublicKey");
    if (out_.public_key_algorithm == PublicKeyAlgorithm::kUnknown) return true;
    out_.public_key = parse_public_key(algorithm, bits, fault_);
    return out_.public_key.has_value();
  }

  bool read_extensions(DerReader& tbs) {
    if (out_.version <= 1) return true;
    if (!tbs.skip_optional(der::context(1))) return fail("x509: malformed issuerUniqueID");
    if (!tbs.skip_optional(der::context(2))) return fail("x509: malformed subjectUniqueID");
    if (out_.version != 3) return true;
    std::string_view contents;
    bool is_present = false;
    DerReader list({});
    if (!tbs.read_optional(der::context_constructed(3), &contents, &is_present)) {
      return fail("x509: malformed extensions");
    }
    if (!is_present) return true;
    if (!DerReader(contents).enter(der::kSequence, &list)) return fail("x509: malformed extensions");
    std::set<std::string_view> seen;
    while (!list.empty()) {
      if (!read_extension(list)) return false;
      if (!seen.insert(out_.extensions.back().id).second) {
        std::string why = "x509: certificate contains duplicate extension with OID ";
        append_quoted_go(why, oid_text(out_.extensions.back().id));
        return fail(why);
      }
    }
    return process_extensions(&out_, fault_);
  }

  bool read_extension(DerReader& list) {
    DerReader fields({});
    Extension extension;
    if (!list.enter(der::kSequence, &fields)) return fail("x509: malformed extension");
    if (!fields.read_oid(&extension.id)) return fail("x509: malformed extension OID field");
    if (fields.peek(der::kBoolean) && !fields.read_boolean(&extension.is_critical)) {
      return fail("x509: malformed extension critical field");
    }
    if (!fields.read(der::kOctetString, &extension.value)) return fail("x509: malformed extension value field");
    out_.extensions.push_back(extension);
    return true;
  }

  Arena& arena_;
  Certificate& out_;
  std::string* fault_;
};

}  // namespace

SignatureAlgorithm signature_algorithm_of(const AlgorithmIdentifier& algorithm) {
  if (algorithm.oid == kPssOid) return pss_algorithm(algorithm.parameters);
  for (const AlgorithmRow& row : kSignatureAlgorithms) {
    if (row.oid != algorithm.oid) continue;
    bool is_bare = algorithm.parameters.empty() || row.algorithm != SignatureAlgorithm::kEd25519;
    return is_bare ? row.algorithm : SignatureAlgorithm::kUnknown;
  }
  return SignatureAlgorithm::kUnknown;
}

PublicKeyAlgorithm public_key_algorithm_of(std::string_view oid) {
  for (const KeyRow& row : kKeyAlgorithms) {
    if (row.oid == oid) return row.algorithm;
  }
  return PublicKeyAlgorithm::kUnknown;
}

const std::string_view* Certificate::extension(std::string_view id) const {
  charge_work(extensions.size() / 8);
  auto found = std::find_if(extensions.begin(), extensions.end(), [&](const Extension& e) { return e.id == id; });
  return found == extensions.end() ? nullptr : &found->value;
}

bool Certificate::has_extension(std::string_view id) const { return extension(id) != nullptr; }

bool parse_certificate(std::string_view der, Arena& arena, Certificate* certificate, std::string* fault) {
  if (!CertificateParser(arena, *certificate, fault).run(der)) return false;
  if (certificate->raw.size() == der.size()) return true;
  *fault = "x509: trailing data";
  return false;
}

}  // namespace writ
