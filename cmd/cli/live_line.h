// A line, or a few, at the end of standard error that change while something else runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "cmd/cli/output.h"

namespace suite {

/// Draws the lines on a thread of its own, `period` after `period`, between show() and hide(). What the owner
/// prints in the meantime would stand in the line: hide it first.
class LiveLine {
 public:
  using Render = std::function<std::string()>;
  using Out = std::function<void(std::string_view)>;

  /// `render` makes them again, with line ends between them; each fits the terminal, and all of them fit its
  /// height. It is called on both threads, never by both at once, and must not throw but for want of memory,
  /// when they stay as they are.
  explicit LiveLine(Render render, std::chrono::milliseconds period = std::chrono::milliseconds(500),
                    Out out = &write_stderr);
  LiveLine(const LiveLine&) = delete;
  ~LiveLine();

  /// Draws it at once, after `change`, which may alter what `render` reads.
  void show(const std::function<void()>& change);
  /// Leaves its place empty. Nothing is drawn until the next show().
  void hide();

 private:
  void draw();
  void tick(const std::stop_token& end);

  Render render_;
  std::chrono::milliseconds period_;
  Out out_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  bool shown_ = false;
  std::size_t height_ = 0;  // lines that are drawn now
  std::jthread thread_;     // the last member: it uses the others
};

}  // namespace suite
