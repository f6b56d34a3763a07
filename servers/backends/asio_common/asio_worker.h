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
#include "common/net/endpoint.h"
#include "common/net/listener.h"
#include "servers/backends/asio_common/asio_connection.h"
#include "servers/backends/asio_common/asio_types.h"
#include "servers/loop.h"
#include "servers/loops/worker_frame.h"

namespace suite {

/// "Asio 1.22.1"
std::string asio_name_and_version();

using MakeAsioConnection = std::shared_ptr<AsioConnection> (*)(AsioWorker& worker, AsioSocket socket,
                                                               std::unique_ptr<Session> session);

/// Loop::run() of a loop whose connections `make_connection` makes.
std::expected<void, Error> run_asio_worker(LoopContext& context, MakeAsioConnection make_connection);

/// One run of the loop: everything it opens lives as long as this.
class AsioWorker final : WorkerFrame<AsioWorker, AsioConnection, std::shared_ptr<AsioConnection>> {
 public:
  AsioWorker(LoopContext& context, MakeAsioConnection make_connection);

  std::expected<void, Error> open();
  /// Until the drain is over. The error is an exception that a session, its factory or Asio threw.
  std::expected<void, Error> run();

  // For connections:
  LoopContext& context() { return context_; }
  using WorkerFrame::turn;
  /// Reads the clock. Asio does not tell where a turn begins, so each handler that needs the time is one.
  const Turn& start_turn();
  /// The connection lingers; before note_deadline().
  using WorkerFrame::note_linger;
  /// The connection's deadline may have moved.
  void note_deadline(AsioConnection& connection);
  /// The connection closes.
  std::shared_ptr<AsioConnection> forget(AsioConnection& connection);

 private:
  friend WorkerFrame;

  void run_handlers();
  void set_next_timer();
  void on_timer();
  void on_accepted(const asio::error_code& error, AsioSocket socket);
  void serve(AsioSocket socket, const Endpoint& peer);
  void finish_when_empty();

  // For the frame:
  bool watch_listener(bool watched);
  void unwatch_stop() {}  // one wait for it ends once
  void set_timer(std::optional<std::chrono::nanoseconds> left);
  void open_connection(Accepted accepted);
  static void on_due(AsioConnection& connection) { connection.interrupt(); }
  static void drain_connection(AsioConnection& connection) { connection.interrupt(); }
  static void close(AsioConnection& connection, CloseReason reason) { connection.close(reason); }

  MakeAsioConnection make_connection_;
  asio::io_context io_{ASIO_CONCURRENCY_HINT_UNSAFE};
  AsioAcceptor acceptor_{io_};
  AsioDescriptor stop_{io_};
  AsioTimer timer_{io_};
  AsioProtocol::endpoint peer_;  // of the connection that is being accepted
  TimePoint wall_read_at_;
};

}  // namespace suite
