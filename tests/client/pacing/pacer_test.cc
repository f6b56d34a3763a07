#include "client/pacing/pacer.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

constexpr Pacer::TimePoint kPacerStart{1h};

// One of two threads, which together make a request each millisecond, for 100 ms.
Pacer begun_pacer(RatePlan::Arrivals arrivals = RatePlan::Arrivals::kConstant) {
  Pacer pacer({.per_second = 1000, .arrivals = arrivals}, {.number = 1, .count = 2}, 1, 4);
  pacer.begin(kPacerStart, kPacerStart + 100ms);
  return pacer;
}

TEST(Pacer, GivesANumberOfRequestsTheTimeThatTheyAreDueIn) {
  const Pacer pacer = begun_pacer();
  EXPECT_EQ(pacer.end_of(30, kPacerStart), kPacerStart + 30ms);
  EXPECT_EQ(pacer.end_of(30, kPacerStart + 5ms), kPacerStart + 35ms);
  EXPECT_EQ(pacer.end_of(101, kPacerStart), kPacerStart + 100ms) << "none is due later";
}

TEST(Pacer, GivesChanceArrivalsTheTimeUntilTheNextOneWouldCome) {
  Pacer pacer = begun_pacer(RatePlan::Arrivals::kPoisson);
  pacer.take();
  EXPECT_EQ(pacer.end_of(1, kPacerStart), pacer.next());
  EXPECT_EQ(pacer.time_due(kPacerStart, kPacerStart + 2500us), 2500us);
}

TEST(Pacer, GivesWhatIsDueInAWindowWholeGaps) {
  const Pacer pacer = begun_pacer();
  EXPECT_EQ(pacer.time_due(kPacerStart, kPacerStart + 2ms), 2ms);
  EXPECT_EQ(pacer.time_due(kPacerStart, kPacerStart + 2500us), 3ms) << "due at 0, 1 and 2 ms";
  EXPECT_EQ(pacer.time_due(kPacerStart + 200us, kPacerStart + 2700us), 2500us) << "due at 1 and 2 ms";
}

}  // namespace
}  // namespace suite
