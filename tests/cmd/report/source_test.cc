#include "cmd/report/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/cmd/report/samples.h"
#include "tests/support/temporary_folder.h"

namespace suite::report {
namespace {

using testing::MatchesRegex;
using namespace samples;

std::string document_of_date(const std::string& date) {
  Source source = source_with({section_of({contestant_at("a", rounds_around(100))})});
  auto& document = std::get<results::BenchDocument>(source.document);
  document.environment.date = date;
  return bench_document_text(document);
}

// A file's own time is lost when it is copied or checked out.
TEST(ReportSource, HasTheDateOfTheMeasurement) {
  const auto source = source_of("a.json", document_of_date("2026-03-01T14:05:59Z"));
  ASSERT_TRUE(source) << source.error();
  EXPECT_EQ(source->date, "2026-03-01 14:05 UTC");
}

TEST(ReportSource, HasTheDateOfItsFileWhereTheDocumentHasNone) {
  const test::TemporaryFolder folder;
  for (const char* date : {"", "yesterday", "2026-03-01T14:05:59+01:00"}) {
    std::ofstream(folder.file("a.json")) << document_of_date(date);
    const auto source = read_source(folder.file("a.json"));
    ASSERT_TRUE(source) << source.error();
    EXPECT_THAT(source->date, MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")) << date;
  }
}

}  // namespace
}  // namespace suite::report
