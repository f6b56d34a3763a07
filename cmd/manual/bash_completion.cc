#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cmd/manual/completions.h"

namespace suite::manual {
namespace {

// Words of a flag's value, after its names: a branch of `case $previous`.
std::string value_branch(const Option& option) {
  const std::string names = fmt::format("{}", fmt::join(names_of(option), "|"));
  switch (completed(option)) {
    case Completed::kChoices:
      return fmt::format("        {}) words={} ;;\n", names,
                         single_quoted(fmt::format("{}", fmt::join(option.value.choices, " "))));
    case Completed::kFiles:
      return fmt::format("        {}) kind=-f ;;\n", names);
    case Completed::kFolders:
      return fmt::format("        {}) kind=-d ;;\n", names);
    case Completed::kAnything:
      return fmt::format("        {}) return 0 ;;\n", names);
    case Completed::kNothing:
      break;
  }
  return {};
}

// What may stand behind a verb: a branch of `case ${COMP_WORDS[1]}`.
std::string bash_branch(const Verb& verb) {
  const OptionTable table = verb.options();
  std::string branches, flags = "--help --help-all";
  bool has_arguments = false;
  for (const Option& option : options_of(table)) {
    has_arguments = has_arguments || option.is_positional();
    if (option.is_positional()) continue;
    flags += fmt::format(" {}", fmt::join(names_of(option), " "));
    branches += value_branch(option);
  }
  return fmt::format(
      "    {})\n"
      "      case $previous in\n{}"
      "        *)\n"
      "          if [[ $current == -* ]]; then words={}\n"
      "          else {}; fi ;;\n"
      "      esac ;;\n",
      verb.name, branches, single_quoted(flags), has_arguments ? "kind=-f" : "return 0");
}

// "=" is a word of its own in bash: "--format=js" is three.
constexpr std::string_view kBegin =
    "# Completion of suite for bash. Written by suite itself, from its tables of flags.\n"
    "_suite() {\n"
    "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words= kind=\n"
    "  if [[ $current == = ]]; then current=\n"
    "  elif [[ $previous == = ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
    "  COMPREPLY=()\n"
    "  if ((COMP_CWORD == 1)); then\n"
    "    COMPREPLY=($(compgen -W \"$_suite_verbs help --help --version\" -- \"$current\"))\n"
    "    return 0\n"
    "  fi\n"
    "  case ${COMP_WORDS[1]} in\n"
    "    help) ((COMP_CWORD > 2)) || words=$_suite_verbs ;;\n";

constexpr std::string_view kEnd =
    "  esac\n"
    "  if [[ -n $words ]]; then\n"
    "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
    "  elif [[ -n $kind ]]; then\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    local IFS=$'\\n'\n"
    "    COMPREPLY=($(compgen \"$kind\" -- \"$current\"))\n"
    "  fi\n"
    "}\n"
    "complete -F _suite suite\n";

}  // namespace

std::string bash_completion(std::span<const Verb> verbs) {
  std::string names, branches;
  for (const Verb& verb : verbs) {
    names.append(names.empty() ? "" : " ").append(verb.name);
    branches += bash_branch(verb);
  }
  std::string script(kBegin);
  script.insert(script.find("_suite() {"), fmt::format("_suite_verbs={}\n", single_quoted(names)));
  return script + branches + std::string(kEnd);
}

}  // namespace suite::manual
