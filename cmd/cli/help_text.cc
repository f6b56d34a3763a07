#include "cmd/cli/help_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>

namespace suite {
namespace {

constexpr std::size_t kWidestLeft = 26;

// "-c, --conns N"
std::string left_column(const Option& option) {
  if (option.is_positional()) return std::string(option.name);
  std::string left = option.letter != 0 ? fmt::format("-{}, ", option.letter) : "";
  if (left.empty() && option.name.starts_with("--")) left = "    ";
  left += option.name;
  if (!option.also.empty()) left.append(", ").append(option.also);
  if (!option.takes.empty()) left.append(" ").append(option.takes);
  return left;
}

std::string line_of(const Option& option) {
  const std::string left = left_column(option);
  const std::string_view standard = option.default_text();
  std::string right(option.help);
  if (!standard.empty()) right += fmt::format(" ({})", standard);
  if (left.size() > kWidestLeft) return fmt::format("  {}\n  {:{}}  {}\n", left, "", kWidestLeft, right);
  return fmt::format("  {:{}}  {}\n", left, kWidestLeft, right);
}

std::string common_flags(const OptionTable& table) {
  std::string text = "\n";
  std::size_t left_out = 0;
  for (const Option& option :
       table.groups | std::views::transform(&OptionGroup::options) | std::views::join) {
    if (option.rare) {
      ++left_out;
    } else {
      text += line_of(option);
    }
  }
  if (left_out > 0)
    text += fmt::format("      --help-all              {} more flags: shows all, in groups\n", left_out);
  return text;
}

std::string all_flags(const OptionTable& table) {
  std::string text;
  for (const OptionGroup& group : table.groups) {
    text += fmt::format("\n{}\n", group.title);
    for (const Option& option : group.options) text += line_of(option);
  }
  return text;
}

}  // namespace

std::string help_text(const OptionTable& table, HelpPage page) {
  std::string text = fmt::format("{}\n\n{}\n\nUsage: {}\n", table.summary, table.examples, table.usage);
  text += page == HelpPage::kCommon ? common_flags(table) : all_flags(table);
  if (!table.notes.empty()) text += fmt::format("\n{}\n", table.notes);
  return text;
}

}  // namespace suite
