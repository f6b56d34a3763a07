#include "cmd/load/rank_roll.h"

#include <sys/socket.h>
#include <unistd.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <variant>

#include "cmd/cli/exit_code.h"
#include "cmd/load/load_settings_report.h"
#include "cmd/version.h"
#include "common/net/unique_fd.h"
#include "common/process/process_tree.h"

namespace suite {
namespace {

using RollJson = nlohmann::ordered_json;

/// FNV-1a, of 64 bits: ranks that were given the same files agree, and those that were not hardly ever do.
class Digest {
 public:
  void add(std::string_view text) {
    add(text.size());
    for (const char byte : text) add_byte(static_cast<unsigned char>(byte));
  }
  void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) add_byte((number >> (8 * i)) & 0xFF);
  }
  void operator()(const PayloadPlan& payload) {
    add(payload.text);
    add(payload.size);
  }
  void operator()(const EchoPlan& plan) { (*this)(plan.payload); }
  void operator()(const FixedReplyPlan& plan) {
    (*this)(plan.payload);
    add(plan.reply);
  }
  void operator()(const TerminatedReplyPlan& plan) {
    (*this)(plan.payload);
    add(plan.terminator);
  }
  void operator()(const HttpPlan& plan) {
    for (const std::string& request : plan.requests) add(request);
  }
  void operator()(const Http2Plan& plan) {
    for (const Http2Plan::Request& request : plan.requests) {
      for (const auto& [name, value] : request.fields) {
        add(name);
        add(value);
      }
      add(request.body);
    }
  }
  std::string text() const { return fmt::format("{:016x}", hash_); }

 private:
  void add_byte(std::uint64_t byte) { hash_ = (hash_ ^ byte) * 0x100000001B3U; }
  std::uint64_t hash_ = 0xCBF29CE484222325U;
};

std::string digest_of(const LoadPlan& plan) {
  Digest digest;
  digest.add(plan.protocol.index());
  std::visit(digest, plan.protocol);
  return digest.text();
}

std::string build() {
  const Environment here = this_environment();
  return fmt::format("{} (commit {})", here.suite, here.commit);
}

std::string value_text(const RollJson& config, const std::string& key) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return "none";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

// What each rank may have of its own.
bool may_differ(std::string_view key) { return key == "server_pid"; }

// The first setting that is not the same.
std::optional<std::string> key_that_differs(const RollJson& one, const RollJson& other) {
  for (const auto& [key, value] : one.items()) {
    if (may_differ(key)) continue;
    const auto found = other.find(key);
    if (found == other.end() || *found != value) return key;
  }
  return std::nullopt;
}

EarlyEnd differing(std::string_view what, std::string_view advice) {
  return {.code = kExitUsage, .text = fmt::format("suite load: {}: {}\n", what, advice)};
}

std::optional<EarlyEnd> difference(std::size_t rank, const RankRoll& roll, const RankRoll& first) {
  const auto differs = [&](std::string_view theirs, std::string_view ours) {
    return fmt::format("{} {}, {} {}", rank_name(rank, roll.host), theirs, rank_name(0, first.host), ours);
  };
  if (roll.suite != first.suite) {
    return differing(differs("is suite " + roll.suite, "is suite " + first.suite),
                     "install the same version on all hosts");
  }
  if (roll.refusal) {
    std::string text = roll.refusal->text;
    if (text.ends_with('\n')) text.pop_back();
    return EarlyEnd{.code = roll.refusal->code,
                    .text = fmt::format("{} [{}]\n", text, rank_name(rank, roll.host))};
  }
  if (const auto key = key_that_differs(first.config, roll.config)) {
    return differing(differs(fmt::format("has {} {}", *key, value_text(roll.config, *key)),
                             fmt::format("has {}", value_text(first.config, *key))),
                     "start all ranks with the same command");
  }
  if (roll.contents != first.contents) {
    return differing(fmt::format("{} and {} read different requests from files of the same names",
                                 rank_name(0, first.host), rank_name(rank, roll.host)),
                     "copy the files to all hosts; standard input reaches rank 0 alone");
  }
  return std::nullopt;
}

// Whoever can bind to an address has it (bind(2), EADDRNOTAVAIL).
bool is_address_of_this_host(const Endpoint& target) {
  if (target.is_unix()) return true;
  const UniqueFd socket(::socket(target.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const Endpoint any_port = target.with_port(0);
  return socket.get() >= 0 && ::bind(socket.get(), any_port.address(), any_port.length()) == 0;
}

// Another host may have a process of the same number.
bool has_server(const LoadPlan& plan) {
  return plan.server_pid && is_address_of_this_host(plan.target) && process_tree_cpu_time(*plan.server_pid);
}

}  // namespace

RankRoll rank_roll(const LoadSettings& settings) {
  return {.host = this_host(),
          .suite = build(),
          .config = load_config(settings),
          .contents = digest_of(settings.plan),
          .has_server = has_server(settings.plan)};
}

RankRoll rank_roll(const EarlyEnd& refusal) {
  return {.host = this_host(), .suite = build(), .refusal = refusal};
}

std::string roll_text(const RankRoll& roll) {
  RollJson json = {{"host", roll.host},
                   {"suite", roll.suite},
                   {"config", roll.config},
                   {"contents", roll.contents},
                   {"has_server", roll.has_server}};
  if (roll.refusal) json["refusal"] = {{"code", roll.refusal->code}, {"text", roll.refusal->text}};
  return json.dump(-1, ' ', false, RollJson::error_handler_t::replace);
}

std::optional<RankRoll> roll_of(std::string_view text) {
  try {
    const RollJson json = RollJson::parse(text);
    RankRoll roll{.host = json.at("host"),
                  .suite = json.at("suite"),
                  .config = json.at("config"),
                  .contents = json.at("contents"),
                  .has_server = json.at("has_server")};
    if (const auto refusal = json.find("refusal"); refusal != json.end()) {
      roll.refusal = EarlyEnd{.code = refusal->at("code"), .text = refusal->at("text")};
    }
    return roll;
  } catch (const RollJson::exception&) {
    return std::nullopt;
  }
}

std::optional<EarlyEnd> why_ranks_differ(std::span<const RankRoll> rolls) {
  if (rolls.front().refusal) return rolls.front().refusal;
  for (std::size_t rank = 1; rank < rolls.size(); ++rank) {
    if (auto why = difference(rank, rolls[rank], rolls.front())) return why;
  }
  const bool pid_given = std::ranges::any_of(
      rolls, [](const RankRoll& roll) { return value_text(roll.config, "server_pid") != "none"; });
  if (!pid_given || rank_of_server(rolls)) return std::nullopt;
  return differing("--server-pid: no rank runs on the host of that process",
                   "start one on the server's host, or leave the flag out");
}

std::optional<std::size_t> rank_of_server(std::span<const RankRoll> rolls) {
  const auto found = std::ranges::find(rolls, true, &RankRoll::has_server);
  if (found == rolls.end()) return std::nullopt;
  return static_cast<std::size_t>(found - rolls.begin());
}

std::string rank_name(std::size_t rank, std::string_view host) {
  return fmt::format("rank {} on {}", rank, host);
}

std::vector<std::string> hosts_of(std::span<const RankRoll> rolls) {
  std::vector<std::string> hosts;
  for (const RankRoll& roll : rolls) hosts.push_back(roll.host);
  return hosts;
}

std::string this_host() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "a host without a name";
}

}  // namespace suite
