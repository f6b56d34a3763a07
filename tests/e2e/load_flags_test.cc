// Every flag of `suite load` does what it says: each test here fails when its flag is ignored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "common/net/endpoint.h"
#include "tests/e2e/load.h"
#include "tests/support/child.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using test::load_quietly;
using test::quiet_load;
using test::receive;
using test::ScriptedServer;
using test::send_all;
using test::swallow;

// The document that --format json prints.
Json load_json(const ScriptedServer& server, std::vector<std::string> flags) {
  flags.insert(flags.end(), {"--format", "json"});
  const test::Finished finished = load_quietly(server, std::move(flags));
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_EQ(finished.errors, "");
  return Json::parse(finished.output);
}

// The only run of it.
Json run_of(const ScriptedServer& server, std::vector<std::string> flags) {
  Json document = load_json(server, std::move(flags));
  EXPECT_EQ(document["runs"].size(), 1U);
  return document["runs"][0];
}

// What a server got, put together over all connections.
class TextRecorder {
 public:
  void operator()(int fd, int) {
    for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
      {
        const std::lock_guard lock(mutex_);
        text_ += bytes;
      }
      send_all(fd, bytes);
    }
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

TEST(LoadFlags, HostAndPortOverrideTheTargetsParts) {
  const ScriptedServer server(test::echo);
  const std::string port = std::to_string(server.port());
  const auto with = [&](std::vector<std::string> target) {
    std::vector<std::string> all{SUITE_PROGRAM, "load", "-q", "-n", "5"};
    all.insert(all.end(), target.begin(), target.end());
    return test::run_to_end({.arguments = all}).status;
  };
  EXPECT_EQ(with({"127.0.0.1", "-p", port}), test::exited(0));
  EXPECT_EQ(with({"127.0.0.1:1", "--port", port}), test::exited(0));
  EXPECT_EQ(with({"nowhere.invalid:" + port, "--host", "127.0.0.1"}), test::exited(0));
  EXPECT_EQ(with({"--host", "127.0.0.1", "--port", port}), test::exited(0));
  EXPECT_EQ(with({"tcp://127.0.0.1:" + port}), test::exited(0));
}

TEST(LoadFlags, ConnsOpensSoManyConnections) {
  for (const char* flag : {"-c", "--conns"}) {
    const ScriptedServer server(test::echo);
    const Json run = run_of(server, {flag, "7", "-n", "50"});
    EXPECT_EQ(run["connections"]["opened"], 7);
    EXPECT_EQ(server.accepted(), 8);  // and the one that looked for a listener
  }
  const ScriptedServer server(test::echo);
  EXPECT_EQ(run_of(server, {"-n", "200"})["connections"]["asked"], 100) << "the default";
}

TEST(LoadFlags, SecsIsTheTimeMeasured) {
  const ScriptedServer server(test::echo);
  for (const char* flag : {"-d", "--secs"})
    EXPECT_EQ(run_of(server, {flag, "120ms", "-c", "4"})["seconds"], 0.12);
}

TEST(LoadFlags, RequestsIsTheirExactNumber) {
  const ScriptedServer server(test::echo);
  for (const char* flag : {"-n", "--requests"}) {
    const Json run = run_of(server, {flag, "321"});
    EXPECT_EQ(run["completed"], 321);
    EXPECT_EQ(run["sent"], 321);
  }
}

TEST(LoadFlags, PerConnReopensAfterSoManyExchanges) {
  for (const char* flag : {"-e", "--per-conn"}) {
    const ScriptedServer server(test::echo);
    const Json run = run_of(server, {flag, "10", "-c", "1", "-n", "95"});
    EXPECT_EQ(run["connections"]["reopened"], 9);
    EXPECT_EQ(server.accepted(), 11);
  }
}

TEST(LoadFlags, ThreadsShareTheConnections) {
  const ScriptedServer server(test::echo);
  for (const char* flag : {"-t", "--threads"}) {
    const Json run = run_of(server, {flag, "3", "-n", "500"});
    EXPECT_EQ(run["threads"], 3);
    EXPECT_EQ(run["connections"]["opened"], 100);
    EXPECT_EQ(run["completed"], 500);
  }
}

TEST(LoadFlags, DepthIsWhatIsInFlightPerConnection) {
  const ScriptedServer server(swallow);
  for (const char* flag : {"-D", "--depth"}) {
    std::vector<std::string> flags{flag, "9", "-c", "2", "-d", "50ms", "--format", "json"};
    const test::Finished finished = load_quietly(server, flags);
    EXPECT_EQ(finished.status, test::exited(1)) << "nothing succeeded";
    EXPECT_EQ(Json::parse(finished.output)["runs"][0]["in_flight_at_end"], 18);
  }
}

TEST(LoadFlags, SizeIsThatOfAPseudoRandomRequest) {
  TextRecorder recorder;
  const ScriptedServer server(std::ref(recorder));
  const Json run = run_of(server, {"--size", "1k", "-c", "1", "-n", "2"});
  EXPECT_EQ(run["bytes_sent"], 2048);
  const std::string text = recorder.text();
  ASSERT_EQ(text.size(), 2048U);
  EXPECT_NE(text.substr(0, 1024), text.substr(1024));
}

TEST(LoadFlags, SeedChoosesThePseudoRandomBytes) {
  const auto sent_with = [](const char* seed) {
    TextRecorder recorder;
    const ScriptedServer server(std::ref(recorder));
    run_of(server, {"--size", "64", "-c", "1", "-n", "1", "--seed", seed});
    return recorder.text();
  };
  EXPECT_EQ(sent_with("5"), sent_with("5"));
  EXPECT_NE(sent_with("5"), sent_with("6"));
}

TEST(LoadFlags, MessageIsSentAsItIs) {
  for (const char* flag : {"-m", "--message"}) {
    TextRecorder recorder;
    const ScriptedServer server(std::ref(recorder));
    run_of(server, {flag, "ping!", "-c", "1", "-n", "3"});
    EXPECT_EQ(recorder.text(), "ping!ping!ping!");
  }
  TextRecorder recorder;
  const ScriptedServer server(std::ref(recorder));
  run_of(server, {"-c", "1", "-n", "1"});
  EXPECT_EQ(recorder.text(), "hello world\n") << "the default";
}

TEST(LoadFlags, FileIsSentAsItIs) {
  const test::TemporaryFolder folder;
  const std::string content("a\0b\xff\n", 5);
  std::ofstream(folder.file("payload"), std::ios::binary) << content;
  for (const char* flag : {"-f", "--file"}) {
    TextRecorder recorder;
    const ScriptedServer server(std::ref(recorder));
    run_of(server, {flag, folder.file("payload"), "-c", "1", "-n", "1"});
    EXPECT_EQ(recorder.text(), content);
  }
}

TEST(LoadFlags, FileIsNamedAsAShellReadsIt) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("two words");
  std::ofstream(path) << "x";
  const ScriptedServer server(test::echo);
  EXPECT_EQ(load_json(server, {"--file", path, "-n", "5"})["config"]["payload"], "--file '" + path + "'");
}

