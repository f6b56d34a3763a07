#include "cmd/bench/worker_totals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "cmd/serve/totals_line.h"

namespace suite::bench {
namespace {

TEST(WorkerTotals, HaveTheRequestsOfEachWorkerAsServersPrintThem) {
  WorkerTotals first, second;
  first.connections = 1;
  first.requests = 1'234'567;
  second.requests = 1;
  const std::string text =
      "listening on 127.0.0.1:3100 (epoll, 2 workers)\nserved 9 connections, 9 requests\n" +
      ("  worker 0: " + totals_line(first)) + "\n  worker 1: " + totals_line(second) + "\n";
  EXPECT_THAT(worker_requests_in(text), testing::ElementsAre(1'234'567, 1));
}

TEST(WorkerTotals, AreNothingWhereAServerHasNone) {
  for (const char* text :
       {"", "\n", "served 5 connections, 7 requests\n", "  worker 0: 5 connections\n",
        "  worker 0: 5 connections, x requests\n", "  worker 1: 5 connections, 7 requests\n",
        "  worker 0: 5 connections, 99999999999999999999 requests\n"}) {
    EXPECT_THAT(worker_requests_in(text), testing::IsEmpty()) << text;
  }
}

TEST(WorkerTotals, AreReadWhereverTheTextIsCutOff) {
  const std::string text =
      "  worker 0: 5 connections, 17 requests, 1 B in\n  worker 1: 6 connections, 8 requests\n";
  for (std::size_t end = 0; end <= text.size(); ++end) {
    const auto requests = worker_requests_in(text.substr(0, end));
    if (!requests.empty()) {
      EXPECT_EQ(requests[0], 17U) << end;
    }
  }
  EXPECT_EQ(worker_requests_in(text).size(), 2U);
}

}  // namespace
}  // namespace suite::bench
