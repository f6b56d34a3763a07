// `suite load` against servers that are no echo: --reply and --reply-ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>
#include <nlohmann/json.hpp>

#include "tests/e2e/load.h"
#include "tests/support/programs.h"
#include "tests/support/scripted_server.h"

namespace suite {
namespace {

using Json = nlohmann::json;
using test::load_quietly;
using test::receive;
using test::ScriptedServer;
using test::send_all;
using testing::HasSubstr;

using Flags = std::vector<std::string>;

Json run_on(const ScriptedServer& server, Flags flags) {
  flags.insert(flags.end(), {"--format", "json"});
  const test::Finished finished = load_quietly(server, std::move(flags));
  return Json::parse(finished.output)["runs"][0];
}

// Answers each line with "you said ", and the line.
void say_it_again(int fd, int) {
  std::string rest;
  for (std::string bytes = receive(fd); !bytes.empty(); bytes = receive(fd)) {
    rest += bytes;
    std::string answer;
    for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
      answer += "you said " + rest.substr(0, end + 1);
      rest.erase(0, end + 1);
    }
    send_all(fd, answer);
  }
}

TEST(LoadReply, ALineServerIsLoadedAtAnyDepthAndRate) {
  const ScriptedServer server(say_it_again);
  for (const Flags& reply : {Flags{"--reply", "you said hi\\n"}, Flags{"--reply-ends", "\\n"}}) {
    for (const Flags& pace : {Flags{"-D", "1"}, Flags{"-D", "16"}, Flags{"-R", "5k"}, Flags{"-e", "10"}}) {
      Flags flags{"-m", "hi\\n", "--escapes", "-c", "2", "-n", "100", "--fail-if", "errors>0"};
      flags.insert(flags.end(), reply.begin(), reply.end());
      flags.insert(flags.end(), pace.begin(), pace.end());
      const Json run = run_on(server, flags);
      EXPECT_EQ(run["completed"], 100) << testing::PrintToString(flags) << run["errors"];
      EXPECT_GE(run["bytes_received"], 1200);
    }
  }
}

TEST(LoadReply, AWrongReplyIsAMismatchAndIsShown) {
  const ScriptedServer server(say_it_again);
  const test::Finished finished =
      load_quietly(server, {"-m", "hi\n", "--reply", "you said ho\n", "-c", "1", "-n", "3"});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_EQ(finished.errors,
            "suite load: no request succeeded: 3 failed (3 with a mismatch); byte 11 of a reply of 12 was "
            "wrong: \"you said hi\\n\"\n");
  EXPECT_THAT(load_quietly(server, {"-m", "hi\n", "--reply", "you", "-c", "1", "-n", "3"}).errors,
              HasSubstr("bytes came behind a reply of 3 bytes: \" said hi\\n\""));
}

TEST(LoadReply, AnEchoThatIsNoneNamesTheFlagForOthers) {
  const ScriptedServer server(say_it_again);
  EXPECT_THAT(load_quietly(server, {"-m", "hi\n", "-c", "1", "-n", "1"}).errors,
              HasSubstr("(an echo was expected: --reply or --reply-ends say what else is)"));
}

TEST(LoadReply, EscapesThatWereMeantAreNamed) {
  const ScriptedServer server(say_it_again);
  EXPECT_THAT(
      load_quietly(server, {"-m", "hi\\n", "--reply-ends", "\n", "-c", "1", "-n", "1", "--timeout", "20ms"})
          .errors,
      HasSubstr("--message has a backslash in it: --escapes makes"));
}

// Counted, and never kept: 64 MiB come, and next to nothing of it stays.
TEST(LoadReply, AReplyThatNeverEndsTimesOutInBoundedMemory) {
  const ScriptedServer server([](int fd, int) {
    receive(fd);
    const std::string noise(1 << 20, 'E');
    for (int i = 0; i < 64; ++i) send_all(fd, noise);
    receive(fd);
  });
  const std::string limit =
      test::kSanitized ? "" : "ulimit -v 200000; ";  // a sanitizer has memory of its own
  const test::Finished finished =
      test::run_to_end({.arguments = {"/bin/sh", "-c", limit + "exec \"$@\"", "sh", SUITE_PROGRAM, "load",
                                      server.endpoint().to_string(), "-q", "-m", "x", "--reply-ends", "END",
                                      "-c", "1", "-n", "1", "--timeout", "300ms"}});
  EXPECT_EQ(finished.status, test::exited(1));
  EXPECT_THAT(finished.errors, testing::MatchesRegex("suite load: no request succeeded: 1 failed \\(1 timed "
                                                     "out\\); a reply had [0-9,]+ bytes and no end yet\n"));
}

// A program of somebody else, once it listens on a port of 127.0.0.1; killed when it goes out of scope.
class Service {
 public:
  Service(Flags arguments, std::uint16_t port) : port_(port), child_({.arguments = std::move(arguments)}) {
    const auto until = std::chrono::steady_clock::now() + test::kPatience;
    while (
        load({"-c", "1", "-n", "1", "--reply-ends", "\n", "-m", "version\r\n"}).errors.contains("refused") &&
        std::chrono::steady_clock::now() < until) {
    }
  }
  test::Finished load(Flags flags) const {
    flags.insert(flags.begin(), {SUITE_PROGRAM, "load", "127.0.0.1:" + std::to_string(port_), "-q"});
    return test::run_to_end({.arguments = std::move(flags)});
  }

 private:
  std::uint16_t port_;
  test::Child child_;
};

TEST(LoadReply, RedisIsLoaded) {
  SUITE_FIND(redis, "redis-server");
  const std::uint16_t port = test::free_port();
  const Service server({*redis, "--port", std::to_string(port), "--bind", "127.0.0.1", "--save", "",
                        "--appendonly", "no", "--daemonize", "no"},
                       port);
  for (const Flags& reply : {Flags{"--reply", "+PONG\\r\\n"}, Flags{"--reply-ends", "\\r\\n"}}) {
    Flags flags{"-m", "PING\\r\\n", "--escapes", "-c", "4", "-D", "8", "-n", "2000", "--require", "errors<1"};
    flags.insert(flags.end(), reply.begin(), reply.end());
    const test::Finished finished = server.load(flags);
    EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  }
  EXPECT_THAT(server.load({"-m", "NOPE\r\n", "--reply", "+PONG\r\n", "-c", "1", "-n", "1"}).errors,
              HasSubstr("byte 1 of a reply of 7 was wrong: \"-ERR unknown command"));
}

TEST(LoadReply, MemcachedIsLoaded) {
  SUITE_FIND(memcached, "memcached");
  const std::uint16_t port = test::free_port();
  const Service server({*memcached, "-u", "nobody", "-l", "127.0.0.1", "-p", std::to_string(port), "-U", "0"},
                       port);
  Flags flags{"-m", "get x\\r\\n", "--reply-ends", "END\\r\\n", "--escapes", "-c", "4",
              "-D", "8",           "-n",           "2000"};
  const test::Finished finished = server.load(flags);
  EXPECT_EQ(finished.status, test::exited(0)) << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("errors: 0"));
}

}  // namespace
}  // namespace suite
