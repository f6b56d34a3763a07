// Every flag about servers of the user's own does what it says.
#include "cmd/bench/contestant_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "cmd/bench/bench_options.h"
#include "cmd/bench/commands.h"
#include "cmd/cli/option_parser.h"
#include "tests/support/temporary_folder.h"

namespace suite::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::expected<ContestantOptions, std::string> own(const std::vector<const char*>& arguments) {
  BenchOptions options;
  const auto given =
      parse_options(bench_table(options), std::vector<std::string>(arguments.begin(), arguments.end()));
  if (!given) return std::unexpected(given.error().text);
  return read_contestant_flags(options.own_flags);
}

std::string own_complaint(const std::vector<const char*>& arguments) {
  const auto options = own(arguments);
  return options ? "none" : options.error();
}

Plan plan_of(const std::vector<const char*>& arguments) {
  BenchOptions options;
  options.own = own(arguments).value();
  Plan plan = make_plan(options, {});
  plan.folder = "/tmp/a folder";
  return plan;
}

std::string load_of(const Plan& plan, std::size_t contestant = 0) {
  return load_command(plan, plan.sections.at(0), plan.contestants.at(contestant), 3100);
}

TEST(OwnServers, AreStartedByTheirCommandsWithPortRootAndWorkers) {
  const Plan plan = plan_of({"--server", "a=./a --listen=127.0.0.1:{port} -w {workers} {root}", "--server",
                             "http:b=cd b && PORT={port} ./b {root}"});
  ASSERT_EQ(plan.contestants.size(), 2U);
  const std::string workers = std::to_string(std::max<std::size_t>(plan.server_cpus.size(), 1));
  EXPECT_EQ(plan.contestants[0].name, "a");
  EXPECT_EQ(serve_command(plan, plan.contestants[0], 3100),
            "./a --listen=127.0.0.1:3100 -w " + workers + " '/tmp/a folder/pages'");
  EXPECT_EQ(plan.contestants[1].launch.program, "sh");
  EXPECT_THAT(serve_arguments(plan, plan.contestants[1], 3100),
              ElementsAre("-c", "cd b && PORT=3100 ./b '/tmp/a folder/pages'"))
      << "quoted for the shell";
}

TEST(OwnServers, AreAloneUnlessOthersAreNamedAndMeasuredInTenRounds) {
  const Plan plan = plan_of({"--server", "a=./a {port}"});
  EXPECT_EQ(plan.contestants.size(), 1U);
  ASSERT_EQ(plan.sections.size(), 1U);
  EXPECT_EQ(plan.sections[0].title(), "HTTP, GET /, 100 connections");
  EXPECT_EQ(plan.rounds, 10U);
  BenchOptions options;
  options.own = own({"--server", "a=./a {port}"}).value();
  EXPECT_EQ(usual_peers(options), "none");
  EXPECT_EQ(make_plan(options, {"libuv"}).contestants.size(), 2U);
}

TEST(OwnServers, ThatEchoAreSentEcho) {
  const Plan plan = plan_of({"--server", "echo:a=./a {port}"});
  EXPECT_EQ(load_of(plan), "suite load --conns 100 --secs 2 --depth 1 --port 3100");
}

TEST(OwnServers, AreAskedForWhatTheFlagsSay) {
  EXPECT_EQ(
      load_of(plan_of({"--server", "a=./a {port}", "--path", "/orders?x=1", "-X", "POST", "-H", "Accept: */*",
                       "-H", "X-A: b", "--data", "{}", "--ok-status", "201", "--no-keepalive"})),
      "suite load 'http://127.0.0.1:3100/orders?x=1' --conns 100 --secs 2 --no-keepalive -X POST "
      "-H 'Accept: */*' -H 'X-A: b' --body '{}' --ok-status 201");
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("urls")) << "/a\n/b\n";
  const std::string urls = folder.file("urls");
  EXPECT_THAT(load_of(plan_of({"--server", "a=./a {port}", "--urls", urls.c_str()})),
              HasSubstr(" --urls " + urls));
}

// A list names some host; each contestant's takes its place.
TEST(OwnServers, AreSentTheRequestsOfAList) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("targets");
  std::ofstream(file) << "GET http://shop.test/a\n\nPOST http://shop.test/b\nA: b\n";
  const Plan plan = plan_of(
      {"--server", "a=./a {port}", "--url", "b=http://10.0.0.1:81", "--targets", file.c_str(), "-H", "X: y"});
  EXPECT_EQ(load_of(plan, 0),
            "suite load --host 127.0.0.1 --port 3100 --conns 100 --secs 2 -H 'X: y' --targets " + file);
  EXPECT_THAT(load_of(plan, 1), testing::StartsWith("suite load --host 10.0.0.1 --port 81 "));
  EXPECT_EQ(plan.sections[0].title(), "HTTP, the requests of " + file + ", 100 connections");
}

