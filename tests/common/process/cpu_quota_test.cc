#include "common/process/cpu_quota.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(CpuQuota, IsReadFromWhatTheControlGroupSays) {
  EXPECT_EQ(quota_in("150000 100000\n"), 1.5);
  EXPECT_EQ(quota_in("max 100000\n"), std::nullopt);
  EXPECT_EQ(quota_in(""), std::nullopt);
  EXPECT_EQ(quota_in("100000"), std::nullopt);
  EXPECT_EQ(quota_in("100000 0"), std::nullopt);
}

TEST(CpuQuota, IsMoreThanNothingWhereThereIsOne) { EXPECT_GT(cpu_quota().value_or(1), 0); }

}  // namespace
}  // namespace suite
