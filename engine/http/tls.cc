// Certificates from PEM, and a context of OpenSSL that judges servers as Go does: names are those of the extension, never
// of the subject, wildcards stand for a whole label, and whatever is in the set of roots is trusted, root or not.
#include "engine/http/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace writ::http {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio open_text(const std::string& text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; }

// A key that asks for a password has none here.
int no_password(char*, int, int, void*) { return -1; }

// Certificates that cannot be read are passed over, as in Go's CertPool.
std::vector<Certificate> read_certificates(const std::string& pem) {
  std::vector<Certificate> certificates;
  Bio bio = open_text(pem);
  char *name = nullptr, *header = nullptr;
  unsigned char* bytes = nullptr;
  long size = 0;
  while (bio != nullptr && PEM_read_bio(bio.get(), &name, &header, &bytes, &size) == 1) {
    if (std::string(name) == "CERTIFICATE" && header[0] == '\0') {
      const unsigned char* at = bytes;
      Certificate certificate(d2i_X509(nullptr, &at, size));
      if (certificate != nullptr && at == bytes + size) certificates.push_back(std::move(certificate));
    }
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(bytes);
  }
  ERR_clear_error();
  return certificates;
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 || inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

bool TlsSettings::add_roots(const std::string& pem) {
  std::vector<Certificate> read = read_certificates(pem);
  for (Certificate& certificate : read) roots_.push_back(std::move(certificate));
  return !read.empty();
}

std::string TlsSettings::add_client(const std::string& certificates, const std::string& key) {
  std::vector<Certificate> chain = read_certificates(certificates);
  if (chain.empty()) return "tls: failed to find any PEM data in certificate input";
  Bio bio = open_text(key);
  PrivateKey read(bio == nullptr ? nullptr : PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (read == nullptr) return "tls: failed to find any PEM data in key input";
  bool fits = X509_check_private_key(chain[0].get(), read.get()) == 1;
  ERR_clear_error();
  if (!fits) return "tls: private key does not match public key";
  if (client_.empty()) {
    client_ = std::move(chain);
    client_key_ = std::move(read);
  }
  return {};
}

bool TlsSettings::apply(SSL_CTX* context, const std::string& host) const {
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) return false;
  if (!apply_client(context)) return false;
  if (skip_verify) return true;
  if (!apply_roots(context)) return false;
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  bool named = is_address(host) ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1
                                : X509_VERIFY_PARAM_set1_host(parameters, host.data(), host.size()) == 1;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return named;
}

bool TlsSettings::apply_roots(SSL_CTX* context) const {
  std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
  if (store == nullptr) return false;
  if ((roots_.empty() || use_system_roots) && X509_STORE_set_default_paths(store.get()) != 1) return false;
  for (const Certificate& root : roots_) {
    if (X509_STORE_add_cert(store.get(), root.get()) != 1) return false;
  }
  if (X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN) != 1) return false;
  SSL_CTX_set_cert_store(context, store.release());
  return true;
}

bool TlsSettings::apply_client(SSL_CTX* context) const {
  if (client_.empty()) return true;
  if (SSL_CTX_use_certificate(context, client_[0].get()) != 1) return false;
  for (size_t i = 1; i < client_.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, client_[i].get()) != 1) return false;
  }
  return SSL_CTX_use_PrivateKey(context, client_key_.get()) == 1;
}

}  // namespace writ::http
