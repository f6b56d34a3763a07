// The flags of `suite serve-http`.
#pragma once

#include <chrono>

#include "cmd/cli/option.h"
#include "cmd/serve/serve_options.h"
#include "servers/protocols/http/http_options.h"

namespace suite {

struct ServeHttpFlags {
  HttpOptions http{.root = ".", .server_name = {}};
  ServeFlags server{.port = 8080, .idle_timeout = std::chrono::seconds(60)};
};

OptionTable serve_http_table(ServeHttpFlags& flags);

/// A root that cannot be read, a log that cannot be written, or HTTP/2 alone in a build without it.
Complaint check_http_flags(const HttpOptions& http);

/// Why the root cannot be reopened; nothing if it can.
Complaint check_root_again(const std::string& root);

}  // namespace suite
