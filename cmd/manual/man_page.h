// Manual pages, made of the verbs' tables of flags.
#pragma once

#include <span>
#include <string>

#include "cmd/cli/option.h"
#include "cmd/verbs.h"

namespace suite::manual {

/// suite(1): the verbs, a line each, and what holds for all of them. For man(1), as man(7) has it; so are the
/// others.
std::string program_page(std::span<const Verb> verbs);

/// suite-VERB(1): all its flags in their groups. `summary` is the program's word on it.
std::string verb_page(const OptionTable& table, std::string_view summary);

/// Text as roff takes it: what it would read as a request or an escape is escaped, and "-" stays one.
std::string roff(std::string_view text);

}  // namespace suite::manual
