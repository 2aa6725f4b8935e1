// The certificates that an argument holds, as OPA takes them: blocks of PEM, or base 64 of PEM or of DER.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/arena.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/crypto/certificate.h"

namespace writ {

inline constexpr std::string_view kPemStart = "-----BEGIN";

// Pays for reading a text of certificates or keys: base 64, then DER, then what points into it.
void charge_certificate_text(BuiltinCall& call, const Value& text);
// Bytes that reading it takes outside the arena at most: what is decoded, twice.
inline uint64_t decoded_memory(const Value& text) { return 2 * uint64_t{text.size}; }

// False, and `*fault` as OPA says it, if the text is not base 64.
bool decode_certificate_base64(std::string_view text, std::string* bytes, std::string* fault);

class CertificateList {
 public:
  explicit CertificateList(BuiltinCall& call) : arena_(call.arena), memory_(call.arena) {}

  // Once; the caller has paid for the text. False, and fault() set, if there is anything but certificates.
  bool read(std::string_view text);

  const std::vector<Certificate>& certificates() const { return certificates_; }
  std::vector<const Certificate*> pointers() const;
  const std::string& fault() const { return fault_; }

 private:
  bool read_pem(std::string_view text, std::string* der);
  bool parse(std::string_view der);

  Arena& arena_;
  Lease memory_;
  std::vector<Certificate> certificates_;
  std::string fault_;
};

}  // namespace writ
