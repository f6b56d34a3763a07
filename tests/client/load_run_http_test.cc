// HTTP load on servers that behave, and on servers that do not.
#include <gtest/gtest.h>

#include <sys/socket.h>

#include <map>
#include <mutex>

#include "client/load_run.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::answering_requests;
using test::receive;
using test::ScriptedServer;
using test::send_all;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kLast = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

LoadPlan plan_for(const ScriptedServer& server) {
  LoadPlan plan{.target = server.endpoint(),
                .connections = 4,
                .requests = 40,
                .timeout = 2s * test::kSlowdown,
                .verify = Verify::kLength};
  plan.http = HttpPlan{.requests = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n"}};
  return plan;
}

// Runs the plan and checks what holds for every run, whatever the server does.
LoadResult run(const LoadPlan& plan) {
  const auto interrupt = EventFd::open();
  auto result = run_load(plan, *interrupt);
  EXPECT_TRUE(result) << result.error().one_line();
  const LoadCounts& counts = result->counts;
  EXPECT_EQ(counts.sent, counts.completed + counts.errors.of_sent() + counts.in_flight_at_end);
  EXPECT_EQ(result->latency.count(), counts.completed + counts.errors[ErrorKind::kTimeout]);
  EXPECT_EQ(result->http_times.first_byte.count(), counts.completed);
  EXPECT_EQ(result->http_times.total.count(), counts.completed);
  EXPECT_EQ(result->http->responses(),
            counts.completed + counts.errors[ErrorKind::kStatus] + counts.errors[ErrorKind::kMismatch]);
  if (!plan.duration) {
    EXPECT_EQ(counts.completed + counts.errors.total(), *plan.requests);
  }
  return std::move(*result);
}

// Exactly the given answer to each request, always.
ScriptedServer::Behaviour always(std::string answer) {
  return answering_requests([answer = std::move(answer)](int) { return answer; });
}

// Ends the stream and lingers: closing with something unread would be a reset (RFC 9112 9.6).
void finish(int fd) {
  ::shutdown(fd, SHUT_WR);
  while (!receive(fd).empty()) continue;
}

// --- Responses that are right ---------------------------------------------------------------------------

struct Framing {
  const char* name;
  std::string answer;
  std::uint64_t body_bytes;
};

class LoadRunHttpFraming : public testing::TestWithParam<Framing> {};

TEST_P(LoadRunHttpFraming, IsRead) {
  const ScriptedServer server(always(GetParam().answer));
  for (const std::uint64_t depth : {1U, 7U}) {
    LoadPlan plan = plan_for(server);
    plan.depth = depth;
    const LoadResult result = run(plan);
    EXPECT_EQ(result.counts.completed, 40U);
    EXPECT_EQ(result.counts.reopened, 0U);
    EXPECT_EQ(result.http->body_bytes, 40 * GetParam().body_bytes);
    EXPECT_EQ(result.counts.bytes_received, 40 * GetParam().answer.size());
    EXPECT_EQ(result.http->kept_alive, 40U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    , LoadRunHttpFraming,
    testing::Values(Framing{"Length", std::string(kOk), 5},
                    Framing{"Chunked",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
                            "chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n",
                            5},
                    Framing{"NoContent", "HTTP/1.1 204 No Content\r\n\r\n", 0},
                    Framing{"NotModified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 0},
                    Framing{"InterimFirst",
                            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
                                std::string(kOk),
                            5},
                    Framing{"Empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
                    Framing{"Http10KeptAlive",
                            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", 1}),
    [](const auto& framing) { return framing.param.name; });

TEST(LoadRunHttp, KnowsThatAnswersToHeadHaveNoBody) {
  const ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"));
  LoadPlan plan = plan_for(server);
  plan.http->to_head = true;
  EXPECT_EQ(run(plan).counts.completed, 40U);
}

TEST(LoadRunHttp, ReadsAResponseThatComesByteByByte) {
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
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.completed, 6U);
  EXPECT_GT(result.counts.receives, 6U);
  EXPECT_LE(result.http_times.first_byte.max(), result.latency.max());
}

TEST(LoadRunHttp, MeasuresTheFirstByteApartFromTheLast) {
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
  const LoadResult result = run(plan);
  EXPECT_GE(*result.latency.min(), 30ms);
  EXPECT_LE(*result.http_times.first_byte.min(), *result.latency.min() - 25ms);
}

TEST(LoadRunHttp, DiscardsLongBodiesExactly) {
  const std::string body(300'000, 'x');
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + body;
  for (const Verify verify : {Verify::kLength, Verify::kNone, Verify::kFull}) {
    const ScriptedServer server(always(answer));
    for (const std::uint64_t depth : {1U, 4U}) {
      LoadPlan plan = plan_for(server);
      plan.verify = verify;
      plan.depth = depth;
      const LoadResult result = run(plan);
      EXPECT_EQ(result.counts.completed, 40U);
      EXPECT_EQ(result.http->body_bytes, 40 * body.size());
      EXPECT_EQ(result.counts.bytes_received, 40 * answer.size());
    }
  }
}

TEST(LoadRunHttp, SpeaksToUnixSocketsWhereNothingCanBeDiscarded) {
  const test::TemporaryFolder folder;
  const ScriptedServer server(
      Endpoint::unix_socket(folder.file("http.sock")),
      always("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + std::string(300'000, 'x')));
  const LoadResult result = run(plan_for(server));
  EXPECT_EQ(result.counts.completed, 40U);
  EXPECT_EQ(result.http->body_bytes, 40 * 300'000U);
}

TEST(LoadRunHttp, ComparesBodiesWhenToldTo) {
  const ScriptedServer server(answering_requests([](int number) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + std::string(number % 2 == 0 ? "hello" : "HELLO");
  }));
  LoadPlan plan = plan_for(server);
  plan.connections = 1;
  EXPECT_EQ(run(plan).counts.completed, 40U);
  plan.verify = Verify::kFull;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.errors[ErrorKind::kMismatch], 20U);
  EXPECT_EQ(result.counts.reopened, 0U);
}

// --- Statuses -------------------------------------------------------------------------------------------

TEST(LoadRunHttp, CountsStatusesThatAreErrorsAndGoesOn) {
  const ScriptedServer server(answering_requests([](int number) -> std::string {
    if (number % 2 == 0) return std::string(kOk);
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone";
  }));
  for (const std::uint64_t depth : {1U, 10U}) {
    LoadPlan plan = plan_for(server);
    plan.connections = 1;
    plan.depth = depth;
    LoadResult result = run(plan);
    EXPECT_EQ(result.counts.completed, 20U);
    EXPECT_EQ(result.counts.errors[ErrorKind::kStatus], 20U);
    EXPECT_EQ(result.http->statuses[404], 20U);
    EXPECT_EQ(result.http->non_2xx(), 20U);
    EXPECT_EQ(result.counts.reopened, 0U);
    plan.http->ok = statuses(404, 404);
    result = run(plan);
    EXPECT_EQ(result.counts.errors[ErrorKind::kStatus], 20U);
    EXPECT_EQ(result.counts.completed, 20U);
    plan.http->ok = statuses(200, 499);
    EXPECT_EQ(run(plan).counts.completed, 40U);
  }
}

// --- Connections that end -------------------------------------------------------------------------------

TEST(LoadRunHttp, OpensAConnectionForEachRequestWhereNoneIsKept) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    send_all(fd, kLast);
  });
  LoadPlan plan = plan_for(server);
  plan.http->keep_alive = false;
  plan.threads = 2;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.completed, 40U);
  EXPECT_GE(server.accepted(), 40);
  EXPECT_LE(server.accepted(), 44)
      << "no more than one without a request per connection, where others are quicker";
  EXPECT_EQ(result.http_times.connect.count(), 40U);
  EXPECT_EQ(result.http->kept_alive, 0U);
  EXPECT_GE(result.http_times.total.sum(), result.latency.sum());
}

TEST(LoadRunHttp, ClosesAConnectionItselfThatTheServerKeepsThoughAskedNotTo) {
  const ScriptedServer server(always(std::string(kOk)));
  LoadPlan plan = plan_for(server);
  plan.http->keep_alive = false;
  EXPECT_EQ(run(plan).counts.completed, 40U);
  EXPECT_GE(server.accepted(), 40);
}

TEST(LoadRunHttp, ClosesAConnectionItselfThatTheServerAnnouncedToCloseAndDoesNot) {
  const ScriptedServer server(always(std::string(kLast)));
  LoadPlan plan = plan_for(server);
  plan.requests = 4;
  plan.connections = 2;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.completed, 4U);
  EXPECT_GE(server.accepted(), 4);
}

TEST(LoadRunHttp, ReadsBodiesThatEndWithTheirConnection) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    send_all(fd, "HTTP/1.1 200 OK\r\n\r\nsome");
    send_all(fd, "thing");
    finish(fd);
  });
  for (const std::uint64_t depth : {1U, 3U}) {
    LoadPlan plan = plan_for(server);
    plan.depth = depth;
    const LoadResult result = run(plan);
    EXPECT_EQ(result.counts.completed, 40U) << depth;
    EXPECT_EQ(result.http->body_bytes, 40 * 9U);
  }
}

