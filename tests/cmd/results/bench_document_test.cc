// Documents of bench as they are written and read. Long because each group of fields has its document.
#include "cmd/results/bench_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
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
                          .date = "2026-03-01T14:05:07Z",
                          .compiler = "g++",
                          .libraries = "fmt",
                          .commit = "abc"},
          .limits = MachineLimits{.connections = 100,
                                  .rounds = 2,
                                  .length = milliseconds(60),
                                  .cpus = limits::RoundPlan::Cpus{.server = 0, .client = 1},
                                  .figures = {{.figure = limits::Figure::kEcho,
                                               .per_second = {200'000, 210'000.25},
                                               .server_cpu_ns = {3000, 3001.5},
                                               .client_cpu_ns = {3100, 3200}}}},
          .interrupted = true,
          .skipped = {{.name = "uring", .reason = "it is \"forbidden\""}},
          .sections = {{.workload = "echo-d1",
                        .conns = 100,
                        .depth = 1,
                        .ceiling = limits::Figure::kEcho,
                        .contestants = {{.name = "one",
                                         .serve = "one serve",
                                         .load = "load one",
                                         .workers = 1,
                                         .failure = BenchFailure{.round = 2, .why = "it died", .order = 2},
                                         .rounds = {{.round = 1, .run = echo, .order = 1}}},
                                        {.name = "two",
                                         .serve = "two",
                                         .load = "load two",
                                         .workers = 4,
                                         .failure = {},
                                         .rounds = {{.round = 1, .run = echo, .order = 0},
                                                    {.round = 2, .run = http, .order = 3}}}}},
                       {.workload = "http-close",
                        .conns = 1,
                        .depth = 1,
                        .size = 4096,
                        .point = SweepPoint{.axis = Axis::kSize, .value = 4096},
                        .contestants = {}},
                       {.workload = "echo-d1",
                        .conns = 1,
                        .depth = 1,
                        .level = LoadLevel{.share = 0.95, .rate = {}},
                        .contestants = {}}}};
}

TEST(BenchDocument, KeepsPointsOfSweepsAndLoads) {
  const auto document = read_bench_document(bench_document_text(full_document()));
  ASSERT_TRUE(document) << document.error();
  EXPECT_FALSE(document->sections[0].point || document->sections[0].level);
  EXPECT_EQ(document->sections[1].point, (SweepPoint{.axis = Axis::kSize, .value = 4096}));
  EXPECT_EQ(document->sections[1].size, 4096U);
  EXPECT_EQ(document->sections[2].level, (LoadLevel{.share = 0.95, .rate = {}}));
}

TEST(BenchDocument, KeepsItsDateAndIsReadWithoutOne) {
  std::string text = bench_document_text(full_document());
  EXPECT_EQ(read_bench_document(text)->environment.date, "2026-03-01T14:05:07Z");
  const std::string field = ",\n    \"date\": \"2026-03-01T14:05:07Z\"";
  const std::size_t at = text.find(field);
  ASSERT_NE(at, std::string::npos) << text.substr(0, 600);
  text.erase(at, field.size());
  const auto document = read_bench_document(text);
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(document->environment.date, "");
}

// One of before there were sweeps.
TEST(BenchDocument, IsReadWithoutTheFieldsThatSchema2Gained) {
  std::string text = bench_document_text(full_document());
  for (const std::string field : {R"("size":null,"sweep":null,"load_at":null,)"}) {
    const std::size_t at = text.find(field);
    ASSERT_NE(at, std::string::npos);
    text.erase(at, field.size());
  }
  const auto document = read_bench_document(text);
  ASSERT_TRUE(document) << document.error();
  EXPECT_FALSE(document->sections[0].point || document->sections[0].level);
  EXPECT_EQ(document->sections[0].contestants[1].rounds.size(), 2U);
}

TEST(BenchDocument, KeepsTheMachinesLimitsAndWhichOfThemBoundsASection) {
  const auto document = read_bench_document(bench_document_text(full_document()));
  ASSERT_TRUE(document) << document.error();
  ASSERT_TRUE(document->limits);
  EXPECT_EQ(document->limits->connections, 100U);
  EXPECT_EQ(document->limits->figures, full_document().limits->figures);
  EXPECT_EQ(document->sections[0].ceiling, limits::Figure::kEcho);
  EXPECT_EQ(document->sections[1].ceiling, std::nullopt);
}

