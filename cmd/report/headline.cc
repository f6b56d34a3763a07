#include "cmd/report/headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "cmd/report/wording.h"
#include "cmd/results/verdict.h"
#include "common/base/units.h"

namespace suite::report {
namespace {

using results::BenchContestant;
using results::BenchSection;

results::Limited limited_in(const Table& table) {
  results::Limited all;
  for (const Row& row : table.rows) all += row.limited;
  return all;
}

Tone tone_of(const PairedRatio& ratio, Metric metric) {
  if (!ratio.shows_difference()) return Tone::kPlain;
  return (ratio.value > 1) == results::more_is_better(metric) ? Tone::kGood : Tone::kBad;
}

// The sentence that is split where its parenthesis begins: the one in large type, the other in smaller.
Headline split(std::string sentence, Tone tone) {
  Headline headline{.lead = std::move(sentence), .rest = {}, .tone = tone};
  const std::size_t at = headline.lead.find(" (");
  if (at == std::string::npos || !headline.lead.ends_with(')')) return headline;
  headline.rest = headline.lead.substr(at + 2, headline.lead.size() - at - 3);
  headline.lead.resize(at);
  return headline;
}

Headline headline_of_two(const BenchSection& section, const Table& table) {
  const BenchContestant &before = section.contestants.front(), &after = section.contestants.back();
  const results::Comparison comparison = results::comparison_of(results::pairs_of(before, after));
  const Metric metric = table.ranked_by;
  const auto& ratio = comparison.ratio(metric);
  // Names may hold parentheses: the sentence is made with others and split before they are put in.
  Headline headline =
      split(results::verdict_sentence(comparison, metric, {.before = "\x01", .after = "\x02"}),
            ratio ? tone_of(*ratio, metric) : Tone::kPlain);
  for (std::string* text : {&headline.lead, &headline.rest}) {
    std::string named;
    for (const char letter : *text) {
      if (letter == '\x01')
        named += before.name;
      else if (letter == '\x02')
        named += after.name;
      else
        named += letter;
    }
    *text = std::move(named);
  }
  if (headline.lead.starts_with("no ")) headline.lead.front() = 'N';
  return headline;
}

// How a ranking by each metric is put into words.
struct RankingWords {
  std::string_view one, many;  // "is 5 % slower", "are ..."
  std::string_view worse;
  std::string_view wins;  // "epoll is the fastest"
  std::string_view best;  // what several tie for
};

RankingWords words_of(Metric metric) {
  if (metric == Metric::kThroughput) {
    return {.one = "is", .many = "are", .worse = "slower", .wins = "is the fastest", .best = "fastest"};
  }
  if (metric == Metric::kP99) {
    return {.one = "has a",
            .many = "have a",
            .worse = "higher p99",
            .wins = "has the lowest p99",
            .best = "lowest p99"};
  }
  return {.one = "takes",
          .many = "take",
          .worse = "more server CPU per request",
          .wins = "takes the least server CPU per request",
          .best = "least server CPU per request"};
}

// How much worse than the best: 0.3 of a ratio of 0.7, or of 1.3 where less is better.
double worse_by(double ratio) { return std::abs(ratio - 1); }

std::string gap_of(const Row& row, Metric metric) {
  const PairedRatio& ratio = *row.ratio;
  std::string low = percent_text(worse_by(ratio.interval->low)),
              high = percent_text(worse_by(ratio.interval->high));
  if (worse_by(ratio.interval->low) > worse_by(ratio.interval->high)) std::swap(low, high);
  const RankingWords words = words_of(metric);
  return fmt::format("{} {} {} % {} (95 %: {} to {} %)", row.name, words.one,
                     percent_text(worse_by(ratio.value)), words.worse, low, high);
}

// Those that are shown to be worse than the first.
std::string the_others(const std::vector<const Row*>& worse, Metric metric) {
  constexpr std::size_t kNamed = 3;
  if (worse.empty()) return {};
  if (worse.size() <= kNamed) {
    std::string text;
    for (const Row* row : worse) text += (text.empty() ? "" : "; ") + gap_of(*row, metric);
    return text;
  }
  double least = worse_by(worse.front()->ratio->value), most = least;
  for (const Row* row : worse) {
    least = std::min(least, worse_by(row->ratio->value));
    most = std::max(most, worse_by(row->ratio->value));
  }
  const RankingWords words = words_of(metric);
  return fmt::format("the {} others {} {} to {} % {}", worse.size(), words.many, percent_text(least),
                     percent_text(most), words.worse);
}

std::string tie_text(const std::vector<std::string>& first, Metric metric) {
  const RankingWords words = words_of(metric);
  const std::string_view what = words.best;
  constexpr std::size_t kNamed = 4;
  if (first.size() == 1) return fmt::format("{} {}", first.front(), words.wins);
  if (first.size() <= kNamed) return fmt::format("{} tie for {}", listed(first), what);
  std::vector<std::string> named(first.begin(), first.begin() + kNamed - 1);
  named.push_back(fmt::format("{} others", first.size() - kNamed + 1));
  return fmt::format("{} tie for {}", listed(named), what);
}

Headline headline_of_many(const Table& table) {
  std::vector<std::string> first;
  std::vector<const Row*> worse;
  bool few = false;
  for (const Row& row : table.rows) {
    if (row.numbers.empty()) continue;
    if (row.ratio && !row.ratio->interval) few = true;
    if (row.rank == 1)
      first.push_back(row.name);
    else if (row.ratio && row.ratio->interval)
      worse.push_back(&row);
  }
  if (first.empty()) return {.lead = "No round succeeded", .rest = {}, .tone = Tone::kBad};
  if (few) {
    const Row& best = table.rows.front();
    return {
        .lead = fmt::format("No difference is claimed from {}", format_items(best.numbers.size(), "round")),
        .rest = fmt::format("a claim takes {}; {} measured best: {} {}", kFewestPairs, best.name,
                            figure_text(table.ranked_by, best.of(table.ranked_by).median),
                            unit_of(table.ranked_by)),
        .tone = Tone::kPlain};
  }
  return {.lead = tie_text(first, table.ranked_by),
          .rest = the_others(worse, table.ranked_by),
          .tone = worse.empty() ? Tone::kPlain : Tone::kGood};
}

std::string limit_text(const results::Limited& limited) {
  const bool shared = limited.by_shared_cores > limited.by_client;
  return fmt::format("{} in {} of {} rounds",
                     shared ? "shared cores were the limit" : "the client was the limit",
                     shared ? limited.by_shared_cores : limited.by_client, limited.rounds);
}

// Where throughput says more of the client than of the servers.
std::string why_by_cpu(const Table& table) {
  const results::Limited limited = limited_in(table);
  if (!limited.mostly()) return "load and server shared a processor: compared by server CPU";
  return limit_text(limited) + ": compared by server CPU";
}

// Throughput says more of the client than of the servers, and nothing else is known of them.
bool tells_nothing(const Table& table) {
  return table.ranked_by == Metric::kThroughput && limited_in(table).mostly();
}

Headline not_comparable(const Table& table) {
  return {.lead = fmt::format("Not comparable: {}", limit_text(limited_in(table))),
          .rest = "the servers can do more than was asked of them, and their CPU time is not known",
          .tone = Tone::kPlain};
}

Headline headline_of_one(const Table& table) {
  const Row& row = table.rows.front();
  if (row.numbers.empty())
    return {.lead = fmt::format("{} failed", row.name), .rest = *row.failure, .tone = Tone::kBad};
  return {.lead = fmt::format("{} answers {} requests/s", row.name,
                              figure_text(Metric::kThroughput, row.of(Metric::kThroughput).median)),
          .rest = fmt::format("median of {}; p99 {} ms; nothing to compare with",
                              format_items(row.numbers.size(), "round"),
                              figure_text(Metric::kP99, row.of(Metric::kP99).median)),
          .tone = Tone::kPlain};
}

}  // namespace

Headline headline_of(const BenchSection& section, const Table& table) {
  if (table.rows.empty()) return {.lead = "No contestant", .rest = {}, .tone = Tone::kPlain};
  if (table.rows.size() == 1) return headline_of_one(table);
  if (tells_nothing(table)) return not_comparable(table);
  Headline headline =
      section.contestants.size() == 2 ? headline_of_two(section, table) : headline_of_many(table);
  if (table.ranked_by == Metric::kServerCpu && section.contestants.size() > 2) {
    headline.rest += (headline.rest.empty() ? "" : "; ") + why_by_cpu(table);
  }
  return headline;
}

Headline load_headline(const Table& table) {
  const Row& row = table.rows.front();
  const auto p99 = row.of(Metric::kP99).median;
  std::string latency = p99 ? fmt::format(", p99 {} ms", figure_text(Metric::kP99, p99)) : "";
  if (table.rows.size() == 1) {
    return {
        .lead = fmt::format("{} requests/s{}",
                            figure_text(Metric::kThroughput, row.of(Metric::kThroughput).median), latency),
        .rest = row.numbers.size() > 1 ? fmt::format("medians of {}", format_items(row.numbers.size(), "run"))
                                       : "",
        .tone = Tone::kPlain};
  }
  return overlaid_headline(table);
}

Headline overlaid_headline(const Table& table) {
  const Row& row = table.rows.front();
  return {.lead = fmt::format("{} measured most: {} requests/s", row.name,
                              figure_text(Metric::kThroughput, row.of(Metric::kThroughput).median)),
          .rest =
              "several results are overlaid; their rounds were not interleaved, so no difference "
              "between files is claimed here: see suite compare",
          .tone = Tone::kPlain};
}

}  // namespace suite::report
