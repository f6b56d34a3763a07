#include "cmd/load/load_driver_options.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace suite {
namespace {

/// What the flags make of a plan, or the complaint about them.
struct Taken {
  LoadPlan plan;
  std::optional<std::string> complaint;
};

Taken take(std::initializer_list<const char*> flags, const TargetName& target = {}) {
  CommandLine line({.verb = "load", .usage = "", .summary = "", .examples = "", .notes = ""});
  RawDriverFlags raw;
  declare_driver(line, raw);
  std::optional<std::string> of_others;
  line.text({"--source-ip", "ADDR", ""}, of_others);
  line.text({"--server-pid", "PID", ""}, of_others);
  line.text({"--resolve", "ENTRY", ""}, of_others);
  std::vector<const char*> arguments{"load"};
  arguments.insert(arguments.end(), flags);
  Taken taken;
  EXPECT_FALSE(line.parse(static_cast<int>(arguments.size()), arguments.data()));
  taken.complaint = apply_driver(line, raw, target, taken.plan);
  return taken;
}

TEST(LoadDriverOptions, GoIntoThePlan) {
  const LoadPlan plain = take({}).plan;
  EXPECT_EQ(plain.driver, DriverKind::kAuto);
  EXPECT_FALSE(plain.busy_poll);
  EXPECT_FALSE(plain.pin);
  EXPECT_FALSE(plain.sockets.send_buffer);
  EXPECT_FALSE(plain.sockets.receive_buffer);
  EXPECT_TRUE(plain.sockets.nodelay);
  EXPECT_EQ(plain.sockets.close, SocketPlan::Close::kFin);
  const LoadPlan plan = take({"--driver", "uring", "--busy-poll", "--pin", "--sndbuf", "8k", "--rcvbuf",
                              "1MB", "--no-nodelay", "--close", "rst"})
                            .plan;
  EXPECT_EQ(plan.driver, DriverKind::kUring);
  EXPECT_TRUE(plan.busy_poll);
  EXPECT_TRUE(plan.pin);
  EXPECT_EQ(plan.sockets.send_buffer, 8192);
  EXPECT_EQ(plan.sockets.receive_buffer, 1'000'000);
  EXPECT_FALSE(plan.sockets.nodelay);
  EXPECT_EQ(plan.sockets.close, SocketPlan::Close::kReset);
  EXPECT_EQ(take({"--driver", "epoll"}).plan.driver, DriverKind::kEpoll);
  EXPECT_EQ(take({"--driver", "null"}).plan.driver, DriverKind::kNull);
}

TEST(LoadDriverOptions, AreRefusedWhereASocketHasNoSuchThing) {
  const TargetName unix_socket{.host = "unix:/x"};
  EXPECT_EQ(take({"--no-nodelay"}, unix_socket).complaint,
            "--no-nodelay is for TCP: a unix socket has no such thing");
  EXPECT_TRUE(take({"--close", "rst"}, unix_socket).complaint);
  EXPECT_TRUE(take({"--rcvbuf", "8k"}, unix_socket).complaint);
  EXPECT_FALSE(take({"--sndbuf", "8k", "--busy-poll", "--pin"}, unix_socket).complaint);
}

TEST(LoadDriverOptions, AreRefusedWhereThereIsNoSocket) {
  EXPECT_EQ(take({"--driver", "null", "--busy-poll"}).complaint,
            "--busy-poll: the driver 'null' has neither sockets nor a server");
  EXPECT_TRUE(take({"--driver", "null", "--sndbuf", "8k"}).complaint);
  EXPECT_TRUE(take({"--driver", "null", "--rcvbuf", "8k"}).complaint);
  EXPECT_TRUE(take({"--driver", "null", "--no-nodelay"}).complaint);
  EXPECT_TRUE(take({"--driver", "null", "--close", "fin"}).complaint);
  EXPECT_TRUE(take({"--driver", "null", "--source-ip", "127.0.0.2"}).complaint);
  EXPECT_TRUE(take({"--driver", "null", "--server-pid", "1"}).complaint);
  EXPECT_TRUE(take({"--driver", "null", "--resolve", "host:1:127.0.0.1"}).complaint);
  EXPECT_FALSE(take({"--driver", "null", "--pin"}).complaint);
}

}  // namespace
}  // namespace suite
