#include "cmd/bench/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <utility>

#include "client/target.h"
#include "common/base/units.h"

namespace suite::bench {
namespace {

using results::LoadLevel;
using results::SweepPoint;
using Complaint = std::optional<std::string>;

// Of the default run: from one connection to as many as every server holds.
constexpr std::array<std::uint64_t, 5> kUsualConns{1, 8, 64, 512, 4096};

// A curve needs less than a comparison: these many rounds show a difference at all.
constexpr std::uint64_t kUsualRounds = 6;
constexpr std::chrono::seconds kUsualSecs{1};

// Those that were given.
std::vector<AxisValues> axes_of(const BenchOptions& options) {
  std::vector<AxisValues> axes{{.axis = Axis::kConns, .values = options.conns}};
  const auto add = [&axes](Axis axis, const std::vector<std::uint64_t>& values) {
    if (!values.empty()) axes.push_back({.axis = axis, .values = values});
  };
  add(Axis::kDepth, options.depth);
  add(Axis::kSize, options.size);
  add(Axis::kWorkers, options.workers);
  return axes;
}

std::vector<BenchWorkload> asked_workloads(const BenchOptions& options) {
  if (options.workloads) return *options.workloads;
  std::vector<BenchWorkload> asked;
  if (!options.own.empty()) {
    if (options.own.requests) asked.push_back(*options.own.requests);
    if (options.own.has(ServerKind::kEcho)) asked.push_back(workloads().front());
    return asked;
  }
  for (const BenchWorkload& workload : workloads()) {
    if (workload.usual) asked.push_back(workload);
  }
  return asked;
}

// Without those of nobody's choice that a number means nothing to; those that were named are refused
// elsewhere.
std::vector<BenchWorkload> suitable_workloads(const BenchOptions& options) {
  std::vector<BenchWorkload> suitable = asked_workloads(options);
  for (const AxisValues& one : axes_of(options)) {
    if (one.axis == Axis::kConns) continue;  // one connection is what some workloads are about
    std::erase_if(suitable, [&](const BenchWorkload& workload) { return why_not(workload, one.axis); });
  }
  if (!options.load_at.empty() && !options.workloads) {
    std::erase_if(suitable, [](const BenchWorkload& workload) { return workload.one_at_a_time(); });
  }
  return suitable;
}

class SectionMaker {
 public:
  explicit SectionMaker(const BenchOptions& options) : options_(options), axes_(axes_of(options)) {}

  void add(const BenchWorkload& workload) {
    const auto sweep = sweep_of(options_);
    if (sweep && !why_not(workload, sweep->axis)) return add_sweep(workload, *sweep);
    Section section = with_single_values(workload);
    if (options_.load_at.empty()) return sections_.push_back(std::move(section));
    add_levels(std::move(section));
  }

  void add_usual_sweeps() {
    const AxisValues conns{.axis = Axis::kConns, .values = {kUsualConns.begin(), kUsualConns.end()}};
    const std::size_t before = sections_.size();
    for (const BenchWorkload& workload : workloads()) {
      if (workload.swept) add_sweep(workload, conns);
    }
    for (Section& section : std::span(sections_).subspan(before)) {
      section.is_usual_sweep = true;
      if (!options_.rounds) section.rounds = kUsualRounds;
      if (!options_.secs) section.secs = kUsualSecs;
    }
  }

  std::vector<Section> take() { return std::move(sections_); }

 private:
  Section with_single_values(const BenchWorkload& workload) const {
    Section section{.workload = workload, .conns = workload.conns.value_or(options_.conns.front())};
    for (const AxisValues& one : axes_) {
      if (one.is_sweep()) continue;
      set(section, one.axis, one.values.front());
      // A cell that is measured in another way has another name, or compare would take it for its like.
      if (one.axis != Axis::kConns) section.workload.name += ", " + value_text(one.axis, one.values.front());
    }
    return section;
  }

  static void set(Section& section, Axis axis, std::uint64_t value) {
    section.workload = with_value(std::move(section.workload), axis, value);
    if (axis == Axis::kConns) section.conns = section.workload.conns.value_or(value);
    if (axis == Axis::kWorkers) section.workers = value;
  }

  // Rounds of a sweep are equally long, whatever a request costs.
  void add_sweep(const BenchWorkload& workload, const AxisValues& sweep) {
    const std::size_t series = ++series_;
    for (const std::uint64_t value : sweep.values) {
      Section section = with_single_values(workload.timed());
      section.series = series;
      section.point = SweepPoint{.axis = sweep.axis, .value = value};
      set(section, sweep.axis, value);
      sections_.push_back(std::move(section));
    }
  }

  // The maximum first, on which the shares depend.
  void add_levels(Section section) {
    section.series = ++series_;
    section.workload = section.workload.timed();
    sections_.push_back(section);
    const auto add = [&](LoadLevel level) {
      section.level = level;
      sections_.push_back(section);
    };
    for (const double share : options_.load_at) add({.share = share, .rate = {}});
    if (options_.rate) add({.share = {}, .rate = options_.rate});
  }

