// `suite load` over HTTP/2 as its users meet it, on servers that others wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/net/endpoint.h"
#include "tests/e2e/load.h"
#include "tests/support/json_schema.h"
#include "tests/support/programs.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tls_identity.h"

namespace suite {
namespace {

using test::exited;
using test::Finished;
using testing::HasSubstr;
using Json = nlohmann::json;

class Http2Load : public testing::Test {
 protected:
  void SetUp() override {
    const TlsIdentity identity = test::identity_with({});
    write("cert", identity.certificates);
    write("key", identity.key);
    write("index.html", std::string(40, 'x'));
    write("big", std::string(954'824, 'y'));
  }
  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder_.file(name)) << content;
  }
  std::string url(const std::string& scheme, const std::string& path = "/") const {
    return scheme + "://127.0.0.1:" + std::to_string(port_) + path;
  }
  void start(std::vector<std::string> arguments) {
    server_.emplace(test::Command{.arguments = std::move(arguments)});
    ASSERT_TRUE(
        test::eventually([&] { return test::Socket(resolve("127.0.0.1", port_)->front()).connected(); }));
  }
  // One worker in the foreground, which ends each connection after so many requests. `how` is behind the
  // port.
  void start_nginx(const std::string& program, const std::string& how, int keepalive_requests = 50) {
    std::string temporary;
    for (const char* use : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      temporary += std::string(use) + "_temp_path " + folder_.file("t") + "; ";
    write("nginx.conf",
          "daemon off; master_process off; pid " + folder_.file("pid") +
              "; error_log stderr crit; events { worker_connections 256; }\nhttp { access_log " +
              folder_.file("log") + "; " + temporary + "keepalive_requests " +
              std::to_string(keepalive_requests) + "; server { listen 127.0.0.1:" + std::to_string(port_) +
              how + "; ssl_certificate " + folder_.file("cert") + "; ssl_certificate_key " +
              folder_.file("key") + "; root " + folder_.file("") +
              "; location /post { return 200 ok; } } }\n");
    start({program, "-p", folder_.file(""), "-c", folder_.file("nginx.conf")});
  }
  static Json run(const std::string& target, std::vector<std::string> flags) {
    flags.insert(flags.begin(), {target, "-q", "--format", "json"});
    const Finished finished = test::load(std::move(flags));
    EXPECT_EQ(finished.status, exited(0)) << finished.errors;
    Json document = Json::parse(finished.output);
    const Json& found = document["runs"][0];
    EXPECT_EQ(found["sent"], found["completed"].get<int>() + found["in_flight_at_end"].get<int>());
    return document;
  }
  static std::string refusal(const std::string& target, std::vector<std::string> flags) {
    flags.insert(flags.begin(), {target, "-q", "-c", "1", "-n", "2"});
    const Finished finished = test::load(std::move(flags));
    EXPECT_EQ(finished.status, exited(1)) << finished.errors;
    EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
    return finished.errors;
  }
  int lines_of_log() const {
    std::ifstream log(folder_.file("log"));
    return static_cast<int>(std::count(std::istreambuf_iterator<char>(log), {}, '\n'));
  }

  test::TemporaryFolder folder_;
  std::uint16_t port_ = test::free_port();
  std::optional<test::Child> server_;
};

// Each request is in the server's log once, whatever connections it ended.
TEST_F(Http2Load, ReconcilesWithWhatNginxCounts) {
  SUITE_FIND(nginx, "nginx");
  start_nginx(*nginx, " ssl http2");
  int asked = 0;
  for (const char* depth : {"1", "16"}) {
    const Json document = run(url("https"), {"--insecure", "-n", "2000", "-c", "5", "-D", depth});
    EXPECT_EQ(document["config"]["http"]["version"], "2") << "what the server prefers";
    const Json& found = document["runs"][0];
    EXPECT_EQ(found["statuses"]["200"], 2000) << found["errors"];
    EXPECT_EQ(found["body_bytes_received"], 2000 * 40);
    EXPECT_GE(found["http2"]["goaways"], 30) << "every 50 requests";
    EXPECT_EQ(found["http2"]["max_concurrent_streams"], 128);
    asked += 2000;
  }
  server_->signal(SIGTERM);
  EXPECT_EQ(server_->wait(), exited(0));
  EXPECT_EQ(lines_of_log(), asked);
}

TEST_F(Http2Load, KnowsWhatHttp11Knows) {
  SUITE_FIND(nginx, "nginx");
  start_nginx(*nginx, " ssl http2", 100'000);
  const auto found = [&](const std::string& path, std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--http2", "--insecure", "-n", "100", "-c", "2", "-D", "4"});
    return run(url("https", path), std::move(flags))["runs"][0];
  };
  EXPECT_EQ(found("/big", {"--verify", "full"})["body_bytes_received"], 100 * 954'824);
  EXPECT_EQ(found("/big", {"-X", "HEAD"})["body_bytes_received"], 0);
  EXPECT_EQ(found("/post", {"-X", "POST", "-b", std::string(100'000, 'b')})["completed"], 100);
  EXPECT_EQ(found("/nothing", {"--ok-status", "404"})["statuses"]["404"], 100);
  const Json closing =
      run(url("https"), {"--http2", "--insecure", "-n", "50", "-c", "2", "--no-keepalive"})["runs"][0];
  EXPECT_EQ(closing["completed"], 50);
  // One for each request but the first two; another one, where it is open before the last answer has come.
  EXPECT_THAT(closing["connections"]["reopened"].get<int>(), testing::AnyOf(48, 49));
}

TEST_F(Http2Load, SpeaksWithNghttpdInTheClearAndOverTls) {
  SUITE_FIND(nghttpd, "nghttpd");
  for (const bool tls : {false, true}) {
    std::vector<std::string> arguments{*nghttpd, "-a", "127.0.0.1", "-d", folder_.file("")};
    if (!tls) arguments.emplace_back("--no-tls");
    arguments.push_back(std::to_string(port_));
    if (tls) arguments.insert(arguments.end(), {folder_.file("key"), folder_.file("cert")});
    start(arguments);
    std::vector<std::string> flags{"--http", "2", "-n", "1000", "-c", "3", "-D", "200", "--verify", "full"};
    if (tls) flags.emplace_back("--insecure");
    const Json found = run(url(tls ? "https" : "http"), flags)["runs"][0];
    EXPECT_EQ(found["statuses"]["200"], 1000) << found["errors"];
    EXPECT_THAT(found["warnings"].dump(), HasSubstr("the server takes 100 streams at once"))
        << "it names 100";
    server_->signal(SIGTERM);
    server_.reset();
  }
}

TEST_F(Http2Load, WritesADocumentThatFitsTheSchema) {
  const Json document = run("http://h/", {"--driver", "null", "--http2", "-n", "50", "-D", "8"});
  EXPECT_EQ(document["runs"][0]["completed"], 50);
  const auto complaints = test::schema_complaints("docs/load.schema.json", {document.dump()});
  if (!complaints) GTEST_SKIP() << "no validator: package python3-jsonschema";
  EXPECT_THAT(*complaints, testing::Each(""));
}

TEST_F(Http2Load, SaysInOneLineThatAServerSpeaksNoHttp2) {
  SUITE_FIND(nginx, "nginx");
  start_nginx(*nginx, "");
  EXPECT_THAT(refusal(url("http"), {"--http2"}),
              HasSubstr("the server answers in HTTP/1.1 (give --http 1.1)"));
  server_.reset();
  port_ = test::free_port();
  start_nginx(*nginx, " ssl");
  EXPECT_THAT(refusal(url("https"), {"--http2", "--insecure"}), HasSubstr("give --http 1.1"));
  EXPECT_THAT(refusal(url("http"), {"--http2"}), HasSubstr("--http 1.1"));
  EXPECT_EQ(run(url("https"), {"--insecure", "-n", "2", "-c", "1"})["config"]["http"]["version"], "1.1");
  const test::ScriptedServer silent(&test::swallow);
  EXPECT_THAT(refusal("http://" + silent.endpoint().to_string(), {"--http2", "--timeout", "30ms"}),
              HasSubstr("does not answer within 30.0ms"));
}

}  // namespace
}  // namespace suite
