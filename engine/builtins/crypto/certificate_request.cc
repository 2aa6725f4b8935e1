// Requests are read field by field with Asn1Fields. Their distinguished names may hold any value of ASN.1, which
// becomes the value that Go's JSON has for it.
#include "engine/builtins/crypto/certificate_request.h"

#include <algorithm>
#include <set>

#include "engine/base/base64.h"
#include "engine/base/meter.h"
#include "engine/builtins/crypto/asn1_text.h"
#include "engine/value/build.h"

namespace writ {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kExtensionRequest = "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x0E"sv;
constexpr uint64_t kFuelPerAttribute = 8;

std::string_view text_fault(int64_t tag) {
  switch (tag) {
    case der::kPrintableString: return "asn1: syntax error: PrintableString contains invalid character";
    case der::kNumericString: return "asn1: syntax error: NumericString contains invalid character";
    case der::kIa5String: return "asn1: syntax error: IA5String contains invalid character";
    case der::kUtf8String: return "asn1: invalid UTF-8 string";
  }
  return "invalid BMPString";
}

class RequestParser {
 public:
  RequestParser(Arena& arena, CertificateRequest& out, std::string* fault) : arena_(arena), out_(out), fault_(fault) {}

  bool run(std::string_view der) {
    Asn1Fields outer(der, fault_);
    Asn1Fields fields({}, fault_);
    Asn1Fields tbs({}, fault_);
    Asn1Element whole;
    Asn1Element inside;
    AlgorithmIdentifier algorithm;
    BitString signature;
    if (!outer.sequence(&fields, {.type = "certificateRequest"}, &whole) ||
        !fields.sequence(&tbs, {.type = "tbsCertificateRequest"}, &inside) || !read_tbs(tbs) ||
        !read_algorithm(fields, &algorithm) || !fields.bits(&signature)) {
      return false;
    }
    if (!outer.empty()) return outer.syntax_fault("trailing data");
    out_.raw = whole.full;
    out_.raw_tbs = inside.full;
    out_.signature = signature.right_aligned();
    out_.signature_algorithm = signature_algorithm_of(algorithm);
    return interpret();
  }

 private:
  bool read_tbs(Asn1Fields& tbs) {
    Asn1Element subject;
    Asn1Element key;
    Asn1Fields key_fields({}, fault_);
    if (!tbs.integer(&out_.version) || !tbs.any(&subject) ||
        !tbs.sequence(&key_fields, {.type = "publicKeyInfo"}, &key) || !read_algorithm(key_fields, &key_algorithm_) ||
        !key_fields.bits(&key_bits_)) {
      return false;
    }
    out_.raw_subject = subject.full;
    out_.raw_public_key_info = key.full;
    Asn1Fields attributes({}, fault_);
    if (!tbs.sequence(&attributes, {.tag = 0}) || !attributes.is_list()) return false;
    while (!attributes.empty()) {
      Asn1Element attribute;
      if (!attributes.any(&attribute)) return false;
      raw_attributes_.push_back(attribute.full);
    }
    return true;
  }

  bool interpret() {
    for (std::string_view raw : raw_attributes_) {
      charge_work(kFuelPerAttribute);
      add_attribute(raw);
    }
    out_.public_key_algorithm = public_key_algorithm_of(key_algorithm_.oid);
    if (out_.public_key_algorithm != PublicKeyAlgorithm::kUnknown) {
      out_.public_key = parse_public_key(key_algorithm_, key_bits_, fault_);
      if (!out_.public_key) return false;
    }
    if (!read_subject()) return false;
    std::set<std::string_view> seen;
    for (std::string_view raw : raw_attributes_) {
      if (!add_extensions(raw, &seen)) return false;
    }
    for (const Extension& extension : out_.extensions) {
      if (extension.id != oid::kSubjectAltName) continue;
      if (!parse_alternative_names(extension.value, &out_.names, fault_)) return false;
    }
    return true;
  }

  bool read_subject() {
    Asn1Fields outer(out_.raw_subject, fault_);
    Asn1Fields parts({}, fault_);
    if (!outer.sequence(&parts, {.type = "RDNSequence"}) || !parts.is_list_of(der::kSet & 0x1F, true)) return false;
    while (!parts.empty()) {
      Asn1Fields set({}, fault_);
      if (!parts.sequence(&set, {.type = "RelativeDistinguishedNameSET", .is_set = true}) ||
          !read_pairs(set, &out_.subject, fault_)) {
        return false;
      }
    }
    return outer.empty() || outer.fail("x509: trailing data after X.509 Subject", "");
  }

  // A list of pairs of an identifier and any value.
  bool read_pairs(Asn1Fields& list, std::vector<NameAttribute>* pairs, std::string* fault) {
    if (!list.is_list_of(der::kSequence & 0x1F, true)) return false;
    while (!list.empty()) {
      Asn1Fields fields({}, fault);
      NameAttribute pair;
      charge_work(kFuelPerAttribute);
      if (!list.sequence(&fields, {.type = "AttributeTypeAndValue"}) || !fields.oid(&pair.type) ||
          !read_value(fields, &pair, fault)) {
        return false;
      }
      pairs->push_back(pair);
    }
    return true;
  }

