// What the kernel's TCP counts for itself, of which a program that opens connections learns nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <istream>

#include "common/base/error.h"

namespace suite {

/// Counts since the start, or in a time, of all sockets of a network namespace: others' are among them.
/// The names are those of /proc/net/netstat, in words.
struct KernelCounters {
  std::uint64_t listen_overflows = 0;      // handshakes that ended at a full accept queue (ListenOverflows)
  std::uint64_t listen_drops = 0;          // SYNs and handshakes dropped by listeners, those among them
  std::uint64_t syn_queue_full_drops = 0;  // SYNs dropped because the SYN queue was full (TCPReqQFullDrop)
  std::uint64_t syn_cookies = 0;           // answered with a cookie instead (TCPReqQFullDoCookies)
  std::uint64_t syn_retransmissions = 0;   // SYNs sent again, 1 s, 3 s, 7 s after the first (TCPSynRetrans)
  std::uint64_t delayed_acks = 0;  // acknowledgements that waited for their timer, 40 ms (DelayedACKs)

  bool operator==(const KernelCounters&) const = default;
};

/// What was counted between `before` and `after`.
KernelCounters operator-(const KernelCounters& after, const KernelCounters& before);

/// Reads the form of /proc/net/netstat: lines in pairs, names and then values. A name that is missing counts
/// nothing.
KernelCounters parse_kernel_counters(std::istream& netstat);

/// Those of the calling thread's network namespace.
std::expected<KernelCounters, Error> read_kernel_counters();

}  // namespace suite
