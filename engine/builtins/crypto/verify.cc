// Building paths: from the leaf upwards, depth first, to the root before other certificates. A candidate counts against
// the limit even if it is dropped without looking at its signature; once the limit is reached nothing else is tried,
// but what was found stays. The depth of the recursion is bounded by the same limit.
#include "engine/builtins/crypto/verify.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/meter.h"
#include "engine/builtins/crypto/signatures.h"
#include "engine/builtins/ip.h"

namespace writ {

namespace {

using Path = std::vector<const Certificate*>;

constexpr int kMostCandidates = 100;
constexpr int kCertSignBit = 1 << 5;
constexpr int64_t kNanoseconds = 1'000'000'000;

enum class Role : uint8_t { kLeaf, kIntermediate, kRoot };

// --- Signatures ------------------------------------------------------------------------------------------------------

struct SignatureRow {
  SignatureAlgorithm algorithm;
  KeyKind key;
  HashKind hash;
  RsaPadding padding;
};
// MD5 and SHA-1 are not among them, nor is DSA.
constexpr SignatureRow kSignatures[] = {
    {SignatureAlgorithm::kSha256Rsa, KeyKind::kRsa, HashKind::kSha256, RsaPadding::kPkcs1},
    {SignatureAlgorithm::kSha384Rsa, KeyKind::kRsa, HashKind::kSha384, RsaPadding::kPkcs1},
    {SignatureAlgorithm::kSha512Rsa, KeyKind::kRsa, HashKind::kSha512, RsaPadding::kPkcs1},
    {SignatureAlgorithm::kSha256Pss, KeyKind::kRsa, HashKind::kSha256, RsaPadding::kPssHashSalt},
    {SignatureAlgorithm::kSha384Pss, KeyKind::kRsa, HashKind::kSha384, RsaPadding::kPssHashSalt},
    {SignatureAlgorithm::kSha512Pss, KeyKind::kRsa, HashKind::kSha512, RsaPadding::kPssHashSalt},
    {SignatureAlgorithm::kEcdsaSha256, KeyKind::kEc, HashKind::kSha256, RsaPadding::kPkcs1},
    {SignatureAlgorithm::kEcdsaSha384, KeyKind::kEc, HashKind::kSha384, RsaPadding::kPkcs1},
    {SignatureAlgorithm::kEcdsaSha512, KeyKind::kEc, HashKind::kSha512, RsaPadding::kPkcs1},
};

bool is_signed_with(const Certificate& certificate, const PublicKey& key) {
  if (certificate.signature_algorithm == SignatureAlgorithm::kEd25519) {
    return verify_ed25519(key, certificate.raw_tbs, certificate.signature);
  }
  for (const SignatureRow& row : kSignatures) {
    if (row.algorithm != certificate.signature_algorithm) continue;
    if (row.key != key.kind) return false;
    charge_work(certificate.raw_tbs.size() / 32 + 1);
    std::string digest = hash_bytes(row.hash, certificate.raw_tbs);
    if (row.key == KeyKind::kEc) return verify_ecdsa(key, digest, certificate.signature);
    return verify_rsa(key, row.padding, row.hash, digest, certificate.signature);
  }
  return false;
}

bool is_signed_by(const Certificate& certificate, const Certificate& issuer) {
  if (issuer.version == 3 && !issuer.has_basic_constraints) return false;
  if (issuer.has_basic_constraints && !issuer.is_ca) return false;
  if (issuer.key_usage != 0 && (issuer.key_usage & kCertSignBit) == 0) return false;
  return issuer.public_key && is_signed_with(certificate, *issuer.public_key);
}

// --- Candidates ------------------------------------------------------------------------------------------------------

std::string_view or_empty(const std::optional<std::string_view>& id) { return id ? *id : std::string_view(); }

// Certificates by name, each once.
class Pool {
 public:
  void add(const Certificate& certificate) {
    if (seen_.insert(certificate.raw).second) by_subject_[certificate.raw_subject].push_back(&certificate);
  }
  bool contains(const Certificate& certificate) const { return seen_.contains(certificate.raw); }

