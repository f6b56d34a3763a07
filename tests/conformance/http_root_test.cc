// A root that is a symbolic link, switched to another release while the server runs.
#include <filesystem>

#include "tests/conformance/http_test.h"
#include "tests/support/process_stats.h"

namespace suite {
namespace {

using test::eventually;
using test::http_request;
using test::HttpClient;

class HttpRoot : public test::HttpTest {
 protected:
  void SetUp() override {
    HttpTest::SetUp();
    for (const char* release : {"release-1", "release-2"}) {
      std::filesystem::create_directory(folder_.file(release));
      write("../" + std::string(release) + "/version", release);
    }
    link_to("release-1");
  }
  /// The server whose root is the link; its cache is believed for long.
  void serve_link(std::vector<std::string> flags = {}) {
    root_ = link_;
    flags.insert(flags.end(), {"--file-cache-valid", "60s"});
    serve(std::move(flags));
  }
  void link_to(const std::string& release) const {
    std::filesystem::create_directory_symlink(release, link_ + ".new");
    std::filesystem::rename(link_ + ".new", link_);
  }
  bool serves(HttpClient& client, const std::string& release) {
    return eventually([&] { return client.get("/version").body == release; });
  }
  const std::string link_ = folder_.file("current");
};
SUITE_FOR_EVERY_BACKEND_AND_TLS(HttpRoot);

TEST_P(HttpRoot, IsOpenedAnewOnSighupByEveryWorker) {
  serve_link({"--workers", "2"});
  std::vector<HttpClient> clients;  // enough for every worker to have some
  for (int i = 0; i < 16; ++i) {
    clients.push_back(connect());
    EXPECT_EQ(clients.back().get("/version").body, "release-1");
  }
  link_to("release-2");
  EXPECT_EQ(clients.front().get("/version").body, "release-1") << "nobody has asked for it";
  server().child().signal(SIGHUP);
  for (HttpClient& client : clients) EXPECT_TRUE(serves(client, "release-2"));
  EXPECT_EQ(get("/version").body, "release-2");
  test::expect_clean_end(server());
  EXPECT_EQ(server().child().errors().find("SIGHUP"), std::string::npos) << server().child().errors();
}

TEST_P(HttpRoot, StaysTheOldOneWhereTheNewOneCannotBeOpened) {
  serve_link({"--workers", "2"});
  HttpClient client = connect();
  EXPECT_EQ(client.get("/version").body, "release-1");
  link_to("nowhere");
  server().child().signal(SIGHUP);
  ASSERT_TRUE(server().child().wait_for_line("SIGHUP: cannot read the root"));
  for (int i = 0; i < 8; ++i) EXPECT_EQ(get("/version").body, "release-1");
  EXPECT_EQ(client.get("/version").body, "release-1");
  link_to("release-2");
  EXPECT_TRUE(serves(client, "release-2")) << "once it can be opened";
  test::expect_clean_end(server());
  const std::string said = server().child().errors();
  EXPECT_EQ(said.find("SIGHUP", said.find("SIGHUP") + 1), std::string::npos) << "once: " << said;
}

class HttpRootOfProcesses : public HttpRoot {};
SUITE_FOR_EVERY_PROCESS_BACKEND(HttpRootOfProcesses);

// A worker that replaces another serves what the others serve, whatever stands at the paths by then.
TEST_P(HttpRootOfProcesses, IsThatOfTheOthersForAWorkerThatReplacesOne) {
  std::filesystem::create_directory(folder_.file("logs"));
  serve_link({"--access-log", folder_.file("logs/log")});
  EXPECT_EQ(get("/version").body, "release-1");
  const auto kill_worker = [this] {
    const ::pid_t worker = test::children_of(server().pid()).at(0);
    test::send_signal(worker, SIGKILL);
    return eventually([&] {
      const auto workers = test::children_of(server().pid());
      return !workers.empty() && workers.at(0) != worker;
    });
  };
  link_to("release-2");
  ASSERT_TRUE(kill_worker());
  EXPECT_EQ(get("/version").body, "release-1") << "nobody has asked for the other";
  link_to("nowhere");
  std::filesystem::remove_all(folder_.file("logs"));
  server().child().signal(SIGHUP);
  ASSERT_TRUE(server().child().wait_for_line("SIGHUP: cannot read the root"));
  ASSERT_TRUE(kill_worker());
  EXPECT_EQ(get("/version").body, "release-1") << "and without a place for the log";
  link_to("release-2");
  EXPECT_TRUE(eventually([&] { return get("/version").body == "release-2"; })) << "once it can be opened";
  test::expect_clean_end(server());
}

}  // namespace
}  // namespace suite
