// suite serve-echo: a TCP echo server on a chosen backend.
#include "cmd/cli/command_line.h"
#include "cmd/serve/serve_flags.h"
#include "cmd/verbs.h"
#include "servers/protocols/echo/echo_session.h"

namespace suite {

int run_serve_echo(int argc, const char* const* argv) {
  ServeFlags flags({.port = 3900, .idle_timeout = std::nullopt});
  CommandLine line(
      {.verb = "serve-echo",
       .usage = "suite serve-echo [flags]",
       .summary = "Serves TCP echo: what a client sends, it gets back.",
       .examples = "  suite serve-echo --backend epoll --port 3900\n"
                   "  suite serve-echo -b libuv -w 2 --host ::1\n"
                   "  suite serve-echo -b prefork -w auto --host unix:/tmp/echo.sock",
       .notes = "Prints one line on stderr when every worker listens. SIGTERM or SIGINT: answers what\n"
                "has arrived, ends, prints totals; a second one ends it at once. In the totals a\n"
                "request is one read that was answered."});
  flags.declare(line);
  if (const auto code = line.parse(argc, argv)) return *code;
  return flags.serve(line, {.make_protocol = [](const ServeOptions& options) {
                       return echo_protocol({.idle_timeout = options.idle_timeout});
                     }});
}

}  // namespace suite
