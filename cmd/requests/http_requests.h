// What is asked of an HTTP server, for the verbs that ask: from words on the command line to requests as
// sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/load_settings.h"
#include "client/target.h"
#include "cmd/cli/option.h"
#include "cmd/requests/targets_file.h"

namespace suite {

/// Which HTTP is spoken.
enum class HttpChoice : std::uint8_t {
  kAuto,  // over TLS what the server chooses (ALPN), otherwise 1.1
  k11,
  k2,
};

/// As they stood on the command line.
struct HttpFlags {
  HttpChoice version = HttpChoice::kAuto;
  bool no_keepalive = false;
  std::optional<std::string> method;  // GET
  std::vector<std::string> headers;
  std::optional<std::string> body, urls, targets, ok_status;

  std::string method_or_get() const { return method.value_or("GET"); }
};

/// Where HTTP goes, and what decides which statuses are no error where nobody says so.
struct HttpTarget {
  const TargetName& name;
  const TargetsFile* targets = nullptr;  // what is requested there, if it was given as such
  bool every_status = false;             // a report counts them all as complete
};

/// Puts them into the plan and the settings, with the requests as they will be sent.
Complaint apply_http(const HttpFlags& flags, const HttpTarget& target, LoadSettings& settings);

}  // namespace suite
