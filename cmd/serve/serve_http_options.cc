#include "cmd/serve/serve_http_options.h"

#include <fcntl.h>
#include <unistd.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "common/net/unique_fd.h"
#include "servers/protocols/http2/http2_sessions.h"

namespace suite {
namespace {

// Why files below `root` cannot be served; 0: they can.
int root_error(const std::string& root) {
  const UniqueFd folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder && ::faccessat(folder.get(), ".", X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

// Why lines cannot be appended to `file`.
Complaint check_log(const std::optional<std::string>& file) {
  if (!file || *file == "-") return std::nullopt;
  const UniqueFd log(::open(file->c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644));
  if (log) return std::nullopt;
  return fmt::format("--access-log: cannot write '{}': {}", *file, std::strerror(errno));
}

OptionGroup file_group(HttpOptions& http) {
  return {.title = "Files",
          .options = {
              {.name = "--root",
               .letter = 'r',
               .also = "--document-root",
               .takes = "DIR",
               .value = values::text(http.root),
               .help = "the directory whose files are served"},
              {.name = "--access-log",
               .also = "--file-log",
               .takes = "FILE",
               .value = values::text(http.access_log),
               .help = "Common Log Format; - is stderr; SIGHUP reopens it",
               .unset = "off"},
              {.name = "--file-cache",
               .takes = "SIZE",
               .value = values::size(http.cache_bytes, {}),
               .help = "memory for small files, of all workers together; 0: off"},
              {.name = "--file-cache-valid",
               .takes = "DUR",
               .value = values::duration(http.cache_valid),
               .help = "how long a cached file is served without a check; 0: check always"},
          }};
}

OptionGroup request_group(HttpOptions& http) {
  return {.title = "Requests",
          .options = {
              {.name = "--http",
               .takes = "V",
               .value = values::named(
                   http.version,
                   {{"auto", ServedHttp::kAuto}, {"1.1", ServedHttp::kHttp1}, {"2", ServedHttp::kHttp2}}),
               .help = "version: 1.1, 2, or auto: as TLS agrees (ALPN) or the client begins"},
              {.name = "--header-timeout",
               .takes = "DUR",
               .value = values::positive_duration(http.header_timeout),
               .help = "for a whole request head, from its first byte"},
              {.name = "--body-timeout",
               .takes = "DUR",
               .value = values::positive_duration(http.body_timeout),
               .help = "for a whole request body"},
          }};
}

}  // namespace

OptionTable serve_http_table(ServeHttpFlags& flags) {
  OptionTable table{
      .verb = "serve-http",
      .usage = "suite serve-http [flags]",
      .summary = "Serves the files of a directory over HTTP/1.1 and HTTP/2.",
      .examples =
          "  suite serve-http -r ./public                      # http://127.0.0.1:8080/\n"
          "  suite serve-http -r ./public -p 8080 -w 4 --access-log access.log\n"
          "  suite serve-http -b prefork -w auto --host :: --file-cache-valid 60s",
      .notes =
          "A directory is answered with its index.html, or with 403 where there is none.\n"
          "Symbolic links may not leave the root. SIGHUP reopens the root and the log.\n"
          "Prints one line on stderr when every worker listens. SIGTERM or SIGINT: answers what\n"
          "has arrived, ends, prints totals; a second one ends it at once.",
      .groups = {file_group(flags.http), request_group(flags.http)},
      .no_config = "a server writes no document",
      .for_stray_argument = {"--port", "--root"}};
  for (OptionGroup& group : serve_groups(flags.server)) table.groups.push_back(std::move(group));
  return table;
}

Complaint check_http_flags(const HttpOptions& http) {
  if (const int error = root_error(http.root); error != 0) {
    return fmt::format("--root: cannot read '{}': {}; give the directory whose files are to be served",
                       http.root, std::strerror(error));
  }
  if (http.version == ServedHttp::kHttp2 && !http2_library())
    return "--http 2: this build has no libnghttp2; install libnghttp2-dev and build again, or leave --http "
           "out";
  return check_log(http.access_log);
}

Complaint check_root_again(const std::string& root) {
  const int error = root_error(root);
  if (error == 0) return std::nullopt;
  return fmt::format("SIGHUP: cannot read the root '{}': {}; the one opened before is served until it can be",
                     root, std::strerror(error));
}

}  // namespace suite
