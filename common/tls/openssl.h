// Owners of what OpenSSL hands out, and its errors in words.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <new>
#include <string>

namespace suite {

template <auto Free>
struct OpenSslDeleter {
  template <class Handle>
  void operator()(Handle* handle) const {
    Free(handle);
  }
};

using SslContext = std::unique_ptr<SSL_CTX, OpenSslDeleter<&SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, OpenSslDeleter<&SSL_free>>;
using SessionHandle = std::unique_ptr<SSL_SESSION, OpenSslDeleter<&SSL_SESSION_free>>;
using BioHandle = std::unique_ptr<BIO, OpenSslDeleter<&BIO_free>>;
using CertificateHandle = std::unique_ptr<X509, OpenSslDeleter<&X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpenSslDeleter<&EVP_PKEY_free>>;

/// `handle`, which OpenSSL returned; its null pointer is a lack of memory.
template <class Handle>
Handle* openssl_checked(Handle* handle) {
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

/// A context as every one of ours is: TLS 1.2 or newer, without renegotiation and compression. A connection
/// that is idle holds no buffers, and a record is read in one piece, not its head first. Throws
/// std::bad_alloc.
SslContext new_context(const SSL_METHOD* method);

/// Why the last call of OpenSSL on this thread failed, in its words; forgets all errors of this thread.
std::string openssl_error();

/// "OpenSSL 3.0.19"
std::string openssl_version();

}  // namespace suite
