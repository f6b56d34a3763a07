#include "cmd/report/content.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <tuple>

#include "cmd/report/load_curve.h"
#include "cmd/report/published.h"
#include "cmd/report/setting.h"
#include "cmd/report/table.h"
#include "cmd/report/trust.h"
#include "cmd/results/load_levels.h"
#include "common/base/units.h"

namespace suite::report {
namespace {

using results::BenchContestant;
using results::BenchDocument;
using results::BenchSection;
using results::LoadDocument;

// A result of `suite load` as a contestant whose rounds are its runs.
BenchSection section_of_load(const Source& source, const LoadDocument& document) {
  const auto text_of = [&](const char* key) {
    const auto value = document.config.find(key);
    return value != document.config.end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  const auto count_of = [&](const char* key) {
    const auto value = document.config.find(key);
    return value != document.config.end() && value->is_number_unsigned() ? value->get<std::uint64_t>() : 0;
  };
  BenchContestant one{
      .name = source.label, .serve = {}, .load = "suite load " + text_of("target"), .rounds = {}};
  for (const results::LoadRun& run : document.runs)
    one.rounds.push_back({.round = one.rounds.size() + 1, .run = run});
  return {.workload = "load",
          .conns = count_of("conns"),
          .depth = count_of("depth"),
          .contestants = {std::move(one)}};
}

std::vector<std::vector<SectionOf>> grouped(std::span<const SectionOf> sections) {
  using Key = std::tuple<std::string, std::uint64_t, std::uint64_t, bool>;  // cell, depth, size, is of load
  std::map<Key, std::size_t> groups;
  std::vector<std::vector<SectionOf>> parts;
  for (const SectionOf& one : sections) {
    // Results of load are overlaid whatever they asked for: their environment says what.
    const Key key = one.is_load
                        ? Key{"", 0, 0, true}
                        : Key{results::cell_name(*one.section), one.section->depth, one.section->size, false};
    const auto [group, is_new] = groups.try_emplace(key, parts.size());
    if (is_new) parts.emplace_back();
    parts[group->second].push_back(one);
  }
  return parts;
}

// In the order of the documents, so that a colour does not depend on who won. In several results a contestant
// has one colour, as long as the page's eight colours and four kinds of line suffice for that.
void give_places(Content& content, std::size_t sources) {
  constexpr std::size_t kColours = 8, kLines = 4;
  std::map<std::string, std::size_t> places, contestants;
  for (Table& table : content.tables) {
    std::vector<Row*> rows;
    for (Row& row : table.rows) rows.push_back(&row);
    std::ranges::sort(rows, {}, &Row::entry);
    for (Row* row : rows) {
      const auto [place, is_new] = places.try_emplace(row->name, content.names.size());
      if (is_new) content.names.push_back(row->name);
      row->place = place->second;
      contestants.try_emplace(row->contestant, contestants.size());
    }
  }
  if (sources > 1 && sources <= kLines && contestants.size() <= kColours) {
    for (Table& table : content.tables) {
      if (table.is_load) continue;
      for (Row& row : table.rows) row.place = contestants.at(row.contestant) + kColours * row.source;
    }
  }
  for (LoadCurve& load : content.loads)
    load.place = places.try_emplace(load.name, places.size()).first->second;
}

std::uint64_t value_of(const Table& table) { return table.point ? table.point->value : table.conns; }

// What tables of one sweep have in common; the number that it varies is left out.
using SweepKey = std::tuple<std::string, results::Axis, std::uint64_t, std::uint64_t, std::uint64_t>;

SweepKey sweep_key(const Table& table) {
  using results::Axis;
  const Axis axis = table.point ? table.point->axis : Axis::kConns;
  return {table.workload, axis, axis == Axis::kConns ? 0 : table.conns,
          axis == Axis::kDepth ? 0 : table.depth, axis == Axis::kSize ? 0 : table.size};
}

std::vector<Sweep> sweeps_of(const std::vector<Table>& tables) {
  std::map<SweepKey, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i].is_load && !tables[i].level) groups[sweep_key(tables[i])].push_back(i);
  }
  std::vector<Sweep> sweeps;
  for (auto& [key, places] : groups) {
    // Beside a sweep its workload may be measured for all. In a document that names no sweeps, several
    // numbers of connections are one.
    const auto is_point = [&](std::size_t place) { return tables[place].point.has_value(); };
    if (std::ranges::any_of(places, is_point)) std::erase_if(places, std::not_fn(is_point));
    if (places.size() < 2) continue;
    std::ranges::sort(places, {}, [&](std::size_t place) { return value_of(tables[place]); });
    const results::Axis axis = std::get<results::Axis>(key);
    Sweep sweep{
        .title = fmt::format("{} over {}", std::get<0>(key), title_of(axis)), .axis = axis, .tables = places};
    for (const std::size_t place : places) sweep.values.push_back(value_of(tables[place]));
    sweeps.push_back(std::move(sweep));
  }
  return sweeps;
}

