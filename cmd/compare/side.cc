#include "cmd/compare/side.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>
#include <utility>
#include <variant>

#include "cmd/cli/read_file.h"
#include "cmd/results/any_document.h"
#include "cmd/results/json_text.h"
#include "common/process/environment.h"

namespace suite::compare {
namespace {

using results::BenchDocument;
using results::Json;
using results::LoadDocument;

/// What one file holds.
struct Contents {
  std::string_view verb;
  std::vector<Property> properties;
  std::vector<Cell> cells;
  bool complete = true;
};

void add(std::vector<Property>& properties, std::string_view name, const Json& value) {
  properties.push_back({.name = std::string(name), .value = results::text_of(value)});
}

// Results of load do not know all of it.
void add_machine(std::vector<Property>& properties, const Environment& environment) {
  add(properties, "cpu", environment.cpu);
  add(properties, "usable_cpus", environment.usable_cpus);
  add(properties, "memory_bytes", environment.memory_bytes);
  add(properties, "kernel", kernel_text(environment));
}

// The build may differ: that is what is compared. So may how often, in which order and when it was measured.
Contents contents_of(BenchDocument document) {
  Contents contents{.verb = "bench", .properties = {}, .cells = {}, .complete = document.complete};
  auto& properties = contents.properties;
  add_machine(properties, document.environment);
  const auto& config = document.config;
  add(properties, "secs", results::seconds_of(config.secs));
  add(properties, "warmup", results::seconds_of(config.warmup));
  add(properties, "http_limit", results::seconds_of(config.http_limit));
  add(properties, "server_cpus", config.server_cpus);
  add(properties, "load_cpus", config.load_cpus);
  for (auto& section : document.sections) {
    for (auto& contestant : section.contestants) {
      Cell cell{.name = fmt::format("{}: {}", results::cell_name(section), contestant.name), .runs = {}};
      cell.is_open_loop = section.level.has_value();
      for (auto& round : contestant.rounds) cell.runs.push_back(std::move(round.run));
      contents.cells.push_back(std::move(cell));
    }
  }
  return contents;
}

// But for one that is off: a result of an earlier version, which does not know the setting, is of the same
// load.
void add_setting(std::vector<Property>& properties, std::string_view name, const Json& value) {
  const bool off = value.is_null() || (value.is_boolean() && !value.get<bool>());
  if (!off) add(properties, name, value);
}

// Where a server listens may differ, and what does not change the load.
bool may_differ(std::string_view option) {
  constexpr std::array kFree{"target",     "address", "resolve", "runs",     "seed",
                             "server_pid", "fail_if", "require", "find_max", "start_at"};
  return std::ranges::find(kFree, option) != kFree.end();
}

// "http://127.0.0.1:8080/page" -> "/page"
std::string path_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return path == std::string::npos ? "/" : url.substr(path);
}

Contents contents_of(LoadDocument document) {
  Contents contents{.verb = "load", .properties = {}, .cells = {{}}};
  auto& properties = contents.properties;
  add_machine(properties, document.environment);
  for (const auto& [name, value] : document.config.items()) {
    if (may_differ(name)) continue;
    if (name != "http" || !value.is_object()) {
      add_setting(properties, name, value);
      continue;
    }
    for (const auto& [part, setting] : value.items()) {
      const bool is_url = part == "url" && setting.is_string();
      add_setting(properties, is_url ? "path" : part,
                  is_url ? Json(path_of(setting.get<std::string>())) : setting);
    }
  }
  contents.cells.front().runs = std::move(document.runs);
  return contents;
}

std::expected<Contents, std::string> read_contents(const std::string& path) {
  const auto text = read_input(path);
  if (!text) return std::unexpected(text.error());
  auto document = results::read_any_document(*text);
  if (!document) return std::unexpected(fmt::format("cannot read '{}': {}", path, document.error()));
  return std::visit([](auto& one) { return contents_of(std::move(one)); }, *document);
}

void merge(std::vector<Cell>& into, std::vector<Cell> cells) {
  for (Cell& cell : cells) {
    if (cell.runs.empty()) continue;
    const auto same = std::ranges::find(into, cell.name, &Cell::name);
    if (same == into.end()) {
      into.push_back(std::move(cell));
    } else {
      std::ranges::move(cell.runs, std::back_inserter(same->runs));
    }
  }
}

}  // namespace

std::expected<Side, std::string> read_side(const std::string& list) {
  Side side{.files = list, .verb = {}, .properties = {}, .cells = {}, .incomplete = {}};
  std::string first;
  for (const auto name : std::views::split(std::string_view(list), ',')) {
    const std::string path(name.begin(), name.end());
    auto contents = read_contents(path);
    if (!contents) return std::unexpected(contents.error());
    if (side.verb.empty()) {
      first = path;
      side.verb = contents->verb;
      side.properties = std::move(contents->properties);
    } else if (side.verb != contents->verb) {
      return std::unexpected(fmt::format("'{}' is a result of suite {}, and '{}' of suite {}", first,
                                         side.verb, path, contents->verb));
    } else if (side.properties != contents->properties) {
      return std::unexpected(fmt::format("'{}' and '{}' are no results of the same load: {}", first, path,
                                         differences(side.properties, contents->properties)));
    }
    if (!contents->complete) side.incomplete.push_back(path);
    merge(side.cells, std::move(contents->cells));
  }
  return side;
}

std::string differences(const std::vector<Property>& before, const std::vector<Property>& after) {
  static constexpr std::string_view kMissing = "nothing";
  const auto value_in = [](const std::vector<Property>& properties, const std::string& name) {
    const auto found = std::ranges::find(properties, name, &Property::name);
    return found == properties.end() ? std::string(kMissing) : found->value;
  };
  std::string text;
  const auto note = [&](const std::string& name, const std::string& old_value, const std::string& new_value) {
    if (old_value == new_value) return;
    text += fmt::format("{}{} {} against {}", text.empty() ? "" : "; ", name, old_value, new_value);
  };
  for (const Property& one : before) note(one.name, one.value, value_in(after, one.name));
  for (const Property& one : after) {
    if (value_in(before, one.name) == kMissing) note(one.name, std::string(kMissing), one.value);
  }
  return text;
}

}  // namespace suite::compare
