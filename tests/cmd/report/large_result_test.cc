// A page that can be sent by mail, also of a comparison of 60 contestants on ten workloads in 30 rounds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/report/formats.h"
#include "cmd/report/page_data.h"
#include "tests/cmd/report/large_document.h"
#include "tests/cmd/report/samples.h"

namespace suite::report {
namespace {

using std::chrono::steady_clock;
using testing::HasSubstr;
using namespace samples;

// Generous: a sanitizer takes ten times as long, on a machine that others use too.
constexpr std::chrono::seconds kPatience{20};

TEST(LargeResult, BecomesAPageOfLessThanFiveMegabytes) {
  constexpr std::size_t kMostBytes = 5'000'000;
  Source source = source_with({}, "large");
  source.document = large_document();
  source.text = std::string(kMostRawBytes + 1, ' ');
  const std::vector<Source> sources{std::move(source)};
  const auto begin = steady_clock::now();
  const Content content = content_of(sources);
  const std::string page = html_report(content, sources);
  EXPECT_LT(steady_clock::now() - begin, kPatience);
  EXPECT_LT(page.size(), kMostBytes);
  EXPECT_THAT(content.title, HasSubstr("60 contestants on 10 workloads"));
  EXPECT_THAT(page, HasSubstr("<li>large.json, ")) << "it is named, and not carried";
}

TEST(LargeResult, IsReadFast) {
  const std::string text = bench_document_text(large_document({.rounds = 3}));
  EXPECT_GT(text.size(), 4'000'000U) << "histograms as large as real ones";
  const auto begin = steady_clock::now();
  const auto source = source_of("large.json", text);
  EXPECT_LT(steady_clock::now() - begin, kPatience);
  ASSERT_TRUE(source) << source.error();
  EXPECT_EQ(
      std::get<results::BenchDocument>(source->document).sections.at(9).contestants.at(59).rounds.size(), 3U);
}

}  // namespace
}  // namespace suite::report
