#include "common/tls/identity.h"

#include <unistd.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "common/tls/openssl.h"
#include "common/tls/pem_file.h"

namespace suite {
namespace {

constexpr long kYear = 365L * 24 * 3600, kHour = 3600;

std::expected<std::string, Error> read_pem(const std::string& file, std::string_view what) {
  auto text = read_pem_file(file);
  if (text) return std::move(*text);
  return std::unexpected(Error{.what = fmt::format("read the {} '{}'", what, file),
                               .why = std::move(text.error()),
                               .advice = "give a file in PEM"});
}

BioHandle reader_of(const std::string& text) {
  return BioHandle(openssl_checked(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))));
}

// Asked for the passphrase of an encrypted key: there is nobody to ask.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

CertificateHandle next_certificate(BIO& from) {
  return CertificateHandle(PEM_read_bio_X509(&from, nullptr, nullptr, nullptr));
}

CertificateHandle first_certificate(const TlsIdentity& identity) {
  return next_certificate(*reader_of(identity.certificates));
}

std::expected<void, Error> use_certificates(SSL_CTX& context, const std::string& pem) {
  const BioHandle from = reader_of(pem);
  const CertificateHandle own = next_certificate(*from);
  if (own == nullptr) {
    ERR_clear_error();
    return std::unexpected(Error{.what = "use the certificate",
                                 .why = "it has no certificate in PEM",
                                 .advice = "a certificate begins with -----BEGIN CERTIFICATE-----"});
  }
  if (SSL_CTX_use_certificate(&context, own.get()) != 1)
    return std::unexpected(Error{.what = "use the certificate", .why = openssl_error(), .advice = {}});
  SSL_CTX_clear_chain_certs(&context);
  while (const CertificateHandle next = next_certificate(*from)) {
    if (SSL_CTX_add1_chain_cert(&context, next.get()) != 1)
      return std::unexpected(
          Error{.what = "use the certificate's chain", .why = openssl_error(), .advice = {}});
  }
  ERR_clear_error();  // the end of the text
  return {};
}

std::expected<void, Error> use_key(SSL_CTX& context, const std::string& pem) {
  bool encrypted = false;
  const KeyHandle key(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, &no_passphrase, &encrypted));
  if (key == nullptr) {
    ERR_clear_error();
    if (encrypted) {
      return std::unexpected(Error{.what = "use the key",
                                   .why = "it is encrypted",
                                   .advice = "decrypt it once: openssl pkey -in KEY -out DECRYPTED"});
    }
    return std::unexpected(Error{.what = "use the key",
                                 .why = "it has no private key in PEM",
                                 .advice = "a key begins with -----BEGIN PRIVATE KEY-----"});
  }
  if (SSL_CTX_use_PrivateKey(&context, key.get()) == 1 && SSL_CTX_check_private_key(&context) == 1) return {};
  const std::string why = openssl_error();
  return std::unexpected(
      Error{.what = "use the key",
            .why = why.contains("mismatch") ? "it does not belong to the certificate" : why,
            .advice = "give the key that the certificate was made for"});
}

std::string pem_of(int (*write)(BIO*, const void*), const void* what) {
  const BioHandle into(openssl_checked(BIO_new(BIO_s_mem())));
  if (write(into.get(), what) != 1) throw std::bad_alloc();
  char* text = nullptr;
  const long size = BIO_get_mem_data(into.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

int write_certificate(BIO* into, const void* what) {
  return PEM_write_bio_X509(into, static_cast<const X509*>(what));
}
int write_key(BIO* into, const void* what) {
  return PEM_write_bio_PrivateKey(into, static_cast<const EVP_PKEY*>(what), nullptr, nullptr, 0, nullptr,
                                  nullptr);
}

std::string alternative_names() {
  std::array<char, 256> host{};
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (::gethostname(host.data(), host.size() - 1) == 0 && host[0] != '\0')
    names += fmt::format(",DNS:{}", host.data());
  return names;
}

bool add_extension(X509& certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &certificate, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  const bool added = extension != nullptr && X509_add_ext(&certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool fill_in(X509& certificate, EVP_PKEY& key) {
  X509_NAME* const name = X509_get_subject_name(&certificate);
  const auto* const common_name = reinterpret_cast<const unsigned char*>("localhost");
  // Browsers refuse two certificates of one issuer and number.
  std::uint64_t number = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) != 1) return false;
  number >>= 1;
  return X509_set_version(&certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(&certificate), number) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(&certificate), -kHour) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(&certificate), kYear) != nullptr &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, name) == 1 && X509_set_pubkey(&certificate, &key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
         add_extension(certificate, NID_subject_alt_name, alternative_names()) &&
         X509_sign(&certificate, &key, EVP_sha256()) > 0;
}

}  // namespace

std::expected<TlsIdentity, Error> read_identity(const std::string& certificate_file,
                                                const std::string& key_file) {
  auto certificates = read_pem(certificate_file, "certificate");
  if (!certificates) return std::unexpected(std::move(certificates.error()));
  auto key = read_pem(key_file, "key");
  if (!key) return std::unexpected(std::move(key.error()));
  TlsIdentity identity{.certificates = std::move(*certificates), .key = std::move(*key)};
  const SslContext scratch(openssl_checked(SSL_CTX_new(TLS_method())));
  if (auto used = use_identity(*scratch, identity); !used) {
    Error error = std::move(used.error());
    error.what += fmt::format(" '{}'", error.what.contains("key") ? key_file : certificate_file);
    return std::unexpected(std::move(error));
  }
  return identity;
}

std::expected<TlsIdentity, Error> self_signed_identity() {
  const KeyHandle key(EVP_EC_gen("P-256"));
  const CertificateHandle certificate(X509_new());
  if (key == nullptr || certificate == nullptr || !fill_in(*certificate, *key)) {
    return std::unexpected(
        Error{.what = "make a self-signed certificate", .why = openssl_error(), .advice = {}});
  }
  return TlsIdentity{.certificates = pem_of(&write_certificate, certificate.get()),
                     .key = pem_of(&write_key, key.get())};
}

std::expected<void, Error> use_identity(SSL_CTX& context, const TlsIdentity& identity) {
  if (auto used = use_certificates(context, identity.certificates); !used) return used;
  return use_key(context, identity.key);
}

std::string fingerprint(const TlsIdentity& identity) {
  const CertificateHandle certificate = first_certificate(identity);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size);
  return fmt::format("{:02X}", fmt::join(digest.begin(), digest.begin() + size, ":"));
}

std::optional<std::string> out_of_date(const TlsIdentity& identity) {
  const CertificateHandle certificate = first_certificate(identity);
  if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0) return "the certificate has expired";
  if (X509_cmp_current_time(X509_get0_notBefore(certificate.get())) > 0)
    return "the certificate is not valid yet";
  return std::nullopt;
}

}  // namespace suite
