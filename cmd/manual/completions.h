// What shells complete after `suite`, made of the verbs' tables of flags: a script for each shell.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cmd/cli/option.h"
#include "cmd/verbs.h"

namespace suite::manual {

std::string bash_completion(std::span<const Verb> verbs);
std::string zsh_completion(std::span<const Verb> verbs);
std::string fish_completion(std::span<const Verb> verbs);

/// What may stand behind a flag, or as an argument without one.
enum class Completed { kNothing, kAnything, kChoices, kFiles, kFolders };
Completed completed(const Option& option);

/// All names of a flag: "--root", "--document-root", "-r".
std::vector<std::string> names_of(const Option& option);

/// The flags of a table, in its order; those without dashes too.
std::vector<Option> options_of(const OptionTable& table);

/// In single quotes, as bash and zsh read them.
std::string single_quoted(std::string_view text);

}  // namespace suite::manual
