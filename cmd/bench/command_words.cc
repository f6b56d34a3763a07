#include "cmd/bench/command_words.h"

#include <algorithm>
#include <utility>

namespace suite::bench {
namespace {

constexpr std::string_view kBlanks = " \t";

// Split at blanks.
std::vector<std::string> split(std::string_view command) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t begin = command.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    command.remove_prefix(begin);
    const std::size_t end = std::min(command.find_first_of(kBlanks), command.size());
    words.emplace_back(command.substr(0, end));
    command.remove_prefix(end);
  }
}

}  // namespace

bool is_plain(std::string_view command) {
  constexpr std::string_view kForTheShell = "|&;<>()$`\\\"'*?[]#~!\n\r\v\f";
  if (command.find_first_of(kForTheShell) != std::string_view::npos) return false;
  const std::vector<std::string> words = split(command);
  return !words.empty() && !words.front().contains('=');
}

CommandWords words_of(std::string_view command) {
  if (!is_plain(command)) {
    return {.program = "sh", .arguments = {"-c", std::string(command)}, .through_shell = true};
  }
  std::vector<std::string> words = split(command);
  std::string program = std::move(words.front());
  words.erase(words.begin());
  return {.program = std::move(program), .arguments = std::move(words)};
}

}  // namespace suite::bench
