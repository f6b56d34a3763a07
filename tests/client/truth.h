// Runs whose report is held against what the server says it did.
#pragma once

#include <gtest/gtest.h>

#include <sched.h>

#include <chrono>
#include <utility>

#include "client/load_run.h"
#include "tests/support/misbehaving_server.h"
#include "tests/support/patience.h"

namespace suite::test {

/// Four connections of 64-byte echoes, each with one request at a time; for how long, or how many, is to be
/// said.
inline LoadPlan echo_plan(const MisbehavingServer& server) {
  return {.target = server.endpoint(),
          .connections = 4,
          .timeout = std::chrono::seconds(2) * kSlowdown,
          .payload = {.text = {}, .size = 64}};
}

/// The same over HTTP.
inline LoadPlan http_plan(const MisbehavingServer& server) {
  LoadPlan plan = echo_plan(server);
  plan.http = HttpPlan{.requests = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n"}};
  return plan;
}

/// Runs the plan, and expects of it what holds for every run.
inline LoadResult run_reconciled(const LoadPlan& plan) {
  const auto interrupt = EventFd::open();
  auto result = run_load(plan, *interrupt);
  EXPECT_TRUE(result) << result.error().one_line();
  const LoadCounts& counts = result->counts;
  const std::uint64_t shed = result->rate ? result->rate->shed : 0;  // counted as timeouts, and never sent
  EXPECT_EQ(counts.sent, counts.completed + counts.errors.of_sent() - shed + counts.in_flight_at_end);
  return std::move(*result);
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
