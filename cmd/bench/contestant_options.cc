#include "cmd/bench/contestant_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "client/load_settings.h"
#include "client/target.h"

namespace suite::bench {
namespace {

constexpr std::string_view kBefore = "before", kAfter = "after";

// Takes "http:" or "echo:" off the front.
ServerKind read_kind(std::string_view& text) {
  constexpr std::string_view kHttp = "http:", kEcho = "echo:";
  const ServerKind kind = text.starts_with(kEcho) ? ServerKind::kEcho : ServerKind::kHttp;
  if (text.starts_with(kEcho) || text.starts_with(kHttp)) text.remove_prefix(kEcho.size());
  return kind;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\n") == std::string_view::npos; }

Complaint complaint_about_command(std::string_view command) {
  if (is_blank(command)) return "there is no command";
  if (command.contains("{port}")) return std::nullopt;
  return fmt::format("'{}' has no {{port}}: bench puts the port there on which the server is to listen",
                     command);
}

// It is printed in tables of lines.
Complaint complaint_about_name(std::string_view name) {
  if (name.empty()) return "the name is empty";
  const bool is_plain = std::ranges::none_of(name, [](unsigned char c) { return c < ' ' || c == 0x7F; });
  return is_plain ? std::nullopt : Complaint("a name has no control characters");
}

struct Named {
  std::string_view name, rest;
};

std::expected<Named, std::string> split_name(std::string_view text, std::string_view form) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return std::unexpected(fmt::format("'{}' is not of the form {}", text, form));
  }
  const Named named{.name = text.substr(0, equals), .rest = text.substr(equals + 1)};
  if (const auto complaint = complaint_about_name(named.name)) {
    return std::unexpected(fmt::format("'{}': {}", text, *complaint));
  }
  return named;
}

// Of --before and --after, each with its name.
Complaint add_version(std::string_view name, std::string_view text, std::vector<OwnServer>& servers) {
  const ServerKind kind = read_kind(text);
  if (auto complaint = complaint_about_command(text)) return fmt::format("--{}: {}", name, *complaint);
  servers.push_back({.name = std::string(name), .kind = kind, .command = std::string(text)});
  return std::nullopt;
}

Complaint add_versions(const ContestantFlags& flags, ContestantOptions& options) {
  if (!flags.before && !flags.after) return std::nullopt;
  if (!flags.before || !flags.after) {
    return fmt::format("--{} needs --{}: both are commands that start a version of the server",
                       flags.before ? kBefore : kAfter, flags.before ? kAfter : kBefore);
  }
  if (auto complaint = add_version(kBefore, *flags.before, options.servers)) return complaint;
  if (auto complaint = add_version(kAfter, *flags.after, options.servers)) return complaint;
  if (options.servers[0].kind != options.servers[1].kind) {
    return "--before and --after are of one kind: both http or both echo";
  }
  options.before_after = true;
  return std::nullopt;
}

Complaint add_servers(const ContestantFlags& flags, std::vector<OwnServer>& servers) {
  for (const std::string& text : flags.servers) {
    auto server = parse_server(text);
    if (!server) return "--server: " + server.error();
    servers.push_back(std::move(*server));
  }
  for (const std::string& text : flags.urls) {
    auto server = parse_url(text);
    if (!server) return "--url: " + server.error();
    servers.push_back(std::move(*server));
  }
  for (const OwnServer& one : servers) {
    if (std::ranges::count(servers, one.name, &OwnServer::name) > 1) {
      return fmt::format("--server: '{}' is named more than once", one.name);
    }
  }
  return std::nullopt;
}

// The first flag about requests that was given.
std::optional<std::string_view> given_request_flag(const ContestantFlags& flags) {
  const HttpFlags& http = flags.http;
  if (flags.path) return "--path";
  if (http.method) return "--method";
  if (!http.headers.empty()) return "--header";
  if (http.body) return "--body";
  if (http.urls) return "--urls";
  if (http.targets) return "--targets";
  if (http.ok_status) return "--ok-status";
  if (http.no_keepalive) return "--no-keepalive";
  return std::nullopt;
}

// `suite load` reads it again each round.
Complaint complaint_about_stdin(const HttpFlags& http) {
  if (http.body == "@-") return "--body: @- is stdin, which can be read once: give a file";
  if (http.urls == "-") return "--urls: - is stdin, which can be read once: give a file";
  if (http.targets == "-") return "--targets: - is stdin, which can be read once: give a file";
  return std::nullopt;
}

std::vector<std::string> load_flags(const HttpFlags& http) {
  std::vector<std::string> arguments;
  const auto add = [&arguments](const char* flag, const std::string& value) {
    arguments.insert(arguments.end(), {flag, value});
  };
  if (http.method) add("-X", *http.method);
  for (const std::string& header : http.headers) add("-H", header);
  if (http.body) add("--body", *http.body);
  if (http.urls) add("--urls", *http.urls);
  if (http.targets) add("--targets", *http.targets);
  if (http.ok_status) add("--ok-status", *http.ok_status);
  return arguments;
}

BenchWorkload workload_of(const HttpFlags& http, const std::string& path) {
  const std::string what = http.targets ? fmt::format("the requests of {}", *http.targets)
                           : http.urls  ? fmt::format("{}, the URLs of {}", http.method_or_get(), *http.urls)
                                        : fmt::format("{} {}", http.method_or_get(), path);
  return {.name = what,
          .title = "HTTP, " + what + (http.no_keepalive ? ", a new connection for each request" : ""),
          .depth = 1,
          .http = HttpRequests{
              .path = path,
              .connections = http.no_keepalive ? ConnectionUse::kOnePerRequest : ConnectionUse::kKeptAlive,
              .count = 0,
              .usual_rps = 0,
              .usual_slow_rps = 0,
              .ok_statuses = {},
              .of_list = http.targets.has_value(),
              .flags = load_flags(http)}};
}

// A list has the paths.
Complaint complaint_about_paths(const std::vector<OwnServer>& servers) {
  for (const OwnServer& server : servers) {
    if (!server.url || parse_target(*server.url)->path == "/") continue;
    return fmt::format("--url: '{}' has a path, and --targets gives others: leave it out", server.name);
  }
  return std::nullopt;
}

// As `suite load` would complain, before anything is measured.
Complaint read_requests(const ContestantFlags& flags, ContestantOptions& options) {
  options.request_flag = given_request_flag(flags);
  if (!options.has(ServerKind::kHttp)) {
    if (!options.request_flag) return std::nullopt;
    return fmt::format("{} is for servers of your own over HTTP: name one with --server, --url or --before",
                       *options.request_flag);
  }
  if (flags.path && flags.http.urls) return "--path and --urls exclude each other";
  const auto path = parse_path(flags.path.value_or("/"));
  if (!path) return fmt::format("--path: '{}' {}", *flags.path, path.error());
  if (auto complaint = complaint_about_stdin(flags.http)) return complaint;
  std::optional<TargetsFile> targets;
  if (flags.http.targets) {
    if (auto complaint = complaint_about_paths(options.servers)) return complaint;
    auto read = read_targets(*flags.http.targets, std::nullopt);
    if (!read) return std::move(read.error());
    targets = std::move(*read);
  }
  const TargetName target{.port = 80, .protocol = Protocol::kHttp, .path = *path};
  LoadSettings settings;
  if (auto complaint =
          apply_http(flags.http, {.name = target, .targets = targets ? &*targets : nullptr}, settings)) {
    return complaint;
  }
  options.requests = workload_of(flags.http, *path);
  return std::nullopt;
}

Complaint read_launch(const ContestantFlags& flags, ContestantOptions& options) {
  options.warmup = flags.warmup;
  if (flags.prepare) {
    if (is_blank(*flags.prepare)) return "--prepare: there is no command";
    options.prepare = *flags.prepare;
  }
  if (!flags.ready) return std::nullopt;
  const bool starts_one = std::ranges::any_of(
      options.servers, [](const OwnServer& one) { return one.kind == ServerKind::kHttp && !one.url; });
  if (!starts_one) return "--ready is for servers of your own over HTTP that are started here";
  const auto path = parse_path(*flags.ready);
  if (!path) return fmt::format("--ready: '{}' {}", *flags.ready, path.error());
  options.ready_path = *path;
  return std::nullopt;
}

Complaint read_gate(const ContestantFlags& flags, ContestantOptions& options) {
  if (!flags.metric.empty()) options.metric = results::find_compared(flags.metric);
  options.fail_on_regression = flags.fail_on_regression;
  if (options.before_after || (!options.metric && !options.fail_on_regression)) return std::nullopt;
  return fmt::format("{} needs --before and --after",
                     options.fail_on_regression ? "--fail-on-regression" : "--metric");
}

}  // namespace

