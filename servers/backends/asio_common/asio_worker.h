// One worker of the Asio backends: an io_context run by one thread alone, the accepting, the deadlines, the
// drain. How a connection goes from one operation to the next is the backend's.
//
// Connections are accepted one operation at a time. Asio cannot share one receive buffer among connections
// (see asio_connection.h), and cannot wait with EPOLLEXCLUSIVE: workers that share a unix socket wake each
// other.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "common/base/error.h"
#include "servers/backends/asio_common/asio_connection.h"
#include "servers/backends/asio_common/asio_types.h"
#include "servers/loop.h"
#include "servers/loops/accept_gate.h"
#include "servers/loops/connection_table.h"

namespace suite {

/// "Asio 1.22.1"
std::string asio_name_and_version();

using MakeAsioConnection = std::shared_ptr<AsioConnection> (*)(AsioWorker& worker, AsioSocket socket,
                                                               std::unique_ptr<Session> session);

/// Loop::run() of a loop whose connections `make_connection` makes.
std::expected<void, Error> run_asio_worker(LoopContext& context, MakeAsioConnection make_connection);

/// One run of the loop: everything it opens lives as long as this.
class AsioWorker {
 public:
  AsioWorker(LoopContext& context, MakeAsioConnection make_connection);

  std::expected<void, Error> open();
  /// Until the drain is over. The error is an exception that a session, its factory or Asio threw.
  std::expected<void, Error> run();

  // For connections:
  LoopContext& context() { return context_; }
  const Turn& turn() const { return turn_; }
  /// Reads the clock. Asio does not tell where a turn begins, so each handler that needs the time is one.
  const Turn& start_turn();
  /// The connection lingers; before note_deadline().
  void note_linger(AsioConnection& connection) {
    connections_.note_linger(connection, context_.limits.most_body_lingers, turn_.now);
  }
  /// The connection's deadline may have moved.
  void note_deadline(AsioConnection& connection);
  /// The connection closes.
  std::shared_ptr<AsioConnection> forget(AsioConnection& connection);

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  bool finished() const { return turn_.draining && connections_.size() == 0; }
  void run_handlers();
  void arm_timer();
  void on_timer();

  void accept_next();
  void on_accepted(const asio::error_code& error, AsioSocket socket);
  void open_connection(AsioSocket socket, const AsioProtocol::endpoint& peer);
  void start_drain();
  void accept_the_rest();
  void cut_the_rest();
  void finish_when_empty();

  LoopContext& context_;
  MakeAsioConnection make_connection_;
  asio::io_context io_{ASIO_CONCURRENCY_HINT_UNSAFE};
  AsioAcceptor acceptor_{io_};
  AsioDescriptor stop_{io_};
  AsioTimer timer_{io_};
  AsioProtocol::endpoint peer_;  // of the connection that is being accepted
  Turn turn_;
  TimePoint wall_read_at_;
  AcceptGate gate_;
  bool accepting_ = false;
  std::optional<TimePoint> timer_due_;
  std::optional<TimePoint> drain_until_;
  ConnectionTable<AsioConnection, std::shared_ptr<AsioConnection>> connections_;
};

}  // namespace suite
