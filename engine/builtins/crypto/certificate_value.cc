// Writing values member by member. The order of members does not matter to an object; here it is that of Go's
// structures, so that the two can be compared by eye.
#include "engine/builtins/crypto/certificate_value.h"

#include <openssl/crypto.h>

#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/base/meter.h"
#include "engine/base/utf8.h"
#include "engine/builtins/crypto/der.h"
#include "engine/builtins/ip.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/number.h"

namespace writ {

namespace {

// Of any certificate; strings and bytes are paid for by their size.
constexpr uint64_t kUnitsPerCertificate = 256;
// The largest number that a value can hold has a little fewer.
constexpr uint64_t kMostNumberBytes = 20480 / 8;

// A magnitude in decimal digits. Throws Failure(E_NUM_RANGE) if no value can hold it.
std::string decimal(std::string_view magnitude) {
  if (magnitude.size() > kMostNumberBytes) {
    throw Failure(ErrorCode::E_NUM_RANGE, "a number in a certificate or key is too large");
  }
  uint64_t words = magnitude.size() / 8 + 1;
  charge_work(words * words / 8 + words);
  char* digits = BN_bn2dec(big_number(magnitude).get());
  if (digits == nullptr) openssl_failed("a number");
  std::string text(digits);
  OPENSSL_free(digits);
  return text;
}

// A number of an identifier of any size: what is below 2^57 is counted by the machine.
class PolicyNumber {
 public:
  void add(uint8_t bits) {
    if (small_ >> 57 == 0 && large_.empty()) {
      small_ = small_ << 7 | bits;
      return;
    }
    if (large_.empty()) {
      for (int shift = 63; shift >= 0; shift -= 7) large_ += static_cast<char>(small_ >> shift & 0x7F);
    }
    large_ += static_cast<char>(bits);
  }
  // With 40 · the first number taken off, as the first two are written together.
  std::string first_text() const {
    if (!large_.empty()) return "2." + less(80);
    uint64_t first = small_ < 80 ? small_ / 40 : 2;
    return std::to_string(first) + "." + std::to_string(small_ - first * 40);
  }
  std::string text() const { return large_.empty() ? std::to_string(small_) : less(0); }

 private:
  // The digits of seven bits in `large_`, less a small number.
  std::string less(BN_ULONG subtracted) const {
    std::string magnitude(large_.size() * 7 / 8 + 1, '\0');
    size_t bit = 0;
    for (size_t i = large_.size(); i-- > 0; bit += 7) {
      unsigned value = static_cast<unsigned>(large_[i]) << bit % 8;
      size_t byte = magnitude.size() - 1 - bit / 8;
      magnitude[byte] = static_cast<char>(magnitude[byte] | static_cast<char>(value));
      if (value > 0xFF && byte > 0) magnitude[byte - 1] = static_cast<char>(value >> 8);
    }
    BigNumber number = big_number(magnitude);
    if (BN_sub_word(number.get(), subtracted) != 1) openssl_failed("a number");
    return decimal(big_number_bytes(number.get()));
  }

  uint64_t small_ = 0;
  std::string large_;
};

// "1.2.3", of an identifier of which nothing is known but its bytes.
std::string policy_text(std::string_view oid) {
  std::string out;
  PolicyNumber number;
  for (char c : oid) {
    number.add(static_cast<uint8_t>(c) & 0x7F);
    if ((c & 0x80) != 0) continue;
    out += out.empty() ? number.first_text() : "." + number.text();
    number = {};
  }
  return out;
}

std::string coordinate(std::string_view bytes) { return std::string(integer_magnitude(bytes)); }

}  // namespace

// An object with members that have Go's names.
class CertificateWriter::Members {
 public:
  explicit Members(Arena& arena) : builder_(arena) {}
  Members& add(std::string_view name, const Value& value) {
    builder_.insert(name, value);
    return *this;
  }
  Value finish() { return builder_.finish(); }

