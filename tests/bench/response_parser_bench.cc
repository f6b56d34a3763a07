#include <benchmark/benchmark.h>

#include <string>

#include "common/http/response_parser.h"

namespace suite {
namespace {

// What nginx answers to a GET of 40 bytes: 271 bytes in all.
const std::string kResponse =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sat, 21 Nov 2026 15:55:14 GMT\r\n"
    "Content-Type: text/html\r\nContent-Length: 40\r\nLast-Modified: Sat, 21 Nov 2026 15:55:14 GMT\r\n"
    "Connection: keep-alive\r\nETag: \"6b01bee2-28\"\r\nAccept-Ranges: bytes\r\n\r\n"
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

// One response of a pipelined batch: head, content, end.
void bench_response(benchmark::State& state) {
  std::string batch;
  for (int i = 0; i < 16; ++i) batch += kResponse;
  ResponseParser parser;
  std::string_view rest;
  for (auto _ : state) {
    if (rest.empty()) rest = batch;
    for (;;) {
      const ResponseParser::Step step = parser.next(rest);
      rest.remove_prefix(step.consumed);
      if (step.event == ResponseParser::Event::kComplete) break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(bench_response);

}  // namespace
}  // namespace suite
