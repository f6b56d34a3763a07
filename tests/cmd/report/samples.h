// Sources made by hand, for the tests of reports.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cmd/report/content.h"
#include "tests/cmd/results/sections.h"

namespace suite::report::samples {

using namespace results::samples;

inline Source source_with(std::vector<results::BenchSection> sections, std::string label = "monday") {
  results::BenchDocument document{
      .suite = "0.1.0",
      .config = {.rounds = 7, .secs = std::chrono::seconds(2), .load_cpus = {1}},
      .environment = {.system = "Linux", .release = "6.1", .usable_cpus = 2, .cpu = "A CPU"},
      .sections = std::move(sections)};
  document.config.server_cpus = {0};
  return {.label = label,
          .file = label + ".json",
          .date = "2026-03-01 14:05",
          .text = "{}",
          .document = document};
}

inline Content content_with(std::vector<results::BenchSection> sections) {
  const std::vector<Source> sources{source_with(std::move(sections))};
  return content_of(sources);
}

inline Source load_source(const std::vector<double>& rps, std::string label = "load") {
  results::LoadDocument document{.suite = "0.1.0"};
  document.config["target"] = "127.0.0.1:3900";
  document.config["conns"] = 10U;
  document.environment.cpu = "A CPU";
  for (const double each : rps) document.runs.push_back(run_at(each));
  return {.label = label, .file = label + ".json", .date = {}, .text = "{}", .document = document};
}

/// What must stay text wherever it is put.
inline const std::string kHostileName = "</script><img src=x onerror=alert(1)>|`\"',\n=1+1 ü";

}  // namespace suite::report::samples
