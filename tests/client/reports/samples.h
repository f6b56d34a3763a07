// Runs made by hand, with round figures, for the tests of all reports.
#pragma once

#include <chrono>

#include "client/reports/report.h"

namespace suite::test {

/// 7 connections to an echo, 2 threads, depth 3, for 1.5 s.
inline LoadSettings echo_settings() {
  using namespace std::chrono_literals;
  LoadPlan plan{.target = resolve("127.0.0.1", 3900)->front(), .connections = 7, .threads = 2, .depth = 3};
  plan.duration = 1500ms;
  plan.protocol = EchoPlan{.payload = {.text = {}, .size = 64}};
  return {.plan = plan,
          .target = "localhost:3900",
          .payload = PayloadSettings{.flags = "--size 64", .bytes = 64}};
}

/// 1,000 requests of 1 to 1,000 us and five errors.
inline LoadResult echo_result() {
  using namespace std::chrono_literals;
  LoadResult result{.connections_asked = 7, .connections_opened = 7, .threads = 2, .driver = "epoll"};
  result.counts = {.completed = 1000, .sent = 1010, .in_flight_at_end = 5, .reopened = 1};
  result.counts.errors[ErrorKind::kReset] = 3;
  result.counts.errors[ErrorKind::kTimeout] = 2;
  for (int i = 1; i <= 1000; ++i) result.latency.record(std::chrono::microseconds(i));
  result.measured = 1500ms;
  result.client_cpu = 20ms;
  result.series = {{.length = 1s, .completed = 700, .errors = 5, .p50 = 500us, .p99 = 990us},
                   {.length = 500ms, .completed = 300}};
  result.thread_use = {
      {.cpu = 15ms, .elapsed = 1500ms, .voluntary_switches = 1000, .involuntary_switches = 3},
      {.cpu = 750ms, .elapsed = 1500ms, .voluntary_switches = 234, .involuntary_switches = 4}};
  result.kernel = KernelCounters{.listen_drops = 3, .delayed_acks = 7};
  result.idle_share = 0.25;
  return result;
}

/// The same as an open loop of 667.5 requests per second that come as they like.
inline LoadSettings open_settings() {
  LoadSettings settings = echo_settings();
  settings.plan.rate = {.per_second = 667.5, .arrivals = RatePlan::Arrivals::kPoisson};
  return settings;
}

inline LoadResult open_result() {
  LoadResult result = echo_result();
  result.rate = RateResult{.asked = 667.5,
                           .achieved = 666,
                           .due = 1001,
                           .missed = 12,
                           .shed = 1,
                           .drained = 4,
                           .lag = {},
                           .service = {}};
  for (int i = 1; i <= 1000; ++i) {
    result.rate->lag.record(std::chrono::nanoseconds(i));
    result.rate->service.record(std::chrono::microseconds(i) / 2);
  }
  return result;
}

/// One page over and over.
inline LoadSettings http_settings() {
  LoadSettings settings = echo_settings();
  settings.plan.protocol = HttpPlan{.requests = {""}};
  settings.payload.reset();
  settings.http =
      HttpSettings{.name = {.host = "localhost", .port = 8080, .protocol = Protocol::kHttp, .path = "/a?b"},
                   .method = "GET",
                   .headers = {"Accept: text/html"},
                   .ok_status = "1xx-3xx"};
  return settings;
}

inline LoadResult http_result() {
  LoadResult result = echo_result();
  result.http = HttpCounts{.body_bytes = 127'000, .kept_alive = 1000};
  result.http->statuses[200] = 990;
  result.http->statuses[404] = 10;
  result.http_times.first_byte = result.http_times.total = result.latency;
  return result;
}

}  // namespace suite::test
