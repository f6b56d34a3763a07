// What a worker counted, for the line a server prints when it ends.
#pragma once

#include <chrono>
#include <cstdint>

namespace suite {

/// Written by one worker, read by others after it ended. Plain integers, so that it can live in memory
/// that is shared between processes.
struct WorkerTotals {
  std::uint64_t connections = 0;  // accepted
  std::uint64_t requests = 0;     // answered; for echo: reads answered
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t resets = 0;          // connections that the peer broke
  std::uint64_t timeouts = 0;        // closed for being idle, or for not reading
  std::uint64_t cut = 0;             // not finished when the drain's time was over, or whose file changed
  std::uint64_t accept_pauses = 0;   // times that accepting waited for a descriptor, memory or a thread
  std::uint64_t bound_reached = 0;   // times that it waited because of the bound on connections
  std::uint64_t unlogged = 0;        // lines that the access log lost
  std::uint64_t tls_handshakes = 0;  // full ones
  std::uint64_t tls_resumed = 0;     // that went on with an earlier session
  std::uint64_t tls_failures = 0;    // connections that ended by a fault of TLS
  std::chrono::nanoseconds cpu{};    // user and system time

  WorkerTotals& operator+=(const WorkerTotals& other) {
    connections += other.connections;
    requests += other.requests;
    bytes_received += other.bytes_received;
    bytes_sent += other.bytes_sent;
    resets += other.resets;
    timeouts += other.timeouts;
    cut += other.cut;
    accept_pauses += other.accept_pauses;
    bound_reached += other.bound_reached;
    unlogged += other.unlogged;
    tls_handshakes += other.tls_handshakes;
    tls_resumed += other.tls_resumed;
    tls_failures += other.tls_failures;
    cpu += other.cpu;
    return *this;
  }
};

}  // namespace suite
