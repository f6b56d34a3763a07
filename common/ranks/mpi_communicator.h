// The ranks of MPI, by means of the plug-in.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/ranks/communicator.h"
#include "common/ranks/launcher.h"

namespace suite {

/// Where the plug-in may be, the best place first: beside the program (a build folder), or in the folder of
/// libraries beside the program's own (an installation, wherever it was moved to).
std::vector<std::string> mpi_plugin_paths();

/// Loads the plug-in and joins the job. The Error names what to install where there is none. Blocks until all
/// ranks have started. To be called once, after signals are blocked: MPI starts threads of its own.
std::expected<std::unique_ptr<Communicator>, Error> join_mpi(const Launched& launched);

}  // namespace suite