bool ContestantOptions::has(ServerKind kind) const {
  return std::ranges::find(servers, kind, &OwnServer::kind) != servers.end();
}

OptionGroup own_servers_group(ContestantFlags& flags) {
  constexpr std::string_view kInCommands = "the sections name their contestants, with their commands";
  constexpr std::string_view kNotMeasured = "says what is done with the result";
  return {.title = "Your own servers",
          .options = {
              {.name = "--before",
               .takes = "COMMAND",
               .value = values::text(flags.before),
               .help = "one version of a server, with {port}; needs --after",
               .no_config = kInCommands},
              {.name = "--after",
               .takes = "COMMAND",
               .value = values::text(flags.after),
               .help = "the other; the run ends with a verdict in a sentence",
               .no_config = kInCommands},
              {.name = "--fail-on-regression",
               .takes = "PERCENT",
               .value = values::percent(flags.fail_on_regression),
               .help = "exit 3 if --after is shown to be worse by that much",
               .no_config = kNotMeasured},
              {.name = "--metric",
               .takes = "NAME",
               .value = values::choice(flags.metric, {"rps", "server_cpu", "p99"}),
               .help = "what the verdict is about: rps, server_cpu or p99",
               .unset = "rps; server_cpu if client-bound",
               .rare = true,
               .no_config = kNotMeasured},
              {.name = "--server",
               .takes = "NAME=COMMAND",
               .value = values::list(flags.servers),
               .help = "any server, with {port}; echo:NAME=COMMAND where it echoes",
               .no_config = kInCommands},
              {.name = "--url",
               .takes = "NAME=URL",
               .value = values::list(flags.urls),
               .help = "one that runs already: http://HOST:PORT/path",
               .no_config = kInCommands},
              {.name = "--ready",
               .takes = "PATH",
               .value = values::text(flags.ready),
               .help = "a server is ready when a GET of this is answered with 2xx",
               .unset = "its port accepts",
               .no_config = "says nothing of what is measured"},
              {.name = "--prepare",
               .takes = "COMMAND",
               .value = values::text(flags.prepare),
               .help = "run before each start of a server",
               .rare = true,
               .no_config = "says nothing of what is measured"},
              {.name = "--warmup",
               .takes = "DUR",
               .value = values::duration(flags.warmup),
               .help = "load before each round that is not counted",
               .unset = "200ms",
               .config = {{"warmup"}}},
          }};
}

