// Real clients of HTTP/2 against serve-http, in the clear and over TLS. One that is not installed is skipped,
// and that is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>

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

class Http2Clients : public testing::Test {
 protected:
  Http2Clients() {
    std::ofstream(folder_.file("page.html")) << kHttp2Page;
    std::ofstream(folder_.file("large"), std::ios::binary) << large_;
  }
  void serve(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"--root", folder_.file("")});
    server_.emplace(test::ServerOptions{.verb = "serve-http", .flags = std::move(flags)});
    ASSERT_TRUE(server_->running()) << server_->child().errors();
  }
  std::string url(const std::string& path, const std::string& scheme = "http") const {
    return scheme + "://" + server_->endpoint().to_string() + path;
  }
  static Finished run(const std::string& program, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program);
    return test::run_to_end({.arguments = std::move(arguments)});
  }

  static constexpr std::string_view kHttp2Page = "<html>forty bytes, as others do</html>\n";
  const std::string large_ = test::noise(954'824);
  test::TemporaryFolder folder_;
  std::optional<test::Server> server_;
};

TEST_F(Http2Clients, CurlSpeaksEitherVersionInTheClear) {
  SUITE_FIND(curl, "curl");
  serve({});
  const std::vector<std::string> show = {"-sS", "-w", " HTTP/%{http_version}"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), show.begin(), show.end());
    return run(*curl, std::move(more)).output;
  };
  EXPECT_EQ(with({"--http2-prior-knowledge", url("/page.html")}), std::string(kHttp2Page) + " HTTP/2");
  EXPECT_EQ(with({url("/page.html")}), std::string(kHttp2Page) + " HTTP/1.1");
  EXPECT_TRUE(with({"--http2-prior-knowledge", url("/large")}) == large_ + " HTTP/2");
  EXPECT_EQ(with({"--http2-prior-knowledge", "-d", "@" + folder_.file("large"), "-o", "/dev/null",
                  url("/page.html")}),
            " HTTP/2");
}

TEST_F(Http2Clients, CurlAgreesOnAVersionOverTls) {
  SUITE_FIND(curl, "curl");
  const auto agreed = [&](const std::string& flag) {
    return run(*curl, {"-sSk", flag, "-o", "/dev/null", "-w", "%{http_version} %{size_download}",
                       url("/large", "https")})
        .output;
  };
  serve({"--tls-self-signed"});
  EXPECT_EQ(agreed("--http2"), "2 954824");
  EXPECT_EQ(agreed("--http1.1"), "1.1 954824");
  EXPECT_EQ(agreed("--no-alpn"), "1.1 954824");
  serve({"--tls-self-signed", "--http", "1.1"});
  EXPECT_EQ(agreed("--http2"), "1.1 954824");
  serve({"--tls-self-signed", "--http", "2"});
  EXPECT_EQ(agreed("--http2"), "2 954824");
  EXPECT_THAT(agreed("--http1.1"), MatchesRegex("0? ?.*0"));  // no_application_protocol
}

TEST_F(Http2Clients, CurlIsToldWhereOnlyHttp2IsSpoken) {
  SUITE_FIND(curl, "curl");
  serve({"--http", "2"});
  EXPECT_EQ(run(*curl, {"-sS", "--http2-prior-knowledge", url("/page.html")}).output, kHttp2Page);
  EXPECT_THAT(run(*curl, {"-sS", url("/page.html")}).output, HasSubstr("HTTP/2 only"));
}

TEST_F(Http2Clients, H2loadIsAnsweredEveryRequest) {
  SUITE_FIND(h2load, "h2load");
  for (const bool tls : {false, true}) {
    serve(tls ? std::vector<std::string>{"--tls-self-signed"} : std::vector<std::string>{});
    const std::string scheme = tls ? "https" : "http";
    const auto small = run(*h2load, {"-n2000", "-c4", "-m100", url("/page.html", scheme)});
    EXPECT_THAT(small.output, HasSubstr("2000 succeeded, 0 failed")) << small.output;
    const auto large = run(*h2load, {"-n40", "-c2", "-m16", url("/large", scheme)});
    EXPECT_THAT(large.output, HasSubstr("40 succeeded, 0 failed")) << large.output;
    ASSERT_EQ(server_->stop(), test::exited(0)) << server_->child().errors();
    EXPECT_THAT(server_->totals(), HasSubstr("2,040 requests"));
  }
}

TEST_F(Http2Clients, NghttpFindsNothingToComplainOf) {
  SUITE_FIND(nghttp, "nghttp");
  serve({});
  const auto got = run(*nghttp, {"-v", "-n", url("/page.html"), url("/large")});
  EXPECT_EQ(got.status, test::exited(0)) << got.errors;
  EXPECT_THAT(got.output, HasSubstr(":status: 200"));
}

}  // namespace
}  // namespace suite
