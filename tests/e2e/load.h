// The program as a user runs it against a server.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/scripted_server.h"

namespace suite::test {

/// `suite load` with these arguments, run to its end.
inline Finished load(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {SUITE_PROGRAM, "load"});
  return run_to_end({.arguments = std::move(arguments)});
}

/// The same against `server`, with -q: only results are printed, and what went wrong.
inline std::vector<std::string> quiet_load(const ScriptedServer& server, std::vector<std::string> flags) {
  flags.insert(flags.begin(), {SUITE_PROGRAM, "load", server.endpoint().to_string(), "-q"});
  return flags;
}
inline Finished load_quietly(const ScriptedServer& server, std::vector<std::string> flags) {
  return run_to_end({.arguments = quiet_load(server, std::move(flags))});
}

}  // namespace suite::test