OptionGroup requests_group(ContestantFlags& flags) {
  constexpr std::string_view kOfEach = "each request of the list has its own";
  constexpr std::string_view kInCommands = "the load commands have it";
  return {
      .title = "What they are asked",
      .options = {
          {.name = "--path",
           .takes = "PATH",
           .value = values::text(flags.path),
           .help = "what servers of your own are asked for",
           .unset = "/",
           .no_config = kInCommands},
          {.name = "--method",
           .letter = 'X',
           .takes = "NAME",
           .value = values::text(flags.http.method),
           .help = "and how; this and what follows as suite load takes it",
           .unset = "GET",
           .no_config = kInCommands},
          {.name = "--header",
           .letter = 'H',
           .takes = "LINE",
           .value = values::list(flags.http.headers),
           .help = "\"Name: value\"; may be repeated",
           .no_config = kInCommands},
          {.name = "--body",
           .takes = "S|@FILE",
           .value = values::text(flags.http.body),
           .help = "this text, or what the file holds",
           .no_config = kInCommands},
          {.name = "--urls",
           .takes = "FILE",
           .value = values::text(flags.http.urls),
           .help = "one path per line, in turn over all connections",
           .rare = true,
           .no_config = kInCommands},
          {.name = "--targets",
           .takes = "FILE",
           .value = values::text(flags.http.targets),
           .help = "requests in turn, with headers and bodies, whatever host they name",
           .rare = true,
           .excludes = {{"--path", kOfEach}, {"--method", kOfEach}, {"--body", kOfEach}, {"--urls", kOfEach}},
           .no_config = kInCommands},
          {.name = "--ok-status",
           .takes = "LIST",
           .value = values::text(flags.http.ok_status),
           .help = "statuses that count as success",
           .unset = "1xx-3xx",
           .rare = true,
           .no_config = kInCommands},
          {.name = "--no-keepalive",
           .value = values::toggle(flags.http.no_keepalive),
           .help = "a new connection for each request",
           .rare = true,
           .no_config = kInCommands},
      }};
}

std::expected<ContestantOptions, std::string> read_contestant_flags(const ContestantFlags& flags) {
  ContestantOptions options;
  if (auto complaint = add_versions(flags, options)) return std::unexpected(*complaint);
  if (auto complaint = add_servers(flags, options.servers)) return std::unexpected(*complaint);
  if (auto complaint = read_requests(flags, options)) return std::unexpected(*complaint);
  if (auto complaint = read_launch(flags, options)) return std::unexpected(*complaint);
  if (auto complaint = read_gate(flags, options)) return std::unexpected(*complaint);
  return options;
}

std::expected<OwnServer, std::string> parse_server(std::string_view text) {
  const ServerKind kind = read_kind(text);
  const auto named = split_name(text, "NAME=COMMAND");
  if (!named) return std::unexpected(named.error());
  if (const std::size_t colon = named->name.find(':'); colon != std::string_view::npos) {
    return std::unexpected(
        fmt::format("'{}' is no kind of server: http: or echo:", named->name.substr(0, colon + 1)));
  }
  if (auto complaint = complaint_about_command(named->rest)) {
    return std::unexpected(fmt::format("'{}': {}", named->name, *complaint));
  }
  return OwnServer{.name = std::string(named->name), .kind = kind, .command = std::string(named->rest)};
}

std::expected<OwnServer, std::string> parse_url(std::string_view text) {
  const auto named = split_name(text, "NAME=http://HOST:PORT/path");
  if (!named) return std::unexpected(named.error());
  const auto target = parse_target(named->rest);
  const bool is_http = target ? target->is_http() : named->rest.starts_with("http");
  if (!is_http) {
    return std::unexpected(fmt::format("'{}' is not of the form http://HOST:PORT/path", named->rest));
  }
  if (!target) return std::unexpected(fmt::format("'{}' {}", named->rest, target.error()));
  return OwnServer{.name = std::string(named->name), .command = {}, .url = std::string(named->rest)};
}

}  // namespace suite::bench
