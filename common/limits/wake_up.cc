#include "common/limits/wake_up.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <future>
#include <optional>

#include "common/limits/on_cpu.h"
#include "common/net/unique_fd.h"

namespace suite::limits {
namespace {

constexpr std::uint64_t kGoOn = 1, kEnd = 2;

// Their counters are written and read whole: neither call can be short, and no signal comes to these threads.
void wake(int fd, std::uint64_t message) { static_cast<void>(::write(fd, &message, sizeof message) > 0); }

std::uint64_t sleep_on(int fd) {
  std::uint64_t message = kEnd;
  return ::read(fd, &message, sizeof message) == sizeof message ? message : kEnd;
}

void answer_wake_ups(int there, int back) {
  while (sleep_on(there) != kEnd) wake(back, kGoOn);
}

Sample count_wake_ups(Window window, int there, int back) {
  std::uint64_t operations = 0;
  while (!window.is_over(operations)) {
    wake(there, kGoOn);
    sleep_on(back);
    ++operations;
  }
  return window.sample();
}

}  // namespace

std::expected<Sample, Error> wake_up_round(const RoundPlan& plan) {
  const UniqueFd there(::eventfd(0, EFD_CLOEXEC)), back(::eventfd(0, EFD_CLOEXEC));
  if (!there || !back) return std::unexpected(system_error("open an event descriptor", errno));
  const auto server_cpu = plan.cpus ? std::optional(plan.cpus->server) : std::nullopt;
  const auto client_cpu = plan.cpus ? std::optional(plan.cpus->client) : std::nullopt;

  std::promise<clockid_t> clock;
  const auto answering = on_cpu(server_cpu, {there.get(), back.get()}, [&] {
    clock.set_value(this_thread_clock());
    answer_wake_ups(there.get(), back.get());
  });
  const clockid_t server_clock = clock.get_future().get();
  Sample sample;
  try {
    sample = on_cpu(client_cpu, {there.get(), back.get()}, [&] {
               return count_wake_ups(Window(plan, server_clock), there.get(), back.get());
             }).get();
  } catch (...) {  // the other thread uses what is here
    wake(there.get(), kEnd);
    throw;
  }
  wake(there.get(), kEnd);
  answering.wait();
  return sample;
}

}  // namespace suite::limits
