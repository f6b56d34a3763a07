#include "client/http/http2_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "common/http/scan.h"

namespace suite {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string lower_case(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

// RFC 9113 8.2.2: fields that are a connection's, and TE but for trailers.
bool is_of_connection(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 5> kNames{"keep-alive", "proxy-connection", "transfer-encoding",
                                                   "upgrade", "http2-settings"};
  if (name == "te") return !equals_ignoring_case(value, "trailers");
  if (name == "connection") return !equals_ignoring_case(value, "close");
  return std::ranges::find(kNames, name) != kNames.end();
}

/// What is left of a text.
struct Text {
  std::string_view rest;

  std::string_view take_until(std::string_view end) {
    const std::size_t at = std::min(rest.find(end), rest.size());
    const std::string_view taken = rest.substr(0, at);
    rest.remove_prefix(std::min(at + end.size(), rest.size()));
    return taken;
  }
};

// What is wrong, or nothing.
std::optional<std::string> add_field(std::string_view line, Fields& fields, std::string& authority) {
  Text text{line};
  std::string name = lower_case(text.take_until(":"));
  const std::string_view value = trimmed(text.rest);
  if (is_of_connection(name, value)) {
    return fmt::format(
        "'{}: {}' is of a connection, and HTTP/2 has no such field: leave it out, or give --http 1.1", name,
        value);
  }
  if (name == "host") {
    authority = value;
  } else if (name != "connection") {
    fields.emplace_back(std::move(name), value);
  }
  return std::nullopt;
}

std::expected<Http2Plan::Request, std::string> http2_request(std::string_view request,
                                                             std::string_view scheme) {
  Text text{request};
  Text start{text.take_until("\r\n")};
  const std::string method(start.take_until(" ")), path(start.take_until(" "));
  Fields fields;
  std::string authority;
  for (std::string_view line = text.take_until("\r\n"); !line.empty(); line = text.take_until("\r\n")) {
    if (auto complaint = add_field(line, fields, authority)) return std::unexpected(std::move(*complaint));
  }
  Http2Plan::Request made{.fields = {{":method", method}, {":scheme", std::string(scheme)}, {":path", path}},
                          .body = std::string(text.rest),
                          .to_head = method == "HEAD"};
  if (!authority.empty()) made.fields.emplace_back(":authority", std::move(authority));
  std::ranges::move(fields, std::back_inserter(made.fields));
  return made;
}

}  // namespace

std::expected<Http2Plan, std::string> http2_plan(const HttpPlan& http, std::string_view scheme) {
  Http2Plan plan{.requests = {}, .ok = http.ok};
  plan.requests.reserve(http.requests.size());
  for (const std::string& request : http.requests) {
    auto made = http2_request(request, scheme);
    if (!made) return std::unexpected(std::move(made.error()));
    plan.requests.push_back(std::move(*made));
  }
  return plan;
}

}  // namespace suite
