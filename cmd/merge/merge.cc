// suite merge: results of several load generators -> one.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <expected>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/gates/gates.h"
#include "client/reports/report.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/cli/read_file.h"
#include "cmd/cli/write_file.h"
#include "cmd/merge/merge_options.h"
#include "cmd/merge/merged.h"
#include "cmd/results/json_text.h"
#include "cmd/results/run_of.h"
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

std::string text_of_all(MergeFormat format, const std::string& document, std::span<const LoadResult> runs,
                        const LoadPlan& plan) {
  if (format == MergeFormat::kJson) return document;
  if (format == MergeFormat::kTable) return table_report(plan, runs);
  if (format == MergeFormat::kCsv) return csv_report(runs);
  std::string lines;
  for (const LoadResult& run : runs) lines += line_report(run) + "\n";
  return lines;
}

// The document into its file, and what was asked for to stdout: without a file, the document.
bool write_all(const MergeFlags& flags, const Merged& merged, std::span<const LoadResult> runs,
               const LoadPlan& plan) {
  constexpr std::size_t kSpread = 3;  // as load's
  const std::string document = results::text_of(merged_json(merged), kSpread) + "\n";
  const bool has_file = flags.file && *flags.file != "-";
  bool written = true;
  if (has_file) {
    if (const auto done = write_file(*flags.file, document); !done) {
      print_stderr("suite merge: cannot write {}: {}\n", *flags.file, done.error());
      written = false;
    }
  }
  const MergeFormat format = flags.format.value_or(has_file ? MergeFormat::kLine : MergeFormat::kJson);
  return print_result("suite merge", text_of_all(format, document, runs, plan)) && written;
}

// Why this is no result to rely on, for the user; nothing where it is.
std::optional<std::string> trouble_of(const Merged& merged) {
  if (!merged.missing.empty())
    return fmt::format("the result is incomplete, and gates do not judge it: {}",
                       fmt::join(merged.missing, "; "));
  const bool none = std::ranges::all_of(
      merged.document.runs, [](const results::LoadRun& run) { return run.counts.completed == 0; });
  return none ? std::optional<std::string>("no request succeeded") : std::nullopt;
}

int refuse(std::string_view why) {
  print_stderr("suite merge: {}\n", why);
  return kExitUsage;
}

int run(const MergeFlags& flags) {
  auto sources = read_all(flags.results);
  if (!sources) return refuse(sources.error());
  const std::size_t count = sources->size();
  auto all = merged(*std::move(sources));
  if (!all) return refuse(all.error());
  results::LoadDocument& document = all->document;
  const LoadPlan plan = plan_of(document.runs.front());
  const auto gates = read_gates(flags, plan);
  if (!gates) return refuse(gates.error());
  std::vector<LoadResult> runs;
  for (const results::LoadRun& one : document.runs) runs.push_back(results::result_of(one));
  const auto verdicts = judge(*gates, runs);
  document.gates = gates_json(verdicts);
  document.config["fail_if"] = flags.fail_if;
  document.config["require"] = flags.require;
  if (!flags.quiet) {
    for (const results::LoadRun& one : document.runs) write_stderr(summary_of(one, count));
  }
  const bool written = write_all(flags, *all, runs, plan);
  const bool breached = say_breaches(verdicts, runs.size());
  const auto trouble = trouble_of(*all);
  if (trouble) print_stderr("suite merge: {}\n", *trouble);
  if (!written || trouble) return kExitFailed;
  return breached ? kExitGate : kExitOk;
}

// The input that the output would replace; as far as names tell.
std::optional<std::string> overwritten(const MergeFlags& flags) {
  if (!flags.file || *flags.file == "-") return std::nullopt;
  const auto plain = [](const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal();
  };
  for (const std::string& result : flags.results) {
    if (result != "-" && plain(result) == plain(*flags.file)) return result;
  }
  return std::nullopt;
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
  if (const auto input = merge::overwritten(flags)) {
    return finish(table.verb,
                  usage_error(table.verb,
                              fmt::format("--output would overwrite '{}', which is merged: give another file",
                                          *input)));
  }
  if (flags.file == "-" && flags.format && *flags.format != merge::MergeFormat::kJson) {
    return finish(table.verb,
                  usage_error(table.verb, "--output - and --format both write to stdout: give a file"));
  }
  return merge::run(flags);
}

}  // namespace suite
