// What a machine's loopback TCP, scheduler and memory can do at the most: the figures, in one table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace suite::limits {

enum class Figure : std::uint8_t {
  kEcho,
  kEchoPipelined,
  kHttp,
  kHttpPipelined,
  kHttpClose,
  kHttpLarge,
  kBulk,
  kWakeUp,
  kCopy,
  kTool,  // measured by those who have the load generator
};

/// Bytes of the pages of `suite bench`, as in the seeds' tests; those of the large one are of a copy in
/// memory too.
inline constexpr std::uint64_t kSmallBytes = 40, kLargeBytes = 954'824;

struct FigureTraits {
  Figure figure;
  std::string_view name;    // "echo-d16": in documents
  std::string_view title;   // "echo, 16 in flight"
  std::uint64_t bytes = 0;  // that one operation moves, where bytes per second are the point; 0: they are not
};

/// In the order of the tables.
std::span<const FigureTraits> figures();
const FigureTraits& traits_of(Figure figure);
/// Nothing where none is called so.
std::optional<Figure> find_figure(std::string_view name);

}  // namespace suite::limits
