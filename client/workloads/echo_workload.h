// Requests whose replies are known byte for byte: those of an echo are what was sent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/workloads/payload.h"
#include "client/workloads/workload.h"

namespace suite {

class EchoWorkload final : public Workload {
 public:
  /// Both outlive it. A message of `replies` is the reply to one of `requests`.
  EchoWorkload(const Payload& requests, const Payload& replies, PayloadShare share);
  /// They come back.
  EchoWorkload(const Payload& payload, PayloadShare share) : EchoWorkload(payload, payload, share) {}

  /// Nothing is ever sent again: an echo does not announce its connection's end.
  void restart(ConnectionId id, std::uint64_t unanswered) override;
  void issue(ConnectionId id, std::uint64_t count) override;
  std::span<const std::byte> unsent(ConnectionId id) const override;
  bool sent(ConnectionId id, std::size_t count) override;
  Appetite appetite(ConnectionId id) const override;
  Replies received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) override;
  Replies discarded(ConnectionId id, std::uint64_t count, std::uint64_t most) override;
  bool was_answered_in_http() const override { return answered_in_http_; }
  std::string remark() const override;

 private:
  /// Where one connection stands in both streams.
  struct Conversation {
    PayloadCursor sending;
    std::size_t receive_at;       // offset of the next byte expected
    std::uint64_t outstanding;    // bytes of replies that were asked for and have not come
    std::uint64_t part_received;  // bytes of a reply that is not yet complete
  };

  struct Arrived {
    std::uint64_t bytes;
    std::uint64_t correct;  // of them, from the first on
  };
  Replies take(Conversation& at, Arrived arrived, std::uint64_t most) const;
  void note_wrong(std::span<const std::byte> bytes, std::size_t asked_for, std::size_t correct,
                  std::uint64_t part_before);
  std::size_t count_correct(const Conversation& at, std::span<const std::byte> bytes) const;

  const Payload& requests_;
  const Payload& replies_;
  PayloadShare share_;
  std::vector<Conversation> conversations_;
  bool answered_in_http_ = false;
  std::string first_wrong_;        // what was wrong with the first wrong reply
  std::uint64_t longest_cut_ = 0;  // bytes of a reply that its connection's end, or a timeout, cut short
};

}  // namespace suite
