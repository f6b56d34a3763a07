// Requests that come back byte for byte.
#pragma once

#include <cstdint>
#include <vector>

#include "client/workloads/payload.h"
#include "client/workloads/workload.h"

namespace suite {

class EchoWorkload final : public Workload {
 public:
  /// `payload` outlives it. `first_connection` is the run-wide number of this worker's connection 0.
  struct Options {
    std::size_t connections;
    std::uint64_t first_connection;
    Verify verify;
  };
  EchoWorkload(const Payload& payload, Options options);

  /// Nothing is ever sent again: an echo does not announce its connection's end.
  void restart(ConnectionId id, std::uint64_t unanswered) override;
  void issue(ConnectionId id, std::uint64_t count) override;
  std::span<const std::byte> unsent(ConnectionId id) const override;
  bool sent(ConnectionId id, std::size_t count) override;
  Appetite appetite(ConnectionId id) const override;
  Replies received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) override;
  Replies discarded(ConnectionId id, std::uint64_t count, std::uint64_t most) override;
  bool was_answered_in_http() const override { return answered_in_http_; }

 private:
  /// Where one connection stands in the payload's stream.
  struct Conversation {
    std::size_t send_at;          // offset of the next byte to send
    std::size_t receive_at;       // offset of the next byte expected
    std::uint64_t unsent;         // bytes issued and not yet sent
    std::uint64_t outstanding;    // bytes issued and not yet received
    std::uint64_t part_received;  // bytes of a reply that is not yet complete
  };

  struct Arrived {
    std::uint64_t bytes;
    std::uint64_t correct;  // of them, from the first on
  };
  Replies take(Conversation& at, Arrived arrived, std::uint64_t most) const;
  std::size_t count_correct(const Conversation& at, std::span<const std::byte> bytes) const;

  const Payload& payload_;
  Options options_;
  std::vector<Conversation> conversations_;
  bool answered_in_http_ = false;
};

}  // namespace suite
