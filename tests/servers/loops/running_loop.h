// The loop of a backend, run in the test's own process: for sessions that no protocol has, and for limits
// that no flag sets.
#pragma once

#include <gtest/gtest.h>

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include "servers/registry.h"
#include "tests/support/patience.h"

namespace suite::test {

/// One run of a loop, on a thread of its own. What it throws counts as returned.
class RunningLoop {
 public:
  static constexpr LoopLimits kLimits{
      .max_connections = 100, .send_timeout = std::chrono::seconds(10), .drain = std::chrono::seconds(1)};

  RunningLoop(const Backend& backend, SessionFactory factory, const LoopLimits& limits = kLimits)
      : factory_(std::move(factory)),
        context_{.listener = listener_,
                 .stop_fd = stop_.fd(),
                 .make_session = factory_,
                 .worker = worker_,
                 .limits = limits,
                 .stop_listening = [this] { listener_.shut_down(); },
                 .on_ready = [] {},
                 .threads = 2},
        outcome_(std::async(std::launch::async, [this, &backend] {
          ::signal(SIGPIPE, SIG_IGN);  // as every server has it: libraries send without MSG_NOSIGNAL
          try {
            const auto served = backend.make_loop()->run(context_);
            return served ? std::string("nothing failed") : served.error().why;
          } catch (const std::exception& error) {
            return std::string(error.what());
          }
        })) {}
  RunningLoop(const RunningLoop&) = delete;
  RunningLoop& operator=(const RunningLoop&) = delete;
  ~RunningLoop() { end(); }

  const Endpoint& endpoint() const { return listener_.endpoint(); }
  void ask_to_stop() { stop_.set(); }
  /// What the loop said when it ended by itself.
  std::string outcome() {
    return outcome_.wait_for(kPatience) == std::future_status::ready ? outcome_.get() : "it goes on";
  }
  /// Stops it, and waits for its end; then its totals may be read.
  const WorkerTotals& end() {
    ask_to_stop();
    outcome_.wait();
    return totals_;
  }

 private:
  Listener listener_ = Listener::open(resolve("127.0.0.1", 0)->front(), {}).value();
  EventFd stop_ = EventFd::open().value();
  WorkerTotals totals_;
  std::atomic<std::uint32_t> hangups_{0};
  WorkerContext worker_{.totals = totals_, .index = 0, .workers = 1, .hangups = hangups_};
  SessionFactory factory_;
  LoopContext context_;
  std::shared_future<std::string> outcome_;  // last: the loop uses the others
};

/// The backends of this build by name, but those that are another one's loop in processes.
inline std::vector<std::string> loop_names() {
  std::vector<std::string> names;
  for (const Backend& backend : backends()) {
    if (backend.workers != WorkerKind::kProcesses) names.emplace_back(backend.name);
  }
  return names;
}

class LoopTest : public testing::TestWithParam<std::string> {
 protected:
  /// Skips a backend that this kernel forbids.
  void SetUp() override {
    if (backend().usable == nullptr) return;
    if (const auto usable = backend().usable(); !usable) GTEST_SKIP() << usable.error().one_line();
  }
  const Backend& backend() const { return **find_backend(GetParam()); }
};

}  // namespace suite::test

#define SUITE_FOR_EVERY_LOOP(fixture)                                                    \
  INSTANTIATE_TEST_SUITE_P(EveryBackend, fixture, testing::ValuesIn(test::loop_names()), \
                           [](const auto& each) {                                        \
                             std::string name = each.param;                              \
                             std::ranges::replace(name, '-', '_');                       \
                             return name;                                                \
                           })
