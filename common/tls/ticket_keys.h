// The keys of session tickets (RFC 5077, RFC 8446 4.6.1): derived from one secret and the hour, so that
// processes which share the secret change keys together and need not speak with each other.
#pragma once

#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <array>
#include <chrono>
#include <cstdint>

namespace suite {

class TicketKeys {
 public:
  static constexpr std::chrono::hours kPeriod{1};
  using Secret = std::array<unsigned char, 32>;

  /// A new one, for all workers of a server.
  static Secret make_secret();

  struct Keys {
    std::array<unsigned char, 16> name, cipher;
    std::array<unsigned char, 32> mac;
  };
  /// Those of the period that `time` lies in.
  static Keys at(const Secret& secret, std::chrono::sys_seconds time);

  /// Has `context` encrypt tickets with the keys of the current period, and accept those of the period before
  /// it, too, which it renews. `secret` outlives the context.
  static void use(SSL_CTX& context, const Secret& secret);
};

}  // namespace suite
