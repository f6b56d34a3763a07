// What an answer costs on its way through the outbox, without the send.
#include <benchmark/benchmark.h>

#include <array>
#include <vector>

#include "common/io/out_buffer.h"

namespace suite {
namespace {

// Sent at once: the usual case.
void borrow_and_send(benchmark::State& state) {
  const std::vector<std::byte> bytes(static_cast<std::size_t>(state.range(0)));
  OutBuffer out;
  std::array<iovec, 16> pieces;
  for (auto _ : state) {
    out.borrow(bytes);
    benchmark::DoNotOptimize(out.gather(pieces));
    out.advance(bytes.size());
  }
}
BENCHMARK(borrow_and_send)->Arg(64)->Arg(65536);

// The socket takes half of it, the rest has to be kept.
void borrow_and_keep_half(benchmark::State& state) {
  const std::vector<std::byte> bytes(static_cast<std::size_t>(state.range(0)));
  OutBuffer out;
  for (auto _ : state) {
    out.borrow(bytes);
    out.advance(bytes.size() / 2);
    out.own();
    out.advance(out.size());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0) / 2);
}
BENCHMARK(borrow_and_keep_half)->Arg(64)->Arg(65536);

}  // namespace
}  // namespace suite
