#include "servers/backends/asio_common/asio_worker.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <fmt/format.h>

#include <cerrno>
#include <exception>
#include <new>
#include <utility>
#include <asio/version.hpp>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

/// With a turn per handler, reading both clocks each time would show in the cost of an echo.
constexpr std::chrono::milliseconds kWallPrecision{1};

/// Asio closes what it is given, and the caller keeps its own: so it gets a duplicate.
std::expected<UniqueFd, Error> duplicate(int fd) {
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy) return std::unexpected(system_error("duplicate a descriptor", errno));
  return copy;
}

AsioProtocol protocol_of(const Endpoint& endpoint) {
  return {endpoint.family(), endpoint.is_unix() ? 0 : IPPROTO_TCP};
}

Error asio_error(std::string what, const asio::error_code& error) {
  return {.what = std::move(what), .why = error.message(), .advice = {}};
}

}  // namespace

std::string asio_name_and_version() {
  return fmt::format("Asio {}.{}.{}", ASIO_VERSION / 100000, ASIO_VERSION / 100 % 1000, ASIO_VERSION % 100);
}

std::expected<void, Error> run_asio_worker(LoopContext& context, MakeAsioConnection make_connection) {
  try {
    AsioWorker worker(context, make_connection);
    auto opened = worker.open();
    if (!opened) return opened;
    context.on_ready();
    return worker.run();
  } catch (const std::exception& error) {
    return std::unexpected(Error{.what = "run an Asio loop", .why = error.what(), .advice = {}});
  }
}

AsioWorker::AsioWorker(LoopContext& context, MakeAsioConnection make_connection)
    : WorkerFrame(context), make_connection_(make_connection), wall_read_at_(turn_.now) {}

std::expected<void, Error> AsioWorker::open() {
  auto listener = duplicate(context_.listener.fd());
  if (!listener) return std::unexpected(std::move(listener.error()));
  auto stop = duplicate(context_.stop_fd);
  if (!stop) return std::unexpected(std::move(stop.error()));

  asio::error_code error;
  acceptor_.assign(protocol_of(context_.listener.endpoint()), listener->get(), error);
  if (error) return std::unexpected(asio_error("watch the listener", error));
  listener->release();
  // Asio would go on waiting after a connection that broke in the queue, for an edge that those behind it
  // have had: let it tell, and try again.
  acceptor_.set_option(asio::socket_base::enable_connection_aborted(true), error);
  stop_.assign(stop->get(), error);
  if (error) return std::unexpected(asio_error("watch the stop descriptor", error));
  stop->release();

  stop_.async_wait(AsioDescriptor::wait_read, [this](const asio::error_code& failed) {
    if (failed) return;
    start_turn();
    start_drain();
    set_next_timer();
    finish_when_empty();
  });
  arm_listener(true);
  return {};
}

std::expected<void, Error> AsioWorker::run() {
  try {
    run_handlers();
    return {};
  } catch (const std::exception& error) {
    Error failure{.what = "go on serving", .why = error.what(), .advice = {}};
    turn_.draining = true;
    cut_the_rest();
    finish_when_empty();
    run_handlers();  // those of the operations that were cut
    return std::unexpected(std::move(failure));
  }
}

void AsioWorker::run_handlers() {
  if (!context_.limits.busy_poll) {
    io_.run();
    return;
  }
  while (!io_.stopped()) io_.poll();
}

const Turn& AsioWorker::start_turn() {
  turn_.now = std::chrono::steady_clock::now();
  if (turn_.now - wall_read_at_ >= kWallPrecision) {
    wall_read_at_ = turn_.now;
    turn_.wall = std::chrono::system_clock::now();
  }
  return turn_;
}

void AsioWorker::note_deadline(AsioConnection& connection) {
  connections_.note_deadline(connection);
  set_next_timer();
}

// A timer would keep the io_context from stopping.
void AsioWorker::set_next_timer() {
  if (!finished()) arm_timer();
}

void AsioWorker::set_timer(std::optional<std::chrono::nanoseconds> left) {
  if (!left) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(*left);
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) on_timer();
  });
}

void AsioWorker::on_timer() {
  start_turn();
  timer_ended();
  expire_deadlines();
  set_next_timer();
}

// An accept that has ended already hands over its connection later: see on_accepted().
bool AsioWorker::watch_listener(bool watched) {
  if (!watched) {
    asio::error_code ignored;
    acceptor_.cancel(ignored);
    return true;
  }
  acceptor_.async_accept(peer_, [this](const asio::error_code& error, AsioSocket socket) {
    listener_armed_ = false;
    on_accepted(error, std::move(socket));
  });
  return true;
}

void AsioWorker::on_accepted(const asio::error_code& error, AsioSocket socket) {
  start_turn();
  if (!error) {
    const auto* address = reinterpret_cast<const sockaddr*>(peer_.data());
    try {
      serve(std::move(socket), Endpoint(address, static_cast<socklen_t>(peer_.size())));
    } catch (const std::bad_alloc&) {
      gate_.on_exhausted(turn_.now);
      return set_next_timer();
    }
  } else if (accept_status_of(error.value()) == AcceptStatus::kExhausted) {
    gate_.on_exhausted(turn_.now);
    return set_next_timer();
  } else if (error == asio::error::operation_aborted || error == asio::error::invalid_argument) {
    return;  // the drain has begun, or another worker has shut the shared listener down
  }
  arm_listener_again();
}

void AsioWorker::serve(AsioSocket socket, const Endpoint& peer) {
  ++context_.worker.totals.connections;
  connections_.add(make_connection_(*this, std::move(socket), context_.make_session(peer))).open();
}

// The frame accepts what is queued when the drain begins.
void AsioWorker::open_connection(Accepted accepted) {
  asio::error_code error;
  AsioSocket socket(io_);
  socket.assign(protocol_of(context_.listener.endpoint()), accepted.fd.get(), error);
  if (error) return;  // it cannot be served, and closes
  accepted.fd.release();
  serve(std::move(socket), accepted.peer);
}

std::shared_ptr<AsioConnection> AsioWorker::forget(AsioConnection& connection) {
  auto closing = connections_.take(connection);
  gate_.on_close();
  arm_listener_again();
  finish_when_empty();
  return closing;
}

// Without anything left to wait for, the io_context stops.
void AsioWorker::finish_when_empty() {
  if (!finished()) return;
  asio::error_code ignored;
  timer_.cancel();
  stop_.close(ignored);
  acceptor_.close(ignored);
}

}  // namespace suite
