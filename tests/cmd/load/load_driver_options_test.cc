#include "cmd/load/load_driver_options.h"

#include <gtest/gtest.h>

#include <vector>

#include "cmd/cli/option_parser.h"

namespace suite {
namespace {

LoadPlan plan_with(const std::vector<std::string>& arguments) {
  LoadPlan plan;
  const OptionTable table{
      .verb = "load", .usage = {}, .summary = {}, .examples = {}, .groups = {driver_group(plan, {})}};
  EXPECT_TRUE(parse_options(table, arguments));
  return plan;
}

TEST(LoadDriverOptions, GoIntoThePlan) {
  const LoadPlan plain = plan_with({});
  EXPECT_EQ(plain.driver, DriverKind::kAuto);
  EXPECT_FALSE(plain.busy_poll);
  EXPECT_FALSE(plain.pin);
  EXPECT_FALSE(plain.sockets.send_buffer);
  EXPECT_FALSE(plain.sockets.receive_buffer);
  EXPECT_TRUE(plain.sockets.nodelay);
  EXPECT_EQ(plain.sockets.close, SocketPlan::Close::kFin);
  const LoadPlan plan = plan_with({"--driver", "uring", "--busy-poll", "--pin", "--sndbuf", "8k", "--rcvbuf",
                                   "1MB", "--no-nodelay", "--close", "rst"});
  EXPECT_EQ(plan.driver, DriverKind::kUring);
  EXPECT_TRUE(plan.busy_poll);
  EXPECT_TRUE(plan.pin);
  EXPECT_EQ(plan.sockets.send_buffer, 8192);
  EXPECT_EQ(plan.sockets.receive_buffer, 1'000'000);
  EXPECT_FALSE(plan.sockets.nodelay);
  EXPECT_EQ(plan.sockets.close, SocketPlan::Close::kReset);
  EXPECT_EQ(plan_with({"--driver", "epoll"}).driver, DriverKind::kEpoll);
  EXPECT_EQ(plan_with({"--driver", "null"}).driver, DriverKind::kNull);
}

}  // namespace
}  // namespace suite
