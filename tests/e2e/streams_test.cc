// What becomes of a result when standard error, standard output or a file takes nothing: each of them fails
// alone, and nothing waits for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <fcntl.h>

#include <fstream>
#include <sstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/load.h"
#include "tests/support/broken_stream.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {
namespace {

using Json = nlohmann::json;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

Finished run_with(Command command, std::array<std::optional<int>, 3> streams) {
  command.streams = streams;
  return run_to_end(command);
}

Command load_command(const ScriptedServer& server, std::vector<std::string> flags) {
  flags.insert(flags.begin(), {"load", server.endpoint().to_string(), "-c", "2"});
  return suite_command(flags);
}

// No rate is low enough.
Command short_search(const ScriptedServer& server) {
  return load_command(server, {"--find-max", "p50<1ns", "-R", "2000", "-d", "20ms"});
}

Command short_bench(std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"bench", "--backends", "epoll", "--workloads", "echo-d1", "--rounds", "1",
                             "--secs", "100ms", "--conns", "2"});
  return suite_command(more);
}

// Throws where it is not whole.
Json document_in(const std::string& path) { return Json::parse(std::ifstream(path)); }

// A pipe that the test reads, or not.
struct Reader {
  UniqueFd reading, writing;
  Reader() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    reading.reset(ends[0]);
    writing.reset(ends[1]);
  }
};

TEST(BrokenStandardError, ChangesNeitherResultNorExitCodeOfALoad) {
  const ScriptedServer server(echo);
  const TemporaryFolder folder;
  for (const Broken how : kAllBroken) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    const std::string file = folder.file(name_of(how));
    const Finished finished =
        run_with(load_command(server, {"-n", "200", "--progress", "on", "--json", file, "--runs", "3"}),
                 {std::nullopt, std::nullopt, stream.fd()});
    EXPECT_EQ(finished.status, exited(0));
    EXPECT_THAT(finished.output, MatchesRegex("(Throughput: [0-9.]+ .reqests/sec., errors: 0\n){3}"));
    EXPECT_EQ(document_in(file)["runs"].size(), 3U);
  }
}

TEST(BrokenStandardError, ChangesNothingOfASearch) {
  const ScriptedServer server(echo);
  const Finished whole = run_to_end(short_search(server));
  EXPECT_NE(whole.output, "");
  for (const Broken how : kAllBroken) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    const Finished finished = run_with(short_search(server), {std::nullopt, std::nullopt, stream.fd()});
    EXPECT_EQ(finished.output, whole.output);
    EXPECT_EQ(finished.status, whole.status);
  }
}

TEST(BrokenStandardError, LeavesUsageErrorsTheirExitCode) {
  for (const Broken how : kAllBroken) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{}, {"nosuch"}, {"load", "--nosuch"}, {"serve-echo", "-p", "x"}}) {
      EXPECT_EQ(run_with(suite_command(arguments), {std::nullopt, std::nullopt, stream.fd()}).status,
                exited(2));
    }
  }
}

TEST(BrokenStandardError, ChangesNothingOfTheVerbsThatExplain) {
  for (const Broken how : kAllBroken) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--help"}, {"--version"}, {"backends"}, {"load", "--help"}}) {
      const Finished finished = run_with(suite_command(arguments), {std::nullopt, std::nullopt, stream.fd()});
      EXPECT_EQ(finished.status, exited(0));
      EXPECT_NE(finished.output, "");
    }
  }
}

TEST(BrokenStandardError, ChangesNothingOfABench) {
  for (const Broken how : kAllBroken) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    const Finished finished =
        run_with(short_bench({"--progress", "on"}), {std::nullopt, std::nullopt, stream.fd()});
    EXPECT_EQ(finished.status, exited(0));
    EXPECT_THAT(finished.output, HasSubstr("\nThroughput: "));
  }
}

// It hung for ever: what was thrown for want of a reader left the load threads waiting for each other.
TEST(BrokenStandardError, AReaderThatLeavesInMidRunStopsNothing) {
  const ScriptedServer server(echo);
  Reader errors;
  Command command = load_command(server, {"-d", "1200ms", "-t", "2", "--progress", "on"});
  command.streams[2] = errors.writing.get();
  Child child(command);
  errors.writing.reset();
  std::array<char, 1> byte{};
  ASSERT_EQ(::read(errors.reading.get(), byte.data(), byte.size()), 1);
  errors.reading.reset();
  EXPECT_EQ(child.wait().value_or(ExitStatus{}), exited(0));
  EXPECT_THAT(child.output(), StartsWith("Throughput: "));
}

