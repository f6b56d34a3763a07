#include "cmd/merge/merged.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cmd/results/json_report.h"
#include "cmd/results/run_of.h"
#include "tests/client/reports/samples.h"

namespace suite::merge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// As far as it matters here; that of a load is made of all its flags.
results::Json config_of(const LoadSettings& settings) {
  const LoadPlan& plan = settings.plan;
  return {{"target", settings.target},
          {"conns", plan.connections},
          {"threads", plan.threads},
          {"requests", nullptr},
          {"depth", plan.depth},
          {"share", plan.share.is_whole() ? results::Json(nullptr) : results::Json(share_text(plan.share))},
          {"rate", plan.rate ? results::Json(plan.rate->per_second) : results::Json(nullptr)},
          {"seed", plan.seed},
          {"server_pid", plan.server_pid ? results::Json(*plan.server_pid) : results::Json(nullptr)}};
}

Source source_of(const std::string& name, const LoadSettings& settings,
                 const std::vector<LoadResult>& results) {
  const Environment environment{.system = "Linux", .usable_cpus = 2, .cpu = "a CPU", .suite = "1.2.3"};
  const auto document = results::json_report(settings, config_of(settings), environment, results);
  return {.name = name, .document = results::read_load_document(load_document_text(document)).value()};
}

// So that no two results are the same.
LoadResult other_result(LoadResult result) {
  result.client_cpu += std::chrono::microseconds(1);
  return result;
}

std::string refusal_of(std::vector<Source> sources) {
  const auto document = merged(std::move(sources));
  return document ? "" : document.error();
}

LoadSettings part_settings(LoadSettings settings, std::size_t part, std::size_t parts) {
  settings.plan.share = {.part = part, .parts = parts};
  return settings;
}

// Part 1 of N is "part 1": what `all` of them recorded is an HTTP run of one request each.
std::vector<Source> sources_of_parts(std::size_t parts) {
  std::vector<Source> sources;
  for (std::size_t part = 0; part < parts; ++part) {
    sources.push_back(source_of("part " + std::to_string(part + 1),
                                part_settings(test::http_settings(), part, parts), {test::http_result()}));
  }
  return sources;
}

// What one process would print, and what is merged of `parts` that recorded the same samples between them.
void expect_identical(std::size_t parts) {
  LoadResult one = test::open_result();
  std::vector<LoadResult> results(parts, test::open_result());
  const auto empty = [](LoadResult& result) {
    result.latency.clear();
    result.connect.clear();
    result.rate->clear();
    result.counts = {};
    result.series.clear();
  };
  empty(one);
  for (LoadResult& result : results) empty(result);
  for (std::size_t i = 0; i < 30'000; ++i) {
    const std::chrono::nanoseconds latency(500 + 7919 * i * i % 20'000'003);
    for (LoadResult* result : {&one, &results[i * i % 7 % parts]}) {  // unevenly, as machines are
      result->latency.record(latency);
      result->rate->lag.record(latency / 10);
      result->rate->service.record(latency - latency / 10);
      ++result->rate->due;
      ++result->counts.completed;
      ++result->counts.sent;
      result->counts.bytes_received += 6;
      if (i % 100 == 0) result->connect.record(latency / 3);
      if (i % 1000 == 0) ++result->counts.errors[ErrorKind::kTimeout];
    }
  }
  const Source whole = source_of("one", test::open_settings(), {one});
  std::vector<Source> sources;
  for (std::size_t part = parts; part-- > 0;) {  // in any order
    sources.push_back(source_of("p", part_settings(test::open_settings(), part, parts), {results[part]}));
  }
  const auto all = merged(sources);
  ASSERT_TRUE(all) << all.error();
  const results::Json expected = load_document_json(whole.document), found = merged_json(*all);
  for (const char* config : {"conns", "requests", "rate", "share"})
    EXPECT_EQ(found.at("config").at(config), expected.at("config").at(config)) << config;
  for (const char* figure : {"completed", "sent", "errors", "in_flight_at_end", "bytes_received", "rps",
                             "seconds", "latency_ns", "connect_ns", "service_ns"})
    EXPECT_EQ(found.at("runs")[0].at(figure).dump(), expected.at("runs")[0].at(figure).dump()) << figure;
  EXPECT_EQ(found.at("runs")[0].at("rate").at("lag_ns").dump(),
            expected.at("runs")[0].at("rate").at("lag_ns").dump());
  EXPECT_TRUE(all->missing.empty());
}

