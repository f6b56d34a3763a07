#include "common/limits/figures.h"

#include <algorithm>
#include <array>

namespace suite::limits {
namespace {

constexpr std::array kFigures{
    FigureTraits{.figure = Figure::kEcho,
                 .name = "echo-d1",
                 .title = "echo, 1 in flight",
                 .meaning = "a message of 12 bytes and as many back"},
    FigureTraits{.figure = Figure::kEchoPipelined,
                 .name = "echo-d16",
                 .title = "echo, 16 in flight",
                 .meaning = "the same, 16 in one segment"},
    FigureTraits{.figure = Figure::kHttp,
                 .name = "http-d1",
                 .title = "HTTP, 1 in flight",
                 .meaning = "a GET and a response with a page of 40 bytes"},
    FigureTraits{.figure = Figure::kHttpPipelined,
                 .name = "http-d16",
                 .title = "HTTP, 16 in flight",
                 .meaning = "the same, 16 in one segment"},
    FigureTraits{.figure = Figure::kHttpClose,
                 .name = "http-close",
                 .title = "HTTP, new connection",
                 .meaning = "a connection, a GET, a response with a page of 40 bytes, and its end"},
    FigureTraits{.figure = Figure::kHttpLarge,
                 .name = "http-large",
                 .title = "... of 954,824 bytes",
                 .bytes = kLargeBytes,
                 .meaning = "a connection, a GET, a response with a page of 954,824 bytes, and its end"},
    FigureTraits{.figure = Figure::kBulk,
                 .name = "bulk",
                 .title = "bulk from memory",
                 .bytes = kLargeBytes,
                 .meaning = "a page of 954,824 bytes on a connection that stays, discarded in the kernel"},
    FigureTraits{.figure = Figure::kWakeUp,
                 .name = "wake-up",
                 .title = "wake-up and back",
                 .meaning = "a thread wakes another one that sleeps, and is woken by it"},
    FigureTraits{.figure = Figure::kCopy,
                 .name = "copy",
                 .title = "memory copy",
                 .bytes = kLargeBytes,
                 .two_sided = false,
                 .meaning = "954,824 bytes, copied by one thread from memory that is in no cache"},
    FigureTraits{.figure = Figure::kTool,
                 .name = "tool",
                 .title = "suite load itself",
                 .two_sided = false,
                 .meaning = "a request of `suite load --driver null`: the load generator without a network"},
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
