// What `suite backends` says, for people and for programs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "servers/backend.h"

namespace suite {

/// One backend as it stands on this machine. One that was left out of the build has a name and a reason only.
struct BackendState {
  std::string name;
  std::string model;
  std::string library;                // empty: plain system calls
  std::optional<WorkerKind> workers;  // nothing: left out of the build
  std::string reason;                 // why it cannot run here; empty: it can
  std::string in_use;                 // of that which kernels differ in; empty: nothing
};

/// Those of this build in their order, each asked whether this kernel allows it, then those left out.
std::vector<BackendState> backend_states();

/// Two or three lines for each: its name and model; whether it runs here, its workers and its library, or why
/// not; what it has in use of the kernel, where kernels differ.
std::string backends_text(std::span<const BackendState> states);

/// What the servers have for TLS, in a line.
std::string tls_text();

/// ... and for HTTP/2.
std::string http2_text();

/// {"schema": 1, "suite", "kernel", "tls", "http2": their libraries, "backends": [{"name", "model",
/// "library", "workers": "threads", "processes" or "pool", "usable", "reason", "in_use"}, ...]}; null where
/// there is nothing to say.
nlohmann::ordered_json backends_json(std::span<const BackendState> states);

}  // namespace suite
