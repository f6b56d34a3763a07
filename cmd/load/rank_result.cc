#include "cmd/load/rank_result.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "cmd/load/rank_roll.h"
#include "cmd/results/add_runs.h"
#include "cmd/results/fields.h"
#include "cmd/results/load_run_json.h"
#include "cmd/results/run_of.h"
#include "common/base/units.h"

namespace suite {
namespace {

using results::Fields;
using results::Json;

// A rank that began later than this shifts what it measured against the others.
constexpr std::chrono::milliseconds kLate{1};

Json histogram_json(const LatencyHistogram& histogram) {
  const results::Distribution distribution(histogram);
  const auto& totals = distribution.totals();
  return {{"count", totals.count}, {"sum", totals.sum},         {"min", totals.min},
          {"max", totals.max},     {"clamped", totals.clamped}, {"packed", distribution.packed()}};
}

LatencyHistogram histogram_from(const Fields& fields) {
  const results::Distribution::Totals totals{.count = fields.count("count"),
                                             .sum = fields.count("sum"),
                                             .clamped = fields.count("clamped"),
                                             .min = fields.count("min"),
                                             .max = fields.count("max")};
  return histogram_of(results::Distribution(totals, std::nullopt, fields.text("packed")));
}

Json http_json(const LoadResult& result) {
  const HttpCounts& http = *result.http;
  Json json = {{"server", http.server},
               {"other_lengths", http.other_lengths},
               {"connect", histogram_json(result.http_times.connect)}};
  if (http.first_length) json["first_length"] = *http.first_length;
  return json;
}

void read_http(const Fields& fields, LoadResult& result) {
  HttpCounts& http = result.http.emplace();
  http.server = fields.text("server");
  http.other_lengths = fields.count("other_lengths");
  if (fields.has("first_length")) http.first_length = fields.count("first_length");
  result.http_times.connect = histogram_from(fields.object("connect"));
}

Json tls_json(const TlsFindings& tls) {
  return {{"temporary_key", tls.temporary_key},
          {"cipher_bits", tls.cipher_bits},
          {"certificate_bits", tls.certificate_bits}};
}

void read_tls(const Fields& fields, LoadResult& result) {
  TlsFindings& tls = result.tls.emplace();
  tls.temporary_key = fields.text("temporary_key");
  tls.cipher_bits = static_cast<int>(fields.count("cipher_bits"));
  tls.certificate_bits = static_cast<int>(fields.count("certificate_bits"));
}

Json rate_json(const RateResult& rate) {
  return {{"sent", rate.sent}, {"cut", rate.cut}, {"behind_ns", rate.behind.count()}};
}

void read_rate_into(const Fields& fields, LoadResult& result) {
  RateResult& rate = result.rate.emplace();
  rate.sent = fields.count("sent");
  rate.cut = fields.count("cut");
  rate.behind = std::chrono::nanoseconds(static_cast<std::int64_t>(fields.count("behind_ns")));
}

Json beyond_json(const LoadResult& result) {
  Json json = {{"last_connect_error", result.last_connect_error},
               {"last_connect_errno", result.last_connect_errno},
               {"reply_is_http", result.reply_is_http},
               {"remark", result.remark},
               {"gave_up", result.gave_up},
               {"too_short_for_server_cpu", result.too_short_for_server_cpu}};
  if (result.http) json["http"] = http_json(result);
  if (result.tls) json["tls"] = tls_json(*result.tls);
  if (result.rate) json["rate"] = rate_json(*result.rate);
  return json;
}

LoadResult beyond_from(const Fields& fields) {
  LoadResult result;
  result.last_connect_error = fields.text("last_connect_error");
  result.last_connect_errno = static_cast<int>(fields.count("last_connect_errno"));
  result.reply_is_http = fields.flag("reply_is_http");
  result.remark = fields.text("remark");
  result.gave_up = fields.flag("gave_up");
  result.too_short_for_server_cpu = fields.flag("too_short_for_server_cpu");
  if (fields.has("http")) read_http(fields.object("http"), result);
  if (fields.has("tls")) read_tls(fields.object("tls"), result);
  if (fields.has("rate")) read_rate_into(fields.object("rate"), result);
  return result;
}

void add_tls(TlsFindings& sum, const TlsFindings& part) {
  if (part.cipher_bits == 0) return;
  sum.temporary_key = part.temporary_key;
  sum.cipher_bits = part.cipher_bits;
  sum.certificate_bits = part.certificate_bits;
}

// What add_runs() cannot know.
void add_beyond(LoadResult& sum, const LoadResult& part) {
  if (!part.last_connect_error.empty()) sum.last_connect_error = part.last_connect_error;
  if (part.last_connect_errno != 0) sum.last_connect_errno = part.last_connect_errno;
  sum.reply_is_http |= part.reply_is_http;
  if (sum.remark.empty()) sum.remark = part.remark;
  sum.gave_up |= part.gave_up;
  sum.too_short_for_server_cpu |= part.too_short_for_server_cpu;
  if (sum.http && part.http) *sum.http += *part.http;
  sum.http_times.connect.merge(part.http_times.connect);
  if (sum.tls && part.tls) add_tls(*sum.tls, *part.tls);
  if (!sum.rate || !part.rate) return;
  sum.rate->sent += part.rate->sent;
  sum.rate->cut += part.rate->cut;
  sum.rate->behind = std::max(sum.rate->behind, part.rate->behind);
}

RankPart part_of(const results::LoadRun& run, std::size_t rank, const std::string& host) {
  RankPart part = run.ranks.empty() ? RankPart{} : run.ranks.front();
  part.rank = rank;
  part.host = host;
  part.connections = run.connections_opened;
  part.completed = run.counts.completed;
  part.errors = run.counts.errors.total();
  part.measured = run.measured;
  part.client_cpu = run.client_cpu;
  part.interrupted = run.interrupted;
  part.warnings = run.warnings;
  return part;
}

// Each once, with the ranks that gave it, unless all did.
std::vector<std::string> warnings_of(std::span<const RankPart> parts) {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  for (const RankPart& part : parts) {
    for (const std::string& warning : part.warnings) {
      auto found = std::ranges::find(all, warning, &decltype(all)::value_type::first);
      if (found == all.end()) found = all.insert(all.end(), {warning, {}});
      found->second.push_back(rank_name(part.rank, part.host));
    }
  }
  std::vector<std::string> warnings;
  for (const auto& [warning, names] : all) {
    warnings.push_back(names.size() == parts.size() ? warning
                                                    : fmt::format("{}: {}", fmt::join(names, ", "), warning));
  }
  for (const RankPart& part : parts) {
    if (part.late <= kLate) continue;
    warnings.push_back(fmt::format("{} began {} after the others: what it measured is of another time",
                                   rank_name(part.rank, part.host), format_duration(part.late)));
  }
  return warnings;
}

}  // namespace

std::string rank_result_text(const LoadPlan& plan, const LoadResult& result, const AgreedStart& start) {
  results::LoadRun run = results::run_of(plan, result);
  run.ranks = {
      RankPart{.clock_offset = start.offset.value, .clock_bound = start.offset.bound, .late = start.late}};
  const Json json = {{"run", run_json(run, results::HistogramForm::kPacked)},
                     {"beyond", beyond_json(result)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<RankResult> rank_result_of(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  results::Complaint complaint;
  const Fields fields(json, "", complaint);
  RankResult result{.run = run_from(fields.object("run")), .beyond = beyond_from(fields.object("beyond"))};
  if (!complaint.empty()) return std::nullopt;
  return result;
}

LoadResult sum_of_ranks(std::span<const std::optional<RankResult>> found,
                        std::span<const std::string> hosts) {
  std::vector<results::LoadRun> runs;
  std::vector<RankPart> parts;
  std::optional<Error> failure;
  for (std::size_t rank = 0; rank < found.size(); ++rank) {
    if (!found[rank]) continue;
    const results::LoadRun& run = runs.emplace_back(found[rank]->run);
    parts.push_back(part_of(run, rank, hosts[rank]));
    if (run.failure && !failure) failure = rank_error(rank, {hosts.begin(), hosts.end()}, *run.failure);
  }
  LoadResult sum = result_of(results::add_runs(runs));
  for (const auto& one : found) {
    if (one) add_beyond(sum, one->beyond);
  }
  sum.failure = std::move(failure);
  sum.warnings = warnings_of(parts);
  sum.ranks = std::move(parts);
  return sum;
}

}  // namespace suite
