// No network: what the load generator itself costs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/drivers/driver.h"
#include "client/drivers/driver_clock.h"
#include "client/workloads/make_workload.h"
#include "common/net/event_fd.h"

namespace suite {

/// Answers requests in memory, each as soon as the next turn: with the bytes that were sent, or with a canned
/// reply to each. A connection is open at once and never breaks. In each turn every
/// connection that was sent something receives, once, with a reading of the clock, as a driver of sockets
/// would: what is left is the engine, the workload and the histograms. Makes no system call per request.
class NullDriver final : public Driver {
 public:
  /// `interrupt` outlives it.
  NullDriver(std::size_t connections, const CannedReplies& canned, const EventFd& interrupt);

  std::string_view name() const override { return "null"; }
  TimePoint now() override { return clock_.read(); }
  Opening open(ConnectionId id, const Endpoint& target) override;
  void send(ConnectionId id, DriverEvents& events) override;
  void close(ConnectionId id) override;
  Turn turn(TimePoint until, DriverEvents& events) override;

 private:
  /// What was sent on a connection and is still to be answered; empty: nothing.
  struct Slot {
    std::span<const std::byte> unanswered;
    std::size_t part = 0;          // see CannedReplies::requests_in
    std::uint32_t generation = 0;  // of the connection
    bool open = false;
  };
  struct Queued {
    ConnectionId id;
    std::uint32_t generation;
  };

  void answer(Queued next, DriverEvents& events);
  void answer_canned(Queued next, std::uint64_t requests, DriverEvents& events);
  bool is_open(Queued next) const;
  bool wait(TimePoint until);

  const EventFd& interrupt_;
  std::vector<Slot> slots_;
  std::vector<Queued> waiting_, answering_;  // connections with something unanswered, in their order
  std::string replies_;                      // one behind the other; empty: what was sent comes back
  std::size_t reply_bytes_;
  std::function<std::uint64_t(std::string_view, std::size_t&)> requests_in_;
  std::function<void(std::string_view, std::vector<std::byte>&)> answer_;
  std::vector<std::byte> answers_;  // made by it
  DriverClock clock_;
  TimePoint next_look_;  // at the interrupt
};

}  // namespace suite
