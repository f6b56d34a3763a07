#include "common/http/status_probe.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <thread>

#include "common/net/listener.h"

namespace suite {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// RFC 9112 4: "HTTP/1.1 200 OK".
TEST(StatusIn, ReadsTheStatusOfAResponseAndOfNothingElse) {
  constexpr std::string_view kGood = "HTTP/1.1 204";
  EXPECT_EQ(status_in("HTTP/1.1 204 No Content\r\n\r\n"), 204);
  EXPECT_EQ(status_in("HTTP/1.0 503 "), 503);
  for (std::size_t cut = 0; cut < kGood.size(); ++cut)
    EXPECT_EQ(status_in(kGood.substr(0, cut)), std::nullopt);
  for (const char* bad :
       {"HTTP/1.1 2x4 OK", "HTTP/1.1  204 ", "HTTP/2.0 200 OK", "SSH-2.0-OpenSSH", "HTTP/1.1 -20"}) {
    EXPECT_EQ(status_in(bad), std::nullopt) << bad;
  }
}

TEST(StatusOf, IsWhatTheServerAnswersToAGetOfThePath) {
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {});
  ASSERT_TRUE(listener) << listener.error().one_line();
  std::string asked(4096, '\0');
  std::thread server([&] {
    while (true) {
      const UniqueFd fd(::accept(listener->fd(), nullptr, nullptr));
      if (!fd) continue;
      asked.resize(static_cast<std::size_t>(::recv(fd.get(), asked.data(), asked.size(), 0)));
      ::send(fd.get(), "HTTP/1.1 ", 9, 0);
      ::send(fd.get(), "418 I'm a teapot\r\n\r\n", 20, 0);
      return;
    }
  });
  EXPECT_EQ(status_of(listener->endpoint(), "/tea?x", seconds(20)), 418);
  server.join();
  EXPECT_TRUE(asked.starts_with("GET /tea?x HTTP/1.1\r\nHost: 127.0.0.1:")) << asked;
}

TEST(StatusOf, IsNothingWhereNobodyAnswersInTime) {
  const auto listener = Listener::open(resolve("127.0.0.1", 0)->front(), {});
  ASSERT_TRUE(listener) << listener.error().one_line();
  EXPECT_EQ(status_of(listener->endpoint(), "/", milliseconds(10)), std::nullopt);
  listener->shut_down();
  EXPECT_EQ(status_of(listener->endpoint(), "/", milliseconds(10)), std::nullopt);
}

}  // namespace
}  // namespace suite
