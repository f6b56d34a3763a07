#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cmd/manual/completions.h"

namespace suite::manual {
namespace {

// Within a specification of _arguments, ':' and brackets mean something.
std::string specified(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string zsh_value(const Option& option) {
  const std::string message = specified(option.is_positional() ? option.name : option.takes);
  switch (completed(option)) {
    case Completed::kNothing:
      return "";
    case Completed::kAnything:
      return fmt::format(":{}: ", message);
    case Completed::kChoices:
      return fmt::format(":{}:({})", message, fmt::join(option.value.choices, " "));
    case Completed::kFiles:
      return fmt::format(":{}:_files", message);
    case Completed::kFolders:
      return fmt::format(":{}:_files -/", message);
  }
  return "";
}

// A word for _arguments: '(-c --conns)'{--conns,-c}'[connections]:N: '. Before a value, "=" allows --conns=N
// too.
std::string specification(const Option& option) {
  if (option.is_positional()) return single_quoted((option.many ? "*" : "") + zsh_value(option));
  const std::string rest = single_quoted(fmt::format("[{}]{}", specified(option.help), zsh_value(option)));
  std::vector<std::string> names = names_of(option);
  const std::string excluded = fmt::format("'({})'", fmt::join(names, " "));
  if (!option.takes.empty()) {
    for (std::string& name : names) {
      if (name.starts_with("--")) name += "=";
    }
  }
  const bool is_repeatable = option.help.contains("repeat");
  const std::string before = is_repeatable ? "'*'" : excluded;
  if (names.size() == 1) return before + single_quoted(names.front()) + rest;
  return fmt::format("{}{{{}}}{}", before, fmt::join(names, ","), rest);
}

std::string zsh_branch(const Verb& verb) {
  std::string words = "'(- *)'{-h,--help}'[the common flags]' '(- *)--help-all[all flags]'";
  for (const Option& option : options_of(verb.options())) words += " \\\n        " + specification(option);
  return fmt::format("    {})\n      _arguments -S -s \\\n        {} ;;\n", verb.name, words);
}

}  // namespace

std::string zsh_completion(std::span<const Verb> verbs) {
  std::string descriptions, branches;
  for (const Verb& verb : verbs) {
    descriptions += fmt::format("    {}\n", single_quoted(fmt::format("{}:{}", verb.name, verb.summary)));
    branches += zsh_branch(verb);
  }
  return fmt::format(
      "#compdef suite\n"
      "# Written by suite itself, from its tables of flags.\n"
      "_suite() {{\n"
      "  local -a verbs=(\n{}"
      "    'help:explains a verb'\n"
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe verb verbs\n"
      "    _arguments '(- *)'{{-h,--help}}'[the verbs]' '(- *)--version[names this build]'\n"
      "    return\n"
      "  fi\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $words[1] in\n{}"
      "    help) ((CURRENT > 2)) || _describe verb verbs ;;\n"
      "  esac\n"
      "}}\n"
      "_suite \"$@\"\n",
      descriptions, branches);
}

}  // namespace suite::manual
