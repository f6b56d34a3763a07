#include "cmd/load/load_http_options.h"

#include <utility>

#include "cmd/load/load_needs.h"
#include "cmd/load/short_text.h"

namespace suite {

using namespace load_needs;

OptionGroup http_group(HttpFlags& flags, const LoadSettings& settings) {
  constexpr std::string_view kOfEach = "each request of the list has its own";
  const HttpSettings http = settings.http.value_or(HttpSettings{});
  const bool is_http2 = std::holds_alternative<Http2Plan>(settings.plan.protocol);
  const auto if_http = [&settings](Setting setting) {
    return settings.http ? std::move(setting) : Setting();
  };
  return {
      .title = "HTTP",
      .options = {
          {.name = "--http",
           .takes = "VERSION",
           .value = values::named(
               flags.version, {{"auto", HttpChoice::kAuto}, {"1.1", HttpChoice::k11}, {"2", HttpChoice::k2}}),
           .help = "HTTP: 1.1, 2, or auto: over TLS what the server prefers, otherwise 1.1",
           .needs = {&kHttp},
           .config = {{"http.version", if_http(is_http2 ? "2" : "1.1")}},
           .setting = is_http2                             ? "--http 2"
                      : settings.plan.tls && settings.http ? "--http 1.1"
                                                           : ""},
          {.name = "--no-keepalive",
           .value = values::toggle(flags.no_keepalive),
           .help = "HTTP: a new connection for each request",
           .needs = {&kHttp},
           .config = {{"http.no_keepalive", if_http(!settings.plan.keep_alive)}}},
          {.name = "--method",
           .letter = 'X',
           .takes = "NAME",
           .value = values::text(flags.method),
           .help = "HTTP: the method",
           .unset = "GET",
           .needs = {&kHttp},
           .config = {{"http.method", http.targets ? Setting() : if_http(http.method)}}},
          {.name = "--header",
           .letter = 'H',
           .takes = "LINE",
           .value = values::list(flags.headers),
           .help = "HTTP: \"Name: value\"; may be repeated",
           .needs = {&kHttp},
           .config = {{"http.headers", if_http(http.headers)}}},
          {.name = "--body",
           .letter = 'b',
           .takes = "S|@FILE",
           .value = values::text(flags.body),
           .help = "HTTP: this text, or what the file holds; @- is stdin",
           .needs = {&kHttp},
           .config = {{"http.body", http.body}, {"http.body_bytes", if_http(http.body_bytes)}},
           .setting = http.body ? "--body " + short_text(*http.body) : ""},
          {.name = "--urls",
           .takes = "FILE",
           .value = values::text(flags.urls),
           .help = "HTTP: one path per line, in turn over all connections",
           .needs = {&kHttp},
           .config = {{"http.urls", http.urls}, {"http.url_count", if_http(http.url_count)}}},
          {.name = "--targets",
           .takes = "FILE",
           .value = values::text(flags.targets),
           .help = "HTTP: requests in turn, with headers and bodies, in vegeta's formats",
           .needs = {&kHttp},
           .excludes = {{"--method", kOfEach}, {"--body", kOfEach}, {"--urls", kOfEach}},
           .config = {{"http.targets", http.targets}}},
          {.name = "--ok-status",
           .takes = "LIST",
           .value = values::text(flags.ok_status),
           .help = "HTTP: statuses that count as success: 404, 4xx, 200-299",
           .unset = "1xx-3xx",
           .rare = true,
           .needs = {&kHttp},
           .config = {{"http.ok_status", if_http(http.ok_status)}}},
      }};
}

}  // namespace suite
