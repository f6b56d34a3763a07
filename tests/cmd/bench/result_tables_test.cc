#include "cmd/bench/result_tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cmd/bench/samples.h"

namespace suite::bench {
namespace {

using testing::HasSubstr;

results::BenchDocument measured_document(const std::string& name) {
  results::BenchContestant one{.name = name}, other{.name = "other"};
  other.failure = results::BenchFailure{.round = 1, .why = "it died"};
  results::LoadRun run = run_at(100);
  run.connections_opened = 10;
  run.server_cpu = std::chrono::microseconds(4) * run.counts.completed;
  run.server_switches = run.counts.completed / 2;
  run.thread_use = {{.voluntary_switches = 2 * run.counts.completed}};
  run.server_memory = results::ServerMemory{.before = 0, .loaded = 10 * 3072};
  one.rounds = {{.round = 1, .run = run}};
  return {.config = {.server_cpus = {0}, .load_cpus = {1}},
          .sections = {{.workload = "echo-d1", .conns = 1, .depth = 1, .contestants = {one, other}}}};
}

TEST(ResultTables, HaveSwitchesMemoryAndFailures) {
  const std::string text = result_tables(measured_document("epoll"), BenchFormat::kTable);
  EXPECT_THAT(text, testing::StartsWith("Echo, 1 connection, 1 request in flight on each\n"));
  EXPECT_THAT(text, testing::ContainsRegex("1\\.  epoll +100 +4.00us +- +0.50 / 2.00 +3.00 KiB\n"));
  EXPECT_THAT(text, testing::ContainsRegex("    other .*  failed in round 1: it died\n"));
}

// A contestant may be called anything.
TEST(ResultTables, EscapeNamesInMarkdown) {
  const std::string text = result_tables(measured_document("a|b_<c>&"), BenchFormat::kMarkdown);
  EXPECT_THAT(text, HasSubstr("\n| 1. | a\\|b\\_&lt;c>&amp; | 100 |"));
}

TEST(ResultTables, AreEmptyWhereNothingWasMeasured) {
  EXPECT_EQ(result_tables({.sections = {{.workload = "echo-d1"}}}, BenchFormat::kTable), "");
}

}  // namespace
}  // namespace suite::bench
