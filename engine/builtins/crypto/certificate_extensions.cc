// What the extensions of a certificate say. Each reader takes the value of one extension; a critical one that is not
// understood whole is remembered, and no chain is built over it.
#include <algorithm>
#include <set>

#include "engine/builtins/crypto/certificate.h"
#include "engine/builtins/ip.h"
#include "engine/builtins/support.h"
#include "engine/value/text.h"

namespace writ {

namespace {

using namespace std::string_view_literals;

// Extensions under 2.5.29, by their last number.
constexpr std::string_view kCommonPrefix = "\x55\x1D"sv;
constexpr std::string_view kAuthorityInfoAccess = "\x2B\x06\x01\x05\x05\x07\x01\x01"sv;
constexpr std::string_view kOcsp = "\x2B\x06\x01\x05\x05\x07\x30\x01"sv;
constexpr std::string_view kIssuers = "\x2B\x06\x01\x05\x05\x07\x30\x02"sv;
constexpr int kKeyUsageBits = 9;

struct UsageRow {
  std::string_view oid;
  std::string_view option;  // of OPA's verify options
};
// In the order of Go's numbers.
constexpr UsageRow kUsages[] = {
    {"\x55\x1D\x25\x00"sv, "KeyUsageAny"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x01"sv, "KeyUsageServerAuth"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x02"sv, "KeyUsageClientAuth"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x03"sv, "KeyUsageCodeSigning"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x04"sv, "KeyUsageEmailProtection"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x05"sv, "KeyUsageIPSECEndSystem"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x06"sv, "KeyUsageIPSECTunnel"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x07"sv, "KeyUsageIPSECUser"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x08"sv, "KeyUsageTimeStamping"},
    {"\x2B\x06\x01\x05\x05\x07\x03\x09"sv, "KeyUsageOCSPSigning"},
    {"\x2B\x06\x01\x04\x01\x82\x37\x0A\x03\x03"sv, "KeyUsageMicrosoftServerGatedCrypto"},
    {"\x60\x86\x48\x01\x86\xF8\x42\x04\x01"sv, "KeyUsageNetscapeServerGatedCrypto"},
    {"\x2B\x06\x01\x04\x01\x82\x37\x02\x01\x16"sv, "KeyUsageMicrosoftCommercialCodeSigning"},
    {"\x2B\x06\x01\x04\x01\x82\x37\x3D\x01\x01"sv, "KeyUsageMicrosoftKernelCodeSigning"},
};

std::string quoted(std::string_view before, std::string_view text, std::string_view after = {}) {
  std::string out(before);
  append_quoted_go(out, text);
  return out.append(after);
}

// Ones, then zeros.
bool is_mask_valid(std::string_view mask) {
  bool zeros = false;
  for (char c : mask) {
    auto byte = static_cast<uint8_t>(c);
    if (zeros ? byte != 0 : (static_cast<uint8_t>(~byte) & static_cast<uint8_t>(~byte + 1)) != 0) return false;
    zeros = byte != 0xFF;
  }
  return true;
}

bool is_policy_valid(std::string_view oid) {
  if (oid.empty() || (oid.back() & 0x80) != 0) return false;
  bool at_start = true;
  for (char c : oid) {
    auto byte = static_cast<uint8_t>(c);
    if (at_start && byte == 0x80) return false;
    at_start = (byte & 0x80) == 0;
  }
  return true;
}

class ExtensionReader {
 public:
  ExtensionReader(Certificate& out, std::string* fault) : out_(out), fault_(fault) {}

  bool run() {
    for (const Extension& extension : out_.extensions) {
      bool is_handled = true;
      if (!read(extension, &is_handled)) return false;
      if (extension.is_critical && !is_handled) out_.unhandled_critical.push_back(extension.id);
    }
    return true;
  }

 private:
  bool fail(std::string_view why) {
    if (fault_->empty()) *fault_ = why;
    return false;
  }

