// docs/load.schema.json is exactly what is written: what is written fits, and nothing that differs does.
#include "tests/support/json_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "client/search/search_report.h"
#include "tests/client/reports/samples.h"
#include "tests/cmd/results/json_of.h"

namespace suite {
namespace {

using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;
using testing::Each;

Environment environment() {
  return {.system = "a",
          .release = "kernel",
          .usable_cpus = 2,
          .cpu = "a processor",
          .compiler = "a compiler",
          .suite = "1.2.3"};
}

Json document(const LoadSettings& settings, const std::vector<LoadResult>& results) {
  return json_of(settings, environment(), results);
}

// Validates all of them at once: starting the validator takes longer than its work.
std::optional<std::vector<std::string>> complaints_of(const std::vector<Json>& documents) {
  std::vector<std::string> lines;
  for (const Json& each : documents) lines.push_back(each.dump());
  return test::schema_complaints("docs/load.schema.json", lines);
}

// With few buckets: they are all alike, and looking at a thousand takes time.
LoadResult with_few_buckets(LoadResult result) {
  LatencyHistogram few;
  few.record(std::chrono::microseconds(1), 1000);
  few.record(std::chrono::microseconds(2));
  result.latency = few;
  if (result.http) result.http_times = {.first_byte = few, .connect = few, .total = few};
  if (result.rate) result.rate->lag = result.rate->service = few;
  return result;
}

// The closed loop it starts from, and a rate that was too high.
Json search_of_two_steps() {
  FindMaxPlan plan;
  plan.conditions = {*parse_condition("p99<5ms")};
  FindMaxResult result{.end = FindMaxResult::End::kNonePassed};
  result.high = 1000;
  result.steps = {{.achieved = 2000.5, .measured = {{.value = 4e6}}},
                  {.rate = 1000, .achieved = 990.5, .measured = {{}}, .failure = "too few samples"}};
  return find_max_json(plan, result);
}

TEST(JsonSchema, FitsEveryKindOfRun) {
  LoadSettings untimed = test::http_settings(), untimed_open = test::open_settings(),
               other = test::open_settings();
  untimed.plan.latency = untimed_open.plan.latency = false;
  LoadPlan& plan = other.plan;
  plan.duration.reset();
  plan.requests = 5;
  plan.per_conn = 3;
  plan.server_pid = 17;
  plan.share = {.part = 1, .parts = 4};
  plan.start_at = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  plan.busy_poll = plan.pin = true;
  plan.sources = *resolve("127.0.0.2", 0);
  plan.sockets = {
      .send_buffer = 1, .receive_buffer = 2, .nodelay = false, .close = SocketPlan::Close::kReset};
  LoadSettings with_body = test::http_settings();
  with_body.http->body = "@file";
  with_body.http->urls = "urls";
  LoadSettings with_targets = test::http_settings();
  with_targets.http->targets = "targets";
  const LoadResult echo = with_few_buckets(test::echo_result()), http = with_few_buckets(test::http_result()),
                   open = with_few_buckets(test::open_result());
  LoadResult stopped = echo;
  stopped.interrupted = true;
  stopped.began = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::microseconds(1);
  stopped.server_cpu = std::chrono::seconds(1);
  stopped.warnings = {"mind the gap"};
  LoadSettings gated = test::echo_settings();
  gated.gates = {{*parse_condition("p99>5ms")},
                 {*parse_condition("p99.9>1s")},
                 {*parse_condition("errors>1%")},
                 {*parse_condition("rps<100k")},
                 {*parse_condition("p99<5ms"), Demand::kMustHold}};
  Json searched = document(test::open_settings(), {});
  searched["find_max"] = search_of_two_steps();
  LoadResult nothing_open;
  nothing_open.rate = RateResult{.asked = 5};
  const std::vector<Json> documents{document(test::echo_settings(), {echo}),
                                    document(test::echo_settings(), {echo, stopped, LoadResult{}}),
                                    document(test::http_settings(), {http, LoadResult{}}),
                                    document(with_body, {http}),
                                    document(with_targets, {http}),
                                    document(test::open_settings(), {open, nothing_open}),
                                    document(other, {open}),
                                    document(untimed, {http}),
                                    document(untimed_open, {open}),
                                    document(gated, {echo, open}),
                                    json_of(test::echo_settings(), this_machine(), {}),  // with its date
                                    searched};
  const auto complaints = complaints_of(documents);
  if (!complaints) GTEST_SKIP() << "no validator: package python3-jsonschema";
  EXPECT_THAT(*complaints, Each(""));
}

// Those of all objects below `value`, and its own. Of distributions only the latency: they are all alike.
void add_objects(const Json& value, const Pointer& at, std::vector<Pointer>& found) {
  if (value.is_object()) found.push_back(at);
  if (!value.is_structured()) return;
  for (const auto& [key, member] : value.items()) {
    const bool again = key.ends_with("_ns") && key != "latency_ns";
    if (!again) add_objects(member, value.is_array() ? at / std::stoul(key) : at / key, found);
  }
}

// With as much in it as there can be.
Json full_document() {
  LoadSettings settings = test::open_settings();
  const LoadSettings http = test::http_settings();
  settings.http = http.http;
  settings.plan.protocol = http.plan.protocol;
  LoadResult result = test::http_result();
  result.rate = test::open_result().rate;
  result.server_switches = 1;
  result.server_memory_before = result.server_memory_loaded = 1;
  result.disturbance = Disturbance{.others = std::chrono::seconds(1)};
  result.series.resize(1);
  result.thread_use.resize(1);
  settings.gates = {{*parse_condition("p99>5ms")}, {*parse_condition("p99<5ms"), Demand::kMustHold}};
  Json full = document(settings, {with_few_buckets(result)});
  full["find_max"] = search_of_two_steps();
  return full;
}

/// A document that is not as it should be, and in what.
struct Spoiled {
  std::string how;
  Json document;
};

// Lacks a field, has one too many, or one of another type: each field of each object in turn.
std::vector<Spoiled> spoiled(const Json& full) {
  std::vector<Pointer> objects;
  add_objects(full, Pointer(), objects);
  std::vector<Spoiled> all;
  for (const Pointer& at : objects) {
    all.push_back({"a surplus field in " + at.to_string(), full});
    all.back().document.at(at)["surplus"] = 1;
    for (const auto& [key, member] : full.at(at).items()) {
      const Pointer field = at / key;
      all.push_back({"another type of " + field.to_string(), full});
      all.back().document[field] = Json::array({true});                     // is no field's
      if (field.parent_pointer() == Pointer("/runs/0/statuses")) continue;  // has those that came
      all.push_back({"no " + field.to_string(), full});
      all.back().document.at(at).erase(key);
    }
  }
  return all;
}

TEST(JsonSchema, RefusesEveryFieldThatIsMissingSurplusOrOfAnotherType) {
  const Json full = full_document();
  std::vector<Spoiled> all = spoiled(full);
  ASSERT_GT(all.size(), 250U);
  all.push_back({"a closed loop with a rate", full});
  all.back().document["runs"][0]["loop"] = "closed";
  all.push_back({"an open loop without a rate", full});
  all.back().document["runs"][0]["rate"] = nullptr;
  std::vector<Json> documents;
  for (const Spoiled& each : all) documents.push_back(each.document);
  documents.push_back(full);
  const auto complaints = complaints_of(documents);
  if (!complaints) GTEST_SKIP() << "no validator: package python3-jsonschema";
  EXPECT_EQ(complaints->back(), "");
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_NE(complaints->at(i), "") << all[i].how;
}

}  // namespace
}  // namespace suite
