// Real clients and load generators against serve-http. One that is not installed is skipped, and that is
// said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "tests/support/child.h"
#include "tests/support/programs.h"
#include "tests/support/server.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using test::Finished;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class HttpClients : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::ofstream(folder_.file("page.html")) << kPage;
    std::ofstream(folder_.file("large"), std::ios::binary) << large_;
    server_.emplace(test::ServerOptions{.verb = "serve-http",
                                        .backend = GetParam(),
                                        .flags = {"--root", folder_.file(""), "--workers", "2"}});
    ASSERT_TRUE(server_->running()) << server_->child().errors();
  }
  std::string url(const std::string& path) const {
    return "http://" + server_->endpoint().to_string() + path;
  }
  static Finished run(const std::string& program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program);
    Finished finished = test::run_to_end({.arguments = std::move(arguments)});
    EXPECT_EQ(finished.status, test::exited(0)) << finished.output << finished.errors;
    return finished;
  }
  // Every request was answered, and the server knows of as many.
  void expect_served(const std::string& begin) {
    ASSERT_EQ(server_->stop(), test::exited(0)) << server_->child().errors();
    EXPECT_THAT(server_->totals(), HasSubstr(begin));
  }

  static constexpr std::string_view kPage = "<html>forty bytes, as others do</html>\n";
  const std::string large_ = test::noise(954'824);
  test::TemporaryFolder folder_;
  std::optional<test::Server> server_;
};
INSTANTIATE_TEST_SUITE_P(Backends, HttpClients, testing::Values("epoll", "prefork"),
                         [](const auto& each) { return each.param; });

TEST_P(HttpClients, CurlGetsFiles) {
  SUITE_FIND(curl, "curl");
  EXPECT_EQ(run(*curl, {"-sS", "--fail", url("/page.html")}).output, kPage);
  EXPECT_TRUE(run(*curl, {"-sS", "--fail", url("/large")}).output == large_);
  EXPECT_EQ(run(*curl, {"-sS", "--fail", "--http1.0", url("/page.html")}).output, kPage);
  EXPECT_EQ(run(*curl, {"-sS", "--fail", "-d", "a=b", "-X", "GET", url("/page.html")}).output, kPage);
}

TEST_P(HttpClients, CurlReusesItsConnection) {
  SUITE_FIND(curl, "curl");
  const std::string output =
      run(*curl, {"-sS", "-o", "/dev/null", "-o", "/dev/null", "-o", "/dev/null", "-w",
                  "%{num_connects} %{http_code}\n", url("/page.html"), url("/none"), url("/large")})
          .output;
  EXPECT_EQ(output, "1 200\n0 404\n0 200\n");
}

TEST_P(HttpClients, CurlAsksConditionallyAndForParts) {
  SUITE_FIND(curl, "curl");
  const std::string head = run(*curl, {"-sS", "-I", url("/large")}).output;
  EXPECT_THAT(head, HasSubstr("Content-Length: 954824\r\n"));
  const std::string copy = folder_.file("copy");
  std::ofstream(copy, std::ios::binary) << large_.substr(0, 500'000);
  EXPECT_EQ(run(*curl, {"-sS", "-C", "-", "-o", copy, "-w", "%{http_code}", url("/large")}).output, "206");
  std::ostringstream whole;
  whole << std::ifstream(copy, std::ios::binary).rdbuf();
  EXPECT_TRUE(whole.str() == large_);
  EXPECT_EQ(run(*curl, {"-sS", "-z", copy, "-w", "%{http_code}", url("/page.html")}).output, "304");
}

TEST_P(HttpClients, CurlReadsTheAnswerToAnUploadThatIsRefused) {
  SUITE_FIND(curl, "curl");
  const std::string file = folder_.file("large");
  for (const char* expect : {"Expect:", "Expect: 100-continue"}) {
    const std::string output =
        run(*curl, {"-sS", "-T", file, "-H", expect, "-w", "%{http_code}", url("/upload")}).output;
    EXPECT_THAT(output, MatchesRegex("405 [^0-9]*405")) << expect;
  }
}

TEST_P(HttpClients, AbCountsNoFailure) {
  SUITE_FIND(ab, "ab");
  for (const bool keep : {true, false}) {
    std::vector<std::string> arguments{"-q", "-n", "2000", "-c", "20", url("/page.html")};
    if (keep) arguments.insert(arguments.begin(), "-k");
    const std::string report = run(*ab, arguments).output;
    EXPECT_THAT(report, HasSubstr("Complete requests:      2000\n"));
    EXPECT_THAT(report, HasSubstr("Failed requests:        0\n"));
    EXPECT_THAT(report, HasSubstr("Server Software:        suite/"));
    EXPECT_THAT(report, Not(HasSubstr("Non-2xx")));
    EXPECT_EQ(report.find("Keep-Alive requests:    2000\n") != std::string::npos, keep) << report;
  }
  expect_served("4,000 requests");
}

TEST_P(HttpClients, WrkSeesNoError) {
  SUITE_FIND(wrk, "wrk");
  const std::string report = run(*wrk, {"-t", "1", "-c", "20", "-d", "1s", url("/large")}).output;
  EXPECT_THAT(report, HasSubstr("Requests/sec:"));
  EXPECT_THAT(report, Not(HasSubstr("Socket errors")));
  EXPECT_THAT(report, Not(HasSubstr("Non-2xx")));
}

TEST_P(HttpClients, H2loadGetsEveryPipelinedAnswer) {
  SUITE_FIND(h2load, "h2load");
  const std::string report =
      run(*h2load, {"--h1", "-n", "10000", "-c", "10", "-m", "16", url("/page.html")}).output;
  EXPECT_THAT(report, HasSubstr("10000 succeeded, 0 failed, 0 errored, 0 timeout"));
  EXPECT_THAT(report, HasSubstr("status codes: 10000 2xx, 0 3xx, 0 4xx, 0 5xx"));
  expect_served("10,000 requests");
}

}  // namespace
}  // namespace suite
