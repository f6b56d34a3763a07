#include "cmd/merge/merged.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "cmd/results/add_runs.h"
#include "common/base/units.h"

namespace suite::merge {
namespace {

using results::Json;
using results::LoadDocument;
using results::LoadRun;

// Settings that are divided among machines, and added up again.
constexpr std::array<std::string_view, 4> kAdded{"conns", "requests", "rate", "threads"};
// Settings that belong to a machine, or to what is made of the result.
constexpr std::array<std::string_view, 6> kOwn{"address",    "source_ip", "seed",
                                               "server_pid", "fail_if",   "require"};

template <std::size_t size>
bool is_among(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Of a setting that all must have alike, or none.
bool fit(std::string_view name, const Json& one, const Json& other) {
  if (is_among(kOwn, name)) return true;
  if (is_among(kAdded, name)) return one.is_number() == other.is_number();
  return one == other;
}

Json setting(const Json& config, const std::string& name) {
  const auto found = config.find(name);
  return found == config.end() ? Json(nullptr) : *found;
}

std::optional<std::string> what_differs(const Source& first, const Source& other) {
  const auto differs = [&](std::string_view what, const std::string& one, const std::string& two) {
    return fmt::format("{} and {} do not belong together: their {} differs ({} and {})", first.name,
                       other.name, what, one, two);
  };
  const LoadDocument &one = first.document, &two = other.document;
  if (one.suite != two.suite) return differs("version of suite", one.suite, two.suite);
  std::map<std::string, bool> names;
  for (const Json* config : {&one.config, &two.config}) {
    for (const auto& [name, value] : config->items()) names[name] = true;
  }
  for (const auto& [name, unused] : names) {
    const Json a = setting(one.config, name), b = setting(two.config, name);
    if (!fit(name, a, b)) return differs("'" + name + "'", a.dump(), b.dump());
  }
  if (one.runs.size() != two.runs.size())
    return differs("number of runs", fmt::format("{}", one.runs.size()), fmt::format("{}", two.runs.size()));
  return std::nullopt;
}

// The first two sources with the same document.
std::optional<std::string> what_counts_twice(std::span<const Source> sources) {
  std::map<std::string, std::string_view> names;  // by text
  for (const Source& source : sources) {
    const auto [before, is_new] = names.try_emplace(load_document_text(source.document), source.name);
    if (!is_new)
      return fmt::format("{} and {} are the same result: it would count twice", before->second, source.name);
  }
  return std::nullopt;
}

std::optional<std::string> what_is_wrong(std::span<const Source> sources) {
  for (const Source& source : sources) {
    if (!source.document.find_max.is_null()) {
      return fmt::format("{} is of --find-max: a search on one machine knows nothing of the others",
                         source.name);
    }
    if (source.document.runs.empty()) return fmt::format("{} has no run", source.name);
    if (auto difference = what_differs(sources.front(), source)) return difference;
  }
  return what_counts_twice(sources);
}

Json added_config(std::span<const Source> sources) {
  Json config = sources.front().document.config;
  for (const std::string_view name : kAdded) {
    const std::string key(name);
    for (const Source& source : sources.subspan(1)) {
      const Json more = setting(source.document.config, key);
      if (!more.is_number()) continue;
      if (more.is_number_float() || config[key].is_number_float()) {
        config[key] = config[key].get<double>() + more.get<double>();
      } else {
        config[key] = config[key].get<std::uint64_t>() + more.get<std::uint64_t>();
      }
    }
  }
  return config;
}

// Each once, with the sources that gave it.
std::vector<std::string> warnings_of(std::span<const Source> sources, std::size_t run) {
  std::vector<std::pair<std::string, std::vector<std::string_view>>> all;
  for (const Source& source : sources) {
    for (const std::string& warning : source.document.runs[run].warnings) {
      auto found = std::ranges::find(all, warning, &decltype(all)::value_type::first);
      if (found == all.end()) found = all.insert(all.end(), {warning, {}});
      found->second.push_back(source.name);
    }
  }
  std::vector<std::string> warnings;
  for (const auto& [warning, names] : all)
    warnings.push_back(fmt::format("{}: {}", fmt::join(names, ", "), warning));
  return warnings;
}

// Of loads that did not measure for the same time, throughput is too low.
std::optional<std::string> uneven_windows(std::span<const LoadRun> runs) {
  constexpr double kUneven = 0.01;
  const auto [shortest, longest] = std::ranges::minmax(runs, {}, &LoadRun::measured);
  if (shortest.seconds() >= (1 - kUneven) * longest.seconds()) return std::nullopt;
  return fmt::format("the results were measured for {} to {}: throughput is over the longest",
                     format_duration(shortest.measured), format_duration(longest.measured));
}

Json share_json(const Source& source) {
  const Environment& environment = source.document.environment;
  Json runs = Json::array();
  for (const LoadRun& run : source.document.runs) {
    runs.push_back({{"completed", run.counts.completed},
                    {"errors", run.counts.errors.total()},
                    {"seconds", run.seconds()},
                    {"rps", run.rps()},
                    {"client_cpu_seconds", results::seconds_of(run.client_cpu)},
                    {"interrupted", run.interrupted}});
  }
  return {{"name", source.name},
          {"cpu", environment.cpu},
          {"cores", environment.usable_cpus},
          {"kernel", kernel_text(environment)},
          {"conns", setting(source.document.config, "conns")},
          {"runs", std::move(runs)}};
}

LoadRun merged_run(std::span<const Source> sources, std::size_t number) {
  std::vector<LoadRun> runs;
  for (const Source& source : sources) runs.push_back(source.document.runs[number]);
  LoadRun sum = results::add_runs(runs);
  sum.warnings = warnings_of(sources, number);
  if (auto warning = uneven_windows(runs)) sum.warnings.push_back(*std::move(warning));
  return sum;
}

}  // namespace

std::expected<std::vector<std::string_view>, std::string> documents_in(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string_view> documents;
  std::size_t depth = 0, begin = 0;
  bool in_string = false, escaped = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      in_string = escaped || c != '"';
      escaped = !escaped && c == '\\';
    } else if (c == '{') {
      if (depth++ == 0) begin = i;
    } else if (depth == 0) {
      if (!kBlanks.contains(c))
        return std::unexpected(fmt::format(" holds something that is no result: '{}'", text.substr(i, 20)));
    } else if (c == '"') {
      in_string = true;
    } else if (c == '}' && --depth == 0) {
      documents.push_back(text.substr(begin, i + 1 - begin));
    }
  }
  if (depth > 0) documents.push_back(text.substr(begin));  // cut off: who reads it says so
  if (documents.empty()) return std::unexpected(" is empty");
  return documents;
}

std::expected<Merged, std::string> merged(std::span<const Source> sources) {
  if (auto wrong = what_is_wrong(sources)) return std::unexpected(*std::move(wrong));
  const LoadDocument& first = sources.front().document;
  Merged all{.document = {.suite = first.suite,
                          .config = added_config(sources),
                          .environment = first.environment,
                          .gates = Json::array(),
                          .find_max = nullptr,
                          .runs = {}}};
  for (std::size_t i = 0; i < first.runs.size(); ++i) all.document.runs.push_back(merged_run(sources, i));
  for (const Source& source : sources) all.shares.push_back(share_json(source));
  return all;
}

Json merged_json(const Merged& all) {
  Json json = load_document_json(all.document);
  json["merged"] = all.shares;
  return json;
}

}  // namespace suite::merge
