// HTTP load on each driver that moves real bytes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tests/client/load_run_fixture.h"

namespace suite::test {

inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
inline constexpr std::string_view kLast =
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

/// Exactly the given answer to each request, always.
inline ScriptedServer::Behaviour always(std::string answer) {
  return answering_requests([answer = std::move(answer)](int) { return answer; });
}

/// Runs the plan and checks what holds for every run, whatever the server does.
inline LoadResult run_http_and_check(const LoadPlan& plan) {
  LoadResult result = run_and_check(plan);
  const LoadCounts& counts = result.counts;
  EXPECT_EQ(result.http_times.first_byte.count(), counts.completed);
  EXPECT_EQ(result.http_times.total.count(), counts.completed);
  EXPECT_EQ(result.http->responses(),
            counts.completed + counts.errors[ErrorKind::kStatus] + counts.errors[ErrorKind::kMismatch]);
  return result;
}

template <class Param>
class HttpOnDrivers : public OnDrivers<Param> {
 protected:
  /// 40 requests for a page on 4 connections.
  LoadPlan plan_for(const ScriptedServer& server) const {
    LoadPlan plan = OnDrivers<Param>::plan_for(server);
    plan.duration.reset();
    plan.requests = 40;
    plan.verify = Verify::kLength;
    plan.protocol = HttpPlan{.requests = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n"}};
    return plan;
  }
};

}  // namespace suite::test
