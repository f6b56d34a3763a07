#include "client/drivers/null/null_driver.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "client/load_run.h"
#include "tests/client/drivers/recorder.h"
#include "tests/support/patience.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

using namespace std::chrono_literals;

HttpPlan requests_for(std::string request) { return {.requests = {std::move(request)}}; }

class NullDriverTest : public testing::Test {
 protected:
  void make(const ProtocolPlan& protocol) { driver_.emplace(2, canned_replies(protocol), interrupt_); }
  // Opens connection 0 and sends all of `bytes` on it, in turns.
  void exchange(const std::string& bytes) {
    EXPECT_EQ(driver_->open(0, {}), Driver::Opening::kOpen);
    events_.to_send = bytes;
    driver_->send(0, events_);
    for (int turns = 0; turns < 1000 && !(events_.sent == bytes.size() && turns_in_vain_ > 1); ++turns) {
      const std::size_t before = events_.received.size();
      driver_->turn(driver_->now(), events_);
      turns_in_vain_ = events_.received.size() == before ? turns_in_vain_ + 1 : 0;
    }
  }

  EventFd interrupt_ = std::move(*EventFd::open());
  test::Recorder events_;
  std::optional<NullDriver> driver_;
  int turns_in_vain_ = 0;
};

TEST_F(NullDriverTest, EchoesInPiecesOfBoundedSize) {
  make(EchoPlan{});
  events_.most_at_once = 300 * 1024;
  const std::string bytes = test::noise(1 << 20);
  exchange(bytes);
  EXPECT_TRUE(events_.received == bytes);
  EXPECT_LE(std::ranges::max(events_.pieces), 256U * 1024);
}

TEST_F(NullDriverTest, AnswersEachHttpRequestOnce) {
  const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  make(requests_for(get));
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += get;
  events_.most_at_once = 100 * get.size();
  exchange(bytes);
  const std::size_t one = events_.received.size() / 5000;
  EXPECT_EQ(events_.received.size(), 5000 * one);
  EXPECT_TRUE(events_.received.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(events_.received.substr(0, one), events_.received.substr(4999 * one));
}

TEST_F(NullDriverTest, KnowsWhereRequestsWithABodyEnd) {
  const std::string post = "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\na\r\n\r\nbcde";
  make(requests_for(post));
  exchange(post + post);
  const std::size_t second = events_.received.find("HTTP/1.1", 1);
  EXPECT_EQ(events_.received.size(), 2 * second);
}

TEST_F(NullDriverTest, AnswersNothingOnAConnectionThatWasClosed) {
  make(EchoPlan{});
  events_.to_send = "first";
  driver_->open(0, {});
  driver_->send(0, events_);
  driver_->close(0);
  driver_->open(0, {});
  driver_->turn(driver_->now(), events_);
  EXPECT_EQ(events_.received, "");
}

TEST_F(NullDriverTest, WaitsWhileNothingIsToBeAnswered) {
  make(EchoPlan{});
  const auto until = driver_->now() + 3ms;
  EXPECT_GE(driver_->turn(until, events_).now, until);
  interrupt_.set();
  EXPECT_EQ(driver_->turn(until + 1h, events_).woken, Driver::Woken::kByInterrupt);
}

// --- Whole runs -----------------------------------------------------------------------------------------

LoadResult run(const LoadPlan& plan) {
  const auto interrupt = EventFd::open();
  auto result = run_load(plan, *interrupt);
  EXPECT_TRUE(result);
  EXPECT_EQ(result->driver, "null");
  EXPECT_EQ(result->counts.errors.total(), 0U);
  return std::move(*result);
}

TEST(NullDriverRun, CompletesTheSameRequestsEveryTime) {
  for (const std::uint64_t depth : {1U, 7U, 1000U}) {
    LoadPlan plan{.connections = 5, .threads = 2, .depth = depth, .requests = 20'000};
    plan.driver = DriverKind::kNull;
    plan.protocol = EchoPlan{.payload = {.text = {}, .size = 100}};
    EXPECT_EQ(run(plan).counts.completed, 20'000U);
    EXPECT_EQ(run(plan).counts.reopened, 0U);
    plan.verify = Verify::kLength;
    plan.protocol = HttpPlan{.requests = {"GET /1 HTTP/1.1\r\n\r\n", "GET /two HTTP/1.1\r\n\r\n"}};
    const LoadResult http = run(plan);
    EXPECT_EQ(http.counts.completed, 20'000U);
    EXPECT_EQ(http.http->body_bytes, 20'000U * 40);
    plan.protocol = HttpPlan{.requests = {"HEAD / HTTP/1.1\r\n\r\n"}, .to_head = true};
    EXPECT_EQ(run(plan).counts.completed, 20'000U);
  }
}

// A request may be longer than what is sent at once, and a reply than what is received.
TEST(NullDriverRun, AnswersWithRepliesThatAreNoEcho) {
  for (const std::size_t size : {6U, 700'000U}) {
    LoadPlan plan{.connections = 2, .depth = 5, .requests = 100};
    plan.driver = DriverKind::kNull;
    const PayloadPlan payload{.text = std::string(size, 'x'), .size = size};
    plan.protocol = FixedReplyPlan{.payload = payload, .reply = std::string(size + 1, 'y')};
    EXPECT_EQ(run(plan).counts.completed, 100U);
    plan.protocol = TerminatedReplyPlan{.payload = payload, .terminator = "\r\n"};
    EXPECT_EQ(run(plan).counts.completed, 100U);
  }
}

TEST(NullDriverRun, AnswersRequestsOfEveryKind) {
  LoadPlan plan{.connections = 3, .threads = 2, .depth = 5, .requests = 2000, .verify = Verify::kFull};
  plan.driver = DriverKind::kNull;
  plan.protocol = HttpPlan{.requests = {"GET / HTTP/1.1\r\n\r\n", "HEAD / HTTP/1.1\r\n\r\n",
                                        "PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\n\r\n\r\nx"},
                           .heads = {false, true, false}};
  EXPECT_EQ(run(plan).counts.completed, 2000U);
}

TEST(NullDriverRun, OpensAConnectionForEachRequestWhereNoneIsKept) {
  LoadPlan plan{.connections = 3, .requests = 100, .verify = Verify::kLength};
  plan.driver = DriverKind::kNull;
  plan.protocol = HttpPlan{.requests = {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"}};
  plan.keep_alive = false;
  EXPECT_GE(run(plan).counts.reopened, 97U);
}

TEST(NullDriverRun, IsInterrupted) {
  const auto interrupt = EventFd::open();
  interrupt->set();
  LoadPlan plan{.connections = 1, .duration = 1h, .protocol = EchoPlan{.payload = {.text = "x", .size = 1}}};
  plan.driver = DriverKind::kNull;
  const auto result = run_load(plan, *interrupt);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->interrupted);
}

}  // namespace
}  // namespace suite
