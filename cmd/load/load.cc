// suite load: options -> plan -> runs -> reports.
#include <poll.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "client/drivers/make_driver.h"
#include "client/drivers/tls/tls_client.h"
#include "client/gates/gates.h"
#include "client/load_run.h"
#include "client/reports/figures.h"
#include "client/reports/report.h"
#include "client/source_addresses.h"
#include "client/target.h"
#include "client/warnings.h"
#include "cmd/cli/exit_code.h"
#include "cmd/cli/option_parser.h"
#include "cmd/cli/output.h"
#include "cmd/load/find_max.h"
#include "cmd/load/load_http_version.h"
#include "cmd/load/load_interrupt.h"
#include "cmd/load/load_options.h"
#include "cmd/load/load_output.h"
#include "cmd/load/load_progress.h"
#include "cmd/load/load_settings_report.h"
#include "cmd/load/rank_follow.h"
#include "cmd/load/rank_lead.h"
#include "cmd/load/rank_roll.h"
#include "cmd/verbs.h"
#include "common/base/units.h"
#include "common/net/event_fd.h"
#include "common/ranks/launcher.h"
#include "common/ranks/mpi_communicator.h"

namespace suite {
namespace {

// Of a server that answered nothing so far.
constexpr std::chrono::seconds kPatienceForTls{1};

/// One run of a plan: here, or over all ranks.
using MakeRun = std::function<std::expected<LoadResult, Error>(const LoadPlan& plan, LoadWatcher* watcher)>;

int failed(const Error& error) {
  print_stderr("suite load: {}\n", error.one_line());
  return kExitFailed;
}

// One run, printed; false where there is to be no other. What was measured is kept whatever fails.
bool run_once(const LoadOptions& options, const EventFd& interrupt, const MakeRun& make_run,
              LoadProgress& progress, LoadOutcome& outcome) {
  progress.begin_run();
  auto result = make_run(options.settings.plan, &progress);
  progress.end_run();
  if (!result) {
    outcome.failure = std::move(result.error());
    return false;
  }
  outcome.results.push_back(std::move(*result));
  outcome.failure = outcome.results.back().failure;
  print_run(options, outcome, interrupt);
  const bool kept = options.output.has_file() || (outcome.printed && !stdout_reader_is_gone());
  return !outcome.failure && kept;
}

LoadOutcome run_repeatedly(const LoadOptions& options, const EventFd& interrupt, const MakeRun& make_run) {
  const LoadPlan& plan = options.settings.plan;
  const LoadOutput& output = options.output;
  LoadProgress progress(output.quiet ? Progress::kOff : progress_of(output.progress), plan.duration,
                        options.settings.runs);
  LoadOutcome outcome;
  try {
    bool going = true;
    do {  // an interrupt before the first run has a result too: of nothing
      going = run_once(options, interrupt, make_run, progress, outcome);
    } while (going && outcome.results.size() < options.settings.runs && !interrupt.is_set());
    print_end_of_runs(options, outcome.results);
  } catch (const std::exception& error) {
    outcome.failure = Error{.what = "go on", .why = error.what(), .advice = {}};
  }
  return outcome;
}

LoadOutcome search(const LoadOptions& options, const MakeRun& make_run) {
  const RunLoad step = [&make_run](const LoadPlan& plan) { return make_run(plan, nullptr); };
  LoadOutcome outcome{.results = {}, .search = search_and_print(options, step), .failure = {}};
  if (outcome.search->best) outcome.results.push_back(*outcome.search->best);
  outcome.failure = outcome.search->failure;
  return outcome;
}

// Whether no run met a gate; says which did. Those that could not be judged did.
bool pass_gates(const LoadOptions& options, const std::vector<LoadResult>& results) {
  bool passed = true;
  for (const GateVerdict& verdict : judge(options.settings.gates, results)) {
    if (!verdict.breached) continue;
    print_stderr("suite load: {}\n", breach_text(verdict, results.size()));
    passed = false;
  }
  return passed;
}

// TARGET as it should have been given, where the server speaks TLS and the load was in the clear.
std::optional<std::string> url_over_tls(const LoadOptions& options, const EventFd& interrupt) {
  const LoadPlan& plan = options.settings.plan;
  if (plan.tls || !plan.has_network() || plan.target.is_unix()) return std::nullopt;
  const TlsProbe probe{.name = options.target,
                       .endpoint = plan.target,
                       .timeout = std::min<std::chrono::nanoseconds>(plan.timeout, kPatienceForTls)};
  if (!speaks_tls(probe, interrupt)) return std::nullopt;
  TargetName over_tls = options.target;
  over_tls.tls = true;
  return over_tls.url();
}

// In words, behind the kinds of errors.
std::string tls_failure(const LoadResult& result) {
  if (!result.tls || result.tls->last_failure.empty()) return {};
  return "; TLS: " + result.tls->last_failure;
}

// Of a run in which no reply was right: "; statuses 405: 698".
std::string wrong_statuses(const LoadResult& result) {
  if (!result.http || result.counts.errors[ErrorKind::kStatus] == 0) return {};
  return "; statuses " + statuses_text(*result.http, ", ");
}

// What a user may do about it, or at least what it was; empty where the kinds of errors say it all.
std::string what_was_wrong(const LoadSettings& settings, const LoadResult& result) {
  if (settings.payload && settings.payload->unescaped) {
    return fmt::format("; {} has a backslash in it: --escapes makes \\r and \\n what they are in C",
                       *settings.payload->unescaped);
  }
  if (result.remark.empty()) return {};
  const bool echo = settings.payload && !settings.payload->reply && !settings.payload->reply_ends;
  return "; " + result.remark +
         (echo ? " (an echo was expected: --reply or --reply-ends say what else is)" : "");
}

// Why no request succeeded, for the user; nothing where one did. Empty where somebody stopped the run before.
std::optional<std::string> why_none_succeeded(const LoadOptions& options,
                                              const std::vector<LoadResult>& results,
                                              const EventFd& interrupt) {
  const LoadSettings& settings = options.settings;
  ErrorCounts errors;
  bool interrupted = results.empty();
  for (const LoadResult& result : results) {
    if (result.counts.completed > 0) return std::nullopt;
    interrupted |= result.interrupted;
    for (std::size_t i = 0; i < errors.by_kind.size(); ++i)
      errors.by_kind[i] += result.counts.errors.by_kind[i];
  }
  if (interrupted) return "";
  if (results.back().reply_is_http) return http_advice(settings.plan);
  if (const auto url = url_over_tls(options, interrupt)) return "the server speaks TLS: use " + *url;
  return (errors.total() == 0
              ? "none was answered"
              : fmt::format("{} failed ({})", format_count(errors.total()), kinds_text(errors))) +
         tls_failure(results.back()) + wrong_statuses(results.back()) +
         what_was_wrong(settings, results.back());
}

// For the report of gates, which would look well otherwise: why there is no result to rely on.
std::optional<std::string> trouble_of(const LoadOutcome& outcome, const EventFd& interrupt,
                                      const std::optional<std::string>& none) {
  if (outcome.failure) return outcome.failure->one_line();
  if (interrupt.is_set()) return "interrupted: a part of a run is not judged";
  if (outcome.search && outcome.results.empty()) return "no rate passed";
  if (!none) return std::nullopt;
  return "no request succeeded: " + *none;
}

bool write_all_results(const LoadOptions& options, const LoadOutcome& outcome, const EventFd& interrupt) {
  try {
    return outcome.is_empty() || write_results(options, outcome, interrupt);
  } catch (const std::exception& error) {
    failed({.what = "write the result", .why = error.what(), .advice = {}});
    return false;
  }
}

int run_all(const LoadOptions& options, const EventFd& interrupt, const MakeRun& make_run) {
  if (!options.output.quiet) write_stderr(settings_report(options.settings));
  const LoadOutcome outcome = options.settings.find_max.empty() ? run_repeatedly(options, interrupt, make_run)
                                                                : search(options, make_run);
  bool written = write_all_results(options, outcome, interrupt) && outcome.printed;
  const auto none = why_none_succeeded(options, outcome.results, interrupt);
  written &= write_junit(options, outcome.results, trouble_of(outcome, interrupt, none));
  const bool passed = pass_gates(options, outcome.results);
  if (outcome.failure) return failed(*outcome.failure);
  if (none && !none->empty()) print_stderr("suite load: no request succeeded: {}\n", *none);
  if (!written || none) return kExitFailed;
  return passed ? kExitOk : kExitGate;
}

// Completes the plan with the address that answers, where its driver has to do with one.
std::expected<void, Error> find_target(LoadOptions& options, const EventFd& interrupt) {
  LoadPlan& plan = options.settings.plan;
  if (auto possible = check_driver(plan.driver); !possible) return possible;
  if (!plan.has_network()) return {};
  const auto target = find_listener(options.target, plan.timeout, interrupt);
  if (!target) return std::unexpected(target.error());
  plan.target = *target;
  if (plan.tls) {
    auto spoken = try_handshake({.name = options.target, .endpoint = *target, .timeout = plan.timeout},
                                *plan.tls, interrupt);
    if (!spoken) return std::unexpected(spoken.error());
    if (auto heeded = heed_choice(*spoken, options); !heeded) return heeded;
  }
  if (auto spoken = check_http2_in_the_clear(options, interrupt); !spoken) return spoken;
  return check_sources(plan.sources, plan.target);
}

// There is no run.
int could_not_start(const LoadOptions& options, const Error& error) {
  write_junit(options, {}, error.one_line());
  return failed(error);
}

std::string interrupted_early(const LoadOptions& options) {
  return fmt::format("interrupted while looking for a server at {}: nothing was measured",
                     options.settings.target);
}

int load(LoadOptions options) {
  const auto interrupt = LoadInterrupt::open();
  if (!interrupt) return could_not_start(options, interrupt.error());
  const EventFd& event = (*interrupt)->event();
  if (const auto found = find_target(options, event); !found) {
    if (!(*interrupt)->exit_code()) return could_not_start(options, found.error());
    const std::string why = interrupted_early(options);
    write_junit(options, {}, why);
    print_stderr("suite load: {}\n", why);
    return *(*interrupt)->exit_code();
  }
  const int code = run_all(options, event, [&event](const LoadPlan& plan, LoadWatcher* watcher) {
    return run_load(plan, event, watcher);
  });
  return (*interrupt)->exit_code().value_or(code);
}

// What this rank says of itself: it is ready to load, or why it is not.
RankRoll roll_call(std::expected<LoadOptions, EarlyEnd>& options, const LoadInterrupt& interrupt) {
  if (!options) return rank_roll(options.error());
  if (options->output.progress == When::kOn) {
    return rank_roll(usage_error("load", "--progress on: rank 0 does not know how far the others are"));
  }
  const auto found = find_target(*options, interrupt.event());
  if (found) return rank_roll(options->settings);
  const std::string why = interrupt.exit_code() ? interrupted_early(*options) : found.error().one_line();
  return rank_roll(
      EarlyEnd{.code = interrupt.exit_code().value_or(kExitFailed), .text = "suite load: " + why + "\n"});
}

int lead(const LoadOptions* options, const RankRoll& roll, RankPost& post, const EventFd& interrupt) {
  RankLead ranks(post, interrupt);
  if (const auto why = ranks.muster(roll)) {
    if (options != nullptr) write_junit(*options, {}, why->text.substr(0, why->text.find('\n')));
    return ranks.end(finish("load", *why));
  }
  const int code = run_all(*options, interrupt,
                           [&](const LoadPlan& plan, LoadWatcher*) { return ranks.run(*options, plan); });
  return ranks.end(code);
}

// Where rank 0 cannot join either, it says so, and the launcher ends the others. Otherwise it waits for this
// one.
int could_not_join(const Launched& launched, const Error& error, const EventFd& interrupt) {
  constexpr std::chrono::seconds kForRankZero{2};
  pollfd waiting{.fd = interrupt.fd(), .events = POLLIN, .revents = 0};
  if (launched.rank != 0)
    ::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(kForRankZero).count()));
  if (waiting.revents != 0) return kExitFailed;
  if (launched.rank == 0) return failed(error);
  print_stderr("suite load: {}: {}\n", rank_name(launched.rank, this_host()), error.one_line());
  return kExitFailed;
}

