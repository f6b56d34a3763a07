#include "cmd/report/formats.h"

#include <array>

namespace suite::report {
namespace {

constexpr std::array kFormats{
    Format{.name = "html", .extension = ".html", .render = &html_report},
    Format{.name = "md", .extension = ".md", .render = &markdown_report},
    Format{.name = "csv", .extension = ".csv", .render = &csv_report},
    Format{.name = "github", .extension = ".json", .render = &github_report},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

}  // namespace suite::report