TEST(Merged, OfTwoPartsIsTheDocumentOfOneProcessWithTheSameSamples) { expect_identical(2); }
TEST(Merged, OfFourPartsIsTheDocumentOfOneProcessWithTheSameSamples) { expect_identical(4); }

TEST(Merged, OfPartsKeepsTheSettingsOfTheWholeAndAddsThreads) {
  const auto all = merged(sources_of_parts(3));
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->document.config.at("conns"), 7);
  EXPECT_EQ(all->document.config.at("threads"), 6);
  EXPECT_EQ(all->document.config.at("share"), nullptr);
  EXPECT_EQ(all->document.runs[0].counts.completed, 3000U);
  EXPECT_EQ(all->shares[2].at("share"), "3/3");
  EXPECT_EQ(all->shares[2].at("name"), "part 3");
}

TEST(Merged, SaysWhichPartIsMissingAndTakesItLater) {
  std::vector<Source> sources = sources_of_parts(4);
  const Source third = sources[2];
  sources.erase(sources.begin() + 2);
  const auto most = merged(sources);
  ASSERT_TRUE(most) << most.error();
  EXPECT_THAT(most->missing, ElementsAre("part 3 of 4 is missing"));
  EXPECT_TRUE(most->document.runs[0].interrupted);
  EXPECT_EQ(most->document.runs[0].failure, "part 3 of 4 is missing");
  EXPECT_EQ(most->document.config.at("share"), "1,2,4/4");

  const Source again{.name = "most",
                     .document = results::read_load_document(merged_json(*most).dump()).value()};
  EXPECT_EQ(refusal_of({again, sources[1]}), "most and part 2 are both part 2 of 4: it would count twice");
  const auto all = merged({third, again});
  ASSERT_TRUE(all) << all.error();
  EXPECT_TRUE(all->missing.empty());
  EXPECT_FALSE(all->document.runs[0].interrupted);
  EXPECT_FALSE(all->document.runs[0].failure);
  EXPECT_EQ(all->document.config.at("share"), nullptr);
  EXPECT_EQ(all->document.runs[0].counts.completed, 4000U);
}

TEST(Merged, RefusesPartsThatAreNotOfOneLoad) {
  const std::vector<Source> parts = sources_of_parts(3);
  EXPECT_EQ(
      refusal_of({parts[0], source_of("b", test::http_settings(), {other_result(test::http_result())})}),
      "part 1 is part 1/3 of a load, and b is all of one: they do not belong together");
  const LoadSettings of_four = part_settings(test::http_settings(), 1, 4);
  EXPECT_EQ(refusal_of({parts[0], source_of("b", of_four, {test::http_result()})}),
            "part 1 and b do not belong together: their share differs (1/3 and 2/4)");
  const LoadSettings first = part_settings(test::http_settings(), 0, 3);
  EXPECT_EQ(refusal_of({parts[0], source_of("b", first, {other_result(test::http_result())})}),
            "part 1 and b are both part 1 of 3: it would count twice");
  LoadSettings more = part_settings(test::http_settings(), 1, 3);
  more.plan.connections = 8;
  EXPECT_EQ(refusal_of({parts[0], source_of("b", more, {test::http_result()})}),
            "part 1 and b do not belong together: their 'conns' differs (7 and 8)");
  Source odd = parts[1];
  odd.document.config["share"] = "2,1/3";
  EXPECT_EQ(refusal_of({parts[0], odd}), "part 2 cannot be read: its config.share is no share");
}

TEST(Merged, SaysHowFarApartTheResultsBegan) {
  using namespace std::chrono_literals;
  LoadResult early = test::echo_result(), late = early;
  early.began = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 1s;
  late.began = *early.began + 1250ms;
  const auto all =
      merged({source_of("a", test::echo_settings(), {late}), source_of("b", test::echo_settings(), {early})});
  ASSERT_TRUE(all) << all.error();
  EXPECT_THAT(all->document.runs[0].warnings,
              testing::Contains("the results began up to 1.25s apart by their machines' "
                                "clocks: --start-at TIME starts them together"));
  EXPECT_EQ(all->document.runs[0].began, early.began);
  EXPECT_EQ(all->shares[0].at("runs")[0].at("skew_seconds"), 1.25);
  EXPECT_EQ(all->shares[1].at("runs")[0].at("skew_seconds"), 0);
  late.began = *early.began + 10ms;
  EXPECT_THAT(
      merged({source_of("a", test::echo_settings(), {late}), source_of("b", test::echo_settings(), {early})})
          ->document.runs[0]
          .warnings,
      testing::Not(testing::Contains(HasSubstr("apart"))));
}

