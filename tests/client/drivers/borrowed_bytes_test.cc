// How long what a driver is given to send has to stay: until it asks again, or until the turn after close().
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "client/drivers/null/null_driver.h"
#include "tests/client/drivers/on_sockets.h"
#include "tests/support/socket.h"

namespace suite {
namespace {

// Gives the next bytes of a stream in memory of their own, and spoils what it gave before.
class Rebuilding final : public DriverEvents {
 public:
  explicit Rebuilding(std::string stream) : stream_(std::move(stream)) {}

  void spoil() { given_.assign(given_.size(), '#'); }

  void on_connected(ConnectionId, TimePoint) override {}
  std::span<const std::byte> next_bytes(ConnectionId) override {
    spoil();
    retired_ = std::exchange(given_, stream_.substr(sent_, kPiece));
    return std::as_bytes(std::span(given_));
  }
  bool on_sent(ConnectionId, std::size_t count) override {
    sent_ += count;
    return sent_ < stream_.size();
  }
  Appetite appetite(ConnectionId) override { return {}; }
  void on_received(ConnectionId id, std::span<const std::byte> bytes, TimePoint) override {
    received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (driver != nullptr) driver->send(id, *this);
  }
  void on_discarded(ConnectionId, std::uint64_t, TimePoint) override {}
  void on_broken(ConnectionId, Break, TimePoint) override {}

  std::string received;
  Driver* driver = nullptr;  // that is asked to send after each receive

 private:
  static constexpr std::size_t kPiece = 300'000;

  std::string stream_;
  std::size_t sent_ = 0;
  std::string given_, retired_;
};

class BorrowedBytes : public test::OnSockets {};
INSTANTIATE_TEST_SUITE_P(, BorrowedBytes, test::drivers_of_sockets(), test::driver_name);

TEST_P(BorrowedBytes, StayUntilTheDriverAsksAgainAndNoLonger) {
  const test::ScriptedServer server(test::echo);
  const std::string stream = test::noise(3 << 20);
  Rebuilding events(stream);
  events.driver = &driver();
  ASSERT_TRUE(open(0, server));
  driver().send(0, events);
  const auto deadline = driver().now() + test::kPatience;
  while (events.received.size() < stream.size() && driver().now() < deadline) {
    driver().turn(driver().now() + std::chrono::milliseconds(10), events);
  }
  EXPECT_TRUE(events.received == stream);
}

TEST_P(BorrowedBytes, AreOfNoUseToTheDriverFromTheTurnAfterTheConnectionsEndOn) {
  std::string received;
  std::atomic<bool> ended = false;
  const test::ScriptedServer server([&](int fd, int) {
    for (std::string bytes = test::receive(fd); !bytes.empty(); bytes = test::receive(fd)) received += bytes;
    ended = true;
  });
  Rebuilding events(std::string(300'000, 'x'));
  ASSERT_TRUE(open(0, server));
  driver().send(0, events);
  driver().close(0);
  driver().turn(driver().now(), events);
  events.spoil();
  EXPECT_TRUE(turn_until([&] { return ended.load(); }));
  EXPECT_EQ(received.find('#'), std::string::npos);
}

TEST(BorrowedBytesOfTheNullDriver, StayUntilItAsksAgainAndNoLonger) {
  const EventFd interrupt = std::move(*EventFd::open());
  NullDriver driver(1, {}, interrupt);
  const std::string stream = test::noise(1 << 20);
  Rebuilding events(stream);
  events.driver = &driver;
  driver.open(0, {});
  driver.send(0, events);
  for (int turns = 0; turns < 100 && events.received.size() < stream.size(); ++turns) {
    driver.turn(driver.now(), events);
  }
  EXPECT_TRUE(events.received == stream);
}

}  // namespace
}  // namespace suite
