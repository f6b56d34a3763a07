#include "cmd/cli/live_line.h"

#include <new>
#include <utility>

namespace suite {
namespace {

constexpr std::string_view kEmptyLine = "\r\033[K";

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
    out_(std::string(kEmptyLine) + render_());
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
  if (std::exchange(shown_, false)) out_(kEmptyLine);
}

}  // namespace suite
