#include "common/limits/window.h"

#include <pthread.h>

#include "common/process/cpu_usage.h"

namespace suite::limits {
namespace {

using Clock = std::chrono::steady_clock;

// Exact while that thread runs, too: the kernel adds what it has used since it was last put on its processor.
std::chrono::nanoseconds cpu_time_by(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

clockid_t this_thread_clock() {
  clockid_t clock{};
  ::pthread_getcpuclockid(::pthread_self(), &clock);
  return clock;
}

Sample between(const Mark& begin, const Mark& end, bool has_server) {
  Sample sample{.operations = end.operations - begin.operations,
                .elapsed = end.time - begin.time,
                .client_cpu = end.client_cpu - begin.client_cpu};
  if (has_server) sample.server_cpu = end.server_cpu - begin.server_cpu;
  return sample;
}

Window::Window(const RoundPlan& plan, std::optional<clockid_t> server)
    : length_(plan.length), server_(server), next_(Clock::now() + plan.warmup) {}

Mark Window::mark(Clock::time_point now, std::uint64_t operations) const {
  return {.time = now,
          .operations = operations,
          .server_cpu = server_ ? cpu_time_by(*server_) : std::chrono::nanoseconds(),
          .client_cpu = thread_cpu_time()};
}

bool Window::is_over(std::uint64_t operations) {
  const auto now = Clock::now();
  if (now < next_) return false;
  if (!begin_) {
    begin_ = mark(now, operations);
    next_ = now + length_;
    return false;
  }
  if (!end_) end_ = mark(now, operations);
  return true;
}

Sample Window::sample() const {
  return begin_ && end_ ? between(*begin_, *end_, server_.has_value()) : Sample{};
}

}  // namespace suite::limits
