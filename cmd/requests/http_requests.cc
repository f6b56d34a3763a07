#include "cmd/requests/http_requests.h"

#include <fmt/format.h>

#include <expected>
#include <span>
#include <utility>

#include "client/http/request_text.h"
#include "cmd/cli/read_file.h"
#include "cmd/version.h"
#include "common/base/byte_order_mark.h"
#include "common/http/scan.h"

namespace suite {
namespace {

// A request stands in memory once per URL and thread.
constexpr std::size_t kMostRequestBytes = std::size_t{1} << 30;

// The path of a line of --urls.
std::expected<std::string, std::string> path_of(std::string_view line, const TargetName& target) {
  if (line.starts_with('/')) return parse_path(line);
  const auto url = parse_target(line);
  if (!url && line.contains("://")) return std::unexpected(url.error());
  if (!url || !url->is_http()) return std::unexpected("it is neither a path (/x) nor an http:// URL");
  if (url->tls != target.tls) return std::unexpected("TLS is TARGET's matter: all URLs have its scheme");
  if (!is_same_server(*url, target)) {
    return std::unexpected(fmt::format("all of them go to TARGET's host, {}", target.to_string()));
  }
  return url->path;
}

std::expected<std::vector<std::string>, std::string> read_paths(const std::string& file,
                                                                const TargetName& target) {
  const auto text = read_input(file);
  if (!text) return std::unexpected("--urls: " + text.error());
  std::vector<std::string> paths;
  std::string_view rest = without_byte_order_mark(*text);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t newline = rest.find('\n');
    std::string_view line = rest.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trimmed(line);
    rest = newline == std::string_view::npos ? std::string_view() : rest.substr(newline + 1);
    if (line.empty() || line.starts_with('#')) continue;
    auto path = path_of(line, target);
    if (!path) return std::unexpected(fmt::format("--urls: {}, line {}: {}", file, number, path.error()));
    paths.push_back(std::move(*path));
  }
  if (paths.empty()) return std::unexpected(fmt::format("--urls: '{}' holds no URL", file));
  return paths;
}

Complaint apply_paths(const HttpFlags& flags, const TargetName& target, std::vector<std::string>& paths) {
  paths = {target.path};
  if (!flags.urls) return std::nullopt;
  if (target.path != "/") {
    return fmt::format("TARGET has the path {} and --urls gives others: give TARGET without a path",
                       target.path);
  }
  auto read = read_paths(*flags.urls, target);
  if (!read) return read.error();
  paths = std::move(*read);
  return std::nullopt;
}

Complaint apply_headers(const HttpFlags& flags, std::vector<HttpHeader>& headers) {
  for (const std::string& text : flags.headers) {
    auto header = parse_header(text);
    if (!header) return "--header: " + header.error();
    headers.push_back(std::move(*header));
  }
  return std::nullopt;
}

Complaint apply_body(const HttpFlags& flags, std::string& body) {
  if (!flags.body) return std::nullopt;
  if (!flags.body->starts_with('@')) {
    body = *flags.body;
    return std::nullopt;
  }
  auto read = read_input(flags.body->substr(1));
  if (!read) return "--body: " + read.error();
  if (read->empty() && flags.body == "@-") return "--body: stdin is empty; an empty body is --body ''";
  body = std::move(*read);
  return std::nullopt;
}

Complaint apply_statuses(const HttpFlags& flags, const HttpTarget& target, HttpPlan& plan) {
  if (target.every_status) plan.ok = statuses(100, 999);
  if (!flags.ok_status) return std::nullopt;
  const auto ok = parse_statuses(*flags.ok_status);
  if (!ok) return "--ok-status: " + ok.error();
  plan.ok = *ok;
  return std::nullopt;
}

// After a request with Connection: close there is no other on the connection (RFC 9112 9.6).
Complaint apply_keep_alive(const HttpFlags& flags, std::span<const HttpHeader> headers, LoadPlan& plan) {
  const bool asked = has_connection_option(headers, "close");
  plan.keep_alive = !flags.no_keepalive && !asked;
  if (plan.keep_alive) return std::nullopt;
  if (has_connection_option(headers, "keep-alive")) {
    return asked ? "--header: Connection: close and keep-alive exclude each other"
                 : "--no-keepalive and --header 'Connection: keep-alive' exclude each other";
  }
  const std::string_view flag = flags.no_keepalive ? "--no-keepalive" : "--header 'Connection: close'";
  if (plan.depth > 1)
    return fmt::format("{} and --depth exclude each other: a connection carries one request", flag);
  if (plan.per_conn)
    return fmt::format("{} and --per-conn exclude each other: a connection carries one request", flag);
  return std::nullopt;
}

Complaint check_method(const HttpFlags& flags) {
  if (!is_usable_method(flags.method_or_get())) {
    return fmt::format("--method: '{}' is not a method for a page: give GET, HEAD, POST, ...", *flags.method);
  }
  if (flags.method == "TRACE" && flags.body) return "--body: a TRACE has none (RFC 9110 9.3.8)";
  return std::nullopt;
}

// Requests that differ in their paths alone. Gives the bytes of the body that they have.
std::expected<std::uint64_t, std::string> add_requests(const HttpFlags& flags, const TargetName& target,
                                                       const SharedParts& shared, HttpPlan& plan) {
  if (flags.body == "@-" && flags.urls == "-") {
    return std::unexpected("--body @- and --urls - both read stdin: give one of them a file");
  }
  std::string body;
  std::vector<std::string> paths;
  if (auto complaint = check_method(flags)) return std::unexpected(std::move(*complaint));
  if (auto complaint = apply_body(flags, body)) return std::unexpected(std::move(*complaint));
  if (auto complaint = contradiction_in(shared.headers, body.size())) {
    return std::unexpected("--header: " + *complaint);
  }
  if (auto complaint = apply_paths(flags, target, paths)) return std::unexpected(std::move(*complaint));
  if (paths.size() > kMostRequestBytes / (body.size() + 1)) {
    return std::unexpected(
        fmt::format("--body: {} bytes for each of {} URLs are too many; at most 1 GiB in all", body.size(),
                    paths.size()));
  }
  const std::string method = flags.method_or_get();
  plan.to_head = method == "HEAD";
  for (const std::string& path : paths) {
    plan.requests.push_back(request_text({.method = method,
                                          .path = path,
                                          .authority = shared.authority,
                                          .user_agent = shared.user_agent,
                                          .headers = shared.headers,
                                          .body = body,
                                          .has_body = flags.body.has_value(),
                                          .close = shared.close}));
  }
  return body.size();
}

}  // namespace

