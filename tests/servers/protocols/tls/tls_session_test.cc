#include "servers/protocols/tls/tls_session.h"

#include <gmock/gmock.h>

#include <array>
#include <future>
#include <mutex>

#include "common/tls/server.h"
#include "servers/loops/conversation.h"
#include "servers/protocols/echo/echo_session.h"
#include "servers/protocols/tls/tls_protocol.h"
#include "servers/worker_lock.h"
#include "tests/support/bytes.h"
#include "tests/support/socket.h"
#include "tests/support/tls_peer.h"

namespace suite {
namespace {

using namespace std::chrono_literals;
using Outcome = TlsChannel::Outcome;

// A server's conversation on one side, a client on the other; what one sends is carried to the other in
// pieces.
class TlsConversation {
 public:
  TlsConversation(SSL_CTX& client, std::unique_ptr<Session> session)
      : peer(client), conversation(std::move(session), limits_, loop_totals_) {
    next = conversation.on_opened(turn);
  }

  // Until nobody has anything to say, or the server closes.
  void talk(std::size_t piece = SIZE_MAX) {
    while (!peer.outgoing.empty() && next == Next::kRead) {
      const std::string bytes = peer.outgoing.substr(0, piece);
      peer.outgoing.erase(0, bytes.size());
      next = conversation.on_bytes(test::bytes_of(bytes), turn);
      send_all();
    }
  }

  void send_all() {
    while (next == Next::kSend) {
      std::string sent;
      std::array<iovec, 16> pieces;
      while (const std::size_t count = conversation.out().gather(pieces)) {
        longest_outbox = std::max(longest_outbox, conversation.out().size());
        std::size_t size = 0;
        for (const iovec& one : std::span(pieces).first(count)) {
          sent.append(static_cast<const char*>(one.iov_base), one.iov_len);
          size += one.iov_len;
        }
        conversation.out().advance(size);
      }
      outcome = peer.take(sent);
      next = conversation.on_sent(sent.size(), turn);
    }
  }

  void begin(std::size_t piece = SIZE_MAX) {
    peer.take("");
    talk(piece);
  }

  test::TlsPeer peer;
  Turn turn{};
  Next next{};
  Outcome outcome{};  // what the client made of the last bytes
  std::uint64_t longest_outbox = 0;

 private:
  LoopLimits limits_{};
  WorkerTotals loop_totals_;

 public:
  Conversation conversation;
};

class TlsSessionTest : public testing::TestWithParam<int> {
 protected:
  TlsConversation connect(EchoOptions echo = {}) {
    if (!factory_)
      factory_ = *tls_protocol(echo_protocol(echo), {.server = server_, .handshake_timeout = 10s})(worker_);
    return {*client_, (*factory_)(Endpoint())};
  }

  std::shared_ptr<TlsServer> server_ = *TlsServer::make(*self_signed_identity(), {.protocols = {"http/1.1"}});
  SslContext client_ = test::client_context(GetParam());
  WorkerTotals totals_;
  std::atomic<std::uint32_t> hangups_ = 0;
  WorkerContext worker_{.totals = totals_, .index = 0, .workers = 1, .hangups = hangups_};
  std::optional<SessionFactory> factory_;
};
INSTANTIATE_TEST_SUITE_P(Tls, TlsSessionTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& each) { return each.param == TLS1_2_VERSION ? "v12" : "v13"; });

TEST_P(TlsSessionTest, GivesTheInnerSessionWhatWasSaid) {
  auto tls = connect();
  tls.begin();
  ASSERT_TRUE(tls.peer.channel().established());
  tls.peer.send("hello");
  tls.talk();
  EXPECT_EQ(tls.peer.received, "hello");
  EXPECT_EQ(tls.next, Next::kRead);
  EXPECT_EQ(totals_.tls_handshakes, 1U);
  EXPECT_EQ(totals_.requests, 1U);
}

TEST_P(TlsSessionTest, TakesRecordsInPiecesOfAnySize) {
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    auto tls = connect();
    tls.begin(piece);
    tls.peer.send("first ");
    tls.peer.send("second");
    tls.talk(piece);
    EXPECT_EQ(tls.peer.received, "first second") << piece;
  }
}

