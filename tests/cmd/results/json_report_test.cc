#include "cmd/results/json_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/client/reports/samples.h"
#include "tests/cmd/results/json_of.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

using test::echo_result;
using test::echo_settings;
using test::http_result;
using test::http_settings;
using test::open_result;
using test::open_settings;
using Json = nlohmann::ordered_json;

Json run_of(const LoadSettings& settings, const LoadResult& result) {
  return json_of(settings, {}, std::vector{result})["runs"][0];
}

TEST(JsonReport, HoldsEveryFigureOfARun) {
  const auto json = json_of(echo_settings(), this_machine(), std::vector{echo_result()});
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["config"]["target"], "localhost:3900");
  EXPECT_EQ(json["config"]["address"], "127.0.0.1:3900");
  EXPECT_EQ(json["config"]["secs"], 1.5);
  EXPECT_TRUE(json["config"]["requests"].is_null());
  const auto& run = json["runs"][0];
  EXPECT_EQ(run["completed"], 1000);
  EXPECT_EQ(run["errors"]["reset"], 3);
  EXPECT_EQ(run["errors"]["timeout"], 2);
  EXPECT_EQ(run["seconds"], 1.5);
  EXPECT_NEAR(run["rps"].get<double>(), 666.67, 0.01);
  EXPECT_EQ(run["latency_ns"]["max"], 1'000'000);
  EXPECT_NEAR(run["latency_ns"]["p50"].get<double>(), 500'000, 500);
  EXPECT_TRUE(run["connect_ns"]["p50"].is_null());
  EXPECT_EQ(run["client_cpu_seconds"], 0.02);
  EXPECT_TRUE(run["server_cpu_seconds"].is_null());
  EXPECT_EQ(run["connections"]["reopened"], 1);
}

TEST(JsonReport, LabelsAClosedLoopAndSaysNothingOfAnOpenOne) {
  const Json run = run_of(echo_settings(), echo_result());
  EXPECT_EQ(run["loop"], "closed");
  EXPECT_TRUE(run["rate"].is_null());
  EXPECT_TRUE(run["service_ns"].is_null()) << "it is the latency";
}

