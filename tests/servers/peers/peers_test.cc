#include "servers/peers/peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "servers/registry.h"
#include "tests/support/temporary_folder.h"

namespace suite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kFolder = SUITE_SOURCE_DIR "/servers/peers";

TEST(Peers, HaveNamesOfTheirOwnAndSomethingToServe) {
  std::set<std::string_view> names;
  for (const Backend& backend : backends()) names.insert(backend.name);
  for (const AbsentBackend& backend : absent_backends()) names.insert(backend.name);
  for (const Peer& peer : peers()) {
    EXPECT_TRUE(names.insert(peer.name).second) << peer.name;
    EXPECT_FALSE(peer.echo.empty() && peer.http.empty()) << peer.name;
    EXPECT_FALSE(peer.model.empty() || peer.package.empty()) << peer.name;
    EXPECT_TRUE(std::filesystem::exists(kFolder + "/" + std::string(peer.script))) << peer.script;
  }
}

TEST(Peers, AreFoundByName) {
  const auto found = find_peer("gevent-wsgi");
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->name, "gevent-wsgi");
  EXPECT_THAT(find_peer("tornda").error().one_line(), HasSubstr("did you mean 'tornado'?"));
  EXPECT_THAT(find_peer("apache").error().one_line(), HasSubstr("there is no peer 'apache'"));
}

TEST(Peers, AreCommandsThatCanBePasted) {
  const Peer& epoll = **find_peer("python-epoll");
  EXPECT_THAT(peer_command(epoll, "/x", epoll.echo),
              ElementsAre("/usr/bin/python3", "-B", "/x/server_epoll.py", "echo"));
  const Peer& node = **find_peer("node");
  EXPECT_THAT(peer_command(node, "/x", node.http), ElementsAre("node", "/x/server_node.js", "http"));
  const Peer& nginx = **find_peer("nginx");
  EXPECT_THAT(peer_command(nginx, "/x", nginx.http), ElementsAre("/bin/sh", "/x/nginx.sh", "http"));
  const Peer& prefork = **find_peer("python-prefork");
  EXPECT_THAT(peer_command(prefork, "/x", prefork.http),
              ElementsAre("/usr/bin/python3", "-B", "/x/server_prefork.py", "http", "-w", "4"));
}

// A folder with a script in place of a peer's.
class WhyPeerCannotRun : public testing::Test {
 protected:
  std::optional<std::string> reason_with(const std::string& script) {
    std::ofstream(folder_.file("server_gevent.py")) << script;
    return why_peer_cannot_run(**find_peer("gevent"), folder_.file(""));
  }
  void SetUp() override {
    if (!std::filesystem::exists("/usr/bin/python3")) GTEST_SKIP() << "no /usr/bin/python3: package python3";
  }

  test::TemporaryFolder folder_;
};

TEST_F(WhyPeerCannotRun, IsWhatThePeerSays) {
  const std::string requires_nonsense = "import sys\nsys.path.insert(0, '" + kFolder +
                                        "')\nimport peer\nwith peer.requires('python3-nonsense'):\n"
                                        "    import nonsense\n";
  EXPECT_EQ(reason_with(requires_nonsense),
            "cannot import nonsense (No module named 'nonsense'); install python3-nonsense");
}

TEST_F(WhyPeerCannotRun, IsNothingWhereItCan) {
  EXPECT_EQ(reason_with("import sys; sys.exit(0)"), std::nullopt);
}

TEST_F(WhyPeerCannotRun, NamesAScriptThatIsMissingOrMute) {
  EXPECT_THAT(why_peer_cannot_run(**find_peer("gevent"), folder_.file("")).value_or(""),
              HasSubstr("server_gevent.py is missing; install suite with cmake --install"));
  EXPECT_THAT(reason_with("import sys; sys.exit(3)").value_or(""),
              HasSubstr("server_gevent.py --check ended with exit code 3"));
}

}  // namespace
}  // namespace suite