// One of before there were limits, or of a run that was too short for them.
TEST(BenchDocument, IsReadWithoutLimits) {
  BenchDocument without = full_document();
  without.limits = std::nullopt;
  std::string text = bench_document_text(without);
  EXPECT_FALSE(read_bench_document(text)->limits);
  for (const std::string field : {"\"limits\": null,", "\"ceiling\":\"echo-d1\","}) {
    const std::size_t at = text.find(field);
    ASSERT_NE(at, std::string::npos) << field;
    text.erase(at, field.size());
  }
  const auto document = read_bench_document(text);
  ASSERT_TRUE(document) << document.error();
  EXPECT_FALSE(document->limits || document->sections[0].ceiling);
}

TEST(BenchDocument, KeepsWhatIsKnownOfARoundBesideItsRun) {
  BenchDocument document = full_document();
  BenchRound& round = document.sections[0].contestants[1].rounds[1];
  round.discarded = DiscardedRun{
      .rps = 7.5,
      .disturbance = {.stolen = milliseconds(10), .others = milliseconds(90), .significant = true}};
  round.worker_requests = {5, 6};
  const std::string text = bench_document_text(document);
  const auto again = read_bench_document(text);
  ASSERT_TRUE(again) << again.error();
  const auto& rounds = again->sections[0].contestants[1].rounds;
  EXPECT_EQ(rounds[1].discarded, round.discarded);
  EXPECT_EQ(rounds[1].worker_requests, round.worker_requests);
  EXPECT_FALSE(rounds[0].discarded);
  EXPECT_TRUE(rounds[0].worker_requests.empty());
  EXPECT_EQ(bench_document_text(*again), text);
}

TEST(BenchDocument, KeepsWhoIsWhoseTwin) {
  BenchDocument document = full_document();
  document.sections[0].contestants[1].twin_of = "one";
  const auto again = read_bench_document(bench_document_text(document));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->sections[0].contestants[0].twin_of, "");
  EXPECT_EQ(again->sections[0].contestants[1].twin_of, "one");
}

TEST(BenchDocument, NamesAWorkerWhoseRequestsAreNoCount) {
  BenchDocument document = full_document();
  document.sections[0].contestants[1].rounds[0].worker_requests = {5};
  std::string text = bench_document_text(document);
  const std::string list = R"("worker_requests":[5])";
  text.replace(text.find(list), list.size(), R"("worker_requests":[-5])");
  EXPECT_EQ(read_bench_document(text).error(), "its rounds[0].worker_requests holds what is no count");
}

TEST(BenchDocument, NamesAnAxisThatItDoesNotKnow) {
  std::string text = bench_document_text(full_document());
  const std::string axis = R"("axis":"size")";
  text.replace(text.find(axis), axis.size(), R"("axis":"moon")");
  EXPECT_EQ(read_bench_document(text).error(), "its sections[1].sweep.axis is none that this version knows");
}

TEST(BenchDocument, KeepsTheOrderInWhichRoundsWereMeasured) {
  const auto document = read_bench_document(bench_document_text(full_document()));
  ASSERT_TRUE(document) << document.error();
  const auto& contestants = document->sections[0].contestants;
  EXPECT_EQ(contestants[1].rounds[0].order, 0U);
  EXPECT_EQ(contestants[0].rounds[0].order, 1U);
  EXPECT_EQ(contestants[0].failure->order, 2U);
  EXPECT_EQ(contestants[1].rounds[1].order, 3U);
}

TEST(BenchDocument, IsWrittenAgainAsItWasReadByteForByte) {
  const std::string text = bench_document_text(full_document());
  const auto document = read_bench_document(text);
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(bench_document_text(*document), text);
}

// What `suite bench -o` wrote of one round.
std::string written_by_bench() {
  const suite::test::TemporaryFolder folder;
  const std::string file = folder.file("result.json");
  const auto finished = suite::test::run_to_end(
      {.arguments = {SUITE_PROGRAM, "bench", "-q", "--backends", "epoll", "--workloads", "echo-d1",
                     "--rounds", "1", "--secs", "40ms", "--conns", "3", "-o", file}});
  EXPECT_EQ(finished.status, suite::test::exited(0)) << finished.errors;
  return read_file(file).value_or("");
}

