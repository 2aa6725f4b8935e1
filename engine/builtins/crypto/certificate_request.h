// Requests for certificates (PKCS #10) as Go's crypto/x509 reads them, with encoding/asn1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/crypto/certificate.h"

namespace writ {

struct CertificateRequest {
  // An attribute whose values are lists of pairs, which is what extensions look like; others are left out, as in Go.
  struct Attribute {
    std::string_view type;
    std::vector<std::vector<NameAttribute>> values;
  };

  std::string_view raw, raw_tbs, raw_public_key_info, raw_subject;
  int64_t version = 0;
  std::string signature;
  SignatureAlgorithm signature_algorithm = SignatureAlgorithm::kUnknown;
  PublicKeyAlgorithm public_key_algorithm = PublicKeyAlgorithm::kUnknown;
  std::optional<PublicKey> public_key;
  DistinguishedName subject;
  std::vector<Attribute> attributes;
  std::vector<Extension> extensions;
  AlternativeNames names;
  // Some value is a time that has no text: the request can be read, but not be shown.
  bool has_bad_time = false;
};

// False, and `*fault` in Go's words, if the bytes are none.
bool parse_certificate_request(std::string_view der, Arena& arena, CertificateRequest* request, std::string* fault);

}  // namespace writ
