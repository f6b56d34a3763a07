// `suite load` on a server that others wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "common/net/endpoint.h"
#include "tests/support/child.h"
#include "tests/support/programs.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using Json = nlohmann::json;

// One worker in the foreground, with a page of 40 bytes and one of 954,824.
class LoadNginx : public testing::Test {
 protected:
  void SetUp() override {
    SUITE_FIND(nginx, "nginx");
    std::ofstream(folder_.file("index.html")) << std::string(40, 'x');
    std::ofstream(folder_.file("big")) << std::string(954'824, 'y');
    std::ofstream(folder_.file("nginx.conf"))
        << "daemon off; master_process off; pid " << folder_.file("pid") << "; error_log stderr crit;\n"
        << "events { worker_connections 1024; }\n"
        << "http { access_log off; keepalive_requests 50;\n"
        << "client_body_temp_path " << folder_.file("t") << "; proxy_temp_path " << folder_.file("t")
        << "; fastcgi_temp_path " << folder_.file("t") << "; uwsgi_temp_path " << folder_.file("t")
        << "; scgi_temp_path " << folder_.file("t") << ";\n"
        << "server { listen 127.0.0.1:" << port_ << "; root " << folder_.file("")
        << "; location /post { return 200 ok; } } }\n";
    nginx_.emplace(
        test::Command{.arguments = {*nginx, "-p", folder_.file(""), "-c", folder_.file("nginx.conf")}});
    const Endpoint endpoint = resolve("127.0.0.1", port_)->front();
    ASSERT_TRUE(test::eventually([&] { return test::Socket(endpoint).connected(); }));
  }
  void TearDown() override {
    if (nginx_) nginx_->signal(SIGTERM);
  }

  Json run(const std::string& path, std::vector<std::string> flags) {
    std::vector<std::string> all{
        SUITE_PROGRAM, "load", "http://127.0.0.1:" + std::to_string(port_) + path, "-q", "--format", "json"};
    all.insert(all.end(), flags.begin(), flags.end());
    const test::Finished finished = test::run_to_end({.arguments = all});
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
    Json run = Json::parse(finished.output)["runs"][0];
    int errors = 0;
    for (const auto& count : run["errors"]) errors += count.get<int>();
    EXPECT_EQ(errors, 0) << run["errors"];
    EXPECT_EQ(run["sent"], run["completed"].get<int>() + run["in_flight_at_end"].get<int>());
    return run;
  }

  test::TemporaryFolder folder_;
  std::uint16_t port_ = test::free_port();
  std::optional<test::Child> nginx_;
};

TEST_F(LoadNginx, MakesExactlyTheRequestsAskedForWhereTheServerEndsConnectionsNowAndThen) {
  for (const char* depth : {"1", "3", "16"}) {
    const Json result = run("/", {"-n", "5000", "-c", "10", "-t", "2", "-D", depth});
    EXPECT_EQ(result["completed"], 5000) << depth;
    EXPECT_EQ(result["body_bytes_received"], 5000 * 40) << depth;
    EXPECT_GE(result["connections"]["reopened"], 80) << "every 50 requests";
  }
}

TEST_F(LoadNginx, OpensAConnectionPerRequest) {
  const Json result = run("/", {"-n", "2000", "-c", "20", "--no-keepalive"});
  EXPECT_EQ(result["completed"], 2000);
  EXPECT_EQ(result["kept_alive"], 0);
}

TEST_F(LoadNginx, ReadsLongBodies) {
  for (const char* verify : {"length", "full", "none"}) {
    const Json result = run("/big", {"-n", "200", "-c", "5", "-D", "2", "--verify", verify});
    EXPECT_EQ(result["body_bytes_received"], 200 * 954'824) << verify;
  }
}

TEST_F(LoadNginx, KnowsHeadAndPost) {
  EXPECT_EQ(run("/big", {"-n", "100", "-c", "2", "-X", "HEAD"})["body_bytes_received"], 0);
  EXPECT_EQ(run("/post", {"-n", "100", "-c", "2", "-X", "POST", "-b", "a=b"})["completed"], 100);
}

}  // namespace
}  // namespace suite
