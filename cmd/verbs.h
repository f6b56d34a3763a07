// The verbs of the program, one file each.
#pragma once

namespace suite {

/// Each takes the command line from its own name on (argv[0] is "serve-echo") and returns the exit code.
int run_serve_echo(int argc, const char* const* argv);
int run_serve_http(int argc, const char* const* argv);
int run_load_verb(int argc, const char* const* argv);
int run_bench(int argc, const char* const* argv);
int run_backends(int argc, const char* const* argv);

}  // namespace suite
