#include "client/workloads/payload.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>
#include <utility>

namespace suite {
namespace {

// Long enough that two places in the stream are seldom alike, short enough to stay in a first-level cache.
constexpr std::size_t kShortestPeriod = 4096;

std::vector<std::byte> random_period(std::size_t message_size, std::uint64_t seed) {
  std::size_t period = std::max(message_size, kShortestPeriod) + 1;
  while (std::gcd(period, message_size) != 1) ++period;
  std::mt19937_64 dice(seed);
  std::vector<std::byte> bytes(period);
  std::ranges::generate(bytes, [&] { return static_cast<std::byte>(dice() >> 56); });
  return bytes;
}

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Payload Payload::of(const PayloadPlan& plan, std::uint64_t seed) {
  if (!plan.text.empty()) return {plan.text.size(), bytes_of(plan.text), false, seed};
  return {plan.size, random_period(plan.size, seed), true, seed};
}

Payload::Payload(std::size_t message_size, std::vector<std::byte> one_period, bool spread, std::uint64_t seed)
    : message_size_(message_size),
      period_(one_period.size()),
      whole_periods_(std::min(std::max<std::size_t>(kShortestPeriod / period_, 1) * period_, kMaxChunk)),
      spread_starts_(spread),
      seed_(seed),
      bytes_(std::move(one_period)) {
  bytes_.resize(period_ + kMaxChunk);
  for (std::size_t filled = period_; filled < bytes_.size();) {
    const std::size_t count = std::min(filled, bytes_.size() - filled);  // whole periods, but for the last
    std::memcpy(bytes_.data() + filled, bytes_.data(), count);
    filled += count;
  }
}

std::size_t Payload::start_of(std::uint64_t connection) const {
  if (!spread_starts_) return 0;
  std::uint64_t mixed = seed_ + (connection + 1) * 0x9E3779B97F4A7C15U;  // splitmix64
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
  return static_cast<std::size_t>((mixed ^ (mixed >> 31)) % period_);
}

}  // namespace suite
