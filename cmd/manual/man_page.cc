#include "cmd/manual/man_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <vector>

#include "cmd/version.h"

namespace suite::manual {
namespace {

constexpr std::string_view kExitStatus =
    ".SH EXIT STATUS\n"
    ".TP\n0\nIt ran. Errors that a run counts do not change that.\n"
    ".TP\n1\nIt could not start, nothing succeeded, or a result could not be written.\n"
    ".TP\n2\nThe command line cannot be right.\n"
    ".TP\n3\nA gate was breached, or a regression found.\n"
    ".TP\n130, 143\nInterrupted; what was measured is printed all the same.\n";

std::string heading(std::string_view page) {
  std::string upper(page);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return fmt::format(".TH {} 1 \"\" \"suite {}\" \"User Commands\"\n", roff(upper), version_number());
}

std::string name_section(std::string_view page, std::string_view summary) {
  return fmt::format(".SH NAME\n{} \\- {}\n", roff(page), roff(summary));
}

// Lines as they stand.
std::string verbatim(std::string_view lines) { return fmt::format(".nf\n{}\n.fi\n", roff(lines)); }

std::vector<std::string_view> paragraphs_of(std::string_view text) {
  constexpr std::string_view kGap = "\n\n";
  std::vector<std::string_view> paragraphs;
  while (!text.empty()) {
    const std::string_view paragraph = text.substr(0, text.find(kGap));
    paragraphs.push_back(paragraph);
    text.remove_prefix(std::min(text.size(), paragraph.size() + kGap.size()));
  }
  return paragraphs;
}

// A paragraph with an indented line is a table; others are filled.
std::string paragraphs(std::string_view text) {
  std::string pages;
  for (const std::string_view paragraph : paragraphs_of(text)) {
    const bool is_table = paragraph.starts_with(' ') || paragraph.contains("\n ");
    pages += ".PP\n" + (is_table ? verbatim(paragraph) : roff(paragraph) + "\n");
  }
  return pages;
}

// "-c, --conns N", names in bold and the value in italics.
std::string term(const Option& option) {
  std::string text;
  if (option.letter != 0) text += fmt::format("\\fB\\-{}\\fR, ", option.letter);
  text += fmt::format("\\fB{}\\fR", roff(option.name));
  if (!option.also.empty()) text += fmt::format(", \\fB{}\\fR", roff(option.also));
  if (!option.takes.empty()) text += fmt::format(" \\fI{}\\fR", roff(option.takes));
  return text;
}

std::string entry(const Option& option) {
  std::string text = fmt::format(".TP\n{}\n{}.", term(option), roff(option.help));
  if (!option.value.choices.empty() && !option.help.contains(option.value.choices.front()))
    text += roff(fmt::format(" One of: {}.", fmt::join(option.value.choices, ", ")));
  if (const std::string_view standard = option.default_text(); !standard.empty())
    text += roff(fmt::format(" Default: {}.", standard));
  return text + "\n";
}

std::string usage(std::string_view line) { return fmt::format(".SH SYNOPSIS\n.B {}\n", roff(line)); }

}  // namespace

std::string roff(std::string_view text) {
  std::string escaped;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) escaped += "\\&";
    at_line_start = c == '\n';
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else if (c == '\'') {
      escaped += "\\(aq";
    } else if (c == '`') {
      escaped += "\\(ga";
    } else if (c == '^') {
      escaped += "\\(ha";
    } else if (c == '~') {
      escaped += "\\(ti";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string verb_page(const OptionTable& table, std::string_view summary) {
  const std::string name = fmt::format("suite-{}", table.verb);
  std::string page = heading(name) + name_section(name, summary) + usage(table.usage);
  page += fmt::format(".SH DESCRIPTION\n{}\n{}", roff(table.summary), paragraphs(table.notes));
  page += ".SH OPTIONS\n";
  for (const OptionGroup& group : table.groups) {
    page += fmt::format(".SS {}\n", roff(group.title));
    for (const Option& option : group.options) page += entry(option);
  }
  page += ".SS Help\n.TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nThe common flags, with examples.\n";
  page += ".TP\n\\fB\\-\\-help\\-all\\fR\nAll flags.\n";
  return page + ".SH EXAMPLES\n" + verbatim(table.examples) + std::string(kExitStatus) +
         ".SH SEE ALSO\n.BR suite (1)\n";
}

std::string program_page(std::span<const Verb> verbs) {
  std::string page =
      heading("suite") +
      name_section("suite", "TCP and HTTP servers on many I/O backends, load, and comparisons") +
      usage("suite VERB [flags]") + ".SH DESCRIPTION\n";
  page +=
      roff(
          "Echo and HTTP servers, a load generator, and a benchmark that compares servers with each other.") +
      "\n.SH VERBS\n";
  std::string see_also;
  for (const Verb& verb : verbs) {
    page += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", roff(verb.name), roff(verb.summary));
    see_also += fmt::format("{}.BR suite\\-{} (1)", see_also.empty() ? "" : ",\n", roff(verb.name));
  }
  page +=
      ".SH OPTIONS\n.TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nThe verbs. After a verb: its flags.\n"
      ".TP\n\\fB\\-\\-version\\fR\nVersion, commit, compiler and libraries.\n";
  page += ".SH EXAMPLES\n" + verbatim(
                                 "  suite serve-echo --backend epoll --port 3900     # in one terminal\n"
                                 "  suite load --conns 100 --secs 10                 # in another");
  return page + std::string(kExitStatus) + ".SH SEE ALSO\n" + see_also + "\n";
}

}  // namespace suite::manual
