// Runs whose report is held against what the server says it did.
#pragma once

#include <gtest/gtest.h>

#include <sched.h>

#include <chrono>
#include <string>

#include "client/drivers/tls/tls_client.h"
#include "tests/client/load_run_fixture.h"
#include "tests/support/misbehaving_server.h"
#include "tests/support/patience.h"

namespace suite::test {

/// Four connections of 64-byte echoes, each with one request at a time; for how long, or how many, is to be
/// said.
inline LoadPlan echo_plan(const MisbehavingServer& server, DriverKind driver = DriverKind::kEpoll) {
  LoadPlan plan{.target = server.endpoint(),
                .connections = 4,
                .timeout = std::chrono::seconds(2) * kSlowdown,
                .protocol = EchoPlan{.payload = {.text = {}, .size = 64}},
                .driver = driver};
  if (server.speaks_tls()) plan.tls = TlsClientOptions{.name = "127.0.0.1", .verify = false};
  return plan;
}

/// The same over HTTP.
inline LoadPlan http_plan(const MisbehavingServer& server, DriverKind driver = DriverKind::kEpoll) {
  LoadPlan plan = echo_plan(server, driver);
  plan.protocol = HttpPlan{.requests = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n"}};
  return plan;
}

/// Why there is nothing to be loaded over TLS in this build; empty: there is.
inline std::string why_no_tls() {
  const auto usable = check_tls({.verify = false});
  return usable ? std::string() : usable.error().one_line();
}

/// While it lives, this thread and those it starts need not queue behind other programs for a core: real-time
/// priority, where this process may take it. Where it may not, all is as usual.
class Promptly {
 public:
  Promptly() {
    const sched_param lowest{.sched_priority = 1};
    ::sched_setscheduler(0, SCHED_RR, &lowest);
  }
  Promptly(const Promptly&) = delete;
  ~Promptly() {
    const sched_param none{.sched_priority = 0};
    ::sched_setscheduler(0, SCHED_OTHER, &none);
  }
};

/// What a client may report of a latency that the server knows: the way of a reply to the client is in it,
/// and the width of a bucket. Sanitizers make that way longer.
inline std::chrono::nanoseconds most_of(std::chrono::nanoseconds truth) {
  return truth + truth / 50 + std::chrono::microseconds(50) * kSlowdown;
}
inline std::chrono::nanoseconds least_of(std::chrono::nanoseconds truth) { return truth - truth / 500; }

/// How many values lie at or above `least`.
inline std::uint64_t count_from(const LatencyHistogram& histogram, std::chrono::nanoseconds least) {
  std::uint64_t count = 0;
  for (const auto& bucket : histogram.buckets()) {
    if (bucket.lowest >= static_cast<std::uint64_t>(least.count())) count += bucket.count;
  }
  return count;
}

}  // namespace suite::test
