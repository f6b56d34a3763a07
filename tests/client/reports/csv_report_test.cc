#include <gtest/gtest.h>

#include <map>

#include "tests/client/reports/samples.h"

namespace suite {
namespace {

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (std::size_t end = 0; (end = text.find(separator, at)) != std::string::npos;
       at = end + separator.size()) {
    parts.push_back(text.substr(at, end - at));
  }
  parts.push_back(text.substr(at));
  return parts;
}

using Fields = std::map<std::string, std::string>;

// Each run's fields by their column's name.
std::vector<Fields> parse_csv(const std::string& csv) {
  const auto lines = split(csv, "\r\n");
  EXPECT_EQ(lines.back(), "") << "the last line has its end too";
  const auto names = split(lines.front(), ",");
  std::vector<Fields> runs;
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto values = split(lines[i], ",");
    EXPECT_EQ(values.size(), names.size()) << lines[i];
    Fields& fields = runs.emplace_back();
    for (std::size_t column = 0; column < names.size(); ++column) fields[names[column]] = values.at(column);
    EXPECT_EQ(fields.size(), names.size()) << "two columns have one name";
  }
  return runs;
}

TEST(CsvReport, HasTheFiguresInRawUnits) {
  LoadResult run = test::http_result();
  run.server_cpu = std::chrono::milliseconds(30);
  Fields fields = parse_csv(csv_report(std::vector{run})).at(0);
  EXPECT_EQ(fields["run"], "1");
  EXPECT_EQ(fields["loop"], "closed");
  EXPECT_EQ(fields["completed"], "1000");
  EXPECT_EQ(fields["errors"], "5");
  EXPECT_EQ(fields["errors_reset"], "3");
  EXPECT_EQ(fields["seconds"], "1.5");
  EXPECT_EQ(fields["rps"].substr(0, 7), "666.666");
  EXPECT_EQ(fields["min_ns"], "1000");
  EXPECT_EQ(fields["mean_ns"], "500500");
  EXPECT_EQ(fields["p99_ns"], std::to_string(run.latency.percentile(0.99)->count()));
  EXPECT_EQ(fields["max_ns"], "1000000");
  EXPECT_EQ(fields["client_cpu_ns_per_request"], "20000");
  EXPECT_EQ(fields["server_cpu_ns_per_request"], "30000");
  EXPECT_EQ(fields["non_2xx"], "10");
  EXPECT_EQ(fields["interrupted"], "false");
}

TEST(CsvReport, HasHandshakesOverTlsAndTheSameColumnsInTheClear) {
  LoadResult run = test::http_result();
  Fields clear = parse_csv(csv_report(std::vector{run})).at(0);
  EXPECT_EQ(clear.at("full_handshakes") + clear.at("resumed_handshakes") + clear.at("tls_p50_ns"), "");
  run.tls = TlsFindings{.full = 5, .resumed = 2};
  run.tls->handshake.record(std::chrono::microseconds(300));
  Fields fields = parse_csv(csv_report(std::vector{run})).at(0);
  EXPECT_EQ(fields["full_handshakes"], "5");
  EXPECT_EQ(fields["resumed_handshakes"], "2");
  EXPECT_EQ(fields["tls_max_ns"], "300000");
  EXPECT_EQ(fields.size(), clear.size());
}

TEST(CsvReport, LeavesEmptyWhatThereIsNot) {
  Fields fields = parse_csv(csv_report(std::vector{LoadResult{}})).at(0);
  for (const char* name :
       {"min_ns", "p50_ns", "p999_ns", "max_ns", "client_cpu_ns_per_request", "server_cpu_ns_per_request",
        "non_2xx", "rate_asked", "missed", "lag_p99_ns", "service_max_ns"}) {
    EXPECT_EQ(fields.at(name), "") << name;
  }
  EXPECT_EQ(fields["completed"], "0");
}

TEST(CsvReport, HasTheSameColumnsForEveryKindOfRun) {
  auto runs =
      parse_csv(csv_report(std::vector{test::echo_result(), test::open_result(), test::http_result()}));
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_EQ(runs[1]["run"], "2");
  EXPECT_EQ(runs[1]["loop"], "open");
  EXPECT_EQ(runs[1]["rate_asked"], "667.5");
  EXPECT_EQ(runs[1]["rate_achieved"], "666");
  EXPECT_EQ(runs[1]["due"], "1001");
  EXPECT_EQ(runs[1]["missed"], "12");
  EXPECT_EQ(runs[1]["shed"], "1");
  EXPECT_EQ(runs[1]["drained"], "4");
  EXPECT_EQ(runs[1]["lag_p99_ns"], "990");
  EXPECT_EQ(runs[1]["service_max_ns"], "500000");
  EXPECT_EQ(runs[2]["rate_asked"], "");
}

TEST(CsvReport, IsOnlyAHeaderWhereThereIsNoRun) {
  EXPECT_TRUE(parse_csv(csv_report({})).empty());
  EXPECT_TRUE(csv_report({}).starts_with("run,loop,rps,"));
}

}  // namespace
}  // namespace suite
