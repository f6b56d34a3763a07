// The load generator's sockets over epoll(7).
#pragma once

#include <sys/epoll.h>

#include <expected>
#include <vector>

#include "client/drivers/client_socket.h"
#include "client/drivers/driver.h"
#include "client/drivers/driver_clock.h"
#include "common/base/error.h"
#include "common/net/event_fd.h"
#include "common/net/unique_fd.h"

namespace suite {

/// Each socket is registered once, level-triggered, for input; for output only while a send is blocked. One
/// receive per readable event into one buffer that stays in cache, and one reading of the clock after it. A
/// turn receives everything first and sends what follows from it then: each half runs in code that is at
/// hand. A timer ends the waits that may be long: it is set once for many of them, where a timeout is set and
/// taken back by the kernel each time that it sleeps. The socket of a connection that both sides have closed
/// serves the connection that replaces it, where that is opened before the next turn.
class EpollDriver final : public Driver {
 public:
  /// `interrupt` outlives it.
  static std::expected<EpollDriver, Error> create(const DriverOptions& options, const EventFd& interrupt);

  std::string_view name() const override { return "epoll"; }
  TimePoint now() override;
  Opening open(ConnectionId id, const Endpoint& target) override;
  void send(ConnectionId id, DriverEvents& events) override;
  void close(ConnectionId id) override;
  Turn turn(TimePoint until, DriverEvents& events) override;

 private:
  enum class State : unsigned char {
    kClosed,
    kSpent,  // closed too, with a socket that can connect again, and is registered for input
    kConnecting,
    kOpen,
    kSendBlocked,
  };
  struct Slot {
    UniqueFd fd;
    std::uint32_t generation = 0;  // of the socket: events of an earlier one are stale
    int send_error = 0;            // what a send said; reported once all that had arrived is read
    int low_water = 1;             // bytes that have to be there for it to be readable
    std::uint32_t received = 0;    // bytes, or kMuch for more
    State state = State::kClosed;
    bool discards = false;  // TCP's can
  };

  EpollDriver(UniqueFd epoll, UniqueFd timer, const DriverOptions& options);

  bool watch(int operation, ConnectionId id, std::uint32_t events);
  void send_what_follows(DriverEvents& events);
  void report_failed_openings(DriverEvents& events);
  void handle(const epoll_event& event, DriverEvents& events);
  void finish_connecting(ConnectionId id, TimePoint now, DriverEvents& events);
  enum class Stream : unsigned char { kGoesOn, kEnded };  // as far as the kernel has seen
  void receive(ConnectionId id, Stream stream, DriverEvents& events);
  bool receive_some(ConnectionId id, Stream stream, DriverEvents& events);
  bool spare_socket(Slot& slot, Break how) const;
  void break_off(ConnectionId id, Break how, TimePoint now, DriverEvents& events);

  void set_alarm(TimePoint when);
  // Each returns how many of ready_ are.
  int wait(TimePoint until);
  int spin(TimePoint until);
  int wait_milliseconds(int milliseconds);
  int wait_exactly(std::chrono::nanoseconds left);

  UniqueFd epoll_;
  UniqueFd timer_;                      // watched by epoll_, edge-triggered
  TimePoint alarm_ = TimePoint::max();  // when timer_ goes off, as far as that was not yet seen; max: never
  DriverOptions options_;
  std::vector<Slot> slots_;
  std::vector<std::pair<ConnectionId, int>> failed_openings_;  // with errno
  std::vector<std::uint64_t> to_send_;                         // keys of connections that have received
  std::vector<epoll_event> ready_;
  std::vector<std::byte> buffer_;
  DriverClock clock_;
  bool waits_exactly_ = true;  // the kernel has epoll_pwait2(2), Linux 5.11
};

}  // namespace suite
