#include "cmd/bench/peer_contestants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "servers/peers/peers.h"
#include "tests/support/temporary_folder.h"

namespace suite::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Programs in place of the peers': they note that they were started, and end as they are told.
class ChoosePeersTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists("/usr/bin/python3")) GTEST_SKIP() << "no /usr/bin/python3: package python3";
  }
  void script(const std::string& name, int code) const {
    std::ofstream(folder_.file(name)) << "import sys\nopen('" << folder_.file("started") << "', 'a').write('"
                                      << name << " ')\nprint('" << name << ": not today', file=sys.stderr)\n"
                                      << "sys.exit(" << code << ")\n";
  }
  std::string started() const {
    std::string line;
    std::ifstream file(folder_.file("started"));
    std::getline(file, line);
    return line;
  }

  test::TemporaryFolder folder_;
};

TEST_F(ChoosePeersTest, SkipsOfTheInstalledOnesThoseThatCannotRun) {
  script("server_gevent.py", 0);
  script("server_tornado.py", 1);
  const auto chosen = choose_peers("installed", folder_.file(""));
  ASSERT_TRUE(chosen);
  EXPECT_THAT(chosen->running, ElementsAre("gevent", "gevent-wsgi"));
  EXPECT_EQ(chosen->skipped.size() + 2, peers().size());
  EXPECT_THAT(chosen->skipped, testing::Contains(testing::Field(&LeftOut::reason, "not today")));
  EXPECT_THAT(chosen->failed, IsEmpty());
  EXPECT_FALSE(chosen->by_name);
  EXPECT_EQ(started(), "server_gevent.py server_tornado.py ") << "each once";
}

TEST_F(ChoosePeersTest, TakesThoseNamedInTheirOrderAndFailsThoseThatCannotRun) {
  script("server_gevent.py", 0);
  script("server_tornado.py", 1);
  const auto chosen = choose_peers("gevent-wsgi,tornado,gevent", folder_.file(""));
  ASSERT_TRUE(chosen);
  EXPECT_THAT(chosen->running, ElementsAre("gevent-wsgi", "gevent"));
  ASSERT_EQ(chosen->failed.size(), 1U);
  EXPECT_EQ(chosen->failed[0].name, "tornado");
  EXPECT_EQ(chosen->failed[0].reason, "not today");
  EXPECT_TRUE(chosen->by_name);
}

TEST_F(ChoosePeersTest, StartsNothingWhereANameIsUnknownOrNoneIsAskedFor) {
  script("server_gevent.py", 0);
  EXPECT_THAT(choose_peers("gevent,twistd", folder_.file("")).error(), HasSubstr("did you mean 'twisted'?"));
  EXPECT_THAT(choose_peers("none", folder_.file(""))->running, IsEmpty());
  EXPECT_EQ(started(), "");
}

TEST(PeerContestants, AreThoseThatServeThatKind) {
  const std::vector<std::string> names{"uvloop", "gevent-wsgi", "asyncio-protocol"};
  const auto echo = peer_contestants(names, ServerKind::kEcho, "/x");
  ASSERT_EQ(echo.size(), 2U);
  EXPECT_EQ(echo[0].launch.program, "/usr/bin/python3");
  EXPECT_THAT(echo[1].launch.arguments,
              ElementsAre("-B", "/x/server_asyncio.py", "echo-protocol", "--port", "{port}"));
  EXPECT_TRUE(echo[0].coroutine_per_connection);
  EXPECT_FALSE(echo[1].coroutine_per_connection);
  const auto http = peer_contestants(names, ServerKind::kHttp, "/x");
  ASSERT_EQ(http.size(), 2U);
  EXPECT_EQ(http[1].name, "gevent-wsgi");
}

TEST(PeerContestants, ThatAreReferencesServeBothPagesAndAreReadyWhenTheirPortAccepts) {
  const auto http = peer_contestants(std::vector<std::string>{"nginx", "go"}, ServerKind::kHttp, "/x");
  ASSERT_EQ(http.size(), 2U);
  EXPECT_EQ(http[0].launch.program, "/bin/sh");
  EXPECT_THAT(http[0].launch.arguments, ElementsAre("/x/nginx.sh", "http", "{port}", "{root}", "{workers}"));
  EXPECT_TRUE(std::holds_alternative<PortAccepts>(http[0].launch.ready));
  EXPECT_EQ(http[0].launch.stop.ending, Ending::kAny);
  EXPECT_TRUE(http[0].takes_part_in(*find_workload("http-large")));
  EXPECT_TRUE(http[0].takes_part_in(*find_workload("http-close")));
  EXPECT_FALSE(http[0].takes_part_in(*find_workload("http-404")));
  const auto echo = peer_contestants(std::vector<std::string>{"nginx", "go"}, ServerKind::kEcho, "/x");
  ASSERT_EQ(echo.size(), 1U);
  EXPECT_THAT(echo[0].launch.arguments, ElementsAre("/x/go.sh", "echo", "{port}", "{root}", "{workers}"));
}

}  // namespace
}  // namespace suite::bench
