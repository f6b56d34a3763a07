#include "servers/backends/asio_coro/coro_connection.h"

#include <cstddef>
#include <exception>
#include <utility>
#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace suite {
namespace {

constexpr asio::use_awaitable_t<AsioExecutor> kAwaited;

}  // namespace

CoroConnection::CoroConnection(AsioWorker& worker, AsioSocket socket, std::unique_ptr<Session> session)
    : AsioConnection(worker, std::move(socket), std::move(session)) {}

// What was thrown in the coroutine leaves io_context::run(), as it would from a callback.
void CoroConnection::open() {
  asio::co_spawn(socket().get_executor(), serve(shared_from_this()), [](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

CoroConnection::Task CoroConnection::serve(std::shared_ptr<CoroConnection> self) {
  AsioSocket& socket = self->socket();
  asio::error_code error;
  Step step = self->on_opened();
  while (step != Step::kNone) {
    if (step == Step::kRead) {
      const std::size_t count =
          co_await socket.async_read_some(self->room(), asio::redirect_error(kAwaited, error));
      step = self->on_read(error, count);
    } else if (self->pieces().size() == 1) {
      const std::size_t count =
          co_await socket.async_write_some(self->pieces().front(), asio::redirect_error(kAwaited, error));
      step = self->on_written(error, count);
    } else {
      const std::size_t count =
          co_await socket.async_write_some(self->pieces(), asio::redirect_error(kAwaited, error));
      step = self->on_written(error, count);
    }
  }
}

}  // namespace suite