TEST(BrokenStandardError, SaysLaterThatSomethingWasLost) {
  const ScriptedServer server(echo);
  Reader errors;
  ::fcntl(errors.writing.get(), F_SETFL, O_NONBLOCK);
  const std::array<char, 4096> block{};
  while (::write(errors.writing.get(), block.data(), block.size()) > 0) continue;
  Command command = load_command(server, {"-d", "1500ms"});  // the settings are waited for, and lost
  command.streams[2] = errors.writing.get();
  Child child(command);
  errors.writing.reset();
  ASSERT_TRUE(eventually([&] { return server.accepted() >= 2; })) << "it gave up waiting and went on";
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t count = 1; count > 0;) {
    count = ::read(errors.reading.get(), part.data(), part.size());
    if (count > 0) text.append(part.data(), static_cast<std::size_t>(count));
  }
  EXPECT_EQ(child.wait().value_or(ExitStatus{}), exited(0));
  EXPECT_THAT(text, HasSubstr("suite: 1 earlier messages could not be written here\n"));
}

TEST(BrokenStandardOutput, IsAFailureWithOneLineAndTheFilesAreWholeAllTheSame) {
  const ScriptedServer server(echo);
  const TemporaryFolder folder;
  for (const Broken how : kFailing) {
    for (const char* const format : {"line", "table", "csv", "json"}) {
      SCOPED_TRACE(name_of(how) + format);
      const BrokenStream stream(how);
      const Finished finished =
          run_with(load_command(server, {"-q", "-n", "200", "--runs", "2", "--format", format, "--json",
                                         folder.file("x.json"), "--hdr", folder.file("x.hgrm")}),
                   {std::nullopt, stream.fd(), std::nullopt});
      EXPECT_EQ(finished.status, exited(1));
      EXPECT_THAT(finished.errors, MatchesRegex("suite load: cannot write to standard output: [A-Za-z ]+\n"));
      EXPECT_EQ(document_in(folder.file("x.json"))["runs"].size(), 2U) << "it goes on for the files";
      EXPECT_TRUE(std::filesystem::exists(folder.file("x.hgrm")));
      std::filesystem::remove(folder.file("x.json"));
      std::filesystem::remove(folder.file("x.hgrm"));
    }
  }
}

TEST(BrokenStandardOutput, EndsRunsThatNobodyCouldGet) {
  for (const Broken how : kFailing) {
    SCOPED_TRACE(name_of(how));
    const ScriptedServer server(echo);
    const BrokenStream stream(how);
    const Finished finished = run_with(load_command(server, {"-q", "-n", "10", "--runs", "1000"}),
                                       {std::nullopt, stream.fd(), std::nullopt});
    EXPECT_EQ(finished.status, exited(1));
    EXPECT_LT(server.accepted(), 10) << "one run, of two connections and a look";
  }
}

TEST(BrokenStandardOutput, EndsASearchWithALine) {
  const ScriptedServer server(echo);
  for (const Broken how : kFailing) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    const Finished finished = run_with(short_search(server), {std::nullopt, stream.fd(), std::nullopt});
    EXPECT_EQ(finished.status, exited(1));
    EXPECT_THAT(finished.errors, ContainsRegex("suite load: cannot .* standard output"));
  }
}

TEST(BrokenStandardOutput, FailsTheVerbsThatExplain) {
  for (const Broken how : kFailing) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                      {"--version"},
                                                      {"backends"},
                                                      {"backends", "--json"},
                                                      {"load", "--help"},
                                                      {"bench", "--help"},
                                                      {"serve-http", "--help"}}) {
      const Finished finished = run_with(suite_command(arguments), {std::nullopt, stream.fd(), std::nullopt});
      EXPECT_EQ(finished.status, exited(1));
      EXPECT_THAT(finished.errors, MatchesRegex("suite[a-z -]*: cannot write to standard output: .*\n"));
    }
  }
}

TEST(BrokenStandardOutput, EndsABenchBeforeItMeasures) {
  for (const Broken how : kFailing) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    const Stopwatch watch;
    const Finished finished =
        run_with(short_bench({"--secs", "60"}), {std::nullopt, stream.fd(), std::nullopt});
    EXPECT_EQ(finished.status, exited(1));
    EXPECT_THAT(finished.errors, HasSubstr("suite bench: cannot write to standard output: "));
  }
}

TEST(BrokenStandardOutput, LetsABenchGoOnForItsFile) {
  const TemporaryFolder folder;
  for (const Broken how : kFailing) {
    SCOPED_TRACE(name_of(how));
    const BrokenStream stream(how);
    const Finished finished =
        run_with(short_bench({"-o", folder.file(name_of(how))}), {std::nullopt, stream.fd(), std::nullopt});
    EXPECT_EQ(finished.status, exited(1));
    EXPECT_THAT(finished.errors, HasSubstr("; it goes on without its log, for the file of -o\n"));
    const auto rounds = document_in(folder.file(name_of(how)))["rounds"];
    EXPECT_EQ(std::ranges::count_if(rounds, [](const auto& one) { return one.contains("run"); }), 1);
  }
}

// A round takes a minute: it does not begin the second one.
TEST(BrokenStandardOutput, EndsABenchAtTheNextRoundOnceItsReaderHasLeft) {
  Reader output;
  Command command = short_bench({"--rounds", "1000", "--progress", "on"});
  command.streams[1] = output.writing.get();
  Child child(command);
  output.writing.reset();
  ASSERT_TRUE(child.wait_for_line("round 1 of 1000, epoll"));
  output.reading.reset();
  EXPECT_EQ(child.wait().value_or(ExitStatus{}), exited(1));
  EXPECT_THAT(child.errors(), HasSubstr("suite bench: cannot write to standard output: "));
}

