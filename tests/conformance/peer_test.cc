#include "tests/conformance/peer_test.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <ostream>
#include <stdexcept>

#include "tests/conformance/backend_test.h"
#include "tests/support/process_stats.h"
#include "tests/support/socket.h"

namespace suite::test {

std::vector<PeerForm> peer_forms() {
  std::vector<PeerForm> forms;
  for (const Peer& peer : peers()) {
    if (peer.is_reference) continue;  // it keeps no contract: see reference_test.cc
    if (!peer.echo.empty()) forms.push_back({.peer = &peer, .http = false});
    if (!peer.http.empty()) forms.push_back({.peer = &peer, .http = true});
  }
  return forms;
}

std::vector<PeerForm> forms_where(bool (*holds)(const PeerForm&)) {
  std::vector<PeerForm> forms = peer_forms();
  std::erase_if(forms, [holds](const PeerForm& form) { return !holds(form); });
  return forms;
}

std::string name_of(const testing::TestParamInfo<PeerForm>& info) {
  std::string name(info.param.peer->name);
  std::ranges::replace(name, '-', '_');
  return name + (info.param.http ? "_http" : "_echo");
}

void PrintTo(const PeerForm& form, std::ostream* to) { *to << form.peer->name << ' ' << form.argument(); }

void PeerTest::SetUp() {
  if (const auto reason = why_peer_cannot_run(peer(), SUITE_SOURCE_DIR "/servers/peers")) {
    GTEST_SKIP() << *reason;
  }
  std::ofstream(folder_.file("index.html")) << kPage;
}

void PeerTest::TearDown() {
  if (!server_ || !HasFailure()) return;
  server_->stop();
  ADD_FAILURE() << "the peer said: " << server_->child().errors();
}

Command PeerTest::command(std::vector<std::string> flags) const {
  Command command{.arguments = {"/usr/bin/env"}};  // which finds what is named without a path
  const auto words = peer_command(peer(), SUITE_SOURCE_DIR "/servers/peers", GetParam().argument());
  command.arguments.insert(command.arguments.end(), words.begin(), words.end());
  command.arguments.insert(command.arguments.end(), {"--port", "0"});
  if (GetParam().http) command.arguments.insert(command.arguments.end(), {"-r", folder_.file("")});
  command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
  return command;
}

Server& PeerTest::server(std::vector<std::string> flags) {
  if (!server_) {
    server_ = std::make_unique<Server>(command(std::move(flags)));
    if (!server_->running()) throw std::runtime_error("it said: " + server_->child().errors());
  }
  return *server_;
}

namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class EveryPeer : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(Peers, EveryPeer, testing::ValuesIn(peer_forms()), name_of);

TEST_P(EveryPeer, SaysWhereItListensAndEndsWith0WhenTold) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Server server(command());
    ASSERT_TRUE(server.running()) << server.child().errors();
    const std::string workers =
        peer().workers == 1 ? "1 worker" : std::to_string(peer().workers) + " workers";
    EXPECT_EQ(server.ready_line(), "listening on " + server.endpoint().to_string() + " (" +
                                       std::string(peer().name) + ", " + workers + ")");
    EXPECT_EQ(children_of(server.pid()).size(), peer().workers == 1 ? 0U : peer().workers);
    const Socket idle(server.endpoint());
    ASSERT_TRUE(idle.connected());
    server.child().signal(signal);
    EXPECT_EQ(server.child().wait(), exited(0)) << signal;
    EXPECT_EQ(server.child().output(), "");
    EXPECT_EQ(server.child().errors(), server.ready_line() + "\n") << "and nothing else";
  }
}

TEST_P(EveryPeer, SaysThatAPortIsTaken) {
  const std::string port = std::to_string(endpoint().port());
  const Finished second = run_to_end(command({"--port", port}));
  EXPECT_EQ(second.status, exited(1));
  EXPECT_THAT(second.errors, MatchesRegex("[a-z_]+\\.(py|js): cannot listen on 127\\.0\\.0\\.1:" + port +
                                          ": Address already in use\n"));
}

