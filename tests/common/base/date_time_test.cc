#include "common/base/date_time.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace suite {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::system_clock::time_point kFirstOfMarch =
    std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + 14h + 5min + 7s;

TEST(DateTime, IsReadAsRfc3339HasIt) {
  const std::pair<std::string, std::chrono::system_clock::time_point> texts[] = {
      {"2026-03-01T14:05:07Z", kFirstOfMarch},
      {"2026-03-01t14:05:07z", kFirstOfMarch},       // 5.6: may be small
      {"2026-03-01 14:05:07Z", kFirstOfMarch},       // 5.6: a blank for the T
      {"2026-03-01T15:35:07+01:30", kFirstOfMarch},  // ahead of UTC
      {"2026-03-01T06:05:07-08:00", kFirstOfMarch},
      {"2026-03-01T14:05:07.25Z", kFirstOfMarch + 250ms},
      {"2026-03-01T14:05:07.1234567899Z", kFirstOfMarch + 123'456'789ns},
      {"2016-12-31T23:59:60Z", std::chrono::sys_days(std::chrono::year(2017) / 1 / 1)},  // 5.7: a leap second
      {"2024-02-29T00:00:00Z", std::chrono::sys_days(std::chrono::year(2024) / 2 / 29)}};
  for (const auto& [text, when] : texts) {
    const auto read = parse_date_time(text);
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, when) << text;
  }
}

TEST(DateTime, IsReadAsSecondsSinceTheEpoch) {
  EXPECT_EQ(parse_date_time("1772373907").value(), kFirstOfMarch);
  EXPECT_EQ(parse_date_time("1772373907.5").value(), kFirstOfMarch + 500ms);
  EXPECT_EQ(parse_date_time("1772373907.000000001").value(), kFirstOfMarch + 1ns);
  EXPECT_EQ(parse_date_time("7289654399").value(), parse_date_time("2200-12-31T23:59:59Z").value());
  EXPECT_EQ(parse_date_time("0").value().time_since_epoch(), 0s);
}

TEST(DateTime, RefusesWhatIsNone) {
  const std::string whole = "2026-03-01T14:05:07.25+01:00";
  for (std::size_t cut = 0; cut < whole.size(); ++cut)  // "2026" is a number, and so a time in 1970
    EXPECT_EQ(parse_date_time(whole.substr(0, cut)).has_value(), cut > 0 && cut <= 4) << whole.substr(0, cut);
  for (const std::string text : {"now",
                                 "+5s",
                                 "-1",
                                 "1e9",
                                 ".",
                                 "1.",
                                 ".5",
                                 "1.2.3",
                                 "17723739070",
                                 "9999999999",
                                 "7289654400",
                                 "1772373907000",
                                 "2026-02-29T00:00:00Z",
                                 "2026-13-01T00:00:00Z",
                                 "2026-03-00T00:00:00Z",
                                 "2026-03-01T24:00:00Z",
                                 "2026-03-01T14:60:07Z",
                                 "2026-03-01T14:05:61Z",
                                 "2026-03-01T14:05Z",
                                 "2026-03-01T14:05:07.Z",
                                 "2026-03-01T14:05:07+0100",
                                 "2026-03-01T14:05:07+24:00",
                                 "2026-03-01T14:05:07Z ",
                                 " 2026-03-01T14:05:07Z",
                                 "2026-3-1T14:05:07Z",
                                 "1969-12-31T23:59:59Z",
                                 "2201-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_date_time(text)) << text;
  EXPECT_EQ(parse_date_time("2026-03-01T14:05:07").error(),
            "'2026-03-01T14:05:07' has no zone: append Z, or an offset such as +01:00");
  EXPECT_EQ(parse_date_time("1772373907000").error(),
            "'1772373907000' is no time: seconds since the epoch are accepted, until the year 2200");
}

TEST(DateTime, IsWrittenSoThatItIsReadAgain) {
  EXPECT_EQ(date_time_text(kFirstOfMarch), "2026-03-01T14:05:07Z");
  EXPECT_EQ(date_time_text(kFirstOfMarch + 250ms), "2026-03-01T14:05:07.25Z");
  for (const auto more : {0ns, 1ns, 120'000ns, 999'999'999ns})
    EXPECT_EQ(parse_date_time(date_time_text(kFirstOfMarch + more)).value(), kFirstOfMarch + more);
}

}  // namespace
}  // namespace suite
