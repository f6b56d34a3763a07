// A client's end of one connection, as simple as a test wants it. Every wait has a deadline.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/net/endpoint.h"
#include "common/net/unique_fd.h"
#include "tests/support/patience.h"
#include "tests/support/socket_layer.h"

namespace suite::test {

/// `size` pseudo-random bytes, the same for the same seed: shifted, lost or swapped bytes are seen.
std::string noise(std::size_t size, unsigned seed = 1);

/// How the peer ended the connection.
enum class End { kOpen, kFinished, kReset };

struct SocketOptions {
  int send_buffer = 0;     // SO_SNDBUF; 0: the system's choice
  int receive_buffer = 0;  // SO_RCVBUF
};

/// Non-blocking inside, blocking with a deadline outside. Move-only. Where the server speaks TLS
/// (expect_tls()), so does this: it shakes hands when it is first used,
/// and sends nothing before the server has answered; an end without TLS's notice
/// counts as a reset. Its many functions are the ways in which tests of servers send, receive and end.
class Socket {
 public:
  Socket() = default;
  /// Not connected (see connected()) where nobody listens or the handshake takes too long.
  explicit Socket(const Endpoint& server, SocketOptions options = {},
                  std::chrono::nanoseconds patience = kPatience);

  int fd() const { return fd_.get(); }
  bool connected() const { return static_cast<bool>(fd_); }

  /// Sends all of it; false when the peer went away or took too long.
  bool send(std::string_view bytes);
  /// What the socket takes now, at most `bytes`; returns its size.
  std::size_t send_some(std::string_view bytes);
  /// Receives `size` bytes, or fewer where the end or the deadline came first.
  std::string receive(std::size_t size, std::chrono::nanoseconds patience = kPatience);
  /// Waits for bytes and receives what is there, at most `size`; empty at the end or the deadline.
  std::string receive_next(std::size_t size = 1 << 16, std::chrono::nanoseconds patience = kPatience);
  /// Receives up to the peer's end, which end() then tells.
  std::string receive_rest(std::chrono::nanoseconds patience = kPatience);
  /// Sends `bytes` in pieces of at most `piece` and receives as much at the same time.
  std::string exchange(std::string_view bytes, std::size_t piece = 1 << 20);

  /// How the peer ended it, as far as receiving has noticed.
  End end() const { return end_; }
  /// Bytes sent that the peer's kernel has not acknowledged (SIOCOUTQ); more of them where it speaks TLS.
  std::size_t unacknowledged() const;

  void shut_down_sending();
  /// Ends the connection with a reset.
  void reset();
  void close() { fd_.reset(); }

 private:
  bool wait_for(short events, std::chrono::steady_clock::time_point until);
  bool receive_some(std::string& into, std::size_t most);
  bool receive_plain(std::string& into, std::size_t most);
  bool receive_through_layer(std::string& into, std::size_t most);
  std::size_t send_plain(std::string_view bytes) const;
  bool flush_layer();
  bool go_on_with_layer();
  void shake_hands();

  UniqueFd fd_;
  std::unique_ptr<SocketLayer> layer_;  // null: bytes are sent as they are
  std::string decrypted_;               // and not yet received
  std::string waiting_;                 // to be encrypted, when the handshake is done
  bool shuts_down_ = false;             // when that is sent
  bool sending_ends_ = false;           // when the layer's last words are sent
  End end_ = End::kOpen;
};

/// Whether `text` sent over a new connection comes back.
bool echoes(const Endpoint& server, std::string_view text = "hello world\n");

}  // namespace suite::test
