// Ranks on several hosts: network namespaces, each with a name and an address of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/mpirun.h"
#include "tests/support/child.h"
#include "tests/support/hosts.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using test::exited;
using testing::HasSubstr;
using testing::IsEmpty;

/// Two hosts with a rank each, and a third with the server.
class MpiHosts : public testing::Test {
 protected:
  static constexpr std::size_t kServer = 2;

  void SetUp() override {
    if (const auto why = test::why_no_mpi()) GTEST_SKIP() << *why;
    if (!hosts_.trouble().empty()) GTEST_SKIP() << hosts_.trouble();
  }

  // What mpirun calls instead of ssh(1): AGENT HOST COMMAND...
  std::string agent() const {
    const std::string path = folder_.file("agent");
    std::ofstream out(path);
    out << "#!/bin/sh\ncase $1 in\n";
    for (std::size_t host = 0; host < kServer; ++host) {
      out << test::Hosts::address(host) << ") name=" << hosts_.name(host) << " ;;\n";
    }
    out << "*) echo \"no host $1\" >&2; exit 1 ;;\nesac\nshift\n"
        << "exec unshare --uts sh -c 'hostname \"$0\"; exec ip netns exec \"$0\" sh -c \"$*\"' $name "
           "\"$@\"\n";
    out.close();
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }

  test::Command job(const std::vector<std::string>& hosts, const std::vector<std::string>& load) const {
    const std::string file = folder_.file("hosts");
    std::ofstream out(file);
    for (const std::string& host : hosts) out << host << " slots=1\n";
    out.close();
    const auto command =
        test::mpirun({.ranks = hosts.size(),
                      .flags = {"--hostfile", file, "--mca", "plm", "rsh", "--mca", "plm_rsh_agent", agent(),
                                "--mca", "btl", "self,tcp", "--mca", "btl_tcp_if_include", "eth0", "--mca",
                                "oob_tcp_if_include", "eth0"}},
                     load);
    return {.arguments = hosts_.on(0, command)};
  }

  std::vector<std::string> addresses() const { return {test::Hosts::address(0), test::Hosts::address(1)}; }

  test::TemporaryFolder folder_;
  test::Hosts hosts_{3};
};

TEST_F(MpiHosts, MakeOneLoadAndKnowHowFarApartTheirClocksCanBe) {
  const std::string impaired = hosts_.impair(1, {"delay", "2ms", "loss", "1%"});
  test::Child server({.arguments = hosts_.on(kServer, {SUITE_PROGRAM, "serve-echo", "--host",
                                                       test::Hosts::address(kServer), "--port", "0"})});
  const auto ready = server.wait_for_line("listening on ");
  ASSERT_TRUE(ready) << server.errors();
  const std::string target = ready->substr(13, ready->find(' ', 13) - 13);
  const auto finished = test::run_to_end(
      job(addresses(), {SUITE_PROGRAM, "load", target, "-n", "1001", "-c", "8", "-q", "--format", "json"}));
  ASSERT_EQ(finished.status, exited(0)) << finished.errors;
  const Json run = Json::parse(finished.output).at("runs").at(0);
  EXPECT_EQ(run.at("completed"), 1001);
  EXPECT_EQ(run.at("errors").at("reset"), 0);
  ASSERT_EQ(run.at("ranks").size(), 2U);
  EXPECT_EQ(run.at("ranks").at(0).at("host"), hosts_.name(0));
  EXPECT_EQ(run.at("ranks").at(1).at("host"), hosts_.name(1));
  const Json& other = run.at("ranks").at(1);
  const double offset = other.at("clock_offset_seconds"), bound = other.at("clock_bound_seconds");
  EXPECT_LE(std::abs(offset), bound) << "one clock, really";
  if (impaired.empty()) {
    EXPECT_GE(bound, 0.001) << "half a round trip";
    EXPECT_LE(other.at("late_seconds"), 0.001);
  } else {
    std::cout << "without delay and loss: " << impaired;
  }
}

TEST_F(MpiHosts, EndWithMpirunsMessageWhereAHostIsNotThere) {
  auto hosts = addresses();
  hosts.back() = "192.0.2.99";
  const auto finished =
      test::run_to_end(job(hosts, {SUITE_PROGRAM, "load", "192.0.2.3:1", "-n", "10", "-c", "2"}));
  EXPECT_NE(finished.status, exited(0));
  EXPECT_THAT(finished.output, IsEmpty());
  EXPECT_THAT(finished.errors, HasSubstr("no host 192.0.2.99"));
}

}  // namespace
}  // namespace suite
