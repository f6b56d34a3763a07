#include "cmd/load/load_interrupt.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <system_error>

#include "cmd/cli/exit_code.h"
#include "common/process/stop_requests.h"

namespace suite {

std::expected<std::unique_ptr<LoadInterrupt>, Error> LoadInterrupt::open() {
  auto signals = SignalQueue::open({SIGINT, SIGTERM});
  if (!signals) return std::unexpected(std::move(signals.error()));
  auto interrupt = EventFd::open();
  if (!interrupt) return std::unexpected(std::move(interrupt.error()));
  auto over = EventFd::open();
  if (!over) return std::unexpected(std::move(over.error()));
  std::unique_ptr<LoadInterrupt> opened(
      new LoadInterrupt(*std::move(signals), *std::move(interrupt), *std::move(over)));
  try {
    opened->thread_ = std::thread(&LoadInterrupt::watch, opened.get());
  } catch (const std::system_error& error) {
    return std::unexpected(system_error("start the thread that waits for signals", error.code().value()));
  }
  return opened;
}

LoadInterrupt::~LoadInterrupt() {
  over_.set();
  if (thread_.joinable()) thread_.join();
}

std::optional<int> LoadInterrupt::exit_code() const {
  const int number = first_.load();
  return number == 0 ? std::nullopt : std::optional(kExitSignalBase + number);
}

void LoadInterrupt::watch() noexcept {
  std::array<pollfd, 2> waiting{pollfd{.fd = signals_.fd(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = over_.fd(), .events = POLLIN, .revents = 0}};
  StopRequests requests;
  while (waiting[1].revents == 0) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    const auto number = signals_.next();
    if (!number) continue;
    const auto meaning = requests.on_signal(std::chrono::steady_clock::now());
    if (meaning == StopRequests::Meaning::kEndNow) ::_exit(kExitSignalBase + *number);
    if (meaning == StopRequests::Meaning::kDrain) first_.store(*number);
    interrupt_.set();
  }
}

}  // namespace suite
