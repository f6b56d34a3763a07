// suite serve-echo: a TCP echo server on a chosen backend.
#include "cmd/cli/option_parser.h"
#include "cmd/serve/serve.h"
#include "cmd/verbs.h"
#include "servers/protocols/echo/echo_session.h"

namespace suite {

int run_serve_echo(int argc, const char* const* argv) {
  ServeFlags flags;
  const OptionTable table = serve_echo_table(flags);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  return serve_until_stopped(table.verb, flags, {.make_protocol = [](const ServeOptions& options) {
                               return echo_protocol({.idle_timeout = options.idle_timeout});
                             }});
}

}  // namespace suite
