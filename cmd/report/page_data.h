// What the scripts of a report's page draw, as JSON that can stand in a <script> element.
#pragma once

#include <span>
#include <string>

#include "cmd/report/content.h"

namespace suite::report {

/// Values in the units of the axes. In a text `<` is written as an escape, so that nothing ends the element.
std::string page_data(const Content& content);

/// How much of the documents a page carries, so that it can be sent by mail.
inline constexpr std::size_t kMostRawBytes = 2'000'000;

/// The documents as [{"file", "text"}]; [] where they are larger together.
std::string page_raw_data(std::span<const Source> sources);
bool carries_raw_data(std::span<const Source> sources);

}  // namespace suite::report
