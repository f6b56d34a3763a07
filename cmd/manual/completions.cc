#include "cmd/manual/completions.h"

#include <fmt/format.h>

namespace suite::manual {

Completed completed(const Option& option) {
  if (!option.value.choices.empty()) return Completed::kChoices;
  if (option.is_positional()) return Completed::kFiles;
  if (option.takes.empty()) return Completed::kNothing;
  if (option.takes.ends_with("FILE")) return Completed::kFiles;
  return option.takes == "DIR" ? Completed::kFolders : Completed::kAnything;
}

std::vector<std::string> names_of(const Option& option) {
  std::vector<std::string> names{std::string(option.name)};
  if (!option.also.empty()) names.emplace_back(option.also);
  if (option.letter != 0) names.push_back(fmt::format("-{}", option.letter));
  return names;
}

std::vector<Option> options_of(const OptionTable& table) {
  std::vector<Option> options;
  for (const OptionGroup& group : table.groups)
    options.insert(options.end(), group.options.begin(), group.options.end());
  return options;
}

std::string single_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace suite::manual
