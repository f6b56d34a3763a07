// What --targets names: requests that each have their own method, URL, headers and body.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/http/request_list.h"
#include "client/load_plan.h"
#include "client/target.h"

namespace suite {

/// The list, and what its URLs say; at least one.
struct TargetsFile {
  std::string name;  // as given
  std::vector<ListedRequest> requests;
  std::vector<std::string> paths;  // of their URLs
  TargetName server;               // where all of them go; its path is "/"
};

/// Reads a list for `server`, or for that of its first URL. The error begins with the flag, and names the
/// line.
std::expected<TargetsFile, std::string> read_targets(const std::string& file,
                                                     const std::optional<TargetName>& server);

/// What requests of a list have besides what stands there.
struct SharedParts {
  const std::vector<HttpHeader>& headers;  // of a request that has none of that name
  std::string_view authority, user_agent;
  bool close = false;  // each is its connection's last
};

/// Puts the requests into the plan, as they are sent. The bytes of all bodies together, or what is wrong, as
/// above.
std::expected<std::uint64_t, std::string> add_requests(const TargetsFile& targets, const SharedParts& shared,
                                                       HttpPlan& plan);

}  // namespace suite