// A curve per name; in the order of the shares.
std::vector<Knee> knees_of(const std::vector<Table>& tables, const LoadGrowth& growth) {
  std::map<std::string, std::vector<std::pair<double, std::optional<double>>>> curves;
  for (const std::size_t place : growth.tables) {
    for (const Row& row : tables[place].rows) {
      if (row.numbers.empty()) continue;
      curves[row.name].emplace_back(*tables[place].level->share, row.of(Metric::kP99).median);
    }
  }
  std::vector<Knee> knees;
  for (const auto& [name, curve] : curves) {
    std::vector<std::optional<double>> p99;
    for (const auto& [share, value] : curve) p99.push_back(value);
    if (const auto knee = results::knee_of(p99)) knees.push_back({.name = name, .share = curve[*knee].first});
  }
  return knees;
}

using GrowthKey = std::tuple<std::string, std::uint64_t, std::uint64_t, std::uint64_t>;

GrowthKey growth_key(const Table& table) { return {table.workload, table.conns, table.depth, table.size}; }

std::optional<std::size_t> maximum_of(const GrowthKey& key, const std::vector<Table>& tables) {
  const auto found = std::ranges::find_if(tables, [&key](const Table& table) {
    return !table.level && !table.point && !table.is_load && growth_key(table) == key;
  });
  if (found == tables.end()) return std::nullopt;
  return static_cast<std::size_t>(found - tables.begin());
}

std::vector<LoadGrowth> growths_of(const std::vector<Table>& tables) {
  std::map<GrowthKey, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (tables[i].level && tables[i].level->share) groups[growth_key(tables[i])].push_back(i);
  }
  std::vector<LoadGrowth> growths;
  for (auto& [key, places] : groups) {
    std::ranges::sort(places, {}, [&](std::size_t place) { return *tables[place].level->share; });
    LoadGrowth growth{
        .title = fmt::format("{}, {}", std::get<0>(key), format_items(std::get<1>(key), "connection")),
        .tables = places,
        .maximum = maximum_of(key, tables),
        .knees = {}};
    growth.knees = knees_of(tables, growth);
    growths.push_back(std::move(growth));
  }
  return growths;
}

void count_warnings(Content& content, std::span<const SectionOf> sections) {
  std::map<std::string, std::size_t> places;
  for (const SectionOf& one : sections) {
    for (const BenchContestant& contestant : one.section->contestants) {
      for (const auto& round : contestant.rounds) {
        for (const std::string& warning : round.run.warnings) {
          // What follows the colon are the figures of that round.
          const std::string kind = warning.substr(0, warning.find(':'));
          const auto [place, is_new] = places.try_emplace(kind, content.warnings.size());
          if (is_new) content.warnings.emplace_back(kind, 0);
          ++content.warnings[place->second].second;
        }
      }
    }
  }
}

}  // namespace

const Row* find_row(const Table& table, std::string_view name) {
  const auto row = std::ranges::find(table.rows, name, &Row::name);
  return row == table.rows.end() ? nullptr : &*row;
}

std::vector<std::string> names_in(std::span<const std::size_t> tables, const Content& content) {
  std::vector<std::string> names;
  for (const std::string& name : content.names) {
    const bool has_it = std::ranges::any_of(tables, [&](std::size_t place) {
      const Row* row = find_row(content.tables[place], name);
      return row != nullptr && (!row->numbers.empty() || row->failure);
    });
    if (has_it) names.push_back(name);
  }
  return names;
}

Content content_of(std::span<const Source> sources) {
  std::vector<BenchSection> of_loads;
  of_loads.reserve(sources.size());  // pointed into
  std::vector<SectionOf> sections;
  Content content;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (const auto* load = std::get_if<LoadDocument>(&sources[i].document)) {
      of_loads.push_back(section_of_load(sources[i], *load));
      sections.push_back({.source = i, .section = &of_loads.back(), .is_load = true});
      std::ranges::move(load_curves(sources[i].label, *load), std::back_inserter(content.loads));
      continue;
    }
    const auto& bench = std::get<BenchDocument>(sources[i].document);
    for (const BenchSection& section : bench.sections) {
      sections.push_back({.source = i,
                          .section = &section,
                          .one_core = bench.config.load_cpus.empty(),
                          .limits = &bench.limits});
    }
  }
  for (const auto& parts : grouped(sections)) content.tables.push_back(table_of(parts, sources));
  std::erase_if(content.tables, [](const Table& table) { return table.rows.empty(); });
  give_places(content, sources.size());
  content.sweeps = sweeps_of(content.tables);
  content.growths = growths_of(content.tables);
  content.published = published_beside(content.tables);
  describe_setting(content, sources);
  count_warnings(content, sections);
  content.trust = trust_of(sources, content);
  return content;
}

}  // namespace suite::report
