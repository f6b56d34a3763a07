// What verifying one receive costs, and the bookkeeping of one send, without the system calls.
#include <benchmark/benchmark.h>

#include <vector>

#include "client/workloads/echo_workload.h"

namespace suite {
namespace {

// One turn of a connection: `depth` requests of `size` bytes are issued, sent, and received back.
void turn(benchmark::State& state, Verify verify) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const auto depth = static_cast<std::uint64_t>(state.range(1));
  const Payload payload = Payload::of({.text = {}, .size = size}, 1);
  EchoWorkload workload(payload, {.connections = 1, .first_connection = 0, .verify = verify});
  workload.restart(0, 0);
  // What arrives lies elsewhere than what was sent, at the same offset of the stream.
  const auto stream = payload.at(0, Payload::kMaxChunk);
  const std::vector<std::byte> arriving(stream.begin(), stream.end());
  std::uint64_t replies = 0;
  for (auto _ : state) {
    workload.issue(0, depth);
    const auto bytes = workload.unsent(0);
    const auto offset = static_cast<std::size_t>(bytes.data() - stream.data());
    workload.sent(0, bytes.size());
    replies += workload.received(0, std::span(arriving).subspan(offset, bytes.size()), UINT64_MAX).answered;
  }
  if (replies != static_cast<std::uint64_t>(state.iterations()) * depth)
    state.SkipWithError("a reply is missing");
  state.SetItemsProcessed(static_cast<std::int64_t>(replies));
}
BENCHMARK_CAPTURE(turn, full, Verify::kFull)->Args({64, 1})->Args({64, 16})->Args({12, 1000});
BENCHMARK_CAPTURE(turn, length, Verify::kLength)->Args({64, 1})->Args({64, 16})->Args({12, 1000});

}  // namespace
}  // namespace suite
