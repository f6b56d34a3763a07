#include "tests/support/misbehaving_server.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/patience.h"
#include "tests/support/socket_layer.h"

namespace suite::test {
namespace {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using std::chrono::nanoseconds;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kFailed = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops";

nanoseconds as_duration(const timespec& time) {
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

// When the bytes arrived, on the clock that everything else is measured by; now, where the kernel has not
// said. A pause between the two clocks makes it later, so that no reply is held for less than is recorded.
TimePoint arrival_in(msghdr& message) {
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  const TimePoint now = Clock::now();
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec arrived{};
    std::memcpy(&arrived, CMSG_DATA(each), sizeof arrived);
    return now - std::max(as_duration(wall) - as_duration(arrived), nanoseconds(0));
  }
  return now;
}

// `due`, or the end of the stall that it lies in.
TimePoint after_stall(TimePoint due, TimePoint first_request, const Misbehaviour::Stall& stall) {
  nanoseconds into = due - (first_request + stall.after);
  if (into.count() < 0) return due;
  if (stall.period.count() > 0) into %= stall.period;
  return into < stall.length ? due + (stall.length - into) : due;
}

// One connection: requests are read as they come, and answered when they are due.
class Conversation {
 public:
  Conversation(int fd, const Misbehaviour& script, std::atomic<Clock::rep>& first_request)
      : fd_(fd),
        script_(script),
        first_request_(first_request),
        layer_(script.tls ? make_tls_server_layer() : nullptr) {}

  void run() {
    while (!broken_ && wait()) answer_due();
  }
  ServerTruth& truth() { return truth_; }

 private:
  struct Reply {
    TimePoint arrived, due;
    std::string bytes;
    enum class Then { kGoOn, kEnd, kBreak } then = Then::kGoOn;
    bool right = true;
  };
  enum class Mood { kAnswers, kAnswersOnce, kSwaps, kIsSilent };

  // Waits for requests, or for the next reply to be due; false at the stream's end.
  bool wait() {
    pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
    timespec left{};
    if (!replies_.empty()) {
      const nanoseconds time = std::max(replies_.front().due - Clock::now(), nanoseconds(0));
      left = {.tv_sec = time.count() / 1'000'000'000, .tv_nsec = time.count() % 1'000'000'000};
    }
    ::ppoll(&waiting, 1, replies_.empty() ? nullptr : &left, nullptr);
    return waiting.revents == 0 || receive();
  }

  bool receive() {
    std::array<char, 64 * 1024> buffer;
    alignas(cmsghdr) std::array<char, 256> control;
    iovec into{.iov_base = buffer.data(), .iov_len = buffer.size()};
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(fd_, &message, 0);
    if (count <= 0) return false;
    const TimePoint arrived = arrival_in(message);
    const std::string_view received(buffer.data(), static_cast<std::size_t>(count));
    if (layer_ == nullptr) {
      pending_ += received;
    } else {
      layer_->take(received, pending_);
      send_all(fd_, std::exchange(layer_->outgoing, {}));
    }
    for (std::size_t size = whole_request(); size > 0; size = whole_request()) {
      take(pending_.substr(0, size), arrived);
      pending_.erase(0, size);
    }
    return layer_ == nullptr || layer_->state() == SocketLayer::State::kOpen;
  }

  // The size of the first request that is there to its end; 0: none.
  std::size_t whole_request() const {
    if (script_.echo_bytes > 0) return pending_.size() >= script_.echo_bytes ? script_.echo_bytes : 0;
    const std::size_t end = pending_.find("\r\n\r\n");
    return end == std::string::npos ? 0 : end + 4;
  }

  void take(std::string request, TimePoint arrived) {
    Clock::rep none = 0;
    first_request_.compare_exchange_strong(none, arrived.time_since_epoch().count());
    ++truth_.requests;
    Reply reply{.arrived = arrived,
                .due = due(arrived),
                .bytes = script_.echo_bytes > 0 ? std::move(request) : std::string(kOk)};
    switch (mood_) {
      case Mood::kIsSilent:
        return;
      case Mood::kAnswers:
        if (script_.fault != Fault::kNone && ++number_ % script_.every == 0) {
          ++truth_.spoiled;
          return spoil(std::move(reply));
        }
        break;
      case Mood::kAnswersOnce:
        mood_ = Mood::kIsSilent;
        reply.right = false;  // though it is: the one before it was not
        break;
      case Mood::kSwaps:
        mood_ = Mood::kIsSilent;
        reply.right = false;
        reply.bytes += held_back_;
    }
    replies_.push_back(std::move(reply));
  }