TEST(OwnServers, ThatRunAlreadyAreAskedAtTheirUrlAndKeepItsPath) {
  const Plan plan =
      plan_of({"--url", "old=http://10.0.0.1:80/v1", "--url", "new=http://10.0.0.2:80", "--path", "/orders"});
  EXPECT_THAT(load_of(plan, 0), testing::StartsWith("suite load http://10.0.0.1:80/v1 "));
  EXPECT_THAT(load_of(plan, 1), testing::StartsWith("suite load http://10.0.0.2:80/orders "));
  EXPECT_EQ(serve_command(plan, plan.contestants[0], 0), "# runs already: http://10.0.0.1:80/v1");
}

TEST(OwnServers, AreReadyAndPreparedForAndWarmAsTheFlagsSay) {
  const Plan plan = plan_of({"--server", "a=./a {port}", "--server", "echo:b=./b {port}", "--ready",
                             "/health", "--prepare", "./reset", "--warmup", "3s"});
  ASSERT_TRUE(std::holds_alternative<PathAnswers>(plan.contestants[0].launch.ready));
  EXPECT_EQ(std::get<PathAnswers>(plan.contestants[0].launch.ready).path, "/health");
  EXPECT_TRUE(std::holds_alternative<PortAccepts>(plan.contestants[1].launch.ready));
  EXPECT_EQ(plan.prepare, "./reset");
  EXPECT_EQ(plan.warmup, std::chrono::seconds(3));
  EXPECT_EQ(plan_of({"--server", "a=./a {port}"}).warmup, std::chrono::milliseconds(200));
}

TEST(OwnServers, BeforeAndAfterAreTwoOfOneKind) {
  const auto options = own({"--before", "./old {port}", "--after", "./new {port}", "--server", "c=./c {port}",
                            "--fail-on-regression", "5%", "--metric", "p99"});
  ASSERT_TRUE(options) << options.error();
  ASSERT_EQ(options->servers.size(), 3U);
  EXPECT_EQ(options->servers[0].name, "before");
  EXPECT_EQ(options->servers[1].name, "after");
  EXPECT_TRUE(options->before_after);
  EXPECT_EQ(options->fail_on_regression, 5);
  EXPECT_EQ(options->metric, results::Metric::kP99);
  const auto echo = own({"--before", "echo:./old {port}", "--after", "echo:./new {port}"});
  ASSERT_TRUE(echo) << echo.error();
  EXPECT_EQ(echo->servers[0].kind, ServerKind::kEcho);
  EXPECT_EQ(echo->servers[0].command, "./old {port}");
}

