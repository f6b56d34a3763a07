// suite merge: results of several load generators -> one.
#include <fmt/format.h>

#include <expected>
#include <string>
#include <vector>

#include "client/gates/gates.h"
#include "client/reports/report.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/cli/read_file.h"
#include "cmd/cli/time_text.h"
#include "cmd/cli/write_file.h"
#include "cmd/merge/merge_options.h"
#include "cmd/merge/merged.h"
#include "cmd/results/add_runs.h"
#include "cmd/results/json_text.h"
#include "cmd/verbs.h"
#include "common/base/units.h"

namespace suite::merge {
namespace {

// The documents of a file, or of stdin.
std::expected<std::vector<Source>, std::string> read_sources(const std::string& path) {
  const std::string place = path == "-" ? "stdin" : path;
  const auto text = read_input(path);
  if (!text) return std::unexpected(text.error());
  const auto documents = documents_in(*text);
  if (!documents) return std::unexpected(place + documents.error());
  std::vector<Source> sources;
  for (const std::string_view one : *documents) {
    const std::string name = documents->size() == 1 ? place : fmt::format("{} {}", place, sources.size() + 1);
    auto document = results::read_load_document(one);
    if (!document) return std::unexpected(fmt::format("{} cannot be read: {}", name, document.error()));
    sources.push_back({.name = name, .document = *std::move(document)});
  }
  return sources;
}

std::expected<std::vector<Source>, std::string> read_all(const std::vector<std::string>& paths) {
  std::vector<Source> all;
  for (const std::string& path : paths) {
    auto sources = read_sources(path);
    if (!sources) return sources;
    for (Source& source : *sources) all.push_back(std::move(source));
  }
  return all;
}

// What was asked for, as far as gates want to know.
LoadPlan plan_of(const results::LoadRun& run) {
  LoadPlan plan;
  plan.latency = run.latency.has_value();
  if (run.rate) plan.rate.emplace();
  if (run.server_cpu) plan.server_pid = 1;
  if (run.http) plan.protocol = HttpPlan{};
  if (run.tls) plan.tls.emplace();
  return plan;
}

std::optional<std::string> add_gates(std::vector<Gate>& gates, std::string_view flag, Demand demand,
                                     const std::vector<std::string>& texts, const LoadPlan& plan) {
  for (const std::string& text : texts) {
    auto condition = parse_condition(text);
    if (!condition) return fmt::format("{}: {}", flag, condition.error());
    if (const auto missing = lacks(condition->metric, plan))
      return fmt::format("{}: these results have no {}: {}", flag, condition->metric.name, *missing);
    gates.push_back({.condition = *std::move(condition), .demand = demand});
  }
  return std::nullopt;
}

std::expected<std::vector<Gate>, std::string> read_gates(const MergeFlags& flags, const LoadPlan& plan) {
  std::vector<Gate> gates;
  auto complaint = add_gates(gates, "--fail-if", Demand::kMustNotHold, flags.fail_if, plan);
  if (!complaint) complaint = add_gates(gates, "--require", Demand::kMustHold, flags.require, plan);
  if (complaint) return std::unexpected(*std::move(complaint));
  return gates;
}

std::string percentile_text(const results::Distribution& latency, double q) {
  const auto value = latency.percentile(q);
  return value ? format_duration(*value) : "-";
}

// "3 results: 600,000 requests in 10.0s on 300 connections, 0 errors; p50 45.1us, p99 1.20ms, p99.9 3.10ms".
std::string summary_of(const results::LoadRun& run, std::size_t sources) {
  std::string text = fmt::format("{}: {} in {} on {}, {}", format_items(sources, "result"),
                                 format_items(run.counts.completed, "request"), format_duration(run.measured),
                                 format_items(run.connections_opened, "connection"),
                                 format_items(run.counts.errors.total(), "error"));
  if (run.latency) {
    text += fmt::format("; p50 {}, p99 {}, p99.9 {}", percentile_text(*run.latency, 0.5),
                        percentile_text(*run.latency, 0.99), percentile_text(*run.latency, 0.999));
  }
  text += run.interrupted ? "; incomplete\n" : "\n";
  for (const std::string& warning : run.warnings) text += fmt::format("  warning: {}\n", warning);
  return text;
}

bool say_breaches(std::span<const GateVerdict> verdicts, std::size_t runs) {
  bool breached = false;
  for (const GateVerdict& verdict : verdicts) {
    if (!verdict.breached) continue;
    print_stderr("suite merge: {}\n", breach_text(verdict, runs));
    breached = true;
  }
  return breached;
}

// The document into its file and the lines to stdout, or the document to stdout.
bool write_all(const MergeFlags& flags, const Merged& merged, std::span<const LoadResult> runs) {
  constexpr std::size_t kSpread = 3;  // as load's
  const std::string text = results::text_of(merged_json(merged), kSpread) + "\n";
  if (!flags.file || *flags.file == "-") return print_result("suite merge", text);
  if (const auto written = write_file(*flags.file, text); !written) {
    print_stderr("suite merge: cannot write {}: {}\n", *flags.file, written.error());
    return false;
  }
  std::string lines;
  for (const LoadResult& run : runs) lines += line_report(run) + "\n";
  return print_result("suite merge", lines);
}

int refuse(std::string_view why) {
  print_stderr("suite merge: {}\n", why);
  return kExitUsage;
}

int run(const MergeFlags& flags) {
  const auto sources = read_all(flags.results);
  if (!sources) return refuse(sources.error());
  auto all = merged(*sources);
  if (!all) return refuse(all.error());
  results::LoadDocument& document = all->document;
  const auto gates = read_gates(flags, plan_of(document.runs.front()));
  if (!gates) return refuse(gates.error());
  std::vector<LoadResult> runs;
  for (const results::LoadRun& one : document.runs) runs.push_back(results::result_of(one));
  const auto verdicts = judge(*gates, runs);
  document.gates = gates_json(verdicts);
  document.config["fail_if"] = flags.fail_if;
  document.config["require"] = flags.require;
  if (!flags.quiet) {
    for (const results::LoadRun& one : document.runs) write_stderr(summary_of(one, sources->size()));
  }
  const bool written = write_all(flags, *all, runs);
  const bool breached = say_breaches(verdicts, runs.size());
  if (!written) return kExitFailed;
  return breached ? kExitGate : kExitOk;
}

}  // namespace
}  // namespace suite::merge

namespace suite {

int run_merge(int argc, const char* const* argv) {
  merge::MergeFlags flags;
  const OptionTable table = merge::merge_table(flags);
  const auto given = parse_options(table, arguments_of(argc, argv));
  if (!given) return finish(table.verb, given.error());
  if (flags.results.empty())
    return finish(table.verb, usage_error(table.verb, "give results of suite load --json"));
  if (flags.file == "")
    return finish(table.verb, usage_error(table.verb, "--output: the name is empty: give a file"));
  return merge::run(flags);
}

}  // namespace suite