  bool read_value(Asn1Fields& fields, NameAttribute* pair, std::string* fault) {
    Value* value = &pair->value;
    *value = Value::null();
    pair->is_text = false;
    Asn1Element element;
    if (!fields.any(&element, {})) return false;
    if (element.header.is_compound || element.header.tag_class != 0) return true;
    std::string_view contents = element.contents;
    int64_t tag = element.header.tag;
    if (is_asn1_text(tag)) {
      auto text = decode_asn1_text(tag, contents, arena_);
      if (!text) return fields.fail(text_fault(tag), "");
      *value = Value::string(*text);
      pair->is_text = true;
      return true;
    }
    switch (tag) {
      case der::kBoolean: return read_boolean(fields, contents, value);
      case der::kInteger: return read_integer(fields, contents, value);
      case der::kOctetString: *value = make_string(arena_, base64_encode(contents)); return true;
      case der::kOid: return read_oid(contents, value, fault);
      case der::kBitString: return read_bits(contents, value, fault);
      case der::kUtcTime:
      case der::kGeneralizedTime: return read_time(fields, tag, contents, value);
    }
    return true;
  }

  static bool read_boolean(Asn1Fields& fields, std::string_view contents, Value* value) {
    bool is_sound = contents.size() == 1 && (contents[0] == 0 || static_cast<uint8_t>(contents[0]) == 0xFF);
    if (!is_sound) return fields.syntax_fault("invalid boolean");
    *value = Value::of(contents[0] != 0);
    return true;
  }

  static bool read_integer(Asn1Fields& fields, std::string_view contents, Value* value) {
    int64_t number = 0;
    if (!check_integer(contents, fields.fault())) return false;
    if (!integer_value(contents, &number)) return fields.structure_fault("integer too large");
    *value = Value::of(number);
    return true;
  }

  bool read_oid(std::string_view contents, Value* value, std::string* fault) {
    if (!check_oid(contents, fault)) return false;
    ArrayBuilder numbers(arena_);
    for (int64_t number : oid_numbers(contents)) numbers.append(Value::of(number));
    *value = numbers.finish();
    return true;
  }

  bool read_bits(std::string_view contents, Value* value, std::string* fault) {
    BitString bits;
    if (!check_bit_string(contents, &bits, fault)) return false;
    ObjectBuilder object(arena_);
    object.insert("Bytes", make_string(arena_, base64_encode(bits.bytes)));
    object.insert("BitLength", Value::of(static_cast<int64_t>(bits.size)));
    *value = object.finish();
    return true;
  }

  bool read_time(Asn1Fields& fields, int64_t tag, std::string_view contents, Value* value) {
    DerTime time;
    std::string plain(contents);
    std::string fraction;
    // Unlike in certificates a GeneralizedTime may have a fraction, of at most nine digits and the last not zero.
    if (size_t point = plain.find('.'); tag == der::kGeneralizedTime && point != plain.npos) {
      size_t end = std::min(plain.find_first_not_of("0123456789", point + 1), plain.size());
      fraction = plain.substr(point, end - point);
      plain.erase(point, end - point);
      if (fraction.size() < 2 || fraction.size() > 10 || fraction.back() == '0' || point != 14) plain.clear();
    }
    bool is_time = tag == der::kUtcTime ? parse_utc_time(plain, &time) : parse_generalized_time(plain, &time);
    if (!is_time) return fields.fail("asn1: time is not written as DER demands", "");
    out_.has_bad_time |= !time.has_text();
    std::string text = time.text();
    text.insert(text.find_first_of("Z+-", text.find('T')), fraction);
    *value = make_string(arena_, text);
    return true;
  }

  // Attributes that do not have that form are left out.
  void add_attribute(std::string_view raw) {
    std::string fault;
    Asn1Fields outer(raw, &fault);
    Asn1Fields fields({}, &fault);
    Asn1Fields values({}, &fault);
    CertificateRequest::Attribute attribute;
    if (!outer.sequence(&fields, {}) || !fields.oid(&attribute.type) || !fields.sequence(&values, {.is_set = true}) ||
        !values.is_list_of(der::kSequence & 0x1F, true)) {
      return;
    }
    while (!values.empty()) {
      Asn1Fields pairs({}, &fault);
      if (!values.sequence(&pairs, {}) || !read_pairs(pairs, &attribute.values.emplace_back(), &fault)) return;
    }
    if (outer.empty()) out_.attributes.push_back(std::move(attribute));
  }

  bool add_extensions(std::string_view raw, std::set<std::string_view>* seen) {
    std::string ignored;
    Asn1Fields outer(raw, &ignored);
    Asn1Fields fields({}, &ignored);
    Asn1Fields values({}, &ignored);
    std::string_view type;
    Asn1Element first;
    if (!outer.sequence(&fields, {}) || !fields.oid(&type) || !fields.sequence(&values, {.is_set = true}) ||
        !values.is_list() || !outer.empty() || values.empty() || !values.any(&first) || type != kExtensionRequest) {
      return true;
    }
    Asn1Fields holder(first.full, fault_);
    Asn1Fields list({}, fault_);
    if (!holder.sequence(&list, {}) || !list.is_list_of(der::kSequence & 0x1F, true)) return false;
    bool is_double = false;
    while (!list.empty()) {
      Asn1Fields parts({}, fault_);
      Extension extension;
      if (!list.sequence(&parts, {.type = "Extension"}) || !parts.oid(&extension.id) ||
          !parts.boolean(&extension.is_critical, {.type = "bool", .is_optional = true}) ||
          !parts.octets(&extension.value)) {
        return false;
      }
      is_double |= !seen->insert(extension.id).second;
      out_.extensions.push_back(extension);
    }
    return !is_double || holder.fail("x509: certificate request contains duplicate requested extensions", "");
  }

  Arena& arena_;
  CertificateRequest& out_;
  std::string* fault_;
  AlgorithmIdentifier key_algorithm_;
  BitString key_bits_;
  std::vector<std::string_view> raw_attributes_;
};

}  // namespace

bool parse_certificate_request(std::string_view der, Arena& arena, CertificateRequest* request, std::string* fault) {
  return RequestParser(arena, *request, fault).run(der);
}

}  // namespace writ
