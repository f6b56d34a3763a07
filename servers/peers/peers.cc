#include "servers/peers/peers.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "common/base/near_miss.h"
#include "common/process/child_process.h"

namespace suite {
namespace {

namespace fs = std::filesystem;

// The modules of Debian's packages are Debian's Python's, whichever other comes first on the path.
constexpr std::string_view kPython = "/usr/bin/python3", kNode = "node";
constexpr std::string_view kShell = "/bin/sh";
constexpr std::chrono::seconds kCheckTime{20}, kBuildTime{300};  // Go's is built when it is checked

constexpr std::array kPeers{
    Peer{.name = "python-epoll",
         .model = "readiness, raw epoll(7) from Python",
         .script = "server_epoll.py",
         .echo = "echo",
         .http = "http",
         .package = "python3",
         .echo_stand_in = {OldRow::kServerEpoll}},
    Peer{.name = "asyncore",
         .model = "callbacks over poll(2), asyncore and asynchat, four worker processes",
         .script = "server_asyncore.py",
         .echo = "echo",
         .http = "http",
         .workers = 4,
         .package = "python3"},
    Peer{.name = "asyncio-protocol",
         .model = "callbacks, asyncio's transports and protocols",
         .script = "server_asyncio.py",
         .echo = "echo-protocol",
         .http = {},
         .package = "python3"},
    Peer{.name = "twisted",
         .model = "callbacks, Twisted's reactor; HTTP: twisted.web",
         .script = "server_twisted.py",
         .echo = "echo",
         .http = "http",
         .package = "python3-twisted",
         .echo_stand_in = {OldRow::kServerTwisted}},
    Peer{.name = "node",
         .model = "callbacks over libuv, JavaScript; HTTP: Node.js's own",
         .script = "server_node.js",
         .echo = "echo",
         .http = "http",
         .package = "nodejs"},
    Peer{.name = "python-prefork",
         .model = "four processes, blocking calls, one connection at a time each",
         .script = "server_prefork.py",
         .echo = {},
         .http = "http",
         .workers = 4,
         .package = "python3",
         .process_per_connection = true},
    Peer{.name = "gevent",
         .model = "a greenlet per connection over libev",
         .script = "server_gevent.py",
         .echo = "echo",
         .http = "http",
         .package = "python3-gevent",
         .coroutine_per_connection = true,
         .echo_stand_in = {OldRow::kServerGevent},
         .http_stand_in = {OldRow::kStackless}},
    Peer{.name = "gevent-wsgi",
         .model = "gevent.pywsgi: a greenlet per connection, WSGI",
         .script = "server_gevent.py",
         .echo = {},
         .http = "wsgi",
         .package = "python3-gevent",
         .coroutine_per_connection = true,
         .http_stand_in = {OldRow::kStacklessWsgi}},
    Peer{.name = "eventlet",
         .model = "a green thread per connection over epoll",
         .script = "server_eventlet.py",
         .echo = "echo",
         .http = "http",
         .package = "python3-eventlet",
         .coroutine_per_connection = true},
    Peer{.name = "eventlet-wsgi",
         .model = "eventlet.wsgi: a green thread per connection, WSGI",
         .script = "server_eventlet.py",
         .echo = {},
         .http = "wsgi",
         .package = "python3-eventlet",
         .coroutine_per_connection = true},
    Peer{.name = "tornado",
         .model = "a coroutine per connection over asyncio; HTTP: tornado.web",
         .script = "server_tornado.py",
         .echo = "echo",
         .http = "http",
         .package = "python3-tornado",
         .coroutine_per_connection = true,
         .echo_stand_in = {OldRow::kServerTornado}},
    Peer{.name = "tornado-wsgi",
         .model = "tornado's HTTP server with its WSGI container",
         .script = "server_tornado.py",
         .echo = {},
         .http = "wsgi",
         .package = "python3-tornado",
         .coroutine_per_connection = true},
    Peer{.name = "asyncio",
         .model = "a coroutine per connection, asyncio's streams",
         .script = "server_asyncio.py",
         .echo = "echo",
         .http = "http",
         .package = "python3",
         .coroutine_per_connection = true},
    Peer{.name = "asyncio-threads",
         .model = "asyncio's streams, requests answered by a pool of four threads",
         .script = "server_asyncio.py",
         .echo = {},
         .http = "http-threads",
         .package = "python3",
         .coroutine_per_connection = true},
    Peer{.name = "uvloop",
         .model = "a coroutine per connection, asyncio's streams on libuv",
         .script = "server_uvloop.py",
         .echo = "echo",
         .http = "http",
         .package = "python3-uvloop",
         .coroutine_per_connection = true},
    Peer{.name = "nginx",
         .model = "readiness, a process per core: the server of files that others are compared with",
         .script = "nginx.sh",
         .echo = {},
         .http = "http",
         .package = "nginx-light",
         .is_reference = true,
         .compared_by_connections = true},
    Peer{.name = "lighttpd",
         .model = "readiness, one process",
         .script = "lighttpd.sh",
         .echo = {},
         .http = "http",
         .package = "lighttpd",
         .is_reference = true},
    Peer{.name = "caddy",
         .model = "Go's net/http behind a chain of handlers",
         .script = "caddy.sh",
         .echo = {},
         .http = "http",
         .package = "caddy",
         .is_reference = true},
    Peer{.name = "go",
         .model = "a goroutine per connection; HTTP: net/http's file server",
         .script = "go.sh",
         .echo = "echo",
         .http = "http",
         .package = "golang-go",
         .coroutine_per_connection = true,
         .is_reference = true},
};

bool is_python(const Peer& peer) { return peer.script.ends_with(".py"); }

// "server_gevent.py: cannot import gevent (...)" -> "cannot import gevent (...)", of what it said first.
std::string complaint_in(const Peer& peer, std::string_view said) {
  const std::string prefix = fmt::format("{}: ", peer.script);
  if (said.starts_with(prefix)) said.remove_prefix(prefix.size());
  return std::string(said.substr(0, said.find('\n')));
}

}  // namespace

std::span<const Peer> peers() { return kPeers; }

std::expected<const Peer*, Error> find_peer(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Peer& peer : kPeers) {
    if (peer.name == name) return &peer;
    names.push_back(peer.name);
  }
  const auto near = near_miss(name, names);
  return std::unexpected(Error{.what = fmt::format("use the peer '{}'", name),
                               .why = fmt::format("there is no peer '{}'", name),
                               .advice = near ? fmt::format("did you mean '{}'?", *near)
                                              : fmt::format("there are: {}", fmt::join(names, ", "))});
}

