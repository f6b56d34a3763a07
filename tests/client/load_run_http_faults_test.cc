// HTTP load on servers that misbehave.
#include <gtest/gtest.h>

#include <sys/socket.h>

#include "tests/client/load_run_http_fixture.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using test::kLast;
using test::kOk;
using test::receive;
using test::run_http_and_check;
using test::ScriptedServer;
using test::send_all;

class LoadRunHttpFaults : public test::HttpOnDrivers<DriverKind> {};
INSTANTIATE_TEST_SUITE_P(, LoadRunHttpFaults, test::drivers_of_sockets(), test::driver_name);

struct MalformedAnswer {
  const char* name;
  std::string answer;
};

class LoadRunAgainstWrongHttp : public test::HttpOnDrivers<test::OnDriver<MalformedAnswer>> {};

TEST_P(LoadRunAgainstWrongHttp, CountsMalformedResponses) {
  const std::string& answer = GetParam().what.answer;
  const ScriptedServer server([&answer](int fd, int) {
    receive(fd);
    send_all(fd, answer);
    while (!receive(fd).empty()) continue;  // the client is the one to end it
  });
  LoadPlan plan = plan_for(server);
  plan.requests = 8;
  const LoadResult result = run_http_and_check(plan);
  EXPECT_EQ(result.counts.errors[ErrorKind::kMalformed], 8U);
  EXPECT_EQ(result.counts.completed, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    , LoadRunAgainstWrongHttp,
    testing::ValuesIn(test::on_each_driver<MalformedAnswer>(
        {MalformedAnswer{"Garbage", "220 mail.example ESMTP\r\n"},
         MalformedAnswer{"BadStatus", "HTTP/1.1 xyz\r\n\r\n"},
         MalformedAnswer{"TwoLengths",
                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
         MalformedAnswer{"LengthAndChunked",
                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello"},
         MalformedAnswer{"BadChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
         MalformedAnswer{"TooLong", std::string(kOk) + "!"},
         MalformedAnswer{"Twice", std::string(kOk) + std::string(kOk)},
         MalformedAnswer{"TooLongAndLast", std::string(kLast) + "!"},
         MalformedAnswer{"Switching", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
         MalformedAnswer{"EndlessHead", "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'x')},
         MalformedAnswer{"EndlessFields",
                         [] {
                           std::string head = "HTTP/1.1 200 OK\r\n";
                           for (int i = 0; i < 10'000; ++i) head += "X: 01234567\r\n";
                           return head;
                         }()}})),
    test::case_name<MalformedAnswer>);

TEST_P(LoadRunHttpFaults, CountsABodyThatIsCutShort) {
  for (const std::size_t missing : {std::size_t{1}, std::size_t{5}, kOk.size() - 1}) {
    const ScriptedServer server([missing](int fd, int) {
      receive(fd);
      send_all(fd, kOk.substr(0, kOk.size() - missing));
    });
    LoadPlan plan = plan_for(server);
    plan.requests = 8;
    EXPECT_EQ(run_http_and_check(plan).counts.errors[ErrorKind::kClosedEarly], 8U);
  }
  const ScriptedServer server([](int fd, int) {  // a long one, which is being discarded
    receive(fd);
    send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(900'000, 'x'));
  });
  LoadPlan plan = plan_for(server);
  plan.requests = 4;
  EXPECT_EQ(run_http_and_check(plan).counts.errors[ErrorKind::kClosedEarly], 4U);
}

TEST_P(LoadRunHttpFaults, TimesOutAServerThatStallsInMidBody) {
  const ScriptedServer server([](int fd, int) {
    while (!receive(fd).empty()) send_all(fd, kOk.substr(0, kOk.size() - 2));
  });
  LoadPlan plan = plan_for(server);
  plan.timeout = 50ms;
  plan.requests = 4;
  EXPECT_EQ(run_http_and_check(plan).counts.errors[ErrorKind::kTimeout], 4U);
}

TEST_P(LoadRunHttpFaults, CountsResets) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  });
  EXPECT_EQ(run_http_and_check(plan_for(server)).counts.errors[ErrorKind::kReset], 40U);
}

}  // namespace
}  // namespace suite
