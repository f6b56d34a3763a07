// `suite` as it is where OpenSSL was missing when it was built.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>
#include <nlohmann/json.hpp>

#include "tests/support/child.h"

namespace suite {
namespace {

using testing::HasSubstr;

test::Finished run_without_tls(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), SUITE_WITHOUT_TLS);
  return test::run_to_end({.arguments = std::move(arguments)});
}

TEST(WithoutTls, TheVersionAndTheBackendsSaySo) {
  EXPECT_THAT(run_without_tls({"--version"}).output, HasSubstr("TLS: none (built without OpenSSL)\n"));
  const test::Finished backends = run_without_tls({"backends"});
  EXPECT_EQ(backends.status, test::exited(0));
  EXPECT_THAT(backends.output,
              HasSubstr("TLS          left out of this build; install libssl-dev and build again\n"));
  EXPECT_TRUE(nlohmann::json::parse(run_without_tls({"backends", "--json"}).output)["tls"].is_null());
}

TEST(WithoutTls, EachFlagIsRefusedInOneLine) {
  const std::string https = "https://127.0.0.1:1/";
  const std::vector<std::vector<std::string>> asked{
      {"load", https},
      {"load", "tls://127.0.0.1:1"},
      {"load", https, "--insecure"},
      {"load", https, "--cacert", "ca.pem"},
      {"load", https, "--cert", "a.pem", "--key", "a.key"},
      {"load", https, "--sni", "a.example"},
      {"load", https, "--tls", "1.3"},
      {"load", https, "--ciphers", "TLS_AES_128_GCM_SHA256"},
      {"load", https, "--tls-resume", "off"},
      {"serve-echo", "--port", "0", "--tls-self-signed"},
      {"serve-http", "--port", "0", "--tls-self-signed"},
      {"serve-echo", "--port", "0", "--tls-cert", "a.pem", "--tls-key", "a.key"},
      {"serve-http", "--port", "0", "--tls-cert", "a.pem", "--tls-key", "a.key"}};
  for (const std::vector<std::string>& arguments : asked) {
    const test::Finished finished = run_without_tls(arguments);
    EXPECT_EQ(finished.status, test::exited(2)) << testing::PrintToString(arguments);
    EXPECT_EQ(finished.output, "");
    EXPECT_THAT(finished.errors,
                testing::StartsWith(
                    "suite " + arguments.front() +
                    ": cannot speak TLS: this build has no OpenSSL (install libssl-dev and build again)"));
    EXPECT_EQ(std::ranges::count(finished.errors, '\n'), 1) << finished.errors;
  }
}

TEST(WithoutTls, EverythingElseIsAsItWas) {
  const test::Finished finished = run_without_tls({"load", "--driver", "null", "-n", "100", "-q"});
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("errors: 0"));
}

}  // namespace
}  // namespace suite
