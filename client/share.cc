#include "client/share.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

#include "client/load_plan.h"
#include "common/base/units.h"

namespace suite {
namespace {

constexpr std::size_t kMostParts = 1'000'000;

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::expected<void, Error> refusal(const LoadPlan& plan, std::string why, std::string advice) {
  return std::unexpected(Error{.what = fmt::format("divide the load among {}", plan.share.parts),
                               .why = std::move(why),
                               .advice = std::move(advice)});
}

}  // namespace

std::expected<Share, std::string> parse_share(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto number = whole_number(text.substr(0, slash));
  const auto parts = slash == text.npos ? std::nullopt : whole_number(text.substr(slash + 1));
  if (!number || !parts)
    return std::unexpected(fmt::format("'{}' is not K/N, such as 3/8 for the third of eight", text));
  if (*parts < 1 || *parts > kMostParts)
    return std::unexpected(fmt::format("'{}': N is from 1 to {}", text, format_count(kMostParts)));
  if (*number < 1 || *number > *parts)
    return std::unexpected(fmt::format("'{}': K is from 1 to N, here {}", text, *parts));
  return Share{.part = *number - 1, .parts = *parts};
}

std::string share_text(const Share& share) { return fmt::format("{}/{}", share.part + 1, share.parts); }

std::expected<void, Error> check_share(const LoadPlan& plan) {
  const Share& share = plan.share;
  if (share.is_whole()) return {};
  if (plan.connections < share.parts) {
    return refusal(plan, fmt::format("it has only {}", format_items(plan.connections, "connection")),
                   fmt::format("give at least --conns {}", share.parts));
  }
  if (plan.requests && *plan.requests < share.parts) {
    return refusal(plan, fmt::format("it has only {}", format_items(*plan.requests, "request")),
                   fmt::format("give at least --requests {}", share.parts));
  }
  if (plan.own_connections() < plan.threads) {
    return refusal(
        plan,
        fmt::format("part {} has {} for {}", share.part + 1,
                    format_items(plan.own_connections(), "connection"), format_items(plan.threads, "thread")),
        "give more --conns or fewer --threads");
  }
  return {};
}

}  // namespace suite
