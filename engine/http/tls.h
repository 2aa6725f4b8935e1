// The certificates of a request: whom it trusts, and as whom it comes.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

namespace writ::http {

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, FreeX509>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeKey>;

class TlsSettings {
 public:
  bool skip_verify = false;
  bool use_system_roots = false;  // beside those that are added; without any, they are what counts anyway
  std::string server_name;        // "": the host of the URL

  // All certificates of a PEM text, in which other blocks are passed over; false if there is none.
  bool add_roots(const std::string& pem);
  // A certificate with its chain and the key that fits it. The first pair counts. Not empty: why it cannot be used.
  std::string add_client(const std::string& certificates, const std::string& key);

  // Gives all of it to a context of OpenSSL, so that `host` is whom the server must be. False if it could not be done:
  // then the connection must not be made.
  bool apply(SSL_CTX* context, const std::string& host) const;

 private:
  bool apply_roots(SSL_CTX* context) const;
  bool apply_client(SSL_CTX* context) const;

  std::vector<Certificate> roots_;
  std::vector<Certificate> client_;  // the certificate first, then its chain
  PrivateKey client_key_;
};

}  // namespace writ::http