// One of several ranks: rank 0 prints, for all of them.
int load_over_ranks(const Launched& launched, std::span<const std::string> arguments) {
  const auto interrupt = LoadInterrupt::open();
  if (!interrupt) return failed(interrupt.error());
  const auto job = join_mpi(launched);
  if (!job) return could_not_join(launched, job.error(), (*interrupt)->event());
  RankPost post(**job);
  auto options = parse_load_options(arguments, Share{.part = post.rank(), .parts = post.size()});
  const bool help = !options && options.error().code == kExitOk;
  if (help) {
    post.finish();
    return post.leads() ? finish("load", options.error()) : kExitOk;
  }
  if (options) options->settings.plan.share = {};  // what is asked for is the whole; runs divide it
  const RankRoll roll = roll_call(options, **interrupt);
  const LoadOptions* const ready = options ? &*options : nullptr;
  const EventFd& event = (*interrupt)->event();
  if (!post.leads()) return follow_rank_zero(post, roll, ready, event);
  const int code = lead(ready, roll, post, event);
  return (*interrupt)->exit_code().value_or(code);
}

}  // namespace

int run_load_verb(int argc, const char* const* argv) {
  const std::vector<std::string> arguments = arguments_of(argc, argv);
  const auto launch = launched();
  if (launch && !launch->is_alone()) return load_over_ranks(*launch, arguments);
  auto options = parse_load_options(arguments);
  if (!options) return finish("load", options.error());
  return load(*std::move(options));
}

}  // namespace suite
