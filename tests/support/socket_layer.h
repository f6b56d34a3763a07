// What lies between a test's socket and its bytes: TLS, where the server speaks it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "common/net/endpoint.h"

namespace suite::test {

/// Bytes for the wire are left in `outgoing`, whoever calls.
class SocketLayer {
 public:
  enum class State { kOpen, kEnded, kBroken };

  virtual ~SocketLayer() = default;
  /// The handshake is done: write() may be called.
  virtual bool ready() const = 0;
  virtual void write(std::string_view plain) = 0;
  /// Takes what came over the wire; begins the handshake where it is empty. Adds what it says to `plain`.
  virtual void take(std::string_view encrypted, std::string& plain) = 0;
  /// The wire has ended.
  virtual void take_end() = 0;
  virtual void shut_down_sending() = 0;
  virtual State state() const = 0;

  std::string outgoing;
};

/// From now on sockets that connect there speak TLS.
void expect_tls(const Endpoint& server);
bool expects_tls(const Endpoint& server);

/// How long a socket waits for the handshake when it is first used: long. Briefly where the server is frozen,
/// or has no room for more: then what is sent is kept until the server answers.
enum class HandshakePatience { kLong, kBrief };
void set_handshake_patience(HandshakePatience patience);
std::chrono::nanoseconds handshake_patience();

/// A client's, which takes any certificate. Null in a build without TLS.
std::unique_ptr<SocketLayer> make_tls_layer();
/// A server's, whose certificate nobody has signed. Null in a build without TLS.
std::unique_ptr<SocketLayer> make_tls_server_layer();

}  // namespace suite::test