TEST(OwnServers, AreRefusedWithWhatIsWrong) {
  const char* const a = "a=./a {port}";
  EXPECT_EQ(own_complaint({"--server", "a=./a"}),
            "--server: 'a': './a' has no {port}: bench puts the port there on which the server is to listen");
  EXPECT_EQ(own_complaint({"--server", a, "--url", "a=http://h/"}), "--server: 'a' is named more than once");
  EXPECT_THAT(own_complaint({"--server", "./a {port}"}), HasSubstr("is not of the form NAME=COMMAND"));
  EXPECT_THAT(own_complaint({"--server", "=./a {port}"}), HasSubstr("the name is empty"));
  EXPECT_THAT(own_complaint({"--server", "a\nb=./a {port}"}), HasSubstr("no control characters"));
  EXPECT_THAT(own_complaint({"--server", "a= "}), HasSubstr("there is no command"));
  EXPECT_EQ(own_complaint({"--server", "ftp:a=./a {port}"}),
            "--server: 'ftp:' is no kind of server: http: or echo:");
  EXPECT_EQ(own_complaint({"--url", "a=ftp://h/"}),
            "--url: 'ftp://h/' is not of the form http://HOST:PORT/path");
  EXPECT_THAT(own_complaint({"--url", "a=tcp://h:1"}), HasSubstr("is not of the form http://HOST:PORT/path"));
  EXPECT_THAT(own_complaint({"--url", "a=http://h:99999/"}),
              testing::StartsWith("--url: 'http://h:99999/' "));
  EXPECT_EQ(own_complaint({"--after", "./a {port}"}),
            "--after needs --before: both are commands that start a version of the server");
  EXPECT_THAT(own_complaint({"--before", "./a", "--after", "./b {port}"}),
              HasSubstr("--before: './a' has no"));
  EXPECT_THAT(own_complaint({"--before", "echo:./a {port}", "--after", "./b {port}"}),
              HasSubstr("of one kind"));
  EXPECT_THAT(own_complaint({"--server", a, "--metric", "rps"}), HasSubstr("--metric needs --before"));
  EXPECT_THAT(own_complaint({"--server", a, "--fail-on-regression", "5"}),
              HasSubstr("--fail-on-regression needs --before"));
  for (const char* percent : {"x", "-1", "", "5%%", "nan"}) {
    EXPECT_THAT(
        own_complaint({"--before", "b {port}", "--after", "a {port}", "--fail-on-regression", percent}),
        HasSubstr("is not a percentage"));
  }
  EXPECT_THAT(own_complaint({"--path", "/x"}), HasSubstr("--path is for servers of your own over HTTP"));
  EXPECT_THAT(own_complaint({"--server", "echo:a=./a {port}", "-X", "PUT"}),
              HasSubstr("--method is for servers"));
  EXPECT_THAT(own_complaint({"--server", "echo:a=./a {port}", "--ready", "/"}), HasSubstr("--ready is for"));
  EXPECT_THAT(own_complaint({"--url", "a=http://h/", "--ready", "/"}), HasSubstr("--ready is for"));
  EXPECT_THAT(own_complaint({"--server", a, "--ready", "/a b"}), testing::StartsWith("--ready: '/a b' "));
  EXPECT_THAT(own_complaint({"--server", a, "--path", "/a b"}), testing::StartsWith("--path: '/a b' "));
  EXPECT_THAT(own_complaint({"--server", a, "--path", "/", "--urls", "f"}), HasSubstr("exclude each other"));
  EXPECT_THAT(own_complaint({"--server", a, "-X", "CONNECT"}), testing::StartsWith("--method: "));
  EXPECT_THAT(own_complaint({"--server", a, "-H", "nonsense"}), testing::StartsWith("--header: "));
  EXPECT_THAT(own_complaint({"--server", a, "--body", "@/nowhere/body"}), testing::StartsWith("--body: "));
  EXPECT_THAT(own_complaint({"--server", a, "--body", "@-"}), HasSubstr("can be read once"));
  EXPECT_THAT(own_complaint({"--server", a, "--urls", "-"}), HasSubstr("can be read once"));
  EXPECT_THAT(own_complaint({"--server", a, "--targets", "-"}), HasSubstr("can be read once"));
  EXPECT_THAT(own_complaint({"--server", a, "--targets", "/nowhere/t"}), testing::StartsWith("--targets: "));
  EXPECT_THAT(own_complaint({"--url", "a=http://h/x", "--targets", "t"}), HasSubstr("'a' has a path"));
  EXPECT_THAT(own_complaint({"--targets", "t"}), HasSubstr("--targets is for servers of your own over HTTP"));
  EXPECT_THAT(own_complaint({"--server", a, "--ok-status", "9"}), testing::StartsWith("--ok-status: "));
  EXPECT_THAT(own_complaint({"--server", a, "--prepare", " "}), HasSubstr("--prepare: there is no command"));
}

TEST(OwnServers, HaveNamesThatNobodyElseOfTheirKindHas) {
  BenchOptions options;
  options.own = own({"--server", "libuv=./a {port}"}).value();
  EXPECT_EQ(name_given_twice(make_plan(options, {"libuv"})), "libuv");
  EXPECT_EQ(name_given_twice(make_plan(options, {"libev"})), std::nullopt);
}

TEST(OwnServers, ThatNoWorkloadIsForAreNamed) {
  BenchOptions options;
  options.own = own({"--server", "a=./a {port}"}).value();
  options.workloads = {*find_workload("echo-d1")};
  EXPECT_EQ(idle_own(options, make_plan(options, {})), "a");
  options.workloads = {*find_workload("http-close")};
  EXPECT_EQ(idle_own(options, make_plan(options, {})), std::nullopt);
}

TEST(ContestantOptions, RefuseAMethodWhereNobodyIsAskedWereItTheUsualOne) {
  const auto options = own({"-X", "GET"});
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error(),
            "--method is for servers of your own over HTTP: name one with --server, --url or --before");
}

}  // namespace
}  // namespace suite::bench