  // Those whose subject is the issuer, the likeliest first.
  Path find_issuers(const Certificate& certificate) const {
    auto found = by_subject_.find(certificate.raw_issuer);
    if (found == by_subject_.end()) return {};
    charge_work(found->second.size());
    Path issuers = found->second;
    std::string_view wanted = or_empty(certificate.authority_key_id);
    auto rank = [&](const Certificate* issuer) {
      std::string_view id = or_empty(issuer->subject_key_id);
      if (id == wanted) return 0;
      return id.empty() != wanted.empty() ? 1 : 2;
    };
    std::stable_sort(issuers.begin(), issuers.end(), [&](auto* a, auto* b) { return rank(a) < rank(b); });
    return issuers;
  }

 private:
  std::set<std::string_view> seen_;
  std::map<std::string_view, Path> by_subject_;
};

// Whether a certificate with the same subject, key and alternative names is in the path already.
bool is_in_path(const Certificate& candidate, const Path& path) {
  const std::string_view* names = candidate.extension(oid::kSubjectAltName);
  for (const Certificate* certificate : path) {
    charge_work(1 + candidate.raw_subject.size() / 64);
    if (candidate.raw_subject != certificate->raw_subject ||
        candidate.raw_public_key_info != certificate->raw_public_key_info) {
      continue;
    }
    const std::string_view* other = certificate->extension(oid::kSubjectAltName);
    if (names == nullptr && other == nullptr) return true;
    // As Go has it: what follows is not looked at.
    if (names == nullptr || other == nullptr) return false;
    if (*names == *other) return true;
  }
  return false;
}

class PathBuilder {
 public:
  PathBuilder(const std::vector<Certificate>& certificates, int64_t now) : now_(now) {
    roots_.add(certificates.front());
    for (size_t i = 1; i + 1 < certificates.size(); i++) intermediates_.add(certificates[i]);
  }

  // All paths from the leaf to the root.
  std::vector<Path> run(const Certificate& leaf) {
    if (roots_.contains(leaf)) return {{&leaf}};
    extend({&leaf});
    return std::move(found_);
  }

  bool is_valid(const Certificate& certificate, Role role, const Path& path) const {
    if (!certificate.unhandled_critical.empty()) return false;
    if (!path.empty() && path.back()->raw_issuer != certificate.raw_subject) return false;
    int64_t seconds = now_ / kNanoseconds - (now_ % kNanoseconds < 0 ? 1 : 0);
    bool is_whole = now_ % kNanoseconds == 0;
    if (seconds < certificate.not_before.seconds) return false;
    int64_t end = certificate.not_after.seconds;
    if (seconds > end || (seconds == end && !is_whole)) return false;
    if (role == Role::kIntermediate && (!certificate.has_basic_constraints || !certificate.is_ca)) return false;
    if (certificate.has_basic_constraints && certificate.max_path_length >= 0) {
      return static_cast<int64_t>(path.size()) - 1 <= certificate.max_path_length;
    }
    return true;
  }

 private:
  void extend(const Path& path) {
    for (Role role : {Role::kRoot, Role::kIntermediate}) {
      const Pool& pool = role == Role::kRoot ? roots_ : intermediates_;
      for (const Certificate* candidate : pool.find_issuers(*path.back())) {
        if (++candidates_ > kMostCandidates) return;
        consider(path, role, *candidate);
      }
    }
  }

  void consider(const Path& path, Role role, const Certificate& candidate) {
    if (!candidate.public_key || is_in_path(candidate, path) || !is_signed_by(*path.back(), candidate) ||
        !is_valid(candidate, role, path)) {
      return;
    }
    Path longer = path;
    longer.push_back(&candidate);
    if (role == Role::kRoot) {
      found_.push_back(std::move(longer));
    } else {
      extend(longer);
    }
  }

