// What a client of TLS asks for: values, known to builds without OpenSSL too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace suite {

enum class TlsVersion : std::uint8_t { kAny, k12, k13 };

struct TlsClientOptions {
  std::string name = {};                    // of the server: sent (SNI) unless it is an address, and verified
  bool verify = true;                       // the server's certificate
  std::optional<std::string> ca_file = {};  // trusted instead of the system's; PEM
  std::optional<std::string> certificate_file = {}, key_file = {};  // shown to the server; PEM
  TlsVersion version = TlsVersion::kAny;                            // 1.2 or 1.3
  std::optional<std::string> ciphers = {};  // OpenSSL's names, with colons between; only these
  std::vector<std::string> protocols = {};  // offered by ALPN, the dearest first; empty: none
  bool resume = true;                       // sessions, where a connection is opened again
};

}  // namespace suite
