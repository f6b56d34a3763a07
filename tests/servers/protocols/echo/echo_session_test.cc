#include "servers/protocols/echo/echo_session.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "tests/support/bytes.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

using test::bytes_of;

class EchoSessionTest : public testing::Test {
 protected:
  std::unique_ptr<Session> make_session(EchoOptions options = {}) {
    return (*echo_protocol(options)(worker_))(Endpoint());
  }

  WorkerTotals totals_;
  std::atomic<std::uint32_t> hangups_ = 0;
  WorkerContext worker_{.totals = totals_, .index = 0, .workers = 1, .hangups = hangups_};
  Turn turn_{};
  OutBuffer out_;
};

TEST_F(EchoSessionTest, GivesBackWhatCameWithoutACopy) {
  const auto session = make_session();
  const std::string_view text = "hello world\n";
  EXPECT_EQ(session->on_bytes(bytes_of(text), turn_, out_), After::kRead);
  std::array<iovec, 2> pieces;
  ASSERT_EQ(out_.gather(pieces), 1U);
  EXPECT_EQ(pieces[0].iov_base, text.data());
  EXPECT_EQ(pieces[0].iov_len, text.size());
  EXPECT_EQ(totals_.requests, 1U);
}

TEST_F(EchoSessionTest, ClosesAfterThePeersEnd) {
  EXPECT_EQ(make_session()->on_end(turn_, out_), After::kClose);
  EXPECT_TRUE(out_.empty());
}

TEST_F(EchoSessionTest, WaitsForEverUnlessToldOtherwise) {
  EXPECT_EQ(make_session()->patience(), std::nullopt);
  EXPECT_EQ(make_session({.idle_timeout = 3s})->patience(), 3s);
  EXPECT_EQ(make_session({.idle_timeout = 3s})->on_deadline(turn_, out_), After::kClose);
}

TEST_F(EchoSessionTest, ClosesAnIdleConnectionAtOnceOnDrain) {
  const auto session = make_session();
  EXPECT_EQ(session->on_bytes(bytes_of("before"), turn_, out_), After::kRead);
  out_.advance(out_.size());
  turn_.draining = true;
  EXPECT_EQ(session->on_drain(turn_, out_), After::kClose);
}

}  // namespace
}  // namespace suite
