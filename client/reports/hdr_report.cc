#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "client/reports/report.h"

namespace suite {
namespace {

using Text = std::back_insert_iterator<std::string>;

constexpr double kNanosecondsPerUnit = 1e6;  // ms: what wrk2 writes, and the plotter expects unless told
constexpr double kTicksPerHalfDistance = 5;

// The percent at which HdrHistogram's percentile iterator stops after `percent`: a fifth of the way from the
// last halving of the distance to 100 % (0, 50, 75, 87.5 ...) to the next one.
double next_percent(double percent) {
  const double halvings = std::floor(std::log2(100 / (100 - percent)));
  return percent + 100 / (kTicksPerHalfDistance * std::exp2(halvings + 1));
}

void add_row(Text out, double value, double percent, std::uint64_t seen) {
  fmt::format_to(out, "{:12.6f} {:14.12f} {:10}", value, percent / 100, seen);
  // The last row has no fourth column: it would be infinite.
  if (percent < 100) fmt::format_to(out, " {:14.2f}", 1 / (1 - percent / 100));
  fmt::format_to(out, "\n");
}

void add_rows(Text out, const LatencyHistogram& latency) {
  if (latency.count() == 0) return;
  const auto total = static_cast<double>(latency.count());
  const auto most = static_cast<std::uint64_t>(latency.max()->count());
  double percent = 0;
  std::uint64_t seen = 0;
  for (const auto& bucket : latency.buckets()) {
    seen += bucket.count;
    const std::uint64_t value = std::min(LatencyHistogram::highest_equivalent(bucket.lowest), most);
    // The steps grow finer without an end: in the last bucket, where all have been seen, only one is taken.
    while (100 * static_cast<double>(seen) / total >= percent) {
      add_row(out, static_cast<double>(value) / kNanosecondsPerUnit, percent, seen);
      percent = next_percent(percent);
      if (seen == latency.count()) break;
    }
  }
  add_row(out, static_cast<double>(most) / kNanosecondsPerUnit, 100, seen);
}

}  // namespace

std::string hdr_report(const LatencyHistogram& latency) {
  // The geometry in HdrHistogram's terms: buckets that each double the one before, in so many parts.
  constexpr int kDoublings = LatencyHistogram::kRangeBits - LatencyHistogram::kLinearBits + 1;
  constexpr int kParts = 1 << LatencyHistogram::kLinearBits;
  std::string text =
      fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
  const Text out(text);
  add_rows(out, latency);
  const auto longest = latency.max().value_or(std::chrono::nanoseconds(0));
  fmt::format_to(out, "#[Mean    = {:12.6f}, StdDeviation   = {:12.6f}]\n",
                 latency.mean().value_or(0) / kNanosecondsPerUnit,
                 latency.stddev().value_or(0) / kNanosecondsPerUnit);
  fmt::format_to(out, "#[Max     = {:12.6f}, Total count    = {:12}]\n",
                 static_cast<double>(longest.count()) / kNanosecondsPerUnit, latency.count());
  fmt::format_to(out, "#[Buckets = {:12}, SubBuckets     = {:12}]\n", kDoublings, kParts);
  return text;
}

}  // namespace suite
