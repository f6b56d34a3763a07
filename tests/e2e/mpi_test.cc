// `mpirun suite load`: one load, whatever the number of ranks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/e2e/mpirun.h"
#include "tests/support/child.h"
#include "tests/support/json_schema.h"
#include "tests/support/patience.h"
#include "tests/support/process_stats.h"
#include "tests/support/programs.h"
#include "tests/support/server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using test::exited;
using test::Finished;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// An echo server, and mpirun to load it.
class Mpi : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = test::why_no_mpi()) GTEST_SKIP() << *why;
    ASSERT_TRUE(server_.running());
  }

  std::string target() const { return server_.endpoint().to_string(); }
  std::vector<std::string> load(std::vector<std::string> flags) const {
    flags.insert(flags.begin(), {SUITE_PROGRAM, "load", target()});
    return flags;
  }
  Finished over(std::size_t ranks, std::vector<std::string> flags) const {
    return test::run_to_end({.arguments = test::mpirun({.ranks = ranks}, load(std::move(flags)))});
  }

  test::Server server_{test::ServerOptions{}};
  test::TemporaryFolder folder_;
};

// The totals of `--requests` are the same however many ranks share them, and the files of the ranks add up to
// the result: counters, histogram and percentiles.
TEST_F(Mpi, MakesOneResultOfAllRanksThatTheirFilesAddUpTo) {
  for (const std::size_t ranks : {1U, 2U, 4U}) {
    const std::string file = folder_.file("all" + std::to_string(ranks));
    const auto begin = std::chrono::steady_clock::now();
    const Finished finished = over(ranks, {"-n", "10007", "-c", "9", "-q", "--json", file});
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(finished.status, exited(0)) << finished.errors;
    EXPECT_THAT(finished.output, MatchesRegex("Throughput: [0-9.]+ \\[reqests/sec\\], errors: 0\n"));
    const Json document = Json::parse(text_of(file));
    const Json& run = document.at("runs").at(0);
    EXPECT_EQ(run.at("completed"), 10'007);
    EXPECT_EQ(run.at("connections").at("opened"), 9);
    EXPECT_EQ(document.at("config").at("conns"), 9);
    const auto complaints = test::schema_complaints("docs/load.schema.json", {document.dump()});
    EXPECT_THAT(complaints.value_or(std::vector<std::string>()), testing::Each(""));
    if (ranks == 1) continue;  // a load like any other
    EXPECT_EQ(run.at("ranks").size(), ranks);
    std::vector<std::string> merge{SUITE_PROGRAM, "merge", "-q"};
    for (std::size_t rank = 0; rank < ranks; ++rank) merge.push_back(file + ".rank" + std::to_string(rank));
    const Finished merged = test::run_to_end({.arguments = merge});
    ASSERT_EQ(merged.status, exited(0)) << merged.errors;
    const Json added = Json::parse(merged.output).at("runs").at(0);
    for (const char* same :
         {"completed", "sent", "errors", "bytes_received", "latency_ns", "connect_ns", "seconds"}) {
      EXPECT_EQ(added.at(same), run.at(same)) << same;
    }
    // Starting mpirun, connecting, agreeing, adding up and leaving, on a machine that others use too.
    std::cout << ranks << " ranks, from mpirun to its end: "
              << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms\n";
    EXPECT_LT(took, std::chrono::seconds(10));
  }
}

TEST_F(Mpi, SaysHowFarApartTheRanksBegan) {
  const Finished finished = over(2, {"-d", "50ms", "-c", "4", "-R", "2000", "--format", "json", "-q"});
  ASSERT_EQ(finished.status, exited(0)) << finished.errors;
  const Json run = Json::parse(finished.output).at("runs").at(0);
  EXPECT_EQ(run.at("rate").at("due"), 100) << "arrivals of two ranks are those of one rate";
  const Json& second = run.at("ranks").at(1);
  EXPECT_GT(second.at("clock_bound_seconds"), 0);
  // Both have the same clock.
  EXPECT_LE(std::abs(second.at("clock_offset_seconds").get<double>()),
            second.at("clock_bound_seconds").get<double>());
  EXPECT_GE(second.at("client_cpu_seconds"), 0);
}

TEST_F(Mpi, JudgesGatesRunsAndSearchesByAllRanksTogether) {
  const Finished gate = over(2, {"-n", "200", "-c", "4", "-q", "--runs", "2", "--fail-if", "p99>1ns"});
  EXPECT_EQ(gate.status, exited(3)) << gate.errors;
  EXPECT_THAT(gate.errors, HasSubstr("suite load: --fail-if 'p99>1ns' is breached in run 2 of 2"));
  EXPECT_THAT(gate.output, MatchesRegex("Throughput: .*\nThroughput: .*\n"));
  const Finished search =
      over(2, {"-d", "20ms", "--warmup", "0", "-c", "4", "--find-max", "p50<1ns", "--rate", "2000"});
  EXPECT_THAT(search.errors, HasSubstr("p50"));
  EXPECT_THAT(search.output, Not(HasSubstr("Throughput")));
}

TEST_F(Mpi, RefusesRanksThatWereAskedForDifferentThings) {
  std::vector<std::string> command = test::mpirun({.ranks = 1}, load({"-n", "100", "-c", "4"}));
  const auto other = load({"-n", "200", "-c", "4"});
  command.insert(command.end(), {":", "-n", "1"});
  command.insert(command.end(), other.begin(), other.end());
  const Finished finished = test::run_to_end({.arguments = command});
  EXPECT_EQ(finished.status, exited(2));
  EXPECT_THAT(finished.output, IsEmpty());
  EXPECT_THAT(finished.errors,
              ContainsRegex("suite load: rank 1 on [^ ]+ has requests 200, rank 0 on [^ ]+ has 100: "
                            "start all ranks with the same command\n"));
}

TEST_F(Mpi, SaysOnceWhatIsWrongWithTheCommand) {
  const std::string later = std::to_string(std::time(nullptr) + 3600);
  for (const auto& [flags, why] : {std::pair(std::vector<std::string>{"-c", "3"},
                                             "cannot divide the load among 4: it has only 3 connections"),
                                   {{"-c", "8", "--share", "1/4"}, "--share: each rank has its share"},
                                   {{"-c", "8", "--start-at", later}, "--start-at: ranks agree"},
                                   {{"-c", "8", "--progress", "on"}, "--progress on: "}}) {
    const Finished finished = over(4, flags);
    EXPECT_EQ(finished.status, exited(2)) << why;
    EXPECT_THAT(finished.output, IsEmpty());
    const auto first = finished.errors.find(why);
    ASSERT_NE(first, std::string::npos) << finished.errors;
    EXPECT_EQ(finished.errors.find(why, first + 1), std::string::npos) << finished.errors;
  }
}

// Never several results, printed as if they were one.
TEST_F(Mpi, RefusesRanksWithoutThePlugin) {
  const std::string program = folder_.file("suite");
  fs::copy_file(SUITE_PROGRAM, program);
  const Finished finished = test::run_to_end(
      {.arguments = test::mpirun({.ranks = 2}, {program, "load", target(), "-n", "100", "-c", "4"})});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, IsEmpty());
  EXPECT_THAT(finished.errors,
              HasSubstr("suite load: cannot be one of the 2 ranks of mpirun: this suite has no plug-in "
                        "for MPI (install "));
  const Finished alone = test::run_to_end(
      {.arguments = test::mpirun({.ranks = 1}, {program, "load", target(), "-n", "100", "-c", "4", "-q"})});
  EXPECT_EQ(alone.status, exited(0)) << "one rank needs none: " << alone.errors;
}

