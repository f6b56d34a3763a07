#include "tests/support/tls_identity.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "common/tls/openssl.h"

namespace suite::test {
namespace {

std::string text_of(BIO& bio) {
  char* text = nullptr;
  const long size = BIO_get_mem_data(&bio, &text);
  return {text, static_cast<std::size_t>(size)};
}

void name(X509& certificate, const std::string& names) {
  X509_EXTENSION* const extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

TlsIdentity identity_with(const IdentityOptions& options) {
  const KeyHandle key(EVP_EC_gen("P-256"));
  const CertificateHandle certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), options.from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), options.to_seconds);
  X509_NAME* const subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("a test"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  X509_set_pubkey(certificate.get(), key.get());
  name(*certificate, options.names);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const BioHandle shown(BIO_new(BIO_s_mem())), secret(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(shown.get(), certificate.get());
  const auto* const phrase = reinterpret_cast<const unsigned char*>(options.passphrase.data());
  const bool encrypts = !options.passphrase.empty();
  PEM_write_bio_PrivateKey(secret.get(), key.get(), encrypts ? EVP_aes_128_cbc() : nullptr, phrase,
                           static_cast<int>(options.passphrase.size()), nullptr, nullptr);
  return {.certificates = text_of(*shown), .key = text_of(*secret)};
}

}  // namespace suite::test
