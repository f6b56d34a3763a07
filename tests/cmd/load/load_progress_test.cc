#include "cmd/load/load_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

SeriesPoint second(std::uint64_t completed, std::uint64_t errors = 0) {
  return {.length = 1s, .completed = completed, .errors = errors, .p50 = 40us, .p99 = 512us};
}

LoadMoment moment() {
  return {.elapsed = 12s, .duration = 60s, .second = second(245'388), .errors = 0, .rates = {0, 50, 100, 25}};
}

TEST(ProgressLine, ShowsTimeThroughputLatencyErrorsAndAChart) {
  EXPECT_EQ(progress_line(moment(), {.columns = 80, .unicode = true}),
            "12s of 60s  245,388 req/s  p99 512us  errors 0  ▁▅█▃");
  EXPECT_EQ(progress_line(moment(), {.columns = 80}), "12s of 60s  245,388 req/s  p99 512us  errors 0  _=#-");
}

TEST(ProgressLine, NamesTheRunWhereThereAreSeveral) {
  LoadMoment now = moment();
  now.run = 2;
  now.runs = 5;
  now.duration.reset();
  EXPECT_THAT(progress_line(now, {}), StartsWith("run 2 of 5  12s  245,388 req/s"));
}

TEST(ProgressLine, LeavesOutWhatThereIsNot) {
  LoadMoment now = moment();
  now.second.p99.reset();
  EXPECT_THAT(progress_line(now, {}), HasSubstr("req/s  errors 0"));
  now.rates = {0, 0};
  EXPECT_THAT(progress_line(now, {}), EndsWith("errors 0  __"));
}

TEST(ProgressLine, StaysWithinTheWidthAndKeepsWholeFields) {
  LoadMoment now = moment();
  now.rates.assign(200, 1);
  for (std::size_t columns = 0; columns < 200; ++columns) {
    const std::string line = progress_line(now, {.columns = columns});
    EXPECT_LE(line.size(), columns == 0 ? 0 : columns - 1) << line;
  }
  EXPECT_EQ(progress_line(now, {.columns = 30}), "12s of 60s  245,388 req/s");
  EXPECT_EQ(progress_line(now, {.columns = 57}), "12s of 60s  245,388 req/s  p99 512us  errors 0  ########");
  EXPECT_EQ(progress_line(now, {.columns = 56}), "12s of 60s  245,388 req/s  p99 512us  errors 0");
}

TEST(ProgressLine, IsColouredOnlyWhereItMayBe) {
  LoadMoment now = moment();
  now.errors = 7;
  EXPECT_THAT(progress_line(now, {.colour = true}),
              HasSubstr("\033[31merrors 7\033[0m  \033[36m_=#-\033[0m"));
  EXPECT_THAT(progress_line(now, {}), Not(HasSubstr("\033")));
  EXPECT_THAT(progress_line(moment(), {.colour = true}), HasSubstr("  errors 0  "));
}

class LoadProgressTest : public testing::Test {
 protected:
  const std::string& text() const { return text_; }

  std::string text_;
  std::function<void(std::string_view)> out_ = [this](std::string_view part) { text_ += part; };
};

TEST_F(LoadProgressTest, RenewsOneLineOnATerminalAndLeavesItEmpty) {
  LoadProgress progress(Progress::kOverwrite, 3s, 1, out_);
  progress.begin_run();
  progress.on_second(second(1000), 1s);
  progress.on_second(second(2000), 2s);
  EXPECT_THAT(text(), StartsWith("\r\033[Kconnecting\r\033[K1s of 3s  1,000 req/s"));
  EXPECT_THAT(text(), HasSubstr("\r\033[K2s of 3s  2,000 req/s"));
  EXPECT_THAT(text(), Not(HasSubstr("\n")));
  progress.end_run();
  EXPECT_THAT(text(), EndsWith("\r\033[K"));
}

TEST_F(LoadProgressTest, WritesAPlainLinePerSecondWhereThereIsNoTerminal) {
  LoadProgress progress(Progress::kLines, 3s, 2, out_);
  progress.begin_run();
  progress.on_second(second(1000, 2), 1s);
  progress.on_second(second(2000, 3), 2s);
  progress.end_run();
  EXPECT_EQ(text(),
            "run 1 of 2  1s of 3s  1,000 req/s  p99 512us  errors 2\n"
            "run 1 of 2  2s of 3s  2,000 req/s  p99 512us  errors 5\n");
}

TEST_F(LoadProgressTest, BeginsEachRunAnew) {
  LoadProgress progress(Progress::kLines, 3s, 2, out_);
  progress.begin_run();
  progress.on_second(second(1000, 2), 1s);
  progress.begin_run();
  progress.on_second(second(1000), 1s);
  EXPECT_THAT(text(), EndsWith("run 2 of 2  1s of 3s  1,000 req/s  p99 512us  errors 0\n"));
}

TEST_F(LoadProgressTest, SaysNothingWhereItIsOff) {
  LoadProgress progress(Progress::kOff, 3s, 1, out_);
  progress.begin_run();
  progress.on_second(second(1000), 1s);
  progress.end_run();
  EXPECT_EQ(text(), "");
}

}  // namespace
}  // namespace suite