  const BenchOptions& options_;
  std::vector<AxisValues> axes_;
  std::vector<Section> sections_;
  std::size_t series_ = 0;
};

std::uint64_t most_connections(const std::vector<Section>& sections, const Section& of) {
  std::uint64_t most = of.conns;
  for (const Section& one : sections) {
    if (of.series != 0 && one.series == of.series) most = std::max(most, one.conns);
  }
  return most;
}

// What the largest point of a sweep needs, all of its points have: a curve must not step where it changes.
void spread(std::vector<Section>& sections, const Capacity& capacity) {
  const std::size_t per_worker = connections_per_table(capacity);
  for (Section& section : sections) {
    const std::uint64_t most = most_connections(sections, section);
    section.spread = least_spread(most, capacity).value_or(Spread{});
    section.at_least = capacity.table_per_thread ? (most + per_worker - 1) / per_worker : 1;
  }
}

Complaint complaint_about_combination(const BenchOptions& options) {
  std::vector<AxisValues> sweeps = axes_of(options);
  std::erase_if(sweeps, [](const AxisValues& one) { return !one.is_sweep(); });
  if (sweeps.size() > 1) {
    return fmt::format(
        "--{} and --{} have several values each: a sweep is over one of them, so give one value of "
        "the other",
        name_of(sweeps[0].axis), name_of(sweeps[1].axis));
  }
  if (!sweeps.empty() && !options.load_at.empty()) {
    return fmt::format("--load-at and a sweep over --{} exclude each other: give one value of --{}",
                       name_of(sweeps[0].axis), name_of(sweeps[0].axis));
  }
  if (options.rate && options.load_at.empty()) {
    return "--rate needs --load-at: it is one more load beside the shares of each server's own maximum";
  }
  return std::nullopt;
}

Complaint complaint_about_workloads(const BenchOptions& options) {
  if (!options.workloads && options.own.empty()) return std::nullopt;
  for (const AxisValues& one : axes_of(options)) {
    if (one.axis == Axis::kConns) continue;
    for (const BenchWorkload& workload : asked_workloads(options)) {
      if (const auto why = why_not(workload, one.axis)) {
        return fmt::format("--{}: '{}' {}", name_of(one.axis), workload.name, *why);
      }
    }
  }
  return std::nullopt;
}

Complaint complaint_about_workers(const BenchOptions& options, const Plan& plan) {
  if (options.workers.empty()) return std::nullopt;
  for (const OwnServer& server : options.own.servers) {
    if (server.url)
      return fmt::format("--workers: '{}' runs already, with the workers that it has", server.name);
    const auto one = std::ranges::find(plan.contestants, server.name, &Contestant::name);
    if (one != plan.contestants.end() && takes_workers(*one)) continue;
    return fmt::format("--workers: the command of '{}' has no {{workers}}, where their number would stand",
                       server.name);
  }
  return std::nullopt;
}

Complaint complaint_about_capacity(const Plan& plan, const Capacity& capacity) {
  for (const Section& section : plan.sections) {
    const auto fits = least_spread(section.conns, capacity);
    if (!fits) return "--conns: " + fits.error().one_line();
    LoadPlan load{.connections = section.conns, .threads = fits->threads, .depth = section.workload.depth};
    load.sources.resize(fits->sources);
    if (const auto checked = check_capacity(load, TargetName{}, capacity); !checked) {
      return "--depth: " + checked.error().one_line();
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<AxisValues> sweep_of(const BenchOptions& options) {
  for (AxisValues& one : axes_of(options)) {
    if (one.is_sweep()) return std::move(one);
  }
  return std::nullopt;
}

std::vector<Section> make_sections(const BenchOptions& options, const Capacity& capacity) {
  SectionMaker maker(options);
  for (const BenchWorkload& workload : suitable_workloads(options)) maker.add(workload);
  const bool is_usual = !options.workloads && options.own.empty() && !options.quick &&
                        options.load_at.empty() && options.conns == BenchOptions{}.conns &&
                        axes_of(options).size() == 1;
  if (is_usual) maker.add_usual_sweeps();
  std::vector<Section> sections = maker.take();
  spread(sections, capacity);
  return sections;
}

bool has_workers_as_asked(const BenchOptions& options, const std::vector<Section>& sections) {
  return sweep_of(options) || !options.workers.empty() || !options.load_at.empty() ||
         std::ranges::any_of(sections, [](const Section& section) { return section.at_least > 1; });
}

Complaint complaint_about_sections(const BenchOptions& options, const Plan& plan, const Capacity& capacity) {
  if (auto complaint = complaint_about_combination(options)) return complaint;
  if (auto complaint = complaint_about_workloads(options)) return complaint;
  if (auto complaint = complaint_about_workers(options, plan)) return complaint;
  return complaint_about_capacity(plan, capacity);
}

}  // namespace suite::bench