TEST_F(Mpi, EndsSoonWhenARankIsKilledAndKeepsWhatTheOthersMeasured) {
  const std::string pid_file = folder_.file("pid"), file = folder_.file("all.json");
  const std::vector<std::string> flags{"-d", "1h", "-c", "4", "-q", "--json", file};
  std::vector<std::string> command = test::mpirun({.ranks = 1}, load(flags));
  const auto other = load(flags);
  command.insert(command.end(),
                 {":", "-n", "1", "/bin/sh", "-c", "echo $$ > " + pid_file + "; exec \"$@\"", "sh"});
  command.insert(command.end(), other.begin(), other.end());
  test::Child job({.arguments = command});
  ASSERT_TRUE(test::eventually([&] { return text_of(pid_file).ends_with('\n'); })) << job.errors();
  const auto pid = static_cast<::pid_t>(std::stol(text_of(pid_file)));
  // The load has begun when the server works.
  ASSERT_TRUE(
      test::eventually([&] { return test::cpu_time(server_.pid()) > std::chrono::milliseconds(50); }));
  test::send_signal(pid, SIGKILL);
  const auto status = job.wait(std::chrono::seconds(20));
  ASSERT_TRUE(status) << "the job goes on without a rank";
  EXPECT_NE(*status, exited(0));
  EXPECT_THAT(job.output(), MatchesRegex("Throughput: .*\n"));
  EXPECT_THAT(job.errors(), ContainsRegex("suite load: cannot get the result of rank 1 on "));
  EXPECT_TRUE(Json::parse(text_of(file)).at("runs").at(0).at("interrupted"));
  EXPECT_TRUE(Json::parse(text_of(file + ".rank0")).at("runs").at(0).at("interrupted"));
}

// mpirun may lose the end of what was printed last when it is stopped; files are whole.
TEST_F(Mpi, KeepsWhatWasMeasuredWhenTheJobIsStopped) {
  const std::string file = folder_.file("all.json");
  test::Child job({.arguments = test::mpirun({.ranks = 2}, load({"-d", "1h", "-c", "4", "--json", file}))});
  ASSERT_TRUE(job.wait_for_line("suite load"));  // the settings: rank 0 has heard from all
  ASSERT_TRUE(
      test::eventually([&] { return test::cpu_time(server_.pid()) > std::chrono::milliseconds(50); }));
  job.signal(SIGTERM);
  ASSERT_TRUE(job.wait(std::chrono::seconds(20)));
  EXPECT_THAT(job.output(), MatchesRegex("Throughput: .*\n"));
  const Json run = Json::parse(text_of(file)).at("runs").at(0);
  EXPECT_TRUE(run.at("interrupted"));
  EXPECT_EQ(run.at("ranks").size(), 2U);
}

TEST_F(Mpi, TakesABatchScriptForNoRank) {
  const Finished finished = test::run_to_end({.arguments = load({"-n", "100", "-c", "4", "-q"}),
                                              .environment = {{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}}});
  EXPECT_EQ(finished.status, exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, MatchesRegex("Throughput: .*\n"));
}

}  // namespace
}  // namespace suite