// A pager that is not scrolled is waited for; a second signal ends everything, and the first one hurries.
TEST(StuckStandardOutput, IsNotWaitedForLongOnceTheUserWantsToStop) {
  const ScriptedServer server(echo);
  const BrokenStream stream(Broken::kStuck);
  const TemporaryFolder folder;
  Command command = load_command(server, {"-n", "10", "--json", folder.file("x")});
  command.streams[1] = stream.fd();
  Child child(command);
  ASSERT_TRUE(child.wait_for_line("  requests "));
  child.signal(SIGINT);
  EXPECT_EQ(child.wait().value_or(ExitStatus{}), exited(130));
  EXPECT_THAT(child.errors(), HasSubstr("suite load: cannot write to standard output: nobody reads it\n"));
  EXPECT_EQ(document_in(folder.file("x"))["runs"].size(), 1U);
}

TEST(AllThreeStreams, MayBeClosed) {
  const ScriptedServer server(echo);
  const TemporaryFolder folder;
  Command command = load_command(server, {"-n", "200", "--json", folder.file("x")});
  command.streams.fill(kNoStream);
  EXPECT_EQ(run_to_end(command).status, exited(1)) << "the line of the result is lost";
  EXPECT_EQ(document_in(folder.file("x"))["runs"][0]["completed"], 200);
}

TEST(FullDisks, FailABenchAtItsEnd) {
  const Finished finished = run_to_end(short_bench({"-o", "/dev/full"}));
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, HasSubstr("\nThroughput: "));
  EXPECT_THAT(finished.errors, HasSubstr("suite bench: cannot write /dev/full: No space left on device; "));
}

// setrlimit(2): SIGXFSZ, which would end the program with nothing said.
TEST(FullDisks, ALimitOnFilesIsALine) {
  const ScriptedServer server(echo);
  const TemporaryFolder folder;
  const std::string command = "ulimit -f 1; exec " + std::string(SUITE_PROGRAM) + " load " +
                              server.endpoint().to_string() + " -q -n 5 -c 1 --json " + folder.file("x");
  const Finished finished = run_to_end({.arguments = {"/bin/sh", "-c", command}});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.output, StartsWith("Throughput: "));
  EXPECT_THAT(finished.errors, HasSubstr(": File too large\n"));
}

TEST(JsonOnStandardOutput, IsAloneThere) {
  const ScriptedServer server(echo);
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{"--json", "-"}, {"--json", "-", "--format", "json"}}) {
    const Finished finished = run_to_end(load_command(server, [&] {
      auto all = flags;
      all.insert(all.end(), {"-n", "20", "--runs", "2"});
      return all;
    }()));
    EXPECT_EQ(finished.status, exited(0));
    EXPECT_EQ(Json::parse(finished.output)["runs"].size(), 2U);
  }
  EXPECT_FALSE(std::filesystem::exists("-"));
}

// Memory that runs out in a load thread: the second that it was to put on the board is not waited for.
TEST(ALoadThatBreaks, EndsWithALineAndWhatItMeasured) {
  if (kSanitized) GTEST_SKIP() << "sanitizers bring an operator new of their own";
  const ScriptedServer server(echo);
  const TemporaryFolder folder;
  for (const char* const threads : {"1", "2"}) {
    Command command =
        load_command(server, {"-q", "-d", "20", "-t", threads, "--json", folder.file("x"), "--runs", "3"});
    command.environment = {{"LD_PRELOAD", SUITE_NO_MEMORY}, {"SUITE_NO_MEMORY_AFTER", "700"}};
    const Finished finished = run_to_end(command);
    EXPECT_EQ(finished.status, exited(1));
    EXPECT_THAT(finished.output, MatchesRegex("Throughput: [1-9][0-9.]+ .reqests/sec., errors: 0\n"));
    EXPECT_EQ(finished.errors, "suite load: cannot run the load: out of memory\n");
    const Json run = document_in(folder.file("x"))["runs"].at(0);
    EXPECT_GT(run["completed"], 0);
    EXPECT_EQ(run["failure"], "cannot run the load: out of memory");
    EXPECT_EQ(run["interrupted"], true);
  }
}

TEST(ALoadThatBreaks, SaysThatItsThreadsCannotBeStarted) {
  if (kSanitized) GTEST_SKIP() << "sanitizers need more address space than that";
  const ScriptedServer server(echo);
  const std::string command = "ulimit -v 500000; exec " + std::string(SUITE_PROGRAM) + " load " +
                              server.endpoint().to_string() + " -q -d 20 -c 400 -t 400";
  const Finished finished = run_to_end({.arguments = {"/bin/sh", "-c", command}});
  EXPECT_EQ(finished.status, exited(1));
  EXPECT_THAT(finished.errors, MatchesRegex("suite load: cannot .*: .*\n"));
}

}  // namespace
}  // namespace suite::test
