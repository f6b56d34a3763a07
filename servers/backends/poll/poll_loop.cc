#include "servers/backends/poll/poll_loop.h"

#include <cerrno>

namespace suite {

std::expected<void, Error> PollLoop::run(LoopContext& context) {
  PollWorker worker(context);
  context.on_ready();
  return worker.run();
}

PollWorker::PollWorker(LoopContext& context) : SocketWorker(context) {
  list_.push_back({.fd = context.stop_fd, .events = POLLIN, .revents = 0});
  list_.push_back({.fd = -1, .events = POLLIN, .revents = 0});
  owners_.assign(list_.size(), nullptr);
  arm_listener(true);
}

std::expected<void, Error> PollWorker::run() {
  while (!finished()) {
    const int ready = ::poll(list_.data(), list_.size(), wait_milliseconds());
    read_clock();
    if (ready < 0 && errno != EINTR) {
      Error failure = system_error("poll all connections", errno);
      cut_the_rest();
      return std::unexpected(std::move(failure));
    }
    dispatch(ready);
    expire_deadlines();
  }
  return {};
}

// From the last entry to the first: a connection that closes is replaced by the last one, which has been
// looked at then, and those that are accepted come behind. The stop is the first, and so seen last: the drain
// may close any of them.
void PollWorker::dispatch(int ready) {
  for (std::size_t place = list_.size(); ready > 0 && place-- > 0;) {
    if (list_[place].revents == 0) continue;
    --ready;
    if (place == kStop) {
      start_drain();
    } else if (place == kListener) {
      accept_waiting();
    } else {
      on_ready(*owners_[place]);
    }
  }
}

bool PollWorker::watch(PollConnection& connection, Interest interest) {
  if (connection.interest == Interest::kNothing) {
    connection.place = list_.size();
    list_.push_back({.fd = connection.fd.get(), .events = 0, .revents = 0});
    owners_.push_back(&connection);
  }
  list_[connection.place].events = interest == Interest::kOutput ? POLLOUT : POLLIN;
  return true;
}

void PollWorker::forget(PollConnection& connection) {
  if (connection.interest == Interest::kNothing) return;
  list_[connection.place] = list_.back();
  owners_[connection.place] = owners_.back();
  owners_[connection.place]->place = connection.place;
  list_.pop_back();
  owners_.pop_back();
}

bool PollWorker::watch_listener(bool watched) {
  list_[kListener].fd = watched ? context_.listener.fd() : -1;
  return true;
}

}  // namespace suite
