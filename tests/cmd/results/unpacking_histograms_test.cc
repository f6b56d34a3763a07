// The program in docs/bench-output.md that unpacks a histogram.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <nlohmann/json.hpp>

#include "cmd/cli/read_file.h"
#include "cmd/results/fields.h"
#include "cmd/results/packed_histogram.h"
#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite::results {
namespace {

std::string function_of_the_docs() {
  const std::string docs = read_file(SUITE_SOURCE_DIR "/docs/bench-output.md").value(), fence = "```python\n";
  const std::size_t begin = docs.find(fence) + fence.size();
  return docs.substr(begin, docs.find("```", begin) - begin);
}

Json pairs(const Buckets& buckets) {
  Json list = Json::array();
  for (const auto& bucket : buckets) list.push_back({bucket.lowest, bucket.count});
  return list;
}

TEST(UnpackingHistograms, IsDoneByTheFunctionInTheDocs) {
  if (!std::filesystem::exists("/usr/bin/python3")) GTEST_SKIP() << "no /usr/bin/python3: package python3";
  LatencyHistogram crowd;
  std::mt19937_64 random(5);
  std::lognormal_distribution<double> times(std::log(60'000), 0.8);
  for (int i = 0; i < 20'000; ++i) {
    crowd.record(std::chrono::nanoseconds(static_cast<std::int64_t>(times(random))));
  }
  const std::vector<Buckets> all{crowd.buckets(),
                                 {},
                                 {{.lowest = 0, .count = 1}, {.lowest = 3, .count = UINT64_MAX}},
                                 {{.lowest = 9, .count = 1'000'000}, {.lowest = 4096, .count = 2}}};
  const suite::test::TemporaryFolder folder;
  std::ofstream program(folder.file("program"));
  program << function_of_the_docs()
          << "\nimport json, sys\nfor text in sys.argv[1:]: print(json.dumps(unpack(text)))\n";
  program.close();
  std::vector<std::string> arguments{"/usr/bin/python3", "-B", folder.file("program")};
  for (const Buckets& buckets : all) arguments.push_back(pack(buckets));
  const auto finished = suite::test::run_to_end({.arguments = arguments});
  EXPECT_EQ(finished.errors, "");
  std::istringstream lines(finished.output);
  for (const Buckets& buckets : all) {
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(Json::parse(line, nullptr, false), pairs(buckets));
  }
}

}  // namespace
}  // namespace suite::results
