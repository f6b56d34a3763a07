#include "common/tls/client.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "common/net/endpoint.h"
#include "common/tls/identity.h"
#include "common/tls/openssl.h"
#include "common/tls/pem_file.h"

namespace suite {
namespace {

std::unexpected<Error> refused(std::string what, std::string why, std::string advice) {
  return std::unexpected(Error{.what = std::move(what), .why = std::move(why), .advice = std::move(advice)});
}

// Without an interface's name, which certificates do not have.
std::string without_zone(const std::string& name) { return name.substr(0, name.find('%')); }

/// The list of --ciphers, cut in two: OpenSSL takes those of TLS 1.3 in another call.
struct Ciphers {
  std::string of_12, of_13;
};

Ciphers cut(std::string_view list) {
  Ciphers cut;
  while (!list.empty()) {
    const std::string_view name = list.substr(0, list.find(':'));
    list.remove_prefix(std::min(name.size() + 1, list.size()));
    std::string& part = name.starts_with("TLS_") ? cut.of_13 : cut.of_12;
    part.append(part.empty() ? "" : ":").append(name);
  }
  return cut;
}

std::expected<void, Error> use_ciphers(SSL_CTX& context, const TlsClientOptions& options) {
  if (!options.ciphers) return {};
  const Ciphers ciphers = cut(*options.ciphers);
  const std::string what = fmt::format("use --ciphers '{}'", *options.ciphers);
  // A version of which none is listed is not spoken: its default ciphers were not asked for.
  if ((ciphers.of_12.empty() && options.version == TlsVersion::k12) ||
      (ciphers.of_13.empty() && options.version == TlsVersion::k13)) {
    return refused(
        what, fmt::format("none of them is of TLS {}", options.version == TlsVersion::k12 ? "1.2" : "1.3"),
        "openssl ciphers -v lists them");
  }
  if (ciphers.of_12.empty()) SSL_CTX_set_min_proto_version(&context, TLS1_3_VERSION);
  if (ciphers.of_13.empty()) SSL_CTX_set_max_proto_version(&context, TLS1_2_VERSION);
  const bool usable =
      (ciphers.of_12.empty() || SSL_CTX_set_cipher_list(&context, ciphers.of_12.c_str()) == 1) &&
      (ciphers.of_13.empty() || SSL_CTX_set_ciphersuites(&context, ciphers.of_13.c_str()) == 1);
  if (usable) return {};
  ERR_clear_error();
  return refused(what, "OpenSSL knows no such cipher", "openssl ciphers -v lists them");
}

std::expected<void, Error> trust_file(SSL_CTX& context, const std::string& file) {
  const std::string what = fmt::format("use --cacert '{}'", file);
  const auto pem = read_pem_file(file);
  if (!pem) return refused(what, pem.error(), "give a file of certificates in PEM");
  const BioHandle from(openssl_checked(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size()))));
  X509_STORE* const store = SSL_CTX_get_cert_store(&context);
  std::size_t count = 0;
  while (const CertificateHandle next{PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, next.get()) == 1) ++count;
  }
  ERR_clear_error();  // the end of the text
  if (count > 0) return {};
  return refused(what, "there is no certificate in PEM in it",
                 "a certificate begins with -----BEGIN CERTIFICATE-----");
}

std::expected<void, Error> trust(SSL_CTX& context, const TlsClientOptions& options) {
  if (!options.verify) return {};
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER, nullptr);
  X509_VERIFY_PARAM* const param = SSL_CTX_get0_param(&context);
  // Whatever --cacert holds is trusted, were it the server's own certificate.
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const std::string name = without_zone(options.name);
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str());
  } else if (!name.empty()) {
    X509_VERIFY_PARAM_set1_host(param, name.c_str(), name.size());
  }
  if (!options.ca_file) {
    SSL_CTX_set_default_verify_paths(&context);
  } else if (auto trusted = trust_file(context, *options.ca_file); !trusted) {
    return trusted;
  }
  ERR_clear_error();  // a system without a store trusts nobody
  return {};
}

void offer(SSL_CTX& context, const std::vector<std::string>& protocols) {
  if (protocols.empty()) return;
  std::string wire;  // RFC 7301 3.1
  for (const std::string& protocol : protocols) {
    wire.append(1, static_cast<char>(protocol.size())).append(protocol);
  }
  SSL_CTX_set_alpn_protos(&context, reinterpret_cast<const unsigned char*>(wire.data()),
                          static_cast<unsigned>(wire.size()));
}

}  // namespace

std::expected<SslContext, Error> make_client_context(const TlsClientOptions& options) {
  SslContext context = new_context(TLS_client_method());
  if (options.version == TlsVersion::k13) SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  if (options.version == TlsVersion::k12) SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(context.get(), options.resume
                                                    ? SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL
                                                    : SSL_SESS_CACHE_OFF);
  if (!options.resume) SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET);
  offer(*context, options.protocols);
  if (auto used = use_ciphers(*context, options); !used) return std::unexpected(std::move(used.error()));
  if (auto trusted = trust(*context, options); !trusted) return std::unexpected(std::move(trusted.error()));
  if (!options.certificate_file) return context;
  const auto identity =
      read_identity(*options.certificate_file, options.key_file.value_or(*options.certificate_file));
  if (!identity) return std::unexpected(identity.error());
  if (auto used = use_identity(*context, *identity); !used) return std::unexpected(std::move(used.error()));
  return context;
}

std::string server_name_to_send(const TlsClientOptions& options) {
  return is_address(without_zone(options.name)) ? std::string() : options.name;
}

std::string verification_failure(const SSL& ssl, const std::string& name) {
  if (SSL_get_verify_mode(&ssl) == SSL_VERIFY_NONE) return {};  // OpenSSL has an opinion all the same
  const long result = SSL_get_verify_result(&ssl);
  switch (result) {
    case X509_V_OK:
      return {};
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "its certificate is self-signed";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "the root of its certificate's chain is not trusted here";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "the issuer of its certificate is unknown here";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "its certificate has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return fmt::format("its certificate is for another host than {}", name);
    default:
      return fmt::format("its certificate is not trusted: {}", X509_verify_cert_error_string(result));
  }
}

}  // namespace suite
