// The program in docs/load-output.md that adds up the histograms of several files.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <nlohmann/json.hpp>

#include "tests/client/reports/samples.h"
#include "tests/cmd/results/json_of.h"
#include "tests/support/child.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

std::string program_of_the_docs() {
  std::ostringstream text;
  text << std::ifstream(SUITE_SOURCE_DIR "/docs/load-output.md").rdbuf();
  const std::string docs = text.str(), fence = "```python\n";
  const std::size_t begin = docs.find(fence) + fence.size();
  return docs.substr(begin, docs.find("```", begin) - begin);
}

TEST(AddingHistograms, IsDoneByTheProgramInTheDocs) {
  if (!std::filesystem::exists("/usr/bin/python3")) GTEST_SKIP() << "no /usr/bin/python3: package python3";
  const test::TemporaryFolder folder;
  LatencyHistogram all;
  std::vector<LoadResult> results(3);
  for (int i = 0; i < 3000; ++i) {
    const std::chrono::nanoseconds latency(100 + 37 * i * i % 10'000'000);
    results[static_cast<std::size_t>(i * i % 3)].latency.record(latency);  // the last one stays empty
    all.record(latency);
  }
  const auto write = [&folder](const char* name, const std::vector<LoadResult>& runs) {
    std::ofstream(folder.file(name)) << json_of(test::echo_settings(), {}, runs);
    return folder.file(name);
  };
  const std::string one = write("one", {results[0]}), others = write("others", {results[1], results[2]});
  std::ofstream(folder.file("program")) << program_of_the_docs();
  const test::Finished finished =
      test::run_to_end({.arguments = {"/usr/bin/python3", "-B", folder.file("program"), one, others}});
  EXPECT_EQ(finished.errors, "");
  EXPECT_EQ(finished.output, std::to_string(all.percentile(0.99)->count()) + " ns\n");
}

}  // namespace
}  // namespace suite
