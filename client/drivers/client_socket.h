// What every driver of sockets does in the same way: it opens them with the options asked for, receives what
// the workload has an appetite for, and ends them.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "client/appetite.h"
#include "client/drivers/driver.h"
#include "client/load_plan.h"
#include "common/net/endpoint.h"
#include "common/net/unique_fd.h"

namespace suite {

/// An attempt to open a connection, as far as it has come.
struct Attempt {
  enum class Outcome : std::uint8_t {
    kConnected,
    kConnecting,  // the socket becomes writable when it is over; see pending_error()
    kBusy,        // a unix socket's queue is full
    kFailed,
  };
  Outcome outcome = Outcome::kFailed;
  int error_number = 0;  // of kFailed
  UniqueFd fd;
};

/// Connects a non-blocking socket, set as `sockets` says, to `target`. `source` is where from; nullptr: the
/// kernel chooses.
Attempt start_connecting(const Endpoint& target, const Endpoint* source, const SocketPlan& sockets);

/// Ends the sending side of `fd`, a TCP socket whose peer has ended its own. Whether that ended the
/// connection for both: the FIN is acknowledged, as it is at once where the peer is on this machine (RFC
/// 9293 3.6). Such a socket can connect_again().
bool finish_stream(int fd);

/// Connects `fd`, of which finish_stream() said that it can, to `target`, from a port of its own. It is a new
/// connection to everyone but this process, which is spared the closing, the opening and the setting of a
/// socket: a fifth of what an exchange over a new connection costs it. The options and the source it was
/// opened with stay.
Attempt connect_again(UniqueFd fd, const Endpoint& target);

/// What an attempt that was kConnecting ended with: errno, 0 where it is connected.
int pending_error(int fd);

/// Whether `fd` is closed by a reset from now on, whatever it was opened with. A peer that has closed its
/// side already is to be spared it.
void set_reset_on_close(int fd, bool reset);

/// One recv(2).
struct Reception {
  ssize_t count;          // as it says: bytes, 0 at the end, -1
  int error_number;       // of -1
  std::size_t asked_for;  // bytes
  bool discarded;         // the bytes were thrown away unseen (MSG_TRUNC): on TCP alone (tcp(7), unix(7))
};
/// Receives what `appetite` wants into `buffer`, or discards it where that is worth it and `can_discard`.
Reception receive_once(int fd, const Appetite& appetite, std::span<std::byte> buffer, bool can_discard);
/// Whether what was received is all that was asked for, on purpose less than the buffer holds: there may be
/// more to receive at once.
bool was_kept_short(const Reception& reception, std::size_t buffer_bytes);
/// Whether `appetite` asks for what only receive_once() can do.
bool wants_discarding(const Appetite& appetite);

/// Of a long body that nobody looks at, each segment would wake both ends up: the receiver asks to be woken
/// less often (SO_RCVLOWAT, socket(7)) while `left` bytes are still to be discarded. `low_water` is what was
/// last asked for on the socket, 1 at first. An end or a reset wakes it all the same.
void sleep_through(int fd, std::uint64_t left, int& low_water);

/// How a stream ended: `error_number` is what the last receive said, 0 for its end, or an earlier send.
Break break_of(int error_number);

/// What the kernel made of the buffer sizes asked for, where it is something else: sentences. Opens a socket
/// of the family for a moment.
std::vector<std::string> buffer_warnings(const SocketPlan& sockets, int family);

}  // namespace suite
