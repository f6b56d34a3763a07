#include "cmd/report/load_curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace suite::report {
namespace {

constexpr double kBinsPerDecade = 20;

double seconds_or(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

std::vector<LoadCurve::Second> series_of(const results::LoadRun& run) {
  std::vector<LoadCurve::Second> series;
  double end = 0;
  for (const SeriesPoint& point : run.series) {
    end += seconds_or(point.length);
    // A last second that is only a moment long says nothing of the rate.
    if (seconds_or(point.length) < 0.2 && !series.empty()) continue;
    series.push_back({.end = end, .rps = point.rate(), .p50 = {}, .p99 = {}});
    if (point.p50) series.back().p50 = seconds_or(*point.p50);
    if (point.p99) series.back().p99 = seconds_or(*point.p99);
  }
  return series;
}

int bin_of(double nanoseconds) {
  return static_cast<int>(std::floor(std::log10(std::max(nanoseconds, 1.0)) * kBinsPerDecade));
}

double edge_of(int bin) { return std::pow(10, bin / kBinsPerDecade) / 1e9; }

}  // namespace

std::vector<LoadCurve::Bin> latency_bins(const results::Distribution& distribution) {
  const LatencyHistogram histogram = results::histogram_of(distribution);
  std::vector<LoadCurve::Bin> bins;
  if (histogram.count() == 0) return bins;
  const auto total = static_cast<double>(histogram.count());
  const int first = bin_of(static_cast<double>(histogram.min()->count())),
            last = bin_of(static_cast<double>(histogram.max()->count()));
  for (int bin = first; bin <= last; ++bin) {
    bins.push_back({.low = edge_of(bin), .high = edge_of(bin + 1), .share = 0});
  }
  for (const auto& bucket : histogram.buckets()) {
    const auto at = std::clamp(bin_of(static_cast<double>(bucket.lowest)), first, last) - first;
    bins[static_cast<std::size_t>(at)].share += static_cast<double>(bucket.count) / total;
  }
  return bins;
}

std::vector<LoadCurve> load_curves(const std::string& label, const results::LoadDocument& document) {
  std::vector<LoadCurve> curves;
  for (const results::LoadRun& run : document.runs) {
    LoadCurve curve{.name = label, .series = series_of(run), .latency = {}};
    if (document.runs.size() > 1) curve.name += fmt::format(", run {}", curves.size() + 1);
    if (run.latency) curve.latency = latency_bins(*run.latency);
    curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace suite::report