  bool read(const Extension& extension, bool* is_handled) {
    if (extension.id == kAuthorityInfoAccess) return read_authority_info(extension);
    if (extension.id.size() == 3 && extension.id.starts_with(kCommonPrefix)) {
      switch (static_cast<uint8_t>(extension.id[2])) {
        case 14: return read_subject_key_id(extension);
        case 15: return read_key_usage(extension.value);
        case 17:
          if (!parse_alternative_names(extension.value, &out_.names, fault_)) return false;
          *is_handled = !out_.names.empty();
          return true;
        case 19: return read_basic_constraints(extension.value);
        case 30: return read_name_constraints(extension, is_handled);
        case 31: return read_crl_points(extension.value);
        case 32: return read_policies(extension.value);
        case 33: return read_policy_mappings(extension.value);
        case 35: return read_authority_key_id(extension);
        case 36: return read_policy_constraints(extension.value);
        case 37: return read_extended_key_usages(extension.value);
        case 54: return read_inhibit_any_policy(extension.value);
      }
    }
    *is_handled = false;
    return true;
  }

  bool read_key_usage(std::string_view der) {
    BitString bits;
    if (!DerReader(der).read_bit_string(&bits)) return fail("x509: invalid key usage");
    for (int i = 0; i < kKeyUsageBits; i++) {
      if (bits.at(static_cast<uint64_t>(i))) out_.key_usage |= 1 << i;
    }
    return true;
  }

  bool read_basic_constraints(std::string_view der) {
    DerReader fields({});
    if (!DerReader(der).enter(der::kSequence, &fields)) return fail("x509: invalid basic constraints");
    if (fields.peek(der::kBoolean) && !fields.read_boolean(&out_.is_ca)) {
      return fail("x509: invalid basic constraints");
    }
    out_.max_path_length = -1;
    if (fields.peek(der::kInteger) && (!fields.read_int64(&out_.max_path_length) || out_.max_path_length < 0)) {
      return fail("x509: invalid basic constraints");
    }
    out_.has_basic_constraints = true;
    return true;
  }

  bool read_subject_key_id(const Extension& extension) {
    if (extension.is_critical) return fail("x509: subject key identifier incorrectly marked critical");
    std::string_view id;
    if (!DerReader(extension.value).read(der::kOctetString, &id)) return fail("x509: invalid subject key identifier");
    out_.subject_key_id = id;
    return true;
  }

  bool read_authority_key_id(const Extension& extension) {
    if (extension.is_critical) return fail("x509: authority key identifier incorrectly marked critical");
    DerReader fields({});
    std::string_view id;
    bool is_present = false;
    if (!DerReader(extension.value).enter(der::kSequence, &fields) ||
        !fields.read_optional(der::context(0), &id, &is_present)) {
      return fail("x509: invalid authority key identifier");
    }
    if (is_present) out_.authority_key_id = id;
    return true;
  }

  bool read_extended_key_usages(std::string_view der) {
    DerReader list({});
    if (!DerReader(der).enter(der::kSequence, &list)) return fail("x509: invalid extended key usages");
    while (!list.empty()) {
      std::string_view oid;
      if (!list.read_oid(&oid)) return fail("x509: invalid extended key usages");
      int row = find_extended_key_usage(oid);
      if (row >= 0) {
        out_.extended_key_usages.push_back(row);
      } else {
        out_.unknown_extended_key_usages.push_back(oid);
      }
    }
    return true;
  }

  bool read_policies(std::string_view der) {
    out_.has_policies = true;
    DerReader list({});
    std::set<std::string_view> seen;
    if (!DerReader(der).enter(der::kSequence, &list)) return fail("x509: invalid certificate policies");
    while (!list.empty()) {
      DerReader fields({});
      std::string_view oid;
      if (!list.enter(der::kSequence, &fields) || !fields.read(der::kOid, &oid) || !seen.insert(oid).second ||
          !is_policy_valid(oid)) {
        return fail("x509: invalid certificate policies");
      }
      out_.policies.push_back(oid);
    }
    return true;
  }

  bool read_policy_mappings(std::string_view der) {
    DerReader list({});
    if (!DerReader(der).enter(der::kSequence, &list)) return fail("x509: invalid policy mappings extension");
    while (!list.empty()) {
      DerReader fields({});
      std::string_view issuer;
      std::string_view subject;
      if (!list.enter(der::kSequence, &fields) || !fields.read(der::kOid, &issuer) ||
          !fields.read(der::kOid, &subject)) {
        return fail("x509: invalid policy mappings extension");
      }
      out_.policy_mappings.emplace_back(issuer, subject);
    }
    return true;
  }

