// What is run in a round, as arguments and as commands to be pasted into a shell.
#pragma once

#include <string>
#include <vector>

#include "cmd/bench/contestant.h"
#include "cmd/bench/plan.h"

namespace suite::bench {

/// The program's arguments for a server, and for the load on it; as the log shows them.
std::vector<std::string> serve_arguments(const Plan& plan, const Contestant& contestant, int port);
std::vector<std::string> load_arguments(const Plan& plan, const Section& section,
                                        const Contestant& contestant, int port);

/// Both with their program, to be pasted into a shell: "suite serve-echo --backend epoll --port 3100".
std::string serve_command(const Plan& plan, const Contestant& contestant, int port);
std::string load_command(const Plan& plan, const Section& section, const Contestant& contestant, int port);

}  // namespace suite::bench
