// HTTP load on servers that behave.
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <thread>

#include "tests/client/load_run_http_fixture.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::always;
using test::answering_requests;
using test::kOk;
using test::receive;
using test::run_http_and_check;
using test::ScriptedServer;
using test::send_all;

class LoadRunHttp : public test::HttpOnDrivers<DriverKind> {};
INSTANTIATE_TEST_SUITE_P(, LoadRunHttp, test::drivers_of_sockets(), test::driver_name);

struct Framing {
  const char* name;
  std::string answer;
  std::uint64_t body_bytes;
};

class LoadRunHttpFraming : public test::HttpOnDrivers<test::OnDriver<Framing>> {};

TEST_P(LoadRunHttpFraming, IsRead) {
  const Framing& framing = GetParam().what;
  const ScriptedServer server(always(framing.answer));
  for (const std::uint64_t depth : {1U, 7U}) {
    LoadPlan plan = plan_for(server);
    plan.depth = depth;
    const LoadResult result = run_http_and_check(plan);
    EXPECT_EQ(result.counts.completed, 40U);
    EXPECT_EQ(result.counts.reopened, 0U);
    EXPECT_EQ(result.http->body_bytes, 40 * framing.body_bytes);
    EXPECT_EQ(result.counts.bytes_received, 40 * framing.answer.size());
    EXPECT_EQ(result.http->kept_alive, 40U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    , LoadRunHttpFraming,
    testing::ValuesIn(test::on_each_driver<Framing>(
        {Framing{"Length", std::string(kOk), 5},
         Framing{"Chunked",
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                 "chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n",
                 5},
         Framing{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", 0},
         Framing{"NoContentWithACoding", "HTTP/1.1 204 None\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
         Framing{"RepeatedLength", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nab", 2},
         Framing{"LinesOfLf", "HTTP/1.1 200 OK\nContent-Length: 2\n\nab", 2},
         Framing{"EmptyLineBehind", std::string(kOk) + "\r\n", 5},
         Framing{"NotModified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 0},
         Framing{
             "InterimFirst",
             "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + std::string(kOk),
             5},
         Framing{"Empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
         Framing{"Http10KeptAlive", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
                 1}})),
    test::case_name<Framing>);

TEST_P(LoadRunHttp, KnowsThatAnswersToHeadHaveNoBody) {
  const ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"));
  LoadPlan plan = plan_for(server);
  std::get<HttpPlan>(plan.protocol).to_head = true;
  EXPECT_EQ(run_http_and_check(plan).counts.completed, 40U);
}

TEST_P(LoadRunHttp, ReadsAResponseThatComesByteByByte) {
  const ScriptedServer server([](int fd, int) {
    const std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n";
    while (!receive(fd).empty()) {
      for (const char& byte : answer) send_all(fd, {&byte, 1});
    }
  });
  LoadPlan plan = plan_for(server);
  plan.connections = 2;
  plan.requests = 6;
  const LoadResult result = run_http_and_check(plan);
  EXPECT_EQ(result.counts.completed, 6U);
  EXPECT_GT(result.counts.receives, 6U);
  EXPECT_LE(result.http_times.first_byte.max(), result.latency.max());
}

TEST_P(LoadRunHttp, MeasuresTheFirstByteApartFromTheLast) {
  const ScriptedServer server([](int fd, int) {
    while (!receive(fd).empty()) {
      send_all(fd, kOk.substr(0, 30));
      std::this_thread::sleep_for(30ms);  // what is measured, not waited for
      send_all(fd, kOk.substr(30));
    }
  });
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  plan.requests = 3;
  const LoadResult result = run_http_and_check(plan);
  EXPECT_GE(*result.latency.min(), 30ms);
  EXPECT_LE(*result.http_times.first_byte.min(), *result.latency.min() - 25ms);
}

TEST_P(LoadRunHttp, DiscardsLongBodiesExactly) {
  const std::string body(300'000, 'x');
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + body;
  for (const Verify verify : {Verify::kLength, Verify::kNone, Verify::kFull}) {
    const ScriptedServer server(always(answer));
    for (const std::uint64_t depth : {1U, 4U}) {
      LoadPlan plan = plan_for(server);
      plan.verify = verify;
      plan.depth = depth;
      const LoadResult result = run_http_and_check(plan);
      EXPECT_EQ(result.counts.completed, 40U);
      EXPECT_EQ(result.http->body_bytes, 40 * body.size());
      EXPECT_EQ(result.counts.bytes_received, 40 * answer.size());
    }
  }
}

TEST_P(LoadRunHttp, SpeaksToUnixSocketsWhereNothingCanBeDiscarded) {
  const test::TemporaryFolder folder;
  const ScriptedServer server(
      Endpoint::unix_socket(folder.file("http.sock")),
      always("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + std::string(300'000, 'x')));
  const LoadResult result = run_http_and_check(plan_for(server));
  EXPECT_EQ(result.counts.completed, 40U);
  EXPECT_EQ(result.http->body_bytes, 40 * 300'000U);
}

TEST_P(LoadRunHttp, ComparesBodiesWhenToldTo) {
  const ScriptedServer server(answering_requests([](int number) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + std::string(number % 2 == 0 ? "hello" : "HELLO");
  }));
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  EXPECT_EQ(run_http_and_check(plan).counts.completed, 40U);
  plan.verify = Verify::kFull;
  const LoadResult result = run_http_and_check(plan);
  EXPECT_EQ(result.counts.errors[ErrorKind::kMismatch], 20U);
  EXPECT_EQ(result.counts.reopened, 0U);
}

TEST_P(LoadRunHttp, CountsStatusesThatAreErrorsAndGoesOn) {
  const ScriptedServer server(answering_requests([](int number) -> std::string {
    if (number % 2 == 0) return std::string(kOk);
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone";
  }));
  for (const std::uint64_t depth : {1U, 10U}) {
    LoadPlan plan = plan_for(server);
    plan.connections = 1;
    plan.depth = depth;
    LoadResult result = run_http_and_check(plan);
    EXPECT_EQ(result.counts.completed, 20U);
    EXPECT_EQ(result.counts.errors[ErrorKind::kStatus], 20U);
    EXPECT_EQ(result.http->statuses[404], 20U);
    EXPECT_EQ(result.http->non_2xx(), 20U);
    EXPECT_EQ(result.counts.reopened, 0U);
    std::get<HttpPlan>(plan.protocol).ok = statuses(404, 404);
    result = run_http_and_check(plan);
    EXPECT_EQ(result.counts.errors[ErrorKind::kStatus], 20U);
    EXPECT_EQ(result.counts.completed, 20U);
    std::get<HttpPlan>(plan.protocol).ok = statuses(200, 499);
    EXPECT_EQ(run_http_and_check(plan).counts.completed, 40U);
  }
}

TEST_P(LoadRunHttp, TakesUrlsInTurnOverAllConnectionsAndThreads) {
  std::mutex mutex;
  std::map<std::string, int> seen;
  const ScriptedServer server([&](int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      {
        const std::lock_guard lock(mutex);
        ++seen[bytes];
      }
      send_all(fd, kOk);
    }
  });
  LoadPlan plan = plan_for(server);
  plan.threads = 2;
  std::get<HttpPlan>(plan.protocol).requests.clear();
  for (int i = 0; i < 20; ++i)
    std::get<HttpPlan>(plan.protocol).requests.push_back("GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n");
  run_http_and_check(plan);
  EXPECT_EQ(seen.size(), 20U);
  for (const auto& [request, times] : seen) EXPECT_EQ(times, 2) << request;
}

TEST_P(LoadRunHttp, ThrowsTheWarmUpAwayOfEveryCount) {
  const ScriptedServer server(always(std::string(kOk)));
  LoadPlan plan = plan_for(server);
  plan.warmup = 50ms;
  plan.requests = 10;
  plan.depth = 8;
  const LoadResult result = run_http_and_check(plan);
  EXPECT_EQ(result.counts.completed, 10U);
  EXPECT_EQ(result.http->responses(), 10U);
}

}  // namespace
}  // namespace suite