TEST(BenchDocument, IsReadWholeWhereSuiteBenchReallyWroteIt) {
  // A server that finds its port taken, as by another test, is written where it was named and again where it
  // moved, which is not read back as it was written.
  constexpr std::string_view kMoved = "\n{\"section\":0,\"contestant\":0,\"serve\":";
  std::string text = written_by_bench();
  for (int again = 0; again < 5 && text.contains(kMoved); ++again) text = written_by_bench();
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
  ASSERT_EQ(document->sections.size(), 3U);
  const auto& contestants = document->sections[0].contestants;
  ASSERT_EQ(contestants.size(), 2U);
  EXPECT_EQ(contestants[0].failure->why, "it died");
  EXPECT_FALSE(contestants[1].failure);
  ASSERT_EQ(contestants[1].rounds.size(), 2U);
  EXPECT_EQ(contestants[1].rounds[1].round, 2U);
  EXPECT_TRUE(histogram_of(*contestants[1].rounds[0].run.latency) == test::echo_result().latency);
}

// Two rounds with few numbers.
std::string small_text() {
  BenchDocument small = full_document();
  small.sections.resize(1);
  small.sections[0].contestants.resize(1);
  small.sections[0].contestants[0].rounds = {{.round = 1, .run = LoadRun{}, .order = 0},
                                             {.round = 2, .run = LoadRun{}, .order = 1}};
  return bench_document_text(small);
}

// kill -9, or a full disk: what is whole is read, and said to be not all.
TEST(BenchDocument, IsReadUpToItsLastWholeLineWhereverItIsCutOff) {
  const std::string whole = small_text();
  const std::size_t first = whole.find("{\"section\":0");
  ASSERT_NE(first, std::string::npos);
  for (std::size_t length = 1; length < whole.size() - 1; ++length) {
    const std::string cut = whole.substr(0, length);
    const auto document = read_bench_document(cut);
    if (length < first) {
      ASSERT_FALSE(document) << cut;
      EXPECT_EQ(document.error(), "it holds no JSON object, or one that was cut off") << cut;
      continue;
    }
    ASSERT_TRUE(document) << document.error() << cut;
    EXPECT_FALSE(document->complete);
    const auto lines =
        static_cast<std::size_t>(std::ranges::count(std::string_view(cut).substr(first), '\n'));
    const auto& contestant = document->sections.at(0).contestants.at(0);
    EXPECT_EQ(contestant.rounds.size() + (contestant.failure ? 1 : 0), std::min<std::size_t>(lines, 3))
        << cut;
  }
  EXPECT_TRUE(read_bench_document(whole)->complete);
}

TEST(BenchDocument, ThatWasCutOffStaysSoWhereItIsWrittenAgain) {
  const std::string whole = small_text();
  const std::string cut = whole.substr(0, whole.find("{\"section\":0"));
  const auto document = read_bench_document(cut + "{\"section\"");
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(bench_document_text(*document), cut);
}

TEST(BenchDocument, IsRefusedWhereALineOfItsMiddleIsDamaged) {
  std::string text = small_text();
  text.insert(text.find(",{\"section\":0"), "}");
  EXPECT_EQ(read_bench_document(text).error(), "its rounds[1] is damaged");
}

TEST(BenchDocument, IsReadWhereAnotherProgramWroteItAgain) {
  const std::string text = bench_document_text(full_document());
  for (const int indent : {-1, 4}) {
    const auto document = read_bench_document(Json::parse(text).dump(indent));
    ASSERT_TRUE(document) << document.error();
    EXPECT_TRUE(document->complete);
    EXPECT_EQ(bench_document_text(*document), text);
  }
}

