// What tells a cell of a comparison from the others: which point of a sweep it is, and which load it is
// under.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suite::results {

/// What a sweep varies.
enum class Axis : std::uint8_t { kConns, kDepth, kSize, kWorkers };

/// As flags and documents name it: "conns", "depth", "size", "workers".
std::string_view name_of(Axis axis);
/// In words, for the axis of a chart: "connections", "requests in flight per connection".
std::string_view title_of(Axis axis);
/// Nothing where there is none of that name.
std::optional<Axis> find_axis(std::string_view name);
/// "1,024 connections", "16 requests in flight per connection", "64 workers".
std::string value_text(Axis axis, std::uint64_t value);

/// One of a sweep.
struct SweepPoint {
  Axis axis = Axis::kConns;
  std::uint64_t value = 0;

  bool operator==(const SweepPoint&) const = default;
};

/// Of an open loop: how much is asked for. One of both is set.
struct LoadLevel {
  std::optional<double> share;  // of each contestant's own maximum: 0.8
  std::optional<double> rate;   // requests per second, the same for all

  bool operator==(const LoadLevel&) const = default;
};

/// "80 % of its own maximum", "5,000 requests/s".
std::string level_text(const LoadLevel& level);

struct BenchSection;

/// The cell's name, the same in every report: "echo-d1, 100 connections, 4 workers", "echo-d1, 100
/// connections, 80 % of its own maximum".
std::string cell_name(const BenchSection& section);

}  // namespace suite::results