  bool read_policy_constraints(std::string_view der) {
    DerReader fields({});
    if (!DerReader(der).enter(der::kSequence, &fields)) return fail("x509: invalid policy constraints extension");
    PolicyCount* counts[] = {&out_.require_explicit_policy, &out_.inhibit_policy_mapping};
    for (uint8_t i = 0; i < 2; i++) {
      if (!fields.peek(der::context(i))) continue;
      if (!fields.read_int64(&counts[i]->value, der::context(i))) {
        return fail("x509: invalid policy constraints extension");
      }
      counts[i]->is_present = true;
    }
    return true;
  }

  bool read_inhibit_any_policy(std::string_view der) {
    out_.inhibit_any_policy.is_present = true;
    return DerReader(der).read_int64(&out_.inhibit_any_policy.value) ||
           fail("x509: invalid inhibit any policy extension");
  }

  bool read_crl_points(std::string_view der) {
    DerReader list({});
    if (!DerReader(der).enter(der::kSequence, &list)) return fail("x509: invalid CRL distribution points");
    while (!list.empty()) {
      DerReader point({});
      DerReader names({});
      std::string_view name;
      bool is_present = false;
      if (!list.enter(der::kSequence, &point) ||
          !point.read_optional(der::context_constructed(0), &name, &is_present)) {
        return fail("x509: invalid CRL distribution point");
      }
      if (!is_present) continue;
      if (!DerReader(name).enter(der::context_constructed(0), &names)) {
        return fail("x509: invalid CRL distribution point");
      }
      while (names.peek(der::context(6))) {
        std::string_view uri;
        if (!names.read(der::context(6), &uri)) return fail("x509: invalid CRL distribution point");
        out_.crl_points.push_back(uri);
      }
    }
    return true;
  }

  bool read_authority_info(const Extension& extension) {
    if (extension.is_critical) return fail("x509: authority info access incorrectly marked critical");
    DerReader list({});
    if (!DerReader(extension.value).enter(der::kSequence, &list)) return fail("x509: invalid authority info access");
    while (!list.empty()) {
      DerReader fields({});
      std::string_view method;
      std::string_view uri;
      bool is_uri = false;
      if (!list.enter(der::kSequence, &fields) || !fields.read_oid(&method) ||
          !fields.read_optional(der::context(6), &uri, &is_uri)) {
        return fail("x509: invalid authority info access");
      }
      if (is_uri && method == kOcsp) out_.ocsp_servers.push_back(uri);
      if (is_uri && method == kIssuers) out_.issuing_urls.push_back(uri);
    }
    return true;
  }

  bool read_name_constraints(const Extension& extension, bool* is_handled) {
    DerReader outer(extension.value);
    DerReader fields({});
    std::string_view permitted;
    std::string_view excluded;
    bool has_permitted = false;
    bool has_excluded = false;
    if (!outer.enter(der::kSequence, &fields) || !outer.empty() ||
        !fields.read_optional(der::context_constructed(0), &permitted, &has_permitted) ||
        !fields.read_optional(der::context_constructed(1), &excluded, &has_excluded) || !fields.empty()) {
      return fail("x509: invalid NameConstraints extension");
    }
    if (permitted.empty() && excluded.empty()) return fail("x509: empty name constraints extension");
    if (!read_subtrees(permitted, &out_.permitted, is_handled) ||
        !read_subtrees(excluded, &out_.excluded, is_handled)) {
      return false;
    }
    out_.are_constraints_critical = extension.is_critical;
    return true;
  }

  bool read_subtrees(std::string_view der, NameSubtrees* subtrees, bool* is_handled) {
    DerReader list(der);
    while (!list.empty()) {
      DerReader fields({});
      std::string_view value;
      uint8_t tag = 0;
      if (!list.enter(der::kSequence, &fields) || !fields.read_any(&value, &tag)) {
        return fail("x509: invalid NameConstraints extension");
      }
      bool is_read = true;
      switch (tag) {
        case der::context(1): is_read = add_email(value, subtrees); break;
        case der::context(2): is_read = add_domain(value, "dnsName", &subtrees->dns); break;
        case der::context(6): is_read = add_uri_domain(value, subtrees); break;
        case der::context(7): is_read = add_network(value, subtrees); break;
        default: *is_handled = false;
      }
      if (!is_read) return false;
    }
    return true;
  }

  bool check_ascii(std::string_view value) {
    return is_ascii(value) || fail(quoted("x509: invalid constraint value: x509: ", value,
                                          " cannot be encoded as an IA5String"));
  }

