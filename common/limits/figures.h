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

/// Bytes of the large page of `suite bench`, and of one copy in memory.
inline constexpr std::uint64_t kLargeBytes = 954'824;

struct FigureTraits {
  Figure figure;
  std::string_view name;    // "echo-d16": in documents
  std::string_view title;   // "echo, 16 in flight"
  std::uint64_t bytes = 0;  // that one operation moves, where bytes per second are the point; 0: they are not
  bool two_sided = true;    // it has a server and a client, each with CPU time of its own
  std::string_view
      meaning;  // of one operation, for the docs and the page: "a message of 12 bytes and its echo"
};

/// In the order of the tables.
std::span<const FigureTraits> figures();
const FigureTraits& traits_of(Figure figure);
/// Nothing where none is called so.
std::optional<Figure> find_figure(std::string_view name);

}  // namespace suite::limits
