// Certificates, requests and keys as the values that policies see: what Go's encoding/json makes of its structures, nil
// slices as null, bytes as base 64, numbers in full.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/builtins/builtin.h"
#include "engine/builtins/crypto/certificate.h"
#include "engine/builtins/crypto/certificate_request.h"

namespace writ {

class CertificateWriter {
 public:
  explicit CertificateWriter(BuiltinCall& call) : call_(call), arena_(call.arena) {}

  // An object, with OPA's member URIStrings or without. Undefined, and fault() set, for a certificate that Go cannot
  // write: one with a time of 24 hours or more from UTC.
  Value certificate(const Certificate& certificate, bool with_uri_strings);
  // An array of them.
  Value certificates(std::span<const Certificate* const> certificates, bool with_uri_strings);
  Value request(const CertificateRequest& request);
  Value private_key(const PrivateKey& key);
  const std::string& fault() const { return fault_; }

  Value bytes(std::string_view bytes);

 private:
  class Members;
  Value text(std::string_view text);
  Value number(std::string_view magnitude);
  Value oid(std::string_view oid);
  Value policy(std::string_view oid);
  Value public_key(const std::optional<PublicKey>& key);
  Value distinguished_name(const DistinguishedName& name);
  Value attributes(const std::vector<NameAttribute>& attributes);
  Value extensions(const std::vector<Extension>& extensions);
  Value address(std::string_view bytes);
  Value network(std::string_view bytes);
  Value url(const Url& url);
  void add_names(Members& out, const AlternativeNames& names);
  void add_constraints(Members& out, const Certificate& certificate);
  void add_policies(Members& out, const Certificate& certificate);
  bool add_times(Members& out, const Certificate& certificate);
  // An array of what `write` makes of each; null if there are none.
  template <typename Items, typename Write>
  Value list(const Items& items, Write write);
  Value texts(const std::vector<std::string_view>& texts);

  BuiltinCall& call_;
  Arena& arena_;
  std::string fault_;
};

}  // namespace writ
