#include "client/drivers/make_driver.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(MakeDriver, MakesTheOneThatIsAskedFor) {
  const auto interrupt = EventFd::open();
  for (const DriverKind kind : {DriverKind::kEpoll, DriverKind::kUring, DriverKind::kNull}) {
    LoadPlan plan;
    plan.driver = kind;
    const auto usable = check_driver(kind);
    const auto driver = make_driver(plan, {.connections = 1}, *interrupt);
    ASSERT_EQ(driver.has_value(), usable.has_value()) << name_of(kind);
    if (driver.has_value()) {
      EXPECT_EQ((*driver)->name(), name_of(kind));
    }
  }
  EXPECT_TRUE(check_driver(DriverKind::kAuto));
  EXPECT_TRUE(make_driver({}, {.connections = 1}, *interrupt));
}

}  // namespace
}  // namespace suite
