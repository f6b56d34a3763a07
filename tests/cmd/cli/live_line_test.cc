#include "cmd/cli/live_line.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>

namespace suite {
namespace {

using namespace std::chrono_literals;

/// A terminal that can be waited for.
class Screen {
 public:
  void write(std::string_view text) {
    const std::lock_guard lock(mutex_);
    text_ += text;
    ++writes_;
    written_.notify_all();
  }
  bool wait_for_writes(int count) {
    std::unique_lock lock(mutex_);
    return written_.wait_for(lock, 10s, [&] { return writes_ >= count; });
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable written_;
  std::string text_;
  int writes_ = 0;
};

TEST(LiveLine, IsDrawnAnewWhileItsOwnerDoesOtherThings) {
  Screen screen;
  int drawn = 0;
  LiveLine line([&] { return std::to_string(++drawn); }, 1ms,
                [&](std::string_view text) { screen.write(text); });
  line.show([] {});
  ASSERT_TRUE(screen.wait_for_writes(3));
  line.hide();
  EXPECT_TRUE(screen.text().starts_with("\r\033[K1\r\033[K2\r\033[K3"));
  EXPECT_TRUE(screen.text().ends_with("\r\033[K"));
}

TEST(LiveLine, LeavesTheLineAloneWhereItIsNotShown) {
  Screen screen;
  {
    LiveLine line([] { return "never"; }, 1h, [&](std::string_view text) { screen.write(text); });
    line.hide();
  }
  EXPECT_EQ(screen.text(), "");
}

// Each line is written over before its rest is erased, in one piece: nothing flickers.
TEST(LiveLine, RedrawsSeveralLinesInTheirPlaces) {
  Screen screen;
  std::string text = "one\ntwo\nthree";
  LiveLine line([&] { return text; }, 1h, [&](std::string_view drawn) { screen.write(drawn); });
  line.show([] {});
  EXPECT_EQ(screen.text(), "\rone\033[K\n\rtwo\033[K\n\rthree\033[K\033[J");
  line.show([&] { text = "1\n2"; });
  EXPECT_TRUE(screen.text().ends_with("\033[J\033[2A\r1\033[K\n\r2\033[K\033[J")) << "one line is left over";
  line.hide();
  EXPECT_TRUE(screen.text().ends_with("\033[1A\r\033[J"));
  line.show([&] { text = "x"; });
  EXPECT_TRUE(screen.text().ends_with("\r\033[J\r\033[Kx"));
}

TEST(LiveLine, EndsWithAnEmptyLine) {
  Screen screen;
  {
    LiveLine line([] { return "text"; }, 1h, [&](std::string_view text) { screen.write(text); });
    line.show([] {});
  }
  EXPECT_EQ(screen.text(), "\r\033[Ktext\r\033[K");
}

}  // namespace
}  // namespace suite
