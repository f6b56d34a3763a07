#include "cmd/load/load_http_version.h"

#include <utility>
#include <variant>

#include "client/drivers/http2_probe.h"
#include "client/http/http2_plan.h"
#include "client/workloads/http2/http2.h"

namespace suite {
namespace {

constexpr std::string_view kHttp11 = "http/1.1", kHttp2 = "h2";  // RFC 7301 6, RFC 9113 3.2

bool is_http2(const LoadPlan& plan) { return std::holds_alternative<Http2Plan>(plan.protocol); }

}  // namespace

Complaint settle_http_version(HttpChoice version, LoadOptions& options) {
  const bool demanded = version == HttpChoice::k2;
  const bool offered = version == HttpChoice::kAuto && options.target.tls;
  if (!demanded && !offered) return std::nullopt;
  LoadPlan& plan = options.settings.plan;
  const auto usable = check_http2();
  auto http2 = http2_plan(std::get<HttpPlan>(plan.protocol), options.target.tls ? "https" : "http");
  if (!demanded) {  // a request that HTTP/2 cannot say is said in 1.1
    if (usable && http2) options.if_http2 = std::move(*http2);
    return std::nullopt;
  }
  if (!usable) return "--http 2: " + usable.error().one_line();
  if (!http2) return "--http 2: " + http2.error();
  plan.protocol = std::move(*http2);
  return std::nullopt;
}

std::vector<std::string> protocols_offered(const LoadOptions& options) {
  if (!options.target.is_http()) return {};
  if (is_http2(options.settings.plan)) return {std::string(kHttp2)};
  if (options.if_http2) return {std::string(kHttp2), std::string(kHttp11)};
  return {std::string(kHttp11)};
}

// What was chosen once is what each connection asks for.
std::expected<void, Error> heed_choice(const std::string& chose, LoadOptions& options) {
  LoadPlan& plan = options.settings.plan;
  if (!is_http2(plan) && options.if_http2 && chose == kHttp2) plan.protocol = *std::move(options.if_http2);
  options.if_http2.reset();
  plan.tls->protocols = protocols_offered(options);
  if (!is_http2(plan) || chose == kHttp2) return {};
  return std::unexpected(Error{.what = "speak HTTP/2 with " + options.target.to_string(),
                               .why = "the server does not choose it in the TLS handshake (ALPN)",
                               .advice = "give --http 1.1"});
}

std::expected<void, Error> check_http2_in_the_clear(const LoadOptions& options, const EventFd& interrupt) {
  const LoadPlan& plan = options.settings.plan;
  if (!is_http2(plan) || plan.tls) return {};
  return try_http2({.name = options.target, .endpoint = plan.target, .timeout = plan.timeout}, interrupt);
}

}  // namespace suite
