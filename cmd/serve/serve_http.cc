// suite serve-http: an HTTP server of static files on a chosen backend.
#include <memory>
#include <utility>

#include "cmd/cli/option_parser.h"
#include "cmd/serve/serve.h"
#include "cmd/serve/serve_http_options.h"
#include "cmd/verbs.h"
#include "cmd/version.h"
#include "servers/protocols/http/kept_files.h"
#include "servers/protocols/http_protocol.h"

namespace suite {

int run_serve_http(int argc, const char* const* argv) {
  ServeHttpFlags flags;
  const OptionTable table = serve_http_table(flags);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  if (const auto complaint = check_http_flags(flags.http)) {
    return finish(table.verb, usage_error(table.verb, *complaint));
  }
  HttpOptions& http = flags.http;
  http.server_name = "suite/" + version_number();
  const auto kept = std::make_shared<KeptFiles>(http.root, http.access_log);
  http.kept = kept;
  return serve_until_stopped(table.verb, flags.server,
                             {.make_protocol =
                                  [&http](const ServeOptions& options) {
                                    http.idle_timeout = options.idle_timeout;
                                    http.send_timeout = options.send_timeout;
                                    return http_protocol(http);
                                  },
                              .protocols = http_alpn(http.version),
                              .handshake_timeout = http.header_timeout,
                              .client_speaks_first = true,
                              .heeds_hangup = true,
                              .on_hangup =
                                  [&http, &kept] {
                                    kept->reopen();
                                    return check_root_again(http.root);
                                  }});
}

}  // namespace suite
