#include "cmd/report/page_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "cmd/report/formats.h"
#include "cmd/report/wording.h"
#include "cmd/results/fields.h"

namespace suite::report {
namespace {

using results::Json;

double rounded(double value, int digits) {
  return std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr);
}

// A chart shows no more than six digits, and a page of 18,000 rounds is half as large.
double drawn(double value) { return rounded(value, 6); }

// What is written beside its marks is what the tables say.
constexpr int kWrittenDigits = 12;

Json value_or_null(std::optional<double> value) { return value ? Json(drawn(*value)) : Json(); }

Json scaled(Metric metric, std::optional<double> value, int digits = 6) {
  return value ? Json(rounded(in_unit(metric, *value), digits)) : Json();
}

// [median, low, high]; null where there is no median.
Json figure_json(Metric metric, const Measured& figure) {
  if (!figure.median) return nullptr;
  const auto& interval = figure.interval;
  return {scaled(metric, figure.median, kWrittenDigits), interval ? scaled(metric, interval->low) : Json(),
          interval ? scaled(metric, interval->high) : Json()};
}

Json rounds_json(Metric metric, const Row& row) {
  Json rounds = Json::array();
  for (const double value : row.of(metric).rounds) rounds.push_back(drawn(in_unit(metric, value)));
  return rounds;
}

Json row_json(const Row& row, Metric ranked_by) {
  Json figures = Json::object(), rounds = Json::object();
  for (const Metric metric : kMetrics)
    figures[results::name_of(metric)] = figure_json(metric, row.of(metric));
  std::set<Metric> drawn_metrics{Metric::kThroughput, Metric::kServerCpu, ranked_by};
  for (const Metric metric : drawn_metrics) rounds[results::name_of(metric)] = rounds_json(metric, row);
  Json json{
      {"name", row.name}, {"place", row.place}, {"rank", row.rank}, {"figures", figures}, {"rounds", rounds}};
  if (row.failure) json["failure"] = *row.failure;
  return json;
}

Json ratio_json(Metric metric, const PairedRatio& ratio) {
  const auto& interval = ratio.interval;
  return {{"title", results::title_of(metric)},
          {"moreIsBetter", results::more_is_better(metric)},
          {"value", drawn(ratio.value)},
          {"low", interval ? Json(drawn(interval->low)) : Json()},
          {"high", interval ? Json(drawn(interval->high)) : Json()}};
}

Json table_json(const Table& table) {
  Json rows = Json::array(), ratios = Json::array(), pair = Json::array();
  for (const Row& row : table.rows) rows.push_back(row_json(row, table.ranked_by));
  for (const auto& [metric, ratio] : table.ratios) ratios.push_back(ratio_json(metric, ratio));
  if (!table.ratios.empty()) {
    const bool in_order = table.rows.front().entry < table.rows.back().entry;
    pair = {(in_order ? table.rows.front() : table.rows.back()).name,
            (in_order ? table.rows.back() : table.rows.front()).name};
  }
  return {{"title", table.title},
          {"conns", table.conns},
          {"isLoad", table.is_load},
          {"rankedBy", results::name_of(table.ranked_by)},
          {"pair", pair},
          {"ratios", ratios},
          {"rows", rows},
          {"markdown", markdown_table(table)}};
}

Json sweep_json(const Sweep& sweep) {
  return {{"title", sweep.title},
          {"axis", results::title_of(sweep.axis)},
          {"tables", sweep.tables},
          {"values", sweep.values}};
}

// Shares as percent.
Json growth_json(const LoadGrowth& growth, const std::vector<Table>& tables) {
  Json shares = Json::array(), knees = Json::array();
  for (const std::size_t place : growth.tables) shares.push_back(drawn(*tables[place].level->share * 100));
  for (const Knee& knee : growth.knees)
    knees.push_back({{"name", knee.name}, {"share", drawn(knee.share * 100)}});
  return {{"title", growth.title},
          {"tables", growth.tables},
          {"maximum", growth.maximum ? Json(*growth.maximum) : Json()},
          {"shares", shares},
          {"knees", knees}};
}

Json load_json(const LoadCurve& load) {
  Json series = Json::array(), latency = Json::array();
  for (const LoadCurve::Second& second : load.series) {
    series.push_back({{"end", drawn(second.end)},
                      {"rps", drawn(second.rps)},
                      {"p50", scaled(Metric::kP50, second.p50)},
                      {"p99", scaled(Metric::kP99, second.p99)}});
  }
  for (const LoadCurve::Bin& bin : load.latency) {
    latency.push_back({{"low", drawn(bin.low * 1e3)},
                       {"high", drawn(bin.high * 1e3)},
                       {"share", value_or_null(bin.share)}});
  }
  return {{"name", load.name}, {"place", load.place}, {"series", series}, {"latency", latency}};
}

// JSON in which no tag can begin: outside of texts it has no `<`.
std::string in_script(const Json& json) {
  std::string text;
  for (const char letter : json.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (letter == '<')
      text += "\\u003c";
    else
      text += letter;
  }
  return text;
}

}  // namespace

std::string page_data(const Content& content) {
  Json tables = Json::array(), sweeps = Json::array(), growths = Json::array(), loads = Json::array();
  for (const Table& table : content.tables) tables.push_back(table_json(table));
  for (const Sweep& sweep : content.sweeps) sweeps.push_back(sweep_json(sweep));
  for (const LoadGrowth& growth : content.growths) growths.push_back(growth_json(growth, content.tables));
  for (const LoadCurve& load : content.loads) loads.push_back(load_json(load));
  return in_script({{"title", content.title},
                    {"machine", content.machine},
                    {"tables", tables},
                    {"sweeps", sweeps},
                    {"growths", growths},
                    {"loads", loads}});
}

bool carries_raw_data(std::span<const Source> sources) {
  std::size_t bytes = 0;
  for (const Source& source : sources) bytes += source.text.size();
  return bytes <= kMostRawBytes;
}

std::string page_raw_data(std::span<const Source> sources) {
  Json files = Json::array();
  if (carries_raw_data(sources)) {
    for (const Source& source : sources) files.push_back({{"file", source.file}, {"text", source.text}});
  }
  return in_script(files);
}

}  // namespace suite::report