TEST_P(TlsSessionTest, AnswersABodyOfManyRecordsInOutboxesOfBoundedSize) {
  const std::string body = test::noise(1 << 20);
  auto tls = connect();
  tls.begin();
  tls.peer.send(body);
  tls.talk();
  EXPECT_TRUE(tls.peer.received == body);
  EXPECT_LE(tls.longest_outbox, OutBuffer::kMaxOwnBytes + 20'000);
}

TEST_P(TlsSessionTest, AnswersTheEndWithAnEnd) {
  auto tls = connect();
  tls.begin();
  tls.peer.send("last words");
  tls.peer.close();
  tls.talk();
  EXPECT_EQ(tls.peer.received, "last words");
  EXPECT_EQ(tls.next, Next::kClose);
  EXPECT_EQ(tls.outcome, Outcome::kEnd);
  EXPECT_EQ(totals_.tls_failures, 0U);
}

TEST_P(TlsSessionTest, AnswersAnEndWithoutNoticeToo) {
  auto tls = connect();
  tls.begin();
  tls.peer.send("last words");
  tls.talk();
  tls.next = tls.conversation.on_end(tls.turn);
  tls.send_all();
  EXPECT_EQ(tls.next, Next::kClose);
  EXPECT_EQ(tls.outcome, Outcome::kEnd);
}

TEST_P(TlsSessionTest, ClosesAfterAnEndInMidHandshake) {
  auto tls = connect();
  tls.peer.take("");
  const std::string half = tls.peer.outgoing.substr(0, tls.peer.outgoing.size() / 2);
  tls.next = tls.conversation.on_bytes(test::bytes_of(half), tls.turn);
  EXPECT_EQ(tls.next, Next::kRead);
  EXPECT_EQ(tls.conversation.on_end(tls.turn), Next::kClose);
  EXPECT_EQ(totals_.tls_failures, 1U);
}

TEST_P(TlsSessionTest, ShakesHandsWithinItsTimeHoweverTheBytesDrip) {
  auto tls = connect();
  tls.peer.take("");
  const auto start = tls.turn.now;
  for (int second = 0; second < 5; ++second) {
    const std::string byte = tls.peer.outgoing.substr(static_cast<std::size_t>(second), 1);
    tls.turn.now = start + std::chrono::seconds(second);
    tls.next = tls.conversation.on_bytes(test::bytes_of(byte), tls.turn);
    ASSERT_EQ(tls.next, Next::kRead);
    EXPECT_EQ(tls.conversation.deadline(), start + 10s);
  }
  EXPECT_EQ(tls.conversation.on_deadline(tls.turn), Next::kClose);
  EXPECT_EQ(tls.conversation.close_reason(), CloseReason::kTimeout);
}

TEST_P(TlsSessionTest, IsNotKeptOpenByARecordThatDrips) {
  auto tls = connect({.idle_timeout = 3s});
  tls.begin();
  const auto start = tls.turn.now;
  tls.peer.send("never whole");
  for (int second = 1; second < 3; ++second) {
    tls.turn.now = start + std::chrono::seconds(second);
    const std::string byte = tls.peer.outgoing.substr(static_cast<std::size_t>(second - 1), 1);
    tls.next = tls.conversation.on_bytes(test::bytes_of(byte), tls.turn);
    EXPECT_EQ(tls.conversation.deadline(), start + 3s);
  }
}

TEST_P(TlsSessionTest, SendsAnAlertWhereARecordWasChanged) {
  auto tls = connect();
  tls.begin();
  tls.peer.send("genuine");
  tls.peer.outgoing.back() ^= 1;
  tls.talk();
  EXPECT_EQ(tls.next, Next::kLinger);
  EXPECT_EQ(tls.outcome, Outcome::kFailed);
  EXPECT_THAT(tls.peer.channel().failure(), testing::HasSubstr("alert: bad record mac"));
  EXPECT_EQ(totals_.tls_failures, 1U);
}

TEST_P(TlsSessionTest, TellsWhoSpeaksPlainHttpWhereItIs) {
  auto tls = connect();
  tls.peer.outgoing = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string request = std::exchange(tls.peer.outgoing, "");
  tls.next = tls.conversation.on_bytes(test::bytes_of(request), tls.turn);
  ASSERT_EQ(tls.next, Next::kSend);
  std::array<iovec, 4> pieces;
  ASSERT_GE(tls.conversation.out().gather(pieces), 1U);
  const std::string_view answer(static_cast<const char*>(pieces[0].iov_base), pieces[0].iov_len);
  EXPECT_THAT(std::string(answer), testing::StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(std::string(answer), testing::EndsWith("ask with https://\n"));
}

// RFC 6066 3: a server need not care for the name. Whoever loads it may reach it by any.
TEST_P(TlsSessionTest, ServesWhateverNameItIsAskedFor) {
  for (const char* name : {"localhost", "www.elsewhere.example", "xn--bcher-kva.example"}) {
    auto tls = connect();
    SSL_set_tlsext_host_name(&tls.peer.channel().ssl(), name);
    tls.begin();
    tls.peer.send("hello");
    tls.talk();
    EXPECT_EQ(tls.peer.received, "hello") << name;
  }
}

TEST_P(TlsSessionTest, RefusesAProtocolThatItDoesNotSpeak) {
  auto tls = connect();
  constexpr std::array<unsigned char, 3> kHttp2{2, 'h', '2'};
  SSL_set_alpn_protos(&tls.peer.channel().ssl(), kHttp2.data(), kHttp2.size());
  tls.begin();
  EXPECT_EQ(tls.outcome, Outcome::kFailed);
  EXPECT_THAT(tls.peer.channel().failure(), testing::HasSubstr("no application protocol"));
}

// Called for every record and every message of the handshake, while OpenSSL is at work.
void take_turn(int, int, int, const void*, std::size_t, SSL*, void* lock) {
  auto& worker = *static_cast<WorkerLock*>(lock);
  auto turn = std::async(std::launch::async, [&worker] { const std::lock_guard held(worker); });
  if (turn.wait_for(10s) != std::future_status::ready) {
    ADD_FAILURE() << "the worker's lock was held";
    worker.unlock();  // for the thread that waits
    turn.wait();
    worker.lock();
  }
}

// Once: requests behind it must not pay for what a handshake took of a stack.
TEST_P(TlsSessionTest, HasTheStackTrimmedWhenItsHandshakeIsDone) {
  int trimmed = 0;
  worker_.trim_stack = [&trimmed] { ++trimmed; };
  auto tls = connect();
  tls.begin();
  EXPECT_EQ(trimmed, 1);
  for (int i = 0; i < 3; ++i) {
    tls.peer.send("hello");
    tls.talk();
  }
  EXPECT_EQ(tls.peer.received, "hellohellohello");
  EXPECT_EQ(trimmed, 1);
}

TEST_P(TlsSessionTest, LetsOtherThreadsOfTheWorkerServeDuringCryptography) {
  WorkerLock lock;
  worker_.lock = &lock;
  const std::lock_guard held(lock);
  auto context = *server_->make_context();
  SSL_CTX_set_msg_callback(context.get(), take_turn);
  SSL_CTX_set_msg_callback_arg(context.get(), &lock);
  const auto inner = *echo_protocol({})(worker_);
  TlsConversation tls(*client_, std::make_unique<TlsSession>(*context, inner(Endpoint()), 10s, worker_));
  tls.begin();
  tls.peer.send("hello");
  tls.talk();
  EXPECT_EQ(tls.peer.received, "hello");
}

TEST_P(TlsSessionTest, ResumesASessionAndCountsIt) {
  auto first = connect();
  first.begin();
  first.peer.send("x");
  first.talk();  // tickets of TLS 1.3 come behind the handshake
  SSL_SESSION* const session = SSL_get1_session(&first.peer.channel().ssl());
  auto second = connect();
  SSL_set_session(&second.peer.channel().ssl(), session);
  SSL_SESSION_free(session);
  second.begin();
  EXPECT_TRUE(second.peer.channel().resumed());
  EXPECT_EQ(totals_.tls_handshakes, 1U);
  EXPECT_EQ(totals_.tls_resumed, 1U);
}

TEST_P(TlsSessionTest, ShowsANewIdentityToNewConnectionsOnly) {
  const auto shown = [](TlsConversation& tls) {
    const CertificateHandle certificate(SSL_get1_peer_certificate(&tls.peer.channel().ssl()));
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size);
    return digest;
  };
  auto before = connect();
  before.begin();
  ASSERT_TRUE(server_->replace(*self_signed_identity()));
  auto after = connect();
  after.begin();
  EXPECT_NE(shown(before), shown(after));
  before.peer.send("still here");
  before.talk();
  EXPECT_EQ(before.peer.received, "still here");
}

TEST_P(TlsSessionTest, KeepsTheIdentityWhereTheNewOneIsBroken) {
  const std::uint32_t generation = server_->generation();
  TlsIdentity broken = *self_signed_identity();
  broken.key = self_signed_identity()->key;
  EXPECT_FALSE(server_->replace(broken));
  EXPECT_EQ(server_->generation(), generation);
  auto tls = connect();
  tls.begin();
  EXPECT_TRUE(tls.peer.channel().established());
}

TEST_P(TlsSessionTest, RefusesToNegotiateAnew) {
  if (GetParam() != TLS1_2_VERSION) GTEST_SKIP() << "TLS 1.3 has no renegotiation";
  auto tls = connect();
  tls.begin();
  SSL_renegotiate(&tls.peer.channel().ssl());
  tls.peer.take("");
  tls.talk();
  EXPECT_EQ(tls.outcome, Outcome::kFailed);
  EXPECT_THAT(tls.peer.channel().failure(), testing::HasSubstr("no renegotiation"));
}

}  // namespace
}  // namespace suite