void expect_refused(const Command& command) {
  const Finished finished = run_to_end(command);
  EXPECT_EQ(finished.status, exited(2)) << command.arguments.back();
  EXPECT_THAT(finished.errors, MatchesRegex("[a-z_]+\\.(py|js): [^\n]+\n"));
}

TEST_P(EveryPeer, RefusesAFlagThatItDoesNotKnow) { expect_refused(command({"--wrong"})); }

// Those in Python share their command line, and Node.js has another.
class PeerOfEachLanguage : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(Peers, PeerOfEachLanguage,
                         testing::Values(PeerForm{.peer = *find_peer("python-epoll"), .http = true},
                                         PeerForm{.peer = *find_peer("node"), .http = true}),
                         name_of);

TEST_P(PeerOfEachLanguage, RefusesWhatCannotBeRight) {
  const std::vector<std::vector<std::string>> wrong{
      {"--port", "65536"}, {"--port", "x"}, {"--port", "-1"},        {"--backlog", "0"},
      {"another"},         {"--port"},      {"-r", "/nowhere/root"}, {"--access-log", "/nowhere/log"}};
  for (const auto& flags : wrong) expect_refused(command(flags));
}

class PeerInProcesses : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(Peers, PeerInProcesses, testing::ValuesIn(forms_where([](const PeerForm& form) {
                           return form.peer->workers > 1;
                         })),
                         name_of);

TEST_P(PeerInProcesses, EndsWhenAWorkerDoes) {
  const std::vector<::pid_t> workers = children_of(server().pid());
  ASSERT_EQ(workers.size(), peer().workers);
  send_signal(workers.front(), SIGKILL);
  EXPECT_EQ(server().child().wait(), exited(1));
  EXPECT_THAT(server().child().errors(), HasSubstr(": a worker ended by itself"));
  for (const ::pid_t worker : workers) EXPECT_FALSE(is_alive(worker));
}

class EchoPeer : public PeerTest {};
INSTANTIATE_TEST_SUITE_P(Peers, EchoPeer,
                         testing::ValuesIn(forms_where([](const PeerForm& form) { return !form.http; })),
                         name_of);

TEST_P(EchoPeer, ReturnsSmallCutAndLargeMessages) {
  Socket client(endpoint());
  for (const std::string_view message : {"x", "hello world\n"}) {
    ASSERT_TRUE(client.send(message));
    EXPECT_EQ(client.receive(message.size()), message);
  }
  const std::string cut = noise(300);
  EXPECT_EQ(client.exchange(cut, 7), cut);
  // More than both sockets' buffers take, so that the peer has to wait with what it could not send.
  const std::string large = noise(16 << 20);
  EXPECT_TRUE(client.exchange(large) == large);
}

// The client's end comes while the peer cannot send: what it has read and not sent must not be dropped.
TEST_P(EchoPeer, SendsAllBackBeforeItEndsAHalfClosedConnection) {
  Socket client(endpoint(), {.receive_buffer = 4096});
  const std::string supply = noise(8 << 20);
  const std::string sent = send_until_blocked(client, supply);
  client.shut_down_sending();
  const std::string got = client.receive_rest();
  EXPECT_TRUE(got == sent) << got.size() << " of " << sent.size();
  EXPECT_EQ(client.end(), End::kFinished);
}

TEST_P(EchoPeer, ServesManyConnectionsAtOnceAndOutlivesThoseThatBreak) {
  std::vector<Socket> clients;
  for (int i = 0; i < 300; ++i) clients.emplace_back(endpoint());
  for (Socket& client : clients) ASSERT_TRUE(client.send("hello"));
  for (Socket& client : clients) ASSERT_EQ(client.receive(5), "hello");
  for (std::size_t i = 0; i < clients.size(); i += 2) clients[i].reset();
  for (std::size_t i = 1; i < clients.size(); i += 2) {
    ASSERT_TRUE(clients[i].send("again"));
    ASSERT_EQ(clients[i].receive(5), "again");
  }
  EXPECT_TRUE(echoes(endpoint()));
  EXPECT_EQ(server().stop(), exited(0));
  EXPECT_EQ(server().child().errors(), server().ready_line() + "\n");
}

}  // namespace
}  // namespace suite::test
