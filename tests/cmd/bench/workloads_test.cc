#include "cmd/bench/workloads.h"

#include <gtest/gtest.h>

namespace suite::bench {
namespace {

TEST(Workloads, AreFoundByTheirNames) {
  for (const BenchWorkload& workload : workloads()) EXPECT_EQ(find_workload(workload.name), &workload);
  EXPECT_EQ(find_workload("echo"), nullptr);
}

TEST(Workloads, AreInAnExtentByWhatTheirTableSays) {
  EXPECT_EQ(workload_names(Extent::kTable), "http-close, http-sequential");
  EXPECT_EQ(workload_names(Extent::kWellKnown), "echo-d1, http-keepalive, http-close, http-sequential");
  EXPECT_EQ(workload_names(Extent::kFiles),
            "echo-d1, http-keepalive, http-close, http-large, http-sequential");
  EXPECT_EQ(workload_names(Extent::kAll),
            "echo-d1, echo-d16, echo-64k, echo-c1, http-keepalive, http-d16, http-c1, http-close, http-404, "
            "http-large, http-sequential");
}

}  // namespace
}  // namespace suite::bench
