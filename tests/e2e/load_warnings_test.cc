// What `suite load` says of servers and kernels that get in each other's way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <nlohmann/json.hpp>

#include "tests/support/child.h"
#include "tests/support/patience.h"
#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using test::ScriptedServer;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// Head and body by two sends, as many a small server does.
ScriptedServer::Behaviour in_two_sends(int nodelay) {
  return [nodelay](int fd, int) {
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, sizeof nodelay);
    while (!test::receive(fd).empty()) {
      test::send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
      test::send_all(fd, "hello");
    }
  };
}

struct Said {
  std::string errors;
  std::vector<std::string> warnings;
};

Said load(const ScriptedServer& server) {
  const test::Finished finished =
      test::run_to_end(test::suite_command({"load", "http://" + server.endpoint().to_string() + "/",
                                            "--conns", "4", "--secs", "800ms", "--format", "json"}));
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  return {.errors = finished.errors,
          .warnings = nlohmann::json::parse(finished.output)["runs"][0]["warnings"]};
}

TEST(LoadWarnings, NameNaglesAlgorithmOnStderrAndInTheJson) {
  const ScriptedServer server(in_two_sends(0));
  const Said said = load(server);
  EXPECT_THAT(said.errors, HasSubstr("where Nagle's algorithm waits for a delayed acknowledgement"));
  EXPECT_THAT(said.warnings, Contains(HasSubstr("Nagle")));
}

TEST(LoadWarnings, DoNotNameNaglesAlgorithmWhereItIsTurnedOff) {
  const ScriptedServer server(in_two_sends(1));
  EXPECT_THAT(load(server).warnings, Not(Contains(HasSubstr("Nagle"))));
}

TEST(LoadWarnings, SayWhatToUseWhereAnEchoIsAskedOfAServerOfHttp) {
  const ScriptedServer server([](int fd, int) {
    test::receive(fd);
    test::send_all(fd, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  });
  const std::string target = server.endpoint().to_string();
  const test::Finished finished =
      test::run_to_end(test::suite_command({"load", target, "--conns", "2", "--secs", "200ms", "--quiet"}));
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(finished.errors,
            "suite load: no request succeeded: the reply is HTTP: use http://" + target + "/\n");
}

TEST(LoadWarnings, NameAnswersThatAreAllRedirects) {
  const ScriptedServer server([](int fd, int) {
    while (!test::receive(fd).empty()) {
      test::send_all(fd, "HTTP/1.1 301 Moved\r\nLocation: /there/\r\nContent-Length: 0\r\n\r\n");
    }
  });
  EXPECT_THAT(load(server).warnings, Contains(HasSubstr("every answer was a redirect (301)")));
}

}  // namespace
}  // namespace suite