  void spoil(Reply reply) {
    reply.right = false;
    mood_ = Mood::kIsSilent;
    switch (script_.fault) {
      case Fault::kWrongByte:
        reply.bytes.back() ^= 1;
        if (script_.echo_bytes == 0) mood_ = Mood::kAnswers;
        break;
      case Fault::kShifted:
        reply.bytes.erase(0, 1);
        break;
      case Fault::kShort:
        reply.bytes.pop_back();
        mood_ = Mood::kAnswersOnce;
        break;
      case Fault::kDropped:
        mood_ = Mood::kAnswersOnce;
        return;
      case Fault::kSwapped:
        mood_ = Mood::kSwaps;
        held_back_ = std::move(reply.bytes);
        return;
      case Fault::kStatus:
        reply.bytes = kFailed;
        mood_ = Mood::kAnswers;
        break;
      case Fault::kClose:
        reply.bytes.clear();
        reply.then = Reply::Then::kEnd;
        break;
      case Fault::kReset:
        reply.bytes.clear();
        reply.then = Reply::Then::kBreak;
        break;
      case Fault::kResetMidway:
        reply.bytes.resize(reply.bytes.size() / 2);
        reply.then = Reply::Then::kBreak;
        break;
      case Fault::kNone:
      case Fault::kSilence:
        return;
    }
    replies_.push_back(std::move(reply));
  }

  TimePoint due(TimePoint arrived) const {
    const TimePoint planned = arrived + script_.delay;
    if (!script_.stall) return planned;
    return after_stall(planned, TimePoint(Clock::duration(first_request_)), *script_.stall);
  }

  // Replies that are due go out together, up to one behind which the stream does not go on.
  void answer_due() {
    const TimePoint now = Clock::now();
    std::string bytes;
    Reply::Then then = Reply::Then::kGoOn;
    while (!replies_.empty() && replies_.front().due <= now && then == Reply::Then::kGoOn) {
      const Reply& reply = replies_.front();
      bytes += reply.bytes;
      then = reply.then;
      if (reply.right) {
        ++truth_.answered;
        truth_.held.record(now - reply.arrived);
      }
      replies_.pop_front();
    }
    send(bytes);
    if (then == Reply::Then::kEnd) end_sending();
    if (then == Reply::Then::kBreak) {
      reset_when_closed(fd_);
      broken_ = true;
    }
  }

  void send(std::string bytes) {
    if (layer_ != nullptr && !bytes.empty()) {
      layer_->write(bytes);
      bytes = std::exchange(layer_->outgoing, {});
    }
    send_all(fd_, bytes);
  }

  void end_sending() {
    if (layer_ != nullptr) {
      layer_->shut_down_sending();
      send_all(fd_, std::exchange(layer_->outgoing, {}));
    }
    ::shutdown(fd_, SHUT_WR);
  }

  const int fd_;
  const Misbehaviour& script_;
  std::atomic<Clock::rep>& first_request_;
  const std::unique_ptr<SocketLayer> layer_;  // null: bytes are sent as they are
  std::string pending_;                       // received, and no whole request yet
  std::deque<Reply> replies_;                 // in their order
  std::string held_back_;                     // the reply that the next one overtakes
  Mood mood_ = Mood::kAnswers;
  std::uint64_t number_ = 0;  // of the latest request, from 1
  bool broken_ = false;
  ServerTruth truth_;
};

}  // namespace

ServerTruth& ServerTruth::operator+=(const ServerTruth& other) {
  connections += other.connections;
  reset_on_accept += other.reset_on_accept;
  requests += other.requests;
  answered += other.answered;
  spoiled += other.spoiled;
  held.merge(other.held);
  return *this;
}

MisbehavingServer::MisbehavingServer(Misbehaviour script)
    : script_(script), server_([this](int fd, int number) { serve(fd, number); }) {}

void MisbehavingServer::serve(int fd, int number) {
  Conversation conversation(fd, script_, first_request_);
  ServerTruth& truth = conversation.truth();
  truth.connections = 1;
  if (script_.resets_every > 0 && (static_cast<unsigned>(number) + 1) % script_.resets_every == 0) {
    truth.reset_on_accept = 1;
    reset_when_closed(fd);
  } else {
    const int one = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    ::prctl(PR_SET_TIMERSLACK, 1);  // nanoseconds; by default a timer may be 50 us late
    conversation.run();
  }
  const std::lock_guard lock(mutex_);
  truth_ += truth;
}

ServerTruth MisbehavingServer::truth() const {
  ServerTruth found;
  eventually([&] {
    const std::lock_guard lock(mutex_);
    found = truth_;
    return found.connections == static_cast<std::uint64_t>(accepted());
  });
  return found;
}

}  // namespace suite::test
