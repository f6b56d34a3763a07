#include "cmd/requests/targets_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "client/http/request_text.h"
#include "cmd/cli/read_file.h"
#include "common/base/byte_order_mark.h"
#include "common/base/shell_quoted.h"

namespace suite {
namespace {

// A request stands in memory once, and once more per thread.
constexpr std::size_t kMostBytes = std::size_t{1} << 30;

std::string at_line(std::string_view file, std::size_t line, std::string_view why) {
  return fmt::format("--targets: {}, line {}: {}", file, line, why);
}

std::expected<TargetName, std::string> parse_url(const std::string& url) {
  auto target = parse_target(url);
  const bool absolute = url.contains("://") || url.starts_with("http+unix:");
  if (!absolute)
    return std::unexpected(
        fmt::format("{} is no whole URL: give http://HOST/path", shell_quoted_beginning(url)));
  if (!target) return std::unexpected(fmt::format("{}: {}", shell_quoted_beginning(url), target.error()));
  if (!target->is_http())
    return std::unexpected(fmt::format("{} is no URL of HTTP", shell_quoted_beginning(url)));
  return *std::move(target);
}

// The paths of all URLs, and the server if that is still to be found out.
std::optional<std::string> read_urls(TargetsFile& targets, std::optional<TargetName> server) {
  for (const ListedRequest& request : targets.requests) {
    auto url = parse_url(request.url);
    if (!url) return at_line(targets.name, request.line, url.error());
    if (server && !is_same_server(*url, *server)) {
      return at_line(targets.name, request.line,
                     fmt::format("all requests go to one host, which is {}{}", server->tls ? "https://" : "",
                                 server->to_string()));
    }
    if (!server) server = *url;
    targets.paths.push_back(std::move(url->path));
  }
  targets.server = *std::move(server);
  targets.server.path = "/";
  return std::nullopt;
}

std::vector<HttpHeader> headers_of(const ListedRequest& request, const std::vector<HttpHeader>& shared) {
  std::vector<HttpHeader> headers = request.headers;
  for (const HttpHeader& header : shared) {
    if (!has_header(request.headers, header.name)) headers.push_back(header);
  }
  return headers;
}

std::optional<std::string> contradiction_in(const ListedRequest& request, std::vector<HttpHeader>& headers,
                                            bool close) {
  if (close && has_connection_option(headers, "keep-alive")) {
    return "Connection: keep-alive and --no-keepalive exclude each other";
  }
  return contradiction_in(headers, request.body ? request.body->size() : 0);
}

}  // namespace

std::expected<TargetsFile, std::string> read_targets(const std::string& file,
                                                     const std::optional<TargetName>& server) {
  const auto text = read_input(file);
  if (!text) return std::unexpected("--targets: " + text.error());
  const ReadBody read_body = [](const std::string& path) -> std::expected<std::string, std::string> {
    auto body = read_file(path);
    if (body) return body;
    return std::unexpected(fmt::format("cannot read {}: {}", shell_quoted_beginning(path), body.error()));
  };
  auto requests = parse_request_list(without_byte_order_mark(*text), read_body, kMostBytes);
  if (!requests) return std::unexpected(at_line(file, requests.error().line, requests.error().why));
  if (requests->empty()) return std::unexpected(fmt::format("--targets: '{}' holds no request", file));
  TargetsFile targets{.name = file, .requests = std::move(*requests), .paths = {}, .server = {}};
  if (auto complaint = read_urls(targets, server)) return std::unexpected(std::move(*complaint));
  return targets;
}

std::expected<std::uint64_t, std::string> add_requests(const TargetsFile& targets, const SharedParts& shared,
                                                       HttpPlan& plan) {
  std::size_t bytes = 0, body_bytes = 0, heads = 0;
  for (std::size_t i = 0; i < targets.requests.size(); ++i) {
    const ListedRequest& request = targets.requests[i];
    std::vector<HttpHeader> headers = headers_of(request, shared.headers);
    if (auto complaint = contradiction_in(request, headers, shared.close)) {
      return std::unexpected(at_line(targets.name, request.line, *complaint));
    }
    const bool has_body = request.body != nullptr;
    plan.requests.push_back(request_text({.method = request.method,
                                          .path = targets.paths[i],
                                          .authority = shared.authority,
                                          .user_agent = shared.user_agent,
                                          .headers = std::move(headers),
                                          .body = has_body ? *request.body : std::string_view(),
                                          .has_body = has_body,
                                          .close = shared.close}));
    plan.heads.push_back(request.method == "HEAD");
    heads += plan.heads.back() ? 1 : 0;
    bytes += plan.requests.back().size();
    body_bytes += has_body ? request.body->size() : 0;
    if (bytes > kMostBytes) {
      return std::unexpected(
          at_line(targets.name, request.line, "the requests up to here have more than 1 GiB in all"));
    }
  }
  plan.to_head = heads == targets.requests.size();
  if (plan.to_head || heads == 0) plan.heads.clear();
  return body_bytes;
}

}  // namespace suite