  int64_t now_;
  Pool roots_, intermediates_;
  int candidates_ = 0;
  std::vector<Path> found_;
};

// --- Extended key usages ---------------------------------------------------------------------------------------------

// From the root down, each certificate strikes out the usages that it does not allow; one has to be left.
bool allows_usage(const Path& path, std::vector<int> usages) {
  if (std::find(usages.begin(), usages.end(), kAnyExtendedKeyUsage) != usages.end()) return true;
  if (usages.empty()) usages.push_back(kServerAuth);
  for (auto it = path.rbegin(); it != path.rend(); ++it) {
    const std::vector<int>& allowed = (*it)->extended_key_usages;
    if (allowed.empty() && (*it)->unknown_extended_key_usages.empty()) continue;
    auto is_allowed = [&](int usage) { return std::find(allowed.begin(), allowed.end(), usage) != allowed.end(); };
    charge_work(allowed.size() * usages.size() / 8);
    if (is_allowed(kAnyExtendedKeyUsage)) continue;
    std::erase_if(usages, [&](int usage) { return !is_allowed(usage); });
    if (usages.empty()) return false;
  }
  return true;
}

// --- Hosts -----------------------------------------------------------------------------------------------------------

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::vector<std::string_view> labels_of(std::string_view host) {
  std::vector<std::string_view> labels;
  for (size_t begin = 0; begin <= host.size();) {
    size_t end = std::min(host.find('.', begin), host.size());
    labels.push_back(host.substr(begin, end - begin));
    begin = end + 1;
  }
  return labels;
}

std::string_view without_last_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool is_label(std::string_view label) {
  if (label.empty() || label[0] == '-') return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

bool is_host(std::string_view host, bool is_pattern) {
  if (!is_pattern) host = without_last_dot(host);
  if (host == "*") return false;
  std::vector<std::string_view> labels = labels_of(host);
  size_t first = is_pattern && labels[0] == "*" ? 1 : 0;
  return std::all_of(labels.begin() + static_cast<ptrdiff_t>(first), labels.end(), is_label);
}

bool matches_labels(std::string_view pattern, const std::vector<std::string_view>& host) {
  std::vector<std::string_view> labels = labels_of(pattern);
  if (pattern.empty() || labels.size() != host.size()) return false;
  size_t first = labels[0] == "*" ? 1 : 0;
  return std::equal(labels.begin() + static_cast<ptrdiff_t>(first), labels.end(),
                    host.begin() + static_cast<ptrdiff_t>(first));
}

bool is_nothing(std::string_view host) { return host.empty() || host == "."; }

IpAddress address_of(std::string_view bytes) {
  IpAddress address;
  size_t first = address.bytes.size() - bytes.size();
  if (first != 0) address.bytes[10] = address.bytes[11] = 0xFF;
  std::copy(bytes.begin(), bytes.end(), address.bytes.begin() + static_cast<ptrdiff_t>(first));
  return address;
}

}  // namespace

bool is_for_host(const Certificate& leaf, std::string_view host) {
  std::string_view inside = host;
  if (host.size() >= 3 && host.front() == '[' && host.back() == ']') inside = host.substr(1, host.size() - 2);
  if (std::optional<IpAddress> address = parse_ip(inside)) {
    charge_work(leaf.names.addresses.size());
    return std::any_of(leaf.names.addresses.begin(), leaf.names.addresses.end(),
                       [&](std::string_view bytes) { return address_of(bytes) == *address; });
  }
  charge_work(host.size() / 8);
  std::string name = to_lower_ascii(host);
  bool is_sound = is_host(name, false);
  std::vector<std::string_view> labels = labels_of(without_last_dot(name));
  for (std::string_view pattern : leaf.names.dns) {
    charge_work(1 + pattern.size() / 8);
    std::string lower = to_lower_ascii(pattern);
    // Names that are no hosts match only as they are.
    bool matches = is_sound && is_host(pattern, true) ? matches_labels(lower, labels)
                                                      : !is_nothing(pattern) && !is_nothing(name) && lower == name;
    if (matches) return true;
  }
  return false;
}

std::vector<const Certificate*> verify_chain(const std::vector<Certificate>& certificates, const VerifyOptions& options,
                                             int64_t now) {
  if (certificates.size() < 2) return {};
  uint64_t bytes = 0;
  for (const Certificate& certificate : certificates) bytes += certificate.raw.size();
  // Sorting certificates and their names compares about as many bytes as there are, some twenty times.
  charge_work(bytes + 16 * certificates.size());
  const Certificate& leaf = certificates.back();
  PathBuilder builder(certificates, now);
  if (!builder.is_valid(leaf, Role::kLeaf, {})) return {};
  if (!options.dns_name.empty() && !is_for_host(leaf, options.dns_name)) return {};
  for (Path& path : builder.run(leaf)) {
    bool is_good = are_policies_valid(path) && allows_usage(path, options.key_usages) && are_names_allowed(path);
    if (is_good) return std::move(path);
  }
  return {};
}

}  // namespace writ
