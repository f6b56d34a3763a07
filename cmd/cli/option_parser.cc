#include "cmd/cli/option_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <ranges>
#include <utility>

#include "cmd/cli/exit_code.h"
#include "cmd/cli/help_text.h"
#include "common/base/near_miss.h"
#include "common/base/units.h"

namespace suite {
namespace {

auto all_options(const OptionTable& table) {
  return table.groups | std::views::transform(&OptionGroup::options) | std::views::join;
}

/// Reads one command line. The first thing that is wrong ends it.
class OptionParser {
 public:
  OptionParser(const OptionTable& table, std::span<const std::string> arguments)
      : table_(table), arguments_(arguments) {}

  /// The help page that is asked for, wherever among the flags, and whatever is wrong with others; not by
  /// what is a flag's value or stands behind "--".
  std::optional<HelpPage> asked_page() const {
    std::optional<HelpPage> page;
    for (std::size_t i = 0; i < arguments_.size() && arguments_[i] != "--"; ++i) {
      const std::string& argument = arguments_[i];
      if (argument == "--help-all") return HelpPage::kAll;
      if (argument == "--help" || argument == "-h") page = HelpPage::kCommon;
      if (takes_next(argument)) ++i;
    }
    return page;
  }

  std::expected<GivenOptions, std::string> parse() {
    while (next_ < arguments_.size()) {
      if (auto complaint = read(arguments_[next_++])) return std::unexpected(std::move(*complaint));
    }
    if (auto complaint = surplus()) return std::unexpected(std::move(*complaint));
    if (auto complaint = excluded()) return std::unexpected(std::move(*complaint));
    return std::move(given_);
  }

 private:
  Complaint read(const std::string& argument) {
    if (only_positionals_ || argument == "-" || !argument.starts_with('-')) {
      positionals_.push_back(argument);
      return std::nullopt;
    }
    if (argument == "--") {
      only_positionals_ = true;
      return std::nullopt;
    }
    return argument.starts_with("--") ? read_long(argument) : read_letters(argument);
  }

  /// Where a flag stands: behind a letter that is not its argument's last one there are more letters, and
  /// what follows the argument is not its.
  enum class Place { kLast, kAmongLetters };

  // "--secs", "--secs=10"
  Complaint read_long(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    if (equals == std::string::npos) return read_flag(name, std::nullopt);
    return read_flag(name, argument.substr(equals + 1));
  }

  // "-d", "-d10", "-qd10"
  Complaint read_letters(const std::string& argument) {
    for (std::size_t i = 1; i < argument.size(); ++i) {
      const std::string name{'-', argument[i]};
      const bool is_last = i + 1 == argument.size();
      if (!is_last && argument[i + 1] == '=' && !takes_value(name)) {
        return read_flag(name, argument.substr(i + 2));
      }
      if (is_last || takes_value(name)) {
        return read_flag(name, is_last ? std::nullopt : std::optional(argument.substr(i + 1)));
      }
      if (auto complaint = read_flag(name, std::nullopt, Place::kAmongLetters)) return complaint;
    }
    return std::nullopt;
  }

  // Whether its value is the next argument: of "--secs", "-d" and "-qd", not of "--secs=10" and "-d10".
  bool takes_next(const std::string& argument) const {
    if (!argument.starts_with('-')) return false;
    if (argument.starts_with("--")) return takes_value(argument) && !is_bare(argument);
    for (std::size_t i = 1; i < argument.size(); ++i) {
      if (takes_value({'-', argument[i]})) return i + 1 == argument.size();
    }
    return false;
  }

  bool is_bare(std::string_view name) const {
    const Option* const option = find_option(table_, name);
    return option != nullptr && option->bare;
  }

  bool takes_value(const std::string& name) const {
    const Alias* const alias = find_alias(name);
    const Option* const option = find_option(table_, alias != nullptr ? alias->flag : name);
    return option != nullptr && !option->takes.empty() && (alias == nullptr || alias->value.empty());
  }

  const Alias* find_alias(std::string_view name) const {
    const auto found = std::ranges::find(table_.aliases, name, &Alias::name);
    return found == table_.aliases.end() ? nullptr : &*found;
  }

  // `glued` is what stands behind "=" or the letter.
  Complaint read_flag(const std::string& name, std::optional<std::string> glued, Place place = Place::kLast) {
    if (const Alias* const alias = find_alias(name)) {
      const Option& option = *find_option(table_, alias->flag);
      if (alias->value.empty()) return read_value(option, std::move(glued), place);
      if (glued) return fmt::format("{}: it takes no value", name);
      return take(option, std::string(alias->value));
    }
    const Option* const option = find_option(table_, name);
    return option == nullptr ? unknown_flag(name) : read_value(*option, std::move(glued), place);
  }

