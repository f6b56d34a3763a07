// What a command line leads to where the verb does not even begin: its help, or one line of error.
#pragma once

#include <string>
#include <string_view>

namespace suite {

struct EarlyEnd {
  int code;          // kExitOk: help was asked for
  std::string text;  // then the help, for stdout; otherwise a line for stderr
};

/// For a command line that cannot be right: "suite VERB: MESSAGE (see 'suite VERB --help')".
EarlyEnd usage_error(std::string_view verb, std::string_view message);

/// Prints it. Returns the exit code.
int finish(std::string_view verb, const EarlyEnd& end);

}  // namespace suite