Complaint apply_http(const HttpFlags& flags, const HttpTarget& target, LoadSettings& settings) {
  HttpPlan plan;
  std::vector<HttpHeader> headers;
  if (auto complaint = apply_headers(flags, headers)) return complaint;
  if (auto complaint = apply_keep_alive(flags, headers, settings.plan)) return complaint;
  if (auto complaint = apply_statuses(flags, target, plan)) return complaint;
  const std::string agent = "suite/" + version_number(), authority = target.name.authority();
  const SharedParts shared{
      .headers = headers, .authority = authority, .user_agent = agent, .close = !settings.plan.keep_alive};
  const auto body_bytes = target.targets != nullptr ? add_requests(*target.targets, shared, plan)
                                                    : add_requests(flags, target.name, shared, plan);
  if (!body_bytes) return body_bytes.error();
  settings.http = {.name = target.name,
                   .method = flags.method_or_get(),
                   .headers = flags.headers,
                   .body = flags.body,
                   .body_bytes = *body_bytes,
                   .urls = flags.urls,
                   .targets = flags.targets,
                   .url_count = plan.requests.size(),
                   .ok_status = flags.ok_status.value_or(target.every_status ? "1xx-9xx" : "1xx-3xx")};
  settings.plan.protocol = std::move(plan);
  return std::nullopt;
}

}  // namespace suite
