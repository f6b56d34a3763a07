#include "client/judgement/outage.h"

#include <cstddef>

namespace suite {
namespace {

using std::chrono::nanoseconds;

nanoseconds length_of(std::span<const SeriesPoint> series) {
  nanoseconds sum{};
  for (const SeriesPoint& point : series) sum += point.length;
  return sum;
}

// How many seconds at the front have no reply; 0 where no request failed in them: then none was due.
std::size_t silent(std::span<const SeriesPoint> series) {
  std::size_t count = 0;
  std::uint64_t errors = 0;
  while (count < series.size() && series[count].completed == 0) errors += series[count++].errors;
  return errors > 0 ? count : 0;
}

// The second in which the outage began is left out where there is another: a part of it was silent, too.
double rate_of(std::span<const SeriesPoint> before) {
  if (before.size() > 1) before = before.first(before.size() - 1);
  double completed = 0;
  for (const SeriesPoint& point : before) completed += static_cast<double>(point.completed);
  return completed / std::chrono::duration<double>(length_of(before)).count();
}

}  // namespace

std::optional<Outage> longest_outage(std::span<const SeriesPoint> series) {
  std::optional<Outage> longest;
  bool answered = false;
  for (std::size_t i = 0; i < series.size(); ++i) {
    answered = answered || series[i].completed > 0;
    const std::size_t count = answered ? silent(series.subspan(i)) : 0;
    if (count == 0) continue;
    const nanoseconds from = length_of(series.first(i)), length = length_of(series.subspan(i, count));
    if (!longest || length > longest->to - longest->from) {
      longest = Outage{.from = from,
                       .to = from + length,
                       .until_the_end = i + count == series.size(),
                       .rate_before = rate_of(series.first(i))};
    }
    i += count - 1;
  }
  return longest;
}

}  // namespace suite
