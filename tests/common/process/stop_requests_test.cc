#include "common/process/stop_requests.h"

#include <gtest/gtest.h>

#include <chrono>

namespace suite {
namespace {

using Meaning = StopRequests::Meaning;
using std::chrono::milliseconds;

constexpr StopRequests::TimePoint kStart{std::chrono::hours(1)};

TEST(StopRequests, AsksToDrainAtTheFirstSignalAndToEndAtALaterOne) {
  StopRequests requests;
  EXPECT_EQ(requests.on_signal(kStart), Meaning::kDrain);
  EXPECT_EQ(requests.on_signal(kStart + milliseconds(50)), Meaning::kEndNow);
}

TEST(StopRequests, TakesSignalsInQuickSuccessionForOneAsTimeoutSendsThem) {
  StopRequests requests;
  EXPECT_EQ(requests.on_signal(kStart), Meaning::kDrain);
  EXPECT_EQ(requests.on_signal(kStart), Meaning::kSameAgain);
  EXPECT_EQ(requests.on_signal(kStart + milliseconds(49)), Meaning::kSameAgain);
  EXPECT_EQ(requests.on_signal(kStart + milliseconds(60)), Meaning::kEndNow);
}

}  // namespace
}  // namespace suite
