#include "client/reports/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/units.h"

namespace suite {
namespace {

std::optional<double> per_request(std::chrono::nanoseconds cpu, std::uint64_t completed) {
  if (completed == 0) return std::nullopt;
  return static_cast<double>(cpu.count()) / static_cast<double>(completed);
}

// Behind a number, which a name alone could be mistaken to go with: "939 status".
std::string_view phrase_of(std::string_view kind) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPhrases{
      {{"connect", "could not connect"},
       {"closed_early", "closed early"},
       {"timeout", "timed out"},
       {"mismatch", "with a mismatch"},
       {"status", "with an unexpected status"},
       {"refused_stream", "with a refused stream"}}};
  for (const auto& [name, phrase] : kPhrases) {
    if (name == kind) return phrase;
  }
  return kind;
}

}  // namespace

std::string percentiles_text(const LatencyHistogram& latency, std::span<const Quantile> quantiles,
                             std::string_view also) {
  const auto add = [](std::string& list, std::string_view entry) {
    if (!list.empty()) list += ", ";
    list += entry;
  };
  std::string given, unsupported;
  for (const Quantile& quantile : quantiles) {
    const auto value = latency.percentile(quantile.share);
    if (value) {
      add(given, fmt::format("{} {}", quantile.name, format_duration(*value)));
    } else {
      add(unsupported, quantile.name);
    }
  }
  if (!also.empty()) add(given, also);
  if (unsupported.empty()) return given;
  return given + (given.empty() ? "" : "; ") + "too few samples for " + unsupported;
}

std::optional<double> client_cpu_per_request(const LoadResult& result) {
  return per_request(result.client_cpu, result.counts.completed);
}

std::optional<double> server_cpu_per_request(const LoadResult& result) {
  if (!result.server_cpu) return std::nullopt;
  return per_request(*result.server_cpu, result.counts.completed);
}

std::string kinds_text(const ErrorCounts& errors) {
  std::string text;
  for (std::size_t i = 0; i < kErrorNames.size(); ++i) {
    if (errors.by_kind[i] == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", format_count(errors.by_kind[i]),
                        phrase_of(kErrorNames[i]));
  }
  return text;
}

double share_of_core(const ThreadUse& use) {
  if (use.elapsed.count() <= 0) return 0;
  // The two clocks are read one after the other.
  return std::min(1.0, static_cast<double>(use.cpu.count()) / static_cast<double>(use.elapsed.count()));
}

std::string cpu_text(double nanoseconds) {
  if (nanoseconds < 1000) return fmt::format("{:.1f}ns", nanoseconds);
  return format_duration(std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds)));
}

std::string_view name_of(Verify verify) {
  constexpr std::array<std::string_view, 3> kNames{"full", "length", "none"};
  return kNames[static_cast<std::size_t>(verify)];
}

std::string_view name_of(RatePlan::Arrivals arrivals) {
  return arrivals == RatePlan::Arrivals::kConstant ? "constant" : "poisson";
}

std::string statuses_text(const HttpCounts& http, std::string_view separator) {
  std::string text;
  for (std::size_t code = 0; code < http.statuses.size(); ++code) {
    const std::uint64_t count = http.statuses[code];
    if (count > 0) text += fmt::format("{}{}: {}", text.empty() ? "" : separator, code, format_count(count));
  }
  return text;
}

}  // namespace suite
