#include "servers/backends/asio/callback_connection.h"

#include <utility>

namespace suite {

void CallbackConnection::start(Step step) {
  if (step == Step::kRead) read();
  if (step == Step::kWrite) write();
}

void CallbackConnection::read() {
  socket().async_read_some(room(),
                           [self = shared_from_this()](const asio::error_code& error, std::size_t count) {
                             self->start(self->on_read(error, count));
                           });
}

void CallbackConnection::write() {
  auto on_end = [self = shared_from_this()](const asio::error_code& error, std::size_t count) {
    self->start(self->on_written(error, count));
  };
  if (pieces().size() == 1) return socket().async_write_some(pieces().front(), std::move(on_end));
  socket().async_write_some(pieces(), std::move(on_end));
}

}  // namespace suite
