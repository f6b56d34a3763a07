#include "servers/backends/libevent/libevent_worker.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "common/net/unread_bytes.h"
#include "servers/read_or_more.h"

namespace suite {
namespace {

constexpr std::size_t kMostPerWrite = 1024 * 1024;
constexpr std::size_t kLibraryReads = 4096;      // libevent 2.1, at most: EVBUFFER_MAX_READ in its buffer.c
constexpr std::size_t kWorthReferringTo = 4096;  // below it a copy costs less than an entry of its own

LibeventWorker& worker_of(void* data) { return *static_cast<LibeventWorker*>(data); }
LibeventConnection& connection_of(void* data) { return *static_cast<LibeventConnection*>(data); }

/// All that `buffer` holds, in one piece.
std::span<const std::byte> bytes_in(evbuffer* buffer) {
  return {reinterpret_cast<const std::byte*>(evbuffer_pullup(buffer, -1)), evbuffer_get_length(buffer)};
}

bool lies_in(const iovec& piece, std::span<const std::byte> bytes) {
  const auto* const begin = static_cast<const std::byte*>(piece.iov_base);
  return begin >= bytes.data() && begin < bytes.data() + bytes.size();
}

/// libevent has one to wait with and two for signals, which it opens unasked; and where it cannot open the
/// two, it ends the process. `any` is an open descriptor; errno says why not.
bool has_descriptors_for_a_base(int any) {
  std::array<UniqueFd, 3> trial;
  return std::ranges::all_of(trial, [any](UniqueFd& fd) {
    fd = UniqueFd(::fcntl(any, F_DUPFD_CLOEXEC, 0));
    return static_cast<bool>(fd);
  });
}

/// Whether it worked: without memory it does not.
bool add_to(evbuffer* output, const iovec& piece, std::span<const std::byte> input) {
  if (piece.iov_len < kWorthReferringTo || lies_in(piece, input)) {
    return evbuffer_add(output, piece.iov_base, piece.iov_len) == 0;
  }
  return evbuffer_add_reference(output, piece.iov_base, piece.iov_len, nullptr, nullptr) == 0;
}

}  // namespace

std::expected<void, Error> LibeventLoop::run(LoopContext& context) {
  LibeventWorker worker(context);
  auto opened = worker.open();
  if (!opened) return opened;
  context.on_ready();
  return worker.run();
}

std::expected<void, Error> LibeventWorker::usable() {
  const char** const methods = event_get_supported_methods();
  for (const char** method = methods; *method != nullptr; ++method) {
    if (*method == std::string_view("epoll")) return {};
  }
  return std::unexpected(Error{.what = "use libevent over epoll",
                               .why = "this libevent was built without it",
                               .advice = "install a libevent that has it, or choose another backend"});
}

// Connections need the base for their end.
LibeventWorker::~LibeventWorker() {
  connections_.for_each([this](LibeventConnection& connection) { connections_.take(connection); });
}

std::expected<void, Error> LibeventWorker::open() {
  if (auto opened = open_base(); !opened) return opened;
  const auto on_stop = [](evutil_socket_t, short, void* data) {
    LibeventWorker& worker = worker_of(data);
    worker.guarded_([&] {
      worker.turn();
      worker.start_drain();
    });
  };
  const auto on_waiting = [](evutil_socket_t, short, void* data) {
    LibeventWorker& worker = worker_of(data);
    worker.guarded_([&] {
      worker.turn();
      worker.accept_waiting();
    });
  };
  const auto on_timer = [](evutil_socket_t, short, void* data) { worker_of(data).timer_ended(); };
  stop_.reset(event_new(base_.get(), context_.stop_fd, EV_READ | EV_PERSIST, on_stop, this));
  listener_.reset(event_new(base_.get(), context_.listener.fd(), EV_READ | EV_PERSIST, on_waiting, this));
  timer_.reset(event_new(base_.get(), -1, 0, on_timer, this));
  gathered_.reset(evbuffer_new());
  if (!stop_ || !listener_ || !timer_ || !gathered_) {
    return std::unexpected(system_error("make the events of a libevent loop", ENOMEM));
  }
  if (event_add(stop_.get(), nullptr) != 0) {
    return std::unexpected(system_error("watch the stop descriptor", errno));
  }
  arm_listener(true);
  if (!listener_armed_) return std::unexpected(system_error("watch the listener", errno));
  return {};
}

std::expected<void, Error> LibeventWorker::open_base() {
  if (!has_descriptors_for_a_base(context_.stop_fd)) {
    return std::unexpected(system_error("open a libevent base on epoll", errno));
  }
  const std::unique_ptr<event_config, Free> config(event_config_new());
  if (config == nullptr) return std::unexpected(system_error("configure libevent", ENOMEM));
  // One thread; not to be changed from the environment. The change list is safe where no descriptor in the
  // set is a duplicate of another.
  event_config_set_flag(config.get(), EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV |
                                          EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
  for (const char* other : {"poll", "select"}) event_config_avoid_method(config.get(), other);
  base_.reset(event_base_new_with_config(config.get()));
  if (base_ == nullptr) return std::unexpected(system_error("open a libevent base on epoll", errno));
  return {};
}

std::expected<void, Error> LibeventWorker::run() {
  const int mode = context_.limits.busy_poll ? EVLOOP_NONBLOCK : EVLOOP_ONCE;
  while (!finished() && !guarded_.failure()) {
    arm_timer();
    expect_wait();
    if (event_base_loop(base_.get(), mode) < 0) {
      return std::unexpected(system_error("wait for events with libevent", errno));
    }
    guarded_([this] {
      turn();
      expire_deadlines();
    });
  }
  if (!guarded_.failure()) return {};
  cut_the_rest();
  return std::unexpected(*guarded_.failure());
}

bool LibeventWorker::watch_listener(bool watched) {
  return (watched ? event_add(listener_.get(), nullptr) : event_del(listener_.get())) == 0;
}

void LibeventWorker::set_timer(std::optional<std::chrono::nanoseconds> left) {
  if (!left) {
    event_del(timer_.get());
    return;
  }
  const auto whole = std::chrono::ceil<std::chrono::microseconds>(*left).count();
  const timeval time{.tv_sec = whole / 1'000'000, .tv_usec = whole % 1'000'000};
  event_add(timer_.get(), &time);
}

void LibeventWorker::open_connection(Accepted accepted) {
  ++context_.worker.totals.connections;
  LibeventConnection& connection = connections_.add(
      std::make_unique<LibeventConnection>(*this, context_.make_session(accepted.peer), context_));
  if (!adopt_socket(connection, std::move(accepted.fd))) return close(connection, CloseReason::kCut);
  const Next next = connection.talk.on_opened(turn());
  if (turn_.draining) return drain_connection(connection);
  obey(connection, next);
}

bool LibeventWorker::adopt_socket(LibeventConnection& connection, UniqueFd socket) {
  connection.stream.reset(bufferevent_socket_new(base_.get(), socket.get(), BEV_OPT_CLOSE_ON_FREE));
  bufferevent* const stream = connection.stream.get();
  if (stream == nullptr) return false;
  socket.release();
  bufferevent_set_max_single_read(stream, kReceiveBytes);
  bufferevent_set_max_single_write(stream, kMostPerWrite);
  const auto on_input = [](bufferevent*, void* data) {
    LibeventConnection& reader = connection_of(data);
    reader.worker.guarded_([&] { reader.worker.on_read(reader); });
  };
  const auto on_room = [](bufferevent*, void* data) {
    LibeventConnection& writer = connection_of(data);
    writer.worker.guarded_([&] { writer.worker.on_written(writer); });
  };
  const auto on_other = [](bufferevent*, short what, void* data) {
    LibeventConnection& ended = connection_of(data);
    ended.worker.guarded_([&] { ended.worker.on_event(ended, what); });
  };
  bufferevent_setcb(stream, on_input, on_room, on_other, &connection);
  return true;
}

void LibeventWorker::on_read(LibeventConnection& connection) {
  evbuffer* input = bufferevent_get_input(connection.stream.get());
  if (connection.talk.lingering()) return discard(connection, input);
  const bool cut = evbuffer_get_length(input) == kLibraryReads;
  if (const std::size_t waiting = cut ? unread_bytes(descriptor_of(connection)) : 0; waiting > 0) {
    if (!receive_rest(connection, input, waiting)) return close(connection, CloseReason::kReset);
    input = gathered_.get();
  }
  follow(connection, connection.talk.on_bytes(bytes_in(input), turn()), input);
  // Where that closed the connection, its buffers last as long as this callback.
  evbuffer_drain(input, evbuffer_get_length(input));
}

void LibeventWorker::discard(LibeventConnection& connection, evbuffer* input) {
  const std::size_t count = evbuffer_get_length(input);
  evbuffer_drain(input, count);
  if (connection.talk.on_discarded(count, turn()) == Next::kClose) {
    close(connection, connection.talk.close_reason());
  }
}

// Moves `input` to gathered_, and receives the `waiting` bytes behind it. False where the connection broke.
bool LibeventWorker::receive_rest(LibeventConnection& connection, evbuffer* input, std::size_t waiting) {
  const std::size_t size = std::min(kLibraryReads + waiting, kReceiveBytes);
  evbuffer_iovec space{};
  if (evbuffer_reserve_space(gathered_.get(), static_cast<ev_ssize_t>(size), &space, 1) != 1) {
    throw std::bad_alloc();
  }
  auto* const begin = static_cast<std::byte*>(space.iov_base);
  const auto moved = static_cast<std::size_t>(evbuffer_remove(input, begin, kLibraryReads));
  const ssize_t count = ::recv(descriptor_of(connection), begin + moved, size - moved, 0);
  if (count < 0 && errno != EAGAIN && errno != EINTR) return false;
  space.iov_len = moved + static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  evbuffer_commit_space(gathered_.get(), &space, 1);
  return true;
}

void LibeventWorker::on_event(LibeventConnection& connection, short what) {
  if ((what & BEV_EVENT_EOF) == 0) return close(connection, CloseReason::kReset);
  obey(connection, connection.talk.on_end(turn()));
}

// `input`: the buffer whose bytes the outbox may borrow, or nullptr.
void LibeventWorker::follow(LibeventConnection& connection, Next next, evbuffer* input) {
  while (next == Next::kReadOrMore) {
    const auto then = read_or_more(connection.talk, descriptor_of(connection), buffer_, turn());
    if (!then) return close(connection, CloseReason::kReset);
    next = *then;
    connection.talk.out().own();
  }
  if (next == Next::kSend) {
    if (connection.writing == 0) write(connection, 0, input);  // otherwise on_written() goes on
    return;
  }
  if (next == Next::kClose) return close(connection, connection.talk.close_reason());
  if (next == Next::kLinger) {
    ::shutdown(descriptor_of(connection), SHUT_WR);
    note_linger(connection);
  }
  bufferevent_enable(connection.stream.get(), EV_READ);
  connections_.note_deadline(connection);
}

void LibeventWorker::write(LibeventConnection& connection, std::size_t sent, evbuffer* input) {
  connection.talk.on_sending(sent, turn());
  connections_.note_deadline(connection);
  bufferevent_disable(connection.stream.get(), EV_READ);
  std::array<iovec, OutBuffer::kMaxPieces> gathered;
  const auto pieces = std::span(gathered).first(connection.talk.out().gather(gathered));
  evbuffer* const output = bufferevent_get_output(connection.stream.get());
  const auto came_in = input == nullptr ? std::span<const std::byte>{} : bytes_in(input);
  bool complete = !pieces.empty();
  if (pieces.size() == 1 && pieces[0].iov_base == came_in.data() && pieces[0].iov_len == came_in.size()) {
    complete = evbuffer_add_buffer(output, input) == 0;
  } else {
    for (const iovec& piece : pieces) complete = complete && add_to(output, piece, came_in);
  }
  if (!complete) return close(connection, CloseReason::kCut);
  connection.writing = evbuffer_get_length(output);
}

// The output buffer is empty.
void LibeventWorker::on_written(LibeventConnection& connection) {
  OutBuffer& out = connection.talk.out();
  const std::size_t sent = std::exchange(connection.writing, 0);
  out.advance(sent);
  if (!out.empty()) return write(connection, sent, nullptr);
  obey(connection, connection.talk.on_sent(sent, turn()));
}

void LibeventWorker::on_due(LibeventConnection& connection) {
  const std::size_t left = evbuffer_get_length(bufferevent_get_output(connection.stream.get()));
  if (left < connection.writing) {
    const std::size_t sent = connection.writing - left;
    connection.writing = left;
    connection.talk.out().advance(sent);
    connection.talk.on_sending(sent, turn());
    return connections_.note_deadline(connection);
  }
  obey(connection, connection.talk.on_deadline(turn()));
}

void LibeventWorker::close(LibeventConnection& connection, CloseReason reason) {
  const auto closing = connections_.take(connection);
  gate_.on_close();
  closing->talk.on_closed(reason);
}

}  // namespace suite