std::string peers_folder() {
  std::error_code unknown;
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  const fs::path built = fs::canonical(program.parent_path() / "peers", unknown);
  if (!unknown && fs::is_directory(built, unknown)) return built.string();
  return (program.parent_path() / SUITE_PEERS_FROM_PROGRAM).lexically_normal().string();
}

std::vector<std::string> peer_command(const Peer& peer, const std::string& folder, std::string_view form) {
  std::vector<std::string> command;
  if (is_python(peer)) {
    command = {std::string(kPython), "-B"};  // leaves no compiled modules beside the scripts
  } else {
    command = {std::string(peer.is_reference ? kShell : kNode)};
  }
  command.push_back(fmt::format("{}/{}", folder, peer.script));
  command.emplace_back(form);
  if (peer.workers > 1) command.insert(command.end(), {"-w", std::to_string(peer.workers)});
  return command;
}

std::optional<std::string> why_peer_cannot_run(const Peer& peer, const std::string& folder) {
  std::vector<std::string> command = peer_command(peer, folder, peer.http.empty() ? peer.echo : peer.http);
  const std::string program = std::move(command.front());
  command.erase(command.begin());
  command.emplace_back("--check");
  const std::string script = fmt::format("{}/{}", folder, peer.script);
  if (!fs::exists(script)) return fmt::format("{} is missing; install suite with cmake --install", script);
  auto child = ChildProcess::start({.program = program,
                                    .arguments = std::move(command),
                                    .cpus = {},
                                    .out = ChildStream::kDiscard,
                                    .err = ChildStream::kCapture,
                                    .own_group = true});
  if (!child) return fmt::format("{}; install {}", child.error().one_line(), peer.package);
  const auto time = peer.is_reference ? kBuildTime : kCheckTime;
  const auto end = child->wait({.deadline = std::chrono::steady_clock::now() + time});
  if (!end) return fmt::format("{} {} --check did not end within {} s", program, script, time.count());
  if (end->clean()) return std::nullopt;
  if (child->err().empty()) return fmt::format("{} --check ended with {}", script, end->describe());
  return complaint_in(peer, child->err());
}

}  // namespace suite
