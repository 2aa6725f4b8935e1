#include "engine/builtins/crypto/certificate_list.h"

#include "engine/base/base64.h"
#include "engine/builtins/crypto/pem.h"

namespace writ {

namespace {

constexpr uint64_t kBytesPerUnit = 4;
// What is held outside the arena for each certificate, twice as much while the list grows, and for each of its bytes:
// the smallest thing that is kept is a name of two bytes.
constexpr uint64_t kMemoryPerCertificate = 3 * sizeof(Certificate);
constexpr uint64_t kMemoryPerByte = 32;

}  // namespace

void charge_certificate_text(BuiltinCall& call, const Value& text) {
  call.services.charge(text.size / kBytesPerUnit + 1);
}

bool decode_certificate_base64(std::string_view text, std::string* bytes, std::string* fault) {
  size_t fault_at = 0;
  if (base64_decode(text, {}, bytes, &fault_at)) return true;
  *fault = "illegal base64 data at input byte " + std::to_string(fault_at);
  return false;
}

bool CertificateList::read(std::string_view text) {
  Lease memory(arena_, 2 * text.size());
  std::string der;
  if (text.starts_with(kPemStart)) return read_pem(text, &der) && parse(arena_.copy(der));
  std::string decoded;
  if (!decode_certificate_base64(text, &decoded, &fault_)) return false;
  if (!decoded.starts_with(kPemStart)) return parse(arena_.copy(decoded));
  return read_pem(decoded, &der) && parse(arena_.copy(der));
}

bool CertificateList::read_pem(std::string_view text, std::string* der) {
  while (!text.empty()) {
    std::optional<PemBlock> block = decode_pem(text, &text);
    if (!block) break;
    if (block->type != "CERTIFICATE") {
      fault_ = "PEM block type is '" + block->type + "', expected CERTIFICATE";
      return false;
    }
    *der += block->bytes;
  }
  return true;
}

bool CertificateList::parse(std::string_view der) {
  while (!der.empty()) {
    std::string_view first;
    if (!DerReader(der).read_element(der::kSequence, &first)) {
      fault_ = "x509: malformed certificate";
      return false;
    }
    memory_.grow(kMemoryPerCertificate + kMemoryPerByte * first.size());
    if (!parse_certificate(first, arena_, &certificates_.emplace_back(), &fault_)) return false;
    der.remove_prefix(first.size());
  }
  return true;
}

std::vector<const Certificate*> CertificateList::pointers() const {
  std::vector<const Certificate*> out;
  for (const Certificate& certificate : certificates_) out.push_back(&certificate);
  return out;
}

}  // namespace writ
