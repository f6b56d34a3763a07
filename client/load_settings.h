// What a user asked for, as it was given: reports show it, and programs repeat it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/gates/gates.h"
#include "client/load_plan.h"
#include "client/target.h"

namespace suite {

/// What a user asked for of HTTP, as flags.
struct HttpSettings {
  TargetName name;
  std::string method;  // of all requests, unless they are those of `targets`
  std::vector<std::string> headers;
  std::optional<std::string> body;     // as given: a text, or @FILE
  std::uint64_t body_bytes = 0;        // of a request; of those of `targets`, all together
  std::optional<std::string> urls;     // the file's name
  std::optional<std::string> targets;  // the file's name: each request has its own method, headers and body
  std::uint64_t url_count = 1;         // requests that are taken in turn
  std::string ok_status;
};

/// What is sent where it is no HTTP, and what is to come back, where that is no echo.
struct PayloadSettings {
  std::string flags;  // where it comes from: "--size 64", "--file body.bin"
  std::uint64_t bytes = 0;
  std::optional<std::string> reply;  // as given: a text, or @FILE
  std::optional<std::uint64_t> reply_bytes;
  std::optional<std::string> reply_ends;      // as given
  bool escapes = false;                       // the texts are written with those of C
  std::optional<std::string_view> unescaped;  // the flag whose text looks so, where they are not
};

/// What a user asked for beyond one run's plan.
struct LoadSettings {
  LoadPlan plan;
  std::string command;                     // that repeats the run, in one line: for a report's headline
  std::string target;                      // as given; the address that answered is in the plan
  std::vector<std::string> resolve;        // addresses for the target's name, as given
  std::optional<PayloadSettings> payload;  // either this
  std::optional<HttpSettings> http;        // or this
  std::uint64_t runs = 1;
  std::vector<Gate> gates;
  std::vector<Condition> find_max;  // instead of runs: the highest rate is searched at which all of them hold
};

}  // namespace suite
