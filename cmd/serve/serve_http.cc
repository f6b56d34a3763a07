// suite serve-http: an HTTP/1.1 server of static files on a chosen backend.
#include <fcntl.h>
#include <unistd.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "cmd/cli/command_line.h"
#include "cmd/serve/serve_flags.h"
#include "cmd/verbs.h"
#include "cmd/version.h"
#include "common/net/unique_fd.h"
#include "servers/protocols/http/http_session.h"
#include "servers/protocols/http/kept_files.h"

namespace suite {
namespace {

// Why files below `root` cannot be served; 0: they can.
int root_error(const std::string& root) {
  const UniqueFd folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder && ::faccessat(folder.get(), ".", X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

std::optional<std::string> check_root(const std::string& root) {
  const int error = root_error(root);
  if (error == 0) return std::nullopt;
  return fmt::format("--root: cannot read '{}': {}; give the directory whose files are to be served", root,
                     std::strerror(error));
}

std::optional<std::string> check_root_again(const std::string& root) {
  const int error = root_error(root);
  if (error == 0) return std::nullopt;
  return fmt::format("SIGHUP: cannot read the root '{}': {}; the one opened before is served until it can be",
                     root, std::strerror(error));
}

// Why lines cannot be appended to `file`.
std::optional<std::string> check_log(const std::optional<std::string>& file) {
  if (!file || *file == "-") return std::nullopt;
  const UniqueFd log(::open(file->c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644));
  if (log) return std::nullopt;
  return fmt::format("--access-log: cannot write '{}': {}", *file, std::strerror(errno));
}

}  // namespace

int run_serve_http(int argc, const char* const* argv) {
  HttpOptions http{.root = ".", .server_name = "suite/" + version_number()};
  ServeFlags flags({.port = 8080, .idle_timeout = std::chrono::seconds(60)});
  CommandLine line(
      {.verb = "serve-http",
       .usage = "suite serve-http [flags]",
       .summary = "Serves the files of a directory over HTTP/1.1.",
       .examples = "  suite serve-http -r ./public                      # http://127.0.0.1:8080/\n"
                   "  suite serve-http -r ./public -p 8080 -w 4 --access-log access.log\n"
                   "  suite serve-http -b prefork -w auto --host :: --file-cache-valid 60s",
       .notes = "A directory is answered with its index.html, or with 403 where there is none.\n"
                "Symbolic links may not leave the root. SIGHUP opens the root and the log anew.\n"
                "Prints one line on stderr when every worker listens. SIGTERM or SIGINT: answers what\n"
                "has arrived, ends, prints totals; a second one ends it at once."});
  line.text({"-r,--root,--document-root", "DIR", "the directory whose files are served (.)"}, http.root);
  line.text({"--access-log,--file-log", "FILE", "Common Log Format; - is stderr; SIGHUP reopens it (off)"},
            http.access_log);
  line.duration({"--header-timeout", "DUR", "for a whole request head, from its first byte (10s)"},
                http.header_timeout, false);
  line.duration({"--body-timeout", "DUR", "for a whole request body (60s)"}, http.body_timeout, false);
  line.size({"--file-cache", "SIZE", "memory for small files, of all workers together; 0: off (64MiB)"},
            http.cache_bytes, {});
  line.duration(
      {"--file-cache-valid", "DUR", "how long a cached file is served without a check; 0: check always (1s)"},
      http.cache_valid);
  flags.declare(line);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (const auto complaint = check_root(http.root)) return line.usage_error(*complaint);
  if (const auto complaint = check_log(http.access_log)) return line.usage_error(*complaint);
  const auto kept = std::make_shared<KeptFiles>(http.root, http.access_log);
  http.kept = kept;
  return flags.serve(line, {.make_protocol =
                                [&http](const ServeOptions& options) {
                                  http.idle_timeout = options.idle_timeout;
                                  return http_protocol(http);
                                },
                            .client_speaks_first = true,
                            .heeds_hangup = true,
                            .on_hangup =
                                [&http, &kept] {
                                  kept->reopen();
                                  return check_root_again(http.root);
                                }});
}

}  // namespace suite
