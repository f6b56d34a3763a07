// What an HTTP server is asked to do.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace suite {

class KeptFiles;

/// Which version is spoken. kAuto: over TLS what ALPN agrees on; in the clear HTTP/2 where a connection
/// begins with its preface (RFC 9113 3.3), else HTTP/1.1.
enum class ServedHttp : std::uint8_t { kAuto, kHttp1, kHttp2 };

struct HttpOptions {
  std::string root;
  std::string server_name;                       // the value of Server: "suite/1.0"
  std::optional<std::string> access_log;         // "-" is standard error
  std::uint64_t cache_bytes = 64 * 1024 * 1024;  // of all workers together
  std::chrono::nanoseconds cache_valid = std::chrono::seconds(1);
  std::optional<std::chrono::nanoseconds> idle_timeout;  // between requests
  std::chrono::nanoseconds header_timeout =
      std::chrono::seconds(10);                                      // for a whole head, from its first byte
  std::chrono::nanoseconds body_timeout = std::chrono::seconds(60);  // for a whole body
  std::chrono::nanoseconds send_timeout = std::chrono::seconds(60);  // for a window of HTTP/2 to open
  ServedHttp version = ServedHttp::kAuto;
  std::shared_ptr<const KeptFiles> kept = {};  // for worker processes; nullptr: each opens the paths
};

}  // namespace suite
