// What a report says, whatever its format: figures, intervals and sentences, computed once from the
// documents.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/report/source.h"
#include "cmd/results/ranking.h"
#include "common/stats/paired_ratio.h"
#include "common/stats/summary.h"

namespace suite::report {

using results::Metric;

/// In the order in which columns and percentiles show them.
inline constexpr std::array kMetrics{Metric::kThroughput,
                                     Metric::kServerCpu,
                                     Metric::kClientCpu,
                                     Metric::kP50,
                                     Metric::kP90,
                                     Metric::kP99,
                                     Metric::kP999,
                                     Metric::kMax,
                                     Metric::kServerSwitches,
                                     Metric::kClientSwitches,
                                     Metric::kServerMemory};

/// A metric of one contestant over its rounds; all empty where some round lacks it.
struct Measured {
  std::vector<double> rounds;
  std::optional<double> median;
  std::optional<Interval> interval;  // of the median, 95 %; nothing from fewer than six rounds
};

/// A contestant under one load, or a result of `suite load`.
struct Row {
  std::string name;        // with its file's label where several files are overlaid
  std::string contestant;  // the name alone
  std::size_t source = 0;  // which file
  std::size_t entry = 0;   // its place in the documents
  std::size_t place = 0;   // its colour and kind of line
  std::size_t rank = 1;    // equal where no difference to the best is shown
  std::string serve, load;
  std::vector<std::uint64_t> numbers;  // of its rounds, as the document counts them
  std::array<Measured, kMetrics.size()> figures;
  /// What is ranked by, against the best of the same file; nothing for that one.
  std::optional<PairedRatio> ratio;
  /// Of what this machine can do at the most, by what is ranked by: 0.62; nothing where that is not known.
  std::optional<double> share;
  std::uint64_t errors = 0;
  results::Limited limited;   // how often something else than the server was the limit
  std::size_t disturbed = 0;  // rounds
  bool uneven = false;        // see results::is_uneven()
  std::optional<std::string> failure;

  const Measured& of(Metric metric) const { return figures[static_cast<std::size_t>(metric)]; }
};

enum class Tone { kPlain, kGood, kBad };

/// A verdict: the sentence in large type, and what belongs to it in smaller.
struct Headline {
  std::string lead;  // "after is 8 % faster than before"
  std::string rest;  // "95 %: 5 to 11 %; p99: no difference shown"; may be empty
  Tone tone = Tone::kPlain;
};

/// One workload with one number of connections.
struct Table {
  std::string title;  // "echo-d1, 100 connections"
  std::string workload;
  std::uint64_t conns = 0, depth = 0, size = 0;
  std::optional<results::SweepPoint> point = {};  // of a sweep
  std::optional<results::LoadLevel> level = {};   // of an open loop of `suite bench`
  bool is_load = false;                           // of results of `suite load`
  Metric ranked_by = Metric::kThroughput;
  bool is_overlaid = false;  // of several results
  std::vector<Row> rows;     // best first, those without a round last
  Headline headline;
  /// Of two contestants of one file, throughput, server CPU per request and p99 of the second in the document
  /// against the first: what the first chart shows. Names and ratios; empty otherwise.
  std::vector<std::pair<Metric, PairedRatio>> ratios;
};

/// Tables of one workload that differ in one number.
struct Sweep {
  std::string title;  // "echo-d1 over connections"
  results::Axis axis = results::Axis::kConns;
  std::vector<std::size_t> tables;    // by that number, ascending
  std::vector<std::uint64_t> values;  // of these tables
};

/// Where latency begins to grow, see results::knee_of().
struct Knee {
  std::string name;
  double share = 0;  // of the contestant's own maximum
};

/// Tables of one workload under growing load, at shares of each contestant's own maximum.
struct LoadGrowth {
  std::string title;                   // "echo-d1, 100 connections"
  std::vector<std::size_t> tables;     // by share, ascending
  std::optional<std::size_t> maximum;  // the table of the same workload as fast as it goes
  std::vector<Knee> knees;             // of those that have one
};

/// One run of `suite load`.
struct LoadCurve {
  struct Second {
    double end = 0;  // s, from the start of the window
    double rps = 0;
    std::optional<double> p50, p99;  // s
  };
  struct Bin {
    double low = 0, high = 0;  // s
    double share = 0;          // of all requests
  };
  std::string name;
  std::size_t place = 0;  // its colour: its row's, if it is the only run of its result
  std::vector<Second> series;
  std::vector<Bin> latency;
};

struct PublishedFigure;  // cmd/report/published.h

/// A figure that others published, beside ours.
struct PublishedRow {
  std::string name;  // of our row
  std::string load;  // title of our table
  double here = 0;   // median, requests per second
  const PublishedFigure* figure = nullptr;
};

/// What a reader has to know before believing the figures.
struct Trust {
  bool quiet = true;                 // nothing wrong was seen
  std::vector<std::string> remarks;  // whole sentences
  std::string chance;  // how many differences chance alone would claim; empty where few are claimed
};

struct Content {
  std::string title;               // who was compared on what
  std::vector<std::string> facts;  // date, machine, kernel, connections, rounds
  std::string machine;             // for the foot of charts that are pasted alone
  Trust trust;
  std::vector<Table> tables;
  std::vector<std::string> names;  // of all rows, in the order of the documents
  std::vector<Sweep> sweeps;
  std::vector<LoadGrowth> growths;
  std::vector<LoadCurve> loads;
  std::vector<PublishedRow> published;
  std::vector<std::pair<std::string, std::string>> environment;  // of each file, one after the other
  std::vector<std::pair<std::string, std::size_t>> warnings;     // each once, and in how many rounds
};

/// The row of that name; nullptr: there is none.
const Row* find_row(const Table& table, std::string_view name);

/// Who has rounds or a failure in one of these tables, in the order of the documents.
std::vector<std::string> names_in(std::span<const std::size_t> tables, const Content& content);

/// At least one source; they outlive the call only.
Content content_of(std::span<const Source> sources);

}  // namespace suite::report
