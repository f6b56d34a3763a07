// What parsing one request head costs, ours and llhttp's: as a load generator sends it, and as a browser
// does.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string_view>

#include <llhttp.h>

#include "common/http/request_parser.h"

namespace suite {
namespace {

constexpr std::string_view kLoad = "GET /index.html HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
constexpr std::string_view kBrowser =
    "GET /static/app.js?v=4f2a HTTP/1.1\r\n"
    "Host: www.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Referer: https://www.example.com/some/page?with=a&query=string\r\n"
    "Connection: keep-alive\r\n"
    "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=yes\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "Sec-Fetch-Dest: script\r\n"
    "Sec-Fetch-Mode: no-cors\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "If-None-Match: \"65a1b2c3-1f40\"\r\n"
    "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "\r\n";

void count(benchmark::State& state, std::string_view request) {
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(request.size()));
}

void parse_with_ours(benchmark::State& state, std::string_view request) {
  RequestHead head;
  for (auto _ : state) {
    benchmark::DoNotOptimize(request);
    if (parse_request_head(request, head) != HeadStatus::kComplete) state.SkipWithError("refused");
    benchmark::DoNotOptimize(head.field_count);
  }
  count(state, request);
}
BENCHMARK_CAPTURE(parse_with_ours, load_generator, kLoad);
BENCHMARK_CAPTURE(parse_with_ours, browser, kBrowser);

// The least that is of the same use: where the target and each field begin and end.
struct Marks {
  std::string_view target;
  std::size_t fields = 0;
  const char* last = nullptr;
};

Marks& marks_of(llhttp_t* parser) { return *static_cast<Marks*>(parser->data); }

int on_url(llhttp_t* parser, const char* at, std::size_t size) {
  marks_of(parser).target = {at, size};
  return 0;
}

int on_field(llhttp_t* parser, const char* at, std::size_t) {
  ++marks_of(parser).fields;
  marks_of(parser).last = at;
  return 0;
}

int on_value(llhttp_t* parser, const char* at, std::size_t size) {
  marks_of(parser).last = at + size;
  return 0;
}

void parse_with_llhttp(benchmark::State& state, std::string_view request) {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_url = on_url;
  settings.on_header_field = on_field;
  settings.on_header_value = on_value;
  for (auto _ : state) {
    benchmark::DoNotOptimize(request);
    Marks marks;
    llhttp_t parser;
    llhttp_init(&parser, HTTP_REQUEST, &settings);
    parser.data = &marks;
    if (llhttp_execute(&parser, request.data(), request.size()) != HPE_OK) state.SkipWithError("refused");
    benchmark::DoNotOptimize(marks);
  }
  count(state, request);
}
BENCHMARK_CAPTURE(parse_with_llhttp, load_generator, kLoad);
BENCHMARK_CAPTURE(parse_with_llhttp, browser, kBrowser);

}  // namespace
}  // namespace suite
