#include "client/share.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/drivers/make_driver.h"
#include "client/load_run.h"
#include "client/pacing/arrivals.h"
#include "client/pacing/pacer.h"
#include "client/workloads/request_tape.h"
#include "common/net/event_fd.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

constexpr Arrivals::TimePoint kShareStart{1h};

std::string share_complaint(std::string_view text) {
  const auto share = parse_share(text);
  return share ? "" : share.error();
}

TEST(Share, IsReadAsPeopleCount) {
  EXPECT_EQ(parse_share("1/1"), Share());
  EXPECT_EQ(parse_share("3/8"), (Share{.part = 2, .parts = 8}));
  EXPECT_EQ(share_text({.part = 2, .parts = 8}), "3/8");
}

TEST(Share, RefusesWhatIsNoPart) {
  for (const std::string text :
       {"", "3", "/", "3/", "/8", "3/8/9", "a/b", "-1/8", "+1/8", "3 / 8", "1.5/2", "0x1/2"}) {
    EXPECT_EQ(share_complaint(text), "'" + text + "' is not K/N, such as 3/8 for the third of eight");
  }
  EXPECT_EQ(share_complaint("99999999999999999999/2").substr(0, 3), "'99");
  EXPECT_EQ(share_complaint("0/8"), "'0/8': K is from 1 to N, here 8");
  EXPECT_EQ(share_complaint("9/8"), "'9/8': K is from 1 to N, here 8");
  EXPECT_EQ(share_complaint("1/0"), "'1/0': N is from 1 to 1,000,000");
}

TEST(Share, PartsOfANumberAddUpToItAndFollowEachOther) {
  for (std::uint64_t total = 0; total < 40; ++total) {
    for (std::size_t parts = 1; parts < 12; ++parts) {
      std::uint64_t sum = 0;
      for (std::size_t part = 0; part < parts; ++part) {
        const Share share{.part = part, .parts = parts};
        EXPECT_EQ(share.before(total), sum);
        EXPECT_LE(share.of(total) - total / parts, 1U);
        sum += share.of(total);
      }
      EXPECT_EQ(sum, total);
    }
  }
}

std::vector<std::chrono::nanoseconds> due_times(const RatePlan& rate, Share share, std::size_t threads,
                                                std::size_t of_each) {
  std::vector<std::chrono::nanoseconds> times;
  for (std::size_t thread = 0; thread < threads; ++thread) {
    Arrivals arrivals(rate, share.place_of(thread, threads), 1);
    arrivals.begin(kShareStart);
    for (std::size_t i = 0; i < of_each; ++i, arrivals.take()) times.push_back(arrivals.next() - kShareStart);
  }
  std::ranges::sort(times);
  return times;
}

// Request i of the whole is made by part i % 3, at its time to the nanosecond, however many threads a part
// has.
TEST(Share, OfAConstantRateFiresAtEveryNthTickOfTheWhole) {
  const RatePlan rate{.per_second = 700.0 / 60};
  const auto whole = due_times(rate, {}, 1, 120);
  for (const std::size_t threads : {1U, 2U, 4U}) {
    for (std::size_t part = 0; part < 3; ++part) {
      const auto times = due_times(rate, {.part = part, .parts = 3}, threads, 40 / threads);
      ASSERT_EQ(times.size(), 40U);
      for (std::size_t i = 0; i < times.size(); ++i) EXPECT_EQ(times[i], whole[3 * i + part]);
    }
  }
}

// By chance each thread has a process of its own: so many threads fire at the same instants in one process or
// many.
TEST(Share, OfChanceArrivalsFiresWhenTheThreadsOfOneProcessWould) {
  const RatePlan rate{.per_second = 1000, .arrivals = RatePlan::Arrivals::kPoisson};
  std::vector<std::chrono::nanoseconds> together;
  for (std::size_t part = 0; part < 2; ++part) {
    const auto times = due_times(rate, {.part = part, .parts = 2}, 2, 100);
    together.insert(together.end(), times.begin(), times.end());
  }
  std::ranges::sort(together);
  EXPECT_EQ(together, due_times(rate, {}, 4, 100));
}

// Ten requests at 100/s take 100 ms; a part that has four of them and a part that has three alike.
TEST(Share, OfAnOpenLoopEndsWhenTheWholeDoes) {
  for (std::size_t part = 0; part < 3; ++part) {
    const Share share{.part = part, .parts = 3};
    const Pacer pacer({.per_second = 100}, share.place_of(0, 1), 1, 1);
    EXPECT_EQ(pacer.end_of(10, kShareStart) - kShareStart, 100ms);
  }
}

TEST(Share, OfAListOfUrlsTakesEveryNthOfThem) {
  const std::vector<std::string> urls{"a", "b", "c", "d", "e"};
  for (std::size_t part = 0; part < 3; ++part) {
    const ThreadPlace place = Share{.part = part, .parts = 3}.place_of(0, 1);
    const RequestTape tape(urls, place.number, place.count);
    for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(tape.url(i), (part + 3 * i) % 5);
  }
}

std::string share_refusal(const LoadPlan& plan) {
  const auto divides = check_share(plan);
  return divides ? "" : divides.error().one_line();
}

TEST(Share, RefusesToLeaveAPartWithNothingToDo) {
  LoadPlan plan{.share = {.part = 3, .parts = 4}, .connections = 4};
  EXPECT_EQ(share_refusal(plan), "");
  plan.connections = 3;
  EXPECT_EQ(share_refusal(plan),
            "cannot divide the load among 4: it has only 3 connections (give at least --conns 4)");
  plan.connections = 7;
  plan.requests = 3;
  EXPECT_EQ(share_refusal(plan),
            "cannot divide the load among 4: it has only 3 requests (give at least --requests 4)");
  plan.requests = 4;
  EXPECT_EQ(share_refusal(plan), "");
  plan.threads = 2;
  EXPECT_EQ(
      share_refusal(plan),
      "cannot divide the load among 4: part 4 has 1 connection for 2 threads (give more --conns or fewer "
      "--threads)");
  plan.share = {};
  EXPECT_EQ(share_refusal(plan), "") << "of the whole that is checked elsewhere";
}

TEST(Share, PartsTogetherMakeTheRequestsOfTheWhole) {
  const auto interrupt = EventFd::open();
  std::uint64_t completed = 0;
  std::size_t connections = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    const auto result = run_load({.share = {.part = part, .parts = 3},
                                  .connections = 7,
                                  .threads = 2,
                                  .requests = 1000,
                                  .protocol = EchoPlan{.payload = {.text = "hello\n", .size = 6}},
                                  .driver = DriverKind::kNull},
                                 *interrupt);
    ASSERT_TRUE(result) << result.error().one_line();
    EXPECT_EQ(result->counts.completed, (Share{.part = part, .parts = 3}.of(std::uint64_t{1000})));
    EXPECT_EQ(result->connections_opened, result->connections_asked);
    completed += result->counts.completed;
    connections += result->connections_opened;
  }
  EXPECT_EQ(completed, 1000U);
  EXPECT_EQ(connections, 7U);
}

}  // namespace
}  // namespace suite
