// The access log, over every backend and with several workers.
#include <filesystem>
#include <fstream>

#include "tests/conformance/http_test.h"

namespace suite {
namespace {

using test::eventually;
using test::http_request;
using test::HttpClient;
using testing::HasSubstr;
using testing::MatchesRegex;

class HttpLog : public test::HttpTest {
 protected:
  static std::vector<std::string> lines_of(const std::string& file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  static bool has_lines(const std::string& file, std::size_t count) {
    return eventually([&] { return lines_of(file).size() >= count; });
  }
  std::string log_ = folder_.file("access.log");
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpLog);

TEST_P(HttpLog, HoldsALineForEachAnswer) {
  serve({"--access-log", log_});
  HttpClient client = connect();
  client.get("/a.txt?q=\"1\"");
  client.ask("HEAD", "/a.txt");
  client.get("/none");
  client.get("/a.txt", "If-None-Match: *\r\n");
  client.get("/a.txt", "Range: bytes=1-2\r\n");
  client.ask("DELETE", "/");
  client.send("bad\x1b[31m\r\n\r\n");
  client.rest();
  client.socket().close();
  test::expect_clean_end(server());
  const std::vector<std::string> lines = lines_of(log_);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_THAT(lines[0], MatchesRegex(R"(127\.0\.0\.1 - - \[[0-9]+/[A-Z][a-z]+/[0-9]+:[0-9:]+ \+0000\] .*)"));
  EXPECT_THAT(lines[0], HasSubstr(R"("GET /a.txt?q=\"1\" HTTP/1.1" 200 6)"));
  EXPECT_THAT(lines[1], HasSubstr(R"("HEAD /a.txt HTTP/1.1" 200 -)"));
  EXPECT_THAT(lines[2], HasSubstr(R"("GET /none HTTP/1.1" 404 )"));
  EXPECT_THAT(lines[3], HasSubstr(R"("GET /a.txt HTTP/1.1" 304 -)"));
  EXPECT_THAT(lines[4], HasSubstr(R"("GET /a.txt HTTP/1.1" 206 2)"));
  EXPECT_THAT(lines[5], HasSubstr(R"("DELETE / HTTP/1.1" 405 )"));
  EXPECT_THAT(lines[6], HasSubstr(R"( 400 )"));
  EXPECT_EQ(lines[6].find('\x1b'), std::string::npos);
}

TEST_P(HttpLog, IsThereSoonAndNotOnlyAtTheEnd) {
  serve({"--file-log", log_});  // the name that the flag has elsewhere
  get("/a.txt");
  EXPECT_TRUE(has_lines(log_, 1));
}

TEST_P(HttpLog, IsOpenedAnewOnSighup) {
  serve({"--access-log", log_, "--workers", "2"});
  get("/a.txt");
  ASSERT_TRUE(has_lines(log_, 1));
  std::filesystem::rename(log_, log_ + ".1");
  server().child().signal(SIGHUP);
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(log_); }));
  // Each worker moves on in its own time, and connections go to either.
  std::size_t asked = 1;
  ASSERT_TRUE(eventually([&] {
    const std::size_t before = lines_of(log_ + ".1").size();
    for (int i = 0; i < 8; ++i, ++asked) get("/a.txt");
    return lines_of(log_).size() >= 8 && lines_of(log_ + ".1").size() == before;
  }));
  test::expect_clean_end(server());
  EXPECT_EQ(lines_of(log_).size() + lines_of(log_ + ".1").size(), asked) << "and no line was lost";
}

TEST_P(HttpLog, KeepsTheLinesOfSeveralWorkersWhole) {
  serve({"--access-log", log_, "--workers", "3"});
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += http_request("GET", "/a.txt?" + std::string(100, 'x'));
  std::vector<HttpClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect());
    ASSERT_TRUE(clients.back().send(requests));
  }
  for (HttpClient& client : clients) {
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.read().status, 200);
    client.socket().close();
  }
  test::expect_clean_end(server());
  const std::vector<std::string> lines = lines_of(log_);
  EXPECT_EQ(lines.size(), 2'000U);
  for (const std::string& line : lines) {
    ASSERT_TRUE(line.starts_with("127.0.0.1 - - [") && line.ends_with("x HTTP/1.1\" 200 6")) << line;
  }
}

TEST_P(HttpLog, GoesToStandardErrorForADash) {
  serve({"--access-log", "-"});
  get("/a.txt");
  EXPECT_TRUE(server().child().wait_for_line("\"GET /a.txt HTTP/1.1\" 200 6"));
  test::expect_clean_end(server());
}

TEST_P(HttpLog, NamesAPeerOnAUnixSocketADash) {
  const std::string path = folder_.file("http.sock");
  serve({"--access-log", log_, "--host", "unix:" + path});
  get("/a.txt");
  test::expect_clean_end(server());
  ASSERT_EQ(lines_of(log_).size(), 1U);
  EXPECT_THAT(lines_of(log_)[0], testing::StartsWith("- - - ["));
}

TEST_P(HttpLog, NamesAnIpv4ClientOfAnIpv6ListenerByItsIpv4Address) {
  if (over_tls()) GTEST_SKIP() << "a test's client speaks TLS to the address that the server printed only";
  serve({"--access-log", log_, "--host", "::"});
  const Endpoint there = resolve("127.0.0.1", server().endpoint().port())->front();
  EXPECT_EQ(HttpClient(there).get("/a.txt").status, 200);
  test::expect_clean_end(server());
  ASSERT_EQ(lines_of(log_).size(), 1U);
  EXPECT_THAT(lines_of(log_)[0], testing::StartsWith("127.0.0.1 - - ["));
}

TEST_P(HttpLog, IsNotWrittenUnlessAskedFor) {
  get("/a.txt");
  test::expect_clean_end(server());
  EXPECT_EQ(server().child().errors().find("GET"), std::string::npos) << server().child().errors();
}

}  // namespace
}  // namespace suite
