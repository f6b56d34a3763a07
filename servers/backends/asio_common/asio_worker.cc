#include "servers/backends/asio_common/asio_worker.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <fmt/format.h>

#include <cerrno>
#include <exception>
#include <utility>
#include <asio/version.hpp>

#include "common/base/deadline_queue.h"
#include "common/net/endpoint.h"
#include "common/net/listener.h"
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

Error asio_error(std::string what, const asio::error_code& error) {
  return {.what = std::move(what), .why = error.message(), .advice = {}};
}

AcceptStatus status_of(const asio::error_code& error) { return accept_status_of(error.value()); }

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
    : context_(context), make_connection_(make_connection), gate_(context.limits, context.worker.totals) {
  start_turn();
}

std::expected<void, Error> AsioWorker::open() {
  auto listener = duplicate(context_.listener.fd());
  if (!listener) return std::unexpected(std::move(listener.error()));
  auto stop = duplicate(context_.stop_fd);
  if (!stop) return std::unexpected(std::move(stop.error()));

  const Endpoint& endpoint = context_.listener.endpoint();
  asio::error_code error;
  acceptor_.assign(AsioProtocol(endpoint.family(), endpoint.is_unix() ? 0 : IPPROTO_TCP), listener->get(),
                   error);
  if (error) return std::unexpected(asio_error("watch the listener", error));
  listener->release();
  // Asio would go on waiting after a connection that broke in the queue, for an edge that those behind it
  // have had: let it tell, and try again.
  acceptor_.set_option(asio::socket_base::enable_connection_aborted(true), error);
  stop_.assign(stop->get(), error);
  if (error) return std::unexpected(asio_error("watch the stop descriptor", error));
  stop->release();

  stop_.async_wait(AsioDescriptor::wait_read, [this](const asio::error_code& failed) {
    if (!failed) start_drain();
  });
  accept_next();
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
  arm_timer();
}

void AsioWorker::arm_timer() {
  if (finished()) return;
  const auto due = earliest({connections_.next_deadline(), drain_until_, gate_.opens_at()});
  if (due == timer_due_) return;
  timer_due_ = due;
  if (!due) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(*due);
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) on_timer();
  });
}

void AsioWorker::on_timer() {
  start_turn();
  timer_due_.reset();
  while (AsioConnection* const due = connections_.next_due(turn_.now)) due->interrupt();
  if (drain_until_ && turn_.now >= *drain_until_) return cut_the_rest();
  accept_next();
  arm_timer();
}

void AsioWorker::accept_next() {
  if (accepting_ || !gate_.open(connections_.size(), turn_.now) || turn_.draining) return;
  accepting_ = true;
  acceptor_.async_accept(peer_, [this](const asio::error_code& error, AsioSocket socket) {
    accepting_ = false;
    on_accepted(error, std::move(socket));
  });
}

void AsioWorker::on_accepted(const asio::error_code& error, AsioSocket socket) {
  start_turn();
  if (!error) {
    open_connection(std::move(socket), peer_);
  } else if (status_of(error) == AcceptStatus::kExhausted) {
    gate_.on_exhausted(turn_.now);
    return arm_timer();
  } else if (error == asio::error::operation_aborted || error == asio::error::invalid_argument) {
    return;  // the drain has begun, or another worker has shut the shared listener down
  }
  accept_next();
}

void AsioWorker::open_connection(AsioSocket socket, const AsioProtocol::endpoint& peer) {
  ++context_.worker.totals.connections;
  const auto* address = reinterpret_cast<const sockaddr*>(peer.data());
  const Endpoint endpoint(address, static_cast<socklen_t>(peer.size()));
  connections_.add(make_connection_(*this, std::move(socket), context_.make_session(endpoint))).open();
}

std::shared_ptr<AsioConnection> AsioWorker::forget(AsioConnection& connection) {
  auto closing = connections_.take(connection);
  gate_.on_close();
  accept_next();
  finish_when_empty();
  return closing;
}

void AsioWorker::start_drain() {
  start_turn();
  turn_.draining = true;
  drain_until_ = turn_.now + context_.limits.drain;
  connections_.for_each([](AsioConnection& connection) { connection.interrupt(); });
  accept_the_rest();
  context_.stop_listening();
  arm_timer();
  finish_when_empty();
}

// An accept that has ended already hands over its connection later: see on_accepted().
void AsioWorker::accept_the_rest() {
  asio::error_code error;
  AsioProtocol::endpoint peer;
  acceptor_.cancel(error);
  acceptor_.non_blocking(true, error);
  while ((!error || status_of(error) == AcceptStatus::kBroken) &&
         gate_.open(connections_.size(), turn_.now)) {
    AsioSocket socket = acceptor_.accept(peer, error);
    if (!error) open_connection(std::move(socket), peer);
  }
  acceptor_.close(error);
}

void AsioWorker::cut_the_rest() {
  connections_.for_each([](AsioConnection& connection) { connection.close(CloseReason::kCut); });
}

// Without anything left to wait for, the io_context stops.
void AsioWorker::finish_when_empty() {
  if (!finished()) return;
  asio::error_code ignored;
  drain_until_.reset();
  timer_.cancel();
  stop_.close(ignored);
  acceptor_.close(ignored);
}

}  // namespace suite