TEST(LoadFlags, VerifyChoosesHowCloselyRepliesAreLookedAt) {
  const auto errors_with = [](const char* verify, const auto& change) {
    const ScriptedServer server([&change](int fd, int) {
      for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) send_all(fd, change(bytes));
    });
    const test::Finished finished =
        load_quietly(server, {"-c", "1", "-n", "5", "--format", "json", "--verify", verify});
    return Json::parse(finished.output)["runs"][0]["errors"]["mismatch"].get<int>();
  };
  const auto other_bytes = [](const std::string& in) { return std::string(in.size(), '?'); };
  const auto surplus = [](const std::string& in) { return in + "?"; };
  EXPECT_GT(errors_with("full", other_bytes), 0);
  EXPECT_EQ(errors_with("length", other_bytes), 0);
  EXPECT_GT(errors_with("length", surplus), 0);
  EXPECT_EQ(errors_with("none", surplus), 0);
}

TEST(LoadFlags, WarmupIsNotMeasured) {
  TextRecorder recorder;
  const ScriptedServer server(std::ref(recorder));
  const Json run = run_of(server, {"--warmup", "100ms", "-n", "1", "-c", "1"});
  EXPECT_EQ(run["completed"], 1);
  EXPECT_GT(recorder.text().size(), 100U * 12);
}

TEST(LoadFlags, RunsRepeatsWithFreshConnections) {
  const ScriptedServer server(test::echo);
  const test::Finished finished = load_quietly(server, {"--runs", "3", "-n", "10", "-c", "2"});
  EXPECT_EQ(std::ranges::count(finished.output, '\n'), 3);
  EXPECT_EQ(server.accepted(), 1 + 3 * 2);
  EXPECT_EQ(load_json(server, {"--runs", "2", "-n", "10"})["runs"].size(), 2U);
}

TEST(LoadFlags, TimeoutIsHowLongAReplyMayTake) {
  const ScriptedServer server(swallow);
  const test::Finished finished =
      load_quietly(server, {"--timeout", "40ms", "-n", "3", "-c", "3", "--format", "json"});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(Json::parse(finished.output)["runs"][0]["errors"]["timeout"], 3);
}

