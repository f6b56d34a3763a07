// Servers that are other programs: what they are called, how they are started, whether they can run here.
// docs/peers.md has the contract that each of them keeps.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "servers/stand_in.h"

namespace suite {

struct Peer {
  std::string_view name;     // of its row: "gevent-wsgi"; no backend has the same
  std::string_view model;    // one line, as a backend's
  std::string_view script;   // in the peers' folder
  std::string_view echo;     // the argument with which it serves echo; empty: it does not
  std::string_view http;     // ... and HTTP
  std::size_t workers = 1;   // processes; more than one are asked for with -w
  std::string_view package;  // of Debian, to install where it cannot run
  bool coroutine_per_connection = false;
  StandIn echo_stand_in = {}, http_stand_in = {};
  bool process_per_connection = false;  // which holds no more connections at a time than it has workers
  /// A program that people run as it is, started by a script: NAME.sh echo|http PORT ROOT WORKERS. It keeps
  /// no contract: it is ready when its port accepts, and ends as it likes. It serves all that the root holds,
  /// fast.
  bool is_reference = false;
  bool compared_by_connections = false;  // as a backend's
};

/// In the order of every list and table, for as long as the process lives.
std::span<const Peer> peers();

/// The peer called `name`; the error suggests a near miss.
std::expected<const Peer*, Error> find_peer(std::string_view name);

/// Where the scripts are: share/suite/peers of an installed program, peers/ beside one that was built. The
/// folder need not exist: a container may hold the program alone.
std::string peers_folder();

/// Its program and first arguments; `form` is the peer's `echo` or `http`.
std::vector<std::string> peer_command(const Peer& peer, const std::string& folder, std::string_view form);

/// Nothing where the peer can run; otherwise why not, and what to install. Starts it, which takes some
/// hundred milliseconds: only so is it known that what it imports is there, and whole.
std::optional<std::string> why_peer_cannot_run(const Peer& peer, const std::string& folder);

}  // namespace suite
