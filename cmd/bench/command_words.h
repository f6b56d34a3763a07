// A command that a user gave as one text, as a program and its arguments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace suite::bench {

/// Words without anything that a shell would read as more than words: no quotes, variables, pipes, patterns,
/// and no NAME=VALUE in front. What stands in braces is for bench to fill in.
bool is_plain(std::string_view command);

struct CommandWords {
  std::string program;
  std::vector<std::string> arguments;
  bool through_shell = false;
};

/// A plain command is its words, and no shell has a part in it; any other is "sh -c COMMAND". The shell
/// becomes the last command of that by itself (dash, bash), so that no process of it stays in between. Not of
/// an empty command.
CommandWords words_of(std::string_view command);

}  // namespace suite::bench
