// `suite load` over TLS on stacks that do not share a line with OpenSSL: Go's crypto/tls, and caddy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>
#include <nlohmann/json.hpp>

#include "common/net/endpoint.h"
#include "tests/e2e/load.h"
#include "tests/support/programs.h"
#include "tests/support/server.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tls_identity.h"

namespace suite {
namespace {

using Json = nlohmann::json;

// By the version of TLS.
class LoadTlsReferences : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const TlsIdentity identity = test::identity_with({});
    std::ofstream(certificate_) << identity.certificates;
    std::ofstream(key_) << identity.key;
    std::ofstream(folder_.file("page")) << std::string(40, 'x');
    std::ofstream(folder_.file("big")) << std::string(954'824, 'y');
  }

  // Compiled as the peers' script does, with what that has cached; the first of all takes half a minute.
  void build(const std::string& go) const {
    const char* const home = std::getenv("HOME");
    const std::string cache = std::string(home != nullptr ? home : "/tmp") + "/.cache/suite/go-build";
    const test::Finished built =
        test::run_to_end({.arguments = {go, "build", "-o", folder_.file("server"),
                                        SUITE_SOURCE_DIR "/tests/e2e/tls/server_go.go"},
                          .environment = {{"GOCACHE", cache}, {"GO111MODULE", "off"}}},
                         10 * test::kPatience);
    ASSERT_EQ(built.status, test::exited(0)) << built.errors;
  }
  test::Command go_server(const std::string& form) const {
    return {.arguments = {folder_.file("server"), form, certificate_, key_, folder_.file("")},
            .environment = {{"GOMAXPROCS", "1"}}};
  }

  // Succeeds without an error; the run of its document.
  Json run(const std::string& target, std::vector<std::string> flags) const {
    flags.insert(flags.begin(), {target, "-q", "-c", "4", "--cacert", certificate_, "--tls", GetParam(),
                                 "--format", "json"});
    const test::Finished finished = test::load(std::move(flags));
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
    if (finished.status != test::exited(0)) return {};
    Json run = Json::parse(finished.output)["runs"][0];
    int errors = 0;
    for (const auto& count : run["errors"]) errors += count.get<int>();
    EXPECT_EQ(errors, 0) << run["errors"];
    EXPECT_EQ(run["tls"]["version"], "TLSv" + GetParam());
    return run;
  }

  void expect_pages(const Endpoint& server) const {
    const std::string url = "https://" + server.to_string();
    for (const char* depth : {"1", "16"}) {
      EXPECT_EQ(run(url + "/page", {"-n", "1000", "-D", depth})["body_bytes_received"], 1000 * 40) << depth;
    }
    const Json big = run(url + "/big", {"-n", "40", "--verify", "full"});
    EXPECT_EQ(big["body_bytes_received"], 40 * 954'824);
    const Json each = run(url + "/page", {"-n", "40", "--no-keepalive"});
    EXPECT_EQ(each["completed"], 40);
    EXPECT_EQ(each["tls"]["full_handshakes"], 4);
    EXPECT_GE(each["tls"]["resumed_handshakes"], 36);
  }

  test::TemporaryFolder folder_;
  const std::string certificate_ = folder_.file("cert"), key_ = folder_.file("key");
};
INSTANTIATE_TEST_SUITE_P(Versions, LoadTlsReferences, testing::Values("1.2", "1.3"),
                         [](const auto& each) { return each.param == "1.2" ? "v12" : "v13"; });

TEST_P(LoadTlsReferences, GoServesPagesAndEchoes) {
  SUITE_FIND(go, "go");
  ASSERT_NO_FATAL_FAILURE(build(*go));
  test::Server http(go_server("http")), echo(go_server("echo"));
  ASSERT_TRUE(http.running() && echo.running());
  expect_pages(http.endpoint());
  const std::string target = "tls://" + echo.endpoint().to_string();
  EXPECT_EQ(run(target, {"-n", "1000", "-D", "16", "--size", "64"})["completed"], 1000);
  EXPECT_EQ(run(target, {"-n", "20", "-D", "2", "--size", "300k"})["completed"], 20);
}

TEST_P(LoadTlsReferences, CaddyServesPages) {
  SUITE_FIND(caddy, "caddy");
  const std::uint16_t port = test::free_port();
  std::ofstream(folder_.file("Caddyfile"))
      << "{\n  admin off\n  auto_https off\n  servers {\n    protocols h1\n  }\n  log {\n    level ERROR\n  "
         "}\n}\n"
      << "https://:" << port << " {\n  bind 127.0.0.1\n  tls " << certificate_ << " " << key_ << "\n  root * "
      << folder_.file("") << "\n  file_server\n}\n";
  const test::Child server(
      {.arguments = {*caddy, "run", "--config", folder_.file("Caddyfile"), "--adapter", "caddyfile"},
       .environment = {
           {"XDG_CONFIG_HOME", folder_.file("")}, {"XDG_DATA_HOME", folder_.file("")}, {"GOMAXPROCS", "1"}}});
  const Endpoint endpoint = resolve("127.0.0.1", port)->front();
  ASSERT_TRUE(test::eventually([&] { return test::Socket(endpoint).connected(); }));
  expect_pages(endpoint);
}

}  // namespace
}  // namespace suite