// Written by suite 0.1.0 as it was before schema 2.
TEST(BenchDocument, OfSchema1IsReadAsEver) {
  const auto document =
      read_bench_document(read_file(SUITE_SOURCE_DIR "/tests/cmd/results/files/bench-schema-1.json").value());
  ASSERT_TRUE(document) << document.error();
  EXPECT_TRUE(document->complete);
  EXPECT_EQ(document->config.rounds, 2U);
  const auto& contestants = document->sections.at(0).contestants;
  ASSERT_EQ(contestants.size(), 2U);
  EXPECT_EQ(contestants[0].failure->round, 2U);
  EXPECT_THAT(contestants[0].failure->why, testing::StartsWith("the load failed"));
  ASSERT_EQ(contestants[1].rounds.size(), 2U);
  const LoadRun& run = contestants[1].rounds[0].run;
  EXPECT_EQ(run.counts.completed, 30U);
  EXPECT_EQ(run.latency->percentile(0.5), std::chrono::nanoseconds(38'911));
  EXPECT_EQ(histogram_of(*run.latency).sum(), 1'495'693U);
}

TEST(BenchDocument, TellsThePortsToWhichServersMoved) {
  BenchDocument document = full_document();
  BenchDocumentWriter writer;
  std::string text = BenchDocumentWriter::head(document);
  text += writer.round(0, 1, document.sections[0].contestants[1].rounds[0]);
  text += writer.commands(0, 1, {.name = {}, .serve = "two -p 3101", .load = "load two -p 3101"});
  text += BenchDocumentWriter::end(false);
  const auto read = read_bench_document(text);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->sections[0].contestants[1].serve, "two -p 3101");
  EXPECT_EQ(read->sections[0].contestants[1].load, "load two -p 3101");
  EXPECT_EQ(read->sections[0].contestants[0].serve, "one serve");
  EXPECT_EQ(read->sections[0].contestants[1].rounds.size(), 1U);
}

// Those of the others follow from their histograms, and would take a megabyte of a whole comparison.
TEST(BenchDocument, HasTheFiguresOfTheLatencyAlone) {
  const Json run = Json::parse(bench_document_text(full_document()))["rounds"][3]["run"];
  EXPECT_TRUE(run["latency_ns"].contains("p99"));
  EXPECT_FALSE(run["connect_ns"].contains("p99"));
  const auto document = read_bench_document(bench_document_text(full_document()));
  const LoadRun& http = document->sections[0].contestants[1].rounds[1].run;
  EXPECT_EQ(http.http->total->percentile(0.99), test::http_result().http_times.total.percentile(0.99));
}

// 39 MB took a whole comparison of schema 1: a histogram of a second of load has thousands of buckets.
TEST(BenchDocument, TakesAFewKilobytesForARound) {
  LatencyHistogram latency;
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> times(std::log(700'000), 0.3);
  for (int i = 0; i < 150'000; ++i) {
    latency.record(std::chrono::nanoseconds(static_cast<std::int64_t>(times(random))));
  }
  ASSERT_GT(latency.buckets().size(), 2000U);
  BenchDocument document = full_document();
  document.sections.resize(1);
  document.sections[0].contestants.resize(1);
  auto& rounds = document.sections[0].contestants[0].rounds;
  const std::size_t before = bench_document_text(document).size();
  rounds.push_back({.round = 2, .run = rounds[0].run, .order = 3});
  rounds.back().run.latency = latency;
  EXPECT_LT(bench_document_text(document).size() - before, 6000U);
}

TEST(BenchDocument, IsToldFromAResultOfLoadAndFromAnotherSchema) {
  const std::string load = load_document_text({.suite = "1.2.3", .config = {{"conns", 1}}});
  EXPECT_EQ(read_bench_document(load).error(), "it is a result of suite load, and not of suite bench");
  EXPECT_EQ(read_bench_document("{}").error(), "it is no result of suite bench");
  EXPECT_EQ(
      read_bench_document(R"({"schema": 7, "suite": "9", "kind": "bench"})").error(),
      "it is of schema 7, and this version of suite reads schemas 1 to 2: use the suite that wrote it, or a "
      "later one");
  for (const char* nothing : {"", " \n"}) EXPECT_EQ(read_bench_document(nothing).error(), "it is empty");
  for (const char* other : {"[1, 2]", "Throughput: 5.00 [reqests/sec], errors: 0", "{\"runs\": ["}) {
    EXPECT_EQ(read_bench_document(other).error(), "it holds no JSON object, or one that was cut off")
        << other;
  }
}

TEST(BenchDocument, NamesTheFieldThatIsWrong) {
  Json spoiled = Json::parse(bench_document_text(full_document()));
  spoiled["rounds"][1]["run"]["sent"] = "many";
  EXPECT_EQ(read_bench_document(spoiled.dump()).error(), "its rounds[1].run.sent is no count");
  spoiled = Json::parse(bench_document_text(full_document()));
  spoiled["rounds"][1]["run"]["latency_ns"]["histogram"]["packed"] = "!!!!";
  EXPECT_EQ(read_bench_document(spoiled.dump()).error(),
            "its rounds[1].run.latency_ns.histogram.packed is no histogram");
  spoiled = Json::parse(bench_document_text(full_document()));
  spoiled["rounds"][1]["section"] = 3;
  EXPECT_EQ(read_bench_document(spoiled.dump()).error(), "its rounds[1].section names none of its sections");
  spoiled["rounds"][1]["section"] = 1;
  EXPECT_EQ(read_bench_document(spoiled.dump()).error(),
            "its rounds[1].contestant names none of the section's contestants");
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
