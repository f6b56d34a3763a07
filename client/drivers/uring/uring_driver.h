// The load generator's sockets over io_uring(7).
//
// Per turn one io_uring_enter(2): it submits the sends that the turn before gave rise to, and waits for what
// has been received. Receiving is multishot, into buffers that the kernel takes from a ring of them; a send
// is taken at once, without a completion, or comes back: then the connection waits for room in its socket, by
// a poll. Long bodies that nobody looks at are discarded by recv(2) itself, which a poll announces: the ring
// has no way to throw bytes away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "client/drivers/client_socket.h"
#include "client/drivers/driver.h"
#include "client/drivers/driver_clock.h"
#include "common/base/error.h"
#include "common/net/event_fd.h"
#include "common/net/unique_fd.h"
#include "common/net/uring.h"

namespace suite {

/// The clock is read once per turn, when the waiting is over: all that it brought had arrived by then. What
/// is sent in a turn leaves together, at the beginning of the next one. Closing takes until the kernel has
/// let go of what was under way on a socket: its end, and its descriptor, may outlive close() by a turn or
/// two. It has a function for each kind of operation and one for each completion, on one ring, beside what
/// each Driver has: more than 25, a few lines each.
class UringDriver final : public Driver {
 public:
  /// To be called by the thread that uses it. `interrupt` outlives it.
  static std::expected<std::unique_ptr<Driver>, Error> open(const DriverOptions& options,
                                                            const EventFd& interrupt);
  UringDriver(const DriverOptions& options, std::unique_ptr<Uring> ring,
              std::unique_ptr<ReceiveBuffers> buffers);
  UringDriver(const UringDriver&) = delete;
  UringDriver& operator=(const UringDriver&) = delete;
  /// Closes what is open, and sees to it that the kernel has done so when it returns.
  ~UringDriver() override;

  std::string_view name() const override { return "uring"; }
  TimePoint now() override { return clock_.read(); }
  Opening open(ConnectionId id, const Endpoint& target) override;
  void send(ConnectionId id, DriverEvents& events) override;
  void close(ConnectionId id) override;
  Turn turn(TimePoint until, DriverEvents& events) override;

 private:
  /// What a completion is about.
  enum class Operation : std::uint64_t {
    kNone,  // success says nothing, failure does no harm
    kInterrupt,
    kConnect,
    kReceive,
    kReadable,
    kSendAtOnce,
    kRoom,
  };

  /// One socket. Stays where it is until the last of its operations has completed, for completions point to
  /// it; then another connection may have its place.
  struct alignas(64) Socket {
    UniqueFd fd;
    ConnectionId id = 0;
    std::span<const std::byte> unsent;  // what the kernel has not yet taken of what was handed over
    int send_error = 0;                 // what a send said; reported once all that had arrived is read
    std::int32_t sent_instead = 0;      // of a send that came back: bytes, or an error number
    int low_water = 1;                  // bytes that have to be there for it to be readable

    enum class Sending : std::uint8_t {
      kNothing,
      kWithNextTurn,
      kAtOnce,  // submitted, or about to be; done when the submission is, unless it came back
      kWaits,   // for room
    };
    Sending sending = Sending::kNothing;
    bool came_back = false;
    bool send_again = false;  // there may be more to send behind `unsent`

    // Under way with the kernel:
    bool connecting = false, receiving = false, watching = false;
    bool cancelled = false;  // the receiving
    // Pointed to by the driver itself:
    bool to_receive = false, starved = false, held = false;

    bool received_before = false;
    bool by_hand = false;   // it is received from by recv(2)
    bool discards = false;  // TCP's can
    bool closing = false;   // its connection is gone

    bool busy() const {
      return connecting || receiving || watching || to_receive || starved || held ||
             sending != Sending::kNothing;
    }
  };

  static Socket* subject_of(const io_uring_cqe& completion);
  io_uring_sqe& entry(Operation operation, const Socket* subject);
  void cancel(Operation operation, const Socket& subject);
  void watch(Socket& socket, Operation operation, unsigned events);

  // Turns.
  void wait(TimePoint until);
  void submit_and_wait(TimePoint until);
  void take_completions(DriverEvents& events);
  void dispatch(const io_uring_cqe& completion, DriverEvents& events);
  static void note_end_of(Operation operation, Socket& socket, const io_uring_cqe& completion);
  void drop_received(const io_uring_cqe& completion);

  // Connections.
  Socket& place_for(Attempt attempt, ConnectionId id);
  void report_failed_openings(DriverEvents& events);
  void finish_connecting(Socket& socket, DriverEvents& events);
  void break_off(Socket& socket, int error_number, DriverEvents& events);
  void forget_when_idle(Socket& socket);
  void close_all();

  // Receiving.
  void receive_later(Socket& socket);
  void start_receiving(DriverEvents& events);
  void receive(Socket& socket, DriverEvents& events);
  void feed_the_starved();
  void on_received(Socket& socket, const io_uring_cqe& completion, DriverEvents& events);
  void on_chunk(Socket& socket, const ReceiveBuffers::Chunk& chunk, DriverEvents& events);
  void receive_by_hand(Socket& socket, DriverEvents& events);
  bool receive_some(Socket& socket, DriverEvents& events);

  // Sending.
  bool prepare_send(Socket& socket);
  void finish_sends(DriverEvents& events);
  void finish_send(Socket& socket, DriverEvents& events);
  void send_with_next_turn(Socket& socket);

  DriverOptions options_;
  std::unique_ptr<Uring> ring_;
  std::unique_ptr<ReceiveBuffers> buffers_;
  std::deque<Socket> sockets_;  // all places; they do not move
  std::vector<Socket*> free_;   // those that nothing points to
  std::vector<Socket*> slots_;  // of the open and connecting ones, by id; nullptr: closed
  std::size_t parting_ = 0;     // sockets that are closing

  std::vector<Socket*> sending_;     // with the next submission, or with one that is not yet settled
  std::vector<Socket*> finishing_;   // those of the last
  std::vector<Socket*> to_receive_;  // their receiving is to be started
  std::deque<Socket*> starved_;      // it ended for want of a buffer
  std::vector<std::pair<ConnectionId, int>> failed_openings_;  // with errno
  std::vector<std::byte> buffer_;                              // of what is received by hand

  DriverClock clock_;
  TimePoint woken_;         // when the waiting of this turn ended
  bool hurried_ = false;    // more is to be sent as soon as what was is taken: no completion will say so
  bool unsettled_ = false;  // completions wait for room in their queue
  bool interrupted_ = false;
};

}  // namespace suite
