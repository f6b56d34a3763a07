#include "common/process/listening.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <string>
#include <vector>

#include "common/net/listener.h"
#include "common/process/process_tree.h"

namespace suite {
namespace {

using testing::Contains;
using testing::Not;

std::vector<std::string> addresses() { return listening_addresses(tasks_of_tree(::getpid())); }

TEST(ListeningAddresses, AreThoseOfTheProcess) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const auto listener = Listener::open(resolve(host, 0)->front(), {});
    ASSERT_TRUE(listener) << listener.error().one_line();
    EXPECT_THAT(addresses(), Contains(listener->endpoint().to_string()));
    EXPECT_THAT(listening_addresses({}), testing::IsEmpty());
    listener->shut_down();
    EXPECT_THAT(addresses(), Not(Contains(listener->endpoint().to_string())));
  }
}

}  // namespace
}  // namespace suite
