// The servers that others are compared with, as the scripts among the peers start them: what bench asks for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "common/net/probe.h"
#include "servers/peers/peers.h"
#include "tests/support/child.h"
#include "tests/support/http_client.h"
#include "tests/support/patience.h"
#include "tests/support/process_stats.h"
#include "tests/support/programs.h"
#include "tests/support/socket.h"
#include "tests/support/temporary_folder.h"

namespace suite::test {
namespace {

const std::string kScripts = SUITE_SOURCE_DIR "/servers/peers";

// Those that have this form.
std::vector<const Peer*> references(std::string_view Peer::* form) {
  std::vector<const Peer*> found;
  for (const Peer& peer : peers()) {
    if (peer.is_reference && !(peer.*form).empty()) found.push_back(&peer);
  }
  return found;
}

std::string name_of_reference(const testing::TestParamInfo<const Peer*>& one) {
  return std::string(one.param->name);
}

class EveryReference : public testing::TestWithParam<const Peer*> {
 protected:
  void SetUp() override {
    if (const auto reason = why_peer_cannot_run(*GetParam(), kScripts)) GTEST_SKIP() << *reason;
    std::filesystem::create_directory(root_);
    std::ofstream(root_ + "/index.html") << "the page\n";
    std::ofstream(root_ + "/large.html") << std::string(954'824, 'x');
  }
  Child start(std::string_view form) {
    std::vector<std::string> arguments = peer_command(*GetParam(), kScripts, form);
    arguments.insert(arguments.end(), {std::to_string(endpoint_.port()), root_, "1"});
    return Child({.arguments = std::move(arguments)});
  }
  bool is_ready() const {
    return eventually([this] { return accepts_connections(endpoint_, std::chrono::milliseconds(100)); });
  }
  static void expect_its_end(Child& server) {
    const std::vector<::pid_t> workers = children_of(server.pid());
    server.signal(SIGTERM);
    EXPECT_TRUE(server.wait()) << "it ignores SIGTERM";
    for (const ::pid_t worker : workers) {
      EXPECT_TRUE(eventually([worker] { return !is_alive(worker); })) << worker;
    }
  }

  TemporaryFolder folder_;
  std::string root_ = folder_.file("pages");
  Endpoint endpoint_ = resolve("127.0.0.1", free_port())->front();
};
class HttpReference : public EveryReference {};
INSTANTIATE_TEST_SUITE_P(Peers, HttpReference, testing::ValuesIn(references(&Peer::http)), name_of_reference);

class EchoReference : public EveryReference {};
INSTANTIATE_TEST_SUITE_P(Peers, EchoReference, testing::ValuesIn(references(&Peer::echo)), name_of_reference);

TEST_P(HttpReference, ServesBothPagesAndEndsWhenTold) {
  Child server = start(GetParam()->http);
  ASSERT_TRUE(is_ready()) << server.errors();
  HttpClient client(endpoint_);
  for (const char* target : {"/", "/?17", "/"}) {
    const HttpResponse page = client.get(target);
    EXPECT_EQ(page.status, 200) << target << client.error();
    EXPECT_EQ(page.body, "the page\n");
  }
  EXPECT_EQ(client.get("/large.html").body.size(), 954'824U);
  EXPECT_EQ(client.get("/missing").status, 404);
  expect_its_end(server);
}

TEST_P(EchoReference, ReturnsAllThatWasSent) {
  Child server = start(GetParam()->echo);
  ASSERT_TRUE(is_ready()) << server.errors();
  Socket client(endpoint_);
  const std::string large(4 << 20, 'x');
  EXPECT_TRUE(client.exchange(large) == large);
  expect_its_end(server);
}

}  // namespace
}  // namespace suite::test
