// How a load goes, while it goes: a line on stderr that is renewed every second.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "client/load_watcher.h"
#include "cmd/cli/output.h"
#include "cmd/cli/progress.h"
#include "cmd/cli/terminal_line.h"

namespace suite {

/// What a line of progress shows.
struct LoadMoment {
  std::uint64_t run = 1, runs = 1;
  std::chrono::nanoseconds elapsed{};
  std::optional<std::chrono::nanoseconds> duration;  // of the window, where it has a limit
  SeriesPoint second;
  std::uint64_t errors = 0;  // since the window began
  std::deque<double> rates;  // requests per second, second by second
};

/// "  12s of 60s  245,388 req/s  p99 512us  errors 0", as much of it as fits into the columns, and behind it
/// the throughput of the last seconds as a chart, from zero up to the highest of them.
std::string progress_line(const LoadMoment& moment, const TerminalStyle& style);

/// Shows the runs of one load by means of `out`. Used by one thread.
class LoadProgress : public LoadWatcher {
 public:
  LoadProgress(Progress progress, std::optional<std::chrono::nanoseconds> duration, std::uint64_t runs,
               std::function<void(std::string_view)> out = &write_stderr)
      : progress_(progress), out_(std::move(out)) {
    moment_.run = 0;
    moment_.runs = runs;
    moment_.duration = duration;
  }

  /// On a terminal that a line can be overwritten on, what comes before the first second is named too.
  void begin_run();
  void on_start(std::chrono::nanoseconds warmup) override;
  void on_second(const SeriesPoint& second, std::chrono::nanoseconds elapsed) override;
  /// Leaves the line empty for what is printed next.
  void end_run();

 private:
  void overwrite(const std::string& line);
  void show_phase(const std::string& what);

  Progress progress_;
  std::function<void(std::string_view)> out_;
  LoadMoment moment_;
  bool shown_ = false;
};

}  // namespace suite
