#include "common/base/units.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST(Units, ReadsDurationsInEveryUnit) {
  EXPECT_EQ(parse_duration("250ms"), nanoseconds(250ms));
  EXPECT_EQ(parse_duration("1.5s"), nanoseconds(1500ms));
  EXPECT_EQ(parse_duration("2m"), nanoseconds(2min));
  EXPECT_EQ(parse_duration("1h"), nanoseconds(1h));
  EXPECT_EQ(parse_duration("80us"), nanoseconds(80us));
  EXPECT_EQ(parse_duration("500ns"), nanoseconds(500ns));
  EXPECT_EQ(parse_duration("0"), nanoseconds(0));
}

TEST(Units, ABareNumberIsSeconds) {
  EXPECT_EQ(parse_duration("10"), nanoseconds(10s));
  EXPECT_EQ(parse_duration("0.25"), nanoseconds(250ms));
}

TEST(Units, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "s", "5x", "-1", "-1s", "+1s", "1 s", " 1", "1e3", "0x10", "1.2.3", ".",
                           "1,5s", "nan", "inf", "5ms5", "ms5"}) {
    EXPECT_FALSE(parse_duration(text)) << "'" << text << "'";
  }
}

TEST(Units, NamesWhatWasGivenAndWhatIsAccepted) {
  EXPECT_EQ(parse_duration("5x").error(),
            "'5x' is not a duration such as 250ms, 1.5s, 2m, 1h or 10 (seconds)");
  EXPECT_EQ(parse_size("5x").error(), "'5x' is not a size such as 64, 64k, 64KiB or 1MB");
  EXPECT_EQ(parse_count("5x").error(), "'5x' is not a count such as 100, 10k or 1.5M");
  EXPECT_EQ(parse_count("1.5").error(), "'1.5' is not a whole number");
}

TEST(Units, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(parse_duration("11000000h"));
  EXPECT_FALSE(parse_duration(std::string(400, '9')));
  EXPECT_EQ(parse_size("99999999999999999999"), UINT64_MAX);
  EXPECT_EQ(parse_count("99999999999999999999G"), UINT64_MAX);
}

TEST(Units, ReadsSizesInPowersOf1024And1000) {
  EXPECT_EQ(parse_size("64"), 64U);
  EXPECT_EQ(parse_size("64b"), 64U);
  EXPECT_EQ(parse_size("64k"), 65'536U);
  EXPECT_EQ(parse_size("64KiB"), 65'536U);
  EXPECT_EQ(parse_size("64kB"), 64'000U);
  EXPECT_EQ(parse_size("1MB"), 1'000'000U);
  EXPECT_EQ(parse_size("4MiB"), 4'194'304U);
  EXPECT_EQ(parse_size("0.5k"), 512U);
  EXPECT_EQ(parse_size("1G"), 1'073'741'824U);
  EXPECT_EQ(parse_size("1GB"), 1'000'000'000U);
  EXPECT_FALSE(parse_size("1ms"));
  EXPECT_FALSE(parse_size("0.3k"));
}

TEST(Units, ReadsCountsInPowersOf1000) {
  EXPECT_EQ(parse_count("100"), 100U);
  EXPECT_EQ(parse_count("10k"), 10'000U);
  EXPECT_EQ(parse_count("1.5M"), 1'500'000U);
  EXPECT_EQ(parse_count("1.1k"), 1'100U);
  EXPECT_FALSE(parse_count("-1"));
  EXPECT_FALSE(parse_count("1KiB"));
}

TEST(Units, ReadsRatesPerSecondMinuteAndHour) {
  EXPECT_EQ(parse_rate("100"), 100.0);
  EXPECT_EQ(parse_rate("100/s"), 100.0);
  EXPECT_EQ(parse_rate("0.5"), 0.5);
  EXPECT_EQ(parse_rate("30/m"), 0.5);
  EXPECT_EQ(parse_rate("7.2k/H"), 2.0);
  EXPECT_EQ(parse_rate("1.5M/s"), 1.5e6);
  for (const char* text :
       {"", "/s", "100/", "100/d", "100/s/s", "100 /s", "100/ s", "-1", "0x10/s", "1e3", "1/2"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
  EXPECT_EQ(parse_rate("10/x").error(), "'10/x' is not a rate such as 100, 20k, 0.5, 100/s or 30/m");
}

TEST(Units, WritesRatesOfWhichOnlyLargeOnesLoseTheirFraction) {
  EXPECT_EQ(format_rate(0.25), "0.25");
  EXPECT_EQ(format_rate(1.0 / 3600), "0.0002778");
  EXPECT_EQ(format_rate(99.5), "99.5");
  EXPECT_EQ(format_rate(999.96), "1,000");
  EXPECT_EQ(format_rate(20'000), "20,000");
  EXPECT_EQ(format_rate(1234.6), "1,235");
}

TEST(Units, WritesDurationsWithThreeDigits) {
  EXPECT_EQ(format_duration(0ns), "0ns");
  EXPECT_EQ(format_duration(812ns), "812ns");
  EXPECT_EQ(format_duration(1us), "1.00us");
  EXPECT_EQ(format_duration(45'300ns), "45.3us");
  EXPECT_EQ(format_duration(9'994ns), "9.99us");
  EXPECT_EQ(format_duration(9'995ns), "10.0us");
  EXPECT_EQ(format_duration(999'499ns), "999us");
  EXPECT_EQ(format_duration(999'500ns), "1.00ms");
  EXPECT_EQ(format_duration(1'200us), "1.20ms");
  EXPECT_EQ(format_duration(2s), "2.00s");
  EXPECT_EQ(format_duration(100min), "6000s");
}

TEST(Units, WritesSizesWithThreeDigits) {
  EXPECT_EQ(format_size(0), "0 B");
  EXPECT_EQ(format_size(812), "812 B");
  EXPECT_EQ(format_size(65'536), "64.0 KiB");
  EXPECT_EQ(format_size(1'610'612'736), "1.50 GiB");
  EXPECT_EQ(format_size(1024 * 1024 - 1), "1.00 MiB");
}

TEST(Units, WritesCountsWithSeparators) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(1'234'567), "1,234,567");
}

TEST(Units, ADurationSurvivesBeingAnArgument) {
  for (const nanoseconds each : {nanoseconds(0), nanoseconds(1), nanoseconds(1500ms), nanoseconds(2s),
                                 nanoseconds(1001us), nanoseconds(3600s), nanoseconds(123'456'789)}) {
    EXPECT_EQ(parse_duration(duration_argument(each)), each) << duration_argument(each);
  }
  EXPECT_EQ(duration_argument(2s), "2s");
  EXPECT_EQ(duration_argument(250ms), "250ms");
  EXPECT_EQ(duration_argument(1500ms), "1500ms");
}

}  // namespace
}  // namespace suite