TEST(LoadRunHttp, TakesAnAnnouncedEndOfAConnectionAsNormalAndSendsAgainWhatWasBehindIt) {
  for (const std::uint64_t depth : {1U, 2U, 5U, 16U}) {
    const ScriptedServer server([](int fd, int) {  // five answers, and the end
      std::string pending;
      for (int answers = 0; answers < 5;) {
        const std::string bytes = receive(fd);
        if (bytes.empty()) return;
        pending += bytes;
        for (std::size_t end = pending.find("\r\n\r\n"); end != std::string::npos && answers < 5;
             end = pending.find("\r\n\r\n"), ++answers) {
          pending.erase(0, end + 4);
          send_all(fd, answers < 4 ? kOk : kLast);
        }
      }
      finish(fd);
    });
    LoadPlan plan = plan_for(server);
    plan.depth = depth;
    plan.connections = 2;
    const LoadResult result = run(plan);
    EXPECT_EQ(result.counts.completed, 40U) << depth;
    EXPECT_EQ(result.counts.errors.total(), 0U) << depth;
    EXPECT_GE(result.counts.reopened, 6U);
    EXPECT_EQ(result.counts.in_flight_at_end, 0U);
  }
}

TEST(LoadRunHttp, TakesUrlsInTurnOverAllConnectionsAndThreads) {
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
  plan.http->requests.clear();
  for (int i = 0; i < 20; ++i)
    plan.http->requests.push_back("GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n");
  run(plan);
  EXPECT_EQ(seen.size(), 20U);
  for (const auto& [request, times] : seen) EXPECT_EQ(times, 2) << request;
}

