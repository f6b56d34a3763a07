// The flags of `suite load` that an HTTP target has, and no other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/load_settings.h"
#include "client/target.h"
#include "cmd/cli/option.h"

namespace suite {

/// As they stood on the command line.
struct HttpFlags {
  bool no_keepalive = false;
  std::string method = "GET";
  std::vector<std::string> headers;
  std::optional<std::string> body, urls, ok_status;
};

OptionGroup http_group(HttpFlags& flags, const LoadSettings& settings);

/// Where HTTP goes, and what decides which statuses are no error where nobody says so.
struct HttpTarget {
  const TargetName& name;
  bool every_status = false;  // a report counts them all as complete
};

/// Puts them into the plan and the settings, with the requests as they will be sent.
Complaint apply_http(const HttpFlags& flags, const HttpTarget& target, LoadSettings& settings);

}  // namespace suite
