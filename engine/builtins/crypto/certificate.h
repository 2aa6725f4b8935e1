// X.509 certificates as Go's crypto/x509 reads them. OpenSSL's reader is not used: it takes what Go refuses (negative
// serial numbers, extensions twice, lengths and strings that are not DER), and the answer has to be Go's.
//
// A Certificate is a view: texts and bytes point into the DER it was read from, or into the arena, and both must live
// as long as it. Identifiers are encoded bytes; equal bytes are equal identifiers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/arena.h"
#include "engine/builtins/crypto/keys.h"
#include "engine/builtins/url.h"
#include "engine/value/value.h"

namespace writ {

// Go's numbers, which policies see.
enum class SignatureAlgorithm : uint8_t {
  kUnknown = 0,
  kMd5Rsa = 2,
  kSha1Rsa,
  kSha256Rsa,
  kSha384Rsa,
  kSha512Rsa,
  kDsaSha1,
  kDsaSha256,
  kEcdsaSha1,
  kEcdsaSha256,
  kEcdsaSha384,
  kEcdsaSha512,
  kSha256Pss,
  kSha384Pss,
  kSha512Pss,
  kEd25519,
};
SignatureAlgorithm signature_algorithm_of(const AlgorithmIdentifier& algorithm);

enum class PublicKeyAlgorithm : uint8_t { kUnknown = 0, kRsa, kDsa, kEcdsa, kEd25519 };
PublicKeyAlgorithm public_key_algorithm_of(std::string_view oid);

struct NameAttribute {
  std::string_view type;
  Value value;          // a string; in requests also what else ASN.1 has, null if Go does not know it
  bool is_text = true;  // what was written was a string
};
// The attributes of all parts of a distinguished name, in order.
using DistinguishedName = std::vector<NameAttribute>;

struct Extension {
  std::string_view id;
  bool is_critical = false;
  std::string_view value;
};

// The names of an extension subjectAltName.
struct AlternativeNames {
  std::vector<std::string_view> dns, emails;
  std::vector<std::string_view> addresses;  // of 4 or 16 bytes
  std::vector<Url> uris;

  bool empty() const { return dns.empty() && emails.empty() && addresses.empty() && uris.empty(); }
};

// One side of name constraints: permitted or excluded.
struct NameSubtrees {
  std::vector<std::string_view> dns, emails, uris;
  std::vector<std::string_view> networks;  // an address and a mask, of 4 or 16 bytes each
};

// A number that is left out, or zero, or more.
struct PolicyCount {
  bool is_present = false;
  int64_t value = 0;

  bool is_set() const { return is_present && value >= 0; }
};

struct Certificate {
  std::string_view raw, raw_tbs, raw_public_key_info, raw_subject, raw_issuer;
  std::string signature;
  SignatureAlgorithm signature_algorithm = SignatureAlgorithm::kUnknown;
  PublicKeyAlgorithm public_key_algorithm = PublicKeyAlgorithm::kUnknown;
  std::optional<PublicKey> public_key;  // none if its algorithm is unknown
  int64_t version = 1;
  std::string_view serial_number;  // a magnitude
  DistinguishedName issuer, subject;
  DerTime not_before, not_after;

  std::vector<Extension> extensions;
  std::vector<std::string_view> unhandled_critical;
  int key_usage = 0;  // bits, digitalSignature lowest
  std::vector<int> extended_key_usages;  // rows of extended_key_usage_name
  std::vector<std::string_view> unknown_extended_key_usages;
  bool has_basic_constraints = false;
  bool is_ca = false;
  int64_t max_path_length = 0;  // -1: without a bound
  std::optional<std::string_view> subject_key_id, authority_key_id;
  std::vector<std::string_view> ocsp_servers, issuing_urls, crl_points;
  AlternativeNames names;
  bool are_constraints_critical = false;
  NameSubtrees permitted, excluded;
  bool has_policies = false;
  std::vector<std::string_view> policies;
  std::vector<std::pair<std::string_view, std::string_view>> policy_mappings;  // issuer's, subject's
  PolicyCount inhibit_any_policy, inhibit_policy_mapping, require_explicit_policy;

  bool has_extension(std::string_view id) const;
  // The value of an extension; null if there is none.
  const std::string_view* extension(std::string_view id) const;
};

namespace oid {
inline constexpr std::string_view kSubjectAltName = "\x55\x1D\x11";
inline constexpr std::string_view kNameConstraints = "\x55\x1D\x1E";
}  // namespace oid

// Exactly one. False, and `*fault` in Go's words, if it is none. The caller has paid for the bytes, and counts the
// memory of the certificate; its key is paid for here. `*fault` is empty before.
bool parse_certificate(std::string_view der, Arena& arena, Certificate* certificate, std::string* fault);

// The parts that requests have too.
bool parse_alternative_names(std::string_view der, AlternativeNames* names, std::string* fault);
// What the extensions say, into the members of the certificate that has them.
bool process_extensions(Certificate* certificate, std::string* fault);

// The row of an extended key usage, which is Go's number of it; -1 if Go does not know it.
int find_extended_key_usage(std::string_view oid);
inline constexpr int kAnyExtendedKeyUsage = 0;
inline constexpr int kServerAuth = 1;
// By the name that OPA's options have for it, "KeyUsageServerAuth"; -1 if there is none.
int find_key_usage_option(std::string_view name);

// Whether a host or, with `is_constraint`, a domain that may begin with a dot consists of labels of visible characters.
bool is_domain_valid(std::string_view name, bool is_constraint);
struct Mailbox {
  std::string local, domain;
  auto operator<=>(const Mailbox&) const = default;
};
// An address as RFC 2821 has it.
std::optional<Mailbox> parse_mailbox(std::string_view text);

}  // namespace writ
