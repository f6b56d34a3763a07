// The part of the fault injector that is for io_uring: what is submitted is looked at before the kernel sees
// it. A call that is to fail becomes a "nop" whose completion has the error (IORING_NOP_INJECT_RESULT,
// Linux 6.10); on an older kernel nothing fails. One that is to be short asks for less, and says so in a
// completion.
#include <liburing.h>

#include "tests/conformance/fault_rules.h"

namespace {

using suite::test::real;
using suite::test::Strike;
using suite::test::strike;

constexpr std::uint32_t kInjectResult = 1;

void turn_into_failure(io_uring_sqe& entry, int error_number) {
  const std::uint64_t user_data = entry.user_data;
  entry = {};
  entry.opcode = IORING_OP_NOP;
  entry.rw_flags = kInjectResult;
  entry.len = static_cast<std::uint32_t>(-error_number);
  entry.user_data = user_data;
}

bool can_inject() {
  io_uring ring{};
  if (::io_uring_queue_init(2, &ring, 0) != 0) return false;
  turn_into_failure(*::io_uring_get_sqe(&ring), ENOBUFS);
  static const auto submit = real<int(io_uring*)>("io_uring_submit");
  submit(&ring);
  io_uring_cqe* completion = nullptr;
  const bool works = ::io_uring_wait_cqe(&ring, &completion) == 0 && completion->res == -ENOBUFS;
  ::io_uring_queue_exit(&ring);
  return works;
}

void change(io_uring_sqe& entry) {
  const bool sends = entry.opcode == IORING_OP_SEND || entry.opcode == IORING_OP_SENDMSG;
  const Strike struck = sends                              ? strike("send")
                        : entry.opcode == IORING_OP_RECV   ? strike("recv")
                        : entry.opcode == IORING_OP_ACCEPT ? strike("accept")
                                                           : Strike{};
  if (struck.error_number != 0) return turn_into_failure(entry, struck.error_number);
  if (entry.opcode != IORING_OP_SEND) return;
  const Strike some = strike("send_some");
  if (some.most == 0) return;
  entry.len = static_cast<std::uint32_t>(some.shortened(entry.len));
  entry.flags &= static_cast<std::uint8_t>(~IOSQE_CQE_SKIP_SUCCESS);
}

void change_what_is_new(io_uring& ring) {
  static const bool works = can_inject();
  if (!works) return;
  for (unsigned i = ring.sq.sqe_head; i != ring.sq.sqe_tail; ++i) change(ring.sq.sqes[i & ring.sq.ring_mask]);
}

}  // namespace

extern "C" {

int io_uring_submit(io_uring* ring) {
  static const auto call = real<int(io_uring*)>("io_uring_submit");
  change_what_is_new(*ring);
  return call(ring);
}

int io_uring_submit_and_wait(io_uring* ring, unsigned count) {
  static const auto call = real<int(io_uring*, unsigned)>("io_uring_submit_and_wait");
  change_what_is_new(*ring);
  return call(ring, count);
}

int io_uring_submit_and_get_events(io_uring* ring) {
  static const auto call = real<int(io_uring*)>("io_uring_submit_and_get_events");
  change_what_is_new(*ring);
  return call(ring);
}

int io_uring_submit_and_wait_timeout(io_uring* ring, io_uring_cqe** completion, unsigned count,
                                     __kernel_timespec* patience, sigset_t* mask) {
  using Function = int(io_uring*, io_uring_cqe**, unsigned, __kernel_timespec*, sigset_t*);
  static const auto call = real<Function>("io_uring_submit_and_wait_timeout");
  change_what_is_new(*ring);
  return call(ring, completion, count, patience, mask);
}

}  // extern "C"
