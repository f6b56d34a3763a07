// The flags of `suite bench` about servers of the user's own: which, how they are started, what they are
// asked.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/bench/own_contestants.h"
#include "cmd/bench/workloads.h"
#include "cmd/cli/option.h"
#include "cmd/requests/http_requests.h"
#include "cmd/results/verdict.h"

namespace suite::bench {

/// As they stood on the command line.
struct ContestantFlags {
  std::vector<std::string> servers, urls;  // of --server and --url
  std::optional<std::string> before, after;
  std::optional<std::string> path;
  HttpFlags http;
  std::optional<std::string> ready, prepare;
  std::optional<std::chrono::nanoseconds> warmup;
  std::optional<double> fail_on_regression;  // percent
  std::string metric;                        // empty: the usual one
};

/// What they mean.
struct ContestantOptions {
  std::vector<OwnServer> servers;                // before, after, and the others in their order
  std::optional<BenchWorkload> requests;         // what those over HTTP are asked; nothing: there are none
  std::optional<std::string_view> request_flag;  // the first of those about requests that was given
  std::optional<std::string> ready_path;
  std::string prepare;
  std::optional<std::chrono::nanoseconds> warmup;
  bool before_after = false;
  std::optional<double> fail_on_regression;  // percent
  std::optional<results::Metric> metric;     // that the verdict is about; nothing: the usual one

  bool has(ServerKind kind) const;
  bool empty() const { return servers.empty(); }
};

/// Rows that put values into `flags`: who takes part and how they are judged; what they are asked.
OptionGroup own_servers_group(ContestantFlags& flags);
OptionGroup requests_group(ContestantFlags& flags);

/// What they mean together; the error is for the user, and begins with the flag.
std::expected<ContestantOptions, std::string> read_contestant_flags(const ContestantFlags& flags);

/// "[http:|echo:]NAME=COMMAND". What is wrong otherwise.
std::expected<OwnServer, std::string> parse_server(std::string_view text);

/// "NAME=http://HOST:PORT/path". What is wrong otherwise.
std::expected<OwnServer, std::string> parse_url(std::string_view text);

}  // namespace suite::bench
