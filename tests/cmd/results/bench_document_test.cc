#include "cmd/results/bench_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cmd/cli/read_file.h"
#include "cmd/results/load_document.h"
#include "cmd/results/run_of.h"
#include "tests/client/reports/samples.h"
#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::results {
namespace {

using std::chrono::milliseconds;

BenchDocument full_document() {
  const LoadRun echo = run_of(test::echo_settings().plan, test::echo_result());
  const LoadRun http = run_of(test::http_settings().plan, test::http_result());
  return {.suite = "1.2.3",
          .config = {.rounds = 2,
                     .secs = milliseconds(1500),
                     .warmup = milliseconds(200),
                     .seed = 42,
                     .server_cpus = {0, 2},
                     .load_cpus = {1},
                     .http_limit = milliseconds(7500)},
          .environment = {.system = "Linux",
                          .release = "6.1",
                          .machine = "x86_64",
                          .usable_cpus = 3,
                          .cpu = "a processor",
                          .memory_bytes = 1 << 30,
                          .distribution = "Debian",
                          .compiler = "g++",
                          .libraries = "fmt",
                          .commit = "abc"},
          .interrupted = true,
          .skipped = {{.name = "uring", .reason = "it is \"forbidden\""}},
          .sections = {{.workload = "echo-d1",
                        .conns = 100,
                        .depth = 1,
                        .contestants = {{.name = "one",
                                         .serve = "one serve",
                                         .load = "load one",
                                         .workers = 1,
                                         .failure = BenchFailure{.round = 2, .why = "it died"},
                                         .rounds = {{.round = 1, .run = echo}}},
                                        {.name = "two",
                                         .serve = "two",
                                         .load = "load two",
                                         .workers = 4,
                                         .failure = {},
                                         .rounds = {{.round = 1, .run = echo}, {.round = 2, .run = http}}}}},
                       {.workload = "http-close", .conns = 1, .depth = 1, .contestants = {}}}};
}

TEST(BenchDocument, IsWrittenAgainAsItWasReadByteForByte) {
  const std::string text = bench_document_text(full_document());
  const auto document = read_bench_document(text);
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(bench_document_text(*document), text);
}

TEST(BenchDocument, IsReadWholeWhereSuiteBenchReallyWroteIt) {
  const suite::test::TemporaryFolder folder;
  const std::string file = folder.file("result.json");
  const auto finished = suite::test::run_to_end(
      {.arguments = {SUITE_PROGRAM, "bench", "-q", "--backends", "epoll", "--workloads", "echo-d1",
                     "--rounds", "1", "--secs", "40ms", "--conns", "3", "-o", file}});
  ASSERT_EQ(finished.status, suite::test::exited(0)) << finished.errors;
  const std::string text = read_file(file).value();
  const auto document = read_bench_document(text);
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(bench_document_text(*document), text);
  EXPECT_GT(document->sections.at(0).contestants.at(0).rounds.at(0).run.rps(), 0);
}

TEST(BenchDocument, HasEveryRoundWithItsHistograms) {
  const auto document = read_bench_document(bench_document_text(full_document()));
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(document->config.secs, milliseconds(1500));
  EXPECT_THAT(document->config.server_cpus, testing::ElementsAre(0, 2));
  EXPECT_TRUE(document->interrupted);
  ASSERT_EQ(document->sections.size(), 2U);
  const auto& contestants = document->sections[0].contestants;
  ASSERT_EQ(contestants.size(), 2U);
  EXPECT_EQ(contestants[0].failure->why, "it died");
  EXPECT_FALSE(contestants[1].failure);
  ASSERT_EQ(contestants[1].rounds.size(), 2U);
  EXPECT_EQ(contestants[1].rounds[1].round, 2U);
  EXPECT_TRUE(histogram_of(*contestants[1].rounds[0].run.latency) == test::echo_result().latency);
}

TEST(BenchDocument, IsRefusedWhereverItIsCutOff) {
  BenchDocument small = full_document();
  small.sections.resize(1);
  small.sections[0].contestants.resize(1);
  small.sections[0].contestants[0].rounds = {{.round = 1, .run = LoadRun{}}};
  std::string text = bench_document_text(small);
  for (text.pop_back(); !text.empty();) {
    text.pop_back();
    ASSERT_EQ(read_bench_document(text).error(), "it holds no JSON object, or one that was cut off") << text;
  }
}

TEST(BenchDocument, IsToldFromAResultOfLoadAndFromAnotherSchema) {
  const std::string load = load_document_text({.suite = "1.2.3", .config = {{"conns", 1}}});
  EXPECT_EQ(read_bench_document(load).error(), "it is a result of suite load, and not of suite bench");
  EXPECT_EQ(read_bench_document("{}").error(), "it is no result of suite bench");
  EXPECT_EQ(read_bench_document(R"({"schema": 7, "suite": "9", "kind": "bench"})").error(),
            "it is of schema 7, and this version of suite reads schema 1");
}

TEST(BenchDocument, NamesTheFieldThatIsWrong) {
  Json spoiled = Json::parse(bench_document_text(full_document()));
  spoiled["sections"][0]["contestants"][1]["runs"][0]["sent"] = "many";
  EXPECT_EQ(read_bench_document(spoiled.dump()).error(),
            "its sections[0].contestants[1].runs[0].sent is no count");
  spoiled = Json::parse(bench_document_text(full_document()));
  spoiled["config"].erase("seed");
  EXPECT_EQ(read_bench_document(spoiled.dump()).error(), "its config.seed is missing");
}

// A server says on its standard error what it likes, and why it failed is written down.
TEST(BenchDocument, IsWrittenWhateverBytesAServerSaid) {
  BenchDocument document = full_document();
  document.sections[0].contestants[0].failure->why = "caf\xe9";
  const auto read = read_bench_document(bench_document_text(document));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->sections[0].contestants[0].failure->why, "caf\xef\xbf\xbd");
}

}  // namespace
}  // namespace suite::results
