// The flags of `suite load` that an HTTP target has, and no other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/load_settings.h"
#include "client/target.h"
#include "cmd/cli/command_line.h"

namespace suite {

/// As they stood on the command line.
struct RawHttpFlags {
  bool no_keepalive = false;
  std::string method = "GET";
  std::vector<std::string> headers;
  std::optional<std::string> body, urls, ok_status;
};

void declare_http(CommandLine& line, RawHttpFlags& raw);

/// The first of them that was given; nothing where none was.
std::optional<std::string_view> given_http_flag(const CommandLine& line);

/// Where HTTP goes, and what decides which statuses are no error where nobody says so.
struct HttpTarget {
  const TargetName& name;
  bool every_status = false;  // a report counts them all as complete
};

/// Puts them into the plan and the settings, with the requests as they will be sent. What is wrong with them,
/// as a line for the user.
std::optional<std::string> apply_http(const RawHttpFlags& raw, const HttpTarget& target,
                                      LoadSettings& settings);

}  // namespace suite
