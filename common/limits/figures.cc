#include "common/limits/figures.h"

#include <algorithm>
#include <array>

namespace suite::limits {
namespace {

constexpr std::array kFigures{
    FigureTraits{.figure = Figure::kEcho, .name = "echo-d1", .title = "echo, 1 in flight"},
    FigureTraits{.figure = Figure::kEchoPipelined, .name = "echo-d16", .title = "echo, 16 in flight"},
    FigureTraits{.figure = Figure::kHttp, .name = "http-d1", .title = "HTTP, 1 in flight"},
    FigureTraits{.figure = Figure::kHttpPipelined, .name = "http-d16", .title = "HTTP, 16 in flight"},
    FigureTraits{.figure = Figure::kHttpClose, .name = "http-close", .title = "HTTP, new connection"},
    FigureTraits{.figure = Figure::kHttpLarge,
                 .name = "http-large",
                 .title = "... of 954,824 bytes",
                 .bytes = kLargeBytes},
    FigureTraits{.figure = Figure::kBulk, .name = "bulk", .title = "bulk from memory", .bytes = kLargeBytes},
    FigureTraits{.figure = Figure::kWakeUp, .name = "wake-up", .title = "wake-up and back"},
    FigureTraits{.figure = Figure::kCopy, .name = "copy", .title = "memory copy", .bytes = kLargeBytes},
    FigureTraits{
        .figure = Figure::kTool,
        .name = "tool",
        .title = "suite load itself",
    },
};

}  // namespace

std::span<const FigureTraits> figures() { return kFigures; }

const FigureTraits& traits_of(Figure figure) {
  return *std::ranges::find(kFigures, figure, &FigureTraits::figure);
}

std::optional<Figure> find_figure(std::string_view name) {
  const auto* const found = std::ranges::find(kFigures, name, &FigureTraits::name);
  return found == kFigures.end() ? std::nullopt : std::optional(found->figure);
}

}  // namespace suite::limits
