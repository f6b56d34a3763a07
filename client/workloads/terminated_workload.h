// Requests whose replies end with a terminator, whatever stands before it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/workloads/payload.h"
#include "client/workloads/terminator.h"
#include "client/workloads/workload.h"

namespace suite {

/// Keeps nothing of a reply: one that never ends takes no memory, and times out. Bytes behind the last reply
/// that was asked for spoil it, unless nothing is verified.
class TerminatedWorkload final : public Workload {
 public:
  /// `payload` and `terminator` outlive it.
  TerminatedWorkload(const Payload& payload, const Terminator& terminator, PayloadShare share);

  void restart(ConnectionId id, std::uint64_t unanswered) override;
  void issue(ConnectionId id, std::uint64_t count) override;
  std::span<const std::byte> unsent(ConnectionId id) const override;
  bool sent(ConnectionId id, std::size_t count) override;
  Appetite appetite(ConnectionId) const override { return {}; }
  Replies received(ConnectionId id, std::span<const std::byte> bytes, std::uint64_t most) override;
  /// Nothing ever is: each byte may belong to a terminator.
  Replies discarded(ConnectionId, std::uint64_t, std::uint64_t) override { return {}; }
  bool was_answered_in_http() const override { return answered_in_http_; }
  std::string remark() const override;

 private:
  struct Conversation {
    PayloadCursor sending;
    std::uint64_t outstanding;    // requests issued and not yet answered
    std::uint64_t part_received;  // bytes of the reply that has not ended
    std::size_t matched;          // of a terminator, at the end of these
  };

  const Payload& payload_;
  const Terminator& terminator_;
  PayloadShare share_;
  std::vector<Conversation> conversations_;
  bool answered_in_http_ = false;
  std::string surplus_;            // the beginning of the first bytes behind a last reply
  std::uint64_t longest_cut_ = 0;  // bytes of a reply that its connection's end, or a timeout, cut short
};

}  // namespace suite
