// What comes in goes out: whole, in order, whatever its pieces.
#include "tests/conformance/backend_test.h"

namespace suite {
namespace {

using test::End;
using test::Socket;

class Echo : public test::BackendTest {};
SUITE_FOR_EVERY_BACKEND_AND_TLS(Echo);

TEST_P(Echo, GivesBackOneByte) {
  SUITE_START(server, with({}));
  Socket socket(server.endpoint());
  ASSERT_TRUE(socket.send("x"));
  EXPECT_EQ(socket.receive(1), "x");
  test::expect_clean_end(server);
  EXPECT_TRUE(server.totals().starts_with(over_tls() ? "served 1 connection, 1 request, "
                                                     : "served 1 connection, 1 request, 1 B in, 1 B out"))
      << server.totals();
}

TEST_P(Echo, GivesBackOneMebibyteInOddPieces) {
  SUITE_START(server, with({}));
  Socket socket(server.endpoint());
  const std::string payload = test::noise(1 << 20);
  for (const std::size_t prime : {8191U, 257U, 65537U}) {
    ASSERT_TRUE(socket.exchange(payload, prime) == payload) << "in pieces of " << prime;
  }
  test::expect_clean_end(server);
  const std::string figures = over_tls() ? "MiB in, 3.0" : "3.00 MiB in, 3.00 MiB out";
  EXPECT_TRUE(server.totals().find(figures) != std::string::npos) << server.totals();
}

TEST_P(Echo, GivesBackPipelinedMessagesInOrder) {
  SUITE_START(server, with({}));
  Socket socket(server.endpoint());
  for (int batch = 0; batch < 100; ++batch) {
    std::string messages;
    for (int i = 0; i < 128; ++i) messages += "message " + std::to_string(batch * 128 + i) + "\n";
    ASSERT_TRUE(socket.send(messages));
    ASSERT_EQ(socket.receive(messages.size()), messages);
  }
}

TEST_P(Echo, GivesAHalfClosedPeerAllItsBytesAndThenAnEnd) {
  SUITE_START(server, with({}));
  Socket socket(server.endpoint());
  const std::string payload = test::send_until_blocked(socket, test::more_than_sockets_hold());
  socket.shut_down_sending();
  EXPECT_TRUE(socket.receive_rest() == payload);
  EXPECT_EQ(socket.end(), End::kFinished);
}

TEST_P(Echo, AnswersAnEndWithAnEnd) {
  SUITE_START(server, with({}));
  Socket silent(server.endpoint());
  silent.shut_down_sending();
  EXPECT_EQ(silent.receive_rest(), "");
  EXPECT_EQ(silent.end(), End::kFinished);

  Socket brief(server.endpoint());
  ASSERT_TRUE(brief.send("last words"));
  brief.shut_down_sending();
  EXPECT_EQ(brief.receive_rest(), "last words");
  EXPECT_EQ(brief.end(), End::kFinished);
}

TEST_P(Echo, ServesAThousandConnectionsAtOnce) {
  SUITE_START(server, with({}));
  std::vector<Socket> sockets;
  for (unsigned i = 0; i < 1000; ++i) {
    sockets.emplace_back(server.endpoint());
    ASSERT_TRUE(sockets.back().connected()) << i;
    ASSERT_TRUE(sockets.back().send(test::noise(300, i)));
  }
  for (unsigned i = 0; i < 1000; ++i) ASSERT_TRUE(sockets[i].receive(300) == test::noise(300, i)) << i;
  for (unsigned i = 0; i < 1000; ++i) ASSERT_TRUE(sockets[i].send(test::noise(100, i)));
  for (unsigned i = 0; i < 1000; ++i) ASSERT_TRUE(sockets[i].receive(100) == test::noise(100, i)) << i;
  test::expect_clean_end(server);
  EXPECT_TRUE(server.totals().starts_with("served 1,000 connections")) << server.totals();
}

TEST_P(Echo, KeepsConnectionsApartThatShareTheirTurns) {
  SUITE_START(server, with({}));
  std::vector<Socket> sockets;
  for (int i = 0; i < 50; ++i) sockets.emplace_back(server.endpoint());
  for (unsigned round = 0; round < 20; ++round) {
    server.freeze();  // so that the loop finds all of them ready at once
    for (unsigned i = 0; i < 50; ++i) ASSERT_TRUE(sockets[i].send(test::noise(3000, round * 50 + i)));
    server.thaw();
    for (unsigned i = 0; i < 50; ++i) {
      ASSERT_TRUE(sockets[i].receive(3000) == test::noise(3000, round * 50 + i)) << round << " " << i;
    }
  }
}

}  // namespace
}  // namespace suite
