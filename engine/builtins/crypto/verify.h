// Whether a chain of certificates leads from a leaf to a root, as Go's crypto/x509 decides it. Not X509_verify_cert:
// OpenSSL builds other paths, knows other constraints, and would accept and refuse other chains.
//
// A list is what OPA hands over: the first certificate is the only root, the last one the leaf, those between may be
// used to lead from one to the other, in any order. Candidates for an issuer are found by name, those first whose key
// identifier fits; at most a hundred are tried, each of which may cost the check of a signature. The first path is the
// answer whose policies, extended key usages and name constraints hold.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/builtins/crypto/certificate.h"

namespace writ {

struct VerifyOptions {
  std::string dns_name;         // a host or an address that the leaf has to be for; empty: any
  std::vector<int> key_usages;  // rows of extended_key_usage; one of them has to be allowed; empty: kServerAuth
};

// The path from leaf to root; empty if there is none. `now` in nanoseconds since 1970.
std::vector<const Certificate*> verify_chain(const std::vector<Certificate>& certificates, const VerifyOptions& options,
                                             int64_t now);

// The parts of it, for tests.
// Whether the leaf is for that host or address.
bool is_for_host(const Certificate& leaf, std::string_view host);
// Whether the path satisfies RFC 5280's rules on policies as RFC 9618 has them.
bool are_policies_valid(std::span<const Certificate* const> path);
// Whether the names in each certificate are allowed by those above it.
bool are_names_allowed(std::span<const Certificate* const> path);

}  // namespace writ