TEST(LoadFlags, ConnectBurstBoundsTheHandshakes) {
  // Nobody accepts, so all but the first few hang until the timeout: in 300 ms a burst of 3 can fail four
  // times.
  const auto failures_with = [](const char* burst) {
    const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {.backlog = 1});
    const test::Finished finished = test::run_to_end(
        {.arguments = {SUITE_PROGRAM, "load", listener->endpoint().to_string(), "-q", "-c", "12", "-d",
                       "300ms", "--timeout", "100ms", "--format", "json", "--connect-burst", burst}});
    return Json::parse(finished.output)["runs"][0]["errors"]["connect"].get<int>();
  };
  EXPECT_LE(failures_with("3"), 12);
  EXPECT_GT(failures_with("256"), 12);
}

TEST(LoadFlags, ServerPidMeasuresThatProcess) {
  const ScriptedServer server(test::echo);
  EXPECT_TRUE(run_of(server, {"-n", "500", "-c", "4"})["server_cpu_seconds"].is_null());
  const Json run = run_of(server, {"-n", "5000", "-c", "4", "--server-pid", std::to_string(::getpid())});
  EXPECT_GT(run["server_cpu_seconds"].get<double>(), 0.0);
}

TEST(LoadFlags, FormatChoosesWhatStdoutGets) {
  const ScriptedServer server(test::echo);
  const std::string pattern = "Throughput: [0-9]+\\.[0-9][0-9] \\[reqests/sec\\], errors: 0\n";
  EXPECT_THAT(load_quietly(server, {"-n", "5"}).output, testing::MatchesRegex(pattern));
  EXPECT_THAT(load_quietly(server, {"-n", "5", "--format", "line"}).output, testing::MatchesRegex(pattern));
  EXPECT_EQ(load_json(server, {"-n", "5"})["schema"], 1);
}

TEST(LoadFlags, JsonWritesTheFullResultAsWell) {
  const ScriptedServer server(test::echo);
  const test::TemporaryFolder folder;
  const test::Finished finished = load_quietly(server, {"-n", "5", "--json", folder.file("result.json")});
  EXPECT_TRUE(finished.output.starts_with("Throughput: "));
  std::ifstream file(folder.file("result.json"));
  EXPECT_EQ(Json::parse(file)["runs"][0]["completed"], 5);
}

TEST(LoadFlags, SourceIpNamesWhereConnectionsComeFrom) {
  std::mutex mutex;
  std::map<std::string, int> peers;
  const ScriptedServer server([&](int fd, int number) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0) {
      const std::lock_guard held(mutex);
      ++peers[Endpoint(reinterpret_cast<const sockaddr*>(&address), length).host()];
    }
    test::echo(fd, number);
  });
  const Json config =
      load_json(server, {"-n", "100", "-c", "5", "-t", "2", "--source-ip", "127.0.0.2,127.0.0.3"})["config"];
  const std::lock_guard held(mutex);
  peers.erase("127.0.0.1");  // the one that found the server
  EXPECT_EQ(peers, (std::map<std::string, int>{{"127.0.0.2", 3}, {"127.0.0.3", 2}}));
  EXPECT_EQ(config["source_ip"], Json({"127.0.0.2", "127.0.0.3"}));
}

TEST(LoadFlags, QuietLeavesStderrEmpty) {
  const ScriptedServer server(test::echo);
  const std::string target = server.endpoint().to_string();
  for (const char* flag : {"-q", "--quiet"}) {
    EXPECT_EQ(test::run_to_end({.arguments = {SUITE_PROGRAM, "load", target, "-n", "5", flag}}).errors, "");
  }
  const test::Finished talking =
      test::run_to_end({.arguments = {SUITE_PROGRAM, "load", target, "-n", "500"}});
  EXPECT_TRUE(talking.errors.starts_with("suite load " + target +
                                         " --conns 100 --requests 500 --threads 1 --depth 1"))
      << talking.errors;
  EXPECT_THAT(talking.errors, testing::HasSubstr("500 completed"));
  EXPECT_THAT(talking.errors, testing::HasSubstr("p99 "));
}

TEST(LoadFlags, ConfigNamesEveryEffectiveOption) {
  const ScriptedServer server(test::echo);
  const Json config = load_json(server, {"-n", "5"})["config"];
  for (const char* name :
       {"target",  "address",       "resolve",   "conns",         "secs",   "requests",  "per_conn",
        "threads", "depth",         "payload",   "payload_bytes", "verify", "warmup",    "runs",
        "timeout", "connect_burst", "source_ip", "seed",          "driver", "server_pid"}) {
    EXPECT_TRUE(config.contains(name)) << name;
  }
}

}  // namespace
}  // namespace suite