  Complaint read_value(const Option& option, std::optional<std::string> glued, Place place) {
    const bool has_next = place == Place::kLast && next_ < arguments_.size();
    if (option.takes.empty()) {
      if (glued) return fmt::format("{}: it takes no value", option.name);
      if (has_next && parse_rate(arguments_[next_])) {
        if (const Hint* const hint = find_hint(option)) return std::string(hint->advice);
      }
      return take(option, "");
    }
    if (glued) return take(option, *glued);  // "--flag=" is "--flag ''"
    if (option.bare && (!has_next || !may_be_its_value(option, arguments_[next_]))) return std::nullopt;
    if (!has_next) return fmt::format("{}: its value is missing", option.name);
    return take(option, arguments_[next_++]);
  }

  // Of a flag that may be bare. Nothing else begins with an empty argument: that is a variable that is not
  // set.
  static bool may_be_its_value(const Option& option, const std::string& argument) {
    return argument.empty() ||
           std::ranges::find(option.value.choices, argument) != option.value.choices.end();
  }

  Complaint take(const Option& option, const std::string& value) {
    given_.add(option.name);
    if (const auto complaint = option.value.take(value))
      return fmt::format("{}: {}", option.name, *complaint);
    return std::nullopt;
  }

  // What follows an unknown flag may be its value, so arguments too many are complained of last.
  Complaint surplus() {
    std::size_t taken = 0;
    for (const Option& option : all_options(table_)) {
      if (!option.is_positional()) continue;
      const std::size_t end = option.many ? positionals_.size() : std::min(taken + 1, positionals_.size());
      for (; taken < end; ++taken) {
        if (auto complaint = take(option, positionals_[taken])) return complaint;
      }
    }
    if (taken == positionals_.size()) return std::nullopt;
    return too_many(positionals_[taken]);
  }

  // Nothing is served after this, so that the variable has the value does not matter.
  std::string too_many(const std::string& argument) const {
    std::string complaint = fmt::format("'{}' is one argument too many", argument);
    for (const std::string_view flag : table_.for_stray_argument) {
      const Option* const option = find_option(table_, flag);
      if (option == nullptr || option->value.take(argument)) continue;
      return complaint + fmt::format("; did you mean '{} {}'?", flag, argument);
    }
    return complaint;
  }

  Complaint excluded() const {
    for (const Option& option : all_options(table_)) {
      if (!given_.has(option.name)) continue;
      for (const Exclusion& other : option.excludes) {
        if (!given_.has(other.flag)) continue;
        return fmt::format("{} and {} exclude each other: {}", option.name, other.flag, other.why);
      }
    }
    return std::nullopt;
  }

  Complaint unknown_flag(std::string_view name) const {
    for (const Hint& hint : table_.hints) {
      if (!hint.before_number && hint.flag == name)
        return fmt::format("there is no {}: {}", name, hint.advice);
    }
    std::vector<std::string_view> known;
    for (const Option& option : all_options(table_)) {
      if (!option.is_positional()) known.push_back(option.name);
    }
    const auto near = near_miss(name, known);
    return near ? fmt::format("there is no {}; did you mean {}?", name, *near)
                : fmt::format("there is no {}", name);
  }

  // For those who give a toggle a number.
  const Hint* find_hint(const Option& option) const {
    const auto found = std::ranges::find_if(table_.hints, [&](const Hint& hint) {
      return hint.before_number && find_option(table_, hint.flag) == &option;
    });
    return found == table_.hints.end() ? nullptr : &*found;
  }

  const OptionTable& table_;
  std::span<const std::string> arguments_;
  std::size_t next_ = 0;
  bool only_positionals_ = false;
  std::vector<std::string> positionals_;
  GivenOptions given_;
};

bool is_named(const Option& option, std::string_view name) {
  if (name == option.name || (!option.also.empty() && name == option.also)) return true;
  return option.letter != 0 && name.size() == 2 && name[0] == '-' && name[1] == option.letter;
}

}  // namespace

const Option* find_option(const OptionTable& table, std::string_view name) {
  for (const OptionGroup& group : table.groups) {
    for (const Option& option : group.options) {
      if (!option.is_positional() && is_named(option, name)) return &option;
    }
  }
  return nullptr;
}

std::vector<std::string> arguments_of(int argc, const char* const* argv) { return {argv + 1, argv + argc}; }

std::expected<GivenOptions, EarlyEnd> parse_options(const OptionTable& table,
                                                    std::span<const std::string> arguments) {
  OptionParser parser(table, arguments);
  if (const auto page = parser.asked_page()) {
    return std::unexpected(EarlyEnd{.code = kExitOk, .text = help_text(table, *page)});
  }
  auto given = parser.parse();
  if (!given) return std::unexpected(usage_error(table.verb, given.error()));
  return *std::move(given);
}

Complaint refusal(const OptionTable& table, const GivenOptions& given,
                  const std::vector<const Need*>& unmet) {
  for (const Option& option : all_options(table)) {
    if (!given.has(option.name)) continue;
    for (const Need* const need : option.needs) {
      if (std::ranges::find(unmet, need) == unmet.end()) continue;
      return fmt::format("{}{}", option.name, need->refusal);
    }
  }
  return std::nullopt;
}

}  // namespace suite
