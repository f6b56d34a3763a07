#include "common/process/descriptors.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "common/net/unique_fd.h"

namespace suite {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

UniqueFd some_descriptor() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

TEST(Descriptors, RaisesTheSoftLimitToTheHardOne) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit lowered{.rlim_cur = before.rlim_max / 2, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &lowered), 0);
  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST(Descriptors, APrivateTableHoldsWhatIsKeptAndNothingElse) {
  const UniqueFd first = some_descriptor(), second = some_descriptor(), third = some_descriptor(),
                 fourth = some_descriptor();
  std::thread([&] {
    const std::array keep{third.get(), first.get()};  // in no order
    if (!take_private_descriptor_table(keep)) GTEST_SKIP() << "this build shares its descriptor tables";
    EXPECT_TRUE(is_open(STDIN_FILENO) || is_open(STDERR_FILENO));
    EXPECT_TRUE(is_open(first.get()));
    EXPECT_FALSE(is_open(second.get()));
    EXPECT_TRUE(is_open(third.get()));
    EXPECT_FALSE(is_open(fourth.get()));
  }).join();
  for (const UniqueFd* each : {&first, &second, &third, &fourth}) {
    EXPECT_TRUE(is_open(each->get())) << "the others' table is untouched";
  }
}

TEST(Descriptors, KeepingAStandardStreamOrNothingIsFine) {
  std::thread([] {
    const std::array keep{STDERR_FILENO};
    if (!take_private_descriptor_table(keep)) GTEST_SKIP() << "this build shares its descriptor tables";
    EXPECT_TRUE(is_open(STDERR_FILENO));
    EXPECT_FALSE(is_open(STDERR_FILENO + 1));
    EXPECT_TRUE(take_private_descriptor_table({}));
  }).join();
}

}  // namespace
}  // namespace suite