// The samples of one load, as one machine recorded them and as three did: every total and every percentile is
// the same.
TEST(Merged, OfLoadsOfTheirOwnAddsEverySample) {
  LoadResult one = test::open_result();
  std::vector<LoadResult> parts(3, test::open_result());
  for (LoadResult* result : {&one, &parts[0], &parts[1], &parts[2]}) {
    result->latency.clear();
    result->rate->lag.clear();
    result->counts = {};
  }
  for (std::size_t i = 0; i < 30'000; ++i) {
    LoadResult& part = parts[i * i % 3];  // the third gets none
    const std::chrono::nanoseconds latency(500 + 7919 * i * i % 20'000'003);
    for (LoadResult* result : {&one, &part}) {
      result->latency.record(latency);
      result->rate->lag.record(latency / 10);
      ++result->counts.completed;
      ++result->counts.sent;
    }
  }
  parts[2].client_cpu = std::chrono::seconds(1);
  std::vector<Source> sources;
  for (const LoadResult& part : parts)
    sources.push_back(source_of("part " + std::to_string(sources.size()), test::open_settings(), {part}));
  const results::LoadRun run = merged(sources).value().document.runs.front();
  EXPECT_EQ(run.counts.completed, 30'000U);
  EXPECT_EQ(run.counts.sent, 30'000U);
  EXPECT_EQ(*run.latency, results::Distribution(one.latency));
  EXPECT_EQ(run.rate->lag, results::Distribution(one.rate->lag));
  for (const double q : {0.5, 0.9, 0.99, 0.999})
    EXPECT_EQ(run.latency->percentile(q), one.latency.percentile(q));
  EXPECT_DOUBLE_EQ(run.rps(), 20'000) << "of windows of 1.5 s";
}

TEST(Merged, AddsCountersAndConfigAndKeepsEachShare) {
  const auto document =
      merged(std::vector{source_of("a", test::http_settings(), {test::http_result()}),
                         source_of("b", test::http_settings(), {other_result(test::http_result())})});
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(document->document.config.at("conns"), 14);
  EXPECT_EQ(document->document.config.at("threads"), 4);
  EXPECT_EQ(document->document.config.at("depth"), 3);
  const results::LoadRun& run = document->document.runs.front();
  EXPECT_EQ(run.counts.completed, 2000U);
  EXPECT_EQ(run.counts.errors[ErrorKind::kReset], 6U);
  EXPECT_EQ(run.connections_opened, 14U);
  EXPECT_EQ(run.threads, 4U);
  EXPECT_EQ(run.thread_use.size(), 4U);
  EXPECT_EQ(run.http->kept_alive, 2000U);
  EXPECT_EQ(run.kernel->delayed_acks, 14U);
  EXPECT_EQ(run.series[0].completed, 1400U);
  EXPECT_FALSE(run.series[0].p99) << "it does not follow from theirs";
  EXPECT_FALSE(run.idle_share);
  EXPECT_EQ(document->shares.size(), 2U);
  EXPECT_EQ(document->shares[1].at("name"), "b");
  EXPECT_EQ(document->shares[1].at("runs")[0].at("completed"), 1000);
}

TEST(Merged, MakesADocumentThatCanBeReadAndMergedAgain) {
  const std::vector<Source> sources{
      source_of("a", test::open_settings(), {test::open_result()}),
      source_of("b", test::open_settings(), {other_result(test::open_result())})};
  const Merged both = merged(sources).value();
  const results::Json json = merged_json(both);
  EXPECT_EQ(json.at("merged").size(), 2U);
  const auto again = results::read_load_document(json.dump());
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(load_document_text(*again), load_document_text(both.document));
  EXPECT_EQ(refusal_of({Source{"all", *again}, sources[0]}), "");
}

TEST(Merged, NamesWhoWarnedAndWhoseWindowWasShorter) {
  LoadResult first = test::echo_result(), second = other_result(first), third = first;
  first.warnings = second.warnings = {"client-bound"};
  third.warnings = {"only 3 samples"};
  third.measured = std::chrono::milliseconds(900);
  const auto document = merged(std::vector{source_of("a", test::echo_settings(), {first}),
                                           source_of("b", test::echo_settings(), {second}),
                                           source_of("c", test::echo_settings(), {third})});
  EXPECT_THAT(document.value().document.runs[0].warnings,
              testing::UnorderedElementsAre(
                  "a, b: client-bound", "c: only 3 samples",
                  "the results were measured for 900ms to 1.50s: throughput is over the longest"));
}

TEST(Merged, IsInterruptedWhereOneWas) {
  LoadResult cut = test::echo_result();
  cut.interrupted = true;
  const auto document = merged(std::vector{source_of("a", test::echo_settings(), {test::echo_result()}),
                                           source_of("b", test::echo_settings(), {cut})});
  EXPECT_TRUE(document.value().document.runs[0].interrupted);
}

TEST(Merged, RefusesResultsThatDoNotBelongTogether) {
  const Source first = source_of("a", test::echo_settings(), {test::echo_result()});
  EXPECT_EQ(refusal_of({first, first}), "a and a are the same result: it would count twice");

  LoadSettings deeper = test::echo_settings();
  deeper.plan.depth = 16;
  EXPECT_EQ(refusal_of({first, source_of("b", deeper, {test::echo_result()})}),
            "a and b do not belong together: their 'depth' differs (3 and 16)");

  EXPECT_THAT(refusal_of({first, source_of("b", test::open_settings(), {test::open_result()})}),
              HasSubstr("a and b do not belong together: their '"));
  EXPECT_EQ(
      refusal_of({first, source_of("b", test::echo_settings(), {test::echo_result(), test::echo_result()})}),
      "a and b do not belong together: their number of runs differs (1 and 2)");
  EXPECT_EQ(refusal_of({source_of("b", test::echo_settings(), {})}), "b has no run");

  Source newer = first;
  newer.name = "b";
  newer.document.suite = "2.0.0";
  EXPECT_EQ(refusal_of({first, newer}),
            "a and b do not belong together: their version of suite differs (1.2.3 and 2.0.0)");
  Source search = first;
  search.document.find_max = {{"rate", 1}};
  EXPECT_THAT(refusal_of({search}), HasSubstr("a is of --find-max"));
}

TEST(Merged, TakesWhatIsEachMachinesOwn) {
  LoadSettings other = test::echo_settings();
  other.plan.seed = 7;
  other.plan.server_pid = 4711;
  other.plan.connections = 8;
  EXPECT_EQ(refusal_of({source_of("a", test::echo_settings(), {test::echo_result()}),
                        source_of("b", other, {test::echo_result()})}),
            "");
}

TEST(DocumentsIn, AreToldApartWhateverTheirTextsHold) {
  EXPECT_THAT(documents_in(R"({"a": "}{\"", "b": {}})").value(), ElementsAre(R"({"a": "}{\"", "b": {}})"));
  EXPECT_THAT(documents_in("{}\n{\"a\": {\"b\": \"\\\\\"}}\r\n {}").value(),
              ElementsAre("{}", "{\"a\": {\"b\": \"\\\\\"}}", "{}"));
  EXPECT_THAT(documents_in("{} {\"cut\": ").value(), ElementsAre("{}", "{\"cut\": "));
  EXPECT_EQ(documents_in(" \n").error(), " is empty");
  EXPECT_EQ(documents_in("{}\nThroughput: 1 [reqests/sec], errors: 0").error(),
            " holds something that is no result: 'Throughput: 1 [reqes'");
  EXPECT_EQ(documents_in("\x1b[31mno\nresult").error(), " holds something that is no result: '?[31mno'");
}

TEST(ResultOf, HasWhatGatesLookAt) {
  const LoadResult result = test::open_result();
  const results::LoadRun run = source_of("a", test::open_settings(), {result}).document.runs.front();
  const LoadResult read = result_of(run);
  EXPECT_EQ(read.counts.completed, result.counts.completed);
  EXPECT_EQ(read.counts.errors.total(), result.counts.errors.total());
  EXPECT_EQ(read.latency.percentile(0.99), result.latency.percentile(0.99));
  EXPECT_EQ(read.rate->missed, result.rate->missed);
  EXPECT_EQ(read.rate->lag.percentile(0.5), result.rate->lag.percentile(0.5));
  EXPECT_DOUBLE_EQ(read.rps(), result.rps());
}

}  // namespace
}  // namespace suite::merge
