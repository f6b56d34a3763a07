// What `suite load` writes can be read whole, and nothing else is taken for it.
#include "cmd/results/load_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cmd/cli/read_file.h"
#include "cmd/results/json_text.h"
#include "tests/client/reports/samples.h"
#include "tests/cmd/results/json_of.h"
#include "tests/support/child.h"

namespace suite::results {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Pointer = Json::json_pointer;

Environment environment() {
  return {.system = "a",
          .release = "kernel",
          .usable_cpus = 2,
          .cpu = "a processor",
          .compiler = "a compiler",
          .suite = "1.2.3"};
}

// As `suite load` writes it.
std::string written(const Json& document) { return text_of(document, 3) + "\n"; }

Json document_of(const LoadSettings& settings, const std::vector<LoadResult>& results) {
  return json_of(settings, environment(), results);
}

LoadResult eventful_result() {
  LoadResult result = test::echo_result();
  result.counts.errors = {.by_kind = {1, 2, 3, 4, 5, 6, 7, 8}, .failed_handshakes = 3};
  result.tls = {.full = 4,
                .resumed = 5,
                .version = "TLSv1.3",
                .cipher = "TLS_AES_256_GCM_SHA384",
                .group = "x25519",
                .last_failure = "the peer's alert: handshake failure"};
  result.tls->handshake.record(milliseconds(2), 9);
  result.counts.bytes_sent = UINT64_MAX;
  result.counts.receives = 7;
  result.measured = std::chrono::nanoseconds(1'234'567'891);
  result.server_cpu = std::chrono::nanoseconds(987'654'321);
  result.server_switches = 2000;
  result.server_memory_before = 1000;
  result.server_memory_loaded = 9000;
  result.disturbance =
      Disturbance{.stolen = milliseconds(20), .others = milliseconds(70), .significant = true};
  result.connect.record(milliseconds(3), 5);
  result.latency.record(std::chrono::hours(2));  // beyond what fits
  result.interrupted = true;
  result.warnings = {"mind the gap", "\"and\" the ümlaut"};
  return result;
}

std::vector<Json> every_kind() {
  LoadSettings untimed = test::http_settings(), untimed_open = test::open_settings(),
               gated = test::echo_settings();
  untimed.plan.latency = untimed_open.plan.latency = false;
  gated.gates = {{*parse_condition("p99>5ms")}, {*parse_condition("p99<5ms"), Demand::kMustHold}};
  return {document_of(test::echo_settings(), {test::echo_result(), eventful_result(), LoadResult{}}),
          document_of(test::http_settings(), {test::http_result(), LoadResult{}}),
          document_of(test::open_settings(), {test::open_result()}),
          document_of(untimed, {test::http_result()}),
          document_of(untimed_open, {test::open_result()}),
          document_of(gated, {eventful_result()}),
          document_of(test::echo_settings(), {}),
          json_of(test::echo_settings(), this_machine(), {})};  // with its date
}

TEST(LoadDocument, IsWrittenAgainAsItWasReadByteForByte) {
  for (const Json& each : every_kind()) {
    const auto document = read_load_document(written(each));
    ASSERT_TRUE(document) << document.error();
    EXPECT_EQ(load_document_text(*document), written(each));
  }
}

TEST(LoadDocument, IsReadWholeWhereSuiteLoadReallyWroteIt) {
  const auto finished =
      suite::test::run_to_end({.arguments = {SUITE_PROGRAM, "load", "-q", "--driver", "null", "-d", "20ms",
                                             "--runs", "2", "--format", "json"}});
  ASSERT_EQ(finished.status, suite::test::exited(0)) << finished.errors;
  const auto document = read_load_document(finished.output);
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(load_document_text(*document), finished.output);
  EXPECT_EQ(document->runs.size(), 2U);
}

TEST(LoadDocument, HasTheRunsFiguresAndAllOfItsHistograms) {
  const LoadResult result = eventful_result();
  const auto document = read_load_document(written(document_of(test::echo_settings(), {result})));
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(document->suite, "1.2.3");
  EXPECT_EQ(document->environment.cpu, "a processor");
  EXPECT_EQ(document->config.at("conns"), 7);
  ASSERT_EQ(document->runs.size(), 1U);
  const LoadRun& run = document->runs.front();
  EXPECT_EQ(run.counts.completed, result.counts.completed);
  EXPECT_EQ(run.counts.errors.by_kind, result.counts.errors.by_kind);
  EXPECT_EQ(run.rps(), result.rps());
  EXPECT_EQ(run.measured, result.measured);
  EXPECT_EQ(run.server_cpu, result.server_cpu);
  EXPECT_EQ(run.thread_use, result.thread_use);
  EXPECT_EQ(run.server_switches, 2000U);
  EXPECT_EQ(run.server_memory, (ServerMemory{.before = 1000, .loaded = 9000}));
  EXPECT_EQ(run.disturbance, result.disturbance);
  EXPECT_TRUE(run.is_disturbed());
  EXPECT_EQ(run.kernel, result.kernel);
  EXPECT_TRUE(histogram_of(*run.latency) == result.latency);
  EXPECT_TRUE(histogram_of(run.connect) == result.connect);
}

TEST(LoadDocument, HasWhatAnOpenLoopFoundOutAndWhatAServerOfHttpAnswered) {
  const auto open = read_load_document(written(document_of(test::open_settings(), {test::open_result()})));
  ASSERT_TRUE(open) << open.error();
  const RateRun& rate = open->runs.front().rate.value();
  EXPECT_EQ(rate.asked, 667.5);
  EXPECT_EQ(rate.arrivals, RatePlan::Arrivals::kPoisson);
  EXPECT_TRUE(histogram_of(*rate.service) == test::open_result().rate->service);
  const auto http = read_load_document(written(document_of(test::http_settings(), {test::http_result()})));
  ASSERT_TRUE(http) << http.error();
  EXPECT_THAT(http->runs.front().http->statuses,
              testing::ElementsAre(testing::Pair(200, 990), testing::Pair(404, 10)));
}

TEST(LoadDocument, TakesANullForServerCpuThatCouldNotBeRead) {
  const auto document =
      read_load_document(written(document_of(test::echo_settings(), {test::echo_result()})));
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(document->runs.front().server_cpu, std::nullopt);
}

TEST(LoadDocument, KeepsWhatIsKnownOfTls) {
  const auto document = read_load_document(written(document_of(test::echo_settings(), {eventful_result()})));
  ASSERT_TRUE(document) << document.error();
  const results::LoadRun& run = document->runs.front();
  ASSERT_TRUE(run.tls);
  EXPECT_EQ(run.tls->group, "x25519");
  EXPECT_EQ(run.tls->full, 4U);
  EXPECT_EQ(run.tls->resumed, 5U);
  EXPECT_EQ(run.counts.errors[ErrorKind::kTls], 8U);
  EXPECT_EQ(run.counts.errors.failed_handshakes, 3U);
  EXPECT_TRUE(histogram_of(run.tls->handshake) == eventful_result().tls->handshake);
}

TEST(LoadDocument, ReadsThoseOfVersionsWithoutTls) {
  Json earlier = every_kind().front();
  earlier["runs"] = Json::array({earlier["runs"].back()});
  earlier["runs"][0].erase("tls");
  earlier["runs"][0].erase("tls_ns");
  earlier["runs"][0].erase("http2");
  earlier["runs"][0]["errors"].erase("tls");
  earlier["runs"][0]["errors"].erase("refused_stream");
  const auto document = read_load_document(written(earlier));
  ASSERT_TRUE(document) << document.error();
  EXPECT_FALSE(document->runs.front().tls);
}

TEST(LoadDocument, IgnoresFieldsThatALaterVersionMayHave) {
  Json later = every_kind().front();
  const std::string now = written(later);
  later["more"] = later["runs"][0]["more"] = later["runs"][0]["latency_ns"]["p9999"] = 5;
  later["runs"][0]["errors"]["quic"] = 0;
  const auto document = read_load_document(written(later));
  ASSERT_TRUE(document) << document.error();
  EXPECT_EQ(load_document_text(*document), now);
}

TEST(LoadDocument, IsRefusedWhereverItIsCutOff) {
  LoadResult result;
  result.latency.record(milliseconds(1));
  std::string text = document_of(test::echo_settings(), {result}).dump();
  ASSERT_TRUE(read_load_document(text));
  for (text.pop_back(); !text.empty(); text.pop_back()) {
    ASSERT_EQ(read_load_document(text).error(), "it holds no JSON object, or one that was cut off") << text;
  }
  EXPECT_EQ(read_load_document("").error(), "it is empty");
}

TEST(LoadDocument, IsToldFromWhatIsOfAnotherToolVerbOrSchema) {
  const auto complaint = [](std::string_view text) { return read_load_document(text).error(); };
  EXPECT_EQ(complaint("[1]"), "it holds no JSON object, or one that was cut off");
  EXPECT_EQ(complaint("{}"), "it is no result of suite load");
  EXPECT_EQ(complaint(R"({"requests": 5, "latencies": {"mean": 3}})"), "it is no result of suite load");
  EXPECT_EQ(complaint(R"({"schema": 1, "suite": "1.2.3", "kernel": "x", "backends": []})"),
            "it is no result of suite load");
  EXPECT_EQ(complaint(R"({"schema": 1, "suite": "1.2.3", "kind": "bench", "config": {}, "sections": []})"),
            "it is a result of suite bench, and not of suite load");
  EXPECT_EQ(complaint(R"({"schema": 2, "suite": "9", "config": {}, "runs": []})"),
            "it is of schema 2, and this version of suite reads schema 1: use the suite that wrote it, or a "
            "later one");
  EXPECT_EQ(complaint(R"({"schema": "one", "suite": "9", "config": {}, "runs": []})"),
            "it is of schema \"one\", and this version of suite reads schema 1");
}

// Of every member of the first run, and of what lies below.
void add_members(const Json& value, const Pointer& at, std::vector<Pointer>& found) {
  if (!value.is_object()) return;
  for (const auto& [key, member] : value.items()) {
    found.push_back(at / key);
    add_members(member, at / key, found);
  }
}

// What follows from others, and is not read.
bool is_derived(const Pointer& member) {
  static const std::vector<std::string> derived{"loop", "rps", "replies_per_receive", "mean", "stddev"};
  const std::string& name = member.back();
  return std::ranges::find(derived, name) != derived.end() || (name.starts_with("p") && name != "per_conn");
}

TEST(LoadDocument, IsRefusedInOneLineForEveryFieldThatIsOfAnotherType) {
  LoadSettings settings = test::http_settings();
  settings.plan.rate = test::open_settings().plan.rate;
  LoadResult result = test::http_result();
  // Buckets are all alike, and reading thousands of them takes time. No histogram equals another: it would
  // only be named.
  const auto few = [](int time) {
    LatencyHistogram histogram;
    histogram.record(milliseconds(time), 1000);
    return histogram;
  };
  result.latency = few(1);
  result.http_times = {.first_byte = few(2), .connect = few(3), .total = few(4)};
  result.rate = RateResult{.asked = 5, .lag = few(5), .service = few(6)};
  const Json whole = document_of(settings, {result});
  std::vector<Pointer> members;
  add_members(whole.at("runs")[0], Pointer("/runs/0"), members);
  ASSERT_GT(members.size(), 100U);
  for (const Pointer& member : members) {
    if (is_derived(member)) continue;
    Json spoiled = whole;
    spoiled[member] = Json::array({true});
    const auto document = read_load_document(written(spoiled));
    ASSERT_FALSE(document) << member;
    EXPECT_THAT(document.error(), testing::StartsWith("its runs[0]."));
    EXPECT_THAT(document.error(), testing::Not(HasSubstr("\n")));
  }
}

TEST(LoadDocument, NamesTheFieldThatIsWrong) {
  Json spoiled = every_kind().front();
  spoiled["runs"][1].erase("completed");
  EXPECT_EQ(read_load_document(written(spoiled)).error(), "its runs[1].completed is missing");
  spoiled = every_kind().front();
  spoiled["runs"][0]["seconds"] = -1;
  EXPECT_EQ(read_load_document(written(spoiled)).error(), "its runs[0].seconds is no duration");
}

TEST(LoadDocument, IsRefusedWhereNoHistogramCanHaveHadItsBuckets) {
  const auto complaint_with = [](const char* member, const Json& value) {
    Json spoiled = every_kind().front();
    spoiled[Pointer(std::string("/runs/0/latency_ns") + member)] = value;
    return read_load_document(written(spoiled)).error();
  };
  const std::string expected = "its runs[0].latency_ns.histogram.buckets are none that were recorded";
  EXPECT_EQ(complaint_with("/histogram/buckets", Json::array()), expected) << "but there are extremes";
  EXPECT_EQ(complaint_with("/histogram/buckets/0/0", 3001), expected) << "no bucket begins there";
  EXPECT_EQ(complaint_with("/histogram/buckets/0", Json::array({1})), expected);
  EXPECT_EQ(complaint_with("/min", nullptr), expected);
  EXPECT_EQ(complaint_with("/max", 5), expected);
}

// It was 794 kB once, with a number per line and the same histogram three
// times.
TEST(LoadDocument, OfAOneSecondRunIsSmall) {
  const auto finished = suite::test::run_to_end(
      {.arguments = {SUITE_PROGRAM, "load", "-q", "--driver", "null", "-d", "1", "--format", "json"}});
  ASSERT_EQ(finished.status, suite::test::exited(0)) << finished.errors;
  EXPECT_LT(finished.output.size(), 100'000U);
  EXPECT_LT(std::ranges::count(finished.output, '\n'), 120);
}

// Written by suite 0.1.0 when it had a number per line.
TEST(LoadDocument, OfAnEarlierVersionIsReadAsEver) {
  const auto document =
      read_load_document(read_file(SUITE_SOURCE_DIR "/tests/cmd/results/files/load-0.1.json").value());
  ASSERT_TRUE(document) << document.error();
  ASSERT_EQ(document->runs.size(), 2U);
  EXPECT_EQ(document->runs[1].counts.completed, 300U);
  EXPECT_EQ(document->runs[1].latency->percentile(0.9), std::chrono::nanoseconds(171));
  EXPECT_EQ(histogram_of(*document->runs[1].latency).sum(), 120'862U);
}

Json page_with_equal_times() {
  LoadResult result = test::http_result();
  result.http_times.first_byte = result.http_times.total = result.latency;
  return document_of(test::http_settings(), {result});
}

TEST(LoadDocument, NamesADistributionInsteadOfRepeatingIt) {
  const Json document = page_with_equal_times();
  const Json& run = document["runs"][0];
  EXPECT_TRUE(run["latency_ns"]["histogram"]["buckets"].is_array());
  for (const char* name : {"first_byte_ns", "total_ns"}) {
    EXPECT_EQ(run[name]["same_as"], "latency_ns") << name;
    EXPECT_EQ(run[name]["p99"], run["latency_ns"]["p99"]) << "figures are there for every reader";
    EXPECT_FALSE(run[name].contains("histogram")) << name;
  }
  EXPECT_TRUE(run["connect_ns"].contains("histogram"));
}

TEST(LoadDocument, ReadsADistributionThatNamesAnother) {
  const auto document = read_load_document(written(page_with_equal_times()));
  ASSERT_TRUE(document) << document.error();
  const LoadRun& run = document->runs.at(0);
  EXPECT_TRUE(histogram_of(*run.http->total) == test::http_result().latency);
  EXPECT_EQ(load_document_text(*document), written(page_with_equal_times()));
}

TEST(LoadDocument, IsRefusedWhereADistributionNamesNone) {
  const auto complaint_with = [](const Json& name) {
    Json spoiled = page_with_equal_times();
    spoiled["runs"][0]["first_byte_ns"]["same_as"] = name;
    return read_load_document(written(spoiled)).error();
  };
  EXPECT_EQ(complaint_with("p99_ns"), "its runs[0].p99_ns is missing");
  EXPECT_EQ(complaint_with("seconds"), "its runs[0].seconds is no object");
  EXPECT_EQ(complaint_with("total_ns"), "its runs[0].first_byte_ns.same_as names none that has a histogram");
  EXPECT_EQ(complaint_with(5), "its runs[0].first_byte_ns.same_as is no text");
}

}  // namespace
}  // namespace suite::results