TEST(JsonReport, HoldsWhatAnOpenLoopAskedOfItself) {
  const Json run = run_of(open_settings(), open_result());
  EXPECT_EQ(run["loop"], "open");
  const Json& rate = run["rate"];
  EXPECT_EQ(rate["asked"], 667.5);
  EXPECT_EQ(rate["achieved"], 666);
  EXPECT_EQ(rate["arrivals"], "poisson");
  EXPECT_EQ(rate["due"], 1001);
  EXPECT_EQ(rate["missed"], 12);
  EXPECT_EQ(rate["shed"], 1);
  EXPECT_EQ(rate["drained"], 4);
  EXPECT_EQ(rate["lag_ns"]["p99"], 990);
  EXPECT_EQ(run["service_ns"]["max"], 500'000);
}

TEST(JsonReport, HoldsEverySecondAndEveryThread) {
  const Json run = run_of(echo_settings(), echo_result());
  EXPECT_EQ(run["series"], Json::parse(R"([
      {"seconds": 1.0, "completed": 700, "errors": 5, "rps": 700.0, "p50_ns": 500000, "p99_ns": 990000},
      {"seconds": 0.5, "completed": 300, "errors": 0, "rps": 600.0, "p50_ns": null, "p99_ns": null}])"));
  EXPECT_EQ(run["thread_use"], Json::parse(R"([
      {"cpu_seconds": 0.015, "elapsed_seconds": 1.5, "cpu_share": 0.01, "voluntary_switches": 1000, "involuntary_switches": 3},
      {"cpu_seconds": 0.75, "elapsed_seconds": 1.5, "cpu_share": 0.5, "voluntary_switches": 234, "involuntary_switches": 4}])"));
}

TEST(JsonReport, TellsWhatWasAroundTheRun) {
  LoadResult result = echo_result();
  Json run = run_of(echo_settings(), result);
  EXPECT_EQ(run["idle_share"], 0.25);
  EXPECT_EQ(run["kernel_tcp"], Json::parse(R"({
      "listen_overflows": 0, "listen_drops": 3, "syn_queue_full_drops": 0, "syn_cookies": 0,
      "syn_retransmissions": 0, "delayed_acks": 7})"));
  result.kernel.reset();
  result.idle_share.reset();
  run = run_of(echo_settings(), result);
  EXPECT_EQ(run["idle_share"], nullptr);
  EXPECT_EQ(run["kernel_tcp"], nullptr);
}

TEST(JsonReport, TellsOfTheServersSwitchesAndMemoryAndOfWhoDisturbedTheRun) {
  LoadResult result = echo_result();
  Json run = run_of(echo_settings(), result);
  for (const char* name : {"server_switches", "server_memory", "disturbance"})
    EXPECT_TRUE(run[name].is_null());
  result.server_switches = 12;
  result.server_memory_before = 4096;
  run = run_of(echo_settings(), result);
  EXPECT_TRUE(run["server_memory"].is_null()) << "half of it tells nothing";
  result.server_memory_loaded = 8192;
  result.disturbance =
      Disturbance{.stolen = std::chrono::milliseconds(10), .others = {}, .significant = true};
  run = run_of(echo_settings(), result);
  EXPECT_EQ(run["server_switches"], 12);
  EXPECT_EQ(run["server_memory"], Json::parse(R"({"before_bytes": 4096, "loaded_bytes": 8192})"));
  EXPECT_EQ(run["disturbance"],
            Json::parse(R"({"stolen_seconds": 0.01, "others_cpu_seconds": null, "significant": true})"));
}

TEST(JsonReport, HasNoLatencyWhereNoneWasMeasured) {
  LoadSettings settings = http_settings();
  settings.plan.latency = false;
  const Json run = run_of(settings, http_result());
  for (const char* name : {"latency_ns", "first_byte_ns", "total_ns", "service_ns"}) {
    EXPECT_TRUE(run[name].is_null()) << name;
  }
  EXPECT_TRUE(run["connect_ns"].is_object());
  EXPECT_EQ(run["completed"], 1000);
}

TEST(JsonReport, NamesEveryEffectiveOption) {
  LoadSettings settings = open_settings();
  LoadPlan& plan = settings.plan;
  plan.latency = false;
  plan.busy_poll = plan.pin = true;
  plan.sockets = {
      .send_buffer = 4096, .receive_buffer = 8192, .nodelay = false, .close = SocketPlan::Close::kReset};
  const auto config = json_of(settings, {}, std::vector{open_result()})["config"];
  EXPECT_EQ(config["rate"], 667.5);
  EXPECT_EQ(config["arrivals"], "poisson");
  EXPECT_EQ(config["latency"], false);
  EXPECT_EQ(config["busy_poll"], true);
  EXPECT_EQ(config["pin"], true);
  EXPECT_EQ(config["sndbuf"], 4096);
  EXPECT_EQ(config["rcvbuf"], 8192);
  EXPECT_EQ(config["no_nodelay"], true);
  EXPECT_EQ(config["close"], "rst");
  const auto usual = json_of(echo_settings(), {}, std::vector{echo_result()})["config"];
  for (const char* name : {"rate", "arrivals", "sndbuf", "rcvbuf"})
    EXPECT_TRUE(usual[name].is_null()) << name;
  for (const char* name : {"busy_poll", "pin", "no_nodelay"}) EXPECT_EQ(usual[name], false) << name;
  EXPECT_EQ(usual["latency"], true);
  EXPECT_EQ(usual["close"], "fin");
}

// What docs/load-output.md says of adding histograms, word for word.
Json added(const Json& one, const Json& other) {
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const Json* each : {&one, &other}) {
    for (const auto& bucket : (*each)["histogram"]["buckets"])
      counts[bucket[0]] += bucket[1].get<std::uint64_t>();
  }
  Json sum = {{"min", std::min(one["min"].get<std::uint64_t>(), other["min"].get<std::uint64_t>())},
              {"max", std::max(one["max"].get<std::uint64_t>(), other["max"].get<std::uint64_t>())}};
  for (const char* name : {"sum", "clamped"}) {
    sum["histogram"][name] =
        one["histogram"][name].get<std::uint64_t>() + other["histogram"][name].get<std::uint64_t>();
  }
  for (const auto& [lowest, count] : counts) sum["histogram"]["buckets"].push_back({lowest, count});
  return sum;
}

TEST(JsonReport, HasHistogramsThatAddUpToThatOfAllSamples) {
  LoadResult one, other, all;
  for (int i = 0; i < 3000; ++i) {
    const std::chrono::nanoseconds latency(100 + 37 * i * i % 10'000'000);
    (i % 3 == 0 ? one : other).latency.record(latency);
    all.latency.record(latency);
  }
  other.latency.record(2h);  // clamped
  all.latency.record(2h);
  const auto latency_of = [](const LoadResult& result) {
    return run_of(echo_settings(), result)["latency_ns"];
  };
  const Json sum = added(latency_of(one), latency_of(other)), expected = latency_of(all);
  EXPECT_EQ(sum["histogram"], expected["histogram"]);
  EXPECT_EQ(sum["min"], expected["min"]);
  EXPECT_EQ(sum["max"], expected["max"]);
}

TEST(JsonReport, LosesNothingOfAHistogram) {
  const LoadResult before = echo_result();
  const Json json = run_of(echo_settings(), before)["latency_ns"];
  LatencyHistogram::Contents contents{.buckets = {},
                                      .min = json["min"],
                                      .max = json["max"],
                                      .sum = json["histogram"]["sum"],
                                      .clamped = json["histogram"]["clamped"]};
  for (const auto& bucket : json["histogram"]["buckets"]) {
    contents.buckets.push_back({.lowest = bucket[0], .count = bucket[1]});
  }
  EXPECT_EQ(LatencyHistogram::from(contents), before.latency);
}

}  // namespace
}  // namespace suite
