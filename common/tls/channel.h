// TLS as bytes in, bytes out: encrypted on one side, plain on the other, no socket in between.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/tls/openssl.h"

namespace suite {

/// One end of one TLS connection. One thread at a time. Encrypted input is lent with feed() until read() has
/// said kWantsInput, or until take_rest(); encrypted output goes to the sink that each call names. The
/// handshake is done by whatever calls read().
class TlsChannel {
 public:
  enum class Role { kClient, kServer };

  /// The most plain text that a record holds (RFC 8446 5.1).
  static constexpr std::size_t kRecordBytes = 16 * 1024;

  /// Takes what is to be sent to the peer: `target` as given, then the bytes, valid during the call.
  struct Sink {
    void* target;
    void (*take)(void* target, std::span<const std::byte> encrypted);
  };
  /// Appends to `queue`, which outlives the calls that it is given to.
  static Sink sink_to(std::vector<std::byte>& queue);

  /// Throws std::bad_alloc.
  TlsChannel(SSL_CTX& context, Role role);
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;
  ~TlsChannel() = default;

  /// For what only one side sets before the handshake: the name of the server, a session to resume.
  SSL& ssl() { return *ssl_; }

  /// The peer's next bytes, which stay where they are. What was lent before has been read.
  void feed(std::span<const std::byte> encrypted) {
    input_ = encrypted;
    used_up_ = false;
  }
  /// The peer sends nothing more.
  void feed_end() {
    input_ended_ = true;
    used_up_ = false;
  }
  /// Of what was lent, that which has not been looked at; it is no longer lent.
  std::span<const std::byte> take_rest();

  enum class Outcome {
    kBytes,       // some were decrypted
    kWantsInput,  // all input is used up
    kEnd,         // the peer has said that it sends nothing more (close_notify)
    kCut,         // the peer ended without saying so
    kFailed,  // the peer broke the rules, or refused ours: failure(); an alert is in the sink where it helps
  };
  struct Read {
    Outcome outcome;
    std::size_t size = 0;  // bytes in the buffer; with every outcome, for they came before it
  };
  /// Decrypts as much as there is and fits into `into`. Does the handshake where it is not done. After
  /// kWantsInput it costs nothing until something is fed.
  Read read(std::span<std::byte> into, Sink sink);

  /// Encrypts all of `plain`. False where the connection has failed. Only when established().
  bool write(std::span<const std::byte> plain, Sink sink);

  /// Says that nothing more will be sent (close_notify). Once.
  void close(Sink sink);

  /// For when the handshake is done: whatever SSL_MODE_RELEASE_BUFFERS says, OpenSSL 3.0 keeps the buffer of
  /// what was written. That of small records has few pages in use; that of a handshake has all.
  void release_buffers() { SSL_free_buffers(ssl_.get()); }

  /// The handshake is done.
  bool established() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  /// The handshake resumed an earlier session.
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  /// What ALPN agreed on (RFC 7301); empty: nothing. Valid as long as this.
  std::string_view protocol() const;
  /// Something has arrived.
  bool begun() const { return begun_; }
  /// Why kFailed, in words: "the peer's alert: unknown ca".
  const std::string& failure() const { return failure_; }
  /// The same as a reason of OpenSSL (SSL_R_...), in which an alert of the peer's is one too; 0: none.
  int failure_reason() const { return failure_reason_; }
  /// The peer speaks HTTP in the clear.
  bool met_plain_http() const { return met_plain_http_; }

 private:
  friend struct ChannelBio;
  Read read_on(std::span<std::byte> into, Sink sink);
  Read failed(std::size_t size);

  SslHandle ssl_;
  std::span<const std::byte> input_;
  Sink sink_{};
  std::string failure_;
  int failure_reason_ = 0;
  bool input_ended_ = false;
  bool used_up_ = false;  // the last read() said kWantsInput
  bool met_end_ = false;  // the end of the input was read
  bool begun_ = false;
  bool met_plain_http_ = false;
};

}  // namespace suite
