// TLS as a session around another: decrypts what comes, hands it on, encrypts what is answered. The loop and
// the inner session notice nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/io/out_buffer.h"
#include "common/tls/channel.h"
#include "servers/session.h"

namespace suite {

/// As any Session. At most one outbox is encrypted per call (OutBuffer::kMaxOwnBytes and a record); what has
/// arrived beyond that is kept, encrypted, at most one read. Where several threads serve a worker, the
/// worker's lock is given up for cryptography: a handshake takes as long as hundreds of requests.
class TlsSession final : public Session {
 public:
  /// `worker` outlives it.
  TlsSession(SSL_CTX& context, std::unique_ptr<Session> inner, std::chrono::nanoseconds handshake_timeout,
             WorkerContext& worker);

  After on_bytes(std::span<const std::byte> in, const Turn& turn, OutBuffer& out) override;
  After resume(const Turn& turn, OutBuffer& out) override;
  After on_end(const Turn& turn, OutBuffer& out) override;
  After on_drain(const Turn& turn, OutBuffer& out) override;
  After on_deadline(const Turn& turn, OutBuffer& out) override;
  std::optional<std::chrono::nanoseconds> patience() const override;
  void on_closed(CloseReason reason) override { inner_->on_closed(reason); }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// The inner session answered, now.
  void heard(After after, const Turn& turn);
  After go_on(const Turn& turn, OutBuffer& out);
  /// False where the rest of what the inner session answers cannot be had any more: a file that changed.
  /// `plain` is room for the plain text of one record: here, and below.
  bool encrypt(std::span<std::byte> plain, OutBuffer& out);
  std::optional<After> decrypt(std::span<std::byte> plain, const Turn& turn, OutBuffer& out);
  void note_handshake(const Turn& turn);
  After refuse(OutBuffer& out);
  After later();
  /// The result of `work`, during which other threads may serve other connections.
  template <class Work>
  auto unlocked(Work work);

  TlsChannel channel_;
  std::unique_ptr<Session> inner_;
  OutBuffer inner_out_{OutBuffer::kMaxOwnBytes};  // plain
  std::vector<std::byte> kept_;
  std::chrono::nanoseconds handshake_timeout_;
  WorkerContext& worker_;
  std::optional<TimePoint> deadline_;  // of the handshake, or the inner session's
  TimePoint now_{};
  After after_ = After::kRead;  // the inner session's
  bool shaken_hands_ = false;
  bool asked_for_input_ = false;  // kReadOrMore was the last answer
  bool ended_ = false;            // the inner session has heard of the end
};

}  // namespace suite
