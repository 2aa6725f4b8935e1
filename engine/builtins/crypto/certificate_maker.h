// For tests: certificates made on the spot, right or wrong in any one place. DER is put together from strings;
// signatures are made with keys of P-256 or of RSA whose private numbers are given.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/base64.h"
#include "engine/builtins/crypto/keys.h"

namespace writ::test {

inline std::string der_length(size_t size) {
  if (size < 0x80) return std::string(1, static_cast<char>(size));
  std::string bytes;
  for (; size > 0; size >>= 8) bytes.insert(0, 1, static_cast<char>(size & 0xFF));
  return std::string(1, static_cast<char>(0x80 | bytes.size())) + bytes;
}
inline std::string element(uint8_t tag, std::string_view contents) {
  return std::string(1, static_cast<char>(tag)) + der_length(contents.size()) + std::string(contents);
}
inline std::string sequence(std::string_view contents) { return element(der::kSequence, contents); }
inline std::string text(std::string_view text) { return element(der::kUtf8String, text); }
// A number below 128.
inline std::string small(int number) { return element(der::kInteger, std::string(1, static_cast<char>(number))); }
inline std::string bit_string(std::string_view bytes) {
  return element(der::kBitString, std::string(1, '\0') + std::string(bytes));
}
inline std::string common_name(std::string_view name) {
  return sequence(element(der::kSet, sequence(element(der::kOid, "\x55\x04\x03") + text(name))));
}
inline std::string extension(std::string_view oid, std::string_view value, bool is_critical = false) {
  return sequence(element(der::kOid, oid) + (is_critical ? element(der::kBoolean, "\xFF") : "") +
                  element(der::kOctetString, value));
}
inline std::string authority(int max_path_length = -1) {
  std::string bound = max_path_length < 0 ? "" : small(max_path_length);
  return extension("\x55\x1D\x13", sequence(element(der::kBoolean, "\xFF") + bound), true);
}
// dNSName
inline std::string dns_names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += element(der::context(2), name);
  return extension("\x55\x1D\x11", sequence(list));
}
inline std::string constraints(std::string_view permitted, std::string_view excluded) {
  auto side = [](uint8_t number, std::string_view domain) {
    if (domain.empty()) return std::string();
    return element(der::context_constructed(number), sequence(element(der::context(2), domain)));
  };
  return extension("\x55\x1D\x1E", sequence(side(0, permitted) + side(1, excluded)), true);
}

inline const std::string kEcdsaSha256 = sequence(element(der::kOid, "\x2A\x86\x48\xCE\x3D\x04\x03\x02"));
inline const std::string kEcdsaSha1 = sequence(element(der::kOid, "\x2A\x86\x48\xCE\x3D\x04\x01"));

// A key of P-256 with that private number, and its SubjectPublicKeyInfo.
struct SigningKey {
  explicit SigningKey(char number) {
    std::string fault;
    std::string secret(31, '\0');
    PrivateKey key = *make_ec_private_key(*find_curve_named("P-256"), secret + number, &fault);
    evp = openssl_private_key(key);
    info = sequence(sequence(element(der::kOid, "\x2A\x86\x48\xCE\x3D\x02\x01") +
                             element(der::kOid, key.public_key.curve->oid)) +
                    bit_string(key.public_key.point));
  }
  std::string sign(std::string_view bytes, const char* hash) const {
    EvpDigestContext context(EVP_MD_CTX_new());
    EVP_DigestSignInit_ex(context.get(), nullptr, hash, openssl_context(), nullptr, evp.get(), nullptr);
    std::string signature(256, '\0');
    size_t size = signature.size();
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, openssl_bytes(bytes),
                   bytes.size());
    return signature.substr(0, size);
  }
  EvpKey evp;
  std::string info;
};

// What a certificate says; every member can be replaced by something wrong.
struct Template {
  std::string subject, issuer;  // common names
  std::string key_info;
  std::string extensions = {};
  std::string version = element(der::context_constructed(0), small(2));
  std::string serial = small(1);
  std::string algorithm = kEcdsaSha256;
  std::string outer_algorithm = {};  // empty: the same
  std::string not_before = element(der::kUtcTime, "200101000000Z");
  std::string not_after = element(der::kUtcTime, "400101000000Z");
  std::string behind = {};  // the public key
};

inline std::string make(const Template& t, const SigningKey& signer, const char* hash = "SHA256") {
  std::string extensions = t.extensions.empty() ? "" : element(der::context_constructed(3), sequence(t.extensions));
  std::string tbs = sequence(t.version + t.serial + t.algorithm + common_name(t.issuer) +
                             sequence(t.not_before + t.not_after) + common_name(t.subject) + t.key_info + t.behind +
                             extensions);
  return sequence(tbs + (t.outer_algorithm.empty() ? t.algorithm : t.outer_algorithm) +
                  bit_string(signer.sign(tbs, hash)));
}

// The argument of a call: base 64 of the certificates one behind the other.
inline std::string argument(const std::vector<std::string>& certificates) {
  std::string der;
  for (const std::string& certificate : certificates) der += certificate;
  return "\"" + base64_encode(der) + "\"";
}

}  // namespace writ::test