 private:
  ObjectBuilder builder_;
};

template <typename Items, typename Write>
Value CertificateWriter::list(const Items& items, Write write) {
  if (items.empty()) return Value::null();
  charge_work(items.size());
  ArrayBuilder array(arena_);
  for (const auto& item : items) array.append(write(item));
  return array.finish();
}

Value CertificateWriter::bytes(std::string_view bytes) {
  charge_work(bytes.size() / 8);
  return make_string(arena_, base64_encode(bytes));
}

// Each byte that is not UTF-8 becomes a replacement character, as in all JSON that Go writes.
Value CertificateWriter::text(std::string_view text) {
  charge_work(text.size() / 8);
  if (is_utf8(text)) return make_string(arena_, text);
  std::string out;
  while (!text.empty()) {
    Rune rune = decode_rune(text);
    append_rune(out, rune.code);
    text.remove_prefix(rune.bytes);
  }
  return make_string(arena_, out);
}

Value CertificateWriter::number(std::string_view magnitude) { return number_from_text(arena_, decimal(magnitude)); }

Value CertificateWriter::oid(std::string_view oid) {
  return list(oid_numbers(oid), [](int64_t number) { return Value::of(number); });
}

Value CertificateWriter::policy(std::string_view oid) { return text(policy_text(oid)); }

Value CertificateWriter::texts(const std::vector<std::string_view>& texts) {
  return list(texts, [&](std::string_view item) { return text(item); });
}

// --- Keys ------------------------------------------------------------------------------------------------------------

Value CertificateWriter::public_key(const std::optional<PublicKey>& key) {
  if (!key) return Value::null();
  Members out(arena_);
  switch (key->kind) {
    case KeyKind::kEd25519: return bytes(key->raw);
    case KeyKind::kX25519: return Members(arena_).finish();
    case KeyKind::kRsa: return out.add("N", number(key->modulus)).add("E", Value::of(key->exponent)).finish();
    case KeyKind::kDsa:
      return out.add("P", number(key->p))
          .add("Q", number(key->q))
          .add("G", number(key->g))
          .add("Y", number(key->y))
          .finish();
    case KeyKind::kEc: break;
  }
  return out.add("Curve", Members(arena_).finish())
      .add("X", number(coordinate(key->x_coordinate())))
      .add("Y", number(coordinate(key->y_coordinate())))
      .finish();
}

Value CertificateWriter::private_key(const PrivateKey& key) {
  const PublicKey& half = key.public_key;
  Members out(arena_);
  switch (half.kind) {
    case KeyKind::kEd25519: return bytes(key.secret + half.raw);
    case KeyKind::kX25519:
    case KeyKind::kDsa: return out.finish();
    case KeyKind::kEc:
      return out.add("Curve", Members(arena_).finish())
          .add("X", number(coordinate(half.x_coordinate())))
          .add("Y", number(coordinate(half.y_coordinate())))
          .add("D", number(coordinate(key.secret)))
          .finish();
    case KeyKind::kRsa: break;
  }
  ArrayBuilder extra(arena_);
  for (const PrivateKey::ExtraPrime& prime : key.extra) {
    extra.append(Members(arena_)
                     .add("Exp", number(prime.exponent))
                     .add("Coeff", number(prime.coefficient))
                     .add("R", number(prime.product))
                     .finish());
  }
  Members precomputed(arena_);
  precomputed.add("Dp", number(key.dp)).add("Dq", number(key.dq)).add("Qinv", number(key.qinv));
  return out.add("N", number(half.modulus))
      .add("E", Value::of(half.exponent))
      .add("D", number(key.d))
      .add("Primes", list(key.primes, [&](const std::string& prime) { return number(prime); }))
      .add("Precomputed", precomputed.add("CRTValues", extra.finish()).finish())
      .finish();
}

// --- Names -----------------------------------------------------------------------------------------------------------

Value CertificateWriter::attributes(const std::vector<NameAttribute>& attributes) {
  return list(attributes, [&](const NameAttribute& attribute) {
    return Members(arena_).add("Type", oid(attribute.type)).add("Value", attribute.value).finish();
  });
}

Value CertificateWriter::distinguished_name(const DistinguishedName& name) {
  // Attributes under 2.5.4, by their last number.
  auto each = [&](uint8_t number, auto visit) {
    for (const NameAttribute& attribute : name) {
      bool is_known = attribute.type.size() == 3 && attribute.type.starts_with("\x55\x04");
      if (is_known && static_cast<uint8_t>(attribute.type[2]) == number && attribute.is_text) {
        visit(attribute.value);
      }
    }
  };
  auto all = [&](uint8_t number) {
    std::vector<Value> values;
    each(number, [&](const Value& value) { values.push_back(value); });
    return list(values, [](const Value& value) { return value; });
  };
  auto last = [&](uint8_t number) {
    Value found = Value::string("");
    each(number, [&](const Value& value) { found = value; });
    return found;
  };
  charge_work(name.size());
  return Members(arena_)
      .add("Country", all(6))
      .add("Organization", all(10))
      .add("OrganizationalUnit", all(11))
      .add("Locality", all(7))
      .add("Province", all(8))
      .add("StreetAddress", all(9))
      .add("PostalCode", all(17))
      .add("SerialNumber", last(5))
      .add("CommonName", last(3))
      .add("Names", attributes(name))
      .add("ExtraNames", Value::null())
      .finish();
}

Value CertificateWriter::address(std::string_view bytes) {
  IpAddress address;
  size_t first = address.bytes.size() - bytes.size();
  if (first != 0) address.bytes[10] = address.bytes[11] = 0xFF;
  for (size_t i = 0; i < bytes.size(); i++) address.bytes[first + i] = static_cast<uint8_t>(bytes[i]);
  return text(ip_text(address));
}

Value CertificateWriter::network(std::string_view bytes) {
  size_t half = bytes.size() / 2;
  Members out(arena_);
  return out.add("IP", address(bytes.substr(0, half))).add("Mask", this->bytes(bytes.substr(half))).finish();
}

Value CertificateWriter::url(const Url& url) {
  return Members(arena_)
      .add("Scheme", text(url.scheme))
      .add("Opaque", text(url.opaque))
      .add("User", url.user ? Members(arena_).finish() : Value::null())
      .add("Host", text(url.host))
      .add("Path", text(url.path))
      .add("Fragment", text(url.fragment))
      .add("RawQuery", text(url.raw_query))
      .add("RawPath", text(url.is_path_usual ? "" : url.raw_path))
      .add("RawFragment", text(url.raw_fragment))
      .add("ForceQuery", Value::of(url.forces_query))
      .add("OmitHost", Value::of(url.omits_host))
      .finish();
}

void CertificateWriter::add_names(Members& out, const AlternativeNames& names) {
  out.add("DNSNames", texts(names.dns))
      .add("EmailAddresses", texts(names.emails))
      .add("IPAddresses", list(names.addresses, [&](std::string_view bytes) { return address(bytes); }))
      .add("URIs", list(names.uris, [&](const Url& uri) { return url(uri); }));
}

// --- Certificates ----------------------------------------------------------------------------------------------------

Value CertificateWriter::extensions(const std::vector<Extension>& extensions) {
  return list(extensions, [&](const Extension& extension) {
    return Members(arena_)
        .add("Id", oid(extension.id))
        .add("Critical", Value::of(extension.is_critical))
        .add("Value", bytes(extension.value))
        .finish();
  });
}

void CertificateWriter::add_constraints(Members& out, const Certificate& certificate) {
  auto networks = [&](const NameSubtrees& subtrees) {
    return list(subtrees.networks, [&](std::string_view bytes) { return network(bytes); });
  };
  out.add("PermittedDNSDomainsCritical", Value::of(certificate.are_constraints_critical))
      .add("PermittedDNSDomains", texts(certificate.permitted.dns))
      .add("ExcludedDNSDomains", texts(certificate.excluded.dns))
      .add("PermittedIPRanges", networks(certificate.permitted))
      .add("ExcludedIPRanges", networks(certificate.excluded))
      .add("PermittedEmailAddresses", texts(certificate.permitted.emails))
      .add("ExcludedEmailAddresses", texts(certificate.excluded.emails))
      .add("PermittedURIDomains", texts(certificate.permitted.uris))
      .add("ExcludedURIDomains", texts(certificate.excluded.uris));
}

void CertificateWriter::add_policies(Members& out, const Certificate& certificate) {
  // Only those whose numbers Go's older type can hold; a list whenever there is the extension.
  ArrayBuilder small(arena_);
  for (std::string_view policy : certificate.policies) {
    if (check_oid(policy, nullptr)) small.append(oid(policy));
  }
  auto is_zero = [](const PolicyCount& count) { return Value::of(count.is_present && count.value == 0); };
  out.add("PolicyIdentifiers", certificate.has_policies ? small.finish() : Value::null())
      .add("Policies", list(certificate.policies, [&](std::string_view oid) { return policy(oid); }))
      .add("InhibitAnyPolicy", Value::of(certificate.inhibit_any_policy.value))
      .add("InhibitAnyPolicyZero", is_zero(certificate.inhibit_any_policy))
      .add("InhibitPolicyMapping", Value::of(certificate.inhibit_policy_mapping.value))
      .add("InhibitPolicyMappingZero", is_zero(certificate.inhibit_policy_mapping))
      .add("RequireExplicitPolicy", Value::of(certificate.require_explicit_policy.value))
      .add("RequireExplicitPolicyZero", is_zero(certificate.require_explicit_policy))
      .add("PolicyMappings", list(certificate.policy_mappings, [&](const auto& mapping) {
             return Members(arena_)
                 .add("IssuerDomainPolicy", policy(mapping.first))
                 .add("SubjectDomainPolicy", policy(mapping.second))
                 .finish();
           }));
}

bool CertificateWriter::add_times(Members& out, const Certificate& certificate) {
  for (const DerTime* time : {&certificate.not_before, &certificate.not_after}) {
    if (time->has_text()) continue;
    fault_ = kTimeFault;
    return false;
  }
  out.add("NotBefore", text(certificate.not_before.text())).add("NotAfter", text(certificate.not_after.text()));
  return true;
}

Value CertificateWriter::certificate(const Certificate& certificate, bool with_uri_strings) {
  charge_work(kUnitsPerCertificate);
  Members out(arena_);
  if (!add_times(out, certificate)) return Value::undefined();
  auto optional_bytes = [&](const std::optional<std::string_view>& id) { return id ? bytes(*id) : Value::null(); };
  out.add("Raw", bytes(certificate.raw))
      .add("RawTBSCertificate", bytes(certificate.raw_tbs))
      .add("RawSubjectPublicKeyInfo", bytes(certificate.raw_public_key_info))
      .add("RawSubject", bytes(certificate.raw_subject))
      .add("RawIssuer", bytes(certificate.raw_issuer))
      .add("Signature", bytes(certificate.signature))
      .add("SignatureAlgorithm", Value::of(static_cast<int>(certificate.signature_algorithm)))
      .add("PublicKeyAlgorithm", Value::of(static_cast<int>(certificate.public_key_algorithm)))
      .add("PublicKey", public_key(certificate.public_key))
      .add("Version", Value::of(certificate.version))
      .add("SerialNumber", number(certificate.serial_number))
      .add("Issuer", distinguished_name(certificate.issuer))
      .add("Subject", distinguished_name(certificate.subject))
      .add("KeyUsage", Value::of(certificate.key_usage))
      .add("Extensions", extensions(certificate.extensions))
      .add("ExtraExtensions", Value::null())
      .add("UnhandledCriticalExtensions",
           list(certificate.unhandled_critical, [&](std::string_view id) { return oid(id); }))
      .add("ExtKeyUsage", list(certificate.extended_key_usages, [](int row) { return Value::of(row); }))
      .add("UnknownExtKeyUsage",
           list(certificate.unknown_extended_key_usages, [&](std::string_view id) { return oid(id); }))
      .add("BasicConstraintsValid", Value::of(certificate.has_basic_constraints))
      .add("IsCA", Value::of(certificate.is_ca))
      .add("MaxPathLen", Value::of(certificate.max_path_length))
      .add("MaxPathLenZero", Value::of(certificate.has_basic_constraints && certificate.max_path_length == 0))
      .add("SubjectKeyId", optional_bytes(certificate.subject_key_id))
      .add("AuthorityKeyId", optional_bytes(certificate.authority_key_id))
      .add("OCSPServer", texts(certificate.ocsp_servers))
      .add("IssuingCertificateURL", texts(certificate.issuing_urls))
      .add("CRLDistributionPoints", texts(certificate.crl_points));
  add_names(out, certificate.names);
  if (with_uri_strings) {
    out.add("URIStrings", list(certificate.names.uris, [&](const Url& uri) { return text(url_text(uri)); }));
  }
  add_constraints(out, certificate);
  add_policies(out, certificate);
  return out.finish();
}

Value CertificateWriter::certificates(std::span<const Certificate* const> certificates, bool with_uri_strings) {
  ArrayBuilder array(arena_);
  for (const Certificate* item : certificates) {
    Value value = certificate(*item, with_uri_strings);
    if (!value.is_defined()) return value;
    array.append(value);
  }
  return array.finish();
}

Value CertificateWriter::request(const CertificateRequest& request) {
  charge_work(kUnitsPerCertificate);
  Members out(arena_);
  out.add("Raw", bytes(request.raw))
      .add("RawTBSCertificateRequest", bytes(request.raw_tbs))
      .add("RawSubjectPublicKeyInfo", bytes(request.raw_public_key_info))
      .add("RawSubject", bytes(request.raw_subject))
      .add("Version", Value::of(request.version))
      .add("Signature", bytes(request.signature))
      .add("SignatureAlgorithm", Value::of(static_cast<int>(request.signature_algorithm)))
      .add("PublicKeyAlgorithm", Value::of(static_cast<int>(request.public_key_algorithm)))
      .add("PublicKey", public_key(request.public_key))
      .add("Subject", distinguished_name(request.subject))
      .add("Attributes", list(request.attributes, [&](const CertificateRequest::Attribute& attribute) {
             ArrayBuilder values(arena_);
             for (const auto& pairs : attribute.values) {
               values.append(pairs.empty() ? make_array(arena_, {}) : attributes(pairs));
             }
             return Members(arena_).add("Type", oid(attribute.type)).add("Value", values.finish()).finish();
           }))
      .add("Extensions", extensions(request.extensions))
      .add("ExtraExtensions", Value::null());
  add_names(out, request.names);
  return out.finish();
}

}  // namespace writ
