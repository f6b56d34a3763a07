// The small files of /proc and /sys, read below any root.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace suite::diagnosis {

/// A file's first line; empty where it cannot be read.
std::string first_line(const std::filesystem::path& file);

/// The number that a file holds.
std::optional<std::uint64_t> number_in(const std::filesystem::path& file);

/// The first line that begins so; empty where there is none.
std::string line_of(const std::filesystem::path& file, std::string_view start);

/// The number that `text` begins with, after blanks.
std::optional<std::uint64_t> leading_number(std::string_view text);

/// What follows `name` and its colon, without the blanks around: of /proc/PID/status and /proc/cpuinfo, which
/// have a line for each. The first such line counts; empty where there is none.
std::string field_in(const std::filesystem::path& file, std::string_view name);

}  // namespace suite::diagnosis
