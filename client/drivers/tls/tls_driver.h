// TLS around the connections of any driver.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "client/drivers/driver.h"
#include "client/load_result.h"
#include "common/tls/channel.h"
#include "common/tls/client_options.h"
#include "common/tls/openssl.h"
#include "common/tls/record_memory.h"

namespace suite {

/// Stands between a driver, whose events it takes, and whoever takes its own. A connection is reported when
/// its handshake is done. Everything that arrives is decrypted into one buffer, which is handed on, and so
/// seen: nothing is discarded. What is to be sent is encrypted when the driver asks for it, as much as one
/// record holds: requests that are sent together share a record. It counts as sent then.
class TlsDriver final : public Driver, private DriverEvents {
 public:
  using TimePoint = Driver::TimePoint;

  /// `context` is this driver's own.
  TlsDriver(std::unique_ptr<Driver> inner, std::size_t connections, SslContext context,
            const TlsClientOptions& options);
  TlsDriver(const TlsDriver&) = delete;
  TlsDriver& operator=(const TlsDriver&) = delete;
  ~TlsDriver() override;

  std::string_view name() const override { return inner_->name(); }
  TimePoint now() override { return inner_->now(); }
  Opening open(ConnectionId id, const Endpoint& target) override;
  void send(ConnectionId id, DriverEvents& events) override;
  void close(ConnectionId id) override;
  const TlsFindings* tls() const override { return &findings_; }
  Turn turn(TimePoint until, DriverEvents& events) override;

 private:
  enum class State : unsigned char {
    kClosed,
    kConnecting,
    kShakingHands,
    kOpen,
    kEnded,  // the server has said that it sends nothing more; the end of the stream is still to come
  };
  struct Slot {
    std::unique_ptr<TlsChannel> channel;
    std::vector<std::byte> sending;  // encrypted, lent to the driver: it moves only when that asks for more
    std::vector<std::byte> queued;   // encrypted, behind it
    std::size_t sent = 0;            // of `sending`
    TimePoint connected;
    std::uint32_t opened = 0;  // how often: what it was before is another connection
    State state = State::kClosed;
    bool more = false;  // to be encrypted, as far as is known
  };

  void on_connected(ConnectionId id, TimePoint now) override;
  std::span<const std::byte> next_bytes(ConnectionId id) override;
  bool on_sent(ConnectionId id, std::size_t count) override;
  Appetite appetite(ConnectionId) override { return {}; }
  void on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint now) override;
  void on_discarded(ConnectionId, std::uint64_t, TimePoint) override {}  // nothing is
  void on_broken(ConnectionId id, Break how, TimePoint now) override;

  void begin_handshake(ConnectionId id, TimePoint now);
  void finish_handshake(ConnectionId id, TimePoint now);
  void encrypt_next(ConnectionId id);
  void end(ConnectionId id);
  void give_up(ConnectionId id, TimePoint now);
  void forget(Slot& slot);
  static int keep_session(SSL* ssl, SSL_SESSION* session);

  std::unique_ptr<Driver> inner_;
  SslContext context_;
  const bool resumes_;
  const std::string name_to_send_, name_;
  RecordMemory records_;
  std::vector<Slot> slots_;
  std::vector<std::byte> plain_;    // decrypted, while it is handed on
  SessionHandle session_;           // the newest one: tickets of TLS 1.3 are meant for one use (RFC 8446 C.4)
  DriverEvents* events_ = nullptr;  // of the call that is going on
  TlsFindings findings_;
};

}  // namespace suite
