// serve-http behind the servers that others put in front: a refused upload is answered with its 405, and not
// with the proxy's own 502.
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "common/net/endpoint.h"
#include "tests/support/child.h"
#include "tests/support/programs.h"
#include "tests/support/server.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

class ReverseProxies : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder_.file("upload"), std::ios::binary) << test::noise(5'000'000);
    std::ofstream(folder_.file("page.html")) << "a page\n";
    server_.emplace(test::ServerOptions{.verb = "serve-http", .flags = {"--root", folder_.file("")}});
    ASSERT_TRUE(server_->running()) << server_->child().errors();
  }

  // In the foreground, as one process without a service.
  void start_nginx(const std::string& program, const std::string& settings) {
    std::string paths;
    for (const char* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
      paths += std::string(what) + "_temp_path " + folder_.file("t") + ";\n";
    }
    std::ofstream(folder_.file("nginx.conf"))
        << "daemon off; master_process off; pid " << folder_.file("pid") << "; error_log stderr error;\n"
        << "events {}\nhttp { access_log off; client_max_body_size 0;\n"
        << paths << "server { listen 127.0.0.1:" << port_ << "; location / { proxy_pass http://"
        << server_->endpoint().to_string() << "; " << settings << " } } }\n";
    start({program, "-p", folder_.file(""), "-c", folder_.file("nginx.conf")});
  }
  void start_lighttpd(const std::string& program, const std::string& settings) {
    std::ofstream(folder_.file("lighttpd.conf"))
        << "server.modules = (\"mod_proxy\")\nserver.bind = \"127.0.0.1\"\nserver.port = " << port_
        << "\nserver.document-root = \"" << folder_.file("") << "\"\nserver.upload-dirs = (\""
        << folder_.file("") << "\")\n"
        << "proxy.server = (\"\" => ((\"host\" => \"127.0.0.1\", \"port\" => " << server_->endpoint().port()
        << ")))\n"
        << settings << "\n";
    start({program, "-D", "-f", folder_.file("lighttpd.conf")});
  }

  // What curl sees of one request through the proxy: "405", or "000" where there was no answer.
  std::string status_of(const std::string& path, std::vector<std::string> flags) const {
    std::vector<std::string> arguments{*curl_, "-sS",          "-o",         "/dev/null",
                                       "-w",   "%{http_code}", "--max-time", "20"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.push_back("http://127.0.0.1:" + std::to_string(port_) + path);
    const test::Finished finished = test::run_to_end({.arguments = arguments}, 3 * test::kPatience);
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
    return finished.output;
  }
  void expect_refused_uploads() const {
    EXPECT_EQ(status_of("/page.html", {}), "200") << "it is no proxy to this server";
    const std::string file = folder_.file("upload");
    // More than once: whether the proxy has written all of it when the answer comes is a matter of time.
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(status_of("/upload", {"-X", "POST", "-T", file, "-H", "Expect:"}), "405") << i;
    }
    EXPECT_EQ(status_of("/upload", {"-X", "POST", "-T", file, "-H", "Expect: 100-continue"}), "405");
    EXPECT_EQ(
        status_of("/upload", {"-X", "POST", "-T", file, "-H", "Expect:", "-H", "Transfer-Encoding: chunked"}),
        "405");
    EXPECT_EQ(status_of("/page.html", {}), "200");
  }

  const std::optional<std::string> curl_ = test::find_program("curl");

 private:
  void start(std::vector<std::string> arguments) {
    proxy_.emplace(test::Command{.arguments = std::move(arguments)});
    const Endpoint endpoint = resolve("127.0.0.1", port_)->front();
    ASSERT_TRUE(test::eventually([&] { return test::Socket(endpoint).connected(); }));
  }

  test::TemporaryFolder folder_;
  std::uint16_t port_ = test::free_port();
  std::optional<test::Server> server_;
  std::optional<test::Child> proxy_;
};

TEST_F(ReverseProxies, NginxPassesTheRefusalOfAnUploadOn) {
  SUITE_FIND(nginx, "nginx");
  if (!curl_) GTEST_SKIP() << "curl is not installed";
  start_nginx(*nginx, "proxy_request_buffering on;");
  expect_refused_uploads();
}

TEST_F(ReverseProxies, NginxDoesSoWithoutBufferingRequests) {
  SUITE_FIND(nginx, "nginx");
  if (!curl_) GTEST_SKIP() << "curl is not installed";
  start_nginx(*nginx, "proxy_request_buffering off; proxy_http_version 1.1;");
  expect_refused_uploads();
}

TEST_F(ReverseProxies, LighttpdPassesTheRefusalOfAnUploadOn) {
  SUITE_FIND(lighttpd, "lighttpd");
  if (!curl_) GTEST_SKIP() << "curl is not installed";
  start_lighttpd(*lighttpd, "server.stream-request-body = 0");
  expect_refused_uploads();
}

TEST_F(ReverseProxies, LighttpdDoesSoWhereItStreamsRequests) {
  SUITE_FIND(lighttpd, "lighttpd");
  if (!curl_) GTEST_SKIP() << "curl is not installed";
  start_lighttpd(*lighttpd, "server.stream-request-body = 2");
  expect_refused_uploads();
}

}  // namespace
}  // namespace suite
