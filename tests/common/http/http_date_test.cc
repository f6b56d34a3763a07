#include "common/http/http_date.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr sys_seconds kExample = sys_days(1994y / 11 / 6) + 8h + 49min + 37s;  // RFC 9110's own
constexpr sys_seconds kNow = sys_days(2026y / 7 / 1) + 12h;

TEST(HttpDate, WritesAnImfFixdate) {
  EXPECT_EQ(format_http_date(kExample), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_http_date(sys_days(2024y / 2 / 29) + 23h + 59min + 59s), "Thu, 29 Feb 2024 23:59:59 GMT");
}

// A file's modification time may lie there, and what is written has to be what conditions compare with.
TEST(HttpDate, WritesAndReadsDatesBefore1970) {
  EXPECT_EQ(format_http_date(sys_seconds{-1s}), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(parse_http_date("Wed, 31 Dec 1969 23:59:59 GMT", {}), sys_seconds{-1s});
  EXPECT_EQ(parse_http_date("Fri, 13 Dec 1901 20:45:52 GMT", {}), sys_seconds{-2147483648s});
  EXPECT_EQ(parse_http_date(format_http_date(kFirstHttpDate), {}), kFirstHttpDate);
  EXPECT_EQ(parse_http_date(format_http_date(kLastHttpDate), {}), kLastHttpDate);
}

TEST(HttpDate, WritesTheNearestDateItHasDigitsFor) {
  EXPECT_EQ(format_http_date(sys_days(-5y / 1 / 1)), format_http_date(sys_days(0y / 1 / 1)));
  EXPECT_EQ(format_http_date(sys_seconds::min()).size(), 29U);
  EXPECT_EQ(format_http_date(sys_seconds::max()), "Fri, 31 Dec 9999 23:59:59 GMT");
  EXPECT_EQ(format_http_date(sys_days(12000y / 1 / 1)), "Fri, 31 Dec 9999 23:59:59 GMT");
}

TEST(HttpDate, ReadsAllThreeFormats) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kExample);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kExample);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), kExample);
  EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994", kNow), kExample + std::chrono::days(10));
}

TEST(HttpDate, ReadsWhatItWrites) {
  sys_seconds at{};
  for (int i = 0; i < 5000; ++i, at += 50'331'653s) {  // a prime number of seconds, past the year 9000
    ASSERT_EQ(parse_http_date(format_http_date(at), kNow), at) << format_http_date(at);
  }
}

TEST(HttpDate, ATwoDigitYearIsAtMostFiftyYearsAhead) {
  const auto year_of = [](std::string_view text, sys_seconds now) {
    const auto at = parse_http_date(text, now);
    return at ? static_cast<int>(
                    std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*at)).year())
              : 0;
  };
  EXPECT_EQ(year_of("Wednesday, 01-Jul-76 12:00:00 GMT", kNow), 2076) << "fifty years to the second";
  EXPECT_EQ(year_of("Thursday, 01-Jul-76 12:00:01 GMT", kNow), 1976) << "and a second more";
  EXPECT_EQ(year_of("Saturday, 01-Jan-00 00:00:00 GMT", kNow), 2000);
  EXPECT_EQ(year_of("Thursday, 01-Jan-05 00:00:00 GMT", sys_days(2099y / 1 / 1)), 2105)
      << "six years ahead, in the next century";
}

TEST(HttpDate, KnowsTheDaysOfEachMonth) {
  EXPECT_TRUE(parse_http_date("Thu, 29 Feb 2024 00:00:00 GMT", kNow));
  EXPECT_TRUE(parse_http_date("Tue, 29 Feb 2000 00:00:00 GMT", kNow));
  EXPECT_FALSE(parse_http_date("Wed, 29 Feb 2023 00:00:00 GMT", kNow));
  EXPECT_FALSE(parse_http_date("Thu, 29 Feb 1900 00:00:00 GMT", kNow)) << "no leap year";
  EXPECT_FALSE(parse_http_date("Mon, 31 Apr 2023 00:00:00 GMT", kNow));
  EXPECT_FALSE(parse_http_date("Sun, 00 Jan 2023 00:00:00 GMT", kNow));
}

TEST(HttpDate, TakesALeapSecondForTheNextMinutesFirst) {
  EXPECT_EQ(parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT", kNow), sys_seconds(sys_days(2017y / 1 / 1)));
}

TEST(HttpDate, RefusesADayOfTheWeekThatIsNotTheDates) {
  EXPECT_FALSE(parse_http_date("Mon, 06 Nov 1994 08:49:37 GMT", kNow));
  EXPECT_FALSE(parse_http_date("Monday, 06-Nov-94 08:49:37 GMT", kNow));
  EXPECT_FALSE(parse_http_date("Mon Nov  6 08:49:37 1994", kNow));
}

TEST(HttpDate, RefusesWhatIsNoDateToTheLetter) {
  for (const char* text : {"",
                           " ",
                           "0",
                           "Sun",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           " Sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 gmt",
                           "sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 94 08:49:37 GMT",
                           "Sun,06 Nov 1994 08:49:37 GMT",
                           "Sun, 06-Nov-1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 Nov 1994 8:49:37 GMT",
                           "Sun, +6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Foo 1994 08:49:37 GMT",
                           "Sun, 06-Nov-94 08:49:37 GMT",
                           "Sunday, 06 Nov 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sun Nov 6 08:49:37 1994",
                           "Sun Nov 06 08:49:37 94",
                           "Sun Nov  6 08:49:37 1994 GMT",
                           "Sun, 06 Nov 1994 08:49:37 +0000",
                           "1994-11-06T08:49:37Z"}) {
    EXPECT_FALSE(parse_http_date(text, kNow)) << "'" << text << "'";
  }
  EXPECT_FALSE(parse_http_date(std::string_view("Sun, 06 Nov 1994 08:49:37 GMT\0", 30), kNow));
}

TEST(HttpDate, RefusesEveryBeginningOfADate) {
  for (const std::string_view whole :
       {std::string_view("Sun, 06 Nov 1994 08:49:37 GMT"), std::string_view("Sunday, 06-Nov-94 08:49:37 GMT"),
        std::string_view("Sun Nov  6 08:49:37 1994")}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_FALSE(parse_http_date(whole.substr(0, size), kNow)) << size;
    }
  }
}

}  // namespace
}  // namespace suite
