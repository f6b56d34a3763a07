#include "common/tls/ticket_keys.h"

#include <openssl/core_names.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <new>
#include <span>

namespace suite {
namespace {

using std::chrono::system_clock;

// HMAC-SHA-256 of the label and the period's number: as many bytes as `into` takes, at most 32.
void derive(const TicketKeys::Secret& secret, unsigned char label, std::uint64_t period,
            std::span<unsigned char> into) {
  std::array<unsigned char, 1 + sizeof period> text{label};
  for (std::size_t i = 0; i < sizeof period; ++i) text[1 + i] = static_cast<unsigned char>(period >> (8 * i));
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), text.data(), text.size(),
           digest.data(), &size) == nullptr) {
    throw std::bad_alloc();
  }
  std::ranges::copy(std::span(digest).first(into.size()), into.begin());
}

bool set_mac_key(EVP_MAC_CTX& mac, TicketKeys::Keys& keys) {
  std::array<char, 7> digest{"SHA256"};
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, keys.mac.data(), keys.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(&mac, parameters.data()) == 1;
}

const TicketKeys::Secret& secret_of(const SSL* ssl) {
  return *static_cast<const TicketKeys::Secret*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
}

constexpr int kError = -1, kUnknownKey = 0, kUse = 1, kUseAndRenew = 2;

int seal(const TicketKeys::Secret& secret, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX& mac) {
  TicketKeys::Keys keys =
      TicketKeys::at(secret, std::chrono::floor<std::chrono::seconds>(system_clock::now()));
  if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_128_cbc())) != 1) return kError;
  std::ranges::copy(keys.name, name);
  const bool set = EVP_EncryptInit_ex(cipher, EVP_aes_128_cbc(), nullptr, keys.cipher.data(), iv) == 1 &&
                   set_mac_key(mac, keys);
  return set ? kUse : kError;
}

int open(const SSL* ssl, const TicketKeys::Secret& secret, const unsigned char* name, const unsigned char* iv,
         EVP_CIPHER_CTX* cipher, EVP_MAC_CTX& mac) {
  const auto now = std::chrono::floor<std::chrono::seconds>(system_clock::now());
  for (const int age : {0, 1}) {
    TicketKeys::Keys keys = TicketKeys::at(secret, now - age * TicketKeys::kPeriod);
    if (!std::equal(keys.name.begin(), keys.name.end(), name)) continue;
    const bool set = EVP_DecryptInit_ex(cipher, EVP_aes_128_cbc(), nullptr, keys.cipher.data(), iv) == 1 &&
                     set_mac_key(mac, keys);
    if (!set) return kError;
    // A ticket of TLS 1.3 is for one use: without a new one the client could not resume again.
    return age == 0 && SSL_version(ssl) < TLS1_3_VERSION ? kUse : kUseAndRenew;
  }
  return kUnknownKey;
}

// Called through C: nothing may be thrown.
int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
              int encrypt) noexcept {
  const TicketKeys::Secret& secret = secret_of(ssl);
  return encrypt == 1 ? seal(secret, name, iv, cipher, *mac) : open(ssl, secret, name, iv, cipher, *mac);
}

}  // namespace

TicketKeys::Secret TicketKeys::make_secret() {
  Secret secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1) throw std::bad_alloc();
  return secret;
}

TicketKeys::Keys TicketKeys::at(const Secret& secret, std::chrono::sys_seconds time) {
  const auto period = static_cast<std::uint64_t>(time.time_since_epoch() / kPeriod);
  Keys keys{};
  derive(secret, 'n', period, keys.name);
  derive(secret, 'c', period, keys.cipher);
  derive(secret, 'm', period, keys.mac);
  return keys;
}

void TicketKeys::use(SSL_CTX& context, const Secret& secret) {
  SSL_CTX_set_app_data(&context, const_cast<Secret*>(&secret));
  SSL_CTX_set_tlsext_ticket_key_evp_cb(&context, &on_ticket);
}

}  // namespace suite