// --- Servers that misbehave -----------------------------------------------------------------------------

struct Wrong {
  const char* name;
  std::string answer;
};

class LoadRunAgainstWrongHttp : public testing::TestWithParam<Wrong> {};

TEST_P(LoadRunAgainstWrongHttp, CountsMalformedResponses) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    send_all(fd, GetParam().answer);
    while (!receive(fd).empty()) continue;  // the client is the one to end it
  });
  LoadPlan plan = plan_for(server);
  plan.requests = 8;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.errors[ErrorKind::kMalformed], 8U);
  EXPECT_EQ(result.counts.completed, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    , LoadRunAgainstWrongHttp,
    testing::Values(
        Wrong{"Garbage", "220 mail.example ESMTP\r\n"}, Wrong{"BadStatus", "HTTP/1.1 xyz\r\n\r\n"},
        Wrong{"TwoLengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
        Wrong{"LengthAndChunked",
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello"},
        Wrong{"BadChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
        Wrong{"TooLong", std::string(kOk) + "!"}, Wrong{"Twice", std::string(kOk) + std::string(kOk)},
        Wrong{"TooLongAndLast", std::string(kLast) + "!"},
        Wrong{"Switching", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
        Wrong{"EndlessHead", "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x')},
        Wrong{"EndlessFields",
              [] {
                std::string head = "HTTP/1.1 200 OK\r\n";
                for (int i = 0; i < 10'000; ++i) head += "X: 01234567\r\n";
                return head;
              }()}),
    [](const auto& wrong) { return wrong.param.name; });

TEST(LoadRunHttp, CountsABodyThatIsCutShort) {
  for (const std::size_t missing : {std::size_t{1}, std::size_t{5}, kOk.size() - 1}) {
    const ScriptedServer server([missing](int fd, int) {
      receive(fd);
      send_all(fd, kOk.substr(0, kOk.size() - missing));
    });
    LoadPlan plan = plan_for(server);
    plan.requests = 8;
    EXPECT_EQ(run(plan).counts.errors[ErrorKind::kClosedEarly], 8U);
  }
  const ScriptedServer server([](int fd, int) {  // a long one, which is being discarded
    receive(fd);
    send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(900'000, 'x'));
  });
  LoadPlan plan = plan_for(server);
  plan.requests = 4;
  EXPECT_EQ(run(plan).counts.errors[ErrorKind::kClosedEarly], 4U);
}

TEST(LoadRunHttp, TimesOutAServerThatStallsInMidBody) {
  const ScriptedServer server([](int fd, int) {
    while (!receive(fd).empty()) send_all(fd, kOk.substr(0, kOk.size() - 2));
  });
  LoadPlan plan = plan_for(server);
  plan.timeout = 50ms;
  plan.requests = 4;
  EXPECT_EQ(run(plan).counts.errors[ErrorKind::kTimeout], 4U);
}

TEST(LoadRunHttp, CountsResets) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  EXPECT_EQ(run(plan_for(server)).counts.errors[ErrorKind::kReset], 40U);
}

TEST(LoadRunHttp, ThrowsTheWarmUpAwayOfEveryCount) {
  const ScriptedServer server(always(std::string(kOk)));
  LoadPlan plan = plan_for(server);
  plan.warmup = 50ms;
  plan.requests = 10;
  plan.depth = 8;
  const LoadResult result = run(plan);
  EXPECT_EQ(result.counts.completed, 10U);
  EXPECT_EQ(result.http->responses(), 10U);
}

}  // namespace
}  // namespace suite
