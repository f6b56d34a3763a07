#include "cmd/doctor/doctor_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cmd/cli/text_lines.h"
#include "cmd/results/environment_json.h"
#include "cmd/results/json_text.h"
#include "common/base/units.h"

namespace suite::doctor {
namespace {

using diagnosis::Finding;
using diagnosis::Severity;
using results::Json;

constexpr std::size_t kColumns = 80;

struct Section {
  Severity severity;
  std::string_view name;   // in the document
  std::string_view title;  // above the findings, or before those that share a line
};

// In the order of the page.
constexpr std::array kSections{
    Section{Severity::kSpoils, "spoils", "Spoils measurements"},
    Section{Severity::kBounds, "bounds", "Bounds what can be measured"},
    Section{Severity::kNote, "note", "Worth knowing"},
    Section{Severity::kFine, "fine", "Fine: "},
    Section{Severity::kUnknown, "unknown", "This machine does not say: "},
};

std::string_view name_of(Severity severity) {
  return std::ranges::find(kSections, severity, &Section::severity)->name;
}

std::string capitalized(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::string block(std::string_view text, std::size_t indent) {
  return wrapped(std::string(indent, ' ').append(text), kColumns, indent);
}

std::string paragraph_of(const Finding& finding) {
  constexpr std::size_t kFound = 2, kRest = 6;
  std::string text = block(capitalized(finding.found) + ".", kFound) + block(finding.effect, kRest);
  if (!finding.advice.empty()) text += block(finding.advice + (finding.command.empty() ? "." : ":"), kRest);
  if (!finding.command.empty()) text += fmt::format("{:{}}$ {}\n", "", kRest, finding.command);
  return text;
}

// "AMD EPYC 7B13, 8 usable processors, Linux 6.18.5 x86_64".
std::string heading(const Environment& environment) {
  std::string text = environment.cpu.empty() ? "" : environment.cpu + ", ";
  return text + format_items(environment.usable_cpus, "usable processor") + ", " + kernel_text(environment) +
         "\n";
}

bool any_of(std::span<const Finding> findings, Severity severity) {
  return std::ranges::find(findings, severity, &Finding::severity) != findings.end();
}

std::string paragraphs(std::span<const Finding> findings, const Section& section) {
  std::string text = fmt::format("\n{}\n", section.title);
  for (const Finding& finding : findings) {
    if (finding.severity == section.severity) text += paragraph_of(finding);
  }
  return text;
}

std::string one_line(std::span<const Finding> findings, const Section& section) {
  std::string all;
  for (const Finding& finding : findings) {
    if (finding.severity == section.severity) all.append(all.empty() ? "" : ", ").append(finding.found);
  }
  return "\n" + wrapped(fmt::format("{}{}.", section.title, all), kColumns, 2);
}

Json sample_json(const diagnosis::Machine& machine) {
  if (!machine.usage) return nullptr;
  Json programs = Json::array();
  constexpr std::size_t kMost = 10;
  for (const auto& program : machine.usage->programs) {
    if (programs.size() == kMost) break;
    programs.push_back({{"name", program.name}, {"pid", program.pid}, {"cpus", program.cpus}});
  }
  return {{"seconds", machine.usage->seconds},
          {"busy_cpus", machine.usage->busy_cpus},
          {"stolen_share", machine.usage->stolen_share},
          {"programs", std::move(programs)}};
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

std::string doctor_text(std::span<const Finding> findings, const Environment& environment) {
  std::string text = heading(environment);
  if (!any_of(findings, Severity::kSpoils) && !any_of(findings, Severity::kBounds))
    text += "Nothing was found that spoils or bounds measurements.\n";
  for (const Section& section : kSections) {
    if (!any_of(findings, section.severity)) continue;
    text += section.severity < Severity::kFine ? paragraphs(findings, section) : one_line(findings, section);
  }
  return text;
}

std::string doctor_json(std::span<const Finding> findings, const diagnosis::Machine& machine,
                        const Environment& environment) {
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"name", finding.name},
                    {"severity", name_of(finding.severity)},
                    {"found", finding.found},
                    {"effect", text_or_null(finding.effect)},
                    {"advice", text_or_null(finding.advice)},
                    {"command", text_or_null(finding.command)}});
  }
  constexpr std::size_t kLineForEachFinding = 2;
  return results::text_of({{"schema", 1},
                           {"suite", environment.suite},
                           {"kind", "doctor"},
                           {"environment", results::environment_json(environment)},
                           {"sample", sample_json(machine)},
                           {"findings", std::move(list)}},
                          kLineForEachFinding) +
         "\n";
}

}  // namespace suite::doctor
