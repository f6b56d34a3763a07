#include "cmd/merge/merged.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "cmd/merge/parts.h"
#include "cmd/results/add_runs.h"
#include "cmd/results/json_text.h"
#include "common/base/date_time.h"
#include "common/base/units.h"

namespace suite::merge {
namespace {

using results::Json;
using results::LoadDocument;
using results::LoadRun;

// Settings of a whole load: parts of one have the same, and loads that are each a whole are added up.
constexpr std::array<std::string_view, 3> kOfTheLoad{"conns", "requests", "rate"};
// Settings that belong to a machine, or to what is made of the result.
constexpr std::array<std::string_view, 9> kOwn{"address", "source_ip", "seed",  "server_pid", "fail_if",
                                               "require", "threads",   "share", "start_at"};

template <std::size_t size>
bool is_among(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

enum class Kind { kParts, kWholes };

bool fit(Kind kind, std::string_view name, const Json& one, const Json& other) {
  if (is_among(kOwn, name)) return true;
  if (kind == Kind::kWholes && is_among(kOfTheLoad, name)) return one.is_number() == other.is_number();
  return one == other;
}

Json setting(const Json& config, const std::string& name) {
  const auto found = config.find(name);
  return found == config.end() ? Json(nullptr) : *found;
}

// What of its first line can be printed, and is not too long for a message.
std::string excerpt(std::string_view text, std::size_t most) {
  std::string first(text.substr(0, std::min(most, text.find_first_of("\r\n"))));
  for (char& c : first) {
    if (c < ' ' || c == '\x7f') c = '?';  // also what is no ASCII: it may have been cut within a character
  }
  return first;
}

// By name, those of HTTP and TLS as "http.method".
std::map<std::string, Json> settings_of(const Json& config) {
  std::map<std::string, Json> settings;
  for (const auto& [name, value] : config.items()) {
    if (!value.is_object()) {
      settings[name] = value;
      continue;
    }
    for (const auto& [part, setting] : value.items()) settings[name + "." + part] = setting;
  }
  return settings;
}

std::string value_text(const Json& value) {
  constexpr std::size_t kMost = 60;
  const std::string text = results::text_of(value);
  return text.size() <= kMost ? excerpt(text, kMost) : excerpt(text, kMost - 3) + "...";
}

std::optional<std::string> what_differs(Kind kind, const Source& first, const Source& other) {
  const auto differs = [&](std::string_view what, const std::string& one, const std::string& two) {
    return fmt::format("{} and {} do not belong together: their {} differs ({} and {})", first.name,
                       other.name, what, one, two);
  };
  const LoadDocument &one = first.document, &two = other.document;
  if (one.suite != two.suite) return differs("version of suite", one.suite, two.suite);
  std::map<std::string, Json> mine = settings_of(one.config), theirs = settings_of(two.config);
  for (const auto& [name, value] : mine) theirs.try_emplace(name);  // null
  for (const auto& [name, value] : theirs) {
    if (!fit(kind, name, mine[name], value))
      return differs("'" + name + "'", value_text(mine[name]), value_text(value));
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

std::optional<std::string> what_is_wrong(Kind kind, std::span<const Source> sources) {
  for (const Source& source : sources) {
    if (!source.document.find_max.is_null()) {
      return fmt::format("{} is of --find-max: a search on one machine knows nothing of the others",
                         source.name);
    }
    if (source.document.runs.empty()) return fmt::format("{} has no run", source.name);
    if (auto difference = what_differs(kind, sources.front(), source)) return difference;
  }
  return std::nullopt;
}

Json sum_of(const Json& one, const Json& other) {
  if (!one.is_number() || !other.is_number()) return one;
  if (one.is_number_float() || other.is_number_float()) return one.get<double>() + other.get<double>();
  return one.get<std::uint64_t>() + other.get<std::uint64_t>();
}

Json added_config(std::span<const Source> sources, const std::optional<Parts>& parts) {
  Json config = sources.front().document.config;
  const auto add = [&](const std::string& key) {
    for (const Source& source : sources.subspan(1))
      config[key] = sum_of(config[key], setting(source.document.config, key));
  };
  add("threads");
  for (const std::string_view name : kOfTheLoad) {
    if (!parts) add(std::string(name));
  }
  const bool some_are_missing = parts && !missing_text(*parts).empty();
  config["share"] = some_are_missing ? Json(parts_text(*parts)) : Json(nullptr);
  return config;
}

// "a, b", "all", "a, b, c and 95 more".
std::string names_text(std::span<const std::string_view> names, std::size_t all) {
  constexpr std::size_t kMostNamed = 4;
  if (names.size() == all && all > 1) return "all";
  if (names.size() <= kMostNamed) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} more", fmt::join(names.first(kMostNamed - 1), ", "),
                     names.size() - kMostNamed + 1);
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
    warnings.push_back(fmt::format("{}: {}", names_text(names, sources.size()), warning));
  return warnings;
}

// Of loads that did not measure for the same time, throughput is too low.
std::optional<std::string> uneven_windows(std::span<const LoadRun> runs) {
  constexpr double kUneven = 0.01;
  const auto [shortest, longest] = std::ranges::minmax_element(runs, {}, &LoadRun::measured);
  if (shortest->seconds() >= (1 - kUneven) * longest->seconds()) return std::nullopt;
  return fmt::format("the results were measured for {} to {}: throughput is over the longest",
                     format_duration(shortest->measured), format_duration(longest->measured));
}

// How long after the first of them the last one began; nothing where that is not known of all.
std::optional<std::chrono::nanoseconds> skew_of(std::span<const LoadRun> runs) {
  if (!std::ranges::all_of(runs, [](const LoadRun& run) { return run.began.has_value(); }))
    return std::nullopt;
  const auto [first, last] = std::ranges::minmax_element(runs, {}, &LoadRun::began);
  return *last->began - *first->began;
}

// Before the last one began, and after the first one ended, less than the whole load was there.
std::optional<std::string> began_apart(std::span<const LoadRun> runs) {
  constexpr double kShareOfWindow = 0.01;
  constexpr auto kAlwaysFine = std::chrono::milliseconds(50);
  const auto skew = skew_of(runs);
  const double window = std::ranges::max_element(runs, {}, &LoadRun::measured)->seconds();
  if (!skew || *skew <= kAlwaysFine || results::seconds_of(*skew) <= kShareOfWindow * window)
    return std::nullopt;
  return fmt::format(
      "the results began up to {} apart by their machines' clocks: --start-at TIME starts them together",
      format_duration(*skew));
}

Json share_json(const Source& source, std::span<const LoadRun> sums) {
  const Environment& environment = source.document.environment;
  Json runs = Json::array();
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const LoadRun& run = source.document.runs[i];
    const bool known = run.began && sums[i].began;
    runs.push_back(
        {{"began", run.began ? Json(date_time_text(*run.began)) : Json(nullptr)},
         {"skew_seconds", known ? Json(results::seconds_of(*run.began - *sums[i].began)) : Json(nullptr)},
         {"completed", run.counts.completed},
         {"errors", run.counts.errors.total()},
         {"seconds", run.seconds()},
         {"rps", run.rps()},
         {"client_cpu_seconds", results::seconds_of(run.client_cpu)},
         {"interrupted", run.interrupted},
         {"warnings", run.warnings}});
  }
  return {{"name", source.name},
          {"share", setting(source.document.config, "share")},
          {"cpu", environment.cpu},
          {"cores", environment.usable_cpus},
          {"kernel", kernel_text(environment)},
          {"conns", source.document.runs.front().connections_asked},
          {"runs", std::move(runs)}};
}

LoadRun merged_run(std::span<const Source> sources, std::size_t number) {
  std::vector<LoadRun> runs;
  for (const Source& source : sources) runs.push_back(source.document.runs[number]);
  LoadRun sum = results::add_runs(runs);
  sum.warnings = warnings_of(sources, number);
  if (auto warning = uneven_windows(runs)) sum.warnings.push_back(*std::move(warning));
  if (auto warning = began_apart(runs)) sum.warnings.push_back(*std::move(warning));
  return sum;
}

// Of one that is a part, or several.
Parts own_parts(const Source& source) {
  return parse_parts(source.document.config.at("share").get<std::string>()).value_or(Parts{.numbers = {1}});
}

// What was merged before is incomplete for want of parts that may be here now.
void forget_missing(Source& source) {
  const std::string missing = missing_text(own_parts(source));
  for (LoadRun& run : source.document.runs) {
    if (run.failure != missing) continue;
    run.interrupted = false;
    run.failure.reset();
  }
}

// What is there is not all that was asked for, in any run.
std::vector<std::string> what_is_missing(std::span<const Source> sources, const std::optional<Parts>& parts) {
  std::vector<std::string> missing;
  if (parts && !missing_text(*parts).empty()) missing.push_back(missing_text(*parts));
  std::vector<std::string_view> interrupted;
  for (const Source& source : sources) {
    if (std::ranges::any_of(source.document.runs, &LoadRun::interrupted)) interrupted.push_back(source.name);
  }
  if (!interrupted.empty()) {
    missing.push_back(fmt::format("{} {} interrupted", names_text(interrupted, sources.size()),
                                  interrupted.size() == 1 ? "was" : "were"));
  }
  return missing;
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
        return std::unexpected(
            fmt::format(" holds something that is no result: '{}'", excerpt(text.substr(i), 20)));
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

std::expected<Merged, std::string> merged(std::vector<Source> sources) {
  if (auto twice = what_counts_twice(sources)) return std::unexpected(*std::move(twice));
  const auto parts = parts_together(sources);
  if (!parts) return std::unexpected(parts.error());
  if (*parts) {
    for (Source& source : sources) forget_missing(source);
    std::ranges::stable_sort(sources, {},
                             [](const Source& source) { return own_parts(source).numbers.front(); });
  }
  if (auto wrong = what_is_wrong(*parts ? Kind::kParts : Kind::kWholes, sources))
    return std::unexpected(*std::move(wrong));
  const LoadDocument& first = sources.front().document;
  Merged all{.document = {.suite = first.suite,
                          .config = added_config(sources, *parts),
                          .environment = first.environment,
                          .gates = Json::array(),
                          .find_max = nullptr,
                          .runs = {}},
             .missing = what_is_missing(sources, *parts)};
  for (std::size_t i = 0; i < first.runs.size(); ++i) {
    LoadRun& run = all.document.runs.emplace_back(merged_run(sources, i));
    if (!*parts || run.interrupted || missing_text(**parts).empty()) continue;
    run.interrupted = true;
    run.failure = missing_text(**parts);
  }
  for (const Source& source : sources) all.shares.push_back(share_json(source, all.document.runs));
  return all;
}

Json merged_json(const Merged& all) {
  Json json = load_document_json(all.document);
  json["merged"] = all.shares;
  return json;
}

}  // namespace suite::merge