  bool add_domain(std::string_view value, std::string_view what, std::vector<std::string_view>* domains) {
    if (!check_ascii(value)) return false;
    if (!is_domain_valid(value, true)) {
      return fail(quoted("x509: failed to parse " + std::string(what) + " constraint ", value));
    }
    domains->push_back(value);
    return true;
  }

  bool add_email(std::string_view value, NameSubtrees* subtrees) {
    if (value.find('@') == value.npos) return add_domain(value, "rfc822Name", &subtrees->emails);
    if (!check_ascii(value)) return false;
    if (!parse_mailbox(value)) return fail(quoted("x509: failed to parse rfc822Name constraint ", value));
    subtrees->emails.push_back(value);
    return true;
  }

  bool add_uri_domain(std::string_view value, NameSubtrees* subtrees) {
    if (!check_ascii(value)) return false;
    if (parse_ip(value)) {
      return fail(quoted("x509: failed to parse URI constraint ", value, ": cannot be IP address"));
    }
    return add_domain(value, "URI", &subtrees->uris);
  }

  bool add_network(std::string_view value, NameSubtrees* subtrees) {
    if (value.size() != 8 && value.size() != 32) {
      return fail("x509: IP constraint contained value of length " + std::to_string(value.size()));
    }
    std::string_view mask = value.substr(value.size() / 2);
    if (!is_mask_valid(mask)) {
      std::string digits;
      for (char c : mask) {
        digits += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
        digits += "0123456789abcdef"[static_cast<uint8_t>(c) & 15];
      }
      return fail("x509: IP constraint contained invalid mask " + digits);
    }
    subtrees->networks.push_back(value);
    return true;
  }

  Certificate& out_;
  std::string* fault_;
};

bool add_uri(std::string_view text, AlternativeNames* names, std::string* fault) {
  if (!is_ascii(text)) {
    *fault = "x509: SAN uniformResourceIdentifier is malformed";
    return false;
  }
  std::string why;
  std::optional<Url> url = parse_url(text, &why);
  if (!url) {
    *fault = quoted("x509: cannot parse URI ", text, ": " + why);
    return false;
  }
  if (!url->host.empty() && !is_domain_valid(url->host, false)) {
    *fault = quoted("x509: cannot parse URI ", text, ": invalid domain");
    return false;
  }
  names->uris.push_back(std::move(*url));
  return true;
}

bool add_alternative_name(uint8_t tag, std::string_view value, AlternativeNames* names, std::string* fault) {
  switch (tag) {
    case der::context(1):
      if (!is_ascii(value)) *fault = "x509: SAN rfc822Name is malformed";
      names->emails.push_back(value);
      return fault->empty();
    case der::context(2):
      if (!is_ascii(value)) *fault = "x509: SAN dNSName is malformed";
      names->dns.push_back(value);
      return fault->empty();
    case der::context(6): return add_uri(value, names, fault);
    case der::context(7):
      if (value.size() != 4 && value.size() != 16) {
        *fault = "x509: cannot parse IP address of length " + std::to_string(value.size());
        return false;
      }
      names->addresses.push_back(value);
      return true;
  }
  return true;
}

}  // namespace

bool process_extensions(Certificate* certificate, std::string* fault) {
  return ExtensionReader(*certificate, fault).run();
}

// Each extension has its own names: what an earlier one said is forgotten.
bool parse_alternative_names(std::string_view der, AlternativeNames* names, std::string* fault) {
  *names = {};
  DerReader list({});
  if (!DerReader(der).enter(der::kSequence, &list)) {
    *fault = "x509: invalid subject alternative names";
    return false;
  }
  while (!list.empty()) {
    std::string_view value;
    uint8_t tag = 0;
    if (!list.read_any(&value, &tag)) {
      *fault = "x509: invalid subject alternative name";
      return false;
    }
    if (!add_alternative_name(tag, value, names, fault)) return false;
  }
  return true;
}

int find_extended_key_usage(std::string_view oid) {
  for (size_t i = 0; i < std::size(kUsages); i++) {
    if (kUsages[i].oid == oid) return static_cast<int>(i);
  }
  return -1;
}

int find_key_usage_option(std::string_view name) {
  for (size_t i = 0; i < std::size(kUsages); i++) {
    if (kUsages[i].option == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace writ
