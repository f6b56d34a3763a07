// The verbs of the program, a folder each.
#pragma once

#include <span>
#include <string_view>

#include "cmd/cli/option.h"

namespace suite {

struct Verb {
  std::string_view name;
  std::string_view summary;
  /// Takes the command line from the verb's own name on (argv[0] is "serve-echo"). Returns the exit code.
  int (*run)(int argc, const char* const* argv);
  /// Its flags with their defaults, for those who list them.
  OptionTable (*options)();
};

/// In the order in which the help lists them.
std::span<const Verb> verbs();

int run_serve_echo(int argc, const char* const* argv);
int run_serve_http(int argc, const char* const* argv);
int run_load_verb(int argc, const char* const* argv);
int run_bench(int argc, const char* const* argv);
int run_compare(int argc, const char* const* argv);
int run_merge(int argc, const char* const* argv);
int run_report(int argc, const char* const* argv);
int run_backends(int argc, const char* const* argv);
int run_limits(int argc, const char* const* argv);
int run_doctor(int argc, const char* const* argv);

}  // namespace suite
