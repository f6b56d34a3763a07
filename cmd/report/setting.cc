#include "cmd/report/setting.h"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/report/wording.h"
#include "common/base/units.h"

namespace suite::report {
namespace {

using results::BenchDocument;
using results::LoadDocument;

struct Machine {
  std::string cpu;
  std::size_t cores = 0;
  std::string kernel;

  std::string text() const { return fmt::format("{}, {}, {}", cpu, format_items(cores, "core"), kernel); }
};

const Environment& environment_of(const Source& source) {
  return std::visit([](const auto& document) -> const Environment& { return document.environment; },
                    source.document);
}

Machine machine_of(const Source& source) {
  const Environment& environment = environment_of(source);
  return {.cpu = environment.cpu.empty() ? "unknown processor" : environment.cpu,
          .cores = environment.usable_cpus,
          .kernel = fmt::format("{} {}", environment.system, environment.release)};
}

std::string workloads_text(const Content& content) {
  std::vector<std::string> workloads;
  for (const Table& table : content.tables) {
    if (std::ranges::find(workloads, table.workload) == workloads.end()) workloads.push_back(table.workload);
  }
  constexpr std::size_t kNamed = 3;
  return workloads.size() <= kNamed ? listed(workloads) : fmt::format("{} workloads", workloads.size());
}

// Each once, whatever results it is in.
std::vector<std::string> contestants_in(const Content& content) {
  std::vector<const Row*> rows;
  for (const Table& table : content.tables) {
    for (const Row& row : table.rows) rows.push_back(&row);
  }
  std::ranges::stable_sort(rows, {}, [](const Row* row) { return std::pair(row->source, row->entry); });
  std::vector<std::string> names;
  for (const Row* row : rows) {
    if (std::ranges::find(names, row->contestant) == names.end()) names.push_back(row->contestant);
  }
  return names;
}

std::string labels_text(std::span<const Source> sources) {
  if (sources.size() == 1) return {};
  std::vector<std::string> labels;
  for (const Source& source : sources) labels.push_back(source.label);
  return fmt::format(" ({})", listed(labels));
}

std::string title_text(const Content& content, std::span<const Source> sources) {
  constexpr std::size_t kNamed = 4;
  const bool only_loads = std::ranges::all_of(content.tables, &Table::is_load);
  const std::vector<std::string> names = contestants_in(content);
  const std::string who =
      names.size() <= kNamed ? listed(names) : fmt::format("{} contestants", names.size());
  if (only_loads && names.size() == 1) return content.tables.front().rows.front().load;
  if (only_loads) return fmt::format("suite load: {}", who);
  if (names.size() == 2 && content.tables.front().rows.size() == 2 &&
      !content.tables.front().ratios.empty()) {
    return fmt::format("{} against {} on {}", names.back(), names.front(), workloads_text(content));
  }
  return fmt::format("{} on {}{}", who, workloads_text(content), labels_text(sources));
}

std::string connections_text(const Content& content) {
  std::vector<std::uint64_t> conns;
  for (const Table& table : content.tables) {
    if (table.conns > 0 && std::ranges::find(conns, table.conns) == conns.end()) conns.push_back(table.conns);
  }
  if (conns.empty()) return {};
  const auto [least, most] = std::ranges::minmax(conns);
  return least == most ? format_items(least, "connection")
                       : fmt::format("{} to {} connections", format_count(least), format_count(most));
}

// "10 rounds of 2s"; "4 of 10 rounds of 2s": one that was not measured to its end has no more of anybody.
std::string rounds_text(const BenchDocument& document) {
  std::size_t most = 0;
  for (const auto& section : document.sections) {
    for (const auto& contestant : section.contestants) most = std::max(most, contestant.rounds.size());
  }
  const bool is_whole = document.complete && !document.interrupted;
  const std::string of = is_whole || most >= document.config.rounds ? "" : fmt::format("{} of ", most);
  return fmt::format("{}{} of {}", of, format_items(document.config.rounds, "round"),
                     duration_argument(document.config.secs));
}

using Entries = std::vector<std::pair<std::string, std::string>>;

void add(Entries& entries, std::string_view name, std::string value) {
  if (!value.empty()) entries.emplace_back(name, std::move(value));
}

std::string placement_text(const results::BenchConfig& config) {
  if (config.load_cpus.empty()) return "shared by servers and load";
  return fmt::format("servers on {}, load on {}", fmt::join(config.server_cpus, ","),
                     fmt::join(config.load_cpus, ","));
}

void add_settings(Entries& entries, const BenchDocument& bench) {
  add(entries, "rounds",
      fmt::format("{}, warm-up {}, seed {}", rounds_text(bench), duration_argument(bench.config.warmup),
                  bench.config.seed));
  add(entries, "processors", placement_text(bench.config));
  for (const results::LeftOut& one : bench.skipped) {
    add(entries, "skipped", fmt::format("{}: {}", one.name, one.reason));
  }
}

void add_settings(Entries& entries, const LoadDocument& load) {
  add(entries, "config", load.config.dump(-1, ' ', false, results::Json::error_handler_t::replace));
}

void add_environment(Entries& entries, const Source& source) {
  const Environment& environment = environment_of(source);
  const auto suite = std::visit([](const auto& document) { return document.suite; }, source.document);
  add(entries, "file", source.file);
  add(entries, "date", source.date);
  add(entries, "processor", fmt::format("{}, {} usable", environment.cpu, environment.usable_cpus));
  add(entries, "memory", environment.memory_bytes > 0 ? format_size(environment.memory_bytes) : "");
  add(entries, "kernel", kernel_text(environment));
  add(entries, "distribution", environment.distribution);
  add(entries, "suite",
      environment.commit.empty() ? suite : fmt::format("{} ({})", suite, environment.commit));
  add(entries, "compiler", environment.compiler);
  add(entries, "libraries", environment.libraries);
  std::visit([&](const auto& document) { add_settings(entries, document); }, source.document);
}

// Of more than a few results: how many they are.
std::string dates_text(std::span<const Source> sources) {
  constexpr std::size_t kNamed = 3;
  std::vector<std::string> dates;
  for (const Source& source : sources) dates.push_back(source.date);
  const bool are_known = std::ranges::none_of(dates, &std::string::empty);
  return sources.size() == 1 || (sources.size() <= kNamed && are_known)
             ? listed(dates)
             : format_items(sources.size(), "result");
}

std::vector<std::string> facts_of(const Content& content, std::span<const Source> sources) {
  const Source& first = sources.front();
  std::vector<std::string> facts;
  const auto add = [&](std::string fact) {
    if (!fact.empty()) facts.push_back(std::move(fact));
  };
  add(dates_text(sources));
  if (machines_differ(sources)) {
    add("different machines");
  } else {
    const Machine machine = machine_of(first);
    add(machine.cpu);
    add(fmt::format("{} usable", format_items(machine.cores, "core")));
    add(machine.kernel);
  }
  add(connections_text(content));
  const auto* bench = std::get_if<BenchDocument>(&first.document);
  if (bench != nullptr && sources.size() == 1) add(rounds_text(*bench));
  return facts;
}

}  // namespace

bool machines_differ(std::span<const Source> sources) {
  const std::string first = machine_of(sources.front()).text();
  return std::ranges::any_of(sources, [&](const Source& other) { return machine_of(other).text() != first; });
}

void describe_setting(Content& content, std::span<const Source> sources) {
  if (!content.tables.empty()) content.title = title_text(content, sources);
  content.facts = facts_of(content, sources);
  content.machine = machines_differ(sources) ? "different machines" : machine_of(sources.front()).text();
  for (const Source& source : sources) add_environment(content.environment, source);
}

}  // namespace suite::report
