#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cmd/manual/completions.h"

namespace suite::manual {
namespace {

std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// What may follow: -x takes a value that is no file, -r one that may be.
std::string fish_value(const Option& option) {
  switch (completed(option)) {
    case Completed::kNothing:
      return " -f";
    case Completed::kAnything:
      return " -x";
    case Completed::kChoices:
      return fmt::format(" -x -a {}", fish_quoted(fmt::format("{}", fmt::join(option.value.choices, " "))));
    case Completed::kFiles:
      return " -r -F";
    case Completed::kFolders:
      return " -x -a '(__fish_complete_directories)'";
  }
  return "";
}

// "--conns" is -l conns, "-c" is -s c.
std::string names_text(const Option& option) {
  std::string text;
  for (const std::string& name : names_of(option)) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return text;
}

std::string fish_lines(const Verb& verb) {
  const std::string begin = fmt::format("complete -c suite -n '__fish_seen_subcommand_from {}'", verb.name);
  std::string lines =
      begin + " -f -s h -l help -d 'the common flags'\n" + begin + " -f -l help-all -d 'all flags'\n";
  for (const Option& option : options_of(verb.options())) {
    if (option.is_positional()) {
      lines += begin + " -F\n";
    } else {
      lines += fmt::format("{}{}{} -d {}\n", begin, names_text(option), fish_value(option),
                           fish_quoted(option.help));
    }
  }
  return lines;
}

}  // namespace

std::string fish_completion(std::span<const Verb> verbs) {
  constexpr std::string_view kFirst = "complete -c suite -n __fish_use_subcommand";
  std::string script =
      "# Completion of suite for fish. Written by suite itself, from its tables of flags.\n"
      "complete -c suite -f\n";
  std::string names;
  for (const Verb& verb : verbs) {
    script += fmt::format("{} -a {} -d {}\n", kFirst, verb.name, fish_quoted(verb.summary));
    names.append(names.empty() ? "" : " ").append(verb.name);
  }
  script += fmt::format("{} -a help -d 'explains a verb'\n", kFirst);
  script +=
      fmt::format("{} -s h -l help -d 'the verbs'\n{} -l version -d 'names this build'\n", kFirst, kFirst);
  script +=
      fmt::format("complete -c suite -n '__fish_seen_subcommand_from help' -a {}\n", fish_quoted(names));
  for (const Verb& verb : verbs) script += fish_lines(verb);
  return script;
}

}  // namespace suite::manual
