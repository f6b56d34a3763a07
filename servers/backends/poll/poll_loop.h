// poll(2), one thread: the baseline that shows why the others exist.
//
// Per echo: a share of one poll, one recv, one send, and no call at all where what is watched for changes.
// But each poll hands the whole list to the kernel, which looks at every socket in it, twice where it has to
// sleep; and the answer has to be searched for. A turn costs by the connections that are open, not by those
// that are ready: with a few busy ones that is nothing, with thousands of idle ones it is nearly all.
//
// The list is kept dense and in step with the connections, never rebuilt: the first two entries are the
// stop and the listener, each other one is a connection's, and the last one moves into the place of one that
// closes. Beyond that it is the epoll loop. It cannot wait like EPOLLEXCLUSIVE: workers that share a unix
// socket wake each other.
#pragma once

#include <poll.h>

#include <cstddef>
#include <expected>
#include <memory>
#include <vector>

#include "servers/loop.h"
#include "servers/loops/socket_worker.h"

namespace suite {

class PollLoop final : public Loop {
 public:
  std::expected<void, Error> run(LoopContext& context) override;
};

struct PollConnection : SocketConnection {
  using SocketConnection::SocketConnection;
  std::size_t place = 0;  // in the worker's list, where it is watched
};

/// One run of the loop: everything it opens lives as long as this.
class PollWorker final : SocketWorker<PollWorker, PollConnection> {
 public:
  explicit PollWorker(LoopContext& context);

  /// Until the drain is over.
  std::expected<void, Error> run();

 private:
  friend SocketWorker;
  friend WorkerFrame;

  static constexpr std::size_t kStop = 0, kListener = 1;

  void dispatch(int ready);

  bool watch(PollConnection& connection, Interest interest);
  void forget(PollConnection& connection);
  bool watch_listener(bool watched);
  void unwatch_stop() { list_[kStop].fd = -1; }

  std::vector<pollfd> list_;             // what poll(2) is given; descriptor -1: not watched now
  std::vector<PollConnection*> owners_;  // of the entries of list_; nullptr for the first two
};

}  // namespace suite
