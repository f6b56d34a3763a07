#include "cmd/cli/live_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

namespace suite {
namespace {

constexpr std::string_view kEmptyLine = "\r\033[K";
constexpr std::string_view kEmptyBelow = "\r\033[J";

std::string up(std::size_t lines) { return lines == 0 ? "" : fmt::format("\033[{}A", lines); }

// From the last of `height` lines on the first is gone to, and each line is overwritten before what it had
// beyond its end is erased: nothing flickers.
std::string redrawn(std::string_view text, std::size_t height) {
  std::string out = up(height > 0 ? height - 1 : 0);
  while (true) {
    const std::size_t end = text.find('\n');
    out += fmt::format("\r{}\033[K", text.substr(0, end));
    if (end == std::string_view::npos) return out + "\033[J";
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace

LiveLine::LiveLine(Render render, std::chrono::milliseconds period, Out out)
    : render_(std::move(render)),
      period_(period),
      out_(std::move(out)),
      thread_([this](const std::stop_token& end) { tick(end); }) {}

LiveLine::~LiveLine() {
  thread_.request_stop();
  thread_.join();
  hide();
}

void LiveLine::draw() {
  try {
    const std::string text = render_();
    const auto height = static_cast<std::size_t>(1 + std::ranges::count(text, '\n'));
    out_(height == 1 && height_ <= 1 ? std::string(kEmptyLine) + text : redrawn(text, height_));
    height_ = height;
  } catch (const std::bad_alloc&) {  // the next one may find memory
    return;
  }
}

void LiveLine::tick(const std::stop_token& end) {
  std::unique_lock lock(mutex_);
  while (!end.stop_requested()) {
    ended_.wait_for(lock, end, period_, [] { return false; });
    if (shown_ && !end.stop_requested()) draw();
  }
}

void LiveLine::show(const std::function<void()>& change) {
  const std::lock_guard lock(mutex_);
  change();
  shown_ = true;
  draw();
}

void LiveLine::hide() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(shown_, false)) return;
  const std::size_t height = std::exchange(height_, 0);
  out_(height <= 1 ? std::string(kEmptyLine) : up(height - 1) + std::string(kEmptyBelow));
}

}  // namespace suite
