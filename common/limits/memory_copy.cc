#include "common/limits/memory_copy.h"

#include <cstring>
#include <future>
#include <optional>

#include "common/limits/on_cpu.h"

namespace suite::limits {
namespace {

constexpr std::size_t kBlock = 34 * kLargeBytes;  // 31 MiB

}  // namespace

// Written once, so that there is memory behind it.
MemoryCopy::MemoryCopy() : from_(kBlock, 'f'), to_(kBlock, 't') {}

Sample MemoryCopy::round(const RoundPlan& plan) {
  const auto cpu = plan.cpus ? std::optional(plan.cpus->client) : std::nullopt;
  return on_cpu(cpu, {},
                [&] {
                  Window window(plan, std::nullopt);
                  std::uint64_t operations = 0;
                  for (std::size_t at = 0; !window.is_over(operations); at = (at + kLargeBytes) % kBlock) {
                    std::memcpy(to_.data() + at, from_.data() + at, kLargeBytes);
                    ++operations;
                  }
                  return window.sample();
                })
      .get();
}

}  // namespace suite::limits
